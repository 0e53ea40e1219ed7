/* NFC cards between stock and customer. An assignment reserves nothing: two merchants may ask for the same card of the common
 * stock, and the UPDATE that hands it over lets exactly one have it. So an assignment that nobody finishes blocks nobody. */
#include "store/card.h"
#include "db/compose.h"
#include "store/ledger.h"
#include "store/merchant.h"
#include "store/search.h"
#include <string.h>

#define NAME CARD_HOLDER
#define NUMBER "CONCAT('•••• ', RIGHT(a.mobile_number, 2))"
#define FEE "c.registration_fee_paid_at IS NOT NULL AS `registration_fee_paid:bool`"

#define CARDS                                                                                                          \
	"SELECT n.id, n.uid, n.status, n.assigned_at, n.created_at, " NAME " AS `customer.name`, " NUMBER              \
	" AS `customer.mobile_number`"
#define CARDS_FROM                                                                                                     \
	" FROM nfc_card n LEFT JOIN customer c ON c.id = n.customer_id LEFT JOIN account a ON a.id = c.account_id"     \
	" WHERE 1"

static void order(struct query *q, const struct card_filter *filter)
{
	const char *by = filter->sort_by ? filter->sort_by : "";

	if (!strcmp(by, "uid"))
		query_order(q, "n.uid", filter->descending, "n.id");
	else if (!strcmp(by, "status"))
		query_order(q, "n.status", filter->descending, "n.id");
	else if (!strcmp(by, "created_at"))
		query_order(q, "n.created_at", filter->descending, "n.id");
	else
		query_order(q, "n.assigned_at", strcmp(by, "assigned_at") || filter->descending, "n.id");
}

struct row_list *card_list(struct db *db, int64_t merchant_id, const struct card_filter *filter)
{
	static const struct searched SEARCHED[] = { { "n.uid", AS_CODE },
						    { "a.mobile_number", AS_MOBILE },
						    { NULL, 0 } };
	struct query *q = query_new(NULL, CARDS CARDS_FROM);

	query_where(q, "n.merchant_id = ?", args(merchant_id));
	if (filter->status)
		query_where(q, "n.status = ?", args(filter->status));
	search_rows(q, SEARCHED, filter->search);
	order(q, filter);
	return query_list(q, db, CARDS_FROM, "n.id");
}

/* An assignment made by then has lapsed. */
static struct arg lapsed_by(ms_t now)
{
	return arg_time(now - CARD_ASSIGNMENT_MINUTES * MS_MINUTE);
}

const struct row *card_stats(struct db *db, int64_t merchant_id, ms_t now, ms_t today)
{
	return db_one(
		db,
		"SELECT"
		" (SELECT COUNT(*) FROM nfc_card WHERE merchant_id = ? AND assigned_at >= ?) AS handed_out_today,"
		" (SELECT COUNT(*) FROM nfc_card WHERE merchant_id = ? AND assigned_at IS NOT NULL) AS handed_out,"
		" (SELECT COUNT(*) FROM nfc_card WHERE merchant_id = ? AND status = 'stock') AS in_stock,"
		" COALESCE((SELECT (SELECT COUNT(*) FROM nfc_card n WHERE n.merchant_id = m.id AND n.status = 'stock')"
		"  <= m.stock_low FROM merchant m WHERE m.id = ?), 0) AS `stock_low:bool`,"
		" (SELECT COUNT(*) FROM card_assignment s JOIN nfc_card n ON n.id = s.card_id"
		"  WHERE s.merchant_id = ? AND s.status = 'pending' AND s.created_at > ? AND n.status = 'stock')"
		" AS pending",
		args(merchant_id, arg_time(today), merchant_id, merchant_id, merchant_id, merchant_id, lapsed_by(now)));
}

const struct row *card_by_uid(struct db *db, const char *uid)
{
	return db_one(db, "SELECT id, uid, status, customer_id, merchant_id, assigned_at FROM nfc_card WHERE uid = ?",
		      args(uid));
}

const struct row *card_customer(struct db *db, const char *mobile_number)
{
	return db_one(
		db,
		"SELECT c.id, a.id AS account_id, " NAME " AS name, " FEE ","
		" EXISTS (SELECT 1 FROM nfc_card n WHERE n.customer_id = c.id AND n.status = 'active') AS `has_card:bool`"
		" FROM account a JOIN customer c ON c.account_id = a.id"
		" JOIN account_role r ON r.account_id = a.id AND r.role = 'customer'"
		" WHERE a.mobile_number = ? AND a.status = 'active'",
		args(mobile_number));
}

bool card_customer_has(struct db *db, int64_t customer_id)
{
	db_one(db, "SELECT id FROM customer WHERE id = ? FOR UPDATE", args(customer_id));
	return db_int(db, "SELECT EXISTS (SELECT 1 FROM nfc_card WHERE customer_id = ? AND status = 'active')",
		      args(customer_id)) == 1;
}

/* ---- assignments ---- */

int64_t card_assignment_open(struct db *db, int64_t card_id, int64_t customer_id, int64_t merchant_id, ms_t now)
{
	db_exec(db,
		"UPDATE card_assignment SET status = 'cancelled'"
		" WHERE merchant_id = ? AND customer_id = ? AND status = 'pending'",
		args(merchant_id, customer_id));
	return db_insert(
		db, "INSERT INTO card_assignment (card_id, customer_id, merchant_id, created_at) VALUES (?, ?, ?, ?)",
		args(card_id, customer_id, merchant_id, arg_time(now)));
}

#define ASSIGNMENT                                                                                                     \
	"SELECT s.id, s.card_id, s.customer_id, s.created_at,"                                                         \
	" CASE WHEN s.status <> 'pending' THEN s.status WHEN n.status <> 'stock' THEN 'taken'"                         \
	"  WHEN s.created_at <= ? OR a.status <> 'active' THEN 'lapsed' ELSE 'pending' END AS status,"                 \
	" n.uid, " NAME " AS name, a.id AS account_id, a.mobile_number AS recipient, " FEE                             \
	" FROM card_assignment s JOIN nfc_card n ON n.id = s.card_id"                                                  \
	" JOIN customer c ON c.id = s.customer_id JOIN account a ON a.id = c.account_id"                               \
	" WHERE s.merchant_id = ?"

const struct row *card_assignment_get(struct db *db, int64_t merchant_id, int64_t id, ms_t now)
{
	return db_one(db, ASSIGNMENT " AND s.id = ?", args(lapsed_by(now), merchant_id, id));
}

const struct row *card_assignment_latest(struct db *db, int64_t merchant_id, int64_t customer_id, ms_t now)
{
	return db_one(db, ASSIGNMENT " AND s.customer_id = ? AND s.status = 'pending' ORDER BY s.id DESC LIMIT 1",
		      args(lapsed_by(now), merchant_id, customer_id));
}

bool card_hand_over(struct db *db, const struct row *assignment, int64_t merchant_id, const char *currency, ms_t now)
{
	return db_exec(db,
		       "UPDATE nfc_card SET status = 'active', customer_id = ?, merchant_id = ?, assigned_at = ?, currency = ?"
		       " WHERE id = ? AND status = 'stock' AND customer_id IS NULL"
		       " AND (merchant_id IS NULL OR merchant_id = ?)",
		       args(row_int(assignment, "customer_id"), merchant_id, arg_time(now), currency,
			    row_int(assignment, "card_id"), merchant_id)) == 1 &&
	       db_exec(db, "UPDATE card_assignment SET status = 'done' WHERE id = ? AND status = 'pending'",
		       args(row_int(assignment, "id"))) == 1;
}

bool card_request_met(struct db *db, int64_t customer_id, ms_t now)
{
	return db_exec(db, "UPDATE card_request SET status = 'sent', sent_at = ?, updated_at = ? WHERE open_for = ?",
		       args(arg_time(now), arg_time(now), customer_id)) >= 0;
}

bool card_assignment_cancel(struct db *db, int64_t merchant_id, int64_t id)
{
	return db_exec(db,
		       "UPDATE card_assignment SET status = 'cancelled'"
		       " WHERE merchant_id = ? AND id = ? AND status = 'pending'",
		       args(merchant_id, id)) == 1;
}

/* ---- what is on them ---- */

#define BALANCE                                                                                                        \
	"COALESCE((SELECT x.balance FROM ledger_account x WHERE x.kind = 'card' AND x.owner_id = n.id"                 \
	" AND x.currency = n.currency), 0) AS balance"

const struct row *card_of_customer(struct db *db, int64_t customer_id, int64_t card_id)
{
	return db_one(db,
		      "SELECT n.id, n.uid, n.status, n.currency, " BALANCE
		      " FROM nfc_card n WHERE n.customer_id = ? AND IF(? = 0, n.status = 'active', n.id = ?)",
		      args(customer_id, card_id, card_id));
}

const struct row *card_request_open(struct db *db, int64_t customer_id)
{
	return db_one(db, "SELECT id, status FROM card_request WHERE open_for = ?", args(customer_id));
}

/* An entry credits what comes on the card. */
#define LINES                                                                                                             \
	" FROM (SELECT e.id, t.kind, t.noun, t.noun_id, t.at, -e.amount AS amount, y.currency,"                           \
	"  CAST(SUM(-e.amount) OVER (ORDER BY e.id) AS SIGNED) AS balance FROM nfc_card n"                                \
	"  JOIN ledger_account y ON y.kind = 'card' AND y.owner_id = n.id AND y.currency = n.currency"                    \
	"  JOIN ledger_entry e ON e.account_id = y.id JOIN ledger_transfer t ON t.id = e.transfer_id"                     \
	"  WHERE n.id = ? AND n.customer_id = ?) x"                                                                       \
	" LEFT JOIN card_charge h ON x.noun = 'charge' AND h.id = x.noun_id LEFT JOIN merchant m ON m.id = h.merchant_id" \
	" LEFT JOIN payment p ON x.noun = 'payment' AND p.id = x.noun_id LEFT JOIN orders o ON o.id = p.order_id"         \
	" LEFT JOIN event v ON v.id = o.event_id WHERE 1"

struct row_list *card_transactions(struct db *db, int64_t customer_id, int64_t card_id, bool descending)
{
	struct query *q =
		query_new(NULL,
			  "SELECT x.id, x.kind, x.at, x.amount AS `amount:money`, x.balance AS `balance:money`,"
			  " x.currency, " MERCHANT_NAME " AS merchant, NULLIF(h.note, '') AS note, o.id AS order_id,"
			  " v.title AS `event.title`" LINES);

	query_args(q, args(card_id, customer_id));
	query_order(q, "x.id", descending, "x.id");
	return query_list(q, db, LINES, "x.id");
}

static bool move(struct db *db, int64_t from, const struct row *to, int64_t amount, ms_t now)
{
	int64_t to_id = row_int(to, "id");
	const char *currency = row_text(to, "currency");
	int64_t id =
		db_insert(db,
			  "INSERT INTO card_move (from_id, to_id, amount, currency, created_at) VALUES (?, ?, ?, ?, ?)",
			  args(from, to_id, amount, currency, arg_time(now)));

	return id && ledger_post(db,
				 &(struct ledger_transfer){
					 .noun = "card_move",
					 .kind = "moved",
					 .noun_id = id,
					 .currency = currency,
					 .of_lost = true,
					 .legs = { { "card", from, amount }, { "card", to_id, -amount } } },
				 now) == LEDGER_POSTED;
}

/* One by one: each is a movement of its own. */
bool card_move_lost(struct db *db, int64_t customer_id, ms_t now)
{
	const struct row *to = card_of_customer(db, customer_id, 0);
	const struct rows *lost =
		db_query(db,
			 "SELECT n.id, n.currency, x.balance FROM nfc_card n JOIN ledger_account x ON x.kind = 'card'"
			 " AND x.owner_id = n.id AND x.currency = n.currency"
			 " WHERE n.customer_id = ? AND n.status = 'lost' AND x.balance > 0 ORDER BY n.id FOR UPDATE",
			 args(customer_id));

	for (size_t i = 0; to && i < lost->n; i++) {
		struct row from = row_at(lost, i);
		int64_t amount = row_int(&from, "balance");

		/* What is in another currency stays where it is, for staff to look at. */
		if (row_is(&from, "currency", row_text(to, "currency")) &&
		    !move(db, row_int(&from, "id"), to, amount, now))
			return false;
	}
	return db_error(db) == DB_OK;
}
