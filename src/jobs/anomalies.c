/* Looks at each event once its sums are kept, and again when they change; and once a night, by the campus's clocks, at what lies across
 * events. Each number is kept, so that a person can work it out again. */
#include "jobs/anomalies.h"
#include "http/request.h"
#include "jobs/doubts.h"
#include "rules/attendance_anomaly.h"
#include "rules/statistics.h"
#include "store/campus_dashboard.h"
#include <math.h>
#include <string.h>

enum { EVENTS_AT_ONCE = 50, EXPECTED_FEWEST = 5 };
#define NIGHT_BEGINS (2 * MS_HOUR)

/* ---- a department's rate ---- */

/* The rates of the rows, of each at most all of those expected. */
static void read_rates(const struct rows *rows, double rates[])
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		rates[i] = fmin(100, 100.0 * (double)row_int(&row, "rated") / (double)row_int(&row, "expected"));
	}
}

static void keep_outlier(struct job_run *run, const struct row *event, int64_t department_id, double x, double m,
			 double rates[], size_t n)
{
	double scratch[RATES_MOST];
	struct anomaly found = { .type = "rate_outlier",
				 .severity = fabs(m) > 2 * OUTLIER_LIMIT ? "high" : "medium",
				 .score = m,
				 .threshold = OUTLIER_LIMIT,
				 .campus_id = row_int(event, "campus_id"),
				 .event_id = row_int(event, "event_id"),
				 .department_id = department_id,
				 .attendance_ids = "[]" };

	memcpy(scratch, rates, n * sizeof *rates);
	found.subject = talloc_asprintf(run->mem, "%lld %lld", (long long)found.event_id, (long long)department_id);
	found.detail = numbers_json(run,
				    (struct number[]){ { "rate", x },
						       { "median", statistics_median(scratch, n) },
						       { "events", (double)n } },
				    3);
	anomaly_keep(run->db, &found, run->now);
}

static void look_at_rates(struct job_run *run, const struct row *event)
{
	const struct rows *now = anomaly_rates(run->db, row_int(event, "event_id"), EXPECTED_FEWEST);
	double *of_now = talloc_array(run->mem, double, (unsigned)now->n + 1);

	read_rates(now, of_now);
	for (size_t i = 0; i < now->n; i++) {
		struct row row = row_at(now, i);
		const int64_t department_id = row_int(&row, "department_id");
		double before[RATES_MOST], scratch[RATES_MOST], m;
		const struct rows *rows =
			anomaly_rates_before(run->db, row_int(event, "campus_id"), department_id,
					     row_time(event, "starts_at"), EXPECTED_FEWEST, RATES_MOST);

		read_rates(rows, before);
		m = rate_outlier(of_now[i], before, rows->n, scratch);
		if (fabs(m) > OUTLIER_LIMIT)
			keep_outlier(run, event, department_id, of_now[i], m, before, rows->n);
	}
}

/* ---- marks from elsewhere, all at once ---- */

struct minute {
	size_t k; /* so many marks */
	const uint8_t *uuids[UUIDS_MOST];
};

/* The busiest minute of marks from outside. */
static struct minute busiest_outside(struct job_run *run, struct json_object *networks, int64_t event_id)
{
	const struct rows *marks = anomaly_marks(run->db, event_id);
	int64_t *at = talloc_array(run->mem, int64_t, (unsigned)marks->n + 1);
	size_t *which = talloc_array(run->mem, size_t, (unsigned)marks->n + 1), n = 0, first;
	struct minute minute = { 0 };

	for (size_t i = 0; i < marks->n; i++) {
		struct row mark = row_at(marks, i);

		if (row_null(&mark, "ip") || networks_have(networks, row_text(&mark, "ip")))
			continue;
		which[n] = i;
		at[n++] = row_time(&mark, "submitted_at");
	}
	minute.k = busiest(at, n, &first);
	for (size_t i = 0; i < minute.k && i < UUIDS_MOST; i++) {
		struct row mark = row_at(marks, which[first + i]);

		minute.uuids[i] = (const uint8_t *)row_cell(&mark, "id")->s;
	}
	return minute;
}

static double usual_outside(struct job_run *run, struct json_object *networks, const struct row *event)
{
	const struct rows *before =
		anomaly_events_before(run->db, row_int(event, "campus_id"), row_time(event, "starts_at"), RATES_MOST);
	size_t sum = 0;

	for (size_t i = 0; i < before->n; i++) {
		struct row row = row_at(before, i);

		sum += busiest_outside(run, networks, row_int(&row, "event_id")).k;
	}
	return fmax(BURST_LAMBDA_LEAST, before->n ? (double)sum / (double)before->n : 0);
}

/* One of a run, until it is known which of all are believed. */
struct burst {
	struct anomaly found;
	double p;
};

/* False: there was none. */
static bool look_at_burst(struct job_run *run, const struct row *event, struct burst *out)
{
	struct json_object *networks =
		row_null(event, "networks") ? NULL : json_tokener_parse(row_text(event, "networks"));
	bool found = false;

	if (json_object_is_type(networks, json_type_array) && json_object_array_length(networks)) {
		const struct minute minute = busiest_outside(run, networks, row_int(event, "event_id"));

		if (minute.k >= BURST_FEWEST) {
			const double lambda = usual_outside(run, networks, event);

			out->p = poisson_tail(lambda, minute.k);
			out->found = (struct anomaly){
				.type = "burst",
				.subject = talloc_asprintf(run->mem, "%lld", (long long)row_int(event, "event_id")),
				.severity = "high",
				.score = (double)minute.k,
				.threshold = BURST_P,
				.campus_id = row_int(event, "campus_id"),
				.event_id = row_int(event, "event_id"),
				.attendance_ids = uuids_json(run, minute.uuids, minute.k),
				.detail = numbers_json(
					run, (struct number[]){ { "marks", (double)minute.k }, { "usual", lambda } }, 2)
			};
			found = true;
		}
	}
	json_object_put(networks);
	return found;
}

/* tests: at so many events it was looked for. */
static void keep_bursts(struct job_run *run, struct burst bursts[], size_t n, size_t tests)
{
	double *p = talloc_array(run->mem, double, (unsigned)n + 1), limit;

	for (size_t i = 0; i < n; i++)
		p[i] = bursts[i].p;
	limit = fmin(discovery_limit(p, n, tests, DISCOVERIES), BURST_P);
	for (size_t i = 0; i < n; i++) {
		if (!(bursts[i].p <= limit && bursts[i].p < BURST_P))
			continue;
		bursts[i].found.p_value = &bursts[i].p;
		anomaly_keep(run->db, &bursts[i].found, run->now);
	}
}

/* ---- who was not expected ---- */

static void look_at_strangers(struct job_run *run, const struct row *event)
{
	const struct rows *strangers = anomaly_strangers(run->db, row_int(event, "event_id"));
	const uint8_t *uuids[UUIDS_MOST];
	struct anomaly found = { .type = "over_roster",
				 .severity = "medium",
				 .score = (double)strangers->n,
				 .threshold = 0,
				 .campus_id = row_int(event, "campus_id"),
				 .event_id = row_int(event, "event_id") };

	if (!strangers->n)
		return;
	for (size_t i = 0; i < strangers->n && i < UUIDS_MOST; i++) {
		struct row row = row_at(strangers, i);

		uuids[i] = (const uint8_t *)row_cell(&row, "id")->s;
	}
	found.subject = talloc_asprintf(run->mem, "%lld", (long long)found.event_id);
	found.attendance_ids = uuids_json(run, uuids, strangers->n);
	found.detail = numbers_json(run, (struct number[]){ { "marks", (double)strangers->n } }, 1);
	anomaly_keep(run->db, &found, run->now);
}

/* ---- who stays away ---- */

static void keep_drop(struct job_run *run, const struct row *person, const struct person_standing *standing,
		      enum drop drop, const char *term)
{
	static const char *const WORDS[] = {
		[DROP_ABSENT] = "absent", [DROP_BELOW] = "below", [DROP_OUT_OF_REACH] = "out_of_reach"
	};
	const double rate = 100 * (double)standing->attended / (double)standing->expected;
	const double best =
		standing->expected_in_all ? 100 * (double)standing->possible / (double)standing->expected_in_all : rate;
	struct anomaly found = { .type = "drop",
				 .severity = drop == DROP_OUT_OF_REACH ? "medium" : "low",
				 .score = drop == DROP_ABSENT  ? (double)standing->absent_running
					  : drop == DROP_BELOW ? rate
							       : best,
				 .threshold = drop == DROP_ABSENT ? ABSENT_RUNNING : standing->threshold,
				 .campus_id = row_int(person, "campus_id"),
				 .department_id = row_int(person, "department_id"),
				 .account_id = row_int(person, "account_id"),
				 .attendance_ids = "[]" };

	found.subject = talloc_asprintf(run->mem, "%lld %s %s", (long long)found.account_id, WORDS[drop], term);
	found.detail = numbers_json(run,
				    (struct number[]){ { WORDS[drop], 1 },
						       { "absent_running", (double)standing->absent_running },
						       { "rate", rate },
						       { "best", best },
						       { "threshold", standing->threshold } },
				    5);
	anomaly_keep(run->db, &found, run->now);
}

static void look_at_person(struct job_run *run, const struct row *person, const char *term, ms_t since)
{
	const struct row *outlook = dashboard_outlook(run->db, row_int(person, "account_id"), since, run->now);
	struct person_standing standing = { .attended = row_int(person, "attended"),
					    .expected = row_int(person, "expected"),
					    .absent_running = row_int(person, "absent_running"),
					    .threshold = (double)row_int(person, "threshold") };
	unsigned drops;

	if (!outlook)
		return;
	standing.possible = row_int(outlook, "possible");
	standing.expected_in_all = row_int(outlook, "expected");
	drops = person_drops(&standing);
	if (standing.expected < DROPS_FEWEST)
		drops &= DROP_ABSENT;
	for (unsigned drop = DROP_ABSENT; drop <= DROP_OUT_OF_REACH; drop <<= 1)
		if (drops & drop)
			keep_drop(run, person, &standing, (enum drop)drop, term);
}

bool anomalies_of_people(struct job_run *run, int64_t campus_id, int64_t event_id)
{
	struct drops_of of = {
		.campus_id = campus_id, .event_id = event_id, .running = ABSENT_RUNNING, .now = run->now
	};
	char term[TERM_SIZE];
	int64_t until;

	term_of(run->now, term, &of.since);
	while ((until = anomaly_people(run->db, &of)) > 0) {
		const struct rows *people;

		if (job_should_stop(run))
			return false;
		people = anomaly_drops(run->db, &of, until);
		for (size_t i = 0; i < people->n; i++) {
			struct row person = row_at(people, i);

			look_at_person(run, &person, term, of.since);
		}
		of.after = until;
	}
	return db_error(run->db) == DB_OK;
}

/* ---- runs ---- */

static bool look_at_events(struct job_run *run)
{
	const struct rows *due = anomaly_events_due(run->db, EVENTS_AT_ONCE);
	struct burst *bursts = talloc_array(run->mem, struct burst, EVENTS_AT_ONCE);
	size_t n_bursts = 0, n = 0;

	for (; n < due->n && !job_should_stop(run); n++) {
		struct row event = row_at(due, n);

		look_at_rates(run, &event);
		n_bursts += look_at_burst(run, &event, &bursts[n_bursts]);
		look_at_strangers(run, &event);
		if (!anomalies_of_people(run, row_int(&event, "campus_id"), row_int(&event, "event_id")))
			break;
	}
	keep_bursts(run, bursts, n_bursts, n);
	for (size_t i = 0; i < n && db_error(run->db) == DB_OK; i++) {
		struct row event = row_at(due, i);

		anomaly_over(run->db, row_int(&event, "event_id"), run->now);
		anomaly_event_seen(run->db, &event, run->now);
	}
	run->more = n == EVENTS_AT_ONCE || n < due->n;
	return db_error(run->db) == DB_OK;
}

/* The night of a day begins at two o'clock. */
static bool look_at_campus(struct job_run *run, const struct row *campus)
{
	char day[DATE_SIZE];

	if (!clock_date(run->now - NIGHT_BEGINS, row_text(campus, "time_zone"), day))
		clock_date(run->now - NIGHT_BEGINS, "UTC", day);
	if (row_is(campus, "day", day))
		return true;
	if (!anomalies_of_people(run, row_int(campus, "id"), 0) || !anomalies_of_pairs(run, row_int(campus, "id")))
		return false;
	anomaly_campus_seen(run->db, row_int(campus, "id"), day, run->now);
	return db_error(run->db) == DB_OK;
}

bool job_anomalies(struct job_run *run)
{
	const struct rows *campuses;

	if (!look_at_events(run))
		return false;
	if (run->more || job_should_stop(run))
		return true;
	campuses = anomaly_campuses(run->db);
	for (size_t i = 0; i < campuses->n; i++) {
		struct row campus = row_at(campuses, i);

		if (look_at_campus(run, &campus))
			continue;
		run->more = db_error(run->db) == DB_OK;
		break;
	}
	return db_error(run->db) == DB_OK;
}
