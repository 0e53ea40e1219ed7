/* Pure decisions: keys and seals, passwords, tokens, codes.
 * Prices and the verdicts at the gate are in check_verdicts.c. */
#include "base/uuid.h"
#include "check_temp.h"
#include "rules/common_passwords.h"
#include "rules/jwt.h"
#include "rules/keys.h"
#include "rules/link.h"
#include "rules/password.h"
#include "rules/scan.h"
#include "rules/ticket_code.h"
#include "rules/totp.h"
#include <check.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

Suite *rules_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define NOW INT64_C(1790000000000)

static char directory[CHECK_TEMP_SIZE];
static char key_path[CHECK_TEMP_SIZE + 8];

static void with_keys(void)
{
	const char *error;

	check_temp(directory);
	snprintf(key_path, sizeof(key_path), "%s/key", directory);
	ck_assert_msg(keys_load(key_path, true, &error), "%s", error);
}

static void without_keys(void)
{
	unlink(key_path);
	rmdir(directory);
	memcpy(directory + strlen(directory) - 6, "XXXXXX", 6);
}

static void write_key(const char *text, mode_t mode)
{
	int fd = open(key_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

/* ---- keys ---- */

START_TEST(who_may_take_a_scan_back)
{
	static const struct {
		int line;
		struct scan_undoing undoing;
		enum scan_may_undo answer;
	} CASES[] = {
		{ __LINE__, { .own = true, .last = true }, SCAN_UNDO_MAY },
		{ __LINE__, { .own = true, .last = true, .now = SCAN_UNDO_MS }, SCAN_UNDO_MAY },
		{ __LINE__, { .own = true, .last = true, .now = SCAN_UNDO_MS + 1 }, SCAN_UNDO_NOT_YOURS },
		{ __LINE__, { .own = true, .last = true, .made = SCAN_UNDO_MS }, SCAN_UNDO_MAY },
		{ __LINE__, { .own = true, .last = true, .made = SCAN_UNDO_MS + 1 }, SCAN_UNDO_NOT_YOURS },
		{ __LINE__, { .own = true }, SCAN_UNDO_NOT_LAST },
		{ __LINE__, { .last = true }, SCAN_UNDO_NOT_YOURS },
		{ __LINE__, { .now = SCAN_UNDO_MS + 1 }, SCAN_UNDO_NOT_YOURS },
		{ __LINE__, { .lead = true, .now = MS_DAY }, SCAN_UNDO_MAY },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		ck_assert_msg(scan_may_undo(&CASES[i].undoing) == CASES[i].answer, "line %d", CASES[i].line);
}
END_TEST

START_TEST(key_file_is_made_once)
{
	uint8_t jwt[KEY_BYTES];
	const char *error;
	struct stat st;

	ck_assert_int_eq(stat(key_path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(st.st_size, 65);
	ck_assert_uint_eq(st.st_nlink, 1);
	memcpy(jwt, key_of(KEY_JWT), KEY_BYTES);
	ck_assert(keys_load(key_path, true, &error));
	ck_assert_mem_eq(jwt, key_of(KEY_JWT), KEY_BYTES);
	for (int a = KEY_JWT; a <= KEY_LINK; a++)
		for (int b = a + 1; b <= KEY_CURSOR; b++)
			ck_assert_mem_ne(key_of((enum key_use)a), key_of((enum key_use)b), KEY_BYTES);
}
END_TEST

#define HEX64 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

START_TEST(key_file_is_checked)
{
	static const struct {
		int line;
		const char *text;
		mode_t mode;
		bool good;
	} cases[] = {
		{ __LINE__, HEX64, 0600, true },       { __LINE__, HEX64 "\r\n", 0640, true },
		{ __LINE__, HEX64, 0604, false },      { __LINE__, "", 0600, false },
		{ __LINE__, HEX64 "00", 0600, false }, { __LINE__, HEX64 HEX64 HEX64, 0600, false },
		{ __LINE__, "x" HEX64, 0600, false },  { __LINE__, "0011", 0600, false },
	};
	const char *error;

	for (size_t i = 0; i < N(cases); i++) {
		write_key(cases[i].text, cases[i].mode);
		error = NULL;
		ck_assert_msg(keys_load(key_path, true, &error) == cases[i].good, "line %d", cases[i].line);
		ck_assert_msg(cases[i].good == (error == NULL), "line %d: error", cases[i].line);
	}
	unlink(key_path);
	ck_assert(!keys_load(key_path, false, &error));
	ck_assert(access(key_path, F_OK) != 0);
	ck_assert(!keys_load("/nonexistent/key", true, &error));
}
END_TEST

START_TEST(sealed_secrets_hold)
{
	uint8_t plain[20], sealed[20 + SEAL_EXTRA], again[20 + SEAL_EXTRA], out[20];

	random_bytes(plain, sizeof(plain));
	seal(plain, sizeof(plain), sealed);
	seal(plain, sizeof(plain), again);
	ck_assert_mem_ne(sealed, again, sizeof(sealed));
	ck_assert(unseal(sealed, sizeof(sealed), out));
	ck_assert_mem_eq(out, plain, sizeof(plain));
	for (size_t i = 0; i < sizeof(sealed) * 8; i++) {
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
		ck_assert_msg(!unseal(sealed, sizeof(sealed), out), "bit %zu", i);
		sealed[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	ck_assert(!unseal(sealed, sizeof(sealed) - 1, out));
	ck_assert(!unseal(sealed, SEAL_EXTRA - 1, out));
}
END_TEST

START_TEST(base64url_is_strict)
{
	static const struct {
		int line;
		const char *text, *bytes;
	} cases[] = {
		{ __LINE__, "", "" },
		{ __LINE__, "Zg", "f" },
		{ __LINE__, "Zm8", "fo" },
		{ __LINE__, "Zm9v", "foo" },
		{ __LINE__, "_-8", "\xff\xef" },
		{ __LINE__, "Zg==", NULL },
		{ __LINE__, "Zh", NULL },
		{ __LINE__, "Z", NULL },
		{ __LINE__, "Zm 8", NULL },
		{ __LINE__, "/+8", NULL },
		{ __LINE__, "Zm9\xf6", NULL },
		{ __LINE__, "Zm9vZm9v", NULL }, /* more than there is room for */
	};
	uint8_t out[4];
	char text[16];
	size_t len;

	for (size_t i = 0; i < N(cases); i++) {
		bool good = base64url_read(cases[i].text, strlen(cases[i].text), out, sizeof(out), &len);

		ck_assert_msg(good == (cases[i].bytes != NULL), "line %d", cases[i].line);
		if (!good)
			continue;
		ck_assert_uint_eq(len, strlen(cases[i].bytes));
		ck_assert_mem_eq(out, cases[i].bytes, len);
		ck_assert_str_eq(base64url(out, len, text), cases[i].text);
	}
}
END_TEST

START_TEST(tokens_and_hashes_differ)
{
	char a[TOKEN_SIZE], b[TOKEN_SIZE];
	uint8_t plain[HASH_BYTES], otp[HASH_BYTES], guess[HASH_BYTES];

	ck_assert_uint_eq(strlen(token_make(a)), TOKEN_SIZE - 1);
	ck_assert_str_ne(a, token_make(b));
	hash_plain("x", 1, plain);
	hash_keyed(KEY_OTP, "x", 1, otp);
	hash_keyed(KEY_GUESS, "x", 1, guess);
	ck_assert(!same_bytes(otp, guess, HASH_BYTES) && !same_bytes(otp, plain, HASH_BYTES));
	hash_keyed(KEY_OTP, "x", 1, plain);
	ck_assert(same_bytes(otp, plain, HASH_BYTES));
}
END_TEST

/* ---- passwords ---- */

START_TEST(common_passwords_can_be_found)
{
	for (size_t i = 0; i < N(COMMON_PASSWORDS); i++) {
		ck_assert_msg(i == 0 || strcmp(COMMON_PASSWORDS[i - 1], COMMON_PASSWORDS[i]) < 0, "%s",
			      COMMON_PASSWORDS[i]);
		ck_assert_msg(strlen(COMMON_PASSWORDS[i]) >= 8, "%s", COMMON_PASSWORDS[i]);
		ck_assert_msg(password_fault(COMMON_PASSWORDS[i], NULL, NULL), "%s", COMMON_PASSWORDS[i]);
	}
}
END_TEST

#define TEN "0aB-xyz!?k"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

START_TEST(passwords_are_judged)
{
	static const struct {
		int line;
		const char *password, *name, *contact;
		bool good;
	} cases[] = {
		{ __LINE__, "correct horse", "Ann Lee", "ann@example.org", true },
		{ __LINE__, "sevench", NULL, NULL, false },
		{ __LINE__, "ächtöäüß", NULL, NULL, true }, /* eight characters */
		{ __LINE__, "ächtöäü", NULL, NULL, false }, /* seven, though eleven bytes */
		{ __LINE__, HUNDRED TEN TEN "12345678", NULL, NULL, true },
		{ __LINE__, HUNDRED TEN TEN "123456789", NULL, NULL, false },
		{ __LINE__, "Password1", NULL, NULL, false },
		{ __LINE__, "QWERTYUIOP", NULL, NULL, false },
		{ __LINE__, "Annabel Lee", "annabel lee", NULL, false },
		{ __LINE__, "annabellee", "Annabel Lee", NULL, false },
		{ __LINE__, "annabellee2", "Annabel Lee", NULL, true },
		{ __LINE__, "15550100123", NULL, "+15550100123", false },
		{ __LINE__, "+1 555 0100 123", NULL, "+15550100123", false },
		{ __LINE__, "Annabel@Example.org", NULL, "annabel@example.org", false },
		{ __LINE__, "annabel.lee", NULL, "annabel.lee@example.org", false },
		{ __LINE__, "annabel.leX", NULL, "annabel.lee@example.org", true },
		{ __LINE__, "!!!!!!!!!", "", "", true },
		/* Made of a common one, as guessers make them. */
		{ __LINE__, "P@ssw0rd2026!", NULL, NULL, false },
		{ __LINE__, "!!Qwertyuiop99", NULL, NULL, false },
		{ __LINE__, "Butterfly-1987", NULL, NULL, false },
		{ __LINE__, "2026Bu77erfly", NULL, NULL, false },
		{ __LINE__, "butterfly of june", NULL, NULL, true },
		{ __LINE__, "butterfly 8391-5027", NULL, NULL, true },
		{ __LINE__, "a-4096-9317", NULL, NULL, true },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(!password_fault(cases[i].password, cases[i].name, cases[i].contact) == cases[i].good,
			      "line %d", cases[i].line);
}
END_TEST

START_TEST(passwords_are_hashed)
{
	char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];

	ck_assert(password_hash("correct horse", hash));
	ck_assert_ptr_eq(strstr(hash, "$argon2id$v=19$m=19456,t=2,p=1$"), hash);
	ck_assert(password_hash("correct horse", again));
	ck_assert_str_ne(hash, again);
	ck_assert(password_matches(hash, "correct horse"));
	ck_assert(!password_matches(hash, "correct horsf"));
	ck_assert(!password_matches(NULL, "correct horse"));
	ck_assert(!password_matches("", "correct horse"));
	ck_assert(!password_matches("rubbish", "correct horse"));
	ck_assert(!password_stale(hash));
	ck_assert_int_eq(crypto_pwhash_str_alg(again, "x", 1, 1, 8192 * 1024, crypto_pwhash_ALG_ARGON2ID13), 0);
	ck_assert(password_stale(again));
}
END_TEST

/* Of this process alone: what else the machine does is not its work. */
static clock_t work_of(const char *hash)
{
	clock_t began = clock();

	for (int i = 0; i < 5; i++)
		password_matches(hash, "wrong horse");
	return clock() - began;
}

/* The work for nobody must be real: a literal that libsodium cannot read would answer at once. */
START_TEST(nobody_takes_as_long)
{
	char hash[PASSWORD_HASH_SIZE];
	clock_t wrong, nobody;

	ck_assert(password_hash("correct horse", hash));
	wrong = work_of(hash);
	nobody = work_of(NULL);
	ck_assert_msg(nobody * 4 > wrong, "%ld against %ld", (long)nobody, (long)wrong);
}
END_TEST

/* ---- access tokens ---- */

static char *forge(const char *header, const char *claims, const uint8_t *key, char out[JWT_SIZE])
{
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	size_t len;

	len = strlen(base64url(header, strlen(header), out));
	out[len] = '.';
	base64url(claims, strlen(claims), out + len + 1);
	len = strlen(out);
	crypto_auth_hmacsha256(mac, (const uint8_t *)out, len, key);
	out[len] = '.';
	base64url(mac, sizeof(mac), out + len + 1);
	return out;
}

/* clang-format off */
#define HS256 "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define CLAIMS(sub, aud, iss, iat, exp)                                                            \
	"{\"sub\":" sub ",\"role\":\"customer\",\"customer_id\":5,\"sid\":6,\"iat\":" iat          \
	",\"exp\":" exp ",\"iss\":" iss ",\"aud\":" aud "}"
/* clang-format on */
#define GOOD_CLAIMS CLAIMS("\"7\"", "\"api\"", "\"gatehouse\"", "1790000000", "1790000900")

START_TEST(jwt_round_trips)
{
	static const struct {
		int line;
		struct claims claims;
		const char *shown;
	} cases[] = {
		{ __LINE__, { 7, 5, 0, 6, "customer", NOW + 900000, "api", NULL }, "\"customer_id\":5" },
		{ __LINE__, { 7, 5, 3, 6, "usher", NOW + 900000, "api", NULL }, "\"usher_id\":5,\"event_id\":3" },
		{ __LINE__, { 7, 5, 0, 6, "superadmin", NOW + 900000, "api", NULL }, "\"admin_id\":5" },
		{ __LINE__,
		  { INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, "organizerxyzabc", NOW + 900000, "api", NULL },
		  "\"sub\":\"9223372036854775807\"" },
	};
	char token[JWT_SIZE], json[JWT_SIZE];
	struct claims read;
	size_t len;

	for (size_t i = 0; i < N(cases); i++) {
		const struct claims *c = &cases[i].claims;
		const char *part = strchr(jwt_make(c, NOW, token), '.') + 1;

		ck_assert_msg(jwt_read(token, "api", NOW, &read) == JWT_OK, "line %d", cases[i].line);
		ck_assert_msg(read.account_id == c->account_id && read.role_id == c->role_id &&
				      read.event_id == c->event_id && read.session_id == c->session_id &&
				      read.expires == c->expires && strcmp(read.role, c->role) == 0,
			      "line %d: claims", cases[i].line);
		ck_assert(base64url_read(part, strcspn(part, "."), (uint8_t *)json, sizeof(json) - 1, &len));
		json[len] = '\0';
		ck_assert_msg(strstr(json, cases[i].shown), "line %d: %s", cases[i].line, json);
		ck_assert_int_eq(jwt_read(token, "api", c->expires - 1, &read), JWT_OK);
		ck_assert_int_eq(jwt_read(token, "api", c->expires, &read), JWT_EXPIRED);
	}
}
END_TEST

/* Browsers' atob() knows the first alphabet of base64 only and reads bytes as Latin-1. */
START_TEST(jwt_payload_is_plain_base64_whatever_the_name)
{
	static const char *const NAMES[] = { "Ada",    "Žofie ~ Øst?",	       "محمد",
					     "李小龍", "🦊🦊 <b>\"\\\x7f", "ÿÿÿ>>>???~~~" };
	static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char token[JWT_SIZE], json[JWT_SIZE];
	struct claims read;
	size_t len;

	for (size_t i = 0; i < N(NAMES); i++) {
		struct json_object *user = json_object_new_object(), *back;
		const struct claims claims = { 7, 0, 0, 6, "user", NOW + 900000, "people", user };
		const char *part;

		json_object_object_add(user, "name", json_object_new_string(NAMES[i]));
		part = strchr(jwt_make(&claims, NOW, token), '.') + 1;
		ck_assert_uint_eq(strspn(part, ALPHABET), strcspn(part, "."));
		ck_assert_int_eq(jwt_read(token, "people", NOW, &read), JWT_OK);
		ck_assert_int_eq(jwt_read(token, "api", NOW, &read), JWT_INVALID);
		ck_assert(base64url_read(part, strcspn(part, "."), (uint8_t *)json, sizeof(json) - 1, &len));
		json[len] = '\0';
		back = json_tokener_parse(json);
		ck_assert_str_eq(
			json_object_get_string(json_object_object_get(json_object_object_get(back, "user"), "name")),
			NAMES[i]);
		json_object_put(back);
		json_object_put(user);
	}
}
END_TEST

START_TEST(jwt_refuses_forgeries)
{
	static const struct {
		int line;
		const char *header, *claims;
		bool our_key;
		enum jwt_fault want;
	} cases[] = {
		{ __LINE__, HS256, GOOD_CLAIMS, true, JWT_OK },
		{ __LINE__, HS256, GOOD_CLAIMS, false, JWT_INVALID },
		{ __LINE__, "{\"alg\":\"none\",\"typ\":\"JWT\"}", GOOD_CLAIMS, true, JWT_INVALID },
		{ __LINE__, "{\"alg\":\"HS512\",\"typ\":\"JWT\"}", GOOD_CLAIMS, true, JWT_INVALID },
		{ __LINE__, "{\"alg\":\"RS256\",\"typ\":\"JWT\"}", GOOD_CLAIMS, true, JWT_INVALID },
		{ __LINE__, "{}", GOOD_CLAIMS, true, JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"7\"", "\"web\"", "\"gatehouse\"", "1790000000", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"7\"", "[\"api\"]", "\"gatehouse\"", "1790000000", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"7\"", "\"api\"", "\"other\"", "1790000000", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("7", "\"api\"", "\"gatehouse\"", "1790000000", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"\"", "\"api\"", "\"gatehouse\"", "1790000000", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"-7\"", "\"api\"", "\"gatehouse\"", "1790000000", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"7x\"", "\"api\"", "\"gatehouse\"", "1790000000", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"7\"", "\"api\"", "\"gatehouse\"", "1790000061", "1790000900"), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"7\"", "\"api\"", "\"gatehouse\"", "1790000060", "1790000900"), true,
		  JWT_OK },
		{ __LINE__, HS256, CLAIMS("\"7\"", "\"api\"", "\"gatehouse\"", "1790000000", "1789999999"), true,
		  JWT_EXPIRED },
		{ __LINE__, HS256, CLAIMS("\"7\"", "\"api\"", "\"gatehouse\"", "1790000000", "\"never\""), true,
		  JWT_INVALID },
		{ __LINE__, HS256, CLAIMS("\"7\"", "\"api\"", "\"gatehouse\"", "1790000000", "9223372036854775807"),
		  true, JWT_INVALID },
		{ __LINE__, HS256, "{\"sub\":\"7\",\"iss\":\"gatehouse\",\"aud\":\"api\"}", true, JWT_INVALID },
		{ __LINE__, HS256, "[]", true, JWT_INVALID },
		{ __LINE__, HS256, "", true, JWT_INVALID },
	};
	static const uint8_t other_key[KEY_BYTES] = { 1 };
	char token[JWT_SIZE];
	struct claims read;

	for (size_t i = 0; i < N(cases); i++) {
		forge(cases[i].header, cases[i].claims, cases[i].our_key ? key_of(KEY_JWT) : other_key, token);
		ck_assert_msg(jwt_read(token, "api", NOW, &read) == cases[i].want, "line %d", cases[i].line);
	}
}
END_TEST

START_TEST(jwt_refuses_tampering)
{
	char token[JWT_SIZE], copy[JWT_SIZE], longer[2 * JWT_SIZE];
	struct claims read;

	forge(HS256, GOOD_CLAIMS, key_of(KEY_JWT), token);
	for (size_t i = 0; token[i]; i++) {
		memcpy(copy, token, sizeof(copy));
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		ck_assert_msg(jwt_read(copy, "api", NOW, &read) == JWT_INVALID, "character %zu", i);
		memcpy(copy, token, sizeof(copy));
		copy[i] = '\0';
		ck_assert_msg(jwt_read(copy, "api", NOW, &read) == JWT_INVALID, "cut at %zu", i);
	}
	snprintf(longer, sizeof(longer), "%sA", token);
	ck_assert_int_eq(jwt_read(longer, "api", NOW, &read), JWT_INVALID);
	/* "none" with the signature left off. */
	snprintf(longer, sizeof(longer), "%.*s.", (int)(strrchr(token, '.') - token), token);
	ck_assert_int_eq(jwt_read(longer, "api", NOW, &read), JWT_INVALID);
	memset(longer, 'A', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	ck_assert_int_eq(jwt_read(longer, "api", NOW, &read), JWT_INVALID);
}
END_TEST

/* ---- signed links ---- */

START_TEST(a_signed_link_is_good_for_a_day_and_stays_for_hours)
{
	char sign[TOKEN_SIZE];
	int64_t last = 0, kept = 0;
	int changes = 0;

	for (ms_t now = NOW; now < NOW + 3 * MS_DAY; now += MS_MINUTE) {
		int64_t until = link_until(now);

		link_sign("picture", until, sign);
		ck_assert(link_good("picture", until, sign, now));
		ck_assert(link_good("picture", until, sign, now + MS_DAY));
		ck_assert(!link_good("picture", until, sign, now + 30 * MS_HOUR + 1));
		ck_assert(link_good("picture", until, sign, until * MS_SECOND - 1));
		ck_assert(!link_good("picture", until, sign, until * MS_SECOND));
		ck_assert(!link_good("picture", until, sign, until * MS_SECOND + MS_DAY));
		if (last && until != last) {
			ck_assert(kept == 360 || !changes); /* minutes */
			changes++;
			kept = 0;
		}
		last = until;
		kept++;
	}
	ck_assert_int_eq(changes, 12);
}
END_TEST

START_TEST(a_signed_link_is_for_one_thing_and_one_time)
{
	int64_t until = link_until(NOW);
	char sign[TOKEN_SIZE], other[TOKEN_SIZE];

	link_sign("picture", until, sign);
	ck_assert(!link_good("another", until, sign, NOW));
	ck_assert(!link_good("picture", until + 1, sign, NOW));
	ck_assert(!link_good("picture", -until, sign, NOW));
	ck_assert(!link_good("picture", 0, sign, NOW));
	ck_assert(!link_good("picture", until, NULL, NOW));
	ck_assert(!link_good("picture", until, "", NOW));
	ck_assert(link_good("picture", until, sign, NOW));
	for (size_t i = 0; i < strlen(sign); i++) {
		memcpy(other, sign, sizeof other);
		other[i] = sign[i] == 'A' ? 'B' : 'A';
		ck_assert_msg(!link_good("picture", until, other, NOW), "character %zu", i);
	}
	sign[strlen(sign) - 1] = '\0';
	ck_assert(!link_good("picture", until, sign, NOW));
}
END_TEST

/* ---- one-time passwords ---- */

static const uint8_t RFC_SECRET[TOTP_SECRET] = { "12345678901234567890" };

START_TEST(totp_of_rfc_6238)
{
	/* Appendix B, SHA-1; its eight digits end in our six. */
	static const struct {
		int line;
		int64_t seconds;
		uint32_t code;
	} cases[] = {
		{ __LINE__, 59, 287082 },	  { __LINE__, 1111111109, 81804 },
		{ __LINE__, 1111111111, 50471 },  { __LINE__, 1234567890, 5924 },
		{ __LINE__, 2000000000, 279037 }, { __LINE__, INT64_C(20000000000), 353130 },
	};
	char text[TOTP_TEXT];

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(totp_code(RFC_SECRET, cases[i].seconds / 30) == cases[i].code, "line %d", cases[i].line);
	ck_assert_str_eq(totp_text(RFC_SECRET, text), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}
END_TEST

START_TEST(totp_matches_once_and_nearby)
{
	const ms_t now = INT64_C(1234567890) * MS_SECOND;
	const int64_t step = 1234567890 / 30;
	static const struct {
		int line;
		int code_step, last_step; /* beside the present one */
		bool good;
	} cases[] = {
		{ __LINE__, 0, -9, true },   { __LINE__, -1, -9, true },  { __LINE__, 1, -9, true },
		{ __LINE__, -2, -9, false }, { __LINE__, 2, -9, false },  { __LINE__, 0, 0, false },
		{ __LINE__, 0, -1, true },   { __LINE__, -1, -1, false }, { __LINE__, 1, 0, true },
	};
	char code[16];

	for (size_t i = 0; i < N(cases); i++) {
		snprintf(code, sizeof(code), "%06u", totp_code(RFC_SECRET, step + cases[i].code_step));
		ck_assert_msg(totp_match(RFC_SECRET, code, now, step + cases[i].last_step) ==
				      (cases[i].good ? step + cases[i].code_step : 0),
			      "line %d", cases[i].line);
	}
	ck_assert_int_eq(totp_match(RFC_SECRET, "5924", now, 0), 0);
	ck_assert_int_eq(totp_match(RFC_SECRET, "0005924", now, 0), 0);
	ck_assert_int_eq(totp_match(RFC_SECRET, "00592x", now, 0), 0);
	ck_assert_int_eq(totp_match(RFC_SECRET, "", now, 0), 0);
}
END_TEST

/* ---- ticket codes and cards ---- */

static const struct ticket_code CODE = { 4000000000, 7, INT64_MAX, 9, 3, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 } };

START_TEST(ticket_code_round_trips)
{
	uint8_t public_key[EVENT_PUBLIC], secret[EVENT_SECRET], other[EVENT_PUBLIC];
	char text[TICKET_CODE_SIZE];
	struct ticket_code read;

	event_key_make(other, secret);
	event_key_make(public_key, secret);
	ck_assert_uint_eq(strlen(ticket_code_make(&CODE, secret, text)), 156);
	ck_assert_int_eq(strncmp(text, "GH1.", 4), 0);
	ck_assert(ticket_code_read(text, &read));
	ck_assert_int_eq(read.key_id, CODE.key_id);
	ck_assert_int_eq(read.event_id, CODE.event_id);
	ck_assert_int_eq(read.ticket_id, CODE.ticket_id);
	ck_assert_int_eq(read.category_id, CODE.category_id);
	ck_assert_int_eq(read.generation, CODE.generation);
	ck_assert_mem_eq(read.nonce, CODE.nonce, TICKET_NONCE);
	ck_assert(ticket_code_signed(text, public_key));
	ck_assert(!ticket_code_signed(text, other));
	ck_assert(ticket_code_tagged(text));
}
END_TEST

/* Any bit that was changed in either half is noticed. */
START_TEST(event_keys_fit)
{
	uint8_t public_key[EVENT_PUBLIC], secret[EVENT_SECRET];

	event_key_make(public_key, secret);
	ck_assert(event_key_fits(public_key, secret));
	for (size_t bit = 0; bit < 8 * (EVENT_PUBLIC + EVENT_SECRET); bit++) {
		size_t at = bit / 8;
		uint8_t *byte = at < EVENT_PUBLIC ? public_key + at : secret + at - EVENT_PUBLIC;

		*byte = (uint8_t)(*byte ^ 1 << bit % 8);
		ck_assert_msg(!event_key_fits(public_key, secret), "bit %zu", bit);
		*byte = (uint8_t)(*byte ^ 1 << bit % 8);
	}
}
END_TEST

enum { SIGNED_TEXT = 148 }; /* then the tag: eight characters */

START_TEST(ticket_code_breaks_with_any_bit)
{
	uint8_t public_key[EVENT_PUBLIC], secret[EVENT_SECRET];
	char text[TICKET_CODE_SIZE], longer[TICKET_CODE_SIZE + 8];
	struct ticket_code read;
	size_t len;

	event_key_make(public_key, secret);
	len = strlen(ticket_code_make(&CODE, secret, text));
	for (size_t bit = 0; bit < len * 8; bit++) {
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
		ck_assert_msg(bit >= SIGNED_TEXT * 8 || !ticket_code_signed(text, public_key), "bit %zu signed", bit);
		ck_assert_msg(!ticket_code_tagged(text), "bit %zu tagged", bit);
		text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
	}
	snprintf(longer, sizeof(longer), "%sA", text);
	ck_assert(!ticket_code_read(longer, &read));
	text[len - 1] = '\0';
	ck_assert(!ticket_code_read(text, &read));
	text[SIGNED_TEXT] = '\0';
	ck_assert(ticket_code_read(text, &read));
	ck_assert(ticket_code_signed(text, public_key) && !ticket_code_tagged(text));
	text[SIGNED_TEXT - 1] = '\0';
	ck_assert(!ticket_code_read(text, &read));
	ck_assert(!ticket_code_read("", &read));
	ck_assert(!ticket_code_read("GH1.", &read));
	/* Numbers that ours cannot be. */
	memset(text + 4, '_', 152);
	text[156] = '\0';
	ck_assert(!ticket_code_read(text, &read));
}
END_TEST

START_TEST(card_uids_are_normalised)
{
	static const struct {
		int line;
		const char *text, *want;
	} cases[] = {
		{ __LINE__, "04:a2:24:b1", "04A224B1" },
		{ __LINE__, "04 A2-24 b1 5c 6d 80", "04A224B15C6D80" },
		{ __LINE__, "00112233445566778899aabbccddeeff", "00112233445566778899AABBCCDDEEFF" },
		{ __LINE__, "00112233445566778899aabbccddeeff00", NULL },
		{ __LINE__, "04a224", NULL },
		{ __LINE__, "04a224b15", NULL },
		{ __LINE__, "04a224bg", NULL },
		{ __LINE__, "", NULL },
	};
	char out[33];

	for (size_t i = 0; i < N(cases); i++) {
		bool good = card_uid_normalise(cases[i].text, out);

		ck_assert_msg(good == (cases[i].want != NULL), "line %d", cases[i].line);
		ck_assert_msg(!good || strcmp(out, cases[i].want) == 0, "line %d: %s", cases[i].line, out);
	}
}
END_TEST

Suite *rules_suite(void)
{
	Suite *suite = suite_create("rules");
	TCase *tests = tcase_create("rules");

	tcase_add_checked_fixture(tests, with_keys, without_keys);
	tcase_add_test(tests, key_file_is_made_once);
	tcase_add_test(tests, key_file_is_checked);
	tcase_add_test(tests, sealed_secrets_hold);
	tcase_add_test(tests, base64url_is_strict);
	tcase_add_test(tests, tokens_and_hashes_differ);
	tcase_add_test(tests, common_passwords_can_be_found);
	tcase_add_test(tests, passwords_are_judged);
	tcase_add_test(tests, passwords_are_hashed);
	tcase_add_test(tests, nobody_takes_as_long);
	tcase_add_test(tests, jwt_round_trips);
	tcase_add_test(tests, jwt_payload_is_plain_base64_whatever_the_name);
	tcase_add_test(tests, jwt_refuses_forgeries);
	tcase_add_test(tests, jwt_refuses_tampering);
	tcase_add_test(tests, a_signed_link_is_good_for_a_day_and_stays_for_hours);
	tcase_add_test(tests, a_signed_link_is_for_one_thing_and_one_time);
	tcase_add_test(tests, totp_of_rfc_6238);
	tcase_add_test(tests, totp_matches_once_and_nearby);
	tcase_add_test(tests, who_may_take_a_scan_back);
	tcase_add_test(tests, ticket_code_round_trips);
	tcase_add_test(tests, event_keys_fit);
	tcase_add_test(tests, ticket_code_breaks_with_any_bit);
	tcase_add_test(tests, card_uids_are_normalised);
	suite_add_tcase(suite, tests);
	return suite;
}
