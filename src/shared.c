/* What a node's workers share, in one anonymous mapping made before the fork. Everything in it is a lone atomic word or
 * a slot claimed by compare-and-swap, so a worker that dies at any instruction leaves nothing locked behind. */
#include "shared.h"
#include "base/config.h"
#include "base/uuid.h"
#include "buckets.h"
#include "rules/keys.h"
#include "seats.h"
#include "views.h"
#include <arpa/inet.h>
#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { SCHEMA_ASK_MS = 50, STATUSES = 600, OF_ACCOUNT = RATES, CLASSES = 2 * RATES };

#define NO_NUMBER SIZE_MAX

struct slot {
	atomic_int pid; /* 0: empty */
	atomic_int pool;
	atomic_bool answers;
};

struct pool_state {
	atomic_uint_fast64_t status[STATUSES];
	atomic_uint_fast64_t took[LATENCY_BUCKETS];
	atomic_uint_fast64_t took_ms;
	struct room room[SLOW_KINDS];
};

_Static_assert((int)SHARED_SLOTS <= (int)SEATS_MAX, "a pool of all workers needs as many places");

const struct pool_row POOL[POOLS] = {
	[POOL_WEB] = { "web", "web.sock", offsetof(struct config, web_workers) },
	[POOL_GATE] = { "gate", "gate.sock", offsetof(struct config, gate_workers) },
	[POOL_BOOK] = { "book", "book.sock", offsetof(struct config, book_workers) },
	[POOL_OUTSIDE] = { "outside", "outside.sock", offsetof(struct config, outside_workers) },
	[POOL_MARK] = { "mark", "mark.sock", offsetof(struct config, mark_workers) },
};

/* Kinds of slow work. No two of them together take all of a pool of the usual size from what is quick. */
static const struct kind {
	const char *name;
	size_t seats;	/* offset into struct config of an int; NO_NUMBER: as many as places */
	int percent;	/* of a pool's workers may serve or wait here; two may in any pool */
	enum pool home; /* all of this pool's may: it is there for that */
	bool fair;	/* whoever asks may not have signed in: one address must not have all */
} KIND[SLOW_KINDS] = {
	[SLOW_HASH] = { "hash", offsetof(struct config, hash_seats), 40, POOLS, true },
	[SLOW_GATE_HASH] = { "gate_hash", offsetof(struct config, gate_hash_seats), 40, POOLS, true },
	[SLOW_CALL] = { "call", NO_NUMBER, 25, POOL_OUTSIDE, false },
	[SLOW_PICTURE] = { "picture", NO_NUMBER, 25, POOLS, true },
	[SLOW_EXPORT] = { "export", offsetof(struct config, export_seats), 20, POOLS, true },
	[SLOW_DRAW] = { "draw", offsetof(struct config, draw_seats), 20, POOLS, true },
};

/* Upper bounds in milliseconds; the last is +Inf. */
static const struct {
	ms_t ms;
	const char *seconds;
} LATENCY[LATENCY_BUCKETS] = {
	{ 1, "0.001" }, { 2, "0.002" },	 { 5, "0.005" }, { 10, "0.01" }, { 25, "0.025" }, { 50, "0.05" },
	{ 100, "0.1" }, { 250, "0.25" }, { 500, "0.5" }, { 1000, "1" },	 { 5000, "5" },	  { INT64_MAX, "+Inf" },
};

static const struct {
	const char *name, *help;
} EVENTS[] = {
	{ "cache_hit", "Answers given from the one-second cache." },
	{ "db_busy", "Requests refused because the database had no connection free." },
	{ "db_error", "Requests that a failure of the database ended." },
	{ "db_full", "Requests refused because the database had no room left." },
	{ "db_read_only", "Requests refused because the database took no changes." },
	{ "misrouted", "Requests that came to another pool's workers than the site map says." },
	{ "rate_limited", "Requests over an address's rate." },
	{ "relayed", "Requests that came through a proxy which [site] proxies does not name." },
	{ "together", "Requests answered in one transaction with others." },
	{ "worker_died", "Workers that ended otherwise than by leaving." },
	{ "worker_started", "Workers started." },
};

enum { N_EVENTS = sizeof EVENTS / sizeof *EVENTS, FAILURES = DB_BROKEN + 1 };

struct shared {
	int64_t step_us[CLASSES]; /* one token's time; 0: no limit */
	ms_t seat_wait;
	uint8_t secret[16]; /* so that nobody can choose addresses that fall together */
	struct slot slot[SHARED_SLOTS];
	struct pool_state pool[POOLS];
	atomic_uint_fast64_t event[N_EVENTS];
	atomic_int_fast64_t relay_told; /* ms since 1970: when the log was last told of a proxy that nobody named */
	atomic_int_fast64_t failure;	/* the database's last: ms since 1970, times FAILURES, plus which */
	struct {
		atomic_int_fast64_t since, asked; /* on clock_monotonic(); since 0: it is ours */
		atomic_int version;
	} schema;
	struct views views;
	struct buckets buckets;
};

static int number_at(const struct config *config, size_t at)
{
	int number;

	memcpy(&number, (const char *)config + at, sizeof number);
	return number;
}

int pool_workers(const struct config *config, enum pool pool)
{
	return number_at(config, POOL[pool].workers);
}

/* In a small pool two may be slow all the same: of two that come at once none is refused. */
static void furnish(struct room *room, const struct config *config, enum pool pool, const struct kind *kind)
{
	int workers = pool_workers(config, pool), share = workers * kind->percent / 100;
	int places = kind->home == pool ? workers : share < 2 ? 2 : share;
	int seats = kind->seats == NO_NUMBER ? places : number_at(config, kind->seats);

	room->places = (unsigned)places;
	room->seats = (unsigned)(seats < places ? seats : places);
	room->fair = kind->fair;
}

struct views *shared_views(struct shared *shared)
{
	return &shared->views;
}

static struct shared *of_process;

struct shared *shared_of_process(void)
{
	return of_process;
}

struct shared *shared_new(const struct config *config)
{
	const int rate[CLASSES] = {
		[RATE_PUBLIC] = config->rate_public,	   [RATE_ACCOUNT] = config->rate_account,
		[RATE_WRITE] = config->rate_write,	   [RATE_GATE] = config->rate_gate,
		[RATE_CAMPUS] = config->rate_campus,	   [RATE_CAMPUS_SIGN_IN] = config->rate_campus_sign_in,
		[RATE_HANDSHAKE] = config->rate_handshake, [OF_ACCOUNT + RATE_CAMPUS] = config->rate_campus_account
	};
	struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		abort();
	random_bytes(shared->secret, sizeof shared->secret);
	for (int i = 0; i < CLASSES; i++)
		shared->step_us[i] = rate[i] > 0 ? BUCKET_FILLS_US / rate[i] : 0;
	shared->seat_wait = config->seat_wait_ms;
	for (enum pool p = 0; p < POOLS; p++)
		for (enum slow k = SLOW_NONE + 1; k < SLOW_KINDS; k++)
			furnish(&shared->pool[p].room[k], config, p, &KIND[k]);
	of_process = shared;
	return shared;
}

/* ---- rates ---- an account's classes stand behind the addresses' */

/* An IPv6 subscriber owns at least a /64, so that is one address here. */
static size_t address_bytes(const char *ip, uint8_t out[16])
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, ip, &four) == 1) {
		memcpy(out, &four, sizeof four);
		return sizeof four;
	}
	if (inet_pton(AF_INET6, ip, &six) != 1)
		return 0;
	if (IN6_IS_ADDR_V4MAPPED(&six)) {
		memcpy(out, six.s6_addr + 12, 4);
		return 4;
	}
	memcpy(out, six.s6_addr, 8);
	return 8;
}

static uint64_t bucket_name(const struct shared *shared, unsigned class, const uint8_t *bytes, size_t len)
{
	uint8_t text[33] = { 0 }, hash[HASH_BYTES];
	uint64_t name;

	memcpy(text, shared->secret, 16);
	text[16] = (uint8_t) class;
	memcpy(text + 17, bytes, len);
	hash_plain(text, 17 + len, hash);
	memcpy(&name, hash, sizeof name);
	return name ? name : 1;
}

static uint64_t name_of_address(const struct shared *shared, unsigned class, const char *ip)
{
	uint8_t bytes[16];

	return bucket_name(shared, class, bytes, address_bytes(ip, bytes));
}

/* Takes a token of step µs from the bucket of that name; 0, or seconds until there is one. */
static int take_token(struct shared *shared, uint64_t name, int64_t step, ms_t now)
{
	int wait = bucket_take(&shared->buckets, name, step, now);

	if (wait)
		shared_count_event(shared, "rate_limited");
	return wait;
}

int shared_rate(struct shared *shared, enum rate class, const char *ip, ms_t now)
{
	int64_t step = shared->step_us[class];

	return step ? take_token(shared, name_of_address(shared, class, ip), step, now) : 0;
}

int shared_rate_account(struct shared *shared, enum rate class, int64_t account_id, ms_t now)
{
	int64_t step = shared->step_us[OF_ACCOUNT + class];
	uint8_t bytes[sizeof account_id];

	memcpy(bytes, &account_id, sizeof bytes);
	return step ? take_token(shared, bucket_name(shared, OF_ACCOUNT + class, bytes, sizeof bytes), step, now) : 0;
}

bool shared_slow_enter(struct shared *shared, unsigned slot, enum pool pool, enum slow kind, const char *ip)
{
	assert(slot < SHARED_SLOTS);
	return kind == SLOW_NONE ||
	       room_enter(&shared->pool[pool].room[kind], slot,
			  (uint32_t)name_of_address(shared, CLASSES + kind, ip) | 1, shared->seat_wait);
}

void shared_slow_leave(struct shared *shared, unsigned slot, enum pool pool, enum slow kind)
{
	if (kind != SLOW_NONE)
		room_leave(&shared->pool[pool].room[kind], slot);
}

void shared_slot(struct shared *shared, unsigned slot, enum pool pool, int pid)
{
	assert(slot < SHARED_SLOTS);
	for (enum slow k = SLOW_NONE + 1; k < SLOW_KINDS; k++)
		shared_slow_leave(shared, slot, pool, k);
	atomic_store(&shared->slot[slot].pool, pool);
	atomic_store(&shared->slot[slot].pid, pid);
	if (pid)
		shared_count_event(shared, "worker_started");
	else /* of one that starts only it knows, and it may have said so already */
		atomic_store(&shared->slot[slot].answers, false);
}

void shared_answering(struct shared *shared, unsigned slot)
{
	atomic_store(&shared->slot[slot].answers, true);
}

bool shared_answers(const struct shared *shared, unsigned slot)
{
	return atomic_load(&shared->slot[slot].answers);
}

/* ---- whose the schema is ---- */

void shared_schema_moved(struct shared *shared, int version, ms_t now)
{
	int_fast64_t never = 0;

	atomic_store(&shared->schema.version, version);
	atomic_compare_exchange_strong(&shared->schema.since, &never, now);
}

void shared_schema_back(struct shared *shared)
{
	atomic_store(&shared->schema.version, 0);
	atomic_store(&shared->schema.since, 0);
}

ms_t shared_schema_since(const struct shared *shared)
{
	return atomic_load(&shared->schema.since);
}

int shared_schema_seen(const struct shared *shared)
{
	return atomic_load(&shared->schema.version);
}

bool shared_schema_turn(struct shared *shared, ms_t now)
{
	int_fast64_t asked = atomic_load(&shared->schema.asked);

	return now - asked >= SCHEMA_ASK_MS && atomic_compare_exchange_strong(&shared->schema.asked, &asked, now);
}

/* ---- counters ---- */

static void add(atomic_uint_fast64_t *counter, uint64_t n)
{
	atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void shared_count(struct shared *shared, enum pool pool, int status, ms_t took)
{
	struct pool_state *state = &shared->pool[pool];
	int i = 0;

	if (took < 0)
		took = 0;
	while (took > LATENCY[i].ms)
		i++;
	add(&state->status[status > 0 && status < STATUSES ? status : 0], 1);
	add(&state->took[i], 1);
	add(&state->took_ms, (uint64_t)took);
}

static void count_events(struct shared *shared, const char *name, unsigned n)
{
	size_t i = 0;

	while (i < N_EVENTS && strcmp(EVENTS[i].name, name))
		i++;
	assert(i < N_EVENTS);
	add(&shared->event[i], n);
}

void shared_count_event(struct shared *shared, const char *name)
{
	count_events(shared, name, 1);
}

void shared_database_failed(struct shared *shared, enum db_error error, ms_t now)
{
	static const char *const COUNTED[FAILURES] = {
		[DB_FULL] = "db_full", [DB_READ_ONLY] = "db_read_only", [DB_BUSY] = "db_busy"
	};

	shared_count_event(shared, "db_error");
	if (COUNTED[error])
		shared_count_event(shared, COUNTED[error]);
	atomic_store(&shared->failure, now * FAILURES + error);
}

enum db_error shared_database_failure(struct shared *shared, ms_t now)
{
	int64_t failure = atomic_load(&shared->failure);

	return now - failure / FAILURES < MS_MINUTE ? (enum db_error)(failure % FAILURES) : DB_OK;
}

bool shared_relayed(struct shared *shared, ms_t now)
{
	int_fast64_t told = atomic_load(&shared->relay_told);

	shared_count_event(shared, "relayed");
	return now - told >= MS_HOUR && atomic_compare_exchange_strong(&shared->relay_told, &told, now);
}

void shared_count_together(struct shared *shared, unsigned n)
{
	count_events(shared, "together", n);
}

static unsigned long long get(atomic_uint_fast64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP gatehouse_%s %s\n# TYPE gatehouse_%s %s\n", name, help, name, type);
}

static void print_requests(struct shared *shared, struct buf *out)
{
	head(out, "requests_total", "counter", "Requests answered, by pool and status.");
	for (int p = 0; p < POOLS; p++) {
		for (int s = 0; s < STATUSES; s++) {
			unsigned long long n = get(&shared->pool[p].status[s]);

			if (n)
				buf_printf(out, "gatehouse_requests_total{pool=\"%s\",status=\"%d\"} %llu\n",
					   POOL[p].name, s, n);
		}
	}
}

static void print_latency(struct shared *shared, struct buf *out)
{
	head(out, "request_seconds", "histogram", "Time from the request's head to its reply.");
	for (int p = 0; p < POOLS; p++) {
		unsigned long long sum = 0, ms = get(&shared->pool[p].took_ms);

		for (int i = 0; i < LATENCY_BUCKETS; i++) {
			sum += get(&shared->pool[p].took[i]);
			buf_printf(out, "gatehouse_request_seconds_bucket{pool=\"%s\",le=\"%s\"} %llu\n", POOL[p].name,
				   LATENCY[i].seconds, sum);
		}
		buf_printf(out, "gatehouse_request_seconds_sum{pool=\"%s\"} %llu.%03llu\n", POOL[p].name, ms / 1000,
			   ms % 1000);
		buf_printf(out, "gatehouse_request_seconds_count{pool=\"%s\"} %llu\n", POOL[p].name, sum);
	}
}

static void print_workers(struct shared *shared, struct buf *out)
{
	int alive[POOLS] = { 0 };

	for (int i = 0; i < SHARED_SLOTS; i++)
		if (atomic_load(&shared->slot[i].pid))
			alive[atomic_load(&shared->slot[i].pool)]++;
	head(out, "workers", "gauge", "Workers alive.");
	for (int p = 0; p < POOLS; p++)
		buf_printf(out, "gatehouse_workers{pool=\"%s\"} %d\n", POOL[p].name, alive[p]);
}

static void print_rooms(struct shared *shared, struct buf *out)
{
	static const struct {
		const char *name, *type, *help;
	} TELL[ROOM_FIGURES] = {
		[ROOM_SEATED] = { "slow_requests", "gauge", "Slow requests being served, by kind." },
		[ROOM_WAITING] = { "slow_waiting", "gauge", "Slow requests that wait for a seat." },
		[ROOM_WAITED] = { "slow_waited_total", "counter", "Slow requests that had to wait for a seat." },
		[ROOM_REFUSED] = { "slow_refused_total", "counter",
				   "Slow requests turned away, for no seat came free." },
	};

	for (enum room_figure f = 0; f < ROOM_FIGURES; f++) {
		head(out, TELL[f].name, TELL[f].type, TELL[f].help);
		for (int p = 0; p < POOLS; p++)
			for (enum slow k = SLOW_NONE + 1; k < SLOW_KINDS; k++)
				buf_printf(out, "gatehouse_%s{pool=\"%s\",kind=\"%s\"} %llu\n", TELL[f].name,
					   POOL[p].name, KIND[k].name, room_figure(&shared->pool[p].room[k], f));
	}
}

void shared_metrics(struct shared *shared, struct buf *out)
{
	print_requests(shared, out);
	print_latency(shared, out);
	print_workers(shared, out);
	print_rooms(shared, out);
	for (size_t i = 0; i < N_EVENTS; i++) {
		buf_printf(out, "# HELP gatehouse_%s_total %s\n# TYPE gatehouse_%s_total counter\n", EVENTS[i].name,
			   EVENTS[i].help, EVENTS[i].name);
		buf_printf(out, "gatehouse_%s_total %llu\n", EVENTS[i].name, get(&shared->event[i]));
	}
}
