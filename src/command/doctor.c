/* `gatehouse doctor`: looks at what an installation needs, one line each, and says how to mend what is wrong. It changes
 * nothing and stops at nothing: every check runs, whatever the ones before found. */
#include "store/doctor.h"
#include "base/clock.h"
#include "base/maintenance.h"
#include "command/command.h"
#include "db/db.h"
#include "db/migrate.h"
#include "rules/keys.h"
#include "shared.h"
#include "store/copy.h"
#include "store/outbox.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <unistd.h>

struct visit {
	const struct config *config;
	struct db *db;
	bool connected;
	unsigned faults, warnings;
};

__attribute__((format(printf, 2, 3))) static void well(struct visit *v, const char *format, ...)
{
	va_list list;

	(void)v;
	va_start(list, format);
	printf("ok   ");
	vprintf(format, list);
	printf("\n");
	va_end(list);
}

__attribute__((format(printf, 3, 4))) static void fault(struct visit *v, const char *mend, const char *format, ...)
{
	va_list list;

	v->faults++;
	va_start(list, format);
	printf("BAD  ");
	vprintf(format, list);
	printf("\n     %s\n", mend);
	va_end(list);
}

__attribute__((format(printf, 3, 4))) static void warning(struct visit *v, const char *mend, const char *format, ...)
{
	va_list list;

	v->warnings++;
	va_start(list, format);
	printf("hmm  ");
	vprintf(format, list);
	printf("\n     %s\n", mend);
	va_end(list);
}

/* A look that failed found nothing, which is no proof that there is nothing. */
static bool unanswered(struct visit *v, const char *what)
{
	if (db_error(v->db) == DB_OK)
		return false;
	fault(v, "See the server's log; does this account have all rights to its own database?",
	      "%s: the database did not say: %s", what, db_message(v->db));
	db_clear(v->db);
	return true;
}

static void check_directory(struct visit *v, const char *what, const char *path, int mode, const char *mend)
{
	struct stat st;

	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		fault(v, mend, "%s %s is not there", what, path);
	else if (access(path, mode))
		fault(v, mend, "%s %s cannot be %s by this user", what, path, mode & W_OK ? "written" : "read");
	else
		well(v, "%s %s", what, path);
}

static void check_key(struct visit *v)
{
	const char *error = NULL;
	struct stat st;

	if (!keys_load(v->config->key_file, false, &error))
		fault(v, "Run `gatehouse migrate`; a lost key cannot be made again: restore it from a backup.",
		      "the site key %s: %s", v->config->key_file, error);
	else if (!stat(v->config->key_file, &st) && st.st_mode & (S_IRWXG | S_IRWXO))
		fault(v, "chmod 600 it, and think about who may have read it.", "the site key %s can be read by others",
		      v->config->key_file);
	else
		well(v, "site key %s", v->config->key_file);
}

static void check_database(struct visit *v)
{
	v->connected = db_connect(v->db);
	if (v->connected)
		well(v, "database %s answers", v->config->db_name);
	else if (db_error(v->db) == DB_BUSY)
		fault(v,
		      "Raise max_connections, or the account's MAX_USER_CONNECTIONS, or lower the workers in [serve].",
		      "the database has no connection free: %s", db_message(v->db));
	else
		fault(v, "Is MariaDB running, and are [database] socket or host, user and password right?",
		      "the database does not answer: %s", db_message(v->db));
}

/* Is it this program's? */
static bool check_schema(struct visit *v)
{
	int have = db_schema_version(v->db), latest = migrate_latest(v->config->migrations);

	if (unanswered(v, "the schema"))
		return false;
	if (have == latest)
		well(v, "schema is at version %d", have);
	else if (have < latest)
		fault(v, "Run `gatehouse migrate`.", "the schema is at version %d, this program wants %d", have,
		      latest);
	else
		fault(v, "Install the newer program; it was here before.", "the schema is at version %d, newer than %d",
		      have, latest);
	return have == latest;
}

/* Server settings that decide whether an acknowledged sale survives a power cut, or a hung client blocks a table. */
static void check_server(struct visit *v)
{
	for (const struct server_wish *wish = SERVER_WISHES; wish->name; wish++) {
		const char *value = doctor_variable(v->db, wish->name);

		if (unanswered(v, wish->name))
			continue;
		if (!value)
			warning(v, "An old or foreign server.", "%s is not known to this server", wish->name);
		else if (!strcmp(value, wish->value))
			well(v, "%s = %s", wish->name, value);
		else if (wish->must)
			fault(v, wish->mend, "%s = %s, should be %s", wish->name, value, wish->value);
		else
			warning(v, wish->mend, "%s = %s, better %s", wish->name, value, wish->value);
	}
}

static void check_writes(struct visit *v)
{
	switch (doctor_try_write(v->db)) {
	case DB_OK:
		well(v, "the database takes changes");
		break;
	case DB_READ_ONLY:
		fault(v, "SET GLOBAL read_only = OFF there, or point [database] at the server that takes them.",
		      "the database takes no changes: it can only be read");
		break;
	default:
		fault(v, "See its log.", "the database does not take changes");
	}
}

static bool database_is_here(const struct config *config)
{
	const char *host = config->db_host;

	return (config->db_socket && *config->db_socket) || !host || !*host || !strcmp(host, "localhost") ||
	       !strcmp(host, "127.0.0.1") || !strcmp(host, "::1");
}

/* The room on the disk of a directory that the server names; that of another machine cannot be seen from here. */
static void check_room(struct visit *v, const char *variable)
{
	const char *path = database_is_here(v->config) ? doctor_variable(v->db, variable) : NULL;
	struct statvfs st;
	unsigned long long free_mb, percent;

	if (unanswered(v, variable) || !path || statvfs(path, &st) || !st.f_blocks)
		return;
	free_mb = (unsigned long long)st.f_bavail * st.f_frsize >> 20;
	percent = (unsigned long long)st.f_bavail * 100 / st.f_blocks;
	if (percent >= 10 || free_mb >= 10240)
		well(v, "%s %s has %llu MB of room", variable, path, free_mb);
	else if (percent >= 2 && free_mb >= 256)
		warning(v, "Make room, or give it a larger disk.", "%s %s has %llu MB of room, %llu %%", variable, path,
			free_mb, percent);
	else
		fault(v, "Make room at once: without any, nothing is sold or scanned, and MariaDB may stop altogether.",
		      "%s %s is full: %llu MB of room, %llu %%", variable, path, free_mb, percent);
}

static int workers_of_all(const struct config *config)
{
	int workers = 0;

	for (enum pool pool = 0; pool < POOLS; pool++)
		workers += pool_workers(config, pool);
	return workers;
}

/* While serve reloads, old workers still have their connections when new ones come. */
static void check_connections(struct visit *v)
{
	static const char *const MEND =
		"Raise max_connections and the account's MAX_USER_CONNECTIONS, or lower the numbers of workers in [serve].";
	int64_t have = doctor_connections(v->db), workers = workers_of_all(v->config), others = 8;

	if (unanswered(v, "connections"))
		return;
	if (have >= 2 * workers + others)
		well(v, "%lld connections are allowed, for %lld workers, twice while they are replaced, and jobs",
		     (long long)have, (long long)workers);
	else if (have >= workers + others)
		warning(v, MEND, "%lld connections are allowed, enough for %lld workers, but a reload wants %lld",
			(long long)have, (long long)workers, (long long)(2 * workers + others));
	else
		fault(v, MEND, "%lld connections are allowed, this node alone wants %lld", (long long)have,
		      (long long)(workers + others));
}

enum { WORKER_MB = 3, HASH_MB = 19 };

/* The database wants memory too, and what a machine has to spare it keeps files in. */
static void check_memory(struct visit *v)
{
	const struct config *c = v->config;
	int64_t have = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) >> 20;
	int64_t want = WORKER_MB * (int64_t)workers_of_all(c) + HASH_MB * ((int64_t)c->hash_seats + c->gate_hash_seats);

	if (want <= have / 2)
		well(v, "%lld MB for workers and passwords at their busiest, of %lld", (long long)want,
		     (long long)have);
	else
		warning(v, "Lower [serve] outside_workers, web_workers, hash_seats.",
			"workers and passwords may take %lld of this machine's %lld MB", (long long)want,
			(long long)have);
}

static void check_clock(struct visit *v)
{
	ms_t theirs = doctor_clock(v->db), apart = clock_now() - theirs;

	if (unanswered(v, "its clock"))
		return;
	if (apart > -2 * MS_SECOND && apart < 2 * MS_SECOND)
		well(v, "this clock and the database's agree");
	else
		fault(v, "Run an NTP client on both machines.", "this clock and the database's are %lld s apart",
		      (long long)(apart / MS_SECOND));
}

static void check_jobs(struct visit *v)
{
	ms_t waits = outbox_pending_age(v->db, clock_now());
	int64_t lapsed = doctor_overdue_holds(v->db, clock_now());

	if (unanswered(v, "jobs"))
		return;
	if (waits > 2 * MS_MINUTE || lapsed)
		warning(v, "Is `gatehouse jobs` running? Stock is usable anyway; messages are not sent without it.",
			"a message waits for %lld s, %lld holds lapsed more than five minutes ago",
			(long long)(waits / MS_SECOND), (long long)lapsed);
	else
		well(v, "jobs keep up");
}

static void check_copy(struct visit *v)
{
	const char *of = copy_of(v->db);

	if (!unanswered(v, "whether this is a restored copy") && of)
		warning(v, "Where it is to be the site: gatehouse resume.",
			"this was restored from the backup of %s: no message is sent and no payment taken", of);
}

static void check_maintenance(struct visit *v)
{
	ms_t until;

	if (maintenance_on(v->config->maintenance, &until))
		warning(v, "When it is over: gatehouse maintenance off.", "this node is closed for maintenance");
}

static void check_staff(struct visit *v)
{
	int64_t staff = doctor_staff(v->db);

	if (unanswered(v, "staff accounts"))
		return;
	if (staff)
		well(v, "there is a staff account");
	else
		warning(v, "gatehouse account --email you@example.com --name You", "nobody can sign in as staff yet");
}

static void check_event_keys(struct visit *v)
{
	int64_t missing = doctor_events_without_key(v->db);

	if (unanswered(v, "the events' signing keys"))
		return;
	if (missing)
		fault(v,
		      "Their tickets cannot show codes. Put event_key back from a backup; a new key opens none of the codes that are out.",
		      "%lld events have no signing key", (long long)missing);
	else
		well(v, "every event has its signing key");
}

/* A socket that nobody answers on means that its process is not running. */
static void check_socket(struct visit *v, const char *name, const char *mend)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof to.sun_path, "%s/%s", v->config->run_dir, name);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
		warning(v, mend, "nothing answers on %s", to.sun_path);
	else
		well(v, "%s answers", to.sun_path);
	if (fd >= 0)
		close(fd);
}

static void check_site(struct visit *v)
{
	const struct config *c = v->config;

	if (strncmp(c->base_url, "https://", 8) && !c->demo)
		fault(v, "Set [site] base_url to the https address people use; cookies and codes need it.",
		      "base_url is %s", c->base_url);
	else
		well(v, "base_url is %s", c->base_url);
	if (c->demo && strstr(c->base_url, "localhost") == NULL && strstr(c->base_url, "127.0.0.1") == NULL)
		fault(v, "Set [site] demo = no: it shows everyone's messages.", "demo mode on a public address");
	if (!c->demo && !strcmp(c->sms_transport, "sandbox"))
		warning(v, "Set [sms] transport, url and token: codes are not sent.",
			"text messages go nowhere (sandbox)");
	if (!c->demo && !strcmp(c->mail_transport, "sandbox"))
		warning(v, "Set [mail] transport and url: tickets are not mailed.", "mail goes nowhere (sandbox)");
	if (!c->demo && !strcmp(c->payment_provider, "sandbox"))
		fault(v, "Set [payment] provider.", "payments are play money (sandbox)");
}

int command_doctor(const struct config *config, int argc, char **argv)
{
	struct visit v = { .config = config, .db = db_new(NULL, config) };
	bool schema_fits;

	(void)argc;
	(void)argv;
	check_site(&v);
	check_directory(&v, "templates", config->templates, R_OK | X_OK, "Set [paths] templates, or install again.");
	check_directory(&v, "static files", config->statics, R_OK | X_OK, "Set [paths] static, or install again.");
	check_directory(&v, "migrations", config->migrations, R_OK | X_OK, "Set [paths] migrations, or install again.");
	check_directory(&v, "run directory", config->run_dir, R_OK | W_OK | X_OK, "Make it, owned by this user.");
	check_directory(&v, "files", config->files, R_OK | W_OK | X_OK, "Make it, owned by this user.");
	check_key(&v);
	check_maintenance(&v);
	check_memory(&v);
	check_database(&v);
	if (v.connected) {
		schema_fits = check_schema(&v);
		check_server(&v);
		check_room(&v, "DATADIR");
		check_room(&v, "TMPDIR");
		check_connections(&v);
		check_clock(&v);
		if (schema_fits) {
			check_writes(&v);
			check_jobs(&v);
			check_copy(&v);
			check_staff(&v);
			check_event_keys(&v);
		}
	}
	for (enum pool pool = 0; pool < POOLS; pool++)
		check_socket(&v, POOL[pool].socket, "Start `gatehouse serve`, or let the web server start it.");
	check_socket(&v, "live.sock", "Start `gatehouse live`; without it counts are asked for every two seconds.");
	talloc_free(v.db);
	printf("%u wrong, %u worth a look\n", v.faults, v.warnings);
	return v.faults ? 1 : 0;
}
