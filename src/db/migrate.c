/* Migrations go forward only: a step that was a mistake is mended by the next one. Each is recorded when it is through,
 * with its checksum, so that a file changed afterwards is noticed: the change would reach new installations alone. */
#include "db/migrate.h"
#include "base/clock.h"
#include "base/log.h"
#include "db/internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SQL(text) (text), sizeof(text) - 1

enum { FILE_MAX = 16 << 20, LOCK_WAIT_S = 120 };

/* One run of migrations. */
struct migration {
	struct db *db;
	const char *directory;
	int wait_s;  /* for what is open */
	bool closed; /* the schema is open for no program */
};

static const char FIND_SCHEMA[] = "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
/* A name cannot be an argument, so the server itself quotes it. */
static const char MAKE_SCHEMA[] =
	"EXECUTE IMMEDIATE CONCAT('CREATE DATABASE IF NOT EXISTS `', REPLACE(@gatehouse_schema, '`', '``'),"
	" '` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci')";
static const char MAKE_TABLE[] = "CREATE TABLE IF NOT EXISTS schema_migration (\n"
				 "	version INT NOT NULL PRIMARY KEY,\n"
				 "	name VARCHAR(120) NOT NULL,\n"
				 "	applied_at DATETIME(3) NOT NULL,\n"
				 "	checksum CHAR(64) NOT NULL COMMENT 'SHA-256 of the file'\n"
				 ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci";
/* For which program the schema is open; see schema.c. */
static const char MAKE_NOW[] =
	"CREATE TABLE IF NOT EXISTS schema_now (\n"
	"	one TINYINT NOT NULL PRIMARY KEY,\n"
	"	version INT NOT NULL COMMENT '0 while a migration runs, or when one was cut off'\n"
	") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci";
static const char SET_NOW[] = "INSERT INTO schema_now (one, version) VALUES (1, ?)\n"
			      "ON DUPLICATE KEY UPDATE version = VALUES(version)";
static const char APPLIED[] = "SELECT checksum <> SHA2(?, 256) AS changed FROM schema_migration WHERE version = ?";
static const char RECORD[] = "INSERT INTO schema_migration (version, name, applied_at, checksum)\n"
			     "VALUES (?, ?, ?, SHA2(?, 256))";

/* The number that a migration's file name begins with; 0 for any other file. */
static int version_of(const char *name)
{
	size_t digits = strspn(name, "0123456789"), len = strlen(name);

	if (digits != 4 || name[4] != '-' || len < 9 || strcmp(name + len - 4, ".sql") != 0)
		return 0;
	return (int)strtol(name, NULL, 10);
}

static int is_migration(const struct dirent *entry)
{
	return version_of(entry->d_name) > 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The names in order on ctx; -1 when the directory cannot be read or two share a number. */
static int list_files(TALLOC_CTX *ctx, const char *directory, char ***names)
{
	struct dirent **entries;
	int n = scandir(directory, &entries, is_migration, by_name);

	if (n < 0) {
		log_error("migrations_unreadable", F("directory", directory), F("message", strerror(errno)));
		return -1;
	}
	*names = talloc_array(ctx, char *, (unsigned)n);
	for (int i = 0; i < n; i++) {
		(*names)[i] = talloc_strdup(*names, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	for (int i = 1; i < n; i++)
		if (version_of((*names)[i]) == version_of((*names)[i - 1])) {
			log_error("migrations_collide", F("first", (*names)[i - 1]), F("second", (*names)[i]));
			return -1;
		}
	return n;
}

int migrate_latest(const char *directory)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char **names;
	int n = list_files(ctx, directory, &names);
	int latest = n > 0 ? version_of(names[n - 1]) : n;

	talloc_free(ctx);
	return latest;
}

static char *read_script(TALLOC_CTX *ctx, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text = NULL;
	size_t have = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		goto fail;
	errno = EFBIG;
	if (st.st_size > FILE_MAX)
		goto fail;
	text = talloc_zero_size(ctx, (size_t)st.st_size + 1);
	while (have < (size_t)st.st_size) {
		ssize_t got = read(fd, text + have, (size_t)st.st_size - have);

		if (got < 0)
			goto fail;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	close(fd);
	return text;
fail:
	log_error("migration_unreadable", F("file", path), F("message", strerror(errno)));
	if (fd >= 0)
		close(fd);
	return NULL;
}

bool migrate_enter(struct db *db)
{
	const char *name = db->config->db_name;
	bool good;

	db_close(db);
	db->patient = db->no_schema = true;
	good = db_connect(db);
	db->no_schema = false;
	if (!good)
		return false;
	if (db_int(db, FIND_SCHEMA, args(name)) == 0 && !db->error) {
		if (db_exec(db, "SET @gatehouse_schema = ?", args(name)) < 0)
			return false;
		if (!db_text(db, SQL(MAKE_SCHEMA))) {
			db_fail(db, code_means(db->code), MAKE_SCHEMA);
			return false;
		}
		printf("made the database %s\n", name);
	}
	if (db->error)
		return false;
	if (mysql_select_db(db->mysql, name) != 0) {
		db_note(db, mysql_errno(db->mysql), mysql_error(db->mysql));
		db_fail(db, code_means(db->code), NULL);
		return false;
	}
	return true;
}

static bool apply(struct db *db, const char *file, const char *script)
{
	struct script_place place;
	ms_t began = clock_monotonic();

	if (!script_run(db, script, &place)) {
		log_error("migration_failed", F("file", file), F("statement", place.statement), F("line", place.line),
			  F("code", db->code), F("message", db->message));
		db_fail(db, code_means(db->code), NULL);
		return false;
	}
	if (db_exec(db, RECORD, args(version_of(file), file, arg_time(clock_now()), script)) != 1) {
		log_error("migration_unrecorded", F("file", file), F("message", db_message(db)));
		return false;
	}
	printf("%s applied in %" PRId64 " ms\n", file, clock_monotonic() - began);
	return true;
}

/* Lets no program in any more, and waits until those that are in have gone: a change of the table that each of them has read
 * in its transaction begins when the last has ended. On a cluster it ends those of the other nodes, which begin again
 * and find the door shut. What waits longer than their statements may take is put off, with all open as it was. */
static bool close_schema(struct migration *m)
{
	struct db *db = m->db;
	char sql[100];
	int64_t before;
	int len;

	if (m->closed)
		return true;
	before = db_int(db, "SELECT version FROM schema_now WHERE one = 1", no_args);
	if (db_exec(db, SET_NOW, args(0)) < 0)
		return false;
	len = snprintf(sql, sizeof sql, "SET STATEMENT lock_wait_timeout = %d FOR ALTER TABLE schema_now FORCE",
		       m->wait_s);
	m->closed = db_text(db, sql, (size_t)len);
	if (!m->closed) {
		log_error("migration_waits_too_long", F("seconds", m->wait_s), F("code", db->code),
			  F("error", db->message),
			  F("message",
			    "something has a transaction open for longer than that. Nothing was changed; try again"));
		db_fail(db, code_means(db->code), NULL);
		db_clear(db);
		db_exec(db, SET_NOW, args(before));
	}
	return m->closed;
}

/* One file: applies it unless that was done before. */
static bool step(struct migration *m, const char *file)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct db *db = m->db;
	char *path = talloc_asprintf(ctx, "%s/%s", m->directory, file);
	char *script = read_script(ctx, path);
	bool good = false;

	if (script) {
		const struct row *row;

		db_memory(db, ctx);
		row = db_one(db, APPLIED, args(script, version_of(file)));
		if (row && row_int(row, "changed"))
			log_warn("migration_changed", F("file", file));
		good = row ? true : !db->error && close_schema(m) && apply(db, file, script);
		db_memory(db, db);
	}
	talloc_free(ctx);
	return good;
}

static bool run_files(struct migration *m)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	char **names;
	int n = list_files(ctx, m->directory, &names);
	bool good = n >= 0;

	for (int i = 0; good && i < n; i++)
		good = step(m, names[i]);
	talloc_free(ctx);
	return good;
}

/* What a newer program left is not for this one, which knows nothing of its last steps. */
static bool is_ours(int version, const char *directory)
{
	int latest = migrate_latest(directory);

	if (version > latest)
		log_error("schema_is_newer", F("schema", version), F("program", latest),
			  F("message", "this program is older than the schema: run the newer one"));
	return version >= 0 && version <= latest;
}

bool migrate_run(struct db *db, const char *directory)
{
	return migrate_run_within(db, directory, MIGRATE_WAIT_S);
}

bool migrate_run_within(struct db *db, const char *directory, int wait_s)
{
	struct migration m = { .db = db, .directory = directory, .wait_s = wait_s };
	TALLOC_CTX *memory = db->memory;
	bool patient = db->patient, good;
	int version, expected = db->schema;

	db_expect_schema(db, 0);

	if (!migrate_enter(db)) {
		log_error("migrate_failed", F("message", db_message(db)));
		return false;
	}
	/* Two who migrate at once would each run half of the steps. The lock is the server's: one name a database. */
	if (db_int(db, "SELECT GET_LOCK(CONCAT('gatehouse-', MD5(DATABASE())), ?)", args((int)LOCK_WAIT_S)) != 1) {
		log_error("migrate_locked", F("message", "another migration is running"));
		return false;
	}
	good = db_exec(db, MAKE_TABLE, no_args) >= 0 && db_exec(db, MAKE_NOW, no_args) >= 0;
	version = good ? db_schema_version(db) : -1;
	good = good && is_ours(version, directory) && run_files(&m);
	db->memory = memory;
	version = good ? db_schema_version(db) : -1;
	good = good && !db->error && db_exec(db, SET_NOW, args(version)) >= 0;
	if (!db->error)
		db_int(db, "SELECT RELEASE_LOCK(CONCAT('gatehouse-', MD5(DATABASE())))", no_args);
	if (good)
		printf("the schema is at %d\n", version);
	/* The next statement gets a connection with the usual limits again. */
	db->patient = patient;
	db_expect_schema(db, expected);
	db_close(db);
	return good;
}
