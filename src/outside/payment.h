#ifndef OUTSIDE_PAYMENT_H
#define OUTSIDE_PAYMENT_H
/* A payment provider behind one interface, chosen by config; "sandbox" is the twin for demo and tests.
 *
 * Sandbox tokens: tok_ok succeeds; tok_declined declines; tok_slow answers nothing after [payment] slow_ms (a time-out: the
 * state stays unknown until asked, and then it has not been charged); tok_late requires action and is confirmed when asked. Its state is
 * derived from the reference alone, so it needs no storage and works on every node. Never called inside a transaction. A real
 * provider's calls carry curl_traced() (outside/curl.h). */
#include "base/config.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum payment_state {
	PAY_SUCCEEDED,
	PAY_DECLINED,
	PAY_PENDING /* ask again */,
	PAY_REQUIRES_ACTION,
	PAY_UNKNOWN /* no answer */
};

struct payment_answer {
	enum payment_state state;
	char reference[80];    /* the provider's; made from ours when it gave none */
	char failure[120];     /* a sentence when declined or unknown */
	char next_action[160]; /* a URL or "" */
};

struct payment_provider {
	const char *name;
	/* uuid is our payment's, sent as the provider's idempotency key: charging twice with one uuid charges once. */
	struct payment_answer (*charge)(const struct config *config, const char *uuid, int64_t amount,
					const char *currency, const char *token);
	/* What became of a charge; by our uuid and its reference (may be ""). */
	struct payment_answer (*ask)(const struct config *config, const char *uuid, const char *reference);
	/* Gives all of it back. True when done (repeatable without effect). */
	bool (*refund)(const struct config *config, const char *uuid, const char *reference, int64_t amount,
		       const char *currency);
	/* A webhook's body: signed rightly? Then notice_id (80) and our payment uuid (37) are filled. */
	bool (*notice)(const struct config *config, const char *body, size_t len, const char *signature,
		       char notice_id[80], char uuid[37]);
};

/* What the sandbox sends as the signature of a notice's body: 64 hex digits of HMAC-SHA-256. Returns out. */
char *payment_sandbox_sign(const struct config *config, const char *body, size_t len, char out[65]);

/* NULL for an unknown name. */
const struct payment_provider *payment_provider(const char *name);

#endif
