/* The site's keys while one takes over from another: what the old one made is read, what is made is the new one's, and the
 * file is seen again when it was replaced. */
#include "base/uuid.h"
#include "check_temp.h"
#include "rules/campus_code.h"
#include "rules/jwt.h"
#include "rules/key_file.h"
#include "rules/keys.h"
#include "rules/link.h"
#include "rules/ticket_code.h"
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define N(table) (sizeof(table) / sizeof((table)[0]))
#define OLD "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define NEW "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

Suite *keys_suite(void);

static char directory[CHECK_TEMP_SIZE], path[CHECK_TEMP_SIZE + 8], beside[CHECK_TEMP_SIZE + 16];

static void setup(void)
{
	check_temp(directory);
	snprintf(path, sizeof(path), "%s/key", directory);
	snprintf(beside, sizeof(beside), "%s/beside", directory);
}

static void teardown(void)
{
	unlink(path);
	rmdir(directory);
	memcpy(directory + strlen(directory) - 6, "XXXXXX", 6);
}

/* In the place of the file that is there, as `gatehouse key` and an operator who copies it do. */
static void put(const char *text)
{
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	ck_assert_int_eq(rename(beside, path), 0);
}

static void load(const char *text)
{
	const char *error = NULL;

	put(text);
	ck_assert_msg(keys_load(path, false, &error), "%s", error);
}

/* NEW, from so long ago, and OLD. */
static const char *both(ms_t ago)
{
	static char text[300];
	char at[ISO_SIZE];

	snprintf(text, sizeof(text), "# two\n%s %s\n\n%s\n", NEW, clock_iso(clock_now() - ago, at), OLD);
	return text;
}

/* One of each kind that is made by a key. */
struct made {
	char jwt[JWT_SIZE], link[TOKEN_SIZE], code[TICKET_CODE_SIZE], wall[CAMPUS_CODE_SIZE], typed[CAMPUS_TYPED_SIZE];
	uint8_t sealed[8 + SEAL_EXTRA], hash[HASH_BYTES];
	int64_t until;
};

static const struct campus_code WALL = { .generation = 1, .step = 118654321 };
static uint8_t event_secret[EVENT_SECRET], event_public[EVENT_PUBLIC];

static struct made make(void)
{
	static const struct ticket_code CODE = {
		.key_id = 1, .event_id = 2, .ticket_id = 3, .category_id = 4, .generation = 1
	};
	struct claims claims = { .account_id = 1, .session_id = 2, .role = "customer", .audience = "api" };
	struct made made = { .until = link_until(clock_now()) };

	claims.expires = clock_now() + MS_HOUR;
	event_key_make(event_public, event_secret);
	jwt_make(&claims, clock_now(), made.jwt);
	link_sign("picture", made.until, made.link);
	ticket_code_make(&CODE, event_secret, made.code);
	campus_code_make(&WALL, made.wall);
	campus_code_typed(&WALL, made.typed);
	seal("a secret", 8, made.sealed);
	hash_keyed(KEY_OTP, "123456", 6, made.hash);
	return made;
}

/* Which of them are read; sealed ones are the one kind that is, for as long as there is a key. */
static unsigned read_of(const struct made *made)
{
	struct claims claims;
	struct campus_code wall;

	const bool read[] = { jwt_read(made->jwt, "api", clock_now(), &claims) == JWT_OK,
			      link_good("picture", made->until, made->link, clock_now()),
			      ticket_code_tagged(made->code),
			      campus_code_read(made->wall, &wall),
			      campus_code_typed_fits(&WALL, made->typed),
			      hash_fits(KEY_OTP, "123456", 6, made->hash, HASH_BYTES) };
	unsigned n = 0;

	for (size_t i = 0; i < N(read); i++)
		n += read[i];
	return n;
}

static bool opens(const struct made *made)
{
	uint8_t plain[8];

	return unseal(made->sealed, sizeof(made->sealed), plain) && !memcmp(plain, "a secret", 8);
}

START_TEST(a_file_of_several_keys_is_checked)
{
	static const struct {
		int line;
		const char *text;
		unsigned n;
	} cases[] = {
		{ __LINE__, OLD, 1 },
		{ __LINE__, "# the site's\n" OLD "\n", 1 },
		{ __LINE__, NEW " 2025-11-26T09:00:00.000Z\n" OLD "\n", 2 },
		{ __LINE__, OLD "\r\n" NEW "\t2025-11-26T09:00:00Z \r\n", 2 },
		{ __LINE__, NEW "\n" OLD "\n", 0 },
		{ __LINE__, NEW " 2025-11-26T09:00:00Z\n" OLD " 2025-11-26T09:00:00Z\n", 0 },
		{ __LINE__, NEW " yesterday\n" OLD "\n", 0 },
		{ __LINE__, NEW " 2025-11-26T09:00:00Z\n" OLD "00\n", 0 },
		{ __LINE__, "# none\n", 0 },
	};
	const char *error;

	for (size_t i = 0; i < N(cases); i++) {
		unsigned n = 0;

		put(cases[i].text);
		error = NULL;
		ck_assert_msg(keys_load(path, false, &error) == (cases[i].n > 0), "line %d: %s", cases[i].line,
			      error ? error : "");
		while (!error && key_print(n))
			n++;
		ck_assert_msg(n == cases[i].n, "line %d: %u keys", cases[i].line, n);
		ck_assert_msg(n != 2 || key_from(0) > 0, "line %d: the newest is not the one in force", cases[i].line);
	}
}
END_TEST

START_TEST(nine_keys_are_too_many)
{
	char text[9 * 100];
	const char *error = NULL;
	size_t len = 0;

	for (int i = 0; i < 9; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s 2026-01-0%dT00:00:00Z\n", NEW, i + 1);
	put(text);
	ck_assert(!keys_load(path, false, &error));
	text[len - len / 9] = '\0';
	load(text);
	ck_assert_ptr_nonnull(key_print(7));
	ck_assert_ptr_null(key_print(8));
}
END_TEST

START_TEST(a_new_key_makes_and_the_old_one_is_read)
{
	struct made old, new;
	char print[PRINT_SIZE];
	uint8_t plain[8];

	load(OLD);
	snprintf(print, sizeof(print), "%s", key_print(0));
	old = make();
	load(both(MS_SECOND));
	ck_assert_str_ne(key_print(0), print);
	ck_assert_str_eq(key_print(1), print);
	ck_assert_uint_eq(read_of(&old), 6);
	ck_assert(opens(&old) && !sealed_now(old.sealed, sizeof(old.sealed), plain));
	new = make();
	ck_assert_uint_eq(read_of(&new), 6);
	ck_assert(opens(&new) && sealed_now(new.sealed, sizeof(new.sealed), plain));
	/* The old one alone does not read what the new one made, nor the new one what the old one did. */
	load(OLD);
	ck_assert_uint_eq(read_of(&new), 0);
	ck_assert(!opens(&new));
	load(NEW);
	ck_assert_uint_eq(read_of(&old), 0);
	ck_assert(!opens(&old));
}
END_TEST

START_TEST(a_key_waits_for_its_time)
{
	struct made made;

	load(both(-MS_HOUR));
	made = make();
	load(OLD);
	ck_assert_uint_eq(read_of(&made), 6);
	load(both(-400));
	ck_assert_str_ne(key_print(0), key_print(1));
	made = make();
	ck_assert_int_eq(key_from(0), 0);
	while (key_from(0) == 0)
		ck_assert_uint_eq(read_of(&made), 6);
	ck_assert_uint_eq(read_of(&made), 6);
}
END_TEST

START_TEST(a_month_after_it_was_replaced_a_key_opens_what_is_sealed_and_no_more)
{
	struct made old;

	load(OLD);
	old = make();
	load(both(KEY_READ_DAYS * MS_DAY - MS_MINUTE));
	ck_assert_uint_eq(read_of(&old), 6);
	load(both(KEY_READ_DAYS * MS_DAY + MS_SECOND));
	ck_assert_uint_eq(read_of(&old), 0);
	ck_assert(opens(&old));
}
END_TEST

/* As a worker that has not heard of it meets what another made by a new key. */
START_TEST(what_an_unknown_key_made_makes_the_file_be_read_again)
{
	struct made new;
	const char *error;

	load(both(MS_SECOND));
	new = make();
	load(OLD);
	put(both(MS_SECOND));
	ck_assert_uint_eq(read_of(&new), 6);
	load(OLD);
	put(both(MS_SECOND));
	ck_assert(opens(&new));
	/* What is no key file leaves those that there were. */
	put("nonsense");
	ck_assert(!keys_look_again());
	ck_assert(opens(&new));
	unlink(path);
	ck_assert(!keys_look_again());
	ck_assert(opens(&new));
	ck_assert(!keys_load(path, false, &error));
}
END_TEST

START_TEST(a_file_is_replaced_whole_with_its_mode)
{
	struct key_lines lines;
	const char *error;
	struct stat before, after;

	put(OLD);
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(key_file_read(path, &lines, &error), KEY_FILE_READ);
	ck_assert(!key_file_changed(path, &lines));
	ck_assert_int_eq(stat(path, &before), 0);
	lines.line[1] = lines.line[0];
	lines.line[1].from = 0;
	lines.line[0].from = INT64_C(1790000000000);
	lines.n = 2;
	ck_assert(key_file_replace(path, &lines));
	ck_assert(key_file_changed(path, &lines));
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_int_eq(after.st_mode, before.st_mode);
	ck_assert_int_ne((long)after.st_ino, (long)before.st_ino);
	ck_assert_int_eq(key_file_read(path, &lines, &error), KEY_FILE_READ);
	ck_assert_uint_eq(lines.n, 2);
	ck_assert_int_eq(lines.line[0].from, INT64_C(1790000000000));
	/* Nothing is left beside it. */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(directory), 0);
	ck_assert_int_eq(mkdir(directory, 0700), 0);
}
END_TEST

Suite *keys_suite(void)
{
	Suite *suite = suite_create("keys");
	TCase *tests = tcase_create("keys");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_file_of_several_keys_is_checked);
	tcase_add_test(tests, nine_keys_are_too_many);
	tcase_add_test(tests, a_new_key_makes_and_the_old_one_is_read);
	tcase_add_test(tests, a_key_waits_for_its_time);
	tcase_add_test(tests, a_month_after_it_was_replaced_a_key_opens_what_is_sealed_and_no_more);
	tcase_add_test(tests, what_an_unknown_key_made_makes_the_file_be_read_again);
	tcase_add_test(tests, a_file_is_replaced_whole_with_its_mode);
	suite_add_tcase(suite, tests);
	return suite;
}
