#ifndef RULES_KEYS_H
#define RULES_KEYS_H
/* The site key and what is derived from it. One 32-byte secret in a file; each use has a key of its own
 * (libsodium's crypto_kdf, BLAKE2b), so none can stand in for another. While a new key takes over there are several: what is
 * made is made by the one in force, and what was made by another is still read. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_BYTES = 32, HASH_BYTES = 32, TOKEN_SIZE = 44 /* 32 random bytes in base64url, and NUL */ };

enum key_use {
	KEY_JWT = 1,
	KEY_CSRF,
	KEY_OTP,
	KEY_SEAL,
	KEY_GUESS,
	KEY_CURSOR,
	KEY_CODE,
	KEY_LINK,
	KEY_PRINT,
	KEY_SYNC,
	KEY_CAMPUS
};

/* For so many days after it was replaced an old key reads what clients hold: longer than any of it is good. */
enum { KEY_READ_DAYS = 31, PRINT_SIZE = 17 };

/* Reads the key file (rules/key_file.h); with make, a missing one is made, mode 0600. Must be called once before the
 * others; the file is looked at again when it was replaced. False: *error says why (a literal). */
bool keys_load(const char *path, bool make, const char **error);
/* The key in force, derived for a use; valid until the next call. */
const uint8_t *key_of(enum key_use use);
/* Asks of each key that is read, the one in force first, whether it fits. */
bool key_fits(enum key_use use, bool (*fits)(const uint8_t key[KEY_BYTES], void *with), void *with);
/* Looks at the file now. True when other keys are there than before. */
bool keys_look_again(void);
/* The fingerprint of the i-th key, as text that may be shown; 0 is the one in force. NULL: there are no more. */
const char *key_print(unsigned i);
/* That of the key of a secret. Returns out. */
const char *key_print_of(const uint8_t secret[KEY_BYTES], char out[PRINT_SIZE]);
/* From when it is the one in force; 0: from the beginning. */
ms_t key_from(unsigned i);

/* Keyed BLAKE2b-256 of data under a use's key. */
void hash_keyed(enum key_use use, const void *data, size_t len, uint8_t out[HASH_BYTES]);
/* Is that the beginning of the hash, under any key that is read? hash_text_fits(): the whole, as base64url. */
bool hash_fits(enum key_use use, const void *data, size_t len, const void *hash, size_t hash_len);
bool hash_text_fits(enum key_use use, const void *data, size_t len, const char *text);
/* Unkeyed BLAKE2b-256: for values that are random themselves, and for chains. */
void hash_plain(const void *data, size_t len, uint8_t out[HASH_BYTES]);
bool same_bytes(const void *a, const void *b, size_t len); /* in constant time */

/* A fresh 256-bit token as text. */
char *token_make(char out[TOKEN_SIZE]);
/* base64url without padding (RFC 4648 §5). out of 4*(len+2)/3+1 bytes; returns out. */
char *base64url(const void *bytes, size_t len, char *out);
/* Decodes strictly; false on anything else or when more than size bytes. *len gets the length. */
bool base64url_read(const char *text, size_t text_len, uint8_t *out, size_t size, size_t *len);

/* Authenticated encryption of small secrets at rest (XChaCha20-Poly1305, key KEY_SEAL): out of len + SEAL_EXTRA. */
enum { SEAL_EXTRA = 40 };
void seal(const void *plain, size_t len, uint8_t *out);
bool unseal(const uint8_t *sealed, size_t len, uint8_t *out /* len - SEAL_EXTRA */);
/* The same, by the key in force alone: what it does not open is to be sealed anew. */
bool sealed_now(const uint8_t *sealed, size_t len, uint8_t *out);

#endif
