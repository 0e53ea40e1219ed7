#ifndef RULES_CAMPUS_CODE_H
#define RULES_CAMPUS_CODE_H
/* The code on the wall: that somebody has seen an event's in the last seconds. One code serves everybody in the room, so it names
 * nobody; that it is ours says a keyed hash, so a forged one costs no query.
 *
 *     "GHA1." base64url( event 16 | generation u16 | step u32 | mac 16 )
 *
 * Numbers are big-endian. step = ⌊unix seconds ÷ 15⌋; of a printed code, which does not turn, CAMPUS_CODE_PRINTED. mac: the first 16
 * bytes of keyed BLAKE2b-256 (RFC 7693) over "gatehouse attendance v1" and all before it; its key is made of the site key's own use for
 * this, the event and the generation. The same mac's first 40 bits are the code that people type, in Crockford's base32.
 * keys_load() before any of these. */
#include "base/clock.h"
#include "base/uuid.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CAMPUS_CODE_SIZE = 64, CAMPUS_TYPED = 8, CAMPUS_TYPED_SIZE = CAMPUS_TYPED + 1, CAMPUS_STEP_MS = 15000 };
#define CAMPUS_CODE_PRINTED UINT32_MAX

struct campus_code {
	uint8_t event[UUID_BYTES];
	uint16_t generation;
	uint32_t step;
};

/* The step of a moment. */
uint32_t campus_code_step(ms_t now);
/* Returns out. */
char *campus_code_make(const struct campus_code *code, char out[CAMPUS_CODE_SIZE]);
/* Reads a code, or the address that a picture of it holds: whatever ends in "/campus/m/CODE". False: it is none, or not of this site. */
bool campus_code_read(const char *text, struct campus_code *out);

/* The same code for people: eight characters. Returns out. */
char *campus_code_typed(const struct campus_code *code, char out[CAMPUS_TYPED_SIZE]);
/* Could a text be such a code, in either case, with blanks or hyphens between? Then as it would be shown, in out. */
bool campus_code_typed_read(const char *text, char out[CAMPUS_TYPED_SIZE]);
/* Is it, as it would be shown, what this code is for people? */
bool campus_code_typed_fits(const struct campus_code *code, const char *typed);

enum code_verdict {
	CODE_GOOD,
	CODE_EXPIRED, /* it was good, and is too old */
	CODE_INVALID /* it is none of the event's as it is now: another generation, from the future, or printed where codes turn */
};
/* Judges a code that was read, by our clock alone. rotates, generation: the event's now; expires_at: when its printed ones are over;
 * margin: for so long after its 15 s a code is still good, and so far may another node's clock be ahead. */
enum code_verdict campus_code_judge(const struct campus_code *code, uint16_t generation, bool rotates, ms_t expires_at,
				    ms_t now, ms_t margin);
enum claim_verdict {
	CLAIM_GOOD,
	CLAIM_FUTURE, /* it is still to come */
	CLAIM_APART,  /* another code was shown then */
	CLAIM_OLD     /* it comes more than CLAIM_LASTS later */
};
enum { CLAIM_APART_MS = 30000, CLAIM_LASTS_HOURS = 48 };
/* Judges when a code was scanned without a network: said, by the device, corrected by what its clock was off as it came. A code that turns
 * tells its time by itself, so that time is within CLAIM_APART_MS of its 15 s, and *at, the moment that counts, is in them or in the margin
 * behind; of a printed one it is what was said. */
enum claim_verdict campus_code_claim(const struct campus_code *code, ms_t said, ms_t now, ms_t margin, ms_t *at);
/* Is a code's generation the event's now, or one before it? They are counted anew from 0 behind 65535. */
bool campus_code_was(const struct campus_code *code, uint16_t generation);
/* How long ago its step began, from 0; of a printed one 0. */
ms_t campus_code_age(const struct campus_code *code, ms_t now);

#endif
