/* Keys and signatures are OpenSSL's. */
#include "rules/lti.h"
#include "base/digits.h"
#include "rules/keys.h"
#include <json-c/json.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

enum { BYTES = LTI_BITS / 8 };

/* ---- keys ---- */

bool lti_pair_make(uint8_t secret[LTI_SECRET_MAX], size_t *len, char modulus[LTI_MODULUS])
{
	EVP_PKEY *key = EVP_RSA_gen(LTI_BITS);
	PKCS8_PRIV_KEY_INFO *info = key ? EVP_PKEY2PKCS8(key) : NULL;
	uint8_t number[BYTES], *at = secret;
	BIGNUM *n = NULL;
	int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info, NULL) : 0;
	bool made = size > 0 && size <= LTI_SECRET_MAX && i2d_PKCS8_PRIV_KEY_INFO(info, &at) == size &&
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1 &&
		    BN_bn2binpad(n, number, BYTES) == BYTES;

	if (made) {
		*len = (size_t)size;
		base64url(number, BYTES, modulus);
	}
	BN_free(n);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(key);
	return made;
}

/* The caller frees it; NULL: it is none. */
static EVP_PKEY *secret_key(const uint8_t *secret, size_t len)
{
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &secret, (long)len);
	EVP_PKEY *key = info ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	return key;
}

/* ---- who we are ---- */

static char *plain_text(TALLOC_CTX *ctx, struct json_object *json)
{
	char *text = talloc_strdup(ctx, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN |
										     JSON_C_TO_STRING_NOSLASHESCAPE));

	json_object_put(json);
	return text;
}

static char *encoded(TALLOC_CTX *ctx, const void *bytes, size_t len)
{
	return base64url(bytes, len, talloc_size(ctx, 4 * (len + 2) / 3 + 1));
}

static void add_text(struct json_object *to, const char *name, const char *text)
{
	json_object_object_add(to, name, json_object_new_string(text));
}

/* What is signed: head and claims. */
static char *signed_part(TALLOC_CTX *ctx, const struct lti_assertion *of)
{
	struct json_object *head = json_object_new_object(), *claims = json_object_new_object();
	const char *head_text, *claims_text;

	add_text(head, "alg", "RS256");
	add_text(head, "typ", "JWT");
	add_text(head, "kid", of->key_id);
	add_text(claims, "iss", of->client_id);
	add_text(claims, "sub", of->client_id);
	add_text(claims, "aud", of->audience);
	json_object_object_add(claims, "iat", json_object_new_int64(of->now / MS_SECOND));
	json_object_object_add(claims, "exp", json_object_new_int64((of->now + LTI_LASTS) / MS_SECOND));
	add_text(claims, "jti", of->id);
	head_text = plain_text(ctx, head);
	claims_text = plain_text(ctx, claims);
	return talloc_asprintf(ctx, "%s.%s", encoded(ctx, head_text, strlen(head_text)),
			       encoded(ctx, claims_text, strlen(claims_text)));
}

char *lti_assertion(TALLOC_CTX *ctx, const struct lti_assertion *of, const uint8_t *secret, size_t len)
{
	TALLOC_CTX *own = talloc_new(ctx);
	const char *text = signed_part(own, of);
	EVP_PKEY *key = secret_key(secret, len);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t signature[BYTES];
	size_t size = sizeof signature;
	char *out = NULL;

	if (key && md && EVP_DigestSignInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSign(md, signature, &size, (const uint8_t *)text, strlen(text)) == 1)
		out = talloc_asprintf(ctx, "%s.%s", text, encoded(own, signature, size));
	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	talloc_free(own);
	return out;
}

/* ---- scores ---- */

char *lti_scores_url(TALLOC_CTX *ctx, const char *line_item)
{
	const size_t path = strcspn(line_item, "?#");

	return talloc_asprintf(ctx, "%.*s/scores%s", (int)path, line_item, line_item + path);
}

static struct json_object *number(double value)
{
	char text[REAL_SIZE];

	return json_object_new_double_s(value, real_text(value, text));
}

char *lti_score_body(TALLOC_CTX *ctx, const struct lti_score *score)
{
	struct json_object *body = json_object_new_object();
	char at[ISO_SIZE];

	add_text(body, "userId", score->user_id);
	json_object_object_add(body, "scoreGiven", number(score->given));
	json_object_object_add(body, "scoreMaximum", number(score->maximum));
	add_text(body, "activityProgress", "Completed");
	add_text(body, "gradingProgress", "FullyGraded");
	add_text(body, "timestamp", clock_iso(score->at, at));
	return plain_text(ctx, body);
}
