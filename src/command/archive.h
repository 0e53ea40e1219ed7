#ifndef COMMAND_ARCHIVE_H
#define COMMAND_ARCHIVE_H
/* A backup as it lies in its directory, which `gatehouse backup` makes and `gatehouse restore` reads:
 *
 *     backup.json   what it is: format, when, of which program, schema and key, and what the files below must be
 *     data.sql      the database in one snapshot, all but the table that says which schema it is of
 *     schema.sql    that table: it is put back last, so that nobody takes half a database for one
 *     files/        what people uploaded, under its SHA-256
 *
 * Settings and the site key are not in it: who has both reads all. */
#include "base/clock.h"
#include "rules/keys.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

enum { ARCHIVE_FORMAT = 1, DIGEST_SIZE = 65 };

#define ARCHIVE_DATA "data.sql"
#define ARCHIVE_SCHEMA "schema.sql"
#define ARCHIVE_FILES "files"
/* The table that ARCHIVE_SCHEMA holds. */
#define ARCHIVE_TABLE "schema_migration"

struct archive {
	ms_t made_at;
	int schema;
	char key[PRINT_SIZE];
	char data[DIGEST_SIZE], versions[DIGEST_SIZE]; /* SHA-256 of the two scripts */
	int64_t files;
};

/* dir/name, on ctx. */
char *archive_path(TALLOC_CTX *ctx, const char *dir, const char *name);
/* The digest of that file. False: it cannot be read, which it says. */
bool archive_digest(const char *path, char digest[DIGEST_SIZE]);
/* Writes dir/backup.json. False: said why. */
bool archive_write(const char *dir, const struct archive *archive);
/* Reads it. False: said why. */
bool archive_read(const char *dir, struct archive *archive);
/* Copies all stored files of one directory to another, each proved by its name. What is damaged is left out, which it says.
 * False: the rest could not be copied, said why. */
bool archive_copy_files(const char *from, const char *to, int64_t *copied, int64_t *damaged);

#endif
