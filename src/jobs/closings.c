/* Writes down, ten minutes after an event closes, who was expected and did not come, and which marks were never whole. A batch is one
 * transaction and asks what is missing then, so whoever comes next, after whatever end, goes on where it stopped. */
#include "base/log.h"
#include "http/request.h"
#include "jobs/doubts.h"
#include "live/hint.h"
#include "rules/attendance.h"
#include "store/attendance_flag.h"
#include "store/closing.h"

enum { BATCH = 100 };

struct batch {
	struct db *db;
	const struct row *event;
	int64_t found, made;
	ms_t now;
};

static bool write_missing(void *with)
{
	struct batch *b = with;
	const struct rows *missing = closing_missing(b->db, b->event, BATCH);

	b->found = (int64_t)missing->n;
	b->made = 0;
	for (size_t i = 0; i < missing->n && db_error(b->db) == DB_OK; i++) {
		struct row person = row_at(missing, i);

		b->made += closing_record(b->db, b->event, &person, b->now);
	}
	return db_error(b->db) == DB_OK;
}

/* What the event asks for and a mark has not. Photos and a signature are not missed of who agreed to none. */
static unsigned missing_of(const struct row *event, const struct row *mark)
{
	const unsigned required = steps_required(steps_read(row_text(event, "steps")), row_bool(event, "placed"),
						 row_text(event, "location_mode"), row_bool(event, "rescan"));
	const unsigned missing = required & ~steps_read(row_text(mark, "steps_done"));

	return row_bool(mark, "no_consent") ? missing & ~(unsigned)(STEP_FRONT | STEP_BACK | STEP_SIGNATURE) : missing;
}

struct incomplete {
	struct db *db;
	const struct row *mark;
	unsigned missing;
	ms_t now;
};

static bool say_incomplete(void *with)
{
	const struct incomplete *i = with;
	struct json_object *detail;
	char steps[STEPS_SIZE];

	if (!closing_stands(i->db, row_int(i->mark, "id"), row_text(i->mark, "steps_done")))
		return false;
	detail = json_object_new_object();
	json_object_object_add(detail, "missing", json_tokener_parse(steps_write(i->missing, steps)));
	flag_raise(i->db, row_int(i->mark, "id"), "incomplete", 0, detail, i->now);
	return db_error(i->db) == DB_OK;
}

/* False: the run is over, or it failed. */
static bool all_missing(struct job_run *run, struct batch *b)
{
	do {
		if (job_should_stop(run)) {
			run->more = true;
			return false;
		}
		if (!db_transaction(run->db, write_missing, NULL, b))
			return false;
		if (b->made)
			live_hint(run->config->run_dir, TOPIC_CAMPUS, row_int(b->event, "id"));
	} while (b->made);
	if (b->found)
		log_error("closing_stuck", F("event_id", row_int(b->event, "id")), F("people", b->found));
	return !b->found;
}

static bool all_incomplete(struct job_run *run, const struct row *event)
{
	const struct rows *marks = closing_marks(run->db, row_int(event, "id"));

	for (size_t i = 0; i < marks->n && db_error(run->db) == DB_OK; i++) {
		struct row mark = row_at(marks, i);
		struct incomplete one = { run->db, &mark, missing_of(event, &mark), run->now };

		if (one.missing)
			db_transaction(run->db, say_incomplete, NULL, &one);
	}
	return db_error(run->db) == DB_OK;
}

bool job_closings(struct job_run *run)
{
	const struct rows *due = closings_due(run->db, run->now);
	size_t done = 0;

	for (size_t i = 0; i < due->n && !run->more && db_error(run->db) == DB_OK; i++) {
		struct row event = row_at(due, i);
		struct batch b = { .db = run->db, .event = &event, .now = run->now };

		if (all_missing(run, &b) && all_incomplete(run, &event) &&
		    doubts_look(run, row_int(&event, "id"), true))
			done += closing_done(run->db, &event, run->now);
	}
	run->more = run->more || done == CLOSINGS_AT_ONCE;
	return db_error(run->db) == DB_OK;
}
