/* Paying by Stripe, and giving back. Nothing is charged in the call that makes a PaymentIntent or a Checkout Session, so one
 * that was cut off has charged nobody: nobody has been given what it is paid with. Whoever has is found by its reference,
 * which we keep before anything can be charged. */
#include "outside/stripe.h"
#include "base/log.h"
#include "base/money.h"
#include "outside/stripe_call.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	FORM_MAX = 16 << 10,
	KEY_SIZE = 256,
	EXPIRES_SOONEST = 31, /* minutes: Stripe takes 30 to 1440, by its own clock */
	EXPIRES_LATEST = 1430
};

/* ---- amounts ---- */

static bool among(const char *currency, const char *codes)
{
	return strlen(currency) == 3 && strstr(codes, currency) != NULL;
}

/* How many decimals Stripe writes; -1: no currency of ours. */
static int places_there(const char *currency)
{
	if (among(currency, "ISK UGX"))
		return 2;
	return among(currency, "MGA") ? 0 : money_places(currency);
}

int64_t stripe_amount(int64_t amount, const char *currency)
{
	int here = money_places(currency), there = places_there(currency);

	if (here < 0)
		return -1;
	for (; here < there; here++)
		if (!money_times(amount, 10, &amount))
			return -1;
	for (; here > there; here--)
		amount = (amount + 5) / 10;
	return there == 3 ? (amount + 5) / 10 * 10 : amount;
}

int64_t stripe_amount_ours(int64_t amount, const char *currency)
{
	int here = money_places(currency), there = places_there(currency);

	for (; here > there && here >= 0; there++)
		if (!money_times(amount, 10, &amount))
			return -1;
	for (; here < there && here >= 0; there--)
		amount /= 10;
	return amount;
}

/* ---- answers ---- */

static struct payment_answer answer(enum payment_state state, const char *reference, const char *failure)
{
	struct payment_answer a = { .state = state };

	snprintf(a.reference, sizeof a.reference, "%s", reference);
	snprintf(a.failure, sizeof a.failure, "%s", failure);
	return a;
}

static struct payment_answer no_answer(const char *reference)
{
	return answer(PAY_UNKNOWN, reference, "The payment provider did not answer.");
}

/* Why the card was not taken, of Stripe's many reasons those that somebody can do something about. */
static const char *why_declined(struct json_object *error)
{
	static const struct {
		const char *code, *says;
	} WHY[] = {
		{ "insufficient_funds", "There is not enough money on this card." },
		{ "expired_card", "The card has expired." },
		{ "incorrect_cvc", "The card's security code is wrong." },
		{ "amount_too_small", "The amount is too small to be paid by card." },
		{ "amount_too_large", "The amount is too large to be paid by card." },
		{ "authentication_required", "The bank wants the payment to be confirmed by its holder." },
	};
	const char *decline = stripe_text(error, "decline_code"), *code = stripe_text(error, "code");

	for (size_t i = 0; i < sizeof WHY / sizeof *WHY; i++)
		if (!strcmp(WHY[i].code, decline) || !strcmp(WHY[i].code, code))
			return WHY[i].says;
	return !strcmp(stripe_text(error, "type"), "card_error") ? "The card was declined."
								 : "The payment could not be started.";
}

/* What was charged is what was to be. What is not is nobody's sale: somebody must look. */
static bool as_billed(const struct payment_bill *bill, struct json_object *intent)
{
	int64_t received = stripe_int(intent, "amount_received");
	const char *currency = stripe_text(intent, "currency");

	if (received == stripe_amount(bill->amount, bill->currency) && !strcasecmp(currency, bill->currency))
		return true;
	log_error("payment_differs", F("payment", bill->uuid), F("provider", "stripe"),
		  F("reference", stripe_text(intent, "id")), F("amount", received), F("currency", currency));
	return false;
}

static struct payment_answer of_intent(const struct payment_bill *bill, struct json_object *intent)
{
	const char *status = stripe_text(intent, "status"), *id = stripe_text(intent, "id");
	struct json_object *refused = json_object_object_get(intent, "last_payment_error");
	struct payment_answer a;

	if (!strcmp(status, "succeeded"))
		return as_billed(bill, intent) ? answer(PAY_SUCCEEDED, id, "") : no_answer(id);
	if (!strcmp(status,
		    "canceled")) /* a charge that was declined is closed by us, and a notice may ask before that says so */
		return answer(PAY_DECLINED, id,
			      refused ? why_declined(refused) : "The payment was given up before it was made.");
	if (!strcmp(status, "processing") || !strcmp(status, "requires_capture"))
		return answer(PAY_PENDING, id, "");
	if (strncmp(status, "requires_", 9))
		return no_answer(id);
	a = answer(PAY_REQUIRES_ACTION, id, "");
	snprintf(a.client_secret, sizeof a.client_secret, "%s", stripe_text(intent, "client_secret"));
	snprintf(a.url, sizeof a.url, "%s", stripe_text(intent, "next_action.redirect_to_url.url"));
	return a;
}

/* A session that is complete has its PaymentIntent, which says the rest, and by whose name it goes from then on. */
static struct payment_answer of_session(const struct payment_bill *bill, struct json_object *session)
{
	const char *status = stripe_text(session, "status"), *id = stripe_text(session, "id");
	struct payment_answer a;

	if (!strcmp(status, "expired"))
		return answer(PAY_DECLINED, id, "The payment was given up before it was made.");
	if (!strcmp(status, "open")) {
		a = answer(PAY_REQUIRES_ACTION, id, "");
		snprintf(a.url, sizeof a.url, "%s", stripe_text(session, "url"));
		return a;
	}
	if (strcmp(status, "complete"))
		return no_answer(id);
	a = of_intent(bill, stripe_member(session, "payment_intent"));
	if (a.state == PAY_REQUIRES_ACTION) /* a bank that said no days later: its page is closed */
		return answer(PAY_DECLINED, id, "The payment was declined.");
	return a;
}

static struct payment_answer of_either(const struct payment_bill *bill, struct json_object *object)
{
	return strcmp(stripe_text(object, "object"), "checkout.session") ? of_intent(bill, object)
									 : of_session(bill, object);
}

/* Takes the reply and clears it. refused: what a refusal means. */
static struct payment_answer settle_reply(const struct payment_bill *bill, struct stripe_reply *reply,
					  const char *reference, enum payment_state refused)
{
	struct payment_answer a = no_answer(reference);

	if (reply->said == STRIPE_OK)
		a = of_either(bill, reply->body);
	else if (reply->said == STRIPE_REFUSED)
		a = answer(refused, reference, why_declined(stripe_member(reply->body, "error")));
	stripe_done(reply);
	return a;
}

/* ---- asking ---- */

static bool is_session(const char *reference)
{
	return !strncmp(reference, "cs_", 3);
}

/* References are Stripe's own words, and yet they stand in an address. */
static bool can_stand_in_path(const char *reference)
{
	return *reference && strspn(reference, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
				     strlen(reference);
}

static const char *path_of(TALLOC_CTX *mem, const char *reference, const char *verb)
{
	return talloc_asprintf(mem, "/v1/%s/%s%s%s", is_session(reference) ? "checkout/sessions" : "payment_intents",
			       reference, *verb ? "/" : "", verb);
}

struct payment_answer stripe_ask(const struct config *config, const struct payment_bill *bill, const char *reference)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct stripe_reply reply;
	struct payment_answer a;
	const char *path;

	if (!can_stand_in_path(reference)) {
		talloc_free(mem);
		return answer(PAY_DECLINED, "", "There is no such charge.");
	}
	path = path_of(mem, reference, "");
	if (is_session(reference))
		path = talloc_asprintf(mem, "%s?expand%%5B%%5D=payment_intent", path);
	reply = stripe_call(config, path, NULL, NULL);
	/* What Stripe does not know of cannot be paid; what it will not tell us may be. */
	a = settle_reply(bill, &reply, reference, reply.status == 404 ? PAY_DECLINED : PAY_UNKNOWN);
	talloc_free(mem);
	return a;
}

/* ---- beginning ---- */

static void say_whose(struct buf *form, const struct payment_bill *bill, const char *within)
{
	char name[80];

	snprintf(name, sizeof name, *within ? "%s[metadata][payment]" : "%smetadata[payment]", within);
	form_text(form, name, bill->uuid);
	snprintf(name, sizeof name, *within ? "%s[metadata][order]" : "%smetadata[order]", within);
	form_text(form, name, bill->reference);
	snprintf(name, sizeof name, *within ? "%s[description]" : "%sdescription", within);
	form_text(form, name, bill->title);
	/* On the statement behind the account's own name, so that people know what they see there. Digits alone are refused. */
	if (strspn(bill->reference, "0123456789") == strlen(bill->reference))
		return;
	snprintf(name, sizeof name, *within ? "%s[statement_descriptor_suffix]" : "%sstatement_descriptor_suffix",
		 within);
	form_text(form, name, bill->reference);
}

static void lower(const char *currency, char out[4])
{
	for (int i = 0; i < 3; i++)
		out[i] = (char)(currency[i] | 0x20);
	out[3] = '\0';
}

/* Payment methods are what the account has switched on; Apple Pay and Google Pay come with cards. */
static void fill_session(struct buf *form, const struct payment_bill *bill, int64_t amount)
{
	int64_t soonest = bill->begun + EXPIRES_SOONEST * MS_MINUTE, latest = bill->begun + EXPIRES_LATEST * MS_MINUTE;
	int64_t expires = bill->until < soonest ? soonest : bill->until > latest ? latest : bill->until;
	char currency[4];

	lower(bill->currency, currency);
	form_text(form, "mode", "payment");
	form_text(form, "client_reference_id", bill->uuid);
	form_text(form, "success_url", bill->back);
	form_text(form, "cancel_url", bill->back);
	form_int(form, "expires_at", expires / MS_SECOND);
	form_text(form, "locale", bill->locale);
	form_text(form, "customer_email", *bill->email ? bill->email : NULL);
	form_int(form, "line_items[0][quantity]", 1);
	form_text(form, "line_items[0][price_data][currency]", currency);
	form_int(form, "line_items[0][price_data][unit_amount]", amount);
	form_text(form, "line_items[0][price_data][product_data][name]", bill->title);
	form_text(form, "metadata[payment]", bill->uuid);
	form_text(form, "metadata[order]", bill->reference);
	say_whose(form, bill, "payment_intent_data");
}

static void fill_intent(struct buf *form, const struct payment_bill *bill, int64_t amount)
{
	char currency[4];

	lower(bill->currency, currency);
	form_int(form, "amount", amount);
	form_text(form, "currency", currency);
	form_text(form, "automatic_payment_methods[enabled]", "true");
	if (bill->payer) { /* a method that leads to another page is none where nobody is there */
		form_text(form, "customer", *bill->payer ? bill->payer : NULL);
		form_text(form, "automatic_payment_methods[allow_redirects]", "never");
	}
	form_text(form, "receipt_email", *bill->email ? bill->email : NULL);
	say_whose(form, bill, "");
}

struct payment_answer stripe_begin(const struct config *config, const struct payment_bill *bill)
{
	int64_t amount = stripe_amount(bill->amount, bill->currency);
	TALLOC_CTX *mem = talloc_new(NULL);
	struct buf *form = buf_new(mem, FORM_MAX);
	struct stripe_reply reply;
	struct payment_answer a;

	if (amount <= 0) {
		talloc_free(mem);
		return answer(PAY_DECLINED, "", "The amount is too small to be paid by card.");
	}
	if (bill->hosted)
		fill_session(form, bill, amount);
	else
		fill_intent(form, bill, amount);
	reply = stripe_call(config, bill->hosted ? "/v1/checkout/sessions" : "/v1/payment_intents", form,
			    talloc_asprintf(mem, "%s:begin", bill->uuid));
	a = settle_reply(bill, &reply, "", PAY_DECLINED);
	talloc_free(mem);
	return a;
}

struct payment_answer stripe_close(const struct config *config, const struct payment_bill *bill, const char *reference)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	const char *verb = is_session(reference) ? "expire" : "cancel";
	struct stripe_reply reply;
	struct payment_answer a;

	if (!can_stand_in_path(reference)) {
		talloc_free(mem);
		return stripe_ask(config, bill, reference);
	}
	reply = stripe_call(config, path_of(mem, reference, verb), buf_new(mem, FORM_MAX),
			    talloc_asprintf(mem, "%s:%s", bill->uuid, verb));
	if (reply.said == STRIPE_OK) {
		a = settle_reply(bill, &reply, reference, PAY_UNKNOWN);
	} else { /* it is over already, or paid: which of them, and who says so is not this refusal */
		stripe_done(&reply);
		a = stripe_ask(config, bill, reference);
	}
	talloc_free(mem);
	return a;
}

/* A card that was declined leaves the PaymentIntent to be paid with another. Here the payment is over then, so it ends too. */
struct payment_answer stripe_charge(const struct config *config, const struct payment_bill *bill, const char *reference,
				    const char *token)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct buf *form = buf_new(mem, FORM_MAX);
	char key[KEY_SIZE];
	struct stripe_reply reply;
	struct payment_answer a, closed;

	if (!can_stand_in_path(reference) || is_session(reference) ||
	    (size_t)snprintf(key, sizeof key, "%s:charge:%s", bill->uuid, token) >= sizeof key) {
		talloc_free(mem);
		return answer(PAY_UNKNOWN, reference, "The payment could not be started.");
	}
	form_text(form, "payment_method", token);
	if (bill->payer)
		form_text(form, "off_session", "true");
	else
		form_text(form, "return_url", bill->back);
	reply = stripe_call(config, path_of(mem, reference, "confirm"), form, key);
	a = settle_reply(bill, &reply, reference, PAY_DECLINED);
	/* Where nobody is, what wants to be confirmed will not be. */
	if (a.state == PAY_REQUIRES_ACTION && bill->payer)
		a = answer(PAY_DECLINED, reference, "The bank wants the payment to be confirmed by its holder.");
	if (a.state == PAY_DECLINED) {
		closed = stripe_close(config, bill, reference);
		if (closed.state != PAY_DECLINED)
			a = closed;
	}
	talloc_free(mem);
	return a;
}
