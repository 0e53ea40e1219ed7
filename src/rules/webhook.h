#ifndef RULES_WEBHOOK_H
#define RULES_WEBHOOK_H
/* Outgoing webhooks as Standard Webhooks 1.0 (standardwebhooks.com) has them, and when one that failed is tried again. */
#include "base/clock.h"
#include <stddef.h>
#include <stdint.h>

enum {
	WEBHOOK_SECRET = 32,	  /* bytes */
	WEBHOOK_SECRET_TEXT = 52, /* "whsec_", its base64, and NUL */
	WEBHOOK_ID_SIZE = 37,	  /* "msg_", 32 hex digits, and NUL */
	WEBHOOK_SIGNATURE = 48	  /* "v1,", base64 of an HMAC-SHA-256, and NUL */
};
/* For so long one event is tried, and an address that takes nothing is borne with. */
#define WEBHOOK_PATIENCE (3 * MS_DAY)
/* For so long after a new secret was made the one before it signs too. */
#define WEBHOOK_OLD_SECRET (24 * MS_HOUR)

/* A secret as it is handed out: "whsec_…". Returns out. */
char *webhook_secret_text(const uint8_t secret[WEBHOOK_SECRET], char out[WEBHOOK_SECRET_TEXT]);
/* What a message is known by, the same at every try. Returns out. */
char *webhook_id_text(const uint8_t uuid[16], char out[WEBHOOK_ID_SIZE]);
/* The signature of one try by a secret: its id, its moment in whole seconds since 1970, and its body. Returns out. */
char *webhook_sign(const uint8_t *secret, size_t secret_len, const char *id, int64_t at_s, const char *body,
		   char out[WEBHOOK_SIGNATURE]);
/* When to try again after the attempts-th try failed, of a delivery that began at a moment; 0: not any more. chance: 0 … 1,
 * which spreads those that failed together. */
ms_t webhook_again(int64_t attempts, ms_t began, ms_t now, double chance);

#endif
