/* `gatehouse backup DIR`: the database in one snapshot, then the files, which it names or has named, for a file stays a day
 * after its last row let it go. It runs beside sales and scans. The directory has its name when all is in it, so half a backup
 * is never taken for a whole one. */
#include "base/clock.h"
#include "command/archive.h"
#include "command/client.h"
#include "command/command.h"
#include "db/db.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIR_MAX = 400 };

static bool complain(const char *path)
{
	fprintf(stderr, "gatehouse: %s: %s\n", path, strerror(errno));
	return false;
}

/* only: nothing but that table; NULL: all but it. */
static bool dump(const struct config *config, const char *path, const char *only, char digest[DIGEST_SIZE])
{
	/* Never a table that is there already is dropped when it is put back. */
	const char *argv[] = { "--single-transaction",
			       "--quick",
			       "--hex-blob",
			       "--triggers",
			       "--no-tablespaces",
			       "--skip-add-drop-table",
			       "--skip-add-locks",
			       "--skip-comments",
			       "--default-character-set=utf8mb4",
			       NULL,
			       NULL,
			       NULL,
			       NULL };
	char *ignored = talloc_asprintf(NULL, "--ignore-table=%s.%s", config->db_name, ARCHIVE_TABLE);
	size_t n = 9;
	int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600),
	    none = open("/dev/null", O_RDONLY | O_CLOEXEC);
	bool good = (out >= 0 && none >= 0) || complain(path);

	if (!only)
		argv[n++] = ignored;
	argv[n++] = config->db_name;
	argv[n] = only;
	good = good && client_run(config, "mariadb-dump", argv, none, out);
	good = good && (fsync(out) == 0 || complain(path));
	if (out >= 0)
		close(out);
	if (none >= 0)
		close(none);
	talloc_free(ignored);
	return good && archive_digest(path, digest);
}

static int schema_of(const struct config *config)
{
	struct db *db = db_new(NULL, config);
	int version = -1;

	if (db_connect(db))
		version = db_schema_version(db);
	if (version < 0)
		fprintf(stderr, "gatehouse: the database does not answer: %s\n", db_message(db));
	else if (!version)
		fprintf(stderr, "gatehouse: the database %s is empty\n", config->db_name);
	talloc_free(db);
	return version;
}

/* The parts, in their order. The schema is asked before and after: between, nobody may have changed it. */
static bool fill(const struct config *config, const char *dir, struct archive *archive, int64_t *damaged)
{
	char *data = archive_path(NULL, dir, ARCHIVE_DATA), *schema = archive_path(data, dir, ARCHIVE_SCHEMA);
	char *files = archive_path(data, dir, ARCHIVE_FILES);
	bool good;

	archive->made_at = clock_now();
	archive->schema = schema_of(config);
	snprintf(archive->key, sizeof archive->key, "%s", key_print(0));
	good = archive->schema > 0 && dump(config, data, NULL, archive->data) &&
	       dump(config, schema, ARCHIVE_TABLE, archive->versions);
	if (good && schema_of(config) != archive->schema) {
		fprintf(stderr, "gatehouse: the schema was changed meanwhile; make the backup again\n");
		good = false;
	}
	good = good && archive_copy_files(config->files, files, &archive->files, damaged) &&
	       archive_write(dir, archive);
	talloc_free(data);
	return good;
}

/* What was begun goes again. */
static void remove_partial(const char *dir)
{
	static const char *const PARTS[] = { ARCHIVE_DATA, ARCHIVE_SCHEMA };

	for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
		char *path = archive_path(NULL, dir, PARTS[i]);

		unlink(path);
		talloc_free(path);
	}
	if (rmdir(dir))
		fprintf(stderr, "gatehouse: %s holds a part of a backup, which is none: remove it\n", dir);
}

static bool make_partial(const char *dir, const char *partial)
{
	if (!mkdir(partial, 0700))
		return true;
	if (errno == ENOENT) {
		fprintf(stderr, "gatehouse: the directory that %s is to be made in is not there\n", dir);
		return false;
	}
	if (errno != EEXIST)
		return complain(partial);
	fprintf(stderr,
		"gatehouse: %s is there: a part of a backup that was cut off, or one that is being made. Remove it if nobody is at it.\n",
		partial);
	return false;
}

int command_backup(const struct config *config, int argc, char **argv)
{
	struct archive archive = { 0 };
	int64_t damaged = 0;
	const char *dir = argc == 1 ? argv[0] : NULL;
	char *partial;
	bool good;

	if (!dir || *dir == '-' || !*dir || strlen(dir) > DIR_MAX) {
		fprintf(stderr, "usage: gatehouse backup DIR    (a directory that is not there yet)\n");
		return 2;
	}
	if (!access(dir, F_OK)) {
		fprintf(stderr, "gatehouse: %s is there already\n", dir);
		return 1;
	}
	partial = talloc_asprintf(NULL, "%s.partial", dir);
	umask(0077);
	good = make_partial(dir, partial);
	if (good && !fill(config, partial, &archive, &damaged)) {
		remove_partial(partial);
		good = false;
	}
	good = good && (!rename(partial, dir) || complain(dir));
	talloc_free(partial);
	if (!good)
		return 1;
	printf("%s: the database at schema %d, and %lld files. The site key %s is not in it: keep a copy elsewhere.\n",
	       dir, archive.schema, (long long)archive.files, config->key_file);
	if (damaged)
		printf("%lld files are damaged and left out: see above\n", (long long)damaged);
	return damaged ? 1 : 0;
}
