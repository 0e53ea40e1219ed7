/* What workers share: nothing may be lost or granted twice, whichever of them comes first and whichever dies. */
#include "shared.h"
#include "views.h"
#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

Suite *shared_suite(void);

enum { CHILDREN = 4, EACH = 10000 };

static const ms_t NOW = INT64_C(1800000000000);

static struct config config;
static struct shared *shared;

static void setup(void)
{
	config = (struct config){ .web_workers = 9,
				  .gate_workers = 4,
				  .book_workers = 8,
				  .outside_workers = 7,
				  .mark_workers = 6,
				  .hash_seats = 3,
				  .gate_hash_seats = 2,
				  .export_seats = 2,
				  .draw_seats = 2,
				  .rate_public = 60,
				  .rate_account = 7,
				  .rate_gate = 6000,
				  .rate_campus = 100,
				  .rate_campus_account = 5 };
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
		{ __LINE__, RATE_PUBLIC, 60 },	{ __LINE__, RATE_ACCOUNT, 7 },
		{ __LINE__, RATE_GATE, 6000 },	{ __LINE__, RATE_WRITE, 10000 }, /* 0 in the configuration: no limit */
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
		{ __LINE__, 0, 60 },	  { __LINE__, 0, 0 },	 { __LINE__, 999, 0 },	     { __LINE__, 1, 1 },
		{ __LINE__, 500, 0 },	  { __LINE__, 500, 1 },	 { __LINE__, 10000, 10 },    { __LINE__, 59000, 59 },
		{ __LINE__, MS_DAY, 60 }, { __LINE__, 1000, 1 }, { __LINE__, -MS_HOUR, 60 }, { __LINE__, 0, 0 },
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

/* Of two that come at once, the one whose request is older may be served last. */
START_TEST(a_request_that_is_a_moment_older_finds_the_bucket_empty)
{
	ck_assert_int_eq(granted(RATE_PUBLIC, "203.0.113.7", NOW, 1000), 60);
	ck_assert_int_eq(granted(RATE_PUBLIC, "203.0.113.7", NOW - 1, 1000), 0);
	ck_assert_int_eq(granted(RATE_PUBLIC, "203.0.113.7", NOW - 3 * MS_SECOND, 1000), 0);
	ck_assert_int_eq(granted(RATE_PUBLIC, "203.0.113.7", NOW - MS_MINUTE, 1000), 60);
}
END_TEST

/* Where many have one address, each account is counted by itself, beside the address. */
START_TEST(accounts_are_counted_where_the_class_says_so)
{
	for (int64_t account = 1; account <= 3; account++) {
		for (int i = 0; i < 5; i++)
			ck_assert_int_eq(shared_rate_account(shared, RATE_CAMPUS, account, NOW), 0);
		ck_assert_int_eq(shared_rate_account(shared, RATE_CAMPUS, account, NOW), 12);
	}
	ck_assert_int_eq(shared_rate_account(shared, RATE_CAMPUS, 1, NOW + 12000), 0);
	ck_assert_int_eq(granted(RATE_CAMPUS, "203.0.113.7", NOW, 1000), 100);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(shared_rate_account(shared, RATE_PUBLIC, 1, NOW), 0);
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
		ck_assert_msg((shared_rate(shared, RATE_PUBLIC, CASES[i].ip, NOW) > 0) == CASES[i].same, "line %d",
			      CASES[i].line);
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

enum { STRANGERS = 1000 };
static atomic_int *granted_all;

static int take_the_one_of_each(int child)
{
	char ip[40];

	(void)child;
	for (int i = 0; i < STRANGERS; i++) {
		snprintf(ip, sizeof ip, "10.1.%d.%d", i / 256, i % 256);
		if (!shared_rate(shared, RATE_PUBLIC, ip, NOW))
			atomic_fetch_add(granted_all, 1);
	}
	return 0;
}

/* Each child meets each bucket when it is new, or when another child makes it. */
START_TEST(a_bucket_that_two_make_at_once_is_one)
{
	int n[CHILDREN];

	config.rate_public = 1;
	shared = shared_new(&config);
	granted_all = mmap(NULL, sizeof *granted_all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 20; i++) {
		together(take_the_one_of_each, n);
		ck_assert_int_eq((int)atomic_exchange(granted_all, 0), STRANGERS);
		shared = shared_new(&config);
	}
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
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"web\",le=\"0.001\"}", EACH * 3 / 2 },
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"web\",le=\"0.025\"}", EACH * 3 / 2 },
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"web\",le=\"0.05\"}", EACH * 2 },
		{ __LINE__, "gatehouse_request_seconds_bucket{pool=\"gate\",le=\"+Inf\"}", EACH },
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
		ck_assert_msg(metric(CASES[i].name) == CASES[i].value, "line %d: %lld", CASES[i].line,
			      metric(CASES[i].name));
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

/* ---- slow work ---- */

/* Each worker asks for another address. */
static bool enter(unsigned slot, enum pool pool, enum slow kind)
{
	char ip[40];

	snprintf(ip, sizeof ip, "198.51.%u.%u", slot / 256, slot % 256);
	return shared_slow_enter(shared, slot, pool, kind, ip);
}

static void leave(unsigned slot, enum pool pool, enum slow kind)
{
	shared_slow_leave(shared, slot, pool, kind);
}

/* A pool of twenty has four places for exports: these have three seats there, and one may wait so long. */
static void with_wait(int ms)
{
	config.web_workers = 20;
	config.export_seats = 3;
	config.seat_wait_ms = ms;
	shared = shared_new(&config);
}

/* A worker of that slot that takes a seat, says so, and keeps it until it is killed. It exits with 1 when there is none. */
static pid_t worker(unsigned slot, enum pool pool, enum slow kind, int tell)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (!enter(slot, pool, kind) || write(tell, "!", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static void killed(pid_t pid)
{
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

/* What a metric becomes; each turn looks anew. */
static void until(const char *name, long long value)
{
	const struct timespec moment = { 0, 2000000 };

	for (int i = 0; metric(name) != value; i++) {
		ck_assert_msg(i < 10000, "%s is %lld", name, metric(name));
		nanosleep(&moment, NULL);
	}
}

/* How many wait in the web's pool for work of that kind. */
static const char *waiting_of(enum slow kind)
{
	static const char *const NAMES[SLOW_KINDS] = {
		[SLOW_HASH] = "gatehouse_slow_waiting{pool=\"web\",kind=\"hash\"}",
		[SLOW_GATE_HASH] = "gatehouse_slow_waiting{pool=\"web\",kind=\"gate_hash\"}",
		[SLOW_CALL] = "gatehouse_slow_waiting{pool=\"web\",kind=\"call\"}",
		[SLOW_EXPORT] = "gatehouse_slow_waiting{pool=\"web\",kind=\"export\"}",
		[SLOW_DRAW] = "gatehouse_slow_waiting{pool=\"web\",kind=\"draw\"}",
	};

	return NAMES[kind];
}

/* clang-format off */
#define EXPORT "{pool=\"web\",kind=\"export\"}"
/* clang-format on */

/* Nobody waits here: what cannot have a seat at once is refused. */
static atomic_llong *views_taken;

static void take_views(void)
{
	int64_t event_id, n;

	for (unsigned place = 0; place < VIEWS_EVENTS; place++)
		if (views_take(shared_views(shared), place, &event_id, &n))
			atomic_fetch_add(&views_taken[event_id == VIEWS_EVENTS + 1], n);
}

/* One takes out what the others put in; two of the events want the same place. */
static int look_or_write(int child)
{
	for (int i = 0; i < EACH; i++) {
		if (child)
			views_add(shared_views(shared), i % 4 ? 1 : VIEWS_EVENTS + 1);
		else if (i % 10 == 0)
			take_views();
	}
	return 0;
}

START_TEST(no_look_is_lost_or_counted_twice)
{
	int status[CHILDREN];

	views_taken = mmap(NULL, 2 * sizeof *views_taken, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(views_taken, MAP_FAILED);
	together(look_or_write, status);
	take_views();
	ck_assert_int_eq(atomic_load(&views_taken[1]), (CHILDREN - 1) * EACH / 4);
	ck_assert_int_eq(atomic_load(&views_taken[0]), (CHILDREN - 1) * EACH / 4 * 3);
	take_views();
	ck_assert_int_eq(atomic_load(&views_taken[0]), (CHILDREN - 1) * EACH / 4 * 3);
}
END_TEST

START_TEST(each_kind_has_seats_of_its_own)
{
	static const struct {
		int line;
		enum pool pool;
		enum slow kind;
		unsigned seats;
	} CASES[] = {
		{ __LINE__, POOL_WEB, SLOW_HASH, 3 }, /* as configured */
		{ __LINE__, POOL_WEB, SLOW_GATE_HASH, 2 },
		{ __LINE__, POOL_WEB, SLOW_CALL, 2 }, /* a quarter of a pool that is not there for them */
		{ __LINE__, POOL_WEB, SLOW_EXPORT, 2 },
		{ __LINE__, POOL_WEB, SLOW_DRAW, 2 },
		{ __LINE__, POOL_GATE, SLOW_HASH, 2 }, /* each pool has its own, two at least … */
		{ __LINE__, POOL_GATE, SLOW_GATE_HASH, 2 },
		{ __LINE__, POOL_BOOK, SLOW_HASH, 3 },
		{ __LINE__, POOL_BOOK, SLOW_CALL, 2 },
		{ __LINE__, POOL_OUTSIDE, SLOW_CALL, 7 }, /* … and one pool is there for calls */
		{ __LINE__, POOL_OUTSIDE, SLOW_HASH, 2 },
	};
	unsigned slot = 0, sum = 0;

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		unsigned n = 0;

		while (n < 100 && enter(slot++, CASES[i].pool, CASES[i].kind))
			n++;
		ck_assert_msg(n == CASES[i].seats, "line %d: %u seats", CASES[i].line, n);
		sum += n;
	}
	ck_assert_uint_eq(sum, 29);
	ck_assert_int_eq(metric("gatehouse_slow_requests{pool=\"web\",kind=\"hash\"}"), 3);
	ck_assert_int_eq(metric("gatehouse_slow_refused_total{pool=\"web\",kind=\"hash\"}"), 1);
	ck_assert_int_eq(metric("gatehouse_slow_waited_total{pool=\"web\",kind=\"hash\"}"), 0);
	ck_assert(enter(slot, POOL_WEB, SLOW_NONE)); /* what is quick asks for nothing */
}
END_TEST

START_TEST(a_seat_that_is_left_is_free)
{
	for (unsigned slot = 0; slot < 3; slot++)
		ck_assert(enter(slot, POOL_WEB, SLOW_HASH));
	leave(5, POOL_WEB, SLOW_HASH);	 /* had none */
	leave(1, POOL_WEB, SLOW_EXPORT); /* nor that one */
	ck_assert(!enter(3, POOL_WEB, SLOW_HASH));
	leave(1, POOL_WEB, SLOW_HASH);
	ck_assert(enter(3, POOL_WEB, SLOW_HASH));
	ck_assert(!enter(1, POOL_WEB, SLOW_HASH));
}
END_TEST

/* Whatever the pool, and also where one seat is all that was configured: then the second waits for the first. */
START_TEST(the_second_of_two_is_never_refused)
{
	for (int workers = 1; workers <= 5; workers++)
		for (int seats = 1; seats <= 2; seats++)
			for (enum slow kind = SLOW_NONE + 1; kind < SLOW_KINDS; kind++) {
				int pipes[2];
				pid_t second;
				char byte;

				config.web_workers = workers;
				config.hash_seats = config.gate_hash_seats = config.export_seats = config.draw_seats =
					seats;
				config.seat_wait_ms = 60000;
				shared = shared_new(&config);
				ck_assert_int_eq(pipe(pipes), 0);
				ck_assert(enter(0, POOL_WEB, kind));
				second = worker(1, POOL_WEB, kind, pipes[1]);
				close(pipes[1]);
				if (seats == 1 && kind != SLOW_CALL &&
				    kind != SLOW_PICTURE) { /* whose places are seats */
					until(waiting_of(kind), 1);
					leave(0, POOL_WEB, kind);
				}
				ck_assert_msg(read(pipes[0], &byte, 1) == 1, "%d workers, %d seats, kind %d", workers,
					      seats, (int)kind);
				killed(second);
				close(pipes[0]);
			}
}
END_TEST

START_TEST(who_finds_no_seat_waits_and_is_then_refused)
{
	ms_t began;

	with_wait(150);
	for (unsigned slot = 0; slot < 3; slot++)
		ck_assert(enter(slot, POOL_WEB, SLOW_EXPORT));
	began = clock_monotonic();
	ck_assert(!enter(3, POOL_WEB, SLOW_EXPORT));
	ck_assert_int_ge(clock_monotonic() - began, 150);
	ck_assert_int_eq(metric("gatehouse_slow_waited_total" EXPORT), 1);
	ck_assert_int_eq(metric("gatehouse_slow_refused_total" EXPORT), 1);
	ck_assert_int_eq(metric("gatehouse_slow_waiting" EXPORT), 0); /* its place is free again */
	ck_assert_int_eq(metric("gatehouse_slow_requests" EXPORT), 3);
}
END_TEST

/* What comes when all places are taken is refused without a wait, for each that waits is a worker less. */
START_TEST(only_some_may_wait)
{
	int pipes[2];
	pid_t waiting;
	char byte;

	with_wait(60000);
	ck_assert_int_eq(pipe(pipes), 0);
	for (unsigned slot = 0; slot < 3; slot++)
		ck_assert(enter(slot, POOL_WEB, SLOW_EXPORT));
	waiting = worker(3, POOL_WEB, SLOW_EXPORT, pipes[1]);
	until("gatehouse_slow_waiting" EXPORT, 1);
	ck_assert(!enter(4, POOL_WEB, SLOW_EXPORT));
	leave(0, POOL_WEB, SLOW_EXPORT);
	ck_assert_int_eq(read(pipes[0], &byte, 1), 1);
	ck_assert_int_eq(metric("gatehouse_slow_waiting" EXPORT), 0);
	ck_assert_int_eq(metric("gatehouse_slow_requests" EXPORT), 3);
	ck_assert_int_eq(metric("gatehouse_slow_waited_total" EXPORT), 1);
	ck_assert_int_eq(metric("gatehouse_slow_refused_total" EXPORT), 1);
	killed(waiting);
}
END_TEST

/* A part of the places is for others, where there are more than two; of two that come at once from one address none is
 * refused. */
START_TEST(one_address_never_has_every_place)
{
	static const struct {
		int line;
		enum slow kind;
		int workers;
		unsigned places, of_one; /* two fifths, of exports a fifth, and three quarters of them */
	} CASES[] = {
		{ __LINE__, SLOW_HASH, 1, 2, 2 },    { __LINE__, SLOW_HASH, 5, 2, 2 },
		{ __LINE__, SLOW_HASH, 8, 3, 2 },    { __LINE__, SLOW_HASH, 10, 4, 3 },
		{ __LINE__, SLOW_HASH, 16, 6, 4 },   { __LINE__, SLOW_HASH, 20, 8, 6 },
		{ __LINE__, SLOW_EXPORT, 10, 2, 2 }, { __LINE__, SLOW_EXPORT, 40, 8, 6 },
	};

	config.hash_seats = config.export_seats = 8;
	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		unsigned slot = 0, one = 0, others = 0;

		config.web_workers = CASES[i].workers;
		shared = shared_new(&config);
		while (one < 100 && shared_slow_enter(shared, slot++, POOL_WEB, CASES[i].kind, "203.0.113.7"))
			one++;
		while (others < 100 && enter(slot++, POOL_WEB, CASES[i].kind))
			others++;
		ck_assert_msg(one == CASES[i].of_one, "line %d: %u", CASES[i].line, one);
		ck_assert_msg(one + others == CASES[i].places, "line %d: and %u", CASES[i].line, others);
	}
}
END_TEST

/* Who calls has signed in, or is the provider; many people may be behind one address, and each call is only a wait. */
START_TEST(calls_ask_for_no_address)
{
	for (unsigned slot = 0; slot < 7; slot++)
		ck_assert(shared_slow_enter(shared, slot, POOL_OUTSIDE, SLOW_CALL, "203.0.113.7"));
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
	} CASES[POOLS] = {
		{ __LINE__, POOL_WEB, "web", "web.sock", 9 },
		{ __LINE__, POOL_GATE, "gate", "gate.sock", 4 },
		{ __LINE__, POOL_BOOK, "book", "book.sock", 8 },
		{ __LINE__, POOL_OUTSIDE, "outside", "outside.sock", 7 },
		{ __LINE__, POOL_MARK, "mark", "mark.sock", 6 },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
		enum pool pool = CASES[i].pool;

		ck_assert_msg(pool_workers(&config, pool) == CASES[i].workers, "line %d", CASES[i].line);
		ck_assert_str_eq(POOL[pool].name, CASES[i].name);
		ck_assert_str_eq(POOL[pool].socket, CASES[i].socket);
	}
}
END_TEST

START_TEST(workers_are_counted)
{
	shared_slot(shared, 0, POOL_WEB, 101);
	shared_slot(shared, 1, POOL_WEB, 102);
	shared_slot(shared, 8, POOL_GATE, 103);
	shared_slot(shared, 12, POOL_BOOK, 104);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"web\"}"), 2);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"gate\"}"), 1);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"book\"}"), 1);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"outside\"}"), 0);
	shared_slot(shared, 1, POOL_WEB, 0);
	ck_assert_int_eq(metric("gatehouse_workers{pool=\"web\"}"), 1);
	ck_assert_int_eq(metric("gatehouse_worker_started_total"), 4);
}
END_TEST

/* Killed with a seat, and killed while it waited for one: what it had is free once the parent has seen that it died. */
START_TEST(a_killed_worker_frees_what_it_had)
{
	pid_t seated[3], waiting, next;
	int pipes[2];
	char byte;

	with_wait(60000);
	ck_assert_int_eq(pipe(pipes), 0);
	for (unsigned slot = 0; slot < 3; slot++) {
		seated[slot] = worker(slot, POOL_WEB, SLOW_EXPORT, pipes[1]);
		ck_assert_int_eq(read(pipes[0], &byte, 1), 1);
	}
	waiting = worker(3, POOL_WEB, SLOW_EXPORT, pipes[1]);
	until("gatehouse_slow_waiting" EXPORT, 1);
	killed(waiting);
	ck_assert_int_eq(metric("gatehouse_slow_waiting" EXPORT), 1);
	shared_slot(shared, 3, POOL_WEB, 0);
	ck_assert_int_eq(metric("gatehouse_slow_waiting" EXPORT), 0);
	next = worker(4, POOL_WEB, SLOW_EXPORT, pipes[1]);
	until("gatehouse_slow_waiting" EXPORT, 1);
	killed(seated[1]);
	shared_slot(shared, 1, POOL_WEB, 0);
	ck_assert_int_eq(read(pipes[0], &byte, 1), 1); /* next has it */
	ck_assert_int_eq(metric("gatehouse_slow_requests" EXPORT), 3);
	ck_assert_int_eq(metric("gatehouse_slow_waiting" EXPORT), 0);
	killed(seated[0]);
	killed(seated[2]);
	killed(next);
}
END_TEST

/* Takes and gives back a seat over and over; how many are in at once is noted where all can see it. */
static atomic_int *inside, *most;

static int come_and_go(int child)
{
	for (int i = 0; i < 1000; i++) {
		int now, seen;

		if (!enter((unsigned)child, POOL_WEB, SLOW_EXPORT))
			return 1;
		now = atomic_fetch_add(inside, 1) + 1;
		for (seen = atomic_load(most); now > seen && !atomic_compare_exchange_weak(most, &seen, now);)
			;
		sched_yield();
		atomic_fetch_sub(inside, 1);
		leave((unsigned)child, POOL_WEB, SLOW_EXPORT);
	}
	return 0;
}

/* Were it not for the waking, each turn would cost a tenth of a second. Four who have four places are never refused, whoever
 * of them is just moving from one to another. */
START_TEST(no_seat_is_given_twice_and_no_turn_is_lost)
{
	inside = mmap(NULL, 2 * sizeof *inside, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(inside != MAP_FAILED);
	most = inside + 1;
	for (int seats = 1; seats <= 3; seats++) {
		int status[CHILDREN];

		with_wait(60000);
		config.export_seats = seats;
		shared = shared_new(&config);
		atomic_store(most, 0);
		together(come_and_go, status);
		for (int i = 0; i < CHILDREN; i++)
			ck_assert_int_eq(status[i], 0);
		ck_assert_int_eq(atomic_load(inside), 0);
		ck_assert_int_le(atomic_load(most), seats);
		ck_assert_int_eq(metric("gatehouse_slow_refused_total" EXPORT), 0);
	}
	munmap(inside, 2 * sizeof *inside);
}
END_TEST

START_TEST(the_databases_last_failure_is_known_for_a_minute)
{
	const ms_t now = clock_now();

	ck_assert_int_eq(shared_database_failure(shared, now), DB_OK);
	shared_database_failed(shared, DB_AWAY, now - 90 * MS_SECOND);
	ck_assert_int_eq(shared_database_failure(shared, now), DB_OK);
	shared_database_failed(shared, DB_FULL, now);
	ck_assert_int_eq(shared_database_failure(shared, now + 59 * MS_SECOND), DB_FULL);
	ck_assert_int_eq(shared_database_failure(shared, now + 60 * MS_SECOND), DB_OK);
	shared_database_failed(shared, DB_READ_ONLY, now);
	shared_database_failed(shared, DB_BUSY, now);
	ck_assert_int_eq(shared_database_failure(shared, now), DB_BUSY);
	ck_assert_int_eq(metric("gatehouse_db_error_total"), 4);
	ck_assert_int_eq(metric("gatehouse_db_full_total"), 1);
	ck_assert_int_eq(metric("gatehouse_db_read_only_total"), 1);
	ck_assert_int_eq(metric("gatehouse_db_busy_total"), 1);
}
END_TEST

START_TEST(whose_the_schema_is_is_asked_by_one_at_a_time)
{
	ck_assert_int_eq(shared_schema_since(shared), 0);
	shared_schema_moved(shared, 0, 1000);
	shared_schema_moved(shared, 25, 2000);
	ck_assert_int_eq(shared_schema_since(shared), 1000);
	ck_assert_int_eq(shared_schema_seen(shared), 25);
	ck_assert(shared_schema_turn(shared, 2000));
	ck_assert(!shared_schema_turn(shared, 2000));
	ck_assert(!shared_schema_turn(shared, 2049));
	ck_assert(shared_schema_turn(shared, 2050));
	shared_schema_back(shared);
	ck_assert_int_eq(shared_schema_since(shared), 0);
	ck_assert_int_eq(shared_schema_seen(shared), 0);
}
END_TEST

START_TEST(metrics_are_prometheus_text)
{
	struct buf *text = buf_new(NULL, 1 << 20);

	shared_count(shared, POOL_GATE, 200, 3);
	shared_metrics(shared, text);
	ck_assert_ptr_nonnull(strstr(text->data, "\ngatehouse_request_seconds_count{pool=\"gate\"} 1\n"));
	/* Exposition format 0.0.4: HELP, TYPE, then samples; each line ends. */
	for (const char *line = text->data; *line; line = strchr(line, '\n') + 1) {
		const char *end = strchr(line, '\n');

		ck_assert_ptr_nonnull(end);
		if (!strncmp(line, "# HELP gatehouse_", 17)) {
			const char *name = line + 7;
			size_t len = strcspn(name, " ");

			ck_assert(!strncmp(end + 1, "# TYPE ", 7) && !strncmp(end + 8, name, len + 1));
		} else {
			ck_assert(!strncmp(line, "gatehouse_", 10) || !strncmp(line, "# TYPE gatehouse_", 17));
		}
	}
	talloc_free(text);
}
END_TEST

Suite *shared_suite(void)
{
	Suite *suite = suite_create("shared");
	TCase *tests = tcase_create("shared");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_bucket_is_a_minute_deep);
	tcase_add_test(tests, a_bucket_refills_with_time);
	tcase_add_test(tests, a_request_that_is_a_moment_older_finds_the_bucket_empty);
	tcase_add_test(tests, accounts_are_counted_where_the_class_says_so);
	tcase_add_test(tests, a_refusal_says_how_long_to_wait);
	tcase_add_test(tests, addresses_and_classes_are_told_apart);
	tcase_add_test(tests, a_crowd_does_not_free_who_is_limited);
	tcase_add_test(tests, no_token_is_granted_twice);
	tcase_add_test(tests, a_bucket_that_two_make_at_once_is_one);
	tcase_add_test(tests, counters_lose_nothing);
	tcase_add_test(tests, odd_counts_are_kept_apart);
	tcase_add_test(tests, no_look_is_lost_or_counted_twice);
	tcase_add_test(tests, each_kind_has_seats_of_its_own);
	tcase_add_test(tests, a_seat_that_is_left_is_free);
	tcase_add_test(tests, the_second_of_two_is_never_refused);
	tcase_add_test(tests, who_finds_no_seat_waits_and_is_then_refused);
	tcase_add_test(tests, only_some_may_wait);
	tcase_add_test(tests, one_address_never_has_every_place);
	tcase_add_test(tests, calls_ask_for_no_address);
	tcase_add_test(tests, every_pool_is_its_own);
	tcase_add_test(tests, workers_are_counted);
	tcase_add_test(tests, a_killed_worker_frees_what_it_had);
	tcase_add_test(tests, no_seat_is_given_twice_and_no_turn_is_lost);
	tcase_add_test(tests, the_databases_last_failure_is_known_for_a_minute);
	tcase_add_test(tests, whose_the_schema_is_is_asked_by_one_at_a_time);
	tcase_add_test(tests, metrics_are_prometheus_text);
	suite_add_tcase(suite, tests);
	return suite;
}
