#ifndef RULES_LINK_H
#define RULES_LINK_H
/* Addresses that are their own proof: whoever has one may fetch what it names, for a while. For what fetches without a token,
 * such as an <img>. */
#include "base/clock.h"
#include "rules/keys.h"

/* Until when an address made now is good, in seconds: for a day at least. It is the same for six hours, so that the same
 * address comes again, and with it the same answer. */
int64_t link_until(ms_t now);
/* The signature over what an address names and until when. Returns out. */
char *link_sign(const char *what, int64_t until, char out[TOKEN_SIZE]);
/* Is it ours, and still good? sign may be NULL. */
bool link_good(const char *what, int64_t until, const char *sign, ms_t now);

#endif
