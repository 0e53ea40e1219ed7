#ifndef STORE_FILE_H
#define STORE_FILE_H
/* The index of uploaded files, by their SHA-256 in hex. A file that no row names goes a day after it was brought or let go.
 * To name files in one more column: give it a foreign key to stored_file, and NAMED in file.c its line. */
#include "db/db.h"

/* Brings a file into the index, or begins its day anew. Before its bytes are written, in the transaction that names it: its row
 * is locked from here to the commit, so that nobody takes the file away meanwhile. thumb: the small one that is shown in its
 * place, which was brought before; NULL: none. */
bool file_bring(struct db *db, const char *sha256, const char *thumb, int64_t bytes, int64_t account_id, ms_t now);
/* The small one of a picture; NULL: it has none. */
const char *file_thumb(struct db *db, const char *sha256);
/* The sha256 of named files that nobody looked at yet, whether they need a small one: those behind after ("": all), so many at
 * most, in order. */
const struct rows *files_without_thumb(struct db *db, const char *after, int64_t most);
/* Names the small one of such a file, which was brought before in this transaction. False: somebody did it meanwhile, or it is
 * gone; or the database failed. */
bool file_give_thumb(struct db *db, const char *sha256, const char *thumb);
/* It has none: it is small itself, or cannot be read. False: the database failed. */
bool file_needs_no_thumb(struct db *db, const char *sha256);
/* Takes in a file that was found on the disk, written at that time; nothing happens where the index has it. */
bool file_adopt(struct db *db, const char *sha256, int64_t bytes, ms_t written);

/* The sha256 of all whose name begins with these hex digits. */
const struct rows *files_under(struct db *db, const char *digits);
/* Looks, of the same, which are named and which are not: the day of those that are not any more begins now. False on failure. */
bool files_look(struct db *db, const char *digits, ms_t now);
/* The sha256 of at most 500 of them that have been unnamed since before then. */
const struct rows *files_unnamed(struct db *db, const char *digits, ms_t before);
/* Where no row names it any more, its day begins now, so that who let it go may take it away at once. */
void file_let_go(struct db *db, const char *sha256, ms_t now);
/* Takes one out of the index, unless a row names it or its day began anew: 1, or 0; -1 on failure. Its row is locked until the
 * transaction ends. */
int64_t file_drop(struct db *db, const char *sha256, ms_t before);

#endif
