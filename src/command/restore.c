/* `gatehouse restore DIR`: a backup into an empty database. Whoever looks at it meanwhile sees a database without a schema, for
 * the table that says which it is comes last; and before that it is marked as a copy, which sends no message and charges
 * nobody until `gatehouse resume` says that it is the site.
 *
 * `gatehouse resume`: what waited to be sent is not: whether it was, before the backup was made or after, nobody knows here. It
 * is failed, and staff send again what they want to. */
#include "base/chronicle.h"
#include "command/archive.h"
#include "command/client.h"
#include "command/command.h"
#include "db/migrate.h"
#include "store/audit.h"
#include "store/copy.h"
#include "store/doctor.h"
#include "store/outbox.h"
#include "store/system_log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool complain(const char *what)
{
	fprintf(stderr, "gatehouse: %s\n", what);
	return false;
}

static bool database_failed(struct db *db)
{
	fprintf(stderr, "gatehouse: the database does not answer: %s\n", db_message(db));
	return false;
}

/* Is the key of that fingerprint in the file, be it one that was replaced? */
static bool has_key(const char *print)
{
	for (unsigned i = 0; key_print(i); i++)
		if (!strcmp(key_print(i), print))
			return true;
	return false;
}

/* Is the backup whole, and for this program and key? */
static bool fits(const struct config *config, const char *dir, struct archive *archive)
{
	char *data = archive_path(NULL, dir, ARCHIVE_DATA), *schema = archive_path(data, dir, ARCHIVE_SCHEMA);
	char digest[DIGEST_SIZE], digest_schema[DIGEST_SIZE];
	bool good = archive_read(dir, archive) && archive_digest(data, digest) && archive_digest(schema, digest_schema);

	if (good && (strcmp(digest, archive->data) || strcmp(digest_schema, archive->versions)))
		good = complain("this backup is damaged: its scripts are not what backup.json says");
	if (good && !has_key(archive->key)) {
		fprintf(stderr,
			"gatehouse: %s is another site key than the backup's: put back the one with the fingerprint %s\n",
			config->key_file, archive->key);
		good = false;
	}
	if (good && archive->schema > migrate_latest(config->migrations))
		good = complain("this backup is of a newer program: install that first");
	talloc_free(data);
	return good;
}

/* Nobody else may be there, and nothing: what is put back meets nothing that it could be mixed with. */
static bool is_empty(struct db *db, const struct config *config)
{
	int64_t tables, others;

	if (!migrate_enter(db))
		return database_failed(db);
	tables = doctor_tables(db);
	others = doctor_others(db);
	if (db_error(db) != DB_OK)
		return database_failed(db);
	if (tables) {
		fprintf(stderr,
			"gatehouse: the database %s is not empty: name a new one in [database] name, or drop this one\n",
			config->db_name);
		return false;
	}
	if (others)
		return complain("somebody else is connected to this database: stop serve, live and jobs on all nodes");
	return true;
}

static bool run_script(const struct config *config, const char *dir, const char *name)
{
	/* What a script refers to may come later in it. */
	const char *const argv[] = { "--default-character-set=utf8mb4", "--batch", config->db_name, NULL };
	char *path = archive_path(NULL, dir, name);
	int in = open(path, O_RDONLY | O_CLOEXEC);
	bool good = in >= 0;

	if (!good)
		fprintf(stderr, "gatehouse: %s: %s\n", path, strerror(errno));
	good = good && client_run(config, "mariadb", argv, in, STDOUT_FILENO);
	if (in >= 0)
		close(in);
	talloc_free(path);
	return good;
}

static bool put_back(struct db *db, const struct config *config, const char *dir, const struct archive *archive)
{
	char at[ISO_SIZE];
	const char *error;

	if (!run_script(config, dir, ARCHIVE_DATA))
		return false;
	copy_unmark(db); /* a backup of a copy has the mark already */
	if (!copy_mark(db, clock_iso(archive->made_at, at), clock_now()))
		return database_failed(db);
	if (!run_script(config, dir, ARCHIVE_SCHEMA))
		return false;
	return db_analyze(db, &error) || complain(error);
}

/* Says what is there now, and what is to be done. */
static int report(struct db *db, const struct config *config, const struct archive *archive)
{
	unsigned n = 0, failed = 1;
	char at[ISO_SIZE];

	printf("restored: the database %s at schema %d as it was at %s\n", config->db_name, archive->schema,
	       clock_iso(archive->made_at, at));
	if (archive->schema < migrate_latest(config->migrations)) {
		printf("it is older than this program: run `gatehouse migrate`, then `gatehouse audit`\n");
		failed = 0;
	} else if (audit_look(db, NULL, true, &n, &failed)) {
		printf("%u of %u invariants hold\n", n - failed, n);
	}
	printf("it sends no messages and charges nobody until `gatehouse resume`\n");
	return failed ? 1 : 0;
}

/* Where the schema is that of this program; else it is too old to have such a log. */
static void tell_staff(struct db *db, const struct config *config, const struct archive *archive)
{
	if (archive->schema != migrate_latest(config->migrations))
		return;
	chronicle_note("restored", F("of", arg_time(archive->made_at)), F("schema", archive->schema));
	db_memory(db, db);
	system_log_say(db);
}

int command_restore(const struct config *config, int argc, char **argv)
{
	struct archive archive = { 0 };
	const char *dir = argc == 1 ? argv[0] : NULL;
	int64_t copied = 0, damaged = 0;
	struct db *db;
	char *files;
	bool good;
	int status = 1;

	if (!dir || *dir == '-') {
		fprintf(stderr, "usage: gatehouse restore DIR    (into an empty database)\n");
		return 2;
	}
	db = db_new(NULL, config);
	db_patient(db);
	files = archive_path(db, dir, ARCHIVE_FILES);
	good = fits(config, dir, &archive) && is_empty(db, config);
	if (good && !put_back(db, config, dir, &archive))
		good = complain("the backup was not put back whole: drop the database before you try again");
	good = good && archive_copy_files(files, config->files, &copied, &damaged);
	if (good && copied != archive.files)
		good = complain("files are missing or damaged: the rest is in place");
	if (good) {
		status = report(db, config, &archive);
		tell_staff(db, config, &archive);
	}
	talloc_free(db);
	return status;
}

/* ---- resume ---- */

struct resumption {
	struct db *db;
	int64_t waiting;
};

static bool open_up(void *with)
{
	struct resumption *r = with;
	ms_t now = clock_now();

	r->waiting = outbox_give_up_waiting(
		r->db, "It waited when this site was restored from a backup. Send it again if it is still wanted.",
		now);
	return r->waiting >= 0 && copy_unmark(r->db) &&
	       audit_add(r->db, &(struct audit_entry){ .at = now,
						       .role = "system",
						       .action = "resume",
						       .noun = "setting",
						       .ip = "command line",
						       .request_id = "" });
}

int command_resume(const struct config *config, int argc, char **argv)
{
	struct resumption r = { .db = db_new(NULL, config) };
	int status = 1;

	(void)argc;
	(void)argv;
	if (!db_connect(r.db))
		database_failed(r.db);
	else if (!copy_of(r.db) && db_error(r.db) == DB_OK)
		complain("this database is no copy that was restored: it sends and charges already");
	else if (!db_transaction(r.db, open_up, NULL, &r))
		database_failed(r.db);
	else
		status = 0;
	if (!status) {
		chronicle_note("resumed", F("messages_failed", r.waiting));
		db_memory(r.db, r.db);
		system_log_say(r.db);
	}
	talloc_free(r.db);
	if (!status && r.waiting)
		printf("%lld messages waited: they are failed now, for staff to send again (/admin/outbox?status=failed)\n",
		       (long long)r.waiting);
	if (!status)
		printf("messages are sent and payments taken from now on\n");
	return status;
}
