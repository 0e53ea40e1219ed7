/* Curve and cipher are OpenSSL's, which browsers' own are held against; names as in RFC 8291 §3.4. */
#include "rules/web_push.h"
#include "rules/hmac.h"
#include "rules/keys.h"
#include <json-c/json.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <string.h>

enum { TAG = 16, HALF = 32, SHARED = 32, SIGNATURE = 2 * HALF, DER_MAX = 80 };

/* ---- keys ---- */

/* Of a point, and with its secret where that is not NULL. The caller frees it; NULL: it is no key. */
static EVP_PKEY *key_of_curve(const uint8_t point[PUSH_POINT], const uint8_t secret[PUSH_SECRET])
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *number = secret ? BN_bin2bn(secret, PUSH_SECRET, NULL) : NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (build && ctx && (number || !secret) &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, PUSH_POINT) &&
	    (!secret || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number)))
		params = OSSL_PARAM_BLD_to_param(build);
	if (!params || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_clear_free(number);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static bool checked(EVP_PKEY *key, int (*check)(EVP_PKEY_CTX *))
{
	EVP_PKEY_CTX *ctx = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	bool fits = ctx && check(ctx) == 1;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	return fits;
}

bool push_point_fits(const uint8_t point[PUSH_POINT])
{
	return point[0] == 4 && checked(key_of_curve(point, NULL), EVP_PKEY_public_check);
}

bool push_pair_fits(const struct push_pair *pair)
{
	return checked(key_of_curve(pair->point, pair->secret), EVP_PKEY_pairwise_check);
}

bool push_pair_make(struct push_pair *pair)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIGNUM *secret = NULL;
	size_t len = 0;
	bool made = key &&
		    EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, pair->point, PUSH_POINT, &len) == 1 &&
		    len == PUSH_POINT && EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &secret) == 1 &&
		    BN_bn2binpad(secret, pair->secret, PUSH_SECRET) == PUSH_SECRET;

	BN_clear_free(secret);
	EVP_PKEY_free(key);
	return made;
}

/* ---- a message ---- */

static bool agree(const struct push_pair *once, const uint8_t point[PUSH_POINT], uint8_t shared[SHARED])
{
	EVP_PKEY *ours = key_of_curve(once->point, once->secret), *theirs = key_of_curve(point, NULL);
	EVP_PKEY_CTX *ctx = ours && theirs ? EVP_PKEY_CTX_new(ours, NULL) : NULL;
	size_t len = SHARED;
	bool agreed = ctx && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, theirs) == 1 &&
		      EVP_PKEY_derive(ctx, shared, &len) == 1 && len == SHARED;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(ours);
	EVP_PKEY_free(theirs);
	return agreed;
}

/* RFC 8291 §3.4: what both sides agreed on, and the reader's own secret, become the key material of RFC 8188. */
static bool material(const struct push_reader *reader, const struct push_pair *once, uint8_t ikm[HMAC_SHA256])
{
	static const char LABEL[] = "WebPush: info";
	uint8_t info[sizeof LABEL + 2 * PUSH_POINT], shared[SHARED];

	if (!agree(once, reader->point, shared))
		return false;
	memcpy(info, LABEL, sizeof LABEL);
	memcpy(info + sizeof LABEL, reader->point, PUSH_POINT);
	memcpy(info + sizeof LABEL + PUSH_POINT, once->point, PUSH_POINT);
	hkdf_sha256(shared, SHARED, reader->auth, PUSH_AUTH, info, sizeof info, ikm);
	explicit_bzero(shared, sizeof shared);
	return true;
}

/* AES-128-GCM of plain and the octet that ends the last record, the tag behind it. */
static bool encrypt(const uint8_t *key, const uint8_t *nonce, const void *plain, size_t len, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, more = 0, end = 0;
	bool good = ctx && EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, key, nonce) == 1 &&
		    EVP_EncryptUpdate(ctx, out, &n, plain, (int)len) == 1 &&
		    EVP_EncryptUpdate(ctx, out + n, &more, (const uint8_t *)"\x02", 1) == 1 &&
		    EVP_EncryptFinal_ex(ctx, out + n + more, &end) == 1 &&
		    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, out + len + 1) == 1;

	EVP_CIPHER_CTX_free(ctx);
	return good;
}

/* RFC 8188 §2.1. */
static void put_head(const struct push_pair *once, const uint8_t salt[PUSH_SALT], uint8_t out[PUSH_HEAD])
{
	memcpy(out, salt, PUSH_SALT);
	out[PUSH_SALT] = out[PUSH_SALT + 1] = out[PUSH_SALT + 3] = 0;
	out[PUSH_SALT + 2] = PUSH_RECORD >> 8;
	out[PUSH_SALT + 4] = PUSH_POINT;
	memcpy(out + PUSH_SALT + 5, once->point, PUSH_POINT);
}

size_t push_seal(const struct push_reader *reader, const struct push_pair *once, const uint8_t salt[PUSH_SALT],
		 const void *plain, size_t len, uint8_t out[PUSH_RECORD])
{
	static const char KEY_INFO[] = "Content-Encoding: aes128gcm", NONCE_INFO[] = "Content-Encoding: nonce";
	uint8_t ikm[HMAC_SHA256], key[HMAC_SHA256], nonce[HMAC_SHA256];
	bool good;

	if (len > PUSH_PLAIN || !material(reader, once, ikm))
		return 0;
	hkdf_sha256(ikm, sizeof ikm, salt, PUSH_SALT, KEY_INFO, sizeof KEY_INFO, key);
	hkdf_sha256(ikm, sizeof ikm, salt, PUSH_SALT, NONCE_INFO, sizeof NONCE_INFO, nonce);
	put_head(once, salt, out);
	good = encrypt(key, nonce, plain, len, out + PUSH_HEAD);
	explicit_bzero(ikm, sizeof ikm);
	explicit_bzero(key, sizeof key);
	return good ? PUSH_HEAD + len + 1 + TAG : 0;
}

/* ---- whose it is ---- */

/* OpenSSL signs in DER; a JWT has r and s as they are, each padded (RFC 7518 §3.4). */
static bool unwrap(const uint8_t *der, size_t len, uint8_t out[SIGNATURE])
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)len);
	bool good = signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, HALF) == HALF &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + HALF, HALF) == HALF;

	ECDSA_SIG_free(signature);
	return good;
}

static bool sign(const struct push_pair *site, const char *text, uint8_t out[SIGNATURE])
{
	EVP_PKEY *key = key_of_curve(site->point, site->secret);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t der[DER_MAX];
	size_t len = sizeof der;
	bool good = key && ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestSign(ctx, der, &len, (const uint8_t *)text, strlen(text)) == 1 && unwrap(der, len, out);

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}

/* Its members, as base64url behind the head's. False: it is too long. */
static bool put_claims(const char *audience, const char *contact, ms_t until, char *out, size_t size)
{
	static const char HEAD[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
	struct json_object *claims = json_object_new_object();
	const char *text;
	size_t len, at;
	bool fits;

	json_object_object_add(claims, "aud", json_object_new_string(audience));
	json_object_object_add(claims, "exp", json_object_new_int64(until / MS_SECOND));
	json_object_object_add(claims, "sub", json_object_new_string(contact));
	text = json_object_to_json_string_ext(claims, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	len = strlen(text);
	base64url(HEAD, sizeof HEAD - 1, out);
	at = strlen(out);
	fits = at + 1 + 4 * (len + 2) / 3 + 1 < size;
	if (fits) {
		out[at] = '.';
		base64url(text, len, out + at + 1);
	}
	json_object_put(claims);
	return fits;
}

char *push_authorization(const struct push_pair *site, const char *audience, const char *contact, ms_t until,
			 char out[PUSH_TOKEN])
{
	char text[PUSH_TOKEN - 256], shown[2 * SIGNATURE], point[2 * PUSH_POINT];
	uint8_t signature[SIGNATURE];

	*out = '\0';
	if (put_claims(audience, contact, until, text, sizeof text) && sign(site, text, signature))
		snprintf(out, PUSH_TOKEN, "vapid t=%s.%s, k=%s", text, base64url(signature, SIGNATURE, shown),
			 base64url(site->point, PUSH_POINT, point));
	return out;
}
