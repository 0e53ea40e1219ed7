/* Each change is one guarded statement; the rights themselves are read with every session (store/session.c). */
#include "store/co_worker.h"
#include "store/account.h"

#define ORGANIZER_ALREADY                                                                                                  \
	"EXISTS (SELECT 1 FROM account a JOIN organizer w ON w.account_id = a.id WHERE a.mobile_number = t.mobile_number)" \
	" OR EXISTS (SELECT 1 FROM account a JOIN co_worker w ON w.account_id = a.id"                                      \
	"  WHERE a.mobile_number = t.mobile_number)"

const struct row *co_worker_invitation(struct db *db, const char *mobile_number, ms_t now)
{
	return db_one(db,
		      "SELECT t.id, t.organizer_id, t.name, o.company FROM co_worker t"
		      " JOIN organizer o ON o.id = t.organizer_id"
		      " WHERE t.mobile_number = ? AND t.account_id IS NULL AND t.created_at > ?"
		      " AND NOT (" ORGANIZER_ALREADY ") ORDER BY t.id DESC LIMIT 1",
		      args(mobile_number, arg_time(now - CO_WORKER_INVITED_DAYS * MS_DAY)));
}

bool co_worker_join(struct db *db, int64_t id, int64_t account_id, ms_t now)
{
	role_grant(db, account_id, "organizer", now);
	return db_exec(db,
		       "UPDATE co_worker SET account_id = ?, joined_at = ?, updated_at = ?"
		       " WHERE id = ? AND account_id IS NULL",
		       args(account_id, arg_time(now), arg_time(now), id)) == 1;
}

bool co_worker_is(struct db *db, int64_t account_id)
{
	return db_int(db, "SELECT COUNT(*) FROM co_worker WHERE account_id = ?", args(account_id)) > 0;
}

#define LOCKED                                                                                                         \
	"SELECT id, organizer_id, account_id, may_events, may_guests, may_money, may_team, may_gate"                   \
	" FROM co_worker WHERE "

const struct row *co_worker_locked(struct db *db, int64_t id)
{
	return db_one(db, LOCKED "id = ? FOR UPDATE", args(id));
}

const struct row *co_worker_of_account(struct db *db, int64_t account_id)
{
	return db_one(db, LOCKED "account_id = ? FOR UPDATE", args(account_id));
}

bool co_worker_end(struct db *db, const struct row *row)
{
	if (row_null(row, "account_id"))
		return db_exec(db, "DELETE FROM co_worker WHERE id = ? AND account_id IS NULL",
			       args(row_int(row, "id"))) == 1;
	role_revoke(db, row_int(row, "account_id"), "organizer");
	return !co_worker_is(db, row_int(row, "account_id"));
}

const struct row *co_worker_company(struct db *db, int64_t organizer_id)
{
	return db_one(db, "SELECT company FROM organizer WHERE id = ?", args(organizer_id));
}
