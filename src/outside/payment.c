/* The providers, and the sandbox. The sandbox keeps nothing: a reference holds what kind of charge it was, under a keyed hash
 * of our uuid, so that any node can answer for it at any time and nobody can make one up. */
#include "outside/payment.h"
#include "base/uuid.h"
#include "outside/stripe.h"
#include <json-c/json.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MARK = 8, REFERENCE_SIZE = 80 };

static const char NO_CHARGE[] = "There is no such charge.";

/* The kinds of token: what charge answers, and ask later. A charge that was not answered has left
 * no trace. */
static const struct kind {
	const char *name;
	enum payment_state charged, asked;
	const char *failure;
} KINDS[] = {
	{ "ok", PAY_SUCCEEDED, PAY_SUCCEEDED, "" },
	{ "declined", PAY_DECLINED, PAY_DECLINED, "The card was declined." },
	{ "slow", PAY_UNKNOWN, PAY_DECLINED, "The payment provider did not answer." },
	{ "late", PAY_REQUIRES_ACTION, PAY_SUCCEEDED, "" },
};

static struct payment_answer answer(enum payment_state state, const char *reference, const char *failure)
{
	struct payment_answer a = { .state = state };

	snprintf(a.reference, sizeof(a.reference), "%s", reference);
	snprintf(a.failure, sizeof(a.failure), "%s", failure);
	return a;
}

static void mac(const struct config *config, const char *what, const void *data, size_t len,
		uint8_t out[crypto_auth_hmacsha256_BYTES])
{
	const char *secret = config->payment_webhook_secret;
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, (const uint8_t *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)what, strlen(what));
	crypto_auth_hmacsha256_update(&state, data, len);
	crypto_auth_hmacsha256_final(&state, out);
}

/* "sbx_", 16 hex digits that only this uuid has, "_" and the kind. */
static void reference_of(const struct config *config, const char *uuid, const char *kind, char out[REFERENCE_SIZE])
{
	uint8_t hash[crypto_auth_hmacsha256_BYTES];
	char mark[2 * MARK + 1];

	mac(config, "gatehouse sandbox charge ", uuid, strlen(uuid), hash);
	snprintf(out, REFERENCE_SIZE, "sbx_%s_%s", hex_text(hash, MARK, mark), kind);
}

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
		if (strcmp(KINDS[i].name, name) == 0)
			return &KINDS[i];
	return NULL;
}

/* A provider that hangs holds the caller up before it has answered nothing. */
static void hang(const struct config *config)
{
	const struct timespec time = { .tv_sec = config->payment_slow_ms / 1000,
				       .tv_nsec = config->payment_slow_ms % 1000 * 1000000L };

	nanosleep(&time, NULL);
}

static struct payment_answer sandbox_charge(const struct config *config, const struct payment_bill *bill,
					    const char *begun, const char *token)
{
	const struct kind *kind = strncmp(token, "tok_", 4) == 0 ? kind_named(token + 4) : NULL;
	char reference[REFERENCE_SIZE];

	(void)begun;
	reference_of(config, bill->uuid, kind ? kind->name : "declined", reference);
	if (!kind)
		return answer(PAY_DECLINED, reference, "The card was not recognised.");
	if (kind->charged != PAY_UNKNOWN)
		return answer(kind->charged, reference, kind->failure);
	hang(config);
	return answer(kind->charged, "", kind->failure);
}

/* The kind of a charge of this uuid, NULL when the reference is not one. */
static const struct kind *kind_of(const struct config *config, const char *uuid, const char *reference)
{
	char right[REFERENCE_SIZE];
	const struct kind *kind;
	const char *name = strrchr(reference, '_');

	kind = name ? kind_named(name + 1) : NULL;
	if (!kind || kind->charged == PAY_UNKNOWN)
		return NULL;
	reference_of(config, uuid, kind->name, right);
	return strcmp(reference, right) == 0 ? kind : NULL;
}

static struct payment_answer sandbox_ask(const struct config *config, const struct payment_bill *bill,
					 const char *reference)
{
	const struct kind *kind = kind_of(config, bill->uuid, reference);

	return kind ? answer(kind->asked, reference, kind->failure) : answer(PAY_DECLINED, reference, NO_CHARGE);
}

/* One that waits for another confirmation will not get it. */
static struct payment_answer sandbox_close(const struct config *config, const struct payment_bill *bill,
					   const char *reference)
{
	const struct kind *kind = kind_of(config, bill->uuid, reference);

	return kind && kind->charged == PAY_REQUIRES_ACTION
		       ? answer(PAY_DECLINED, reference, "The payment was given up before it was made.")
		       : sandbox_ask(config, bill, reference);
}

/* Named after ours, so that a repeat is the same. */
static struct refund_answer sandbox_refund(const struct config *config, const struct payment_part *part)
{
	struct refund_answer done = { .state = REFUND_DONE };

	(void)config;
	snprintf(done.reference, sizeof(done.reference), "sbx_re_%s", part->uuid);
	return done;
}

char *payment_sandbox_sign(const struct config *config, const char *body, size_t len, char out[65])
{
	uint8_t hash[crypto_auth_hmacsha256_BYTES];

	mac(config, "", body, len, hash);
	return hex_text(hash, sizeof(hash), out);
}

/* A text member that fits size, NUL included. */
static bool take_text(struct json_object *object, const char *key, char *out, size_t size)
{
	struct json_object *value = json_object_object_get(object, key);
	size_t len;

	if (!json_object_is_type(value, json_type_string))
		return false;
	len = (size_t)json_object_get_string_len(value);
	if (len == 0 || len >= size || strlen(json_object_get_string(value)) != len)
		return false;
	memcpy(out, json_object_get_string(value), len + 1);
	return true;
}

/* Not by json-c's strictness: that of 0.18 refuses every letter that is not ASCII. */
static struct json_object *read_object(const char *body, size_t len)
{
	struct json_tokener *tokener = json_tokener_new_ex(4);
	struct json_object *object = NULL;

	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	if (len <= INT32_MAX)
		object = json_tokener_parse_ex(tokener, body, (int)len);
	if (json_tokener_get_error(tokener) != json_tokener_success || !json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		object = NULL;
	}
	json_tokener_free(tokener);
	return object;
}

static bool sandbox_notice(const struct config *config, const char *body, size_t len, const char *signature, ms_t now,
			   struct payment_notice *notice)
{
	uint8_t bytes[UUID_BYTES];
	struct json_object *read;
	char right[65];
	bool good;

	(void)now;
	memset(notice, 0, sizeof(*notice));
	/* Without a secret anybody could sign. */
	if (!*config->payment_webhook_secret || !signature || strlen(signature) != 64)
		return false;
	if (sodium_memcmp(payment_sandbox_sign(config, body, len, right), signature, 64) != 0)
		return false;
	read = read_object(body, len);
	if (!read)
		return false;
	good = take_text(read, "id", notice->id, 80) && take_text(read, "payment", notice->uuid, UUID_SIZE) &&
	       uuid_parse(notice->uuid, bytes);
	if (good)
		uuid_text(bytes, notice->uuid);
	notice->ours = good;
	json_object_put(read);
	return good;
}

/* ---- a card of ours: the ledger moves its money as the order is paid, and back, so nobody is called ---- */

static struct payment_answer card_charge(const struct config *config, const struct payment_bill *bill,
					 const char *reference, const char *token)
{
	(void)config;
	(void)reference;
	(void)token;
	return answer(PAY_SUCCEEDED, bill->uuid, "");
}

/* Who began it went away before it was paid. */
static struct payment_answer card_ask(const struct config *config, const struct payment_bill *bill,
				      const char *reference)
{
	(void)config;
	(void)reference;
	return answer(PAY_DECLINED, bill->uuid, "The payment was not finished. Nothing was taken from the card.");
}

static bool card_notice(const struct config *config, const char *body, size_t len, const char *signature, ms_t now,
			struct payment_notice *notice)
{
	(void)config;
	(void)body;
	(void)len;
	(void)signature;
	(void)now;
	(void)notice;
	return false;
}

static const struct payment_provider PROVIDERS[] = {
	{ .name = "nfc_card",
	  .signature = "X-Signature",
	  .charge = card_charge,
	  .ask = card_ask,
	  .refund = sandbox_refund,
	  .notice = card_notice },
	{ .name = "sandbox",
	  .signature = "X-Signature",
	  .charge = sandbox_charge,
	  .ask = sandbox_ask,
	  .close = sandbox_close,
	  .refund = sandbox_refund,
	  .notice = sandbox_notice },
	{ .name = "stripe",
	  .signature = "Stripe-Signature",
	  .begin = stripe_begin,
	  .charge = stripe_charge,
	  .ask = stripe_ask,
	  .close = stripe_close,
	  .keep = stripe_keep,
	  .kept = stripe_kept,
	  .let_go = stripe_let_go,
	  .forget = stripe_forget,
	  .refund = stripe_refund,
	  .desk = stripe_desk,
	  .whose = stripe_whose,
	  .notice = stripe_notice },
};

const struct payment_provider *payment_provider(const char *name)
{
	for (size_t i = 0; i < sizeof(PROVIDERS) / sizeof(PROVIDERS[0]); i++)
		if (strcmp(PROVIDERS[i].name, name) == 0)
			return &PROVIDERS[i];
	return NULL;
}

enum payment_way payment_way(const struct config *config)
{
	const struct payment_provider *provider = payment_provider(config->payment_provider);

	if (provider && provider->begin)
		return PAY_AT_PROVIDER;
	return config->demo ? PAY_BY_TOKEN : PAY_NOT_AT_ALL;
}
