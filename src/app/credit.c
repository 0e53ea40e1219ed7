/* What is paid besides orders: money put on a card, and what a card costs. As with an order, the payment's row is committed before
 * the provider is called, so that the job that asks after waiting payments finds it whatever happens to this process. */
#include "app/credit.h"
#include "app/actions/card.h"
#include "app/actions/customer.h"
#include "app/credit_refund.h"
#include "app/refund.h"
#include "base/tongue.h"
#include "base/uuid.h"
#include "store/card.h"
#include "store/credit.h"
#include "store/outbox.h"
#include "store/payment.h"
#include <string.h>

static const char NOT_PAID[] = "The payment was declined.";

const struct field OWN_CARD[] = {
	{ "id", F_ID, .help = "The card" },
	{ "uid", F_TEXT, .help = "Its number" },
	{ "status", F_CHOICE, .choices = "active,blocked,lost", .help = "How it stands" },
	{ "balance", F_MONEY, .help = "What is on it" },
	{ "currency", F_CURRENCY, .help = "Of that" },
	FIELDS_NAMED("own_card"),
};
const struct field CREDIT_STATE[] = {
	{ "payment", F_OBJECT, .of = PAYMENT_ANSWER, .help = "The payment" },
	{ "card", F_OBJECT, .of = OWN_CARD, .sometimes = true, .help = "The card that it puts money on" },
	FIELDS_NAMED("credit_state"),
};

/* ---- settling ---- */

struct taking {
	struct db *db;
	const struct config *config;
	const struct row *payment;
	const char *reference, *failure;
	ms_t now;
};

static bool take(void *with)
{
	struct taking *t = with;

	return credit_take(t->db, t->payment, t->reference, t->now);
}

/* A card that reloads itself stops that, and says so to its holder, in their words. */
static void stop_reloading(const struct taking *t)
{
	int64_t card_id = row_int(t->payment, "card_id");
	const struct row *card = credit_auto_card(t->db, card_id);
	const struct tongue *tongue;
	TALLOC_CTX *mem;

	credit_auto_failed(t->db, card_id, t->now);
	if (!card || row_null(card, "mobile_number"))
		return;
	tongue = tongue_named(row_text(card, "locale"));
	if (!tongue)
		tongue = tongue_named(t->config->locale);
	mem = talloc_new(NULL);
	outbox_add(t->db, t->now, "sms", row_text(card, "mobile_number"), "",
		   tongue_say(tongue, mem, "Your card %s could not be reloaded: %s %s/nfc-cards/%lld",
			      row_text(card, "uid"), tongue_says(tongue, *t->failure ? t->failure : NOT_PAID),
			      t->config->base_url, (long long)card_id));
	talloc_free(mem);
}

static bool decline(void *with)
{
	struct taking *t = with;

	if (!payment_move(t->db, row_int(t->payment, "id"), "declined", t->reference, t->failure, t->now))
		return false;
	if (row_bool(t->payment, "automatic"))
		stop_reloading(t);
	return db_error(t->db) == DB_OK;
}

static enum settled state_of(const struct row *payment)
{
	if (row_is(payment, "status", "succeeded"))
		return SETTLED_PAID;
	if (row_is(payment, "status", "refunded"))
		return SETTLED_REFUNDED;
	return row_is(payment, "status", "declined") ? SETTLED_DECLINED : SETTLED_PENDING;
}

static enum settled read_again(struct db *db, const struct row **payment)
{
	const struct row *now = credit_of_payment(db, row_int(*payment, "id"), 0);

	if (!now)
		return SETTLED_FAILED;
	*payment = now;
	return state_of(now);
}

enum settled credit_settle(struct db *db, const struct config *config, const struct row **payment,
			   const struct payment_answer *answer, ms_t now)
{
	struct taking taking = { db, config, *payment, answer->reference, answer->failure, now };
	int64_t id = row_int(*payment, "id");

	if (answer->state == PAY_SUCCEEDED && !db_transaction(db, take, NULL, &taking) && db_error(db) != DB_OK)
		return SETTLED_FAILED;
	if (answer->state == PAY_DECLINED && !db_transaction(db, decline, NULL, &taking) && db_error(db) != DB_OK)
		return SETTLED_FAILED;
	if (answer->state == PAY_REQUIRES_ACTION)
		payment_move(db, id, "requires_action", answer->reference, NULL, now);
	return read_again(db, payment);
}

/* What it is called for with its provider, whose page leads back to where the card, or what it costs, is shown. */
static struct payment_bill bill_of(TALLOC_CTX *mem, const struct config *config, const struct tongue *tongue,
				   const struct row *p)
{
	bool reload = row_is(p, "purpose", "reload");

	if (!tongue)
		tongue = tongue_named(config->locale);
	return (struct payment_bill){
		.uuid = uuid_text((const uint8_t *)row_cell(p, "uuid")->s, talloc_size(mem, UUID_SIZE)),
		.reference = talloc_asprintf(mem, "P%lld", (long long)row_int(p, "id")),
		.title = tongue_says(tongue, reload ? SAID("Card reload") : SAID("Card")),
		.email = "",
		.locale = tongue_locale(tongue),
		.back = reload ? talloc_asprintf(mem, "%s/nfc-cards/%lld/return", config->base_url,
						 (long long)row_int(p, "card_id"))
			       : talloc_asprintf(mem, "%s/nfc-cards/fee/return", config->base_url),
		.amount = row_int(p, "amount"),
		.currency = row_text(p, "currency"),
		.begun = row_time(p, "created_at"),
		.until = row_time(p, "created_at") + 30 * MS_MINUTE,
	};
}

/* Asks, or ends what is open. */
static enum settled ask(struct db *db, const struct config *config, const struct row **payment, ms_t now, bool end,
			struct payment_answer *answer)
{
	const struct row *p = *payment;
	const struct payment_provider *provider;
	struct payment_bill bill;
	TALLOC_CTX *mem;

	memset(answer, 0, sizeof *answer);
	answer->state = PAY_UNKNOWN;
	if (state_of(p) != SETTLED_PENDING)
		return state_of(p);
	provider = payment_reach(db, row_text(p, "provider"));
	if (!provider)
		return SETTLED_FAILED;
	if (payment_call_is_out(p, now))
		return SETTLED_PENDING;
	mem = talloc_new(NULL);
	bill = bill_of(mem, config, NULL, p);
	*answer =
		(end && provider->close ? provider->close : provider->ask)(config, &bill, row_text(p, "provider_ref"));
	talloc_free(mem);
	return credit_settle(db, config, payment, answer, now);
}

enum settled credit_ask(struct db *db, const struct config *config, const struct row **payment, ms_t now,
			struct payment_answer *answer)
{
	struct payment_answer unread;

	return ask(db, config, payment, now, false, answer ? answer : &unread);
}

enum settled credit_stop(struct db *db, const struct config *config, const struct row **payment, ms_t now)
{
	struct payment_answer unread;

	return ask(db, config, payment, now, true, &unread);
}

/* As with an order: what the provider calls it is kept before anything can be charged by it. False: that could not be kept. */
static bool call_provider(const struct credit_call *call, const struct row *p, struct payment_answer *answer)
{
	const struct payment_provider *provider = payment_provider(row_text(p, "provider"));
	TALLOC_CTX *mem = talloc_new(NULL);
	struct payment_bill bill = bill_of(mem, call->config, call->tongue, p);
	bool kept = true;

	memset(answer, 0, sizeof *answer);
	bill.hosted = call->hosted && !call->token;
	bill.payer = call->payer;
	if (provider->begin)
		*answer = provider->begin(call->config, &bill);
	if (provider->begin && call->token && answer->state == PAY_REQUIRES_ACTION)
		kept = row_is(p, "status", "requires_action") ||
		       payment_move(call->db, row_int(p, "id"), "requires_action", answer->reference, NULL, call->now);
	if (kept && (!provider->begin || (call->token && answer->state == PAY_REQUIRES_ACTION)))
		*answer = provider->charge(call->config, &bill, answer->reference, call->token);
	talloc_free(mem);
	return kept;
}

enum settled credit_charge(const struct credit_call *call, const struct row **payment, struct payment_answer *answer)
{
	int64_t id = row_int(*payment, "id");
	enum settled settled;

	if (!call_provider(call, *payment, answer))
		return SETTLED_FAILED;
	if (answer->state == PAY_UNKNOWN || answer->state == PAY_PENDING)
		payment_charged(call->db, id, call->now);
	settled = credit_settle(call->db, call->config, payment, answer, call->now);
	if (settled == SETTLED_FAILED && db_error(call->db) == DB_SCHEMA) {
		/* A new version came while we called. It is to ask at once, for our call is over. */
		db_clear(call->db);
		payment_charged(call->db, id, call->now);
	}
	return settled;
}

/* ---- cards that reload themselves ---- */

static struct credit_call auto_call(struct db *db, const struct config *config, const struct row *card, ms_t now)
{
	return (struct credit_call){ .db = db,
				     .config = config,
				     .token = row_text(card, "token"),
				     .payer = row_text(card, "payer"),
				     .now = now };
}

enum settled credit_auto(struct db *db, const struct config *config, int64_t card_id, ms_t now)
{
	const struct row *payment = credit_start_auto(db, card_id, config->payment_provider, now),
			 *card = payment ? credit_auto_card(db, card_id) : NULL;
	struct payment_answer answer;
	struct credit_call call;

	if (!card) /* what was just begun, and is for a card that was blocked in this moment, is asked about later */
		return SETTLED_PENDING;
	call = auto_call(db, config, card, now);
	return credit_charge(&call, &payment, &answer);
}

/* The same calls with the same keys: what was done is answered, and what was not is done. For so long the provider knows the keys. */
#define SAME_KEYS (20 * MS_HOUR)

enum settled credit_auto_again(struct db *db, const struct config *config, const struct row **payment, ms_t now)
{
	const struct row *p = *payment, *card = credit_auto_card(db, row_int(p, "card_id"));
	const struct payment_provider *provider = payment_reach(db, row_text(p, "provider"));
	struct payment_answer answer;
	struct credit_call call;

	if (!provider)
		return SETTLED_FAILED;
	if (!provider->begin || payment_call_is_out(p, now))
		return credit_ask(db, config, payment, now, NULL);
	if (!card || !row_is(card, "provider", row_text(p, "provider")) || now - row_time(p, "created_at") > SAME_KEYS)
		return credit_stop(db, config, payment, now);
	call = auto_call(db, config, card, now);
	return credit_charge(&call, payment, &answer);
}

/* ---- answering ---- */

static const char *said_of(const struct row *payment, enum settled settled)
{
	if (settled == SETTLED_PENDING)
		return row_is(payment, "status", "requires_action")
			       ? "The payment waits for you to confirm it."
			       : "The provider has not answered yet. Do not pay again; confirm in a moment.";
	if (settled == SETTLED_REFUNDED)
		return "This payment was given back.";
	return row_is(payment, "purpose", "reload") ? "Paid. The money is on your card."
						    : "Paid. You can have a card now.";
}

int credit_answer(struct request *rq, const struct row *payment, enum settled settled,
		  const struct payment_answer *answer)
{
	const struct row *card =
		row_null(payment, "card_id")
			? NULL
			: card_of_customer(rq->db, row_int(payment, "customer_id"), row_int(payment, "card_id"));

	answer_payment(rq, payment, answer);
	if (card)
		answer_row(answer_object(rq->data, "card"), card);
	if (settled == SETTLED_DECLINED)
		return refuse(rq, 402, "PAYMENT_DECLINED", "%s",
			      row_null(payment, "failure") ? "The payment was declined."
							   : row_text(payment, "failure"));
	if (settled == SETTLED_FAILED)
		return payment_refuse_later(rq);
	if (settled == SETTLED_PENDING) {
		rq->status = 202;
		if (payment_leads_to_provider(rq, answer))
			return ANSWERED;
	}
	say(rq, "%s", said_of(payment, settled));
	return ANSWERED;
}

/* The one that is named; NULL after refusing. */
static const struct row *named_or_404(struct request *rq)
{
	const struct row *payment = credit_of_payment(rq->db, field_int(rq, "payment_id"), rq->who.role_id);

	if (!payment)
		refuse(rq, 404, "PAYMENT_NOT_FOUND", "There is no such payment.");
	return payment;
}

int credit_confirm(struct request *rq)
{
	const struct row *payment = named_or_404(rq);
	struct payment_answer answer;
	enum settled settled;

	if (!payment)
		return ANSWERED;
	settled = credit_ask(rq->db, rq->config, &payment, rq->now, &answer);
	return credit_answer(rq, payment, settled, wants_page(rq) ? NULL : &answer);
}

/* POST /nfc-cards/:id/go-on: back to the provider's page, where it is still open. */
int credit_go_on(struct request *rq)
{
	const struct row *payment = named_or_404(rq);
	struct payment_answer answer;
	enum settled settled;

	if (!payment)
		return ANSWERED;
	settled = credit_ask(rq->db, rq->config, &payment, rq->now, &answer);
	return credit_answer(rq, payment, settled, &answer);
}

int credit_cancel(struct request *rq)
{
	const struct row *payment = named_or_404(rq);
	enum settled settled;

	if (!payment)
		return ANSWERED;
	settled = row_is(payment, "status", "requires_action")
			  ? credit_stop(rq->db, rq->config, &payment, rq->now)
			  : credit_ask(rq->db, rq->config, &payment, rq->now, NULL);
	if (settled != SETTLED_DECLINED)
		return credit_answer(rq, payment, settled, NULL);
	answer_payment(rq, payment, NULL);
	say(rq, "Nothing was paid.");
	return ANSWERED;
}

void credit_back(struct request *rq, int64_t card_id)
{
	const struct rows *open = credit_open(rq->db, rq->who.role_id, card_id);

	for (size_t i = 0; i < open->n; i++) {
		struct row row = row_at(open, i);
		const struct row *payment = &row;

		if (credit_ask(rq->db, rq->config, &payment, rq->now, NULL) == SETTLED_PAID)
			say(rq, "%s", said_of(payment, SETTLED_PAID));
	}
}

void credit_beside(struct request *rq, int64_t card_id)
{
	const struct rows *open = credit_open(rq->db, rq->who.role_id, card_id);
	struct json_object *list = answer_array(rq->beside, "open");

	for (size_t i = 0; i < open->n; i++) {
		struct row row = row_at(open, i);
		struct json_object *one = answer_item(list);

		answer_int(one, "id", row_int(&row, "id"));
		/* Nobody has to do anything for one that was begun without them. */
		answer_text(one, "status", row_bool(&row, "automatic") ? "processing" : row_text(&row, "status"));
		answer_int(one, "amount", row_int(&row, "amount"));
		answer_text(one, "currency", row_text(&row, "currency"));
	}
}

/* Asks about what a notice names. False: later. */
static bool heed(struct request *rq, const struct payment_notice *notice, const struct row **payment)
{
	enum settled settled = credit_ask(rq->db, rq->config, payment, rq->now, NULL);

	if (settled == SETTLED_FAILED)
		return false;
	return !notice->desk || (settled != SETTLED_PAID && settled != SETTLED_REFUNDED) ||
	       credit_look_at_desk(rq->db, rq->config, *payment, rq->now);
}

int credit_notice(struct request *rq, const char *provider, const struct payment_notice *notice)
{
	const struct row *payment = *notice->uuid ? credit_of_payment_uuid(rq->db, notice->uuid)
						  : credit_of_reference(rq->db, provider, notice->reference);

	if (!payment && *notice->uuid)
		return refuse(rq, 404, "PAYMENT_NOT_FOUND", "There is no such payment.");
	if (!payment) { /* somebody else's who has the same account */
		answer_bool(rq->data, "repeated", false);
		return ANSWERED;
	}
	if (!heed(rq, notice, &payment)) {
		rq->retry_after = 5;
		return refuse(rq, 503, "PAYMENT_LATER", "Send it again later.");
	}
	answer_bool(rq->data, "repeated",
		    !payment_notice(rq->db, provider, notice->id, row_int(payment, "id"), rq->now));
	return ANSWERED;
}

int credit_pay(struct request *rq, const struct row *payment)
{
	const struct credit_call call = {
		.db = rq->db,
		.config = rq->config,
		.token = field_text(rq, "card_token"),
		.hosted = wants_page(rq) || field_bool(rq, "hosted"),
		.now = rq->now,
		.tongue = rq->tongue,
	};
	struct payment_answer answer;
	enum settled settled = credit_charge(&call, &payment, &answer);

	return credit_answer(rq, payment, settled, &answer);
}
