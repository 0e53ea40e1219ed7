/* What platforms for learning are handed, as they read it: the assertion is verified by the library, from the bytes that RFC 7515 and RFC 7518
 * have, with the public key as a JWK has it. */
#include "rules/keys.h"
#include "rules/lti.h"
#include <check.h>
#include <json-c/json.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>
#include <string.h>

Suite *lti_suite(void);

/* RFC 7518 §6.3.1: n, and e 65537. */
static EVP_PKEY *public_key(const char *modulus)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	uint8_t bytes[LTI_BITS / 8];
	OSSL_PARAM *params;
	EVP_PKEY *key = NULL;
	BIGNUM *n, *e = BN_new();
	size_t len;

	ck_assert(base64url_read(modulus, strlen(modulus), bytes, sizeof bytes, &len));
	ck_assert_uint_eq(len, sizeof bytes);
	n = BN_bin2bn(bytes, (int)len, NULL);
	BN_set_word(e, 65537);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e);
	params = OSSL_PARAM_BLD_to_param(build);
	ck_assert_int_eq(EVP_PKEY_fromdata_init(ctx), 1);
	ck_assert_int_eq(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static bool verifies(const char *jwt, const char *modulus)
{
	EVP_PKEY *key = public_key(modulus);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	const char *dot = strrchr(jwt, '.');
	uint8_t signature[LTI_BITS / 8];
	size_t len;
	bool good = base64url_read(dot + 1, strlen(dot + 1), signature, sizeof signature, &len) &&
		    EVP_DigestVerifyInit(md, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestVerify(md, signature, len, (const uint8_t *)jwt, (size_t)(dot - jwt)) == 1;

	EVP_MD_CTX_free(md);
	EVP_PKEY_free(key);
	return good;
}

static struct json_object *part_of(const char *jwt, int which)
{
	uint8_t text[2048];
	const char *end;
	size_t len;

	for (; which; which--)
		jwt = strchr(jwt, '.') + 1;
	end = strchr(jwt, '.');
	ck_assert(base64url_read(jwt, (size_t)(end - jwt), text, sizeof text - 1, &len));
	text[len] = '\0';
	return json_tokener_parse((const char *)text);
}

static const char *says(struct json_object *json, const char *name)
{
	return json_object_get_string(json_object_object_get(json, name));
}

START_TEST(an_assertion_is_signed_by_its_key_and_says_who_asks_whom)
{
	static const struct lti_assertion OF = { "client-7", "https://lms.example/token?a=1&b=\"2\"", "key-1", "once-1",
						 1798761600123 };
	uint8_t secret[LTI_SECRET_MAX];
	char modulus[LTI_MODULUS], other[LTI_MODULUS], *jwt;
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct json_object *head, *claims;
	size_t len;

	ck_assert(lti_pair_make(secret, &len, other));
	ck_assert(lti_pair_make(secret, &len, modulus));
	jwt = lti_assertion(ctx, &OF, secret, len);
	ck_assert_ptr_nonnull(jwt);
	ck_assert(verifies(jwt, modulus));
	ck_assert(!verifies(jwt, other));
	head = part_of(jwt, 0);
	claims = part_of(jwt, 1);
	ck_assert_str_eq(says(head, "alg"), "RS256");
	ck_assert_str_eq(says(head, "kid"), "key-1");
	ck_assert_str_eq(says(claims, "iss"), "client-7");
	ck_assert_str_eq(says(claims, "sub"), "client-7");
	ck_assert_str_eq(says(claims, "aud"), OF.audience);
	ck_assert_str_eq(says(claims, "jti"), "once-1");
	ck_assert_int_eq(json_object_get_int64(json_object_object_get(claims, "iat")), 1798761600);
	ck_assert_int_eq(json_object_get_int64(json_object_object_get(claims, "exp")), 1798761900);
	jwt[strchr(jwt, '.') - jwt + 3] ^= 1;
	ck_assert(!verifies(jwt, modulus));
	ck_assert_ptr_null(lti_assertion(ctx, &OF, secret, len - 9));
	json_object_put(head);
	json_object_put(claims);
	talloc_free(ctx);
}
END_TEST

START_TEST(scores_are_posted_behind_the_path_of_the_line_item)
{
	static const struct {
		int line;
		const char *item, *url;
	} rows[] = {
		{ __LINE__, "https://lms.example/c/1/lineitems/2/lineitem",
		  "https://lms.example/c/1/lineitems/2/lineitem/scores" },
		{ __LINE__, "https://lms.example/i?type_id=3&x=/y", "https://lms.example/i/scores?type_id=3&x=/y" },
	};
	TALLOC_CTX *ctx = talloc_new(NULL);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		ck_assert_msg(!strcmp(lti_scores_url(ctx, rows[i].item), rows[i].url), "line %d", rows[i].line);
	talloc_free(ctx);
}
END_TEST

START_TEST(a_score_says_whose_it_is_what_it_is_and_when_to_the_millisecond)
{
	const struct lti_score score = { "s\"10", 1.5, 12, 1798761600123 };
	TALLOC_CTX *ctx = talloc_new(NULL);

	ck_assert_str_eq(
		lti_score_body(ctx, &score),
		"{\"userId\":\"s\\\"10\",\"scoreGiven\":1.5,\"scoreMaximum\":12,\"activityProgress\":\"Completed\","
		"\"gradingProgress\":\"FullyGraded\",\"timestamp\":\"2027-01-01T00:00:00.123Z\"}");
	talloc_free(ctx);
}
END_TEST

static void ready(void)
{
	ck_assert_int_ge(sodium_init(), 0);
}

Suite *lti_suite(void)
{
	Suite *suite = suite_create("lti");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, ready, NULL);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, an_assertion_is_signed_by_its_key_and_says_who_asks_whom);
	tcase_add_test(all, scores_are_posted_behind_the_path_of_the_line_item);
	tcase_add_test(all, a_score_says_whose_it_is_what_it_is_and_when_to_the_millisecond);
	suite_add_tcase(suite, all);
	return suite;
}
