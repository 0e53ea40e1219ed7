/* What push services are handed, by the example that RFC 8291 gives octet by octet, and what its own reader makes of it. The token is
 * verified by the library, from the bytes that RFC 7518 has. */
#include "base/list.h"
#include "rules/keys.h"
#include "rules/web_push.h"
#include <check.h>
#include <json-c/json.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

Suite *web_push_suite(void);

static void read_in(const char *text, uint8_t *out, size_t size)
{
	size_t len;

	ck_assert(base64url_read(text, strlen(text), out, size, &len));
	ck_assert_uint_eq(len, size);
}

/* RFC 8291 §5 and appendix A. */
static const char PLAIN[] = "When I grow up, I want to be a watermelon";
static const char BODY[] =
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
	"yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

static struct push_reader reader;
static struct push_pair once;
static uint8_t salt[PUSH_SALT];

static void setup(void)
{
	read_in("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", reader.point,
		PUSH_POINT);
	read_in("BTBZMqHH6r4Tts7J_aSIgg", reader.auth, PUSH_AUTH);
	read_in("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8", once.point,
		PUSH_POINT);
	read_in("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", once.secret, PUSH_SECRET);
	read_in("DGv6ra1nlYgDCS1FRnbzlw", salt, PUSH_SALT);
}

START_TEST(a_message_is_that_of_the_rfc)
{
	uint8_t right[144], out[PUSH_RECORD];

	read_in(BODY, right, sizeof right);
	ck_assert_uint_eq(push_seal(&reader, &once, salt, PLAIN, sizeof PLAIN - 1, out), sizeof right);
	ck_assert_mem_eq(out, right, sizeof right);
	/* Each part of what only the reader knows counts. */
	reader.auth[0] ^= 1;
	ck_assert_uint_eq(push_seal(&reader, &once, salt, PLAIN, sizeof PLAIN - 1, out), sizeof right);
	ck_assert_mem_ne(out + PUSH_HEAD, right + PUSH_HEAD, sizeof right - PUSH_HEAD);
}
END_TEST

START_TEST(a_message_fits_one_record_or_is_none)
{
	static const char LONG[PUSH_PLAIN + 1];
	uint8_t out[PUSH_RECORD];

	ck_assert_uint_eq(push_seal(&reader, &once, salt, LONG, PUSH_PLAIN, out), PUSH_RECORD);
	ck_assert_uint_eq(push_seal(&reader, &once, salt, LONG, PUSH_PLAIN + 1, out), 0);
	ck_assert_uint_eq(push_seal(&reader, &once, salt, "", 0, out), PUSH_HEAD + 17);
}
END_TEST

START_TEST(only_points_of_the_curve_are_keys)
{
	uint8_t out[PUSH_RECORD], point[PUSH_POINT];

	ck_assert(push_point_fits(reader.point));
	memcpy(point, reader.point, PUSH_POINT);
	point[PUSH_POINT - 1] ^= 1; /* beside the curve: an invalid-curve attack's */
	ck_assert(!push_point_fits(point));
	memcpy(reader.point, point, PUSH_POINT);
	ck_assert_uint_eq(push_seal(&reader, &once, salt, PLAIN, 4, out), 0);
	point[PUSH_POINT - 1] ^= 1;
	point[0] = 6; /* what OpenSSL calls hybrid */
	ck_assert(!push_point_fits(point));
	memset(point, 0, PUSH_POINT);
	ck_assert(!push_point_fits(point));
	point[0] = 4;
	ck_assert(!push_point_fits(point));
	memset(point + 1, 0xff, PUSH_POINT - 1); /* past the field */
	ck_assert(!push_point_fits(point));
}
END_TEST

START_TEST(pairs_are_made_and_told_apart)
{
	struct push_pair one, other;

	ck_assert(push_pair_make(&one) && push_pair_make(&other));
	ck_assert(push_point_fits(one.point) && push_pair_fits(&one) && push_pair_fits(&once));
	ck_assert_mem_ne(one.secret, other.secret, PUSH_SECRET);
	memcpy(one.secret, other.secret, PUSH_SECRET);
	ck_assert(!push_pair_fits(&one));
}
END_TEST

/* ---- the token ---- */

static bool verified(const struct push_pair *site, const char *text, size_t len, const uint8_t signature[64])
{
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char[]){ "P-256" }, 0),
				OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)site->point,
								  PUSH_POINT),
				OSSL_PARAM_construct_end() };
	EVP_PKEY_CTX *from = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	ECDSA_SIG *parts = ECDSA_SIG_new();
	EVP_PKEY *key = NULL;
	uint8_t *der = NULL;
	int der_len;
	bool good;

	ck_assert_int_eq(EVP_PKEY_fromdata_init(from), 1);
	ck_assert_int_eq(EVP_PKEY_fromdata(from, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	ECDSA_SIG_set0(parts, BN_bin2bn(signature, 32, NULL), BN_bin2bn(signature + 32, 32, NULL));
	der_len = i2d_ECDSA_SIG(parts, &der);
	ck_assert_int_eq(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key), 1);
	good = EVP_DigestVerify(ctx, der, (size_t)der_len, (const uint8_t *)text, len) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(parts);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(from);
	return good;
}

static void look_at(const struct push_pair *site, const char *value, const char *claims)
{
	const char *token = value + strlen("vapid t="), *end = strchr(token, ','), *claim = strchr(token, '.') + 1,
		   *signature = strchr(claim, '.') + 1;
	uint8_t json[400], bytes[64], point[PUSH_POINT];
	size_t len;

	ck_assert_msg(!strncmp(value, "vapid t=", 8) && end && !strncmp(end, ", k=", 4), "%s", value);
	ck_assert(base64url_read(token, (size_t)(claim - 1 - token), json, sizeof json, &len));
	ck_assert_msg(len == 27 && !memcmp(json, "{\"typ\":\"JWT\",\"alg\":\"ES256\"}", 27), "%.*s", (int)len, json);
	ck_assert(base64url_read(claim, (size_t)(signature - 1 - claim), json, sizeof json, &len));
	ck_assert_msg(len == strlen(claims) && !memcmp(json, claims, len), "%.*s", (int)len, json);
	ck_assert(base64url_read(signature, (size_t)(end - signature), bytes, sizeof bytes, &len) && len == 64);
	ck_assert(verified(site, token, (size_t)(signature - 1 - token), bytes));
	bytes[63] ^= 1;
	ck_assert(!verified(site, token, (size_t)(signature - 1 - token), bytes));
	ck_assert(base64url_read(end + 4, strlen(end + 4), point, sizeof point, &len) && len == PUSH_POINT);
	ck_assert_mem_eq(point, site->point, PUSH_POINT);
}

START_TEST(a_token_says_who_sends_and_until_when)
{
	struct push_pair site;
	char out[PUSH_TOKEN];

	/* Often enough that r or s begins with an octet of 0, of which DER says nothing: one in 128 does. */
	for (int i = 0; i < 600; i++) {
		ck_assert(push_pair_make(&site));
		look_at(&site,
			push_authorization(&site, "https://push.example.net", "mailto:push@example.com",
					   1453523768 * MS_SECOND + 999, out),
			"{\"aud\":\"https://push.example.net\",\"exp\":1453523768,\"sub\":\"mailto:push@example.com\"}");
	}
}
END_TEST

START_TEST(a_token_that_is_too_long_is_none)
{
	char audience[PUSH_TOKEN], out[PUSH_TOKEN];

	memset(audience, 'a', sizeof audience - 1);
	audience[sizeof audience - 1] = '\0';
	ck_assert_str_eq(push_authorization(&once, audience, "mailto:a@b.example", MS_DAY, out), "");
}
END_TEST

Suite *web_push_suite(void)
{
	Suite *suite = suite_create("web_push");
	TCase *messages = tcase_create("messages"), *tokens = tcase_create("tokens");

	tcase_add_checked_fixture(messages, setup, NULL);
	tcase_add_test(messages, a_message_is_that_of_the_rfc);
	tcase_add_test(messages, a_message_fits_one_record_or_is_none);
	tcase_add_test(messages, only_points_of_the_curve_are_keys);
	tcase_add_test(messages, pairs_are_made_and_told_apart);
	tcase_add_checked_fixture(tokens, setup, NULL);
	tcase_add_test(tokens, a_token_says_who_sends_and_until_when);
	tcase_add_test(tokens, a_token_that_is_too_long_is_none);
	suite_add_tcase(suite, messages);
	suite_add_tcase(suite, tokens);
	return suite;
}
