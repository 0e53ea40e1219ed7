/* gatehouse: one program, its processes and its tools, chosen by the subcommand. */
#include "base/config.h"
#include "base/log.h"
#include "base/tongue.h"
#include "command/command.h"
#include "jobs/jobs.h"
#include "live/live.h"
#include "rules/keys.h"
#include "serve.h"
#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const char *config_path;
static char **whole_argv;

/* What is said to people is read before the first fork, so that all share it. */
static bool speaks(const struct config *config)
{
	const char *error;

	if (tongues_load(config->templates, &error))
		return true;
	fprintf(stderr, "gatehouse: %s\n", error);
	return false;
}

static int run_serve(const struct config *config, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return speaks(config) ? serve(config, config_path, whole_argv) : 1;
}

static int run_live(const struct config *config, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return speaks(config) ? live_run(config) : 1;
}

static int run_jobs(const struct config *config, int argc, char **argv)
{
	return !speaks(config) ? 1 : jobs_run(config, argc > 0 && !strcmp(argv[0], "--once"));
}

static int run_config(const struct config *config, int argc, char **argv)
{
	(void)config;
	(void)argc;
	(void)argv;
	config_print_sample(stdout);
	return 0;
}

struct command {
	const char *name;
	int (*run)(const struct config *config, int argc, char **argv);
	bool keys; /* needs the site key */
	const char *help;
};

static const struct command COMMANDS[] = {
	{ "serve", run_serve, true, "answer requests: a parent and its workers" },
	{ "live", run_live, true, "hold the clients that wait for news" },
	{ "jobs", run_jobs, true, "do the background work [--once]" },
	{ "migrate", command_migrate, false, "bring the database up to date" },
	{ "demo-data", command_demo_data, true, "fill an empty database with a demo [--tickets N]" },
	{ "account", command_account, true, "add a staff account: --email E --name N, password on standard input" },
	{ "routes", command_routes, false, "print the route table [--openapi]" },
	{ "audit", command_audit, true, "prove the invariants on the live database" },
	{ "repair", command_repair, true, "mend what can be computed again, saying each change [--dry-run]" },
	{ "doctor", command_doctor, false, "say what is wrong with this installation and how to mend it" },
	{ "config", run_config, false, "print the commented sample configuration" },
};

static int usage(FILE *out)
{
	fprintf(out, "usage: gatehouse [-c FILE] COMMAND\n\n");
	for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].help);
	fprintf(out, "\nFILE is the configuration; without it $GATEHOUSE_CONFIG, else the installed one.\n");
	return out == stdout ? 0 : 2;
}

static enum log_level level_named(const char *name)
{
	static const char *const NAMES[] = { "debug", "info", "warn", "error" };

	for (unsigned i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (!strcmp(name, NAMES[i]))
			return (enum log_level)i;
	return LOG_INFO_;
}

/* A web server that starts us (lighttpd bin-path, mod_fcgid) gives no arguments, only a listening socket as fd 0. */
static bool started_by_web_server(void)
{
	int listening = 0;
	socklen_t size = sizeof listening;

	return !getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) && listening;
}

static int run(const struct command *command, int argc, char **argv)
{
	static struct config *config; /* for the life of the process */
	const char *error = NULL;

	config = config_load(NULL, config_path, &error);
	if (!config) {
		fprintf(stderr, "gatehouse: %s\n", error);
		return 2;
	}
	log_threshold(level_named(config->log_level));
	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT)) {
		fprintf(stderr, "gatehouse: a library would not start\n");
		return 1;
	}
	if (command->keys && !keys_load(config->key_file, false, &error)) {
		fprintf(stderr, "gatehouse: %s: %s (gatehouse migrate makes it)\n", config->key_file, error);
		return 1;
	}
	return command->run(config, argc, argv);
}

int main(int argc, char **argv)
{
	int at = 1;
	const char *name;

	whole_argv = argv;
	config_path = getenv("GATEHOUSE_CONFIG");
	if (argc > at + 1 && !strcmp(argv[at], "-c")) {
		config_path = argv[at + 1];
		at += 2;
	}
	if (argc > at && (!strcmp(argv[at], "--help") || !strcmp(argv[at], "help")))
		return usage(stdout);
	name = argc > at ? argv[at] : started_by_web_server() ? "serve" : NULL;
	for (size_t i = 0; name && i < sizeof COMMANDS / sizeof *COMMANDS; i++)
		if (!strcmp(name, COMMANDS[i].name))
			return run(&COMMANDS[i], argc > at + 1 ? argc - at - 1 : 0, argv + (argc > at ? at + 1 : at));
	return usage(stderr);
}
