/* Saved views. */
#include "store/view.h"

const struct rows *views_of(struct db *db, const struct view_list *of)
{
	return db_query(db,
			"SELECT t.id, t.name, t.query, t.shared AS `shared:bool`, t.usual AS `usual:bool`,"
			" t.account_id = ? AS `mine:bool`\n"
			"FROM saved_view t\n"
			"WHERE t.mount = ? AND t.list = ? AND (t.account_id = ? OR t.shared = 1)\n"
			"ORDER BY t.account_id <> ?, t.name, t.id\n"
			"LIMIT 100",
			args(of->account_id, of->mount, of->list, of->account_id, of->account_id));
}

const struct row *view_usual(struct db *db, const struct view_list *of)
{
	return db_one(db,
		      "SELECT id, query\n"
		      "FROM saved_view\n"
		      "WHERE account_id = ? AND mount = ? AND usual_list = ?",
		      args(of->account_id, of->mount, of->list));
}

int64_t views_own(struct db *db, const struct view_list *of)
{
	return db_int(db, "SELECT COUNT(*) FROM saved_view WHERE account_id = ? AND mount = ? AND list = ?",
		      args(of->account_id, of->mount, of->list));
}

void view_usual_clear(struct db *db, const struct view_list *of, int64_t id, ms_t now)
{
	db_exec(db,
		"UPDATE saved_view\n"
		"SET usual = 0, updated_at = GREATEST(?, updated_at + INTERVAL 1000 MICROSECOND)\n"
		"WHERE account_id = ? AND mount = ? AND usual_list = ? AND id <> ?",
		args(arg_time(now), of->account_id, of->mount, of->list, id));
}
