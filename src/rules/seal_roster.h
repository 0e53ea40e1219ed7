#ifndef RULES_SEAL_ROSTER_H
#define RULES_SEAL_ROSTER_H
/* What a device at the gate holds for the time without a network, sealed so that each row can be read only with what its guest
 * holds up: the nonce in their ticket's code, or their card's UID. Who steals the device has none of these.
 *
 * A box is base64url(iv 12 ‖ AES-256-GCM ciphertext ‖ tag 16); its key is HKDF-SHA-256 (RFC 5869):
 *
 *     of a ticket   ikm the code's nonce, salt "gatehouse roster v1", info the ticket's id, u64, and its
 *                   generation, u32, both big-endian: the code of who passed it on opens nothing
 *     of a card     ikm the session's secret ‖ the UID's text, salt "gatehouse card v1", no info
 *
 * A nonce is 12 random bytes, which nobody guesses. A UID has 4 to 16 bytes, often of one batch, so a card's box is worth less: whoever
 * has the session's secret as well can try them all. */
#include "base/buf.h"
#include "rules/ticket_code.h"

enum { ROSTER_KEY = 32, ROSTER_IV = 12, ROSTER_TAG = 16, ROSTER_NAME = 16, ROSTER_NAME_SIZE = 23 };

/* AES-256-GCM without further data; out has len + ROSTER_TAG bytes. False: the library failed. */
bool aes_gcm_seal(const uint8_t key[ROSTER_KEY], const uint8_t iv[ROSTER_IV], const void *plain, size_t len,
		  uint8_t *out);

/* The key of a ticket's box. */
void roster_key_of_code(const uint8_t nonce[TICKET_NONCE], int64_t ticket_id, int32_t generation,
			uint8_t key[ROSTER_KEY]);
/* A session's own secret, from the site's key: what one session's device holds of cards is of no use to another. */
void roster_secret(int64_t session_id, uint8_t secret[ROSTER_KEY]);
/* The key of a card's box. */
void roster_key_of_card(const uint8_t secret[ROSTER_KEY], const char *uid, uint8_t key[ROSTER_KEY]);
/* What a card is called in a session's list: base64url of the first 16 bytes of HMAC-SHA-256(secret, UID). Returns out. */
char *roster_name_of_card(const uint8_t secret[ROSTER_KEY], const char *uid, char out[ROSTER_NAME_SIZE]);
/* The box of a text under a fresh iv, added to out. False: the library failed. */
bool roster_box(const uint8_t key[ROSTER_KEY], const char *plain, size_t len, struct buf *out);

#endif
