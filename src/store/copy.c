/* The mark is a row beside the settings, which is no setting: nobody takes it away but by the command that says what follows. */
#include "store/copy.h"

bool copy_mark(struct db *db, const char *of, ms_t now)
{
	return db_exec(db, "INSERT INTO setting (name, value, updated_at) VALUES ('restored', ?, ?)",
		       args(of, arg_time(now))) == 1;
}

const char *copy_of(struct db *db)
{
	const struct row *row = db_one(db, "SELECT value FROM setting WHERE name = 'restored'", no_args);

	return row ? row_text(row, "value") : NULL;
}

bool copy_unmark(struct db *db)
{
	return db_exec(db, "DELETE FROM setting WHERE name = 'restored'", no_args) == 1;
}
