/* Payouts. */
#include "store/payout.h"
#include "store/ledger.h"
#include <string.h>

#define ON_ACCOUNT(kind, owner, currency)                                                                              \
	"(SELECT COALESCE(-SUM(e.amount), 0) FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id"         \
	" WHERE a.kind = " kind " AND a.owner_id = " owner " AND a.currency = " currency ")"
#define WAITING                                                                                                        \
	"(SELECT COALESCE(SUM(q.amount), 0) FROM payout q WHERE q.status IN ('requested', 'approved')"                 \
	" AND q.currency = ? AND q.organizer_id <=> ? AND q.merchant_id <=> ? AND q.shareholder_id <=> ?)"
#define KIND_OF(p)                                                                                                     \
	"CASE WHEN " p ".organizer_id IS NOT NULL THEN 'organizer' WHEN " p                                            \
	".merchant_id IS NOT NULL THEN 'merchant' ELSE 'shareholder' END"
#define OWNER_OF(p) "COALESCE(" p ".organizer_id, " p ".merchant_id, " p ".shareholder_id)"

/* tests/race builds this file once more without the guard, to show that its race would pay out more than there is. */
#ifdef NO_GUARD
#define ENOUGH(amount, has) "(" amount " <= " has " OR 1)"
#else
#define ENOUGH(amount, has) amount " <= " has
#endif

static struct arg if_kind(struct payee to, const char *kind)
{
	return strcmp(to.kind, kind) ? arg_null() : arg_int(to.id);
}

/* Whoever pays out to them waits here; sales do not, for they do not lock whose they are. */
static bool lock(struct db *db, struct payee to)
{
	const char *row = !strcmp(to.kind, "organizer")	 ? "SELECT id FROM organizer WHERE id = ? FOR UPDATE"
			  : !strcmp(to.kind, "merchant") ? "SELECT id FROM merchant WHERE id = ? FOR UPDATE"
							 : "SELECT id FROM shareholder WHERE id = ? FOR UPDATE";

	return db_one(db, row, args(to.id)) != NULL;
}

int64_t payout_request(struct db *db, const struct payout_new *p)
{
	struct payee to = p->to;

	if (!lock(db, to))
		return 0;
	return db_insert(
		db,
		"INSERT INTO payout (organizer_id, merchant_id, shareholder_id, amount, currency, status, note,"
		" requested_by, approved_at, created_at, updated_at)"
		" SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM DUAL WHERE " ENOUGH("?", ON_ACCOUNT("?", "?",
												  "?") " - " WAITING),
		args(if_kind(to, "organizer"), if_kind(to, "merchant"), if_kind(to, "shareholder"), p->amount,
		     p->currency, p->approved ? "approved" : "requested", p->note, p->account_id,
		     arg_time_or_null(p->approved ? p->now : 0), arg_time(p->now), arg_time(p->now), p->amount, to.kind,
		     to.id, p->currency, p->currency, if_kind(to, "organizer"), if_kind(to, "merchant"),
		     if_kind(to, "shareholder")));
}

int64_t payout_free(struct db *db, struct payee to, const char *currency)
{
	return db_int(db, "SELECT " ON_ACCOUNT("?", "?", "?") " - " WAITING,
		      args(to.kind, to.id, currency, currency, if_kind(to, "organizer"), if_kind(to, "merchant"),
			   if_kind(to, "shareholder")));
}

bool payout_approve(struct db *db, int64_t id, int64_t account_id)
{
	return db_exec(db,
		       "UPDATE payout SET approved_by = ? WHERE id = ? AND status = 'requested' AND requested_by <> ?",
		       args(account_id, id, account_id)) == 1;
}

enum payout_paid payout_pay(struct db *db, int64_t id, ms_t now)
{
	const struct row *p = db_one(db,
				     "SELECT " KIND_OF("p") " AS kind, " OWNER_OF(
					     "p") " AS owner_id, p.amount, p.currency FROM payout p WHERE p.id = ?",
				     args(id));
	struct payee to;

	if (!p)
		return PAYOUT_FAILED;
	to = (struct payee){ row_text(p, "kind"), row_int(p, "owner_id") };
	if (!lock(db, to))
		return PAYOUT_FAILED;
	if (db_exec(db,
		    "UPDATE payout p SET p.had = " ON_ACCOUNT(
			    "?", "?", "p.currency") " WHERE p.id = ?"
						    " AND p.status = 'approved' AND " ENOUGH(
							    "p.amount", ON_ACCOUNT("?", "?", "p.currency")),
		    args(to.kind, to.id, id, to.kind, to.id)) != 1)
		return db_error(db) == DB_OK ? PAYOUT_SHORT : PAYOUT_FAILED;
	return ledger_post(db,
			   &(struct ledger_transfer){ .noun = "payout",
						      .kind = "payout",
						      .noun_id = id,
						      .currency = row_text(p, "currency"),
						      .legs = { { to.kind, to.id, row_int(p, "amount") },
								{ "bank", 0, -row_int(p, "amount") } } },
			   now) == LEDGER_POSTED
		       ? PAYOUT_PAID
		       : PAYOUT_FAILED;
}

/* ---- its paper ---- */

#define SINCE(condition, value) "CAST(COALESCE(SUM(IF(t.id > x.before AND " condition ", " value ", 0)), 0) AS SIGNED)"

const struct row *payout_paper(struct db *db, int64_t id, int64_t organizer_id)
{
	return db_one(
		db,
		"SELECT CONCAT('PAY-', x.owner_id, '-', LPAD(x.id, GREATEST(6, LENGTH(x.id)), '0')) AS number,"
		" x.payee, x.amount, x.currency, x.had, x.reference, x.paid_at, x.created_at,"
		" CAST(COALESCE(SUM(IF(t.id <= x.before, -e.amount, 0)), 0) AS SIGNED) AS carried, " SINCE("t.kind = 'sale'", "s.amount") " AS sales, " SINCE("TRUE", "COALESCE(s.fee, -r.fee, 0)") " AS fees, " SINCE(
			"TRUE",
			"COALESCE(s.tax, -r.tax, 0)") " AS taxes,"
						      " " SINCE("t.kind = 'refund'", "r.amount") " AS refunds, " SINCE(
							      "t.kind NOT IN ('sale', 'refund', 'payout')",
							      "-e.amount") " AS others"
									   " FROM (SELECT p.*, " OWNER_OF("p") " AS owner_id, " KIND_OF(
										   "p") " AS kind, COALESCE(o.company, m.company, h.name) AS payee, w.id AS own,"
											" COALESCE((SELECT MAX(v.id) FROM payout q JOIN ledger_transfer v ON v.noun = 'payout' AND v.noun_id = q.id"
											"  WHERE q.organizer_id <=> p.organizer_id AND q.merchant_id <=> p.merchant_id"
											"  AND q.shareholder_id <=> p.shareholder_id AND q.currency = p.currency AND v.id < w.id), 0) AS `before`"
											" FROM payout p JOIN ledger_transfer w ON w.noun = 'payout' AND w.noun_id = p.id AND w.kind = 'payout'"
											" LEFT JOIN organizer o ON o.id = p.organizer_id LEFT JOIN merchant m ON m.id = p.merchant_id"
											" LEFT JOIN shareholder h ON h.id = p.shareholder_id"
											" WHERE p.id = ? AND p.status = 'paid' AND (? = 0 OR p.organizer_id = ?)) x"
											" LEFT JOIN ledger_account a ON a.kind = x.kind AND a.owner_id = x.owner_id AND a.currency = x.currency"
											" LEFT JOIN ledger_entry e ON e.account_id = a.id AND e.transfer_id < x.own"
											" LEFT JOIN ledger_transfer t ON t.id = e.transfer_id"
											" LEFT JOIN payment s ON t.kind = 'sale' AND s.id = t.noun_id"
											" LEFT JOIN payment_refund r ON t.kind = 'refund' AND r.id = t.noun_id GROUP BY x.id",
		args(id, organizer_id, organizer_id));
}
