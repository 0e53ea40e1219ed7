/* The settings: defaults, what a file may say, and the exact line that a refusal names. */
#include "base/config.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Suite *config_suite(void);

#ifndef SRCDIR
#define SRCDIR "."
#endif

#define N(table) (sizeof(table) / sizeof((table)[0]))

static TALLOC_CTX *ctx;
static char path[64];

static void setup(void)
{
	ctx = talloc_new(NULL);
	snprintf(path, sizeof(path), "/tmp/check_config.XXXXXX");
	close(mkstemp(path));
}

static void teardown(void)
{
	unlink(path);
	talloc_free(ctx);
}

static struct config *load_bytes(const char *text, size_t len, const char **error)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text, 1, len, file), len);
	fclose(file);
	return config_load(ctx, path, error);
}

static struct config *load(const char *text, const char **error)
{
	return load_bytes(text, strlen(text), error);
}

START_TEST(defaults_stand)
{
	const char *error = "untouched";
	struct config *c = config_load(ctx, NULL, &error);

	ck_assert_ptr_nonnull(c);
	ck_assert_ptr_null(error);
	ck_assert_str_eq(c->name, "Gatehouse");
	ck_assert_str_eq(c->country_code, "+1");
	ck_assert(!c->demo);
	ck_assert_int_eq(c->web_workers, 16);
	ck_assert_int_eq(c->gate_workers, 3);
	ck_assert_int_eq(c->book_workers, 3);
	ck_assert_int_eq(c->max_body_kb, 256);
	ck_assert_int_eq(c->max_upload_kb, 16384);
	ck_assert_int_eq(c->worker_requests, 100000);
	ck_assert_int_eq(c->outside_workers, 128);
	ck_assert_int_eq(c->mark_workers, 8);
	ck_assert_int_eq(c->hash_seats, 3);
	ck_assert_int_eq(c->gate_hash_seats, 2);
	ck_assert_int_eq(c->export_seats, 2);
	ck_assert_int_eq(c->draw_seats, 2);
	ck_assert_int_eq(c->seat_wait_ms, 1500);
	ck_assert_int_eq(c->payment_slow_ms, 0);
	ck_assert_int_eq(c->rate_public, 600);
	ck_assert_int_eq(c->rate_account, 60);
	ck_assert_int_eq(c->rate_write, 240);
	ck_assert_int_eq(c->rate_gate, 6000);
	ck_assert_int_eq(c->login_failures_per_hour, 100);
	ck_assert_int_eq(c->hold_minutes, 10);
	ck_assert_str_eq(c->sms_transport, "sandbox");
	ck_assert_str_eq(c->payment_provider, "sandbox");
	ck_assert_str_eq(c->payment_webhook_secret, "");
	ck_assert_ptr_nonnull(strstr(c->cors_origins, "http://localhost:8084"));
}
END_TEST

START_TEST(a_file_is_read_over_them)
{
	static const char file[] = "\xef\xbb\xbf# comment\n"
				   "[site]\r\n"
				   "name = Caf\xc3\xa9 am Tor ; und mehr\r\n"
				   "   demo=yes\n"
				   "cors_origins =\n"
				   "proxies = 10.0.0.1, ::1\n"
				   "; comment\n"
				   "[database]\n"
				   "socket =\n"
				   "host = db.example\n"
				   "port: 3307\n"
				   "password = a ;b#c = \"d\"\n"
				   "tls = on\n"
				   "[serve]\n"
				   "web_workers = 512\n"
				   "[site]\n"
				   "country_code = +44";
	const char *error;
	struct config *c = load(file, &error);

	ck_assert_msg(c != NULL, "%s", error);
	ck_assert_str_eq(c->name, "Caf\xc3\xa9 am Tor ; und mehr");
	ck_assert(c->demo);
	ck_assert_str_eq(c->cors_origins, "");
	ck_assert_str_eq(c->proxies, "10.0.0.1, ::1");
	ck_assert_str_eq(c->db_socket, "");
	ck_assert_str_eq(c->db_host, "db.example");
	ck_assert_int_eq(c->db_port, 3307);
	ck_assert_str_eq(c->db_password, "a ;b#c = \"d\"");
	ck_assert(c->db_tls);
	ck_assert_int_eq(c->web_workers, 512);
	ck_assert_int_eq(c->gate_workers, 3);
	ck_assert_int_eq(c->book_workers, 3);
	ck_assert_str_eq(c->country_code, "+44");
}
END_TEST

/* Each must be refused with this text behind the file's name. */
START_TEST(refusals_name_the_line)
{
	static const struct {
		int line;
		const char *file, *error;
	} cases[] = {
		{ __LINE__, "[site]\nnam = x\n", ":2: [site] nam: there is no such setting" },
		{ __LINE__, "[sight]\n\nname = x\n", ":3: [sight] name: there is no such section" },
		{ __LINE__, "name = x\n", ":1: [] name: stands before any [section]" },
		{ __LINE__, "[site]\nname = a\n#\nname = b\n", ":4: [site] name: is set twice, first in line 2" },
		{ __LINE__, "[site]\nwhat\n", ":2: is neither a [section] nor a name = value" },
		{ __LINE__, "[site\nnam = x\n", ":1: is neither a [section] nor a name = value" },
		{ __LINE__, "[site]\nnam = x\n[bad\n", ":2: [site] nam: there is no such setting" },
		{ __LINE__, "[serve]\nweb_workers = 0\n", ":2: [serve] web_workers: must be 1 to 512, is 0" },
		{ __LINE__, "[serve]\nweb_workers = 513\n", ":2: [serve] web_workers: must be 1 to 512, is 513" },
		{ __LINE__, "[serve]\nweb_workers = 99999999999999999999\n",
		  ":2: [serve] web_workers: must be 1 to 512, is 99999999999999999999" },
		{ __LINE__, "[serve]\nweb_workers = 8 or so\n",
		  ":2: [serve] web_workers: must be a whole number, is \"8 or so\"" },
		{ __LINE__, "[serve]\nweb_workers =\n", ":2: [serve] web_workers: must be a whole number, is \"\"" },
		{ __LINE__, "[serve]\nlog_level = loud\n",
		  ":2: [serve] log_level: must be one of: debug info warn error; is \"loud\"" },
		{ __LINE__, "[site]\ndemo = maybe\n", ":2: [site] demo: must be yes or no, is \"maybe\"" },
		{ __LINE__, "[site]\nname =\n", ":2: [site] name: must not be empty" },
		{ __LINE__,
		  "[site]\nname = a\x01"
		  "b\n",
		  ":2: [site] name: must not hold control characters" },
		{ __LINE__, "[site]\nlocale = english\n", ":2: [site] locale: must have 2 to 5 bytes, has 7" },
		{ __LINE__, "[fees]\ncurrency = eur\n",
		  ":2: [fees] currency: must be a currency's code of ISO 4217, like EUR" },
		{ __LINE__, "[cards]\ncurrency = XYZ\n",
		  ":2: [cards] currency: must be a currency's code of ISO 4217, like EUR" },
		{ __LINE__, "[site]\nbase_url = tickets.example\n",
		  ":2: [site] base_url: must begin with one of: https:// http://" },
		{ __LINE__, "[site]\nbase_url = https://tickets.example/\n",
		  ":2: [site] base_url: must have no blank and no / at its end" },
		{ __LINE__, "[site]\ncors_origins = https://a.example, *\n",
		  ":2: [site] cors_origins: must be origins like https://tickets.example, "
		  "separated by commas" },
		{ __LINE__, "[site]\ncors_origins = https://a.example/path\n",
		  ":2: [site] cors_origins: must be origins like https://tickets.example, "
		  "separated by commas" },
		{ __LINE__, "[site]\nproxies = localhost\n",
		  ":2: [site] proxies: must be IP addresses, separated by commas" },
		{ __LINE__, "[site]\ntime_zone = Europe/Atlantis\n",
		  ":2: [site] time_zone: must be a time zone of this machine, like Europe/Berlin" },
		{ __LINE__, "[site]\ncountry_code = 44\n",
		  ":2: [site] country_code: must be + and a country's digits, like +44" },
		{ __LINE__, "[paths]\nfiles = files\n", ":2: [paths] files: must be a path that begins with /" },
		{ __LINE__, "[database]\nname = a`b\n", ":2: [database] name: may hold letters, digits and _ only" },
		{ __LINE__, "[payment]\nwebhook_secret = short\n",
		  ":2: [payment] webhook_secret: must have 16 to 200 bytes, has 5" },
		{ __LINE__, "[sms]\ntransport = http\n", ":2: [sms] transport: http needs [sms] url" },
		{ __LINE__, "[mail]\n\ntransport = smtp\n", ":3: [mail] transport: smtp needs [mail] url" },
		{ __LINE__, "[database]\nsocket =\n", ":2: [database] socket: is empty, so [database] host is needed" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		const char *error = NULL;
		struct config *c = load(cases[i].file, &error);

		ck_assert_msg(c == NULL, "line %d: was taken", cases[i].line);
		ck_assert_msg(error && strncmp(error, path, strlen(path)) == 0, "line %d: file", cases[i].line);
		ck_assert_msg(strcmp(error + strlen(path), cases[i].error) == 0, "line %d: %s", cases[i].line, error);
	}
}
END_TEST

START_TEST(lines_have_a_length)
{
	char *file = talloc_array(ctx, char, 10000);
	const char *error;

	memset(file, '#', 9999);
	file[9999] = '\0';
	memcpy(file + 9990, "\n[x]\na=1", 8);
	ck_assert_ptr_null(load(file, &error));
	ck_assert_ptr_nonnull(strstr(error, ":1: the line is too long"));
	/* A long line that fits is one line: the error behind it is in line 3. */
	snprintf(file, 10000, "[mail]\npassword = %0200d\n[x]\na = 1\n", 7);
	ck_assert_ptr_null(load(file, &error));
	ck_assert_ptr_nonnull(strstr(error, ":4: [x] a:"));
	ck_assert_ptr_null(load_bytes("[site]\nname = a\0b\n", 18, &error));
	ck_assert_ptr_nonnull(strstr(error, ":2: the line is too long or holds a NUL byte"));
}
END_TEST

START_TEST(a_missing_file_is_told)
{
	const char *error;

	ck_assert_ptr_null(config_load(ctx, "/nonexistent/gatehouse.ini", &error));
	ck_assert_str_eq(error, "/nonexistent/gatehouse.ini: No such file or directory");
	ck_assert_ptr_null(config_load(ctx, "/tmp", &error));
	ck_assert_str_eq(error, "/tmp: Is a directory");
}
END_TEST

static char *sample(void)
{
	char *text = NULL, *copy;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	config_print_sample(out);
	fclose(out);
	copy = talloc_strdup(ctx, text);
	free(text);
	return copy;
}

/* Everything that the sample offers, with its comment sign taken away, is taken and is the default. */
START_TEST(the_sample_is_the_defaults)
{
	char *text = sample();
	const char *error;
	struct config *c, *defaults = config_load(ctx, NULL, &error);
	int settings = 0;

	for (char *at = text; (at = strstr(at, "\n#")); at++)
		if (at[2] != ' ') {
			at[1] = ' ';
			settings++;
		}
	ck_assert_int_eq(settings, 86);
	c = load(text, &error);
	ck_assert_msg(c != NULL, "%s", error);
	ck_assert_str_eq(c->cors_origins, defaults->cors_origins);
	ck_assert_str_eq(c->key_file, defaults->key_file);
	ck_assert_str_eq(c->mail_from, defaults->mail_from);
	ck_assert_str_eq(c->db_password, "");
	ck_assert_int_eq(c->worker_requests, defaults->worker_requests);
	ck_assert_int_eq(c->db_timeout_s, defaults->db_timeout_s);
	/* A setting stands once: all of it behind itself is refused in its first line. */
	ck_assert_ptr_null(load(talloc_asprintf(ctx, "%s\n%s", text, text), &error));
	ck_assert_ptr_nonnull(strstr(error, "[site] name: is set twice"));
}
END_TEST

/* Lines with an installed directory differ from build to build. */
static char *without_directories(const char *text)
{
	char *out = talloc_strdup(ctx, "");

	while (*text) {
		size_t len = strcspn(text, "\n") + 1;
		char *line = talloc_strndup(ctx, text, len);

		if (!strstr(line, "/gatehouse") && !strstr(line, "Default: /"))
			out = talloc_strdup_append(out, line);
		text += strlen(line);
	}
	return out;
}

START_TEST(the_shipped_sample_is_ours)
{
	FILE *file = fopen(SRCDIR "/httpd/gatehouse.ini", "r");
	char *shipped = talloc_zero_size(ctx, 65536);

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_gt(fread(shipped, 1, 65535, file), 0);
	fclose(file);
	ck_assert_str_eq(without_directories(shipped), without_directories(sample()));
}
END_TEST

Suite *config_suite(void)
{
	Suite *suite = suite_create("config");
	TCase *tests = tcase_create("config");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, defaults_stand);
	tcase_add_test(tests, a_file_is_read_over_them);
	tcase_add_test(tests, refusals_name_the_line);
	tcase_add_test(tests, lines_have_a_length);
	tcase_add_test(tests, a_missing_file_is_told);
	tcase_add_test(tests, the_sample_is_the_defaults);
	tcase_add_test(tests, the_shipped_sample_is_ours);
	suite_add_tcase(suite, tests);
	return suite;
}
