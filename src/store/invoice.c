/* Numbers are given out here and nowhere else. */
#include "store/invoice.h"
#include "db/compose.h"
#include "store/fee.h"
#include "store/search.h"

enum { AT_ONCE = 1000 };

/* As people read it: the kind, whose it is, the number. */
#define NAME(i)                                                                                                        \
	"CONCAT(IF(" i ".kind = 'credit', 'CN-', 'INV-'), " i ".seller_id, '-', LPAD(" i                               \
	".number, GREATEST(6, LENGTH(" i ".number)), '0'))"

static const char *const KIND[] = { [INVOICE] = "invoice", [CREDIT_NOTE] = "credit" };

const struct rows *invoice_sellers_due(struct db *db)
{
	return db_query(
		db,
		"SELECT DISTINCT COALESCE(o.organizer_id, 0) AS seller_id, d.due FROM ("
		"(SELECT order_id, 1 AS due FROM payment WHERE invoice_due = 1 ORDER BY id LIMIT 1000) UNION ALL"
		" (SELECT p.order_id, 2 AS due FROM payment_refund r JOIN payment p ON p.id = r.payment_id"
		"  WHERE r.credit_due = 1 ORDER BY r.id LIMIT 1000)"
		") d LEFT JOIN orders o ON o.id = d.order_id ORDER BY d.due",
		no_args);
}

struct numbering {
	struct db *db;
	int64_t seller_id, n;
	enum invoice_kind kind;
	ms_t now;
};

/* The number given out last, whose row is locked from now on; -1 on failure. */
static int64_t last_number(const struct numbering *s)
{
	static const char *const LAST = "SELECT last FROM invoice_series WHERE seller_id = ? AND kind = ? FOR UPDATE";
	const struct row *row = db_one(s->db, LAST, args(s->seller_id, KIND[s->kind]));

	if (!row) {
		db_exec(s->db, "INSERT IGNORE INTO invoice_series (seller_id, kind, last) VALUES (?, ?, 0)",
			args(s->seller_id, KIND[s->kind]));
		row = db_one(s->db, LAST, args(s->seller_id, KIND[s->kind]));
	}
	return row ? row_int(row, "last") : -1;
}

/* Those due are looked for by their index, and numbered in the order in which they were paid. */
static int64_t make_invoices(const struct numbering *s, int64_t last)
{
	return db_exec(
		s->db,
		"INSERT INTO invoice (seller_id, kind, number, payment_id, amount, currency, tax, tax_rate, seller,"
		" tax_number, buyer, moved_at, issued_at)"
		" SELECT ?, 'invoice', ? + ROW_NUMBER() OVER (ORDER BY d.moved_at, d.id), d.id, d.amount, d.currency,"
		" d.tax, d.tax_rate, COALESCE(g.company, ''), COALESCE(g.tax_number, ''), a.name, d.moved_at, ?"
		" FROM (SELECT p.id, p.customer_id, p.amount, p.currency, p.tax, p.tax_rate, o.organizer_id,"
		"   COALESCE(o.paid_at, p.charged_at, p.updated_at) AS moved_at"
		"  FROM payment p LEFT JOIN orders o ON o.id = p.order_id"
		"  WHERE p.invoice_due = 1 AND COALESCE(o.organizer_id, 0) = ? ORDER BY p.id LIMIT ?) d"
		" LEFT JOIN organizer g ON g.id = d.organizer_id"
		" JOIN customer k ON k.id = d.customer_id JOIN account a ON a.id = k.account_id",
		args(s->seller_id, last, arg_time(s->now), s->seller_id, AT_ONCE));
}

/* One for each refund, in the order in which they went back. One whose invoice is not made out yet waits for that. */
static int64_t make_credit_notes(const struct numbering *s, int64_t last)
{
	return db_exec(
		s->db,
		"INSERT INTO invoice (seller_id, kind, number, payment_id, part, invoice_id, amount, currency, seller, buyer,"
		" moved_at, issued_at)"
		" SELECT i.seller_id, 'credit', ? + ROW_NUMBER() OVER (ORDER BY d.updated_at, d.id), i.payment_id, d.id, i.id,"
		" d.amount, i.currency, i.seller, i.buyer, d.updated_at, ?"
		" FROM (SELECT r.id, r.amount, r.updated_at, p.invoice_id FROM payment_refund r"
		"  JOIN payment p ON p.id = r.payment_id AND p.invoice_id IS NOT NULL LEFT JOIN orders o ON o.id = p.order_id"
		"  WHERE r.credit_due = 1 AND COALESCE(o.organizer_id, 0) = ? ORDER BY r.id LIMIT ?) d"
		" JOIN invoice i ON i.id = d.invoice_id",
		args(last, arg_time(s->now), s->seller_id, AT_ONCE));
}

/* Their payments and refunds know them now, so that they are not due any more. */
static int64_t mark(const struct numbering *s, int64_t last)
{
	return s->kind == INVOICE ? db_exec(s->db,
					    "UPDATE invoice i JOIN payment p ON p.id = i.payment_id"
					    " SET p.invoice_id = i.id WHERE i.seller_id = ? AND i.kind = 'invoice'"
					    " AND i.number > ? AND p.invoice_id IS NULL",
					    args(s->seller_id, last))
				  : db_exec(s->db,
					    "UPDATE invoice i JOIN payment_refund r ON r.id = i.part"
					    " SET r.credit_id = i.id WHERE i.seller_id = ? AND i.kind = 'credit'"
					    " AND i.number > ? AND r.credit_id IS NULL",
					    args(s->seller_id, last));
}

static bool number_work(void *with)
{
	struct numbering *s = with;
	int64_t last = last_number(s);

	if (last < 0)
		return false;
	s->n = s->kind == INVOICE ? make_invoices(s, last) : make_credit_notes(s, last);
	return s->n > 0 && mark(s, last) == s->n &&
	       db_exec(s->db, "UPDATE invoice_series SET last = last + ? WHERE seller_id = ? AND kind = ? AND last = ?",
		       args(s->n, s->seller_id, KIND[s->kind], last)) == 1;
}

int64_t invoice_number(struct db *db, int64_t seller_id, enum invoice_kind kind, ms_t now)
{
	struct numbering numbering = { .db = db, .seller_id = seller_id, .kind = kind, .now = now };

	if (db_transaction(db, number_work, NULL, &numbering))
		return numbering.n;
	return db_error(db) == DB_OK && numbering.n == 0 ? 0 : -1;
}

const struct row *invoice_due(struct db *db, int64_t payment_id, int64_t customer_id, enum invoice_kind kind)
{
	return db_one(
		db,
		"SELECT COALESCE(o.organizer_id, 0) AS seller_id, p.invoice_id IS NULL OR (? = 1 AND MAX(r.credit_due) IS NOT NULL) AS `due:bool`"
		" FROM payment p LEFT JOIN orders o ON o.id = p.order_id"
		" LEFT JOIN payment_refund r ON r.payment_id = p.id AND r.state = 'done'"
		" WHERE p.id = ? AND (? = 0 OR p.customer_id = ?) AND p.amount > 0"
		" AND p.status IN ('succeeded', 'refunding', 'refunded')"
		" GROUP BY p.id HAVING ? = 0 OR MAX(r.id) IS NOT NULL",
		args((int)kind, payment_id, customer_id, customer_id, (int)kind));
}

/* A credit note's tax: what went back of its invoice's grew by that. */
#define CREDITED_BEFORE "COALESCE((SELECT SUM(c.amount) FROM invoice c WHERE c.invoice_id = v.id AND c.id < i.id), 0)"
#define TAX_BACK_OF_PART                                                                                               \
	GONE_BACK("v.tax", "i.amount + " CREDITED_BEFORE, "v.amount")                                                  \
	" - " GONE_BACK("v.tax", CREDITED_BEFORE, "v.amount")

const struct rows *invoice_get(struct db *db, int64_t payment_id, int64_t customer_id, enum invoice_kind kind)
{
	return db_query(
		db,
		"SELECT " NAME("i") " AS name, " NAME(
			"v") " AS of, i.amount, i.currency, i.seller, i.buyer, i.moved_at,"
			     " COALESCE(v.tax_number, i.tax_number) AS tax_number,"
			     " COALESCE(v.tax_rate, i.tax_rate) AS tax_rate, IF(v.id IS NULL, i.tax, " TAX_BACK_OF_PART
			     ") AS tax,"
			     " i.issued_at, p.method, p.purpose, p.order_id, o.reference, o.discount, e.title,"
			     " r.origin, c.name AS category"
			     " FROM invoice i JOIN payment p ON p.id = i.payment_id LEFT JOIN invoice v ON v.id = i.invoice_id"
			     " LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN event e ON e.id = o.event_id"
			     " LEFT JOIN payment_refund r ON r.id = i.part LEFT JOIN refund_request q ON q.id = r.refund_request_id"
			     " LEFT JOIN ticket t ON t.id = q.ticket_id LEFT JOIN ticket_category c ON c.id = t.category_id"
			     " WHERE i.payment_id = ? AND i.kind = ? AND (? = 0 OR p.customer_id = ?) ORDER BY i.number",
		args(payment_id, KIND[kind], customer_id, customer_id));
}

const struct rows *invoice_lines(struct db *db, int64_t order_id)
{
	return db_query(
		db,
		"SELECT c.name AS category, i.quantity, i.unit_price, i.quantity * i.unit_price AS amount"
		" FROM order_item i JOIN ticket_category c ON c.id = i.category_id WHERE i.order_id = ? ORDER BY i.id",
		args(order_id));
}

/* ---- payments ---- */

#define HISTORY                                                                                                        \
	" FROM payment p LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN event e ON e.id = o.event_id"               \
	" LEFT JOIN invoice i ON i.id = p.invoice_id WHERE 1"
#define CREDITS " FROM invoice c WHERE c.payment_id = p.id AND c.kind = 'credit'"
#define DONE " FROM payment_refund r WHERE r.payment_id = p.id AND r.state = 'done'"

struct row_list *payment_history(struct db *db, int64_t customer_id, const char *status, const char *search,
				 bool descending)
{
	static const struct searched SEARCHED[] = {
		{ "o.reference", AS_CODE }, { "e.title", AS_WORDS }, { "p.id", AS_ID }, { NULL, 0 }
	};
	struct query *q = query_new(
		NULL,
		"SELECT p.id, p.uuid AS `uuid:uuid`, p.purpose, p.status, p.amount AS `amount:money`, p.currency, p.method,"
		" p.failure, (SELECT COALESCE(SUM(r.amount), 0)" DONE ") AS `refunded:money`, o.id AS `order.id`,"
		" o.reference AS `order.reference`, e.id AS `event.id`, e.title AS `event.title`, p.created_at,"
		" " NAME(
			"i") " AS invoice_number,"
			     " IF(p.amount > 0 AND p.status IN ('succeeded', 'refunding', 'refunded'), CAST(p.id AS CHAR), NULL) AS invoice_url,"
			     " (SELECT " NAME("c") CREDITS
		" ORDER BY c.id DESC LIMIT 1) AS credit_note_number,"
		" (SELECT CAST(MAX(r.payment_id) AS CHAR)" DONE
		") AS credit_note_url, COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('number', " NAME(
			"c") ", 'amount', c.amount) ORDER BY c.id)" CREDITS "), '[]') AS `credit_notes:json`" HISTORY);

	query_where(q, "p.customer_id = ?", args(customer_id));
	if (status)
		query_where(q, "p.status = ?", args(status));
	search_rows(q, SEARCHED, search);
	query_order(q, "p.id", descending, "p.id");
	return query_list(q, db, search ? HISTORY : " FROM payment p WHERE 1", "p.id");
}
