/* gatehouse: one program, its processes and its tools, chosen by the subcommand. */
#include "base/again.h"
#include "base/chronicle.h"
#include "base/config.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/step_down.h"
#include "base/tongue.h"
#include "command/command.h"
#include "command/help.h"
#include "jobs/jobs.h"
#include "live/live.h"
#include "picture/child.h"
#include "routes/routes.h"
#include "rules/keys.h"
#include "serve.h"
#include <curl/curl.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct origin origin;

/* What is said to people is read before the first fork, so that all share it. */
static bool speaks(const struct config *config)
{
	const char *error;

	if (tongues_load(config->templates, &error))
		return true;
	fprintf(stderr, "gatehouse: %s\n", error);
	return false;
}

static bool told(int argc, char **argv, const char *what)
{
	return argc > 0 && !strcmp(argv[argc - 1], what);
}

static bool log_opens(const struct config *config)
{
	if (!config->log_file[0] || log_to(config->log_file))
		return true;
	fprintf(stderr, "gatehouse: [serve] log_file %s: %s\n", config->log_file, strerror(errno));
	return false;
}

/* --check: only says whether it could begin, for the one that is to make room. */
static int run_serve(const struct config *config, int argc, char **argv)
{
	if (!log_opens(config) || !speaks(config))
		return 1;
	return told(argc, argv, "--check") ? serve_check(config) : serve(config, &origin);
}

static int run_live(const struct config *config, int argc, char **argv)
{
	if (!log_opens(config) || !speaks(config))
		return 1;
	return told(argc, argv, "--check") ? 0 : live_run(config, &origin);
}

static int run_jobs(const struct config *config, int argc, char **argv)
{
	size_t n;

	if (!log_opens(config) || !speaks(config))
		return 1;
	if (told(argc, argv, "--check"))
		return 0;
	routes_all(&n); /* with the nouns, whose rows webhooks say */
	return told(argc, argv, "--once") ? jobs_once(config) : jobs_run(config, &origin);
}

static int run_pictures(const struct config *config, int argc, char **argv)
{
	if (!log_opens(config))
		return 1;
	return told(argc, argv, "--check") ? command_pictures_check() : command_pictures(config, &origin);
}

static int run_upgrade(const struct config *config, int argc, char **argv)
{
	int status = speaks(config) ? serve_check(config) : 1;

	return status ? status : command_upgrade(config, argc, argv);
}

static int run_config(const struct config *config, int argc, char **argv)
{
	(void)config;
	(void)argc;
	(void)argv;
	config_print_sample(stdout);
	return 0;
}

static const struct command COMMANDS[] = {
	{ "serve", run_serve, true, "answer requests: a parent and its workers",
	  .more = "On `SIGHUP` it begins anew with the settings and the program that are there now; on `SIGTERM` it "
		  "finishes those that are under way." },
	{ "live", run_live, true, "hold the clients that wait for news",
	  .more = "One process for all who watch counts move, each of whom costs a descriptor." },
	{ "jobs", run_jobs, true, "do the background work", .takes = "[--once]",
	  .more = "Sends messages, takes back what lapsed, tidies. With `--once` it does what is due and ends." },
	{ "pictures", run_pictures, false, "make pictures small that people send",
	  .more = "In children that are confined, for strangers made those pictures: a parent without database or key. Where it does "
		  "not run, a worker starts such a child for each picture." },
	{ "key", command_key, false, "the site's key",
	  .takes = "list | rotate [--in MINUTES] | retire [--now] | replace --lost",
	  .more = "`rotate` makes a new one that takes over, `retire` takes the old ones out when nothing needs them any more." },
	{ "migrate", command_migrate, false, "bring the database up to date",
	  .more = "Makes the database and the site's key where there is none yet, and applies the steps of the schema that are "
		  "missing. Run again it changes nothing." },
	{ "upgrade", run_upgrade, false, "migrate, and have serve, live, jobs and pictures begin anew",
	  .more = "After a new version, or new settings. It ends when they have begun anew." },
	{ "demo-data", command_demo_data, true, "fill an empty database with a demo", .takes = "[--tickets N]",
	  .more = "A month of invented sales, of N tickets. Never on a real site." },
	{ "account", command_account, true, "add a staff account, its password on standard input",
	  .takes = "--email E --name N",
	  .more = "The account is a superadmin's, who can make all others. On a terminal the password is asked for." },
	{ "routes", command_routes, false, "print the route table", .takes = "[--openapi | --rights]",
	  .more = "Method, address, who may, pool, page, most KB, and what it is for; with `--openapi` as an OpenAPI document.",
	  .reads = ANYWHERE },
	{ "audit", command_audit, true, "prove the invariants on the live database", .takes = "['WORDS']",
	  .more = "In one snapshot, while the site runs; it changes nothing. With WORDS those alone whose sentence has them." },
	{ "repair", command_repair, true, "mend what can be computed again, saying each change", .takes = "[--dry-run]",
	  .more = "With `--dry-run` it only says what it would change." },
	{ "doctor", command_doctor, false, "say what is wrong with this installation and how to mend it",
	  .more = "A line for each thing that it looked at; it changes nothing." },
	{ "backup", command_backup, true, "write database and files into a new directory", .takes = "DIR",
	  .more = "In one snapshot, beside sales and scans. Neither the configuration nor the key is in it." },
	{ "restore", command_restore, true, "put a backup into an empty database, as a copy that sends nothing",
	  .takes = "DIR",
	  .more = "The key must be the one that the backup was made with, or have replaced it. Ends with the proof of the invariants." },
	{ "resume", command_resume, false, "let a restored copy send messages and take payments",
	  .more = "It is the site from then on; messages that waited are failed, for nobody knows whether they were sent." },
	{ "maintenance", command_maintenance, false, "close this node, or open it", .takes = "on [--minutes N] | off",
	  .more = "Who comes meanwhile is told to come again. Needs no database." },
	{ "send-test", command_send_test, false, "send a message at once, to see whether it goes",
	  .takes = "EMAIL|NUMBER", .more = "Says what the gateway said." },
	{ "config", run_config, false, "print the commented sample configuration",
	  .more = "Every setting with its bounds and its default, as it was installed.", .reads = NOTHING },
};

enum { COMMANDS_N = sizeof COMMANDS / sizeof *COMMANDS };

static const struct command *command_named(const char *name)
{
	for (const struct command *c = COMMANDS; name && c < COMMANDS + COMMANDS_N; c++)
		if (!strcmp(name, c->name))
			return c;
	return NULL;
}

static int usage(void)
{
	help_usage(stderr, COMMANDS, COMMANDS_N);
	return 2;
}

/* help, help COMMAND, help --man: all on standard output, for they were asked for. */
static int help(const char *what)
{
	const struct command *command = command_named(what);

	if (what && !strcmp(what, "--man"))
		help_man(stdout, COMMANDS, COMMANDS_N);
	else if (command)
		help_command(stdout, command);
	else if (!what)
		help_usage(stdout, COMMANDS, COMMANDS_N);
	return what && strcmp(what, "--man") != 0 && !command ? usage() : 0;
}

static int version(void)
{
	printf("gatehouse %s\nLicence: Apache-2.0 <https://www.apache.org/licenses/LICENSE-2.0>. There is no warranty.\n",
	       GATEHOUSE_VERSION);
	return 0;
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

/* Which one this command reads; NULL: none, but the defaults. */
static const char *path_of_configuration(const struct command *command)
{
	static const char INSTALLED[] = SYSCONFDIR "/gatehouse.ini";

	if (command->reads == NOTHING || (!origin.config_path && command->reads == ANYWHERE && access(INSTALLED, R_OK)))
		return NULL;
	return origin.config_path ? origin.config_path : INSTALLED;
}

/* Reads it as whoever owns it, and goes on as whoever owns the directory of the key, if root did. NULL: the reason was said. */
static struct config *configure(const struct command *command)
{
	const char *given = origin.config_path, *error = NULL;
	struct config *config = NULL;
	char directory[PATH_MAX];

	origin.config_path = path_of_configuration(command);
	if (origin.config_path && !step_down(origin.config_path, &error)) {
		fprintf(stderr, "gatehouse: %s: %s: %s\n", origin.config_path, error, strerror(errno));
		return NULL;
	}
	config = config_load(NULL, origin.config_path, &error);
	if (!config) {
		fprintf(stderr, "gatehouse: %s%s\n", error,
			!given && access(origin.config_path, R_OK)
				? " (the installed configuration; -c FILE names another)"
				: "");
		return NULL;
	}
	snprintf(directory, sizeof directory, "%s", config->key_file);
	if (!step_down(dirname(directory), &error)) {
		fprintf(stderr, "gatehouse: %s: %s: %s\n", directory, error, strerror(errno));
		TALLOC_FREE(config);
	}
	return config;
}

static int run(const struct command *command, int argc, char **argv)
{
	static struct config *config; /* for the life of the process */
	const char *error = NULL;

	config = configure(command);
	if (!config)
		return 2;
	config->path = origin.config_path;
	log_threshold(level_named(config->log_level));
	chronicle_process(command->name);
	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT)) {
		fprintf(stderr, "gatehouse: a library would not start\n");
		return 1;
	}
	if (command->keys && !keys_load(config->key_file, false, &error)) {
		fprintf(stderr,
			"gatehouse: %s: %s. `gatehouse migrate` makes one for a new database, and `gatehouse doctor` says what to do about a lost one.\n",
			config->key_file, error);
		return 1;
	}
	return command->run(config, argc, argv);
}

/* These would end a process that says nothing of them, without a word: whoever means something by one asks for it. */
static void bear_signals(void)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
}

/* What the program says of itself, which needs nothing of an installation; -1: something else was asked for. */
static int said_of_itself(const char *word, const char *next)
{
	const struct command *command = command_named(word);

	if (!word)
		return -1;
	if (!strcmp(word, "--version"))
		return version();
	if (!strcmp(word, "--help") || !strcmp(word, "help"))
		return help(next);
	/* Nobody who asks what a command does wants it done. */
	return command && next && !strcmp(next, "--help") ? help(word) : -1;
}

int main(int argc, char **argv)
{
	const struct command *command;
	int at = 1, said, status;

	if (picture_is_child(argc, argv)) /* before anything else is in its memory */
		return picture_child();
	bear_signals();
	origin = (struct origin){ getenv("GATEHOUSE_CONFIG"), argv };
	if (argc > at + 1 && !strcmp(argv[at], "-c")) {
		origin.config_path = argv[at + 1];
		at += 2;
	}
	said = said_of_itself(argc > at ? argv[at] : NULL, argc > at + 1 ? argv[at + 1] : NULL);
	if (said >= 0)
		return said;
	command = command_named(argc > at ? argv[at] : started_by_web_server() ? "serve" : NULL);
	if (!command)
		return usage();
	status = run(command, argc > at + 1 ? argc - at - 1 : 0, argv + (argc > at ? at + 1 : at));
	/* Who asks is refused at once, and does not wait for a process that cannot come. */
	if (status)
		notify_keep_nothing();
	return status;
}
