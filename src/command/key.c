/* `gatehouse key`: a new site key takes over from an old one without anybody being signed out, an old one is taken out when
 * nothing is kept under it any more, and one that is lost for good is replaced, by name and never in passing.
 *
 * In this order nothing can be sealed under a key that is not there later: a new key is made known to the database before it is
 * in the file, and an old one is retired in the database, which waits for those that are sealing under it, before what
 * is under it is sealed anew, and only then it leaves the file. Cut off anywhere, it is done again from its beginning. */
#include "base/chronicle.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/uuid.h"
#include "command/command.h"
#include "command/site_key.h"
#include "db/migrate.h"
#include "rules/key_file.h"
#include "rules/keys.h"
#include "store/audit.h"
#include "store/site_key.h"
#include "store/system_log.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* What an app holds that an old key made is good for a day and a half at most. */
enum { HELD_HOURS = 36, MINUTES_MAX = 7 * 24 * 60, SEEN_MS = 2000 };

struct work {
	const struct config *config;
	struct db *db;
	ms_t now;
};

static int usage(void)
{
	fprintf(stderr, "usage: gatehouse key list | rotate [--in MINUTES] | retire [--now] | replace --lost\n");
	return 2;
}

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "gatehouse: %s: %s\n", what, why);
	return 1;
}

/* Only one at a time changes the file of a machine. */
static bool lock(const struct config *config)
{
	char copy[PATH_MAX];
	int fd;

	snprintf(copy, sizeof copy, "%s", config->key_file);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB))
		return true; /* until this process ends */
	complain(config->key_file, errno == EWOULDBLOCK ? "another `gatehouse key` is at work" : strerror(errno));
	return false;
}

static bool schema_fits(const struct work *w)
{
	int have = db_schema_version(w->db);

	if (have >= 0 && have == migrate_latest(w->config->migrations))
		return true;
	complain("the database",
		 have < 0 ? db_message(w->db) : "its schema is not this program's: run gatehouse migrate");
	return false;
}

/* Are the file and the database each other's? Else it says why not. */
static bool belongs(const struct work *w)
{
	const char *text;
	enum site_key_fault fault = site_key_look(w->config, w->db, &text);

	if (fault == SITE_KEY_GOOD)
		return true;
	fprintf(stderr, "gatehouse: %s: %s\n%s\n", w->config->key_file, text, site_key_mend(fault));
	return false;
}

/* Such work is in the audit log, like the office's. */
static bool note(const struct work *w, const char *action)
{
	return audit_add(w->db, &(struct audit_entry){ .at = w->now,
						       .role = "",
						       .action = action,
						       .noun = "site_key",
						       .noun_id = 0,
						       .ip = "command line",
						       .request_id = "" });
}

static void say_sealed(const struct sealed_count count[SEALED_KINDS])
{
	printf("%lld signing keys of events, %lld second factors and %lld secrets of webhooks were sealed anew.\n",
	       (long long)count[SEALED_EVENT_KEY].under_others, (long long)count[SEALED_SECOND_FACTOR].under_others,
	       (long long)(count[SEALED_WEBHOOK].under_others + count[SEALED_WEBHOOK_BEFORE].under_others));
	if (count[SEALED_PUSH].under_others)
		printf("The key for push services was sealed anew.\n");
	if (count[SEALED_PLATFORM].under_others)
		printf("%lld keys for platforms for learning were sealed anew.\n",
		       (long long)count[SEALED_PLATFORM].under_others);
}

/* ---- list ---- */

static int list(struct work *w)
{
	const char *print, *text, *error = NULL;
	const struct rows *rows;
	char at[ISO_SIZE];

	if (!schema_fits(w))
		return 1;
	rows = site_keys(w->db);
	if (!keys_load(w->config->key_file, false, &error))
		return complain(w->config->key_file, error);
	for (unsigned i = 0; (print = key_print(i)); i++)
		printf("%s  %s  since %s%s\n", print,
		       i == 0		      ? "in force"
		       : key_from(i) > w->now ? "waits   "
					      : "read    ",
		       key_from(i) ? clock_iso(key_from(i), at) : "the beginning",
		       site_key_known(w->db, print) ? "" : "  (not known to the database)");
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (!row_null(&row, "retired_at"))
			printf("%s  retired   on %s\n", row_text(&row, "fingerprint"),
			       clock_iso(row_time(&row, "retired_at"), at));
	}
	if (site_key_look(w->config, w->db, &text) == SITE_KEY_GOOD)
		return 0;
	return complain(w->config->key_file, text);
}

/* ---- rotate ---- */

/* The file with one more key, which takes over at from. */
static bool with_new_key(const struct work *w, ms_t from, struct key_lines *lines)
{
	const char *error = NULL;

	if (key_file_read(w->config->key_file, lines, &error) != KEY_FILE_READ) {
		complain(w->config->key_file, error);
	} else if (lines->n == KEY_LINES) {
		complain(w->config->key_file, "it holds eight keys: retire the old ones first (gatehouse key retire)");
	} else if (lines->line[0].from >= from) {
		complain(w->config->key_file, "another new key waits there for its time");
	} else {
		memmove(lines->line + 1, lines->line, lines->n * sizeof *lines->line);
		lines->n++;
		lines->line[0].from = from;
		random_bytes(lines->line[0].secret, SECRET_BYTES);
		return true;
	}
	key_file_wipe(lines);
	return false;
}

/* Known to the database first: what is sealed under it from the first moment on is expected there. */
static bool put_in(const struct work *w, const struct key_lines *lines, const char *print)
{
	if (!site_key_add(w->db, print, w->now) || !note(w, "rotate-key"))
		return complain("the database", db_message(w->db)), false;
	if (key_file_replace(w->config->key_file, lines))
		return true;
	complain(w->config->key_file, strerror(errno));
	site_key_remove(w->db, print);
	return false;
}

static int rotate(struct work *w, ms_t in)
{
	struct sealed_count count[SEALED_KINDS];
	const char *error = NULL;
	struct key_lines lines;
	char print[PRINT_SIZE], at[ISO_SIZE];
	bool put;

	if (!lock(w->config) || !schema_fits(w) || !belongs(w) || !with_new_key(w, w->now + in, &lines))
		return 1;
	put = put_in(w, &lines, key_print_of(lines.line[0].secret, print));
	key_file_wipe(&lines);
	if (!put)
		return 1;
	if (!keys_load(w->config->key_file, false, &error))
		return complain(w->config->key_file, error);
	printf("The new key %s is in force from %s on; what the others made is read as before.\n", print,
	       clock_iso(w->now + in, at));
	chronicle_note("site_key_rotated", F("key", print), F("in_force_from", at));
	if (!in && !sealed_anew(w->db, count))
		return complain("the database", db_message(w->db));
	if (!in)
		say_sealed(count);
	printf("Copy %s to all nodes%s, and back it up anew. Take the old key out by `gatehouse key retire`, in two days or"
	       " later.\n",
	       w->config->key_file, in ? " before then" : " at once");
	return 0;
}

/* ---- retire ---- */

/* Parts the file: those that stay, and behind them the fingerprints of those that go, which the one in force replaced. */
static unsigned part(const struct work *w, struct key_lines *lines, char gone[KEY_LINES][PRINT_SIZE], ms_t *since)
{
	unsigned at = 0, n = 0;

	while (at + 1 < lines->n && lines->line[at].from > w->now)
		at++;
	*since = lines->line[at].from;
	for (unsigned i = at + 1; i < lines->n; i++)
		key_print_of(lines->line[i].secret, gone[n++]);
	lines->n -= n;
	return n;
}

static bool retire_in_database(const struct work *w, char gone[KEY_LINES][PRINT_SIZE], unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!site_key_retire(w->db, gone[i], w->now))
			return false;
	return note(w, "retire-key");
}

/* All that is sealed must open by what stays. */
static bool nothing_left(const struct work *w)
{
	struct sealed_count count[SEALED_KINDS];

	if (!sealed_anew(w->db, count))
		return complain("the database", db_message(w->db)), false;
	say_sealed(count);
	return true;
}

/* Whoever makes something by an old key has seen the new one by then: processes look once a second. */
static void wait_for_all(ms_t since)
{
	const struct timespec step = { .tv_nsec = 50 * 1000 * 1000 };

	while (clock_now() < since + SEEN_MS)
		nanosleep(&step, NULL);
}

/* Takes those that are gone out of the database, then what is under them, then lines without them into the file. */
static bool take_out(const struct work *w, const struct key_lines *stay, char gone[KEY_LINES][PRINT_SIZE], unsigned n)
{
	if (!retire_in_database(w, gone, n))
		return complain("the database", db_message(w->db)), false;
	if (!nothing_left(w))
		return false;
	if (!key_file_replace(w->config->key_file, stay))
		return complain(w->config->key_file, strerror(errno)), false;
	for (unsigned i = 0; i < n; i++)
		printf("The key %s is retired.\n", gone[i]);
	chronicle_note("site_key_retired", F("keys", (int)n));
	printf("Copy %s to all nodes, and back it up anew.\n", w->config->key_file);
	return true;
}

static int retire(struct work *w, bool now)
{
	char gone[KEY_LINES][PRINT_SIZE];
	struct key_lines lines;
	const char *error = NULL;
	ms_t since;
	unsigned n;
	int status = 1;

	if (!lock(w->config) || !schema_fits(w) || !belongs(w))
		return 1;
	if (key_file_read(w->config->key_file, &lines, &error) != KEY_FILE_READ)
		return complain(w->config->key_file, error);
	n = part(w, &lines, gone, &since);
	if (!n)
		status = puts("There is no old key.") < 0;
	else if (!now && w->now - since < HELD_HOURS * MS_HOUR)
		complain(
			"too early",
			"apps hold what the old key made for up to 36 hours. With --now all of that ends at once: apps "
			"get new tokens by themselves, a form that is open has to be opened again");
	else {
		wait_for_all(since);
		status = !take_out(w, &lines, gone, n);
	}
	key_file_wipe(&lines);
	return status;
}

/* ---- replace --lost ---- */

struct replacing {
	struct work *work;
	struct sealed_count count[SEALED_KINDS];
};

static bool replace_work(void *with)
{
	struct replacing *r = with;
	struct work *w = r->work;
	const struct rows *rows = site_keys(w->db);
	const char *print;

	for (unsigned i = 0; (print = key_print(i)); i++)
		site_key_add(w->db, print, w->now);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		bool there = false;

		for (unsigned k = 0; (print = key_print(k)); k++)
			there |= row_is(&row, "fingerprint", print);
		if (!there)
			site_key_retire(w->db, row_text(&row, "fingerprint"), w->now);
	}
	return sealed_give_up(w->db, w->now, r->count) && note(w, "replace-key");
}

static int replace(struct work *w)
{
	struct replacing r = { .work = w };
	const char *text, *error = NULL;
	enum site_key_fault fault;

	if (!lock(w->config) || !schema_fits(w))
		return 1;
	fault = site_key_look(w->config, w->db, &text);
	if (fault != SITE_KEY_LOST && fault != SITE_KEY_FOREIGN && fault != SITE_KEY_BEHIND)
		return complain(w->config->key_file,
				fault == SITE_KEY_GOOD ? "it is the database's: there is nothing lost" : text);
	if (!keys_load(w->config->key_file, fault == SITE_KEY_LOST, &error))
		return complain(w->config->key_file, error);
	if (!db_transaction(w->db, replace_work, NULL, &r))
		return complain("the database", db_message(w->db));
	chronicle_note("site_key_replaced", F("key", key_print(0)));
	printf("The key %s is the database's from now on; keep a copy of it.\n"
	       "%lld events sign by a new key; codes that are out stay good.\n"
	       "%lld second factors are gone: their people sign in without, and enrol again.\n"
	       "%lld webhooks are off until they have a new secret.\n",
	       key_print(0), (long long)r.count[SEALED_EVENT_KEY].unopened,
	       (long long)r.count[SEALED_SECOND_FACTOR].unopened, (long long)r.count[SEALED_WEBHOOK].unopened);
	if (r.count[SEALED_PUSH].unopened)
		printf("Devices are told nothing until their people switch that on again.\n");
	if (r.count[SEALED_PLATFORM].unopened)
		printf("%lld platforms for learning get no scores until they are made anew.\n",
		       (long long)r.count[SEALED_PLATFORM].unopened);
	return 0;
}

/* ---- which of them ---- */

static int list_as_told(struct work *w, int argc, char **argv)
{
	(void)argv;
	return argc ? usage() : list(w);
}

static int rotate_as_told(struct work *w, int argc, char **argv)
{
	char *end;
	long minutes;

	if (!argc)
		return rotate(w, 0);
	if (argc != 2 || strcmp(argv[0], "--in"))
		return usage();
	minutes = strtol(argv[1], &end, 10);
	if (end == argv[1] || *end || minutes < 1 || minutes > MINUTES_MAX)
		return complain("--in", "a number of minutes, up to a week"), 2;
	return rotate(w, minutes * MS_MINUTE);
}

static int retire_as_told(struct work *w, int argc, char **argv)
{
	return argc > 1 || (argc && strcmp(argv[0], "--now")) ? usage() : retire(w, argc);
}

static int replace_as_told(struct work *w, int argc, char **argv)
{
	return argc != 1 || strcmp(argv[0], "--lost") ? usage() : replace(w);
}

static const struct {
	const char *name;
	int (*run)(struct work *w, int argc, char **argv); /* without the name */
} ACTS[] = {
	{ "list", list_as_told },
	{ "rotate", rotate_as_told },
	{ "retire", retire_as_told },
	{ "replace", replace_as_told },
};

static int choose(struct work *w, int argc, char **argv)
{
	for (size_t i = 0; argc && i < sizeof ACTS / sizeof *ACTS; i++)
		if (!strcmp(argv[0], ACTS[i].name))
			return ACTS[i].run(w, argc - 1, argv + 1);
	return usage();
}

int command_key(const struct config *config, int argc, char **argv)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct work w = { .config = config, .db = db_new(ctx, config), .now = clock_now() };
	int status;

	db_memory(w.db, ctx);
	db_patient(w.db);
	status = choose(&w, argc, argv);
	if (chronicle_first())
		system_log_say(w.db);
	talloc_free(ctx);
	return status;
}
