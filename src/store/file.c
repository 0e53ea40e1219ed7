/* That nothing goes which a row names is held twice: NAMED finds what may go, and a foreign key of each column refuses to let
 * go what was named since. */
#include "store/file.h"

/* Does a row name the file f? Every column that has a foreign key to stored_file. */
#define NAMED(f)                                                                                                       \
	"(EXISTS (SELECT 1 FROM account WHERE photo = " f ".sha256)"                                                   \
	" OR EXISTS (SELECT 1 FROM organizer WHERE logo = " f ".sha256)"                                               \
	" OR EXISTS (SELECT 1 FROM campus WHERE logo = " f ".sha256)"                                                  \
	" OR EXISTS (SELECT 1 FROM event WHERE image = " f ".sha256)"                                                  \
	" OR EXISTS (SELECT 1 FROM performer WHERE image = " f ".sha256)"                                              \
	" OR EXISTS (SELECT 1 FROM dependent WHERE photo = " f ".sha256)"                                              \
	" OR EXISTS (SELECT 1 FROM incident WHERE photo = " f ".sha256)"                                               \
	" OR EXISTS (SELECT 1 FROM attendance_evidence WHERE file_sha256 = " f ".sha256)"                              \
	" OR EXISTS (SELECT 1 FROM attendance_decision WHERE file_sha256 = " f ".sha256)"                              \
	" OR EXISTS (SELECT 1 FROM campus_report WHERE file_sha256 = " f ".sha256)"                                    \
	" OR EXISTS (SELECT 1 FROM picture_cut WHERE made = " f ".sha256)"                                             \
	" OR EXISTS (SELECT 1 FROM stored_file whole WHERE whole.thumb = " f ".sha256))"

bool file_bring(struct db *db, const char *sha256, const char *thumb, int64_t bytes, int64_t account_id, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO stored_file (sha256, thumb, looked, bytes, account_id, unnamed_since)"
		       " VALUES (?, ?, 1, ?, ?, ?)"
		       " ON DUPLICATE KEY UPDATE thumb = VALUES(thumb), looked = 1, bytes = VALUES(bytes),"
		       " account_id = VALUES(account_id), unnamed_since = VALUES(unnamed_since)",
		       args(sha256, thumb, bytes, arg_id_or_null(account_id), arg_time(now))) >= 0;
}

const char *file_thumb(struct db *db, const char *sha256)
{
	const struct row *row =
		db_one(db, "SELECT thumb FROM stored_file WHERE sha256 = ? AND thumb IS NOT NULL", args(sha256));

	return row ? row_text(row, "thumb") : NULL;
}

const struct rows *files_without_thumb(struct db *db, const char *after, int64_t most)
{
	return db_query(db,
			"SELECT sha256 FROM stored_file\n"
			"WHERE looked = 0 AND unnamed_since IS NULL AND sha256 > ?\n"
			"ORDER BY sha256\n"
			"LIMIT ?",
			args(after, most));
}

bool file_give_thumb(struct db *db, const char *sha256, const char *thumb)
{
	return db_exec(db,
		       "UPDATE stored_file SET thumb = ?, looked = 1\n"
		       "WHERE sha256 = ? AND looked = 0 AND thumb IS NULL",
		       args(thumb, sha256)) == 1;
}

bool file_needs_no_thumb(struct db *db, const char *sha256)
{
	return db_exec(db, "UPDATE stored_file SET looked = 1 WHERE sha256 = ?", args(sha256)) >= 0;
}

bool file_adopt(struct db *db, const char *sha256, int64_t bytes, ms_t written)
{
	return db_exec(db,
		       "INSERT INTO stored_file (sha256, bytes, unnamed_since) VALUES (?, ?, ?)"
		       " ON DUPLICATE KEY UPDATE sha256 = sha256",
		       args(sha256, bytes, arg_time(written))) >= 0;
}

const struct rows *files_under(struct db *db, const char *digits)
{
	return db_query(db, "SELECT sha256 FROM stored_file WHERE sha256 LIKE CONCAT(?, '%')", args(digits));
}

bool files_look(struct db *db, const char *digits, ms_t now)
{
	return db_exec(db,
		       "UPDATE stored_file f SET f.unnamed_since = IF(f.unnamed_since IS NULL, ?, NULL)"
		       " WHERE f.sha256 LIKE CONCAT(?, '%') AND (f.unnamed_since IS NULL) <> " NAMED("f"),
		       args(arg_time(now), digits)) >= 0;
}

const struct rows *files_unnamed(struct db *db, const char *digits, ms_t before)
{
	return db_query(db,
			"SELECT f.sha256 FROM stored_file f"
			" WHERE f.sha256 LIKE CONCAT(?, '%') AND f.unnamed_since < ? LIMIT 500",
			args(digits, arg_time(before)));
}

void file_let_go(struct db *db, const char *sha256, ms_t now)
{
	db_exec(db, "UPDATE stored_file SET unnamed_since = ? WHERE sha256 = ? AND NOT " NAMED("stored_file"),
		args(arg_time(now), sha256));
}

int64_t file_drop(struct db *db, const char *sha256, ms_t before)
{
	int64_t dropped =
		db_exec(db,
			"DELETE FROM stored_file WHERE sha256 = ? AND unnamed_since < ? AND NOT " NAMED("stored_file"),
			args(sha256, arg_time(before)));

	return dropped < 0 && db_error(db) == DB_OK ? 0 : dropped;
}
