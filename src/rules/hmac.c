/* What keys are derived by for devices: WebCrypto has the same, and BLAKE2b, which the rest here uses, it has not. */
#include "rules/hmac.h"
#include <sodium.h>

_Static_assert(crypto_auth_hmacsha256_BYTES == HMAC_SHA256, "SHA-256 has 32 bytes");

void hmac_sha256(const void *key, size_t key_len, const void *data, size_t len, const void *more, size_t more_len,
		 uint8_t out[HMAC_SHA256])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_len);
	crypto_auth_hmacsha256_update(&state, data, len);
	crypto_auth_hmacsha256_update(&state, more, more_len);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof state);
}

/* Extract, and the one step of expand that a hash's length takes. */
void hkdf_sha256(const void *ikm, size_t ikm_len, const void *salt, size_t salt_len, const void *info, size_t info_len,
		 uint8_t out[HMAC_SHA256])
{
	uint8_t prk[HMAC_SHA256];

	hmac_sha256(salt, salt_len, ikm, ikm_len, "", 0, prk);
	hmac_sha256(prk, sizeof prk, info, info_len, "\x01", 1, out);
	sodium_memzero(prk, sizeof prk);
}
