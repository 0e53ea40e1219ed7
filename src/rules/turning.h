#ifndef RULES_TURNING_H
#define RULES_TURNING_H
/* Codes that turn: six digits behind a ticket's code ("GH1.….287082") that change every 15 seconds, so that a picture of a code is
 * soon worth nothing. They are RFC 6238's: HMAC-SHA-1, T0 0. Each ticket has a secret of its own, which follows from its event's key,
 * its nonce and its generation; so nothing is kept of it, and who was passed a ticket has other digits than who gave it. A gate that
 * has the event's gate key judges without a network; docs/gate.md says it in words. */
#include "rules/scan.h"
#include "rules/ticket_code.h"
#include "rules/totp.h"

enum { TURNING_KEY = 32, TURNING_SIZE = TICKET_DIGITS, TURNING_DIGITS = TURNING_SIZE - 1, TURNING_STEP_SECONDS = 15 };

/* What of an event's key a gate is given: by it digits are judged and made, and no code is signed. */
void turning_gate_key(const uint8_t event_secret[EVENT_SECRET], uint8_t gate_key[TURNING_KEY]);
/* What a ticket's digits are made with, here and on its owner's phone. */
void turning_secret(const uint8_t gate_key[TURNING_KEY], const uint8_t nonce[TICKET_NONCE], int32_t generation,
		    uint8_t secret[TOTP_SECRET]);
/* The digits at a moment. Returns out. */
char *turning_code(const uint8_t secret[TOTP_SECRET], ms_t at, char out[TURNING_SIZE]);
/* When the digits of a moment give way to the next. */
ms_t turning_until(ms_t at);

/* Judges the digits that stood behind a code ("" or NULL: none did) at the moment when it was scanned. TURN_RIGHT: this step's, the next
 * one's, or those of the two before. TURN_OLD: they were right within the hour before, so it is a picture of the code, or a clock that
 * goes wrong. TURN_WRONG: they never were, as far as anybody remembers: read badly, or made up. */
enum turn turning_judge(const uint8_t secret[TOTP_SECRET], const char *digits, ms_t at);

#endif
