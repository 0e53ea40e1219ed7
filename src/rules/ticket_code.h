#ifndef RULES_TICKET_CODE_H
#define RULES_TICKET_CODE_H
/* A ticket's QR: a token that a phone can verify with no network, signed with the event's Ed25519 key (RFC 8032).
 *
 *     "GH1." base64url( key_id u32 | event_id u64 | ticket_id u64 | category_id u64 | generation u32 | nonce 12 | signature 64 | tag 6 )
 *
 * Numbers are big-endian; the signature is over "gatehouse ticket v1" and all bytes before it. Online the nonce finds
 * the ticket and the row is the truth; the signature is for phones, and tells a forged code from an unknown one.
 *
 * The tag is a keyed hash of all before it, under a key that only this site has: by it the site knows a code of its own
 * for a fortieth of what the signature's check costs. It decides nothing: where it is missing or not ours, the signature
 * does. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Behind a code may stand ".NNNNNN", the digits of one that turns (rules/turning.h): TICKET_DIGITS with their NUL. */
enum { TICKET_DIGITS = 7 };
enum { TICKET_NONCE = 12, TICKET_CODE_BYTES = 114, TICKET_CODE_SIZE = 160, EVENT_PUBLIC = 32, EVENT_SECRET = 64 };

struct ticket_code {
	int64_t key_id, event_id, ticket_id, category_id;
	int32_t generation;
	uint8_t nonce[TICKET_NONCE];
};

void event_key_make(uint8_t public_key[EVENT_PUBLIC], uint8_t secret[EVENT_SECRET]);
/* Are they halves of one key? */
bool event_key_fits(const uint8_t public_key[EVENT_PUBLIC], const uint8_t secret[EVENT_SECRET]);
/* Returns out. */
char *ticket_code_make(const struct ticket_code *code, const uint8_t secret[EVENT_SECRET], char out[TICKET_CODE_SIZE]);
/* Parts a code from the digits behind it, "" where there are none: returns the code, which is text itself or stands in whole. Does not
 * look at the code. */
const char *ticket_code_part(const char *text, char whole[TICKET_CODE_SIZE], char digits[TICKET_DIGITS]);
/* Takes it apart without believing it; false when it is not such a token. */
bool ticket_code_read(const char *text, struct ticket_code *code);
/* Has it lost what its letters say by their case? Of a whole code's letters never all are of one; a reader may make them so. */
bool ticket_code_flattened(const char *text);
/* Does it bear this site's tag: was it made here, as it is? keys_load() first, here and for ticket_code_make(). */
bool ticket_code_tagged(const char *text);
bool ticket_code_signed(const char *text, const uint8_t public_key[EVENT_PUBLIC]);
/* Was it to be such a token, as far as its beginning tells, on whatever keyboard it was typed? For what could not be read. */
bool ticket_code_meant(const char *text);
/* A card's UID as it is kept: upper-case hex, without the separators readers print, and read through the keyboard's layout; false
 * when it is not 4 to 16 bytes of hex. */
enum { CARD_UID_SIZE = 33 };
bool card_uid_normalise(const char *text, char out[CARD_UID_SIZE]);

#endif
