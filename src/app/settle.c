/* Settling payments. The provider's answer meets our state in one transaction that begins with a guarded UPDATE of the
 * payment, so whoever learns of a charge first settles it and the others find it done. Money that came for seats that
 * are gone is given back, and the ledger shows both ways. */
#include "app/payment.h"
#include "base/log.h"
#include "base/money.h"
#include "base/uuid.h"
#include "store/ledger.h"
#include "store/order.h"
#include "store/outbox.h"
#include "store/payment.h"
#include <stdio.h>

struct settling {
	struct db *db;
	const struct config *config;
	const struct row *payment;
	const struct payment_answer *answer;
	ms_t now;
	bool late;    /* paid, but the seats or the event are gone: refund */
	bool off;     /* the event was cancelled */
	bool full;    /* so say the counters, on which lapsed holds may stand */
	bool already; /* another settled it */
};

static const char *uuid_of(const struct row *payment, char out[UUID_SIZE])
{
	return uuid_text((const uint8_t *)row_cell(payment, "uuid")->s, out);
}

static bool book_sale(struct settling *s)
{
	const struct row *p = s->payment;

	return ledger_sale(s->db, row_int(p, "id"), row_text(p, "provider"), row_int(p, "organizer_id"),
			   row_int(p, "amount"), row_text(p, "currency"), s->now);
}

static bool book_refund(struct settling *s)
{
	const struct row *p = s->payment;

	return ledger_refund(s->db, row_int(p, "id"), row_text(p, "provider"), row_int(p, "organizer_id"),
			     row_int(p, "amount"), row_text(p, "currency"), s->now);
}

/* The mail with what was bought and where its codes are. */
static void send_receipt(struct settling *s)
{
	const struct row *p = s->payment, *order = order_get(s->db, row_int(p, "order_id"), 0, s->now);
	const struct row *buyer = order_buyer(s->db, row_int(p, "order_id"));
	char amount[40], when[80];
	char *body;

	if (!order || !buyer)
		return;
	clock_format(row_time(order, "event.starts_at"), row_text(order, "event.time_zone"), "%A, %e %B %Y, %H:%M", when,
		     sizeof when);
	body = talloc_asprintf(NULL,
			       "Thank you, %s.\n\nOrder %s is paid: %s.\n\n%s\n%s\n%s\n\n"
			       "Your tickets and their codes: %s/orders/%lld\n\nShow the code at the gate, on your phone or"
			       " on paper.\n",
			       row_text(buyer, "name"), row_text(order, "reference"),
			       money_text(row_int(p, "amount"), row_text(p, "currency"), amount, sizeof amount),
			       row_text(order, "event.title"), row_text(order, "venue.name"), when, s->config->base_url,
			       (long long)row_int(order, "id"));
	if (*row_text(buyer, "email"))
		outbox_add(s->db, s->now, "mail", row_text(buyer, "email"),
			   talloc_asprintf(body, "Your tickets for %s", row_text(order, "event.title")), body);
	else
		outbox_add(s->db, s->now, "sms", row_text(buyer, "mobile_number"), "",
			   talloc_asprintf(body, "Order %s is paid. Your tickets: %s/orders/%lld",
					   row_text(order, "reference"), s->config->base_url,
					   (long long)row_int(order, "id")));
	talloc_free(body);
}

/* Cancelled while the payment was under way. One that is cancelled just after is found by the job. */
static bool event_is_off(struct settling *s)
{
	const struct row *order = order_get(s->db, row_int(s->payment, "order_id"), 0, s->now);

	return order && row_is(order, "event.status", "cancelled");
}

static bool take_money(void *with)
{
	struct settling *s = with;
	const struct row *p = s->payment;

	s->late = s->full = s->already = s->off = false;
	if (!payment_move(s->db, row_int(p, "id"), "succeeded", s->answer->reference, NULL, s->now)) {
		s->already = true;
		return false;
	}
	s->off = s->late = event_is_off(s);
	if (s->off)
		return false;
	switch (order_pay(s->db, row_int(p, "order_id"), s->now)) {
	case ORDER_PAID:
		break;
	case ORDER_FULL:
		s->full = true;
		/* fall through */
	default:
		s->late = true;
		return false;
	}
	if (!book_sale(s))
		return false;
	send_receipt(s);
	return true;
}

/* The seats or the event are gone: the money is noted as come and is on its way back. */
static bool owe_money(void *with)
{
	struct settling *s = with;

	return payment_move(s->db, row_int(s->payment, "id"), "refunding", s->answer->reference,
			    s->off ? "The event was cancelled." : "The hold had lapsed and the seats were gone.",
			    s->now) &&
	       book_sale(s);
}

/* A payment given up as declined was charged after all. */
static bool owe_declined_money(void *with)
{
	struct settling *s = with;

	return payment_revive(s->db, row_int(s->payment, "id"), s->answer->reference, s->now) && book_sale(s);
}

static bool note_refunded(void *with)
{
	struct settling *s = with;

	return payment_refunded(s->db, row_int(s->payment, "id"), s->now) && book_refund(s);
}

bool payment_finish_refund(struct db *db, const struct config *config, const struct row *payment, ms_t now)
{
	struct settling s = { .db = db, .config = config, .payment = payment, .now = now };
	const struct payment_provider *provider = payment_provider(row_text(payment, "provider"));
	char uuid[UUID_SIZE];

	if (row_int(payment, "amount") &&
	    (!provider || !provider->refund(config, uuid_of(payment, uuid), row_text(payment, "provider_ref"),
					    row_int(payment, "amount"), row_text(payment, "currency")))) {
		log_warn("refund_later", F("payment", row_int(payment, "id")));
		return false;
	}
	return db_transaction(db, note_refunded, NULL, &s);
}

static bool take_back(void *with)
{
	struct settling *s = with;

	return payment_refund_begin(s->db, row_int(s->payment, "id"), s->now) &&
	       order_refund(s->db, row_int(s->payment, "order_id"), s->now);
}

bool payment_give_back(struct db *db, const struct config *config, const struct row *payment, ms_t now)
{
	struct settling s = { .db = db, .config = config, .payment = payment, .now = now };

	if (!db_transaction(db, take_back, NULL, &s))
		return false;
	return payment_finish_refund(db, config, payment, now);
}

/* Finishes the refund that was begun by begin. */
static enum settled give_back_now(struct settling *s, bool (*begin)(void *))
{
	const struct row *payment;

	if (!db_transaction(s->db, begin, NULL, s))
		return SETTLED_FAILED;
	payment = payment_get(s->db, row_int(s->payment, "id"), 0);
	if (payment)
		payment_finish_refund(s->db, s->config, payment, s->now);
	return SETTLED_REFUNDED;
}

/* Another was quicker: what it made of the payment stands, but money never stays with a payment that was declined. */
static enum settled settle_again(struct settling *s)
{
	const struct row *now = payment_get(s->db, row_int(s->payment, "id"), 0);

	if (now && row_is(now, "status", "succeeded"))
		return SETTLED_PAID;
	if (now && row_is(now, "status", "declined"))
		return give_back_now(s, owe_declined_money);
	return now ? SETTLED_REFUNDED : SETTLED_FAILED;
}

/* Stock that is free by the clock is room, for the late payer as for anybody. */
static bool make_room(struct settling *s)
{
	const struct rows *items = order_items(s->db, row_int(s->payment, "order_id"));

	for (size_t i = 0; i < items->n; i++) {
		struct row item = row_at(items, i);

		order_reap_category(s->db, row_int(&item, "category_id"), s->now);
	}
	return db_error(s->db) == DB_OK;
}

static enum settled settle_success(struct settling *s)
{
	if (db_transaction(s->db, take_money, NULL, s))
		return SETTLED_PAID;
	if (s->full && make_room(s) && db_transaction(s->db, take_money, NULL, s))
		return SETTLED_PAID;
	if (db_error(s->db) != DB_OK)
		return SETTLED_FAILED;
	if (s->already)
		return settle_again(s);
	return s->late ? give_back_now(s, owe_money) : SETTLED_FAILED;
}

enum settled payment_settle(struct db *db, const struct config *config, const struct row *payment,
			    const struct payment_answer *answer, ms_t now)
{
	struct settling s = { .db = db, .config = config, .payment = payment, .answer = answer, .now = now };
	int64_t id = row_int(payment, "id");

	switch (answer->state) {
	case PAY_SUCCEEDED:
		return settle_success(&s);
	case PAY_DECLINED:
		payment_move(db, id, "declined", answer->reference, answer->failure, now);
		return SETTLED_DECLINED;
	case PAY_REQUIRES_ACTION:
		payment_move(db, id, "requires_action", answer->reference, NULL, now);
		return SETTLED_PENDING;
	default:
		return SETTLED_PENDING;
	}
}

enum settled payment_ask(struct db *db, const struct config *config, const struct row *payment, ms_t now)
{
	const struct payment_provider *provider = payment_provider(row_text(payment, "provider"));
	struct payment_answer answer;
	char uuid[UUID_SIZE];

	if (!provider)
		return SETTLED_FAILED;
	/* The call that charges is still out, in another process: what the provider does not know yet it may know soon. */
	if (row_is(payment, "status", "processing") && row_null(payment, "charged_at") &&
	    now - row_time(payment, "created_at") < MS_MINUTE)
		return SETTLED_PENDING;
	answer = provider->ask(config, uuid_of(payment, uuid), row_text(payment, "provider_ref"));
	return payment_settle(db, config, payment, &answer, now);
}
