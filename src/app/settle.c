/* Settling payments. The provider's answer meets our state in one transaction that begins with a guarded UPDATE of the
 * payment, its order and what its event allows, so whoever learns of a charge first settles it and the others find it done.
 * Money that came for seats that are gone is given back, and the ledger shows both ways. */
#include "app/exchange.h"
#include "app/payment.h"
#include "app/refund.h"
#include "app/sale.h"
#include "base/log.h"
#include "base/uuid.h"
#include "http/request.h"
#include "store/ledger.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/sale.h"
#include "store/ticket.h"
#include <string.h>

struct settling {
	struct db *db;
	const struct config *config;
	struct sale *sale;
	const struct payment_answer *answer;
	ms_t now;
	enum sale_taken taken;
	bool full;     /* so say the counters, on which lapsed holds may stand */
	bool short_of; /* the card has not so much, or is not good any more */
};

static int64_t payment_id(const struct settling *s)
{
	return row_int(&s->sale->payment, "id");
}

static const char *uuid_of(const struct row *payment, char out[UUID_SIZE])
{
	return uuid_text((const uint8_t *)row_cell(payment, "uuid")->s, out);
}

/* From where the money came: what lies with a provider, or was on a card. */
static struct ledger_leg source(const struct row *payment, int64_t amount)
{
	if (row_is(payment, "method", "nfc_card"))
		return (struct ledger_leg){ "card", row_int(payment, "card_id"), amount };
	return (struct ledger_leg){ "provider", ledger_provider(row_text(payment, "provider")), amount };
}

static bool enter_sale(struct settling *s)
{
	const struct row *p = &s->sale->payment;
	int64_t amount = row_int(p, "amount"), fee = row_int(p, "fee"), tax = row_int(p, "tax");
	int64_t organizer = row_int(&s->sale->terms, "organizer_id");
	enum ledger_posted posted =
		ledger_post(s->db,
			    &(struct ledger_transfer){ .noun = "payment",
						       .kind = "sale",
						       .noun_id = row_int(p, "id"),
						       .currency = row_text(p, "currency"),
						       .legs = { source(p, amount),
								 { "organizer", organizer, fee + tax - amount },
								 { "tax", organizer, -tax },
								 { "platform", 0, -fee } } },
			    s->now);

	s->short_of = posted == LEDGER_SHORT;
	return posted == LEDGER_POSTED || posted == LEDGER_BEFORE;
}

/* Payment and order first, for they say whether there is a sale at all; the counters last, for everybody waits for them. */
static bool take_money(void *with)
{
	struct settling *s = with;

	s->full = s->short_of = false;
	s->sale->tickets = NULL;
	s->taken = sale_take(s->db, s->sale, s->answer->reference, s->now);
	if (s->taken != SALE_HELD && s->taken != SALE_LAPSED)
		return false;
	if (!ticket_issue(s->db, s->sale, s->now) || !enter_sale(s))
		return false;
	sale_tell(s->db, s->sale, "order-paid", s->now);
	if (row_bool(&s->sale->terms, "exchanges") && !exchange_settle(s->db, s->sale, s->now))
		return false;
	s->full = !sale_seat(s->db, s->sale, s->taken);
	return !s->full;
}

static const char *why_late(const struct settling *s)
{
	if (s->taken == SALE_OFF)
		return "The event was cancelled.";
	return s->full ? "The hold had lapsed and the seats were gone."
		       : "The order was not there to be paid any more.";
}

/* The seats or the event are gone: the money is noted as come and is on its way back. */
static bool owe_money(void *with)
{
	struct settling *s = with;

	if (!payment_move(s->db, payment_id(s), "refunding", s->answer->reference, why_late(s), s->now) ||
	    !enter_sale(s))
		return false;
	if (row_int(&s->sale->payment, "amount"))
		sale_tell(s->db, s->sale, "payment-late", s->now);
	return true;
}

/* A payment given up as declined was charged after all. */
static bool owe_declined_money(void *with)
{
	struct settling *s = with;

	return payment_revive(s->db, payment_id(s), s->answer->reference, s->now) && enter_sale(s);
}

static bool take_back(void *with)
{
	struct settling *s = with;

	if (!sale_take_back(s->db, s->sale, s->now))
		return false;
	if (row_int(&s->sale->payment, "amount"))
		sale_tell(s->db, s->sale, "order-refunded", s->now);
	return true;
}

bool payment_give_back(struct db *db, const struct config *config, struct sale *sale, ms_t now)
{
	struct settling s = { .db = db, .config = config, .sale = sale, .now = now };

	return db_transaction(db, take_back, NULL, &s) && payment_finish_refund(db, config, sale, now);
}

/* Finishes the refund that was begun by begin, which also took the provider's reference down. */
static enum settled give_back_now(struct settling *s, bool (*begin)(void *))
{
	if (!db_transaction(s->db, begin, NULL, s))
		return SETTLED_FAILED;
	if (sale_of_payment(s->db, payment_id(s), 0, s->now, s->sale))
		payment_finish_refund(s->db, s->config, s->sale, s->now);
	return SETTLED_REFUNDED;
}

/* Another was quicker: what it made of the payment stands, but money never stays with a payment that was declined. */
static enum settled settle_again(struct settling *s)
{
	if (!sale_of_payment(s->db, payment_id(s), 0, s->now, s->sale))
		return SETTLED_FAILED;
	if (row_is(&s->sale->payment, "status", "succeeded"))
		return SETTLED_PAID;
	if (row_is(&s->sale->payment, "status", "declined"))
		return row_is(&s->sale->payment, "method", "nfc_card") ? SETTLED_DECLINED
								       : give_back_now(s, owe_declined_money);
	return SETTLED_REFUNDED;
}

/* Stock that is free by the clock is room, for the late payer as for anybody. */
static bool make_room(struct settling *s)
{
	for (size_t i = 0; i < s->sale->items->n; i++) {
		struct row item = row_at(s->sale->items, i);

		order_reap_category(s->db, row_int(&item, "category_id"), s->now);
		order_reap_beside(s->db, row_int(&item, "category_id"), s->now);
	}
	return db_error(s->db) == DB_OK;
}

/* What is paid with a card of ours is taken with the sale or not at all, so there is nothing to give back. */
static enum settled leave_card(struct settling *s)
{
	payment_move(s->db, payment_id(s), "declined", NULL,
		     s->short_of ? "There is not enough on this card." : why_late(s), s->now);
	return SETTLED_DECLINED;
}

static enum settled settle_success(struct settling *s)
{
	bool ours = row_is(&s->sale->payment, "method", "nfc_card");

	if (db_transaction(s->db, take_money, NULL, s))
		return SETTLED_PAID;
	if (s->full && make_room(s) && db_transaction(s->db, take_money, NULL, s))
		return SETTLED_PAID;
	if (db_error(s->db) != DB_OK)
		return SETTLED_FAILED;
	if (s->taken == SALE_SETTLED)
		return settle_again(s);
	if (ours)
		return leave_card(s);
	return s->full || s->taken == SALE_OFF || s->taken == SALE_GONE ? give_back_now(s, owe_money) : SETTLED_FAILED;
}

static bool note_declined(void *with)
{
	struct settling *s = with;

	return payment_move(s->db, payment_id(s), "declined", s->answer->reference, s->answer->failure, s->now);
}

static bool note_waiting(void *with)
{
	struct settling *s = with;

	return payment_move(s->db, payment_id(s), "requires_action", s->answer->reference, NULL, s->now);
}

/* In a transaction, which looks whose schema it is. That another was quicker is no failure. */
static enum settled note(struct settling *s, bool (*noted)(void *), enum settled settled)
{
	return db_transaction(s->db, noted, NULL, s) || db_error(s->db) == DB_OK ? settled : SETTLED_FAILED;
}

static enum settled settle(struct settling *s)
{
	switch (s->answer->state) {
	case PAY_SUCCEEDED:
		return settle_success(s);
	case PAY_DECLINED:
		return note(s, note_declined, SETTLED_DECLINED);
	case PAY_REQUIRES_ACTION:
		return note(s, note_waiting, SETTLED_PENDING);
	default:
		return SETTLED_PENDING;
	}
}

enum settled payment_settle(struct db *db, const struct config *config, struct sale *sale,
			    const struct payment_answer *answer, ms_t now)
{
	struct settling s = { .db = db, .config = config, .sale = sale, .answer = answer, .now = now };
	enum settled settled = settle(&s);

	if (settled != SETTLED_PAID || !sale->tickets)
		sale_of_payment(db, payment_id(&s), 0, now, sale);
	return settled;
}

struct payment_bill payment_bill(TALLOC_CTX *mem, const struct config *config, const struct sale *sale)
{
	const struct row *payment = &sale->payment, *order = &sale->order;
	const char *email = row_text(&sale->buyer, "email");

	return (struct payment_bill){
		.uuid = uuid_of(payment, talloc_size(mem, UUID_SIZE)),
		.reference = row_text(order, "reference"),
		.title = row_text(order, "event.title"),
		.email = email,
		.locale = row_text(&sale->buyer, "locale"),
		.back = talloc_asprintf(mem, "%s/orders/%lld/return", config->base_url,
					(long long)row_int(order, "id")),
		.amount = row_int(payment, "amount"),
		.currency = row_text(payment, "currency"),
		.begun = row_time(payment, "created_at"),
		.until = row_time(order, "expires_at"),
	};
}

bool payment_call_is_out(const struct row *payment, ms_t now)
{
	return row_is(payment, "status", "processing") && row_null(payment, "charged_at") &&
	       now - row_time(payment, "created_at") < MS_MINUTE;
}

/* Asks, or ends what is open. */
static enum settled ask(struct db *db, const struct config *config, struct sale *sale, ms_t now, bool end,
			struct payment_answer *answer)
{
	const struct row *payment = &sale->payment;
	const struct payment_provider *provider = payment_reach(db, row_text(payment, "provider"));
	TALLOC_CTX *mem;
	struct payment_bill bill;

	memset(answer, 0, sizeof *answer);
	answer->state = PAY_UNKNOWN;
	if (!provider)
		return SETTLED_FAILED;
	if (payment_call_is_out(payment, now))
		return SETTLED_PENDING;
	mem = talloc_new(NULL);
	bill = payment_bill(mem, config, sale);
	*answer = (end && provider->close ? provider->close : provider->ask)(config, &bill,
									     row_text(payment, "provider_ref"));
	talloc_free(mem);
	return payment_settle(db, config, sale, answer, now);
}

enum settled payment_ask(struct db *db, const struct config *config, struct sale *sale, ms_t now,
			 struct payment_answer *answer)
{
	struct payment_answer unread;

	return ask(db, config, sale, now, false, answer ? answer : &unread);
}

enum settled payment_stop(struct db *db, const struct config *config, struct sale *sale, ms_t now)
{
	struct payment_answer answer;

	return ask(db, config, sale, now, true, &answer);
}
