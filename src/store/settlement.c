/* Settlements. */
#include "store/settlement.h"
#include "store/settlement_sum.h"

static const char MAKE[] =
	"INSERT INTO settlement (organizer_id, currency, from_day, to_day, begins_at, ends_at, " SETTLEMENT_COLUMNS ","
	" note, made_by, created_at, updated_at)"
	" SELECT n.organizer_id, n.currency, n.from_day, n.to_day, n.begins_at, n.ends_at, " SETTLEMENT_SUMS ","
	" n.note, n.made_by, n.now, n.now"
	" FROM (SELECT ? AS organizer_id, ? AS currency, ? AS from_day, ? AS to_day, CAST(? AS DATETIME(3)) AS begins_at,"
	"  CAST(? AS DATETIME(3)) AS ends_at, ? AS note, ? AS made_by, ? AS now) n"
	" WHERE NOT EXISTS (SELECT 1 FROM settlement s WHERE s.organizer_id = n.organizer_id AND s.currency = n.currency"
	"  AND s.begins_at < n.ends_at AND s.ends_at > n.begins_at)";

int64_t settlement_make(struct db *db, const struct settlement_new *s, ms_t now)
{
	if (!db_one(db, "SELECT id FROM organizer WHERE id = ? FOR UPDATE", args(s->organizer_id)))
		return 0;
	return db_insert(db, MAKE,
			 args(s->organizer_id, s->currency, s->from, s->to, arg_time(s->begins), arg_time(s->ends),
			      s->note, s->account_id, arg_time(now)));
}

/* ---- what becomes of one ---- */

bool settlement_approve(struct db *db, int64_t id, int64_t account_id)
{
	return db_exec(db, "UPDATE settlement SET approved_by = ? WHERE id = ? AND status = 'open' AND made_by <> ?",
		       args(account_id, id, account_id)) == 1;
}

int64_t settlement_owed(struct db *db, int64_t id)
{
	db_one(db,
	       "SELECT o.id FROM organizer o WHERE o.id = (SELECT organizer_id FROM settlement WHERE id = ?) FOR UPDATE",
	       args(id));
	return db_int(
		db,
		"SELECT n.closing - COALESCE((SELECT SUM(p.amount) FROM payout p WHERE p.organizer_id = n.organizer_id"
		" AND p.currency = n.currency AND (p.status IN ('requested', 'approved') OR (p.status = 'paid'"
		" AND EXISTS (SELECT 1 FROM ledger_transfer x WHERE x.noun = 'payout' AND x.noun_id = p.id"
		" AND x.at >= n.ends_at)))), 0) FROM settlement n WHERE n.id = ?",
		args(id));
}

bool settlement_paid_by(struct db *db, int64_t id, int64_t payout_id)
{
	return db_exec(db,
		       "UPDATE settlement SET payout_id = ? WHERE id = ? AND status = 'approved' AND payout_id IS NULL",
		       args(payout_id, id)) == 1;
}

const struct row *settlement_paper(struct db *db, int64_t id, int64_t organizer_id)
{
	return db_one(
		db,
		"SELECT CONCAT('SET-', s.organizer_id, '-', LPAD(s.id, GREATEST(6, LENGTH(s.id)), '0')) AS number,"
		" o.company AS organizer, s.from_day, s.to_day, s.currency, s.status, s.opening, s.sales,"
		" s.refunds, s.fees, s.taxes, s.paid_out, s.others, s.closing, s.created_at, s.settled_at"
		" FROM settlement s JOIN organizer o ON o.id = s.organizer_id"
		" WHERE s.id = ? AND (? = 0 OR s.organizer_id = ?)",
		args(id, organizer_id, organizer_id));
}
