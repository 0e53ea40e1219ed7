/* Refunds and disputes. Each is a row before the provider is asked for it, or once the provider was found to have it; its name
 * there is a UNIQUE key, so that a webhook, a job and whoever confirms at once enter it once. When all of a payment went back, the
 * payment is refunded and its sale taken back, whoever gave it; of a part the tickets stay good. */
#include "app/refund.h"
#include "base/log.h"
#include "base/money.h"
#include "base/tongue.h"
#include "base/uuid.h"
#include "outside/payment.h"
#include "store/copy.h"
#include "store/ledger.h"
#include "store/outbox.h"
#include "store/payment.h"
#include "store/refund.h"
#include <string.h>

/* What is done about one refund or dispute, in one transaction. */
struct entering {
	struct db *db;
	const struct config *config;
	struct sale *sale;
	const struct payment_news *news; /* of the desk; NULL: ours */
	int64_t refund_id, amount;	 /* of ours */
	const char *reference, *state;
	ms_t now;
};

const struct payment_provider *payment_reach(struct db *db, const char *name)
{
	bool copy = copy_of(db) != NULL;

	/* Who does not know does not call. */
	return copy || db_error(db) != DB_OK ? NULL : payment_provider(name);
}

static int64_t payment_id(const struct sale *sale)
{
	return row_int(&sale->payment, "id");
}

/* ---- the books ---- */

/* A refund's row has just become done. standing: the payment had not been on its way back until now. */
static bool book_refund(const struct entering *e, int64_t refund_id, bool standing)
{
	int64_t id = payment_id(e->sale);
	bool whole = refund_given(e->db, id) == row_int(&e->sale->payment, "amount");
	enum ledger_posted posted;

	if (whole && standing && !sale_take_back(e->db, e->sale, e->now))
		return false;
	if (whole && !payment_refunded(e->db, id, e->now))
		return false;
	posted = refund_post(e->db, refund_id, e->now);
	return posted == LEDGER_POSTED || posted == LEDGER_BEFORE;
}

/* ---- telling ---- */

const struct tongue *payment_tongue(const struct config *config, const struct row *reader)
{
	const struct tongue *theirs = tongue_named(row_text(reader, "locale"));

	return theirs ? theirs : tongue_named(config->locale);
}

void payment_send(struct db *db, const struct row *reader, const char *subject, const char *text, ms_t now)
{
	if (*row_text(reader, "email"))
		outbox_add(db, now, "mail", row_text(reader, "email"), subject, text);
	else if (*row_text(reader, "mobile_number"))
		outbox_add(db, now, "sms", row_text(reader, "mobile_number"), "", text);
}

static void send(const struct entering *e, const struct row *reader, const char *subject, const char *text)
{
	payment_send(e->db, reader, subject, text, e->now);
}

static void tell_buyer(const struct entering *e, int64_t amount)
{
	const struct row *buyer = &e->sale->buyer, *order = &e->sale->order;
	const struct tongue *tongue = payment_tongue(e->config, buyer);
	TALLOC_CTX *mem = talloc_new(NULL);
	char money[40];

	money_text(amount, row_text(&e->sale->payment, "currency"), money, sizeof money);
	send(e, buyer, tongue_say(tongue, mem, "Money back for order %s", row_text(order, "reference")),
	     tongue_say(tongue, mem, "%s of order %s is on its way back to you. %s/orders/%lld", money,
			row_text(order, "reference"), e->config->base_url, (long long)row_int(order, "id")));
	talloc_free(mem);
}

static const char *what_of_dispute(const char *status)
{
	if (!strcmp(status, "open"))
		return "A bank questions the payment of order %s: %s. Answer it at the payment provider.";
	return !strcmp(status, "won") ? "The payment of order %s that was questioned, %s, stays."
				      : "The payment of order %s that was questioned, %s, was taken back by the bank.";
}

static void tell_of_dispute(const struct entering *e)
{
	const struct rows *readers = dispute_readers(e->db, row_int(&e->sale->terms, "organizer_id"));
	TALLOC_CTX *mem = talloc_new(NULL);
	char money[40];

	money_text(e->news->amount, e->news->currency, money, sizeof money);
	for (size_t i = 0; i < readers->n; i++) {
		struct row reader = row_at(readers, i);
		const struct tongue *tongue = payment_tongue(e->config, &reader);

		send(e, &reader,
		     tongue_say(tongue, mem, "Questioned payment of order %s", row_text(&e->sale->order, "reference")),
		     tongue_say(tongue, mem, what_of_dispute(e->news->status), row_text(&e->sale->order, "reference"),
				money));
	}
	talloc_free(mem);
}

/* One that the provider could not give back is told to who keeps the money: what it was for stands, whatever becomes of it. */
static void tell_of_failure(const struct entering *e, int64_t amount)
{
	const struct rows *readers = dispute_readers(e->db, 0);
	const char *reference = row_text(&e->sale->order, "reference");
	TALLOC_CTX *mem = talloc_new(NULL);
	char money[40];

	money_text(amount, row_text(&e->sale->payment, "currency"), money, sizeof money);
	for (size_t i = 0; i < readers->n; i++) {
		struct row reader = row_at(readers, i);
		const struct tongue *tongue = payment_tongue(e->config, &reader);

		send(e, &reader, tongue_say(tongue, mem, "A refund of order %s failed", reference),
		     tongue_say(
			     tongue, mem,
			     "The payment provider could not give %s of order %s back. See why there, then ask for it"
			     " again or pay it otherwise. %s/admin/payment-refunds?state=failed",
			     money, reference, e->config->base_url));
	}
	talloc_free(mem);
	log_warn("refund_failed", F("payment", payment_id(e->sale)), F("amount", amount));
}

/* ---- entering ---- */

static const char *lock_payment(const struct entering *e)
{
	return refund_lock(e->db, row_int(&e->sale->order, "id"), payment_id(e->sale));
}

static const char *state_word(enum refund_state state)
{
	return state == REFUND_DONE ? "done" : state == REFUND_FAILED ? "failed" : "pending";
}

/* One of ours, as the provider answered. */
static bool move_ours(void *with)
{
	struct entering *e = with;
	const char *status = lock_payment(e);

	if (!status || !refund_move(e->db, e->refund_id, e->state, e->reference, e->now))
		return false;
	if (!strcmp(e->state, "failed"))
		tell_of_failure(e, e->amount);
	return strcmp(e->state, "done") || book_refund(e, e->refund_id, !strcmp(status, "succeeded"));
}

static bool drop_ours(void *with)
{
	struct entering *e = with;

	refund_drop(e->db, e->refund_id);
	return lock_payment(e) != NULL;
}

/* A refund at the desk: known, it becomes what it is there; else it is entered. */
static bool enter_found(void *with)
{
	struct entering *e = with;
	const struct payment_news *n = e->news;
	const char *state = state_word(n->refund);
	struct refund_found found = { .payment_id = payment_id(e->sale),
				      .amount = n->amount,
				      .currency = n->currency,
				      .reference = n->reference,
				      .origin = n->dispute ? "dispute" : "desk",
				      .reason = n->reason,
				      .state = state };
	const char *status = lock_payment(e);
	bool standing = status && !strcmp(status, "succeeded");
	int64_t id;

	if (!status)
		return false;
	if (refund_known(e->db, n->ours, n->reference, NULL)) {
		id = refund_move_known(e->db, n->ours, n->reference, state, e->now);
		if (id && n->refund == REFUND_FAILED)
			tell_of_failure(e, n->amount);
		return id && (n->refund != REFUND_DONE || book_refund(e, id, standing));
	}
	if (n->refund == REFUND_FAILED)
		return false;
	id = refund_enter(e->db, &found, e->now);
	if (!id) {
		log_warn("refund_not_entered", F("payment", found.payment_id), F("reference", n->reference),
			 F("amount", n->amount));
		return false;
	}
	if (!n->dispute)
		tell_buyer(e, n->amount);
	return n->refund != REFUND_DONE || book_refund(e, id, standing);
}

struct dispute payment_dispute(int64_t payment_id, const struct payment_news *news)
{
	return (struct dispute){ .payment_id = payment_id,
				 .amount = news->amount,
				 .currency = news->currency,
				 .reference = news->reference,
				 .reason = news->reason,
				 .status = news->status,
				 .opened_at = news->at,
				 .due_at = news->due };
}

/* A dispute: its row; lost, what was taken is entered as what went back. */
static bool enter_dispute(void *with)
{
	struct entering *e = with;
	const struct payment_news *n = e->news;
	struct dispute dispute = payment_dispute(payment_id(e->sale), n);

	if (!lock_payment(e) || dispute_note(e->db, &dispute, e->now) == DISPUTE_SAME)
		return false;
	tell_of_dispute(e);
	log_warn("payment_dispute", F("payment", dispute.payment_id), F("status", n->status), F("amount", n->amount));
	return true;
}

/* Nothing new is no failure. */
static bool enter_news(struct entering *e)
{
	struct payment_news taken;

	if (e->news->dispute) {
		db_transaction(e->db, enter_dispute, NULL, e);
		if (db_error(e->db) != DB_OK || strcmp(e->news->status, "lost"))
			return db_error(e->db) == DB_OK;
		taken = *e->news;
		taken.refund = REFUND_DONE;
		e->news = &taken;
	}
	if (!refund_known(e->db, e->news->ours, e->news->reference, state_word(e->news->refund)))
		db_transaction(e->db, enter_found, NULL, e);
	return db_error(e->db) == DB_OK;
}

/* ---- the provider's desk ---- */

/* Of one payment, whose sale is read. */
static bool take_news(void *with, const struct payment_news *news)
{
	struct entering e = *(struct entering *)with;

	if (strcmp(news->payment, row_text(&e.sale->payment, "provider_ref")))
		return true;
	e.news = news;
	return enter_news(&e);
}

bool payment_look_at_desk(struct db *db, const struct config *config, struct sale *sale, ms_t now)
{
	const struct payment_provider *provider = payment_reach(db, row_text(&sale->payment, "provider"));
	struct entering e = { .db = db, .config = config, .sale = sale, .now = now };

	if (!provider)
		return false;
	if (!provider->desk || !row_int(&sale->payment, "amount"))
		return true;
	return provider->desk(config, row_text(&sale->payment, "provider_ref"), 0, take_news, &e);
}

bool payment_enter_news(struct db *db, const struct config *config, struct sale *sale, const struct payment_news *news,
			ms_t now)
{
	struct entering e = { .db = db, .config = config, .sale = sale, .news = news, .now = now };

	return enter_news(&e);
}

/* ---- giving back ---- */

static bool open_refund(void *with)
{
	struct entering *e = with;

	return lock_payment(e) && refund_open(e->db, payment_id(e->sale), e->now);
}

/* What cost nothing goes back by itself. */
static bool close_free(void *with)
{
	struct entering *e = with;

	return payment_refunded(e->db, payment_id(e->sale), e->now);
}

/* Asks for one of ours. Some of it may have gone back otherwise: then this one is none any more, and what did is looked for, of which
 * it may be one whose answer we never got. What is left then, the next try gives back. */
static bool ask_for(struct entering *e, const struct payment_provider *provider, const struct row *refund)
{
	char uuid[UUID_SIZE];
	struct payment_part part = { .uuid = uuid_text((const uint8_t *)row_cell(refund, "uuid")->s, uuid),
				     .reference = row_text(&e->sale->payment, "provider_ref"),
				     .amount = row_int(refund, "amount"),
				     .currency = row_text(refund, "currency") };
	struct refund_answer answer = provider->refund(e->config, &part);

	e->refund_id = row_int(refund, "id");
	e->amount = part.amount;
	e->reference = answer.reference;
	e->state = state_word(answer.state);
	if (answer.state == REFUND_UNKNOWN)
		return false;
	if (answer.state != REFUND_OTHERWISE)
		return db_transaction(e->db, move_ours, NULL, e) && answer.state == REFUND_DONE;
	if (payment_look_at_desk(e->db, e->config, e->sale, e->now)) {
		db_transaction(e->db, drop_ours, NULL, e);
		payment_look_at_desk(e->db, e->config, e->sale, e->now);
	}
	return false;
}

static bool ask_for_all(struct entering *e, const struct payment_provider *provider)
{
	const struct rows *asked = refund_asked(e->db, payment_id(e->sale));
	bool done = true;

	for (size_t i = 0; i < asked->n; i++) {
		struct row refund = row_at(asked, i);

		done = ask_for(e, provider, &refund) && done;
	}
	if (!done)
		log_warn("refund_later", F("payment", payment_id(e->sale)));
	return done && db_error(e->db) == DB_OK;
}

bool payment_give_parts(struct db *db, const struct config *config, struct sale *sale, ms_t now)
{
	struct entering e = { .db = db, .config = config, .sale = sale, .now = now };
	const struct payment_provider *provider = payment_reach(db, row_text(&sale->payment, "provider"));

	return provider && ask_for_all(&e, provider);
}

bool payment_finish_refund(struct db *db, const struct config *config, struct sale *sale, ms_t now)
{
	struct entering e = { .db = db, .config = config, .sale = sale, .now = now };
	const struct payment_provider *provider = payment_reach(db, row_text(&sale->payment, "provider"));

	if (!row_int(&sale->payment, "amount"))
		return db_transaction(db, close_free, NULL, &e);
	if (!provider || !db_transaction(db, open_refund, NULL, &e))
		return false;
	return ask_for_all(&e, provider);
}
