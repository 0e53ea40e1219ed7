/* Who always comes together. Two who share lectures stand in one queue now and then, so each pair is held against how many others were as near to
 * the first at the same events. Marks of an event are in the order of their times, so who is near whom is found by going along them once. */
#include "base/log.h"
#include "base/uuid.h"
#include "jobs/anomalies.h"
#include "rules/attendance_anomaly.h"
#include <stdlib.h>
#include <string.h>

enum { TOGETHER_FEWEST = 5, TABLE_MOST = 1 << 22 };

struct mark {
	int64_t account_id, at;
	size_t event; /* the how-manieth */
	uint32_t near, others;
	uint8_t uuid[UUID_BYTES];
};

/* How often two were near each other; an open table, of no pair where times is 0. */
struct together {
	int64_t first, second;
	size_t times;
};

struct pairs {
	struct job_run *run;
	int64_t campus_id;
	struct mark *marks; /* by event and time; later by person and event */
	size_t n;
	struct together *table;
	size_t size, used;
};

/* ---- who was when ---- */

/* How many are within PAIR_MS of each, of n in the order of their times. */
static void count_near(struct mark marks[], size_t n)
{
	for (size_t i = 0, begin = 0, end = 0; i < n; i++) {
		while (marks[i].at - marks[begin].at > PAIR_MS)
			begin++;
		while (end < n && marks[end].at - marks[i].at <= PAIR_MS)
			end++;
		marks[i].near = (uint32_t)(end - begin - 1);
		marks[i].others = (uint32_t)(n - 1);
	}
}

static bool read_marks(struct pairs *p)
{
	const struct rows *events = anomaly_events_since(p->run->db, p->campus_id, p->run->now - PAIR_DAYS * MS_DAY);

	for (size_t event = 0; event < events->n; event++) {
		struct row of = row_at(events, event);
		const struct rows *rows = anomaly_marks(p->run->db, row_int(&of, "event_id"));

		if (job_should_stop(p->run))
			return false;
		p->marks = talloc_realloc(p->run->mem, p->marks, struct mark, (unsigned)(p->n + rows->n + 1));
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);
			struct mark *mark = &p->marks[p->n + i];

			*mark = (struct mark){ .account_id = row_int(&row, "account_id"),
					       .at = row_time(&row, "submitted_at"),
					       .event = event };
			memcpy(mark->uuid, row_cell(&row, "id")->s, UUID_BYTES);
		}
		count_near(p->marks + p->n, rows->n);
		p->n += rows->n;
	}
	return db_error(p->run->db) == DB_OK;
}

/* ---- who has marks enough ---- */

static int by_account(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The accounts with PAIR_FEWEST marks or more, in their order; how many into *n. */
static int64_t *frequent(const struct pairs *p, size_t *n)
{
	int64_t *all = talloc_array(p->run->mem, int64_t, (unsigned)p->n + 1);
	size_t run = 0;

	*n = 0;
	for (size_t i = 0; i < p->n; i++)
		all[i] = p->marks[i].account_id;
	qsort(all, p->n, sizeof *all, by_account);
	for (size_t i = 0; i < p->n; i++) {
		run = i && all[i] == all[i - 1] ? run + 1 : 1;
		if (run == PAIR_FEWEST)
			all[(*n)++] = all[i]; /* never ahead of i */
	}
	return all;
}

/* ---- who was near whom ---- */

static struct together *place_of(struct together table[], size_t size, int64_t first, int64_t second)
{
	size_t at = ((size_t)first * 0x9e3779b97f4a7c15u ^ (size_t)second * 0xc2b2ae3d27d4eb4fu) >> 20;

	for (at %= size; table[at].times && (table[at].first != first || table[at].second != second);)
		at = (at + 1) % size;
	return &table[at];
}

static void grow(struct pairs *p)
{
	struct together *old = p->table;
	const size_t size = p->size;

	p->size = size ? 2 * size : 4096;
	p->table = talloc_zero_array(p->run->mem, struct together, (unsigned)p->size);
	for (size_t i = 0; i < size; i++)
		if (old[i].times)
			*place_of(p->table, p->size, old[i].first, old[i].second) = old[i];
	talloc_free(old);
}

static void note(struct pairs *p, int64_t one, int64_t other)
{
	const int64_t first = one < other ? one : other, second = one < other ? other : one;
	struct together *at;

	if (2 * p->used >= p->size && p->size < TABLE_MOST)
		grow(p);
	if (p->used + 1 >= p->size)
		return;
	at = place_of(p->table, p->size, first, second);
	p->used += !at->times;
	*at = (struct together){ first, second, at->times + 1 };
}

static void note_all(struct pairs *p, const int64_t people[], size_t n)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct mark *mark = &p->marks[i];

		if (!bsearch(&mark->account_id, people, n, sizeof *people, by_account))
			continue;
		for (size_t k = i + 1;
		     k < p->n && p->marks[k].event == mark->event && p->marks[k].at - mark->at <= PAIR_MS; k++)
			if (bsearch(&p->marks[k].account_id, people, n, sizeof *people, by_account))
				note(p, mark->account_id, p->marks[k].account_id);
	}
	if (p->used + 1 >= p->size && p->size)
		log_error("pairs_too_many", F("campus_id", p->campus_id));
}

/* ---- how likely that is ---- */

static int by_person(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->account_id != y->account_id)
		return x->account_id < y->account_id ? -1 : 1;
	return (x->event > y->event) - (x->event < y->event);
}

/* A person's marks; how many into *n. The marks are by person. */
static const struct mark *marks_of(const struct pairs *p, int64_t account_id, size_t *n)
{
	size_t low = 0, high = p->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (p->marks[middle].account_id < account_id)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < p->n && p->marks[low + *n].account_id == account_id;)
		++*n;
	return p->marks + low;
}

struct pair {
	const struct together *two;
	size_t common, together;
	double q, p;
	const uint8_t *uuids[UUIDS_MOST];
	size_t n_uuids;
};

static struct pair weigh(const struct pairs *p, const struct together *two)
{
	size_t n[2];
	const struct mark *a = marks_of(p, two->first, &n[0]), *b = marks_of(p, two->second, &n[1]);
	struct pair pair = { .two = two };
	double shares = 0;

	for (size_t i = 0, k = 0; i < n[0] && k < n[1];) {
		if (a[i].event != b[k].event) {
			if (a[i].event < b[k].event)
				i++;
			else
				k++;
			continue;
		}
		pair.common++;
		shares += (double)a[i].near / (double)a[i].others;
		if (llabs(a[i].at - b[k].at) <= PAIR_MS) {
			pair.together++;
			if (pair.n_uuids + 2 <= UUIDS_MOST) {
				pair.uuids[pair.n_uuids++] = a[i].uuid;
				pair.uuids[pair.n_uuids++] = b[k].uuid;
			}
		}
		i++;
		k++;
	}
	pair.q = pair.common ? shares / (double)pair.common : 0;
	pair.p = binomial_tail(pair.common, pair.q, pair.together);
	return pair;
}

static void keep_pair(const struct pairs *p, const struct pair *pair, double limit, const char *term)
{
	struct anomaly found = { .type = "pair",
				 .severity = "high",
				 .score = (double)pair->together,
				 .threshold = limit,
				 .p_value = &pair->p,
				 .campus_id = p->campus_id,
				 .account_id = pair->two->first,
				 .other_id = pair->two->second,
				 .attendance_ids = uuids_json(p->run, pair->uuids, pair->n_uuids),
				 .detail = numbers_json(
					 p->run,
					 (struct number[]){ { "together", (double)pair->together },
							    { "events", (double)pair->common },
							    { "by_chance", pair->q * (double)pair->common } },
					 3),
				 .subject = talloc_asprintf(p->run->mem, "%lld %lld %s", (long long)pair->two->first,
							    (long long)pair->two->second, term) };

	found.department_id = anomaly_department_of(p->run->db, pair->two->first, pair->two->second);
	anomaly_keep(p->run->db, &found, p->run->now);
}

/* tests: so many pairs could have been found. */
static void keep_all(const struct pairs *p, size_t tests)
{
	struct pair *weighed = NULL;
	double *chances, limit;
	char term[TERM_SIZE];
	size_t n = 0;
	ms_t unused;

	for (size_t i = 0; i < p->size; i++) {
		if (p->table[i].times < TOGETHER_FEWEST)
			continue;
		weighed = talloc_realloc(p->run->mem, weighed, struct pair, (unsigned)n + 1);
		weighed[n] = weigh(p, &p->table[i]);
		n += weighed[n].common >= PAIR_FEWEST;
	}
	chances = talloc_array(p->run->mem, double, (unsigned)n + 1);
	for (size_t i = 0; i < n; i++)
		chances[i] = weighed[i].p;
	limit = discovery_limit(chances, n, tests, DISCOVERIES);
	term_of(p->run->now, term, &unused);
	for (size_t i = 0; i < n; i++)
		if (weighed[i].p <= limit)
			keep_pair(p, &weighed[i], limit, term);
}

bool anomalies_of_pairs(struct job_run *run, int64_t campus_id)
{
	struct pairs p = { .run = run, .campus_id = campus_id };
	int64_t *people;
	size_t n;

	if (!read_marks(&p))
		return false;
	people = frequent(&p, &n);
	note_all(&p, people, n);
	if (p.n)
		qsort(p.marks, p.n, sizeof *p.marks, by_person);
	keep_all(&p, n * (n - (n > 0)) / 2);
	return db_error(run->db) == DB_OK;
}
