/* A cut is named by a row as any other file is, so what is forgotten here goes as they do (jobs/files.c). */
#include "store/cut.h"

const char *cut_find(struct db *db, const char *sha256, const char *focus, const char *size)
{
	const struct row *row = db_one(db,
				       "SELECT made FROM picture_cut WHERE sha256 = ? AND focus = ? AND size = ?"
				       " AND made IS NOT NULL",
				       args(sha256, focus, size));

	return row ? row_text(row, "made") : NULL;
}

const struct rows *cuts_missing(struct db *db, int64_t most)
{
	return db_query(db,
			"SELECT DISTINCT e.image, e.image_focus FROM event e WHERE e.image IS NOT NULL AND NOT EXISTS"
			" (SELECT 1 FROM picture_cut c WHERE c.sha256 = e.image AND c.focus = e.image_focus) LIMIT ?",
			args(most));
}

bool cut_put(struct db *db, const char *sha256, const char *focus, const char *size, const char *made)
{
	return db_exec(db,
		       "INSERT INTO picture_cut (sha256, focus, size, made) SELECT sha256, ?, ?, ? FROM stored_file"
		       " WHERE sha256 = ? ON DUPLICATE KEY UPDATE made = VALUES(made)",
		       args(focus, size, made, sha256)) > 0;
}

bool cuts_forget(struct db *db)
{
	return db_exec(db,
		       "DELETE c FROM picture_cut c WHERE NOT EXISTS"
		       " (SELECT 1 FROM event e WHERE e.image = c.sha256 AND e.image_focus = c.focus)",
		       no_args) >= 0;
}
