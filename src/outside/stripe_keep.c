/* Cards that are kept at Stripe to be charged later, when nobody is there to type anything: each hangs on a Customer of Stripe's
 * and is chosen on its own page (a Checkout Session in setup mode), where the bank is asked for its consent to what comes later.
 * An app that has a PaymentMethod keeps it by a SetupIntent, if its bank wants nothing of its holder.
 *
 * Source: docs.stripe.com/payments/save-and-reuse (setup mode), /api/setup_intents, /api/payment_methods/detach,
 * /api/customers/delete. */
#include "base/log.h"
#include "outside/stripe.h"
#include "outside/stripe_call.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FORM_MAX = 8 << 10, OPEN_MINUTES = 31 /* Stripe takes 30 to 1440, by its own clock */ };

static struct payment_kept answer(enum payment_state state, const char *reference, const char *failure)
{
	struct payment_kept kept = { .state = state };

	snprintf(kept.reference, sizeof kept.reference, "%s", reference);
	snprintf(kept.failure, sizeof kept.failure, "%s", failure);
	return kept;
}

static struct payment_kept no_answer(const char *reference)
{
	return answer(PAY_UNKNOWN, reference, "The payment provider did not answer.");
}

/* A member that is an object's id, or the object itself where it was expanded. */
static const char *id_in(struct json_object *object, const char *name)
{
	struct json_object *member = stripe_member(object, name);

	return json_object_is_type(member, json_type_object) ? stripe_text(member, "id") : stripe_text(object, name);
}

/* Of a SetupIntent whose payment_method was expanded. */
static struct payment_kept of_intent(const char *reference, struct json_object *intent)
{
	const char *status = stripe_text(intent, "status"), *token = id_in(intent, "payment_method"),
		   *payer = id_in(intent, "customer");
	struct payment_kept kept = answer(PAY_SUCCEEDED, reference, "");

	if (!strcmp(status, "processing"))
		return answer(PAY_PENDING, reference, "");
	if (!strcmp(status, "canceled"))
		return answer(PAY_DECLINED, reference, "No card was chosen.");
	if (!strncmp(status, "requires_", 9))
		return answer(PAY_DECLINED, reference, "The bank wants the payment to be confirmed by its holder.");
	if (strcmp(status, "succeeded") || !*token || !*payer || strlen(token) >= sizeof kept.token ||
	    strlen(payer) >= sizeof kept.payer)
		return no_answer(reference);
	snprintf(kept.token, sizeof kept.token, "%s", token);
	snprintf(kept.payer, sizeof kept.payer, "%s", payer);
	if (*stripe_text(intent, "payment_method.card.last4"))
		snprintf(kept.shown, sizeof kept.shown, "%.20s •••• %.4s",
			 stripe_text(intent, "payment_method.card.brand"),
			 stripe_text(intent, "payment_method.card.last4"));
	else
		snprintf(kept.shown, sizeof kept.shown, "%.30s", stripe_text(intent, "payment_method.type"));
	return kept;
}

static struct payment_kept of_session(struct json_object *session)
{
	const char *status = stripe_text(session, "status"), *id = stripe_text(session, "id");
	struct payment_kept kept;

	if (!strcmp(status, "expired"))
		return answer(PAY_DECLINED, id, "No card was chosen.");
	if (!strcmp(status, "open")) {
		kept = answer(PAY_REQUIRES_ACTION, id, "");
		snprintf(kept.url, sizeof kept.url, "%s", stripe_text(session, "url"));
		snprintf(kept.payer, sizeof kept.payer, "%s", id_in(session, "customer"));
		return kept;
	}
	return strcmp(status, "complete") ? no_answer(id) : of_intent(id, stripe_member(session, "setup_intent"));
}

/* Who the card is kept for: whom Stripe knows already, or somebody new. False: *kept says why not. */
static bool find_payer(const struct config *config, const struct payment_keep *keep, char payer[PAYMENT_REFERENCE],
		       struct payment_kept *kept)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct buf *form = buf_new(mem, FORM_MAX);
	struct stripe_reply reply;

	snprintf(payer, PAYMENT_REFERENCE, "%s", keep->payer);
	if (*payer) {
		talloc_free(mem);
		return true;
	}
	form_text(form, "email", *keep->email ? keep->email : NULL);
	form_text(form, "metadata[keep]", keep->uuid);
	reply = stripe_call(config, "/v1/customers", form, talloc_asprintf(mem, "%s:payer", keep->uuid));
	if (reply.said == STRIPE_OK)
		snprintf(payer, PAYMENT_REFERENCE, "%s", stripe_text(reply.body, "id"));
	*kept = reply.said == STRIPE_REFUSED ? answer(PAY_DECLINED, "", "The payment could not be started.")
					     : no_answer("");
	stripe_done(&reply);
	talloc_free(mem);
	return *payer != '\0';
}

/* In setup mode the methods on offer are those that can be charged in this currency. */
static void fill_session(struct buf *form, const struct payment_keep *keep, const char *payer)
{
	char currency[4] = "";

	for (int i = 0; i < 3; i++)
		currency[i] = (char)(keep->currency[i] | 0x20);
	form_text(form, "mode", "setup");
	form_text(form, "currency", currency);
	form_text(form, "customer", payer);
	form_text(form, "client_reference_id", keep->uuid);
	form_text(form, "success_url", keep->back);
	form_text(form, "cancel_url", keep->back);
	form_int(form, "expires_at", (keep->begun + OPEN_MINUTES * MS_MINUTE) / MS_SECOND);
	form_text(form, "locale", keep->locale);
	form_text(form, "metadata[payment]", keep->uuid);
	form_text(form, "setup_intent_data[metadata][payment]", keep->uuid);
}

/* A method that would lead to another page is none for who is not there. */
static void fill_intent(struct buf *form, const struct payment_keep *keep, const char *payer, const char *token)
{
	form_text(form, "customer", payer);
	form_text(form, "payment_method", token);
	form_text(form, "usage", "off_session");
	form_text(form, "confirm", "true");
	form_text(form, "automatic_payment_methods[enabled]", "true");
	form_text(form, "automatic_payment_methods[allow_redirects]", "never");
	form_text(form, "metadata[payment]", keep->uuid);
	form_text(form, "expand[]", "payment_method");
}

struct payment_kept stripe_keep(const struct config *config, const struct payment_keep *keep, const char *token)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct buf *form = buf_new(mem, FORM_MAX);
	char payer[PAYMENT_REFERENCE];
	struct payment_kept kept;
	struct stripe_reply reply;

	if (!find_payer(config, keep, payer, &kept)) {
		talloc_free(mem);
		return kept;
	}
	if (token)
		fill_intent(form, keep, payer, token);
	else
		fill_session(form, keep, payer);
	reply = stripe_call(config, token ? "/v1/setup_intents" : "/v1/checkout/sessions", form,
			    talloc_asprintf(mem, "%s:keep", keep->uuid));
	kept = no_answer("");
	if (reply.said == STRIPE_OK)
		kept = token ? of_intent(stripe_text(reply.body, "id"), reply.body) : of_session(reply.body);
	else if (reply.said == STRIPE_REFUSED)
		kept = answer(PAY_DECLINED, "",
			      !strcmp(stripe_text(reply.body, "error.type"), "card_error")
				      ? "The card was declined."
				      : "The payment could not be started.");
	if (!*kept.payer)
		snprintf(kept.payer, sizeof kept.payer, "%s", payer);
	stripe_done(&reply);
	talloc_free(mem);
	return kept;
}

/* Can it stand in a path? */
static bool is_id(const char *text)
{
	return *text && !strpbrk(text, "/?#%");
}

struct payment_kept stripe_kept(const struct config *config, const char *reference)
{
	struct payment_kept kept = no_answer(reference);
	bool session = !strncmp(reference, "cs_", 3);
	char path[PAYMENT_REFERENCE + 100];
	struct stripe_reply reply;

	if (!is_id(reference))
		return answer(PAY_DECLINED, "", "No card was chosen.");
	snprintf(path, sizeof path, "/v1/%s/%s?expand%%5B%%5D=%spayment_method",
		 session ? "checkout/sessions" : "setup_intents", reference, session ? "setup_intent." : "");
	reply = stripe_call(config, path, NULL, NULL);
	if (reply.said == STRIPE_OK)
		kept = session ? of_session(reply.body) : of_intent(reference, reply.body);
	else if (reply.status == 404)
		kept = answer(PAY_DECLINED, reference, "No card was chosen.");
	stripe_done(&reply);
	return kept;
}

bool stripe_let_go(const struct config *config, const char *token)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct stripe_reply reply;
	bool gone;

	if (!is_id(token)) {
		talloc_free(mem);
		return true;
	}
	reply = stripe_call(config, talloc_asprintf(mem, "/v1/payment_methods/%s/detach", token),
			    buf_new(mem, FORM_MAX), talloc_asprintf(mem, "%s:detach", token));
	/* What hangs on nobody any more is refused: somebody let it go at Stripe's own desk. */
	gone = reply.said == STRIPE_OK ||
	       (reply.said == STRIPE_REFUSED && (reply.status == 400 || reply.status == 404));
	stripe_done(&reply);
	talloc_free(mem);
	return gone;
}

bool stripe_forget(const struct config *config, const char *payer)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct stripe_reply reply;
	bool gone;

	if (!is_id(payer)) {
		talloc_free(mem);
		return true;
	}
	reply = stripe_delete(config, talloc_asprintf(mem, "/v1/customers/%s", payer));
	gone = reply.said == STRIPE_OK || (reply.said == STRIPE_REFUSED && reply.status == 404);
	stripe_done(&reply);
	talloc_free(mem);
	return gone;
}
