/* A keyed hash over the name and the end; nothing is kept of an address, so nothing can take a single one back before its end. */
#include "rules/link.h"
#include <string.h>

enum { STEP = 6 * MS_HOUR / MS_SECOND, GOOD = MS_DAY / MS_SECOND };

int64_t link_until(ms_t now)
{
	return (now / MS_SECOND / STEP + 1) * STEP + GOOD;
}

enum { SAID = 8 + HASH_BYTES };

/* What is signed. */
static void say(const char *what, int64_t until, uint8_t said[SAID])
{
	for (int i = 0; i < 8; i++)
		said[i] = (uint8_t)((uint64_t)until >> (56 - 8 * i));
	hash_plain(what, strlen(what), said + 8);
}

char *link_sign(const char *what, int64_t until, char out[TOKEN_SIZE])
{
	uint8_t said[SAID], hash[HASH_BYTES];

	say(what, until, said);
	hash_keyed(KEY_LINK, said, sizeof said, hash);
	return base64url(hash, sizeof hash, out);
}

bool link_good(const char *what, int64_t until, const char *sign, ms_t now)
{
	uint8_t said[SAID];

	if (!sign || until <= now / MS_SECOND)
		return false;
	say(what, until, said);
	return hash_text_fits(KEY_LINK, said, sizeof said, sign);
}
