/* Payouts. */
#include "store/payout.h"
#include "store/fee.h"
#include "store/ledger.h"
#include <string.h>

/* What is on an account: its kind, owner and currency. */
#define ON_ACCOUNT                                                                                                     \
	"(SELECT COALESCE(-SUM(e.amount), 0) FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id"         \
	" WHERE a.kind = ? AND a.owner_id = ? AND a.currency = ?)"
/* What of it is buyers', for it is on its way back to them or may have to go: all of a payment that is refunding or whose event was
 * cancelled, else what was asked back of it and what a bank questions. Of an organizer (NULL: nothing) in a currency. */
#define TO_GO_BACK                                                                                                     \
	"SELECT p.id FROM payment p WHERE p.status = 'refunding'"                                                      \
	" UNION SELECT r.payment_id FROM payment_refund r WHERE r.state IN ('asked', 'pending')"                       \
	" UNION SELECT d.payment_id FROM payment_dispute d WHERE d.status = 'open'"                                    \
	" UNION SELECT p.id FROM event e JOIN orders o ON o.event_id = e.id AND o.status = 'paid'"                     \
	"  JOIN payment p ON p.order_id = o.id AND p.status = 'succeeded' WHERE e.status = 'cancelled'"
#define REFUNDS_OF(states)                                                                                             \
	"(SELECT COALESCE(SUM(r.amount), 0) FROM payment_refund r WHERE r.payment_id = p.id AND r.state IN (" states   \
	"))"
#define DISPUTED                                                                                                       \
	"(SELECT COALESCE(SUM(d.amount), 0) FROM payment_dispute d WHERE d.payment_id = p.id AND d.status = 'open')"
/* clang-format off */
#define PARTS_BACK(part)                                                                                               \
	"(" GONE_BACK(part, "(b.gone + b.back)", "b.amount") " - " GONE_BACK(part, "b.gone", "b.amount") ")"
#define GOING_BACK                                                                                                     \
	"(SELECT COALESCE(SUM(b.back - " PARTS_BACK("b.fee") " - " PARTS_BACK("b.tax") "), 0) FROM ("                  \
	"SELECT x.*, IF(x.whole, x.amount - x.gone, LEAST(x.amount - x.gone, x.asked)) AS back FROM ("                 \
	"SELECT p.amount, p.fee, p.tax, p.status = 'refunding' OR e.status = 'cancelled' AS whole,"                    \
	" " REFUNDS_OF("'done'") " AS gone, " REFUNDS_OF("'asked', 'pending'") " + " DISPUTED " AS asked"              \
	" FROM (" TO_GO_BACK ") w JOIN payment p ON p.id = w.id JOIN orders o ON o.id = p.order_id"                    \
	" JOIN event e ON e.id = o.event_id WHERE o.organizer_id = ? AND p.currency = ?"                               \
	" AND p.amount > 0 AND p.status IN ('succeeded', 'refunding')) x) b)"
/* clang-format on */
#define HAS ON_ACCOUNT " - " GOING_BACK
/* What was asked for, and was neither paid nor rejected. */
#define WAITING                                                                                                        \
	"(SELECT COALESCE(SUM(q.amount), 0) FROM payout q WHERE q.status IN ('requested', 'approved')"                 \
	" AND q.currency = ? AND q.organizer_id <=> ? AND q.merchant_id <=> ? AND q.shareholder_id <=> ?)"
/* What they got, or will, of what nobody else approved, since a moment. */
#define ALONE                                                                                                          \
	"(SELECT COALESCE(SUM(q.amount), 0) FROM payout q WHERE q.status IN ('approved', 'paid')"                      \
	" AND q.approved_by IS NULL AND q.created_at > ? AND q.currency = ? AND q.organizer_id <=> ?"                  \
	" AND q.merchant_id <=> ? AND q.shareholder_id <=> ?)"
/* Whom one goes to: kind and owner_id of their account. */
#define PAYEE_OF(p)                                                                                                    \
	"CASE WHEN " p ".organizer_id IS NOT NULL THEN 'organizer' WHEN " p                                            \
	".merchant_id IS NOT NULL THEN 'merchant' ELSE 'shareholder' END AS kind,"                                     \
	" COALESCE(" p ".organizer_id, " p ".merchant_id, " p ".shareholder_id) AS owner_id"

static struct arg if_kind(struct payee to, const char *kind)
{
	return strcmp(to.kind, kind) ? arg_null() : arg_int(to.id);
}

/* tests/race builds this file once more without the guard: each statement looks at the account still, but two at once see the same. */
#ifdef NO_GUARD
#define LOCKED ""
#else
#define LOCKED " FOR UPDATE"
#endif

/* Whoever pays out to them waits here; sales do not, for they do not lock whose they are. */
static bool lock(struct db *db, struct payee to)
{
	const char *row = !strcmp(to.kind, "organizer")	 ? "SELECT id FROM organizer WHERE id = ?" LOCKED
			  : !strcmp(to.kind, "merchant") ? "SELECT id FROM merchant WHERE id = ?" LOCKED
							 : "SELECT id FROM shareholder WHERE id = ?" LOCKED;

	return db_one(db, row, args(to.id)) != NULL;
}

#define ORGANIZER_OF(to) if_kind(to, "organizer")
#define MERCHANT_OF(to) if_kind(to, "merchant")
#define SHAREHOLDER_OF(to) if_kind(to, "shareholder")

int64_t payout_request(struct db *db, const struct payout_new *p)
{
	struct payee to = p->to;
	bool alone;

	if (!lock(db, to))
		return 0;
	alone = p->alone > 0 &&
		p->amount <= p->alone - db_int(db, "SELECT " ALONE,
					       args(arg_time(p->now - MS_DAY), p->currency, ORGANIZER_OF(to),
						    MERCHANT_OF(to), SHAREHOLDER_OF(to)));
	return db_insert(
		db,
		"INSERT INTO payout (organizer_id, merchant_id, shareholder_id, amount, currency, status, note,"
		" requested_by, approved_at, created_at, updated_at)"
		" SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, n.at, n.at FROM (SELECT ? AS at) n"
		" WHERE ? <= " HAS " - " WAITING,
		args(ORGANIZER_OF(to), MERCHANT_OF(to), SHAREHOLDER_OF(to), p->amount, p->currency,
		     alone ? "approved" : "requested", p->note, p->account_id, arg_time_or_null(alone ? p->now : 0),
		     arg_time(p->now), p->amount, to.kind, to.id, p->currency, ORGANIZER_OF(to), p->currency,
		     p->currency, ORGANIZER_OF(to), MERCHANT_OF(to), SHAREHOLDER_OF(to)));
}

int64_t payout_free(struct db *db, struct payee to, const char *currency)
{
	return db_int(db, "SELECT " HAS " - " WAITING,
		      args(to.kind, to.id, currency, ORGANIZER_OF(to), currency, currency, ORGANIZER_OF(to),
			   MERCHANT_OF(to), SHAREHOLDER_OF(to)));
}

bool payout_approve(struct db *db, int64_t id, int64_t account_id)
{
	return db_exec(db,
		       "UPDATE payout SET approved_by = ? WHERE id = ? AND status = 'requested' AND requested_by <> ?",
		       args(account_id, id, account_id)) == 1;
}

enum payout_paid payout_pay(struct db *db, int64_t id, ms_t now)
{
	const struct row *p =
		db_one(db, "SELECT " PAYEE_OF("p") ", p.amount, p.currency FROM payout p WHERE p.id = ?", args(id));
	const char *currency = p ? row_text(p, "currency") : "";
	struct payee to;

	if (!p)
		return PAYOUT_FAILED;
	to = (struct payee){ row_text(p, "kind"), row_int(p, "owner_id") };
	if (!lock(db, to))
		return PAYOUT_FAILED;
	if (db_exec(db,
		    "UPDATE payout p SET p.had = " ON_ACCOUNT " WHERE p.id = ? AND p.status = 'approved'"
		    " AND p.amount <= " HAS,
		    args(to.kind, to.id, currency, id, to.kind, to.id, currency, ORGANIZER_OF(to), currency)) != 1)
		return db_error(db) == DB_OK ? PAYOUT_SHORT : PAYOUT_FAILED;
	return ledger_post(db,
			   &(struct ledger_transfer){ .noun = "payout",
						      .kind = "payout",
						      .noun_id = id,
						      .currency = currency,
						      .legs = { { to.kind, to.id, row_int(p, "amount") },
								{ "bank", 0, -row_int(p, "amount") } } },
			   now) == LEDGER_POSTED
		       ? PAYOUT_PAID
		       : PAYOUT_FAILED;
}

/* ---- its paper ---- */

/* clang-format off */
#define SINCE(condition, value) "CAST(COALESCE(SUM(IF(t.id > x.before AND " condition ", " value ", 0)), 0) AS SIGNED)"
static const char PAPER[] =
	"SELECT CONCAT('PAY-', x.owner_id, '-', LPAD(x.id, GREATEST(6, LENGTH(x.id)), '0')) AS number,"
	" x.payee, x.amount, x.currency, x.had, x.reference, x.paid_at, x.created_at,"
	" CAST(COALESCE(SUM(IF(t.id <= x.before, -e.amount, 0)), 0) AS SIGNED) AS carried,"
	" " SINCE("t.kind = 'sale'", "s.amount") " AS sales,"
	" " SINCE("TRUE", "COALESCE(s.fee, -r.fee, 0)") " AS fees,"
	" " SINCE("TRUE", "COALESCE(s.tax, -r.tax, 0)") " AS taxes,"
	" " SINCE("t.kind = 'refund'", "r.amount") " AS refunds,"
	" " SINCE("t.kind NOT IN ('sale', 'refund', 'payout')", "-e.amount") " AS others"
	" FROM (SELECT p.*, " PAYEE_OF("p") ","
	"  COALESCE(o.company, m.company, h.name) AS payee, w.id AS own,"
	"  COALESCE((SELECT MAX(v.id) FROM payout q JOIN ledger_transfer v ON v.noun = 'payout' AND v.noun_id = q.id"
	"   WHERE q.organizer_id <=> p.organizer_id AND q.merchant_id <=> p.merchant_id"
	"   AND q.shareholder_id <=> p.shareholder_id AND q.currency = p.currency AND v.id < w.id), 0) AS `before`"
	"  FROM payout p JOIN ledger_transfer w ON w.noun = 'payout' AND w.noun_id = p.id AND w.kind = 'payout'"
	"  LEFT JOIN organizer o ON o.id = p.organizer_id LEFT JOIN merchant m ON m.id = p.merchant_id"
	"  LEFT JOIN shareholder h ON h.id = p.shareholder_id"
	"  WHERE p.id = ? AND p.status = 'paid' AND (? = 0 OR p.organizer_id = ?)) x"
	" LEFT JOIN ledger_account a ON a.kind = x.kind AND a.owner_id = x.owner_id AND a.currency = x.currency"
	" LEFT JOIN ledger_entry e ON e.account_id = a.id AND e.transfer_id < x.own"
	" LEFT JOIN ledger_transfer t ON t.id = e.transfer_id"
	" LEFT JOIN payment s ON t.kind = 'sale' AND s.id = t.noun_id"
	" LEFT JOIN payment_refund r ON t.kind = 'refund' AND r.id = t.noun_id GROUP BY x.id";
/* clang-format on */

const struct row *payout_paper(struct db *db, int64_t id, int64_t organizer_id)
{
	return db_one(db, PAPER, args(id, organizer_id, organizer_id));
}
