/* What workers share: nothing may be lost or granted twice, whichever of them comes first and whichever dies. */
#include "shared.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *shared_suite(void);

enum { CHILDREN = 4, EACH = 10000 };

static const ms_t NOW = INT64_C(1800000000000);

static struct config config;
static struct shared *shared;

static void setup(void)
{
	config = (struct config){ .web_workers = 8,
				  .gate_workers = 4,
				  .book_workers = 12,
				  .slow_share_percent = 25,
				  .rate_public = 60,
				  .rate_account = 7,
				  .rate_gate = 6000 };
	shared = shared_new(&config);
}

/* Tokens that (class, ip) still grants at now, up to most. */
static int granted(enum rate class, const char *ip, ms_t now, int most)
{
	int n = 0;

	while (n < most && !shared_rate(shared, class, ip, now))
		n++;
	return n;
}

/* The metrics as text; a line's value by its name and labels. */
static long long metric(const char *line)
{
	struct buf *text = buf_new(NULL, 1 << 20);
	const char *at = NULL;
	long long value = -1;

	shared_metrics(shared, text);
	ck_assert(!buf_over(text));
	for (const char *s = text->data; (s = strstr(s, line)); s++)
		if ((s == text->data || s[-1] == '\n') && s[strlen(line)] == ' ')
			at = s + strlen(line) + 1;
	if (at)
		value = strtoll(at, NULL, 10);
	talloc_free(text);
	return value;
}

START_TEST(a_bucket_is_a_minute_deep)
{
	static const struct {
		int line;
		enum rate class;
		int most;
	} CASES[] = {
		{ __LINE__, RATE_PUBLIC, 60 },
		{ __LINE__, RATE_ACCOUNT, 7 },
		{ __LINE__, RATE_GATE, 6000 },
		{ __LINE__, RATE_WRITE, 10000 }, /* 0 in the configuration: no limit */
		{ __LINE__, RATE_NONE, 10000 },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		int n = granted(CASES[i].class, "203.0.113.7", NOW, 10000);

		ck_assert_msg(n == CASES[i].most, "line %d: %d granted", CASES[i].line, n);
	}
}
END_TEST

START_TEST(a_bucket_refills_with_time)
{
	static const struct {
		int line;
		ms_t later; /* than the case before */
		int granted;
	} CASES[] = {
		{ __LINE__, 0, 60 },	 { __LINE__, 0, 0 },	     { __LINE__, 999, 0 },
		{ __LINE__, 1, 1 },	 { __LINE__, 500, 0 },	     { __LINE__, 500, 1 },
		{ __LINE__, 10000, 10 }, { __LINE__, 59000, 59 },    { __LINE__, MS_DAY, 60 },
		{ __LINE__, 1000, 1 },	 { __LINE__, -MS_HOUR, 60 }, { __LINE__, 0, 0 },
		{ __LINE__, 60000, 60 },
	};
	ms_t now = NOW;

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		int n;

		now += CASES[i].later;
		n = granted(RATE_PUBLIC, "203.0.113.7", now, 10000);
		ck_assert_msg(n == CASES[i].granted, "line %d: %d granted", CASES[i].line, n);
	}
}
END_TEST

START_TEST(a_refusal_says_how_long_to_wait)
{
	ck_assert_int_eq(granted(RATE_ACCOUNT, "203.0.113.7", NOW, 100), 7);
	/* 7 a minute: one in 8.57 s. */
	ck_assert_int_eq(shared_rate(shared, RATE_ACCOUNT, "203.0.113.7", NOW), 9);
	ck_assert_int_eq(shared_rate(shared, RATE_ACCOUNT, "203.0.113.7", NOW + 8000), 1);
	ck_assert_int_eq(shared_rate(shared, RATE_ACCOUNT, "203.0.113.7", NOW + 9000), 0);
	ck_assert_int_eq(metric("gatehouse_rate_limited_total"), 3);
}
END_TEST

START_TEST(addresses_and_classes_are_told_apart)
{
	static const struct {
		int line;
		const char *ip;
		bool same; /* as one that is used up */
	} CASES[] = {
		{ __LINE__, "203.0.113.7", true },
		{ __LINE__, "203.0.113.8", false },
		{ __LINE__, "::ffff:203.0.113.7", true },
		{ __LINE__, "2001:db8:1:2::1", true },
		{ __LINE__, "2001:db8:1:2:ffff::9", true },
		{ __LINE__, "2001:db8:1:3::1", false },
		{ __LINE__, "", true },
		{ __LINE__, "no address", true },
	};

	granted(RATE_PUBLIC, "203.0.113.7", NOW, 10000);
	granted(RATE_PUBLIC, "2001:db8:1:2::1", NOW, 10000);
	granted(RATE_PUBLIC, "", NOW, 10000);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		ck_assert_msg((shared_rate(shared, RATE_PUBLIC, CASES[i].ip, NOW) > 0) ==
				      CASES[i].same,
			      "line %d", CASES[i].line);
	ck_assert_int_eq(granted(RATE_ACCOUNT, "203.0.113.7", NOW, 100), 7);
}
END_TEST

START_TEST(a_crowd_does_not_free_who_is_limited)
{
	char ip[40];

	ck_assert_int_eq(granted(RATE_PUBLIC, "203.0.113.7", NOW, 10000), 60);
	for (int i = 0; i < 10000; i++) {
		snprintf(ip, sizeof ip, "10.0.%d.%d", i / 256, i % 256);
		ck_assert_int_eq(shared_rate(shared, RATE_PUBLIC, ip, NOW), 0);
	}
	ck_assert_int_ne(shared_rate(shared, RATE_PUBLIC, "203.0.113.7", NOW), 0);
}
END_TEST

/* Runs work in CHILDREN processes at once. */
static void together(int (*work)(int child), int status[CHILDREN])
{
	pid_t pid[CHILDREN];
	int gate[2];
	char byte;

	ck_assert_int_eq(pipe(gate), 0);
	for (int i = 0; i < CHILDREN; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			close(gate[1]);
			if (read(gate[0], &byte, 1) != 0)
				_exit(255);
			_exit(work(i));
		}
	}
	close(gate[1]); /* the start */
	for (int i = 0; i < CHILDREN; i++) {
		ck_assert_int_eq(waitpid(pid[i], &status[i], 0), pid[i]);
		ck_assert(WIFEXITED(status[i]));
		status[i] = WEXITSTATUS(status[i]);
	}
	close(gate[0]);
}

static int take_tokens(int child)
{
	(void)child;
	return granted(RATE_PUBLIC, "203.0.113.7", NOW, 200);
}

START_TEST(no_token_is_granted_twice)
{
	int n[CHILDREN], sum = 0;

	config.rate_public = 150;
	shared = shared_new(&config);
	together(take_tokens, n);
	for (int i = 0; i < CHILDREN; i++)
		sum += n[i];
	ck_assert_int_eq(sum, 150);
}
END_TEST

static const enum pool POOL_OF[CHILDREN] = { POOL_WEB, POOL_GATE, POOL_WEB, POOL_BOOK };

static int count_much(int child)
{
	for (int i = 0; i < EACH; i++) {
		shared_count(shared, POOL_OF[child], i % 2 ? 200 : 409, i % 4 ? 1 : 30);
		shared_count_event(shared, "cache_hit");
		shared_count_together(shared, 3);
	}
	return 0;
}

START_TEST(counters_lose_nothing)
{
	static const struct {
		int line;
		const char *name;
		long long value;
	} CASES[] = {
		{ __LINE__, "gatehouse_requests_total{pool=\"web\",status=\"200\"}", EACH },
		{ __LINE__, "gatehouse_requests_total{pool=\"gate\",status=\"409\"}", EACH / 2 },
		{ __LINE__, "gatehouse_requests_total{pool=\"gate\",status=\"500\"}", -1 },
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"web\",le=\"0.001\"}",
		  EACH * 3 / 2 },
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"web\",le=\"0.025\"}",
		  EACH * 3 / 2 },
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"web\",le=\"0.05\"}",
		  EACH * 2 },
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"gate\",le=\"+Inf\"}",
		  EACH },
		{ __LINE__, "gatehouse_request_seconds_count{pool=\"gate\"}", EACH },
		{ __LINE__, "gatehouse_requests_total{pool=\"book\",status=\"200\"}", EACH / 2 },
		{ __LINE__, "gatehouse_request_seconds_count{pool=\"book\"}", EACH },
		/* 15,000 of 1 ms and 5,000 of 30 ms */
		{ __LINE__, "gatehouse_request_seconds_sum{pool=\"web\"}", 165 },
		{ __LINE__, "gatehouse_cache_hit_total", EACH * CHILDREN },
		{ __LINE__, "gatehouse_db_error_total", 0 },
		{ __LINE__, "gatehouse_together_total", EACH * CHILDREN * 3 },
	};
	int status[CHILDREN];

	together(count_much, status);
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		ck_assert_msg(metric(CASES[i].name) == CASES[i].value, "line %d: %lld",
			      CASES[i].line, metric(CASES[i].name));
}
END_TEST

START_TEST(odd_counts_are_kept_apart)
{
	shared_count(shared, POOL_WEB, 0, -5);
	shared_count(shared, POOL_WEB, 12345, MS_DAY);
	ck_assert_int_eq(metric("gatehouse_requests_total{pool=\"web\",status=\"0\"}"), 2);
	ck_assert_int_eq(metric("gatehouse_request_seconds_bucket{pool=\"web\",le=\"0.001\"}"), 1);
	ck_assert_int_eq(metric("gatehouse_request_seconds_bucket{pool=\"web\",le=\"+Inf\"}"), 2);
}
END_TEST

START_TEST(slow_work_has_its_share)
{
	ck_assert(shared_slow_enter(shared, 0, POOL_WEB));
	ck_assert(shared_slow_enter(shared, 1, POOL_WEB));
	ck_assert(!shared_slow_enter(shared, 2, POOL_WEB)); /* a quarter of 8 */
	ck_assert(shared_slow_enter(shared, 8, POOL_GATE)); /* the gates' share is their own … */
	ck_assert(!shared_slow_enter(shared, 9, POOL_GATE)); /* … a quarter of 4 */
	ck_assert_int_eq(metric("gatehouse_slow_requests{pool=\"web\"}"), 2);
	ck_assert_int_eq(metric("gatehouse_slow_refused_total"), 2);
	shared_slow_leave(shared, 5); /* had none */
	ck_assert(!shared_slow_enter(shared, 2, POOL_WEB));
	shared_slow_leave(shared, 1);
	ck_assert(shared_slow_enter(shared, 2, POOL_WEB));
	ck_assert(!shared_slow_enter(shared, 1, POOL_WEB));
}
END_TEST

/* The table's rows lead to each pool's own number of workers, and no two share a socket or a name. */
START_TEST(every_pool_is_its_own)
{
	static const struct {
		int line;
		enum pool pool;
		const char *name, *socket;
		int workers;
		unsigned slow; /* a quarter */
	} CASES[POOLS] = {
		{ __LINE__, POOL_WEB, "web", "web.sock", 8, 2 },
		{ __LINE__, POOL_GATE, "gate", "gate.sock", 4, 1 },
		{ __LINE__, POOL_BOOK, "book", "book.sock", 12, 3 },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		enum pool pool = CASES[i].pool;
		unsigned n = 0;

		while (n < 100 && shared_slow_enter(shared, (unsigned)i * 100 + n, pool))
			n++;
		ck_assert_msg(n == CASES[i].slow, "line %d: %u slow", CASES[i].line, n);
		ck_assert_msg(pool_workers(&config, pool) == CASES[i].workers, "line %d", CASES[i].line);
		ck_assert_str_eq(POOL[pool].name, CASES[i].name);
		ck_assert_str_eq(POOL[pool].socket, CASES[i].socket);
	}
}
END_TEST

START_TEST(one_may_always_be_slow)
{
	config.web_workers = 1;
	shared = shared_new(&config);
	ck_assert(shared_slow_enter(shared, 0, POOL_WEB));
	ck_assert(!shared_slow_enter(shared, 0, POOL_WEB));
}
END_TEST

START_TEST(a_dead_worker_gives_its_share_back)
{
	shared_slot(shared, 0, POOL_WEB, 101);
	shared_slot(shared, 1, POOL_WEB, 102);
	shared_slot(shared, 8, POOL_GATE, 103);
	shared_slot(shared, 12, POOL_BOOK, 104);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"web\"}"), 2);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"gate\"}"), 1);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"book\"}"), 1);
	ck_assert(shared_slow_enter(shared, 0, POOL_WEB));
	ck_assert(shared_slow_enter(shared, 1, POOL_WEB));
	shared_slot(shared, 1, POOL_WEB, 0);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"web\"}"), 1);
	ck_assert_int_eq(metric("gatehouse_slow_requests{pool=\"web\"}"), 1);
	ck_assert(shared_slow_enter(shared, 2, POOL_WEB));
	ck_assert(!shared_slow_enter(shared, 3, POOL_WEB));
	ck_assert_int_eq(metric("gatehouse_worker_started_total"), 4);
}
END_TEST

START_TEST(metrics_are_prometheus_text)
{
	struct buf *text = buf_new(NULL, 1 << 20);
	size_t lines = 0;

	shared_count(shared, POOL_GATE, 200, 3);
	shared_metrics(shared, text);
	/* Exposition format 0.0.4: HELP, TYPE, then samples; each line ends. */
	for (const char *line = text->data; *line; line = strchr(line, '\n') + 1, lines++) {
		const char *end = strchr(line, '\n');

		ck_assert_ptr_nonnull(end);
		if (!strncmp(line, "# HELP gatehouse_", 17)) {
			const char *name = line + 7;
			size_t len = strcspn(name, " ");

			ck_assert(!strncmp(end + 1, "# TYPE ", 7) &&
				  !strncmp(end + 8, name, len + 1));
		} else {
			ck_assert(!strncmp(line, "gatehouse_", 10) ||
				  !strncmp(line, "# TYPE gatehouse_", 17));
		}
	}
	ck_assert_uint_gt(lines, 50);
	talloc_free(text);
}
END_TEST

Suite *shared_suite(void)
{
	Suite *suite = suite_create("shared");
	TCase *tests = tcase_create("shared");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, a_bucket_is_a_minute_deep);
	tcase_add_test(tests, a_bucket_refills_with_time);
	tcase_add_test(tests, a_refusal_says_how_long_to_wait);
	tcase_add_test(tests, addresses_and_classes_are_told_apart);
	tcase_add_test(tests, a_crowd_does_not_free_who_is_limited);
	tcase_add_test(tests, no_token_is_granted_twice);
	tcase_add_test(tests, counters_lose_nothing);
	tcase_add_test(tests, odd_counts_are_kept_apart);
	tcase_add_test(tests, slow_work_has_its_share);
	tcase_add_test(tests, every_pool_is_its_own);
	tcase_add_test(tests, one_may_always_be_slow);
	tcase_add_test(tests, a_dead_worker_gives_its_share_back);
	tcase_add_test(tests, metrics_are_prometheus_text);
	suite_add_tcase(suite, tests);
	return suite;
}
