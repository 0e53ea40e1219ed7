/* A hiccup is over in seconds, a deployment in minutes, an outage in hours: so the pauses grow, and the last come every eight
 * hours until three days are over. The last try is at their end. */
#include "rules/webhook.h"
#include "base/uuid.h"
#include "rules/hmac.h"
#include <assert.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const ms_t PAUSE[] = { 5 * MS_SECOND, MS_MINUTE,	  5 * MS_MINUTE, 30 * MS_MINUTE,
			      MS_HOUR,	     2 * MS_HOUR, 4 * MS_HOUR,	 8 * MS_HOUR };
enum { PAUSES = sizeof PAUSE / sizeof *PAUSE, PREFIX = 6 };

static char *base64(const void *bytes, size_t len, char *out)
{
	return sodium_bin2base64(out, sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL), bytes, len,
				 sodium_base64_VARIANT_ORIGINAL);
}

char *webhook_secret_text(const uint8_t secret[WEBHOOK_SECRET], char out[WEBHOOK_SECRET_TEXT])
{
	memcpy(out, "whsec_", PREFIX);
	base64(secret, WEBHOOK_SECRET, out + PREFIX);
	return out;
}

char *webhook_id_text(const uint8_t uuid[16], char out[WEBHOOK_ID_SIZE])
{
	memcpy(out, "msg_", 4);
	hex_text(uuid, 16, out + 4);
	return out;
}

char *webhook_sign(const uint8_t *secret, size_t secret_len, const char *id, int64_t at_s, const char *body,
		   char out[WEBHOOK_SIGNATURE])
{
	uint8_t hash[HMAC_SHA256];
	char head[80];
	int head_len = snprintf(head, sizeof head, "%s.%" PRId64 ".", id, at_s);

	assert(head_len > 0 && (size_t)head_len < sizeof head);
	hmac_sha256(secret, secret_len, head, (size_t)head_len, body, strlen(body), hash);
	memcpy(out, "v1,", 3);
	base64(hash, sizeof hash, out + 3);
	return out;
}

ms_t webhook_again(int64_t attempts, ms_t began, ms_t now, double chance)
{
	ms_t pause = PAUSE[attempts < 1 ? 0 : attempts > PAUSES ? PAUSES - 1 : attempts - 1];
	ms_t again = now + pause + (ms_t)((double)pause * 0.2 * chance), end = began + WEBHOOK_PATIENCE;

	if (now >= end)
		return 0;
	return again < end ? again : end;
}
