/* What outgoing webhooks rest on: signatures by the specification's own vector, when one is tried again, and which addresses are
 * nobody's on the internet. */
#include "base/address.h"
#include "rules/webhook.h"
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <sodium.h>
#include <string.h>
#include <sys/un.h>

Suite *webhook_suite(void);

/* Of the libraries that standardwebhooks.com publishes. */
START_TEST(signatures_are_those_of_the_standard)
{
	uint8_t secret[24];
	char out[WEBHOOK_SIGNATURE];
	size_t len;

	ck_assert_int_eq(sodium_base642bin(secret, sizeof secret, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 32, NULL, &len,
					   NULL, sodium_base64_VARIANT_ORIGINAL),
			 0);
	ck_assert_uint_eq(len, sizeof secret);
	ck_assert_str_eq(webhook_sign(secret, sizeof secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
				      "{\"test\": 2432232314}", out),
			 "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}
END_TEST

START_TEST(secrets_and_ids_have_their_forms)
{
	static const uint8_t SECRET[WEBHOOK_SECRET] = { 0xff, 0xfe, 0xfd }, UUID[16] = { 0xab, [15] = 0x01 };
	char text[WEBHOOK_SECRET_TEXT], id[WEBHOOK_ID_SIZE];

	ck_assert_str_eq(webhook_secret_text(SECRET, text), "whsec_//79AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
	ck_assert_str_eq(webhook_id_text(UUID, id), "msg_ab000000000000000000000000000001");
}
END_TEST

START_TEST(pauses_grow_and_end_after_three_days)
{
	const ms_t began = 1000 * MS_DAY;
	static const struct {
		int line;
		int64_t attempts;
		ms_t since, pause; /* since it began; 0: never again */
	} CASES[] = {
		{ __LINE__, 1, 0, 5 * MS_SECOND },
		{ __LINE__, 2, MS_SECOND, MS_MINUTE },
		{ __LINE__, 3, MS_MINUTE, 5 * MS_MINUTE },
		{ __LINE__, 8, MS_DAY, 8 * MS_HOUR },
		{ __LINE__, 99, 2 * MS_DAY, 8 * MS_HOUR },
		{ __LINE__, 9, 3 * MS_DAY - MS_HOUR, MS_HOUR },
		{ __LINE__, 9, 3 * MS_DAY - 1, 1 },
		{ __LINE__, 9, 3 * MS_DAY, 0 },
		{ __LINE__, 1, 4 * MS_DAY, 0 },
		{ __LINE__, 0, 0, 5 * MS_SECOND },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		ms_t now = began + CASES[i].since, again = webhook_again(CASES[i].attempts, began, now, 0);

		ck_assert_msg(again == (CASES[i].pause ? now + CASES[i].pause : 0), "line %d: %lld", CASES[i].line,
			      (long long)(again - now));
	}
	ck_assert_int_eq(webhook_again(3, began, began, 1), began + 6 * MS_MINUTE);
}
END_TEST

static bool is_public(const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return address_is_public((const struct sockaddr *)&v4);
	ck_assert_msg(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1, "%s", text);
	return address_is_public((const struct sockaddr *)&v6);
}

START_TEST(addresses_that_are_public_and_those_that_are_not)
{
	static const char *const OPEN[] = {
		"1.1.1.1",	   "9.255.255.255",  "11.0.0.0",	 "100.63.255.255",  "100.128.0.0",
		"126.255.255.255", "128.0.0.1",	     "169.253.255.255",	 "169.255.0.0",	    "172.15.255.255",
		"172.32.0.0",	   "192.0.1.0",	     "192.167.255.255",	 "192.169.0.0",	    "198.17.255.255",
		"198.20.0.0",	   "168.63.129.15",  "223.255.255.255",	 "2606:4700::1111", "2001:4860:4860::8888",
		"2a00:1450::1",	   "::ffff:1.1.1.1", "64:ff9b::101:101", "2001:200::1",	    "3ffe:ffff::1"
	};
	static const char *const SHUT[] = { "0.0.0.0",
					    "0.1.2.3",
					    "10.0.0.1",
					    "10.255.255.255",
					    "100.64.0.0",
					    "100.127.255.255",
					    "127.0.0.1",
					    "127.255.255.254",
					    "168.63.129.16",
					    "169.254.169.254",
					    "172.16.0.0",
					    "172.31.255.255",
					    "192.0.0.192",
					    "192.0.2.1",
					    "192.88.99.1",
					    "192.168.0.1",
					    "198.18.0.1",
					    "198.19.255.255",
					    "198.51.100.1",
					    "203.0.113.9",
					    "224.0.0.1",
					    "239.255.255.255",
					    "240.0.0.1",
					    "255.255.255.255",
					    "::",
					    "::1",
					    "::127.0.0.1",
					    "::ffff:127.0.0.1",
					    "::ffff:169.254.169.254",
					    "64:ff9b::a00:1",
					    "64:ff9b:1::1",
					    "100::1",
					    "2001::1",
					    "2001:10::1",
					    "2001:db8::1",
					    "2002:7f00:1::",
					    "3fff::1",
					    "4000::1",
					    "fc00::1",
					    "fd00:ec2::254",
					    "fe80::1",
					    "fec0::1",
					    "ff02::1",
					    "5f00::1" };
	struct sockaddr_un local = { .sun_family = AF_UNIX };

	for (size_t i = 0; i < sizeof OPEN / sizeof *OPEN; i++)
		ck_assert_msg(is_public(OPEN[i]), "%s", OPEN[i]);
	for (size_t i = 0; i < sizeof SHUT / sizeof *SHUT; i++)
		ck_assert_msg(!is_public(SHUT[i]), "%s", SHUT[i]);
	ck_assert(!address_is_public((const struct sockaddr *)&local));
}
END_TEST

Suite *webhook_suite(void)
{
	Suite *suite = suite_create("webhook");
	TCase *tests = tcase_create("webhook");

	tcase_add_test(tests, signatures_are_those_of_the_standard);
	tcase_add_test(tests, secrets_and_ids_have_their_forms);
	tcase_add_test(tests, pauses_grow_and_end_after_three_days);
	tcase_add_test(tests, addresses_that_are_public_and_those_that_are_not);
	suite_add_tcase(suite, tests);
	return suite;
}
