/* Orders: booking holds stock for a while, all or nothing; a hold is paid, given up, or lapses by the clock. */
#include "store/order.h"
#include "app/actions/customer.h"
#include "app/actions/event.h"
#include "app/live.h"
#include "app/order.h"
#include "rules/price.h"
#include "store/sale.h"
#include <string.h>

static const struct field HOLDER[] = {
	{ "name", F_TEXT, .max = 120, .help = "Name on the ticket" },
	{ "dependent_id", F_ID, .help = "One of your dependents" },
	FIELDS_END,
};

static const struct field ITEM[] = {
	{ "category_id", F_ID, .required = true, .help = "Ticket category" },
	{ "quantity", F_INT, .required = true, .min = 0, .max = 100, .help = "How many" },
	{ "holders", F_LIST, .max = 100, .of = HOLDER, .help = "Who will come, in order" },
	FIELDS_END,
};

const struct field ORDER_BOOK[] = {
	{ "event_id", F_ID, .required = true, .names = true, .help = "The event" },
	{ "items", F_LIST, .required = true, .min = 1, .max = ORDER_ITEMS_MAX, .of = ITEM, .help = "What to book" },
	{ "promo_code", F_TEXT, .max = 40, .help = "Promo code" },
	FIELDS_END,
};

const struct field SOLD_OUT[] = {
	{ "category_id", F_ID, .sometimes = true,
	  .help = "The ticket category that is short; absent: all of the event together" },
	{ "available", F_INT, .help = "How many are left" },
	FIELDS_NAMED("sold_out"),
};

/* What was chosen before signing in, to be confirmed after; nothing of it is required. */
const struct field ORDER_CHOICE[] = {
	{ "event_id", F_ID, .help = "The event" },
	{ "items", F_LIST, .max = ORDER_ITEMS_MAX, .of = ITEM, .help = "What to book" },
	{ "promo_code", F_TEXT, .max = 40, .help = "Promo code" },
	FIELDS_END,
};

const struct field ORDER_BOOKED[] = {
	{ "order", F_OBJECT, .of = ORDER_ANSWER, .help = "It is held until expires_at" },
	FIELDS_END,
};

static const struct field ORDER_NAMED[] = { { "id", F_ID, .help = "The order" }, FIELDS_END };

const struct field ORDER_GIVEN_UP[] = {
	{ "order", F_OBJECT, .of = ORDER_NAMED, .help = "What was given up" },
	FIELDS_END,
};

enum { LIVE_HOLDS_MAX = 5 };

/* A booking under way. */
struct booking {
	struct request *rq;
	struct order_hold hold;
	struct row event;
	int64_t left;	   /* that the event still sells; of one that is hold.capped */
	bool holds_enough; /* orders that are live already */
};

/* GET /events/:event_id/choose, of who is not signed in: looked at where it was chosen, before anybody is asked who they are. */
int order_choose(struct request *rq)
{
	struct json_object *items = field_tree(rq, "items");
	size_t n = items ? json_object_array_length(items) : 0;
	int64_t chosen = 0;

	for (size_t i = 0; i < n; i++)
		chosen += tree_int(json_object_array_get_idx(items, i), "quantity");
	event_show(rq);
	if (refused(rq))
		return ANSWERED;
	if (!chosen) {
		field_fault(rq, "items", NOTHING_CHOSEN);
		return refuse_fields(rq);
	}
	rq->redirect = talloc_asprintf(rq->mem, "/events/%lld/book?%s", (long long)path_id(rq, "event_id"), rq->query);
	return ANSWERED;
}

static int64_t available(const struct row *category)
{
	int64_t left = row_int(category, "capacity") - row_int(category, "sold") - row_int(category, "held");

	return left > 0 ? left : 0;
}

/* Stock that is free by the clock but still on a counter is given back, then the booking is tried again. */
static bool reap_lapsed(struct request *rq)
{
	struct json_object *items = field_tree(rq, "items");

	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (tree_int(item, "quantity"))
			order_reap_category(rq->db, tree_int(item, "category_id"), rq->now);
	}
	order_reap_beside(rq->db, tree_int(json_object_array_get_idx(items, 0), "category_id"), rq->now);
	return db_error(rq->db) == DB_OK;
}

static int refuse_sold_out(struct request *rq, const struct row *category)
{
	int64_t left = available(category);

	answer_int(rq->data, "category_id", row_int(category, "id"));
	answer_int(rq->data, "available", left);
	if (row_int(category, "held"))
		rq->mend = reap_lapsed;
	if (!left)
		return refuse(rq, 409, "TICKET_SOLD_OUT", "%s is sold out.", row_text(category, "name"));
	return refuse(rq, 409, "TICKET_SOLD_OUT", "Only %lld left of %s.", (long long)left, row_text(category, "name"));
}

/* Of all categories together the event sells only so many. */
static void check_left(struct booking *b)
{
	struct request *rq = b->rq;
	int64_t wanted = 0, left = b->left > 0 ? b->left : 0;

	for (size_t i = 0; i < b->hold.n_items; i++)
		wanted += b->hold.items[i].quantity;
	if (!b->hold.capped || wanted <= left)
		return;
	answer_int(rq->data, "available", left);
	rq->mend = reap_lapsed;
	if (left)
		refuse(rq, 409, "TICKET_SOLD_OUT", "Only %lld tickets are left for this event.", (long long)left);
	else
		refuse(rq, 409, "TICKET_SOLD_OUT", "This event is sold out.");
}

static int check_item(struct booking *b, struct order_item *item, const struct row *category)
{
	struct request *rq = b->rq;
	enum sale_state state;

	if (!category || row_int(category, "event_id") != b->hold.event_id)
		return refuse(rq, 404, "CATEGORY_NOT_FOUND", "This event has no such ticket category.");
	state = sale_state(rq->now, row_time(category, "sales_start"), row_time(category, "sales_end"),
			   row_time(&b->event, "event.ends_at"));
	if (state == SALE_NOT_YET)
		return refuse(rq, 409, "SALE_NOT_OPEN", "%s is not on sale yet.", row_text(category, "name"));
	if (state == SALE_OVER)
		return refuse(rq, 409, "SALE_CLOSED", "%s is no longer on sale.", row_text(category, "name"));
	if (item->quantity > row_int(category, "max_per_order"))
		return refuse(rq, 422, "TOO_MANY_TICKETS", "At most %lld of %s an order.",
			      (long long)row_int(category, "max_per_order"), row_text(category, "name"));
	if (item->quantity > available(category))
		return refuse_sold_out(rq, category);
	item->unit_price = row_int(category, "price");
	item->category = row_text(category, "name");
	return ANSWERED;
}

static void check_items(struct booking *b, const struct rows *categories)
{
	for (size_t i = 0; i < b->hold.n_items && !refused(b->rq); i++) {
		struct order_item *item = &b->hold.items[i];
		struct row category;

		check_item(b, item, row_with_id(categories, "id", item->category_id, &category));
	}
}

/* A code's last use may be held by an order that has lapsed, of whichever event. Tried again even where nothing was left
 * to reap, here and below: of two who come for the same lapsed hold one reaps it for both. */
static bool reap_promo(struct request *rq)
{
	order_reap_promo(rq->db, field_text(rq, "promo_code"), rq->now);
	return db_error(rq->db) == DB_OK;
}

static void refuse_promo(struct request *rq)
{
	field_fault(rq, "promo_code", "This code is not valid for this order.");
	refuse_fields(rq);
}

static void price_hold(struct request *rq, struct order_hold *hold)
{
	int64_t unit[ORDER_ITEMS_MAX], quantity[ORDER_ITEMS_MAX];
	const char *code = field_declared(rq, "promo_code") ? field_text(rq, "promo_code") : NULL;
	const struct row *row = code ? order_promo(rq->db, code, hold->event_id, rq->now) : NULL;

	if (code && (!row || (row_int(row, "amount") && !row_is(row, "currency", hold->currency)))) {
		rq->mend = row ? NULL : reap_promo;
		refuse_promo(rq);
		return;
	}
	if (row) {
		hold->promo_code_id = row_int(row, "id");
		hold->promo = (struct promo){ (int)row_int(row, "percent"), row_int(row, "amount") };
	}
	for (size_t i = 0; i < hold->n_items; i++) {
		unit[i] = hold->items[i].unit_price;
		quantity[i] = hold->items[i].quantity;
	}
	if (!price_of(unit, quantity, hold->n_items, &hold->promo, &hold->price))
		refuse(rq, 422, "AMOUNT_TOO_LARGE", "This order is too large.");
}

/* As answer_order() would answer it: reading back what was just written made a quarter of a booking. */
static void answer_held(struct request *rq, const struct order_hold *hold, const struct row *event)
{
	struct json_object *order = answer_object(rq->data, "order"), *items;

	answer_int(order, "id", hold->id);
	answer_text(order, "uuid", hold->uuid);
	answer_text(order, "reference", hold->reference);
	answer_text(order, "status", "held");
	answer_int(order, "subtotal", hold->price.subtotal);
	answer_int(order, "discount", hold->price.discount);
	answer_int(order, "total", hold->price.total);
	answer_row(order, event);
	answer_time(order, "expires_at", hold->expires);
	answer_time(order, "created_at", hold->now);
	answer_null(order, "paid_at");
	answer_int(order, "customer_id", hold->customer_id);
	items = answer_array(order, "items");
	for (size_t i = 0; i < hold->n_items; i++) {
		const struct order_item *item = &hold->items[i];
		struct json_object *into = answer_item(items);

		answer_int(into, "id", item->id);
		answer_int(into, "category_id", item->category_id);
		answer_text(into, "category", item->category);
		answer_int(into, "quantity", item->quantity);
		answer_int(into, "unit_price", item->unit_price);
		answer_int(into, "amount", item->quantity * item->unit_price);
	}
}

static void answer_stock_gone(struct request *rq, enum order_stock stock)
{
	if (stock == ORDER_PROMO_GONE) {
		rq->mend = reap_promo;
		refuse_promo(rq);
		return;
	}
	rq->mend = reap_lapsed;
	refuse(rq, 409, "TICKET_SOLD_OUT", "Someone was quicker: these tickets are gone.");
}

/* False: refused. */
static bool read_booking(struct request *rq, struct booking *b)
{
	*b = (struct booking){ .rq = rq,
			       .hold = { .customer_id = rq->who.role_id,
					 .event_id = field_int(rq, "event_id"),
					 .now = rq->now,
					 .expires = rq->now + rq->config->hold_minutes * MS_MINUTE } };
	order_items_read(rq, &b->hold);
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq);
}

/* What the events of bookings offer, in the parts of order_offers(); NULL where there is none of them. */
struct offers {
	const struct rows *events, *whose, *categories;
};

static const struct row *event_offered(const struct offers *offers, struct booking *b)
{
	for (size_t i = 0; offers->events && i < offers->events->n; i++) {
		struct row whose = row_at(offers->whose, i);

		b->event = row_at(offers->events, i);
		b->hold.organizer_id = row_int(&whose, "organizer_id");
		b->hold.capped = row_bool(&whose, "capped");
		b->left = b->hold.capped ? row_int(&whose, "left") : 0;
		if (row_int(&b->event, "event.id") == b->hold.event_id)
			return &b->event;
	}
	return NULL;
}

static void check_booking(struct booking *b, const struct offers *offers)
{
	struct request *rq = b->rq;
	const struct row *event = event_offered(offers, b);

	if (!event || row_is(event, "event.status", "draft")) {
		refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
		return;
	}
	if (!row_is(event, "event.status", "published")) {
		refuse(rq, 409, "EVENT_CANCELLED", "This event has been cancelled.");
		return;
	}
	b->hold.currency = row_text(event, "currency");
	check_items(b, offers->categories);
	if (!refused(rq))
		check_left(b);
	if (!refused(rq))
		price_hold(rq, &b->hold);
}

/* May they be had as far as one can see? Refuses those that may not. */
static void check_bookings(struct booking *const all[], size_t n)
{
	const struct rows *rows;
	struct offers offers = { NULL, NULL, NULL };
	int64_t ids[DB_SOME] = { 0 };

	for (size_t i = 0; i < n; i++)
		ids[i] = all[i]->hold.event_id;
	rows = order_offers(all[0]->rq->db, ids, n);
	if (rows->n)
		offers = (struct offers){ rows_part(rows, "event."), rows_part(rows, "whose."),
					  rows_part(rows, "category.") };
	for (size_t i = 0; i < n; i++)
		check_booking(all[i], &offers);
}

/* Holds what may be held, inside a transaction. */
static enum order_stock hold_bookings(struct booking *const all[], size_t n)
{
	struct order_hold *holds[DB_SOME];
	int64_t customers[DB_SOME] = { 0 };
	struct db *db = all[0]->rq->db;
	const struct rows *held;
	size_t good = 0;

	for (size_t i = 0; i < n; i++)
		customers[i] = all[i]->hold.customer_id;
	held = order_live_holds(db, customers, n, all[0]->rq->now);
	for (size_t i = 0; i < n; i++) {
		struct row customer;

		all[i]->holds_enough = row_with_id(held, "customer_id", customers[i], &customer) &&
				       row_int(&customer, "holds") >= LIVE_HOLDS_MAX;
		if (!all[i]->holds_enough)
			holds[good++] = &all[i]->hold;
	}
	return good ? order_hold(db, holds, good) : ORDER_TAKEN;
}

static void answer_booking(const struct booking *b)
{
	struct request *rq = b->rq;

	if (!b->holds_enough) {
		event_changed(rq, b->hold.event_id);
		answer_held(rq, &b->hold, &b->event);
		return;
	}
	rq->retry_after = 60; /* seconds: one may have lapsed by then */
	refuse(rq, 429, "TOO_MANY_HOLDS", "You are holding %d orders. Pay or give up one first.", LIVE_HOLDS_MAX);
}

/* POST tickets/book/. All or nothing; where the counter says no although a hold has lapsed, that is reaped first. */
int order_book(struct request *rq)
{
	struct booking b, *one = &b;
	enum order_stock stock;

	if (!read_booking(rq, &b))
		return ANSWERED;
	check_bookings(&one, 1);
	if (refused(rq))
		return ANSWERED;
	stock = hold_bookings(&one, 1);
	if (stock == ORDER_TAKEN)
		answer_booking(&b);
	else
		answer_stock_gone(rq, stock);
	return ANSWERED;
}

bool order_reap_wanted(struct request *rq)
{
	order_reap_category(rq->db, field_int(rq, "category_id"), rq->now);
	order_reap_beside(rq->db, field_int(rq, "category_id"), rq->now);
	return db_error(rq->db) == DB_OK;
}

int64_t order_hold_one(struct request *rq, const struct order_one *want)
{
	struct booking b = {
		.rq = rq,
		.hold = { .customer_id = want->customer_id,
			  .event_id = want->event_id,
			  .now = rq->now,
			  .expires = want->expires,
			  .items = { { .category_id = want->category_id, .quantity = 1, .holders = want->holders } },
			  .n_items = 1 }
	};
	struct booking *one = &b;
	enum order_stock stock;

	check_bookings(&one, 1);
	stock = refused(rq) ? ORDER_STOCK_GONE : hold_bookings(&one, 1);
	if (!refused(rq) && stock != ORDER_TAKEN)
		answer_stock_gone(rq, stock);
	else if (!refused(rq) && b.holds_enough)
		refuse(rq, 409, "TOO_MANY_HOLDS", "They are holding %d orders. One has to be paid or given up first.",
		       LIVE_HOLDS_MAX);
	if (rq->mend)
		rq->mend = order_reap_wanted;
	if (refused(rq))
		return 0;
	event_changed(rq, want->event_id);
	return b.hold.id;
}

struct crowd {
	struct booking *all[DB_SOME];
	size_t n;
};

static bool in_crowd(const struct crowd *crowd, int64_t customer_id)
{
	for (size_t i = 0; i < crowd->n; i++)
		if (crowd->all[i]->hold.customer_id == customer_id)
			return true;
	return false;
}

/* Left alone is what touches more than the stock (a promo code), comes twice, or could be had once lapsed holds are
 * reaped. Where the stock does not suffice for all, each tries alone. */
bool order_books(struct request *const rqs[], size_t n)
{
	struct booking bookings[DB_SOME], *read[DB_SOME];
	struct crowd crowd = { .n = 0 };
	size_t n_read = 0;

	for (size_t i = 0; i < n; i++) {
		rqs[i]->alone = field_text(rqs[i], "promo_code") != NULL;
		if (!rqs[i]->alone && read_booking(rqs[i], &bookings[i]))
			read[n_read++] = &bookings[i];
	}
	if (n_read)
		check_bookings(read, n_read);
	for (size_t i = 0; i < n_read; i++) {
		struct request *rq = read[i]->rq;

		rq->alone = rq->mend || in_crowd(&crowd, read[i]->hold.customer_id);
		if (!refused(rq) && !rq->alone)
			crowd.all[crowd.n++] = read[i];
	}
	if (crowd.n && hold_bookings(crowd.all, crowd.n) != ORDER_TAKEN)
		return false;
	for (size_t i = 0; i < crowd.n; i++)
		answer_booking(crowd.all[i]);
	return true;
}

/* Giving up a hold sets its stock free at once. */
int order_give_up(struct request *rq)
{
	struct sale sale;

	if (!sale_of_order(rq->db, path_id(rq, "order_id"), rq->who.role_id, rq->now, &sale))
		return refuse(rq, 404, "ORDER_NOT_FOUND", "There is no such order.");
	if (!order_cancel(rq->db, path_id(rq, "order_id"), rq->who.role_id))
		return refuse(rq, 409, "ORDER_NOT_HELD",
			      "This order is not held any more, or its payment is under way.");
	order_changed(rq, row_int(&sale.order, "event.id"), path_id(rq, "order_id"));
	answer_int(answer_object(rq->data, "order"), "id", path_id(rq, "order_id"));
	say(rq, "The order was given up.");
	return ANSWERED;
}
