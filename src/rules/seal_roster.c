/* AES-GCM is OpenSSL's, for libsodium has it only where the processor does; browsers, which open the boxes, have no other. A
 * roster is a hundred thousand boxes, so the cipher is looked up once and its context is used again. */
#include "rules/seal_roster.h"
#include "base/uuid.h"
#include "rules/hmac.h"
#include "rules/keys.h"
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#define ROSTER_SALT "gatehouse roster v1"
#define CARD_SALT "gatehouse card v1"
#define SECRET_SALT "gatehouse sync v1"

_Static_assert((int)HMAC_SHA256 == (int)ROSTER_KEY, "one block of HKDF's output is a key");

static void number(int64_t value, size_t bytes, uint8_t *out)
{
	for (size_t i = 0; i < bytes; i++)
		out[i] = (uint8_t)((uint64_t)value >> (8 * (bytes - 1 - i)));
}

void roster_key_of_code(const uint8_t nonce[TICKET_NONCE], int64_t ticket_id, int32_t generation,
			uint8_t key[ROSTER_KEY])
{
	uint8_t whose[8 + 4];

	number(ticket_id, 8, whose);
	number(generation, 4, whose + 8);
	hkdf_sha256(nonce, TICKET_NONCE, ROSTER_SALT, strlen(ROSTER_SALT), whose, sizeof whose, key);
}

void roster_secret(int64_t session_id, uint8_t secret[ROSTER_KEY])
{
	uint8_t id[8];

	number(session_id, sizeof id, id);
	hkdf_sha256(key_of(KEY_SYNC), KEY_BYTES, SECRET_SALT, strlen(SECRET_SALT), id, sizeof id, secret);
}

void roster_key_of_card(const uint8_t secret[ROSTER_KEY], const char *uid, uint8_t key[ROSTER_KEY])
{
	uint8_t ikm[ROSTER_KEY + CARD_UID_SIZE];
	size_t len = strnlen(uid, CARD_UID_SIZE - 1);

	memcpy(ikm, secret, ROSTER_KEY);
	memcpy(ikm + ROSTER_KEY, uid, len);
	hkdf_sha256(ikm, ROSTER_KEY + len, CARD_SALT, strlen(CARD_SALT), "", 0, key);
	sodium_memzero(ikm, sizeof ikm);
}

char *roster_name_of_card(const uint8_t secret[ROSTER_KEY], const char *uid, char out[ROSTER_NAME_SIZE])
{
	uint8_t whole[ROSTER_KEY];

	hmac_sha256(secret, ROSTER_KEY, uid, strlen(uid), "", 0, whole);
	return base64url(whole, ROSTER_NAME, out);
}

bool aes_gcm_seal(const uint8_t key[ROSTER_KEY], const uint8_t iv[ROSTER_IV], const void *plain, size_t len,
		  uint8_t *out)
{
	static EVP_CIPHER_CTX *context;
	int n, rest;

	if (!context) {
		EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);

		context = EVP_CIPHER_CTX_new();
		if (!context || !cipher || EVP_EncryptInit_ex2(context, cipher, NULL, NULL, NULL) != 1) {
			EVP_CIPHER_CTX_free(context);
			context = NULL;
		}
		EVP_CIPHER_free(cipher);
	}
	return context && EVP_EncryptInit_ex2(context, NULL, key, iv, NULL) == 1 &&
	       EVP_EncryptUpdate(context, out, &n, plain, (int)len) == 1 &&
	       EVP_EncryptFinal_ex(context, out + n, &rest) == 1 &&
	       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, ROSTER_TAG, out + len) == 1;
}

bool roster_box(const uint8_t key[ROSTER_KEY], const char *plain, size_t len, struct buf *out)
{
	const size_t size = ROSTER_IV + len + ROSTER_TAG;
	uint8_t *bytes = talloc_size(out, size);
	char *text = talloc_size(out, 4 * (size + 2) / 3 + 1);
	bool sealed;

	random_bytes(bytes, ROSTER_IV);
	sealed = aes_gcm_seal(key, bytes, plain, len, bytes + ROSTER_IV);
	if (sealed)
		buf_text(out, base64url(bytes, size, text));
	talloc_free(text);
	talloc_free(bytes);
	return sealed;
}
