#ifndef RULES_KEYS_H
#define RULES_KEYS_H
/* The site key and what is derived from it. One 32-byte secret in a file; each use has a key of its own
 * (libsodium's crypto_kdf, BLAKE2b), so none can stand in for another. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEY_BYTES = 32, HASH_BYTES = 32, TOKEN_SIZE = 44 /* 32 random bytes in base64url, and NUL */ };

enum key_use { KEY_JWT = 1, KEY_CSRF, KEY_OTP, KEY_SEAL, KEY_GUESS, KEY_CURSOR, KEY_CODE, KEY_LINK, KEY_PRINT };

/* Reads the key file (64 hex digits); with make, a missing one is made, mode 0600. Must be called once before the
 * others. False: *error says why (a literal). */
bool keys_load(const char *path, bool make, const char **error);
/* What tells one site key from another and nothing else of it: 32 hex digits. Returns out. */
enum { FINGERPRINT_SIZE = 33 };
char *keys_fingerprint(char out[FINGERPRINT_SIZE]);
/* The derived key of a use; valid until the process ends. */
const uint8_t *key_of(enum key_use use);

/* Keyed BLAKE2b-256 of data under a use's key. */
void hash_keyed(enum key_use use, const void *data, size_t len, uint8_t out[HASH_BYTES]);
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

#endif
