/* Codes that turn, by tests/gate/turning.json, which was made by another program (Python's hmac) and which the gate's app answers too. */
#include "rules/turning.h"
#include <check.h>
#include <json-c/json.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

Suite *turning_suite(void);

static struct json_object *vectors;

static void open_vectors(void)
{
	vectors = json_object_from_file(SRCDIR "/tests/gate/turning.json");
	ck_assert_ptr_nonnull(vectors);
}

static void close_vectors(void)
{
	json_object_put(vectors);
}

/* The n-th of the vectors so named; NULL: there are no more, and there were some. */
static struct json_object *vector(const char *name, size_t n)
{
	struct json_object *all = json_object_object_get(vectors, name);

	ck_assert(json_object_array_length(all) > 1);
	return json_object_array_get_idx(all, n);
}

static const char *text_of(struct json_object *of, const char *name)
{
	struct json_object *value = json_object_object_get(of, name);

	ck_assert_msg(value != NULL, "no %s in %s", name, json_object_to_json_string(of));
	return json_object_get_string(value);
}

static int64_t number_of(struct json_object *of, const char *name)
{
	text_of(of, name);
	return json_object_get_int64(json_object_object_get(of, name));
}

static void bytes_of(struct json_object *of, const char *name, uint8_t *out, size_t len)
{
	const char *hex = text_of(of, name);
	size_t read;

	ck_assert_int_eq(sodium_hex2bin(out, len, hex, strlen(hex), NULL, &read, NULL), 0);
	ck_assert_uint_eq(read, len);
}

static void secret_of(struct json_object *of, uint8_t secret[TOTP_SECRET])
{
	uint8_t gate_key[TURNING_KEY], nonce[TICKET_NONCE];

	bytes_of(of, "gate_key", gate_key, sizeof gate_key);
	bytes_of(of, "nonce", nonce, sizeof nonce);
	turning_secret(gate_key, nonce, (int32_t)number_of(of, "generation"), secret);
}

/* RFC 6238, appendix B, by the step: ours are of 15 seconds. */
START_TEST(digits_are_those_of_the_standard)
{
	struct json_object *of;

	for (size_t i = 0; (of = vector("primitive", i)); i++) {
		uint8_t secret[TOTP_SECRET];
		char digits[TURNING_SIZE];

		bytes_of(of, "secret", secret, sizeof secret);
		turning_code(secret, number_of(of, "step") * 15 * MS_SECOND, digits);
		ck_assert_str_eq(digits, text_of(of, "digits"));
	}
}
END_TEST

START_TEST(gate_keys_follow_from_event_keys)
{
	struct json_object *of;

	for (size_t i = 0; (of = vector("secrets", i)); i++) {
		uint8_t secret[EVENT_SECRET], wanted[TURNING_KEY], made[TURNING_KEY];

		bytes_of(of, "event_secret", secret, sizeof secret);
		bytes_of(of, "gate_key", wanted, sizeof wanted);
		turning_gate_key(secret, made);
		ck_assert_mem_eq(made, wanted, sizeof made);
	}
}
END_TEST

START_TEST(each_ticket_has_digits_of_its_own)
{
	struct json_object *of;

	for (size_t i = 0; (of = vector("codes", i)); i++) {
		uint8_t secret[TOTP_SECRET];
		char digits[TURNING_SIZE];

		secret_of(of, secret);
		ck_assert_str_eq(turning_code(secret, number_of(of, "at"), digits), text_of(of, "digits"));
	}
}
END_TEST

START_TEST(digits_are_judged)
{
	static const char *const TURNS[] = { "none", "missing", "old", "wrong", "right" };
	struct json_object *of;

	for (size_t i = 0; (of = vector("judgements", i)); i++) {
		uint8_t secret[TOTP_SECRET];
		enum turn turn;

		secret_of(of, secret);
		turn = turning_judge(secret, text_of(of, "digits"), number_of(of, "at"));
		ck_assert_msg(!strcmp(TURNS[turn], text_of(of, "turn")), "%s: %s", text_of(of, "name"), TURNS[turn]);
	}
}
END_TEST

START_TEST(moments_at_which_they_turn)
{
	ck_assert_int_eq(turning_until(0), 15000);
	ck_assert_int_eq(turning_until(14999), 15000);
	ck_assert_int_eq(turning_until(15000), 30000);
	ck_assert_int_eq(turning_until(INT64_C(1790000000000)), INT64_C(1790000010000));
}
END_TEST

START_TEST(digits_are_parted_from_codes)
{
	static const struct {
		int line;
		const char *text, *code, *digits;
	} cases[] = {
		{ __LINE__, "GH1.abc.012345", "GH1.abc", "012345" },
		{ __LINE__, "GH1.abc", "GH1.abc", "" },
		{ __LINE__, "GH1.abc.", "GH1.abc.", "" },
		{ __LINE__, "GH1.abc.12345", "GH1.abc.12345", "" },
		{ __LINE__, "GH1.abc.1234567", "GH1.abc.1234567", "" },
		{ __LINE__, "GH1.abc.12345x", "GH1.abc.12345x", "" },
		{ __LINE__, "GH1.123456", "GH1", "123456" },
		{ __LINE__, ".123456", ".123456", "" },
		{ __LINE__, "", "", "" },
		{ __LINE__, "GH1.abc.012345.678901", "GH1.abc.012345", "678901" },
	};
	char whole[TICKET_CODE_SIZE], digits[TICKET_DIGITS], longest[TICKET_CODE_SIZE + TICKET_DIGITS + 1];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_msg(!strcmp(ticket_code_part(cases[i].text, whole, digits), cases[i].code), "line %d",
			      cases[i].line);
		ck_assert_msg(!strcmp(digits, cases[i].digits), "line %d: %s", cases[i].line, digits);
	}
	memset(longest, 'a', sizeof longest);
	snprintf(longest + TICKET_CODE_SIZE - 1, TICKET_DIGITS + 1, ".123456");
	ck_assert_uint_eq(strlen(ticket_code_part(longest, whole, digits)), TICKET_CODE_SIZE - 1);
	ck_assert_str_eq(digits, "123456");
	memset(longest, 'a', sizeof longest);
	snprintf(longest + TICKET_CODE_SIZE, TICKET_DIGITS + 1, ".123456");
	ck_assert_ptr_eq(ticket_code_part(longest, whole, digits), longest);
	ck_assert_str_eq(digits, "");
}
END_TEST

START_TEST(no_digits_at_all)
{
	static const uint8_t SECRET[TOTP_SECRET];

	ck_assert_int_eq(turning_judge(SECRET, NULL, 0), TURN_MISSING);
}
END_TEST

Suite *turning_suite(void)
{
	Suite *suite = suite_create("turning");
	TCase *tests = tcase_create("turning");

	tcase_add_checked_fixture(tests, open_vectors, close_vectors);
	tcase_add_test(tests, digits_are_those_of_the_standard);
	tcase_add_test(tests, gate_keys_follow_from_event_keys);
	tcase_add_test(tests, each_ticket_has_digits_of_its_own);
	tcase_add_test(tests, digits_are_judged);
	tcase_add_test(tests, moments_at_which_they_turn);
	tcase_add_test(tests, digits_are_parted_from_codes);
	tcase_add_test(tests, no_digits_at_all);
	suite_add_tcase(suite, tests);
	return suite;
}
