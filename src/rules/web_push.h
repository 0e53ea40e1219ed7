#ifndef RULES_WEB_PUSH_H
#define RULES_WEB_PUSH_H
/* What a browser's push service is handed: a message that only the browser reads (RFC 8291, in the coding aes128gcm of RFC 8188), and
 * a token that says which site sends it (VAPID, RFC 8292). Points of P-256 are uncompressed: 0x04, x, y. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PUSH_POINT = 65,
	PUSH_SECRET = 32, /* a private key */
	PUSH_AUTH = 16,
	PUSH_SALT = 16,
	PUSH_HEAD = PUSH_SALT + 4 + 1 + PUSH_POINT, /* RFC 8188 §2.1, with a key of ours as its id */
	PUSH_RECORD = 4096,			    /* what every push service takes at least (RFC 8030 §7.2) */
	PUSH_PLAIN = PUSH_RECORD - PUSH_HEAD - 1 - 16,
	PUSH_TOKEN = 2048
};

/* A pair of keys on P-256: ours for one message, or the site's. */
struct push_pair {
	uint8_t point[PUSH_POINT], secret[PUSH_SECRET];
};

/* What a browser gives who may send it something. */
struct push_reader {
	uint8_t point[PUSH_POINT], auth[PUSH_AUTH];
};

/* A fresh pair. False: the library could not. */
bool push_pair_make(struct push_pair *pair);
/* Is it a point of the curve, and not the one at infinity? */
bool push_point_fits(const uint8_t point[PUSH_POINT]);
/* Do both halves belong together? */
bool push_pair_fits(const struct push_pair *pair);

/* The body of a push: len bytes at plain, at most PUSH_PLAIN, for that reader, by a pair and a salt that are used for no other message.
 * The bytes written to out; 0: it is too long, or the reader's point is none. */
size_t push_seal(const struct push_reader *reader, const struct push_pair *once, const uint8_t salt[PUSH_SALT],
		 const void *plain, size_t len, uint8_t out[PUSH_RECORD]);

/* The value of the header Authorization: a JWT by ES256 for audience, the push service's origin, that is good until then, and says
 * contact, "mailto:…" or "https://…". Returns out; "": it is too long, or the library could not. */
char *push_authorization(const struct push_pair *site, const char *audience, const char *contact, ms_t until,
			 char out[PUSH_TOKEN]);

#endif
