/* Marks are not held against those of others while they are made, so that nobody waits for anybody: a job looks at each event of which marks
 * changed, within seconds, and once more when it is over. */
#include "jobs/doubts.h"
#include "base/address.h"
#include "http/request.h"
#include "live/hint.h"
#include "rules/mark_doubt.h"
#include "store/attendance_flag.h"
#include "store/doubt.h"
#include <stdio.h>
#include <string.h>

/* An event's marks, and what is known of each, in their order. */
struct look {
	struct job_run *run;
	int64_t event_id;
	const struct rows *marks;
	struct relay_signs *signs;
	bool told; /* the verdict of one has changed */
};

static bool has(const struct row *mark, const char *code)
{
	char word[40];

	snprintf(word, sizeof word, ",%s,", code);
	return strstr(row_text(mark, "flags"), word) != NULL;
}

struct raising {
	struct db *db;
	int64_t attendance_id, told;
	const char *code;
	double score;
	struct json_object *detail;
	ms_t now;
};

static bool raise(void *with)
{
	struct raising *r = with;

	r->told = flag_raise_late(r->db, r->attendance_id, r->code, r->score, json_object_get(r->detail), r->now);
	return db_error(r->db) == DB_OK;
}

/* detail is owned from here; NULL: none. */
static bool add_flag(struct look *look, size_t i, const char *code, double score, struct json_object *detail)
{
	struct row mark = row_at(look->marks, i);
	struct raising r = { .db = look->run->db,
			     .attendance_id = row_int(&mark, "id"),
			     .code = code,
			     .score = score,
			     .detail = detail,
			     .now = look->run->now };
	const bool good = has(&mark, code) || db_transaction(look->run->db, raise, NULL, &r);

	json_object_put(detail);
	look->told |= r.told != 0;
	return good;
}

static struct json_object *number(const char *name, double value)
{
	struct json_object *detail = json_object_new_object();

	json_object_object_add(detail, name, json_object_new_double(value));
	return detail;
}

/* ---- each rule ---- */

static bool look_at_spots(struct look *look)
{
	const size_t n = look->marks->n;
	struct mark_spot *spots = talloc_array(look->run->mem, struct mark_spot, (unsigned)n + 1);
	unsigned *others = talloc_array(look->run->mem, unsigned, (unsigned)n + 1);
	size_t *whose = talloc_array(look->run->mem, size_t, (unsigned)n + 1), placed = 0;
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		struct row mark = row_at(look->marks, i);

		if (row_null(&mark, "latitude"))
			continue;
		spots[placed] = (struct mark_spot){ row_cell(&mark, "latitude")->d, row_cell(&mark, "longitude")->d };
		whose[placed++] = i;
	}
	spots_same(spots, placed, others);
	for (size_t i = 0; good && i < placed; i++)
		if (others[i] >= SPOT_PEOPLE - 1)
			good = add_flag(look, whose[i], "coordinates_identical", others[i] + 1,
					number("people", others[i] + 1));
	return good;
}

/* Which of the marks has that id; n: none. */
static size_t mark_of(const struct look *look, int64_t id)
{
	size_t i = 0;

	for (; i < look->marks->n; i++) {
		struct row mark = row_at(look->marks, i);

		if (row_int(&mark, "id") == id)
			break;
	}
	return i;
}

static bool look_at_devices(struct look *look)
{
	const struct rows *shared = doubt_devices(look->run->db, look->event_id, look->run->now);
	bool good = true;

	for (size_t i = 0; good && i < shared->n; i++) {
		struct row row = row_at(shared, i);
		const double people = (double)row_int(&row, "accounts");
		const size_t k = mark_of(look, row_int(&row, "id"));

		if (k == look->marks->n)
			continue;
		look->signs[k].device_shared = row_int(&row, "here") >= 2;
		good = add_flag(look, k, "device_shared", people, number("people", people));
	}
	return good;
}

bool networks_have(struct json_object *networks, const char *ip)
{
	for (size_t i = 0; i < json_object_array_length(networks); i++)
		if (network_has(json_object_get_string(json_object_array_get_idx(networks, i)), ip))
			return true;
	return false;
}

static bool look_at_network(struct look *look, struct json_object *networks)
{
	size_t known = 0, in = 0;
	bool good = true, *is_out = talloc_zero_array(look->run->mem, bool, (unsigned)look->marks->n + 1);

	for (size_t i = 0; i < look->marks->n; i++) {
		struct row mark = row_at(look->marks, i);

		if (row_null(&mark, "ip"))
			continue;
		known++;
		is_out[i] = !networks_have(networks, row_text(&mark, "ip"));
		in += !is_out[i];
	}
	for (size_t i = 0; good && i < look->marks->n; i++) {
		struct row mark = row_at(look->marks, i);

		look->signs[i].off_network = is_out[i] && mostly_inside(in, known);
		if (look->signs[i].off_network)
			good = add_flag(look, i, "off_network", (double)in / (double)known,
					number("inside", (double)in / (double)known));
		else if (has(&mark, "off_network"))
			doubt_over(look->run->db, row_int(&mark, "id"), "off_network");
	}
	return good;
}

static bool look_at_networks(struct look *look)
{
	const char *text = doubt_networks(look->run->db, look->event_id);
	struct json_object *networks = text ? json_tokener_parse(text) : NULL;
	bool good = true;

	if (json_object_is_type(networks, json_type_array) && json_object_array_length(networks))
		good = look_at_network(look, networks);
	json_object_put(networks);
	return good;
}

/* The lowest median that theirs can be clears nearly all. */
static bool look_at_ages(struct look *look)
{
	const struct rows *ages;
	bool good = true;

	doubt_age_keep(look->run->db, look->event_id, look->run->now);
	ages = doubt_ages(look->run->db, look->event_id, look->run->now);
	for (size_t i = 0; good && i < ages->n; i++) {
		struct row age = row_at(ages, i);
		const double mean = row_cell(&age, "mean")->d;
		const size_t n = (size_t)row_int(&age, "n");
		double median;
		size_t k;

		if (!codes_late(mean, n, row_cell(&age, "least")->d))
			continue;
		median = doubt_age_of_all(look->run->db, row_int(&age, "account_id"), look->run->now);
		if (!codes_late(mean, n, median))
			continue;
		k = mark_of(look, row_int(&age, "attendance_id"));
		if (k == look->marks->n)
			continue;
		look->signs[k].late_codes = true;
		good = add_flag(look, k, "late_codes", codes_late_by(mean, n, median), number("mean_ms", mean));
	}
	return good;
}

static bool look_at_relays(struct look *look)
{
	bool good = true;

	for (size_t i = 0; good && i < look->marks->n; i++) {
		struct row mark = row_at(look->marks, i);
		struct relay_signs *signs = &look->signs[i];

		signs->outside = !row_null(&mark, "place_verdict") && row_is(&mark, "place_verdict", "outside");
		signs->late_codes |= has(&mark, "late_codes");
		if (relay_likely(signs))
			good = add_flag(look, i, "token_relay", 0, NULL);
	}
	return good;
}

/* ---- an event ---- */

bool doubts_look(struct job_run *run, int64_t event_id, bool over)
{
	struct look look = { .run = run, .event_id = event_id, .marks = doubt_marks(run->db, event_id) };
	bool good;

	look.signs = talloc_zero_array(run->mem, struct relay_signs, (unsigned)look.marks->n + 1);
	good = look_at_spots(&look) && look_at_devices(&look) && look_at_networks(&look) &&
	       (!over || look_at_ages(&look)) && look_at_relays(&look);
	if (look.told)
		live_hint(run->config->run_dir, TOPIC_CAMPUS, event_id);
	return good && db_error(run->db) == DB_OK;
}

bool job_doubts(struct job_run *run)
{
	const struct rows *due = doubts_due(run->db, run->now);

	for (size_t i = 0; i < due->n; i++) {
		struct row row = row_at(due, i);
		const int64_t event_id = row_int(&row, "event_id");

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		if (!doubts_look(run, event_id, false))
			return false;
		doubts_seen(run->db, event_id, row_int(&row, "change_id"), run->now);
	}
	return db_error(run->db) == DB_OK;
}
