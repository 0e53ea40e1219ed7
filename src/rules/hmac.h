#ifndef RULES_HMAC_H
#define RULES_HMAC_H
/* RFC 2104 with SHA-256, by a key of whatever length. */
#include <stddef.h>
#include <stdint.h>

enum { HMAC_SHA256 = 32 };

/* Of data and more behind it ("" and 0 for none). */
void hmac_sha256(const void *key, size_t key_len, const void *data, size_t len, const void *more, size_t more_len,
		 uint8_t out[HMAC_SHA256]);
/* HKDF-SHA-256 (RFC 5869), one block of it: what is longer than a shorter key wants is left away. */
void hkdf_sha256(const void *ikm, size_t ikm_len, const void *salt, size_t salt_len, const void *info, size_t info_len,
		 uint8_t out[HMAC_SHA256]);

#endif
