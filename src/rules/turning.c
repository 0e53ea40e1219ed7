/* Two keyed hashes lead from the event's key to a ticket's secret, each under words or a length of its own. What is accepted allows for
 * a phone whose clock is half a minute off, and for the time that it takes to hold one up. */
#include "rules/turning.h"
#include "rules/hmac.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char CONTEXT[] = "gatehouse turning v1";

enum { BACK = 2, AHEAD = 1, HOUR = 240 /* steps */ };

_Static_assert((int)HMAC_SHA256 == (int)TURNING_KEY, "a gate key is one hash");

void turning_gate_key(const uint8_t event_secret[EVENT_SECRET], uint8_t gate_key[TURNING_KEY])
{
	hmac_sha256(event_secret, EVENT_SECRET, CONTEXT, sizeof(CONTEXT) - 1, "", 0, gate_key);
}

void turning_secret(const uint8_t gate_key[TURNING_KEY], const uint8_t nonce[TICKET_NONCE], int32_t generation,
		    uint8_t secret[TOTP_SECRET])
{
	uint8_t text[TICKET_NONCE + 4], whole[TURNING_KEY];

	memcpy(text, nonce, TICKET_NONCE);
	for (int i = 0; i < 4; i++)
		text[TICKET_NONCE + i] = (uint8_t)((uint32_t)generation >> (24 - 8 * i));
	hmac_sha256(gate_key, TURNING_KEY, text, sizeof(text), "", 0, whole);
	memcpy(secret, whole, TOTP_SECRET);
	sodium_memzero(whole, sizeof(whole));
}

static int64_t step_of(ms_t at)
{
	return at / MS_SECOND / TURNING_STEP_SECONDS;
}

char *turning_code(const uint8_t secret[TOTP_SECRET], ms_t at, char out[TURNING_SIZE])
{
	snprintf(out, TURNING_SIZE, "%06u", totp_code(secret, step_of(at)) % 1000000);
	return out;
}

ms_t turning_until(ms_t at)
{
	return (step_of(at) + 1) * TURNING_STEP_SECONDS * MS_SECOND;
}

enum turn turning_judge(const uint8_t secret[TOTP_SECRET], const char *digits, ms_t at)
{
	const int64_t now = step_of(at);
	int32_t given;

	if (!digits || !*digits)
		return TURN_MISSING;
	given = totp_number(digits);
	for (int64_t step = now + AHEAD; given >= 0 && step >= 0 && step >= now - HOUR; step--)
		if (totp_code(secret, step) == (uint32_t)given)
			return step >= now - BACK ? TURN_RIGHT : TURN_OLD;
	return TURN_WRONG;
}
