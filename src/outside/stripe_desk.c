/* What goes back by Stripe and what is told by it: refunds, disputes, and the notices that say that there is something to ask
 * about. A notice is signed over its moment and its bytes, so that neither can be kept and sent again another day; of what
 * stands in it only names are read. */
#include "base/json_in.h"
#include "base/log.h"
#include "base/uuid.h"
#include "outside/stripe.h"
#include "outside/stripe_call.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORM_MAX = 4096, KEY_SIZE = 256, PAGES_MAX = 20, TOLERANCE_S = 300 };

/* Copies what fits whole; else nothing, for half a name is another's. */
static void copy(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", strlen(text) < size ? text : "");
}

static bool canonical_uuid(const char *text, char out[37])
{
	uint8_t bytes[UUID_BYTES];

	if (!uuid_parse(text, bytes))
		return false;
	uuid_text(bytes, out);
	return true;
}

/* A member that is an object's id, or the object itself where it was expanded. */
static const char *id_in(struct json_object *object, const char *name)
{
	struct json_object *member = stripe_member(object, name);

	return json_object_is_type(member, json_type_object) ? stripe_text(member, "id") : stripe_text(object, name);
}

/* ---- refunds ---- */

static enum refund_state refund_state(const char *status)
{
	if (!strcmp(status, "succeeded"))
		return REFUND_DONE;
	return !strcmp(status, "failed") || !strcmp(status, "canceled") ? REFUND_FAILED : REFUND_PENDING;
}

struct refund_answer stripe_refund(const struct config *config, const struct payment_part *part)
{
	struct refund_answer a = { .state = REFUND_UNKNOWN };
	TALLOC_CTX *mem = talloc_new(NULL);
	struct buf *form = buf_new(mem, FORM_MAX);
	struct stripe_reply reply;
	char key[KEY_SIZE];

	snprintf(key, sizeof key, "%s:refund:%" PRId64, part->uuid, part->amount);
	form_text(form, "payment_intent", part->reference);
	form_int(form, "amount", stripe_amount(part->amount, part->currency));
	form_text(form, "metadata[refund]", part->uuid);
	reply = stripe_call(config, "/v1/refunds", form, key);
	if (reply.said == STRIPE_OK) {
		a.state = refund_state(stripe_text(reply.body, "status"));
		copy(a.reference, sizeof a.reference, stripe_text(reply.body, "id"));
	} else if (reply.said == STRIPE_REFUSED && reply.status == 400) {
		/* charge_already_refunded, or more than is left of it: somebody was quicker. */
		a.state = REFUND_OTHERWISE;
	}
	stripe_done(&reply);
	talloc_free(mem);
	return a;
}

/* ---- the desk ---- */

static const char *dispute_status(const char *status)
{
	if (!strcmp(status, "lost"))
		return "lost";
	return !strcmp(status, "won") || !strcmp(status, "warning_closed") || !strcmp(status, "prevented") ? "won"
													   : "open";
}

static void read_news(struct json_object *object, bool dispute, struct payment_news *news)
{
	*news = (struct payment_news){ .dispute = dispute, .at = stripe_int(object, "created") * MS_SECOND };
	copy(news->reference, sizeof news->reference, stripe_text(object, "id"));
	copy(news->payment, sizeof news->payment, id_in(object, "payment_intent"));
	copy(news->reason, sizeof news->reason, stripe_text(object, "reason"));
	copy(news->currency, sizeof news->currency, stripe_text(object, "currency"));
	for (char *c = news->currency; *c; c++)
		*c = (char)(*c & ~0x20);
	news->amount = stripe_amount_ours(stripe_int(object, "amount"), news->currency);
	if (dispute) {
		news->status = dispute_status(stripe_text(object, "status"));
		news->due = stripe_int(object, "evidence_details.due_by") * MS_SECOND;
	} else {
		news->refund = refund_state(stripe_text(object, "status"));
		canonical_uuid(stripe_text(object, "metadata.refund"), news->ours);
	}
}

/* One page of a list. last: the id of its last, "" when there is no more. */
static bool tell_page(struct json_object *page, bool dispute, news_fn *tell, void *with, char last[PAYMENT_REFERENCE])
{
	struct json_object *list = stripe_member(page, "data");
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
	struct payment_news news;

	*last = '\0';
	for (size_t i = 0; i < n; i++) {
		read_news(json_object_array_get_idx(list, i), dispute, &news);
		if (*news.reference && *news.payment && !tell(with, &news))
			return false;
	}
	if (n && json_object_get_boolean(stripe_member(page, "has_more")))
		copy(last, PAYMENT_REFERENCE, news.reference);
	return true;
}

static bool tell_all(const struct config *config, bool dispute, const char *query, news_fn *tell, void *with)
{
	char last[PAYMENT_REFERENCE] = "", path[900];
	bool whole = true;

	for (int page = 0; whole && (!page || *last); page++) {
		struct stripe_reply reply;

		snprintf(path, sizeof path, "/v1/%s?limit=100&%s%s%s", dispute ? "disputes" : "refunds", query,
			 *last ? "&starting_after=" : "", last);
		if (page == PAGES_MAX) {
			log_error("payment_desk_too_long", F("path", path));
			return false;
		}
		reply = stripe_call(config, path, NULL, NULL);
		whole = reply.said == STRIPE_OK && tell_page(reply.body, dispute, tell, with, last);
		stripe_done(&reply);
	}
	return whole;
}

bool stripe_desk(const struct config *config, const char *reference, ms_t since, news_fn *tell, void *with)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct buf *query = buf_new(mem, 800);
	bool whole;

	if (reference) {
		buf_text(query, "payment_intent=");
		buf_url(query, reference, "");
	} else {
		buf_printf(query, "created%%5Bgte%%5D=%" PRId64, since / MS_SECOND);
	}
	whole = tell_all(config, false, query->data, tell, with) && tell_all(config, true, query->data, tell, with);
	talloc_free(mem);
	return whole;
}

bool stripe_whose(const struct config *config, const char *reference, char uuid[37])
{
	char path[PAYMENT_REFERENCE + 40];
	struct stripe_reply reply;
	bool ours;

	if (strncmp(reference, "pi_", 3) || strpbrk(reference, "/?#%"))
		return false;
	snprintf(path, sizeof path, "/v1/payment_intents/%s", reference);
	reply = stripe_call(config, path, NULL, NULL);
	ours = reply.said == STRIPE_OK && canonical_uuid(stripe_text(reply.body, "metadata.payment"), uuid);
	stripe_done(&reply);
	return ours;
}

/* ---- notices ---- */

static bool signed_so(const char *secret, const char *at, const char *body, size_t len, const char *hex, size_t hex_len)
{
	uint8_t right[crypto_auth_hmacsha256_BYTES], theirs[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	char text[2 * sizeof theirs + 1];

	if (hex_len != 2 * sizeof theirs)
		return false;
	memcpy(text, hex, hex_len);
	text[hex_len] = '\0';
	if (!hex_parse(text, theirs, sizeof theirs))
		return false;
	crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)at, strlen(at));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)".", 1);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)body, len);
	crypto_auth_hmacsha256_final(&state, right);
	return sodium_memcmp(right, theirs, sizeof right) == 0;
}

/* "t=1700000000,v1=…,v1=…": of other schemes than v1 none counts; of several v1, while a secret is changed, one suffices. */
static bool signed_rightly(const char *secret, const char *header, const char *body, size_t len, ms_t now)
{
	char at[24] = "";
	int64_t moment;

	for (const char *part = header; *part; part += strcspn(part, ","), part += *part == ',') {
		size_t n = strcspn(part, ",");

		if (!strncmp(part, "t=", 2) && n - 2 < sizeof at && !*at) {
			memcpy(at, part + 2, n - 2);
			at[n - 2] = '\0';
		}
	}
	if (!*at || strspn(at, "0123456789") != strlen(at) || strlen(at) > 12)
		return false;
	moment = strtoll(at, NULL, 10);
	if (llabs(moment - now / MS_SECOND) > TOLERANCE_S)
		return false;
	for (const char *part = header; *part; part += strcspn(part, ","), part += *part == ',')
		if (!strncmp(part, "v1=", 3) && signed_so(secret, at, body, len, part + 3, strcspn(part, ",") - 3))
			return true;
	return false;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* Of what kinds of event we ask is a matter of what they are named after; any other is nothing of ours. */
static void read_notice(struct json_object *event, struct payment_notice *notice)
{
	struct json_object *object = stripe_member(event, "data.object");
	const char *type = stripe_text(event, "type"), *kind = stripe_text(object, "object");

	copy(notice->id, sizeof notice->id, stripe_text(event, "id"));
	if (!*notice->id || !(begins(type, "payment_intent.") || begins(type, "checkout.session.") ||
			      begins(type, "charge.") || begins(type, "refund.")))
		return;
	notice->desk = begins(type, "charge.refund") || begins(type, "charge.dispute.") || begins(type, "refund.");
	canonical_uuid(stripe_text(object, "metadata.payment"), notice->uuid);
	copy(notice->reference, sizeof notice->reference,
	     strcmp(kind, "payment_intent") ? id_in(object, "payment_intent") : stripe_text(object, "id"));
	notice->ours = *notice->uuid || *notice->reference;
}

bool stripe_notice(const struct config *config, const char *body, size_t len, const char *signature, ms_t now,
		   struct payment_notice *notice)
{
	struct json_object *event = NULL;

	memset(notice, 0, sizeof *notice);
	/* Without a secret anybody could sign. */
	if (!*config->payment_webhook_secret || !signature ||
	    !signed_rightly(config->payment_webhook_secret, signature, body, len, now))
		return false;
	if (!json_read(body, len, &event))
		read_notice(event, notice);
	json_object_put(event);
	return true;
}

/* ---- for the doctor ---- */

bool stripe_test_mode(const struct config *config)
{
	return strstr(config->payment_secret_key, "_test_") != NULL;
}

bool stripe_reachable(const struct config *config, char error[160])
{
	struct stripe_reply reply = stripe_call(config, "/v1/balance", NULL, NULL);

	if (reply.said == STRIPE_OK)
		*error = '\0';
	else if (reply.status == 401)
		snprintf(error, 160, "it does not know the key");
	else if (reply.status)
		snprintf(error, 160, "it answers %ld %s", reply.status, stripe_text(reply.body, "error.code"));
	else
		snprintf(error, 160, "no answer");
	stripe_done(&reply);
	return !*error;
}
