#ifndef RULES_TOTP_H
#define RULES_TOTP_H
/* Time-based one-time passwords (RFC 6238: HMAC-SHA-1, 30 s, 6 digits), as authenticator apps expect. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOTP_SECRET = 20, TOTP_TEXT = 33 };

/* Base32 (RFC 4648) of the secret, for people to type. Returns out. */
char *totp_text(const uint8_t secret[TOTP_SECRET], char out[TOTP_TEXT]);
/* A code as a number; -1 where it is not six digits. */
int32_t totp_number(const char *code);
/* The code of one time step. */
uint32_t totp_code(const uint8_t secret[TOTP_SECRET], int64_t step);
/* Matches now's step or one beside it, later than last_step (a code is good once)? The step that matched, else 0. */
int64_t totp_match(const uint8_t secret[TOTP_SECRET], const char *code, ms_t now, int64_t last_step);

#endif
