/* Whoever pays, gives up or cancels meets the others in one guarded UPDATE over all that decides: the order's status, the
 * payment's, the event's. The rows are locked in the order in which they stand there: order, payment, event (shared). */
#include "store/sale.h"
#include "base/uuid.h"
#include "store/payment.h"
#include "store/stock.h"
#include <string.h>

#define SALE_COLUMNS                                                                                                                                     \
	ORDER_COLUMNS("order.")                                                                                                                          \
	", o.organizer_id AS `terms.organizer_id`, COALESCE(o.promo_code_id, 0) AS `terms.promo_code_id`, z.ticket_id IS NOT NULL AS `terms.exchanges`," \
	" v.city AS `terms.city`, e.turning AS `terms.turning`, a.name AS `buyer.name`, a.email AS `buyer.email`,"                                       \
	" a.mobile_number AS `buyer.mobile_number`, a.locale AS `buyer.locale`, i.id AS `item.id`, i.category_id AS `item.category_id`,"                 \
	" c.name AS `item.category`, i.quantity AS `item.quantity`, i.unit_price AS `item.unit_price`,"                                                  \
	" i.quantity * i.unit_price AS `item.amount`, i.holders AS `of_item.holders:json`"
#define SALE_FROM                                                                                                      \
	" JOIN event e ON e.id = o.event_id JOIN venue v ON v.id = e.venue_id JOIN customer k ON k.id = o.customer_id" \
	" JOIN account a ON a.id = k.account_id JOIN order_item i ON i.order_id = o.id"                                \
	" JOIN ticket_category c ON c.id = i.category_id LEFT JOIN ticket_exchange z ON z.order_id = o.id AND z.given_back_at IS NULL"
#define SALE_OF_PAYMENT                                                                                                \
	"SELECT " SALE_COLUMNS                                                                                         \
	", " PAYMENT_COLUMNS("p.", "payment.") " FROM payment p JOIN orders o ON o.id = p.order_id" SALE_FROM

static struct row first_of(const struct rows *rows, const char *part)
{
	return row_at(rows_part(rows, part), 0);
}

static bool part_sale(const struct rows *rows, bool of_payment, struct sale *sale)
{
	if (!rows->n)
		return false;
	*sale = (struct sale){ .order = first_of(rows, "order."),
			       .terms = first_of(rows, "terms."),
			       .buyer = first_of(rows, "buyer."),
			       .items = rows_part(rows, "item."),
			       .holders = rows_part(rows, "of_item.") };
	if (of_payment)
		sale->payment = first_of(rows, "payment.");
	return true;
}

bool sale_of_order(struct db *db, int64_t order_id, int64_t customer_id, ms_t now, struct sale *sale)
{
	return part_sale(db_query(db,
				  "SELECT " SALE_COLUMNS " FROM orders o" SALE_FROM
				  " WHERE o.id = ? AND (? = 0 OR o.customer_id = ?) ORDER BY i.category_id",
				  args(arg_time(now), order_id, customer_id, customer_id)),
			 false, sale);
}

bool sale_of_payment(struct db *db, int64_t payment_id, int64_t customer_id, ms_t now, struct sale *sale)
{
	return part_sale(
		db_query(db, SALE_OF_PAYMENT " WHERE p.id = ? AND (? = 0 OR p.customer_id = ?) ORDER BY i.category_id",
			 args(arg_time(now), payment_id, customer_id, customer_id)),
		true, sale);
}

bool sale_of_payment_uuid(struct db *db, const char *uuid, ms_t now, struct sale *sale)
{
	uint8_t bytes[UUID_BYTES];

	return uuid_parse(uuid, bytes) &&
	       part_sale(db_query(db, SALE_OF_PAYMENT " WHERE p.uuid = ? ORDER BY i.category_id",
				  args(arg_time(now), arg_bytes(bytes, sizeof bytes))),
			 true, sale);
}

bool sale_of_payment_reference(struct db *db, const char *provider, const char *reference, ms_t now, struct sale *sale)
{
	return part_sale(db_query(db,
				  SALE_OF_PAYMENT " WHERE p.provider = ? AND p.provider_ref = ? ORDER BY i.category_id",
				  args(arg_time(now), provider, reference)),
			 true, sale);
}

bool sale_of_live_payment(struct db *db, int64_t order_id, ms_t now, struct sale *sale)
{
	return part_sale(db_query(db, SALE_OF_PAYMENT " WHERE p.live_order_id = ? ORDER BY i.category_id",
				  args(arg_time(now), order_id)),
			 true, sale);
}

/* ---- paying ---- */

static bool take_from(struct db *db, const struct sale *sale, const char *status, const char *reference, ms_t now)
{
	return db_exec(db,
		       "UPDATE orders o JOIN payment p ON p.order_id = o.id JOIN event e ON e.id = o.event_id"
		       " SET o.status = 'paid', o.paid_at = ?, p.status = 'succeeded',"
		       " p.provider_ref = COALESCE(NULLIF(?, ''), p.provider_ref), p.failure = NULL, p.updated_at = ?"
		       " WHERE o.id = ? AND p.id = ? AND o.status = ? AND p.status IN ('processing', 'requires_action')"
		       " AND e.status = 'published'",
		       args(arg_time(now), reference, arg_time(now), row_int(&sale->order, "id"),
			    row_int(&sale->payment, "id"), status)) == 2;
}

static enum sale_taken why_not_taken(struct db *db, const struct sale *sale)
{
	const struct row *is =
		db_one(db,
		       "SELECT p.status IN ('processing', 'requires_action') AS `waits:bool`,"
		       " e.status = 'published' AS `on:bool` FROM payment p JOIN orders o ON o.id = p.order_id"
		       " JOIN event e ON e.id = o.event_id WHERE p.id = ?",
		       args(row_int(&sale->payment, "id")));

	if (!is || !row_bool(is, "waits"))
		return SALE_SETTLED;
	return row_bool(is, "on") ? SALE_GONE : SALE_OFF;
}

enum sale_taken sale_take(struct db *db, const struct sale *sale, const char *reference, ms_t now)
{
	if (take_from(db, sale, "held", reference, now))
		return SALE_HELD;
	if (take_from(db, sale, "lapsed", reference, now))
		return SALE_LAPSED;
	return why_not_taken(db, sale);
}

/* What the items move, with what each brought: by category_id, for so it is rounded (store/figure.c). */
static void stock_of_items(const struct sale *sale, const struct rows *items, struct stock *stock)
{
	int64_t subtotal = row_int(&sale->order, "subtotal"), total = row_int(&sale->order, "total");
	int64_t upto = 0, brought = 0;

	stock->n = 0;
	for (size_t i = 0; i < items->n; i++) {
		struct row item = row_at(items, i);
		struct stock_move *move = stock_of(stock, row_int(&item, "category_id"));
		int64_t before = brought;

		upto += row_int(&item, "amount");
		brought = price_net(subtotal, total, upto);
		move->quantity += row_int(&item, "quantity");
		move->revenue += brought - before;
	}
}

/* A promo code freed by the lapse is used again even past its limit: its price was promised and paid. */
bool sale_seat(struct db *db, const struct sale *sale, enum sale_taken taken)
{
	struct stock stock;

	stock_of_items(sale, sale->items, &stock);
	if (taken == SALE_LAPSED && row_int(&sale->terms, "promo_code_id"))
		db_exec(db, "UPDATE promo_code SET uses = uses + 1 WHERE id = ?",
			args(row_int(&sale->terms, "promo_code_id")));
	return stock_sell(db, &stock, row_int(&sale->terms, "organizer_id"), taken == SALE_HELD);
}

/* ---- giving back ---- */

/* Tickets that gave their money back one by one have freed their seats and brought nothing any more. Under the order's lock, which
 * who approves one of them has too. */
static bool less_returned(struct db *db, int64_t order_id, struct stock *stock)
{
	const struct rows *returned =
		db_query(db,
			 "SELECT t.category_id, COUNT(*) AS n, CAST(SUM(r.amount) AS SIGNED) AS amount"
			 " FROM refund_request r JOIN ticket t ON t.id = r.ticket_id"
			 " WHERE r.order_id = ? AND r.status = 'approved' GROUP BY t.category_id",
			 args(order_id));

	for (size_t i = 0; i < returned->n; i++) {
		struct row row = row_at(returned, i);
		struct stock_move *move = stock_of(stock, row_int(&row, "category_id"));

		if (!move)
			return false;
		move->quantity -= row_int(&row, "n");
		move->revenue -= row_int(&row, "amount");
	}
	return db_error(db) == DB_OK;
}

bool sale_was_used(struct db *db, const struct sale *sale, ms_t now)
{
	const struct rows *rows = db_query(
		db,
		"SELECT t.id, (t.entries > 0 OR t.presence <> 'never') AND e.ends_at > ? AS `used:bool`"
		" FROM ticket t JOIN event e ON e.id = t.event_id WHERE t.order_id = ? AND t.status = 'valid' FOR UPDATE",
		args(arg_time(now), row_int(&sale->order, "id")));

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (row_bool(&row, "used"))
			return true;
	}
	return false;
}

bool sale_take_back(struct db *db, const struct sale *sale, ms_t now)
{
	int64_t order_id = row_int(&sale->order, "id");
	struct stock stock;

	if (db_exec(db,
		    "UPDATE orders o JOIN payment p ON p.order_id = o.id"
		    " SET o.status = 'refunded', p.status = 'refunding', p.updated_at = ?"
		    " WHERE o.id = ? AND p.id = ? AND o.status = 'paid' AND p.status = 'succeeded'",
		    args(arg_time(now), order_id, row_int(&sale->payment, "id"))) != 2)
		return false;
	order_promo_free(db, row_int(&sale->terms, "promo_code_id"));
	db_exec(db, "UPDATE ticket SET status = 'refunded' WHERE order_id = ? AND status = 'valid'", args(order_id));
	/* One may have become another category's since the order was read (store/exchange.h); not any more, for who changes that has its lock. */
	stock_of_items(sale,
		       db_query(db,
				"SELECT category_id, quantity, quantity * unit_price AS amount FROM order_item"
				" WHERE order_id = ? ORDER BY category_id",
				args(order_id)),
		       &stock);
	return db_error(db) == DB_OK && less_returned(db, order_id, &stock) &&
	       stock_take_back(db, &stock, row_int(&sale->terms, "organizer_id"));
}
