/* The pages about a campus's events: what their forms begin with, and what stands beside the event. */
#include "app/actions/campus.h"
#include "app/attendance.h"
#include "app/campus_event.h"
#include "store/campus.h"
#include "store/report.h"
#include <stdio.h>

/* GET /campus/events/new: as an event is where nothing is said of it. */
int campus_event_new(struct request *rq)
{
	const int64_t campus_id = campus_of_account(rq->db, rq->who.account_id);
	const struct row *campus = campus_id ? campus_get(rq->db, campus_id) : NULL;
	const struct attendance_eye eye = attendance_eye_of(rq);

	if (campus)
		answer_text(rq->data, "time_zone", row_text(campus, "time_zone"));
	else
		answer_rows(rq->data, "campuses", report_campuses(rq->db, &eye));
	answer_bool(rq->data, "is_active", true);
	answer_bool(rq->data, "auto_verify", true);
	answer_bool(rq->data, "qr_rotates", true);
	answer_add(rq->data, "required_steps", json_tokener_parse(EVENT_STEPS_USUAL));
	answer_text(rq->data, "location_mode", "flag");
	answer_int(rq->data, "location_radius", 100);
	answer_int(rq->data, "opens_before_minutes", 15);
	answer_int(rq->data, "late_after_minutes", 15);
	return ANSWERED;
}

/* May the reader change it, and mark themselves there now, whatever their role? Pages lead to nothing else. */
int campus_event_beside(struct request *rq)
{
	struct json_object *here = answer_array(rq->beside, "here");

	answer_text(answer_item(here), "id", tree_text(rq->data, "id"));
	campus_add_own(rq, here);
	answer_bool(rq->beside, "own",
		    rq->who.role & (HR | CAMPUS_ADMIN) ||
			    (rq->who.role & (SUPERVISOR | CAMPUS_ORGANIZER) &&
			     json_object_get_int64(json_object_object_get(rq->data, "organizer")) ==
				     rq->who.account_id));
	return ANSWERED;
}

/* POST /campus/events/:id: the form has all that these are, so what it leaves out was emptied; of the rest it says nothing. */
int campus_event_edit(struct request *rq)
{
	static const char *const EMPTIED[] = { "description", "series",	   "closes_after_minutes",
					       "latitude",    "longitude", "qr_expires_at" };

	for (size_t i = 0; i < sizeof EMPTIED / sizeof *EMPTIED; i++)
		if (!field_given(rq, EMPTIED[i]))
			json_object_object_add(rq->fields, EMPTIED[i], NULL);
	campus_event_change(rq);
	if (!refused(rq))
		say(rq, "Saved.");
	return ANSWERED;
}

/* ---- of a file ---- */

/* What is wrong with one of these events, at its line of the file: the first is the columns'. */
static void add_line(struct json_object *lines, long index, const char *field, struct json_object *said)
{
	struct json_object *line = answer_item(lines);

	answer_int(line, "line", index + 2);
	answer_text(line, "field", field);
	answer_text(line, "sentence", json_object_get_string(json_object_array_get_idx(said, 0)));
}

/* What is wrong, line by line, whether all was refused by it or the others were made. */
static void answer_lines(struct request *rq)
{
	struct json_object *lines = answer_array(rq->data, "lines"),
			   *results = json_object_object_get(rq->data, "results");

	if (rq->errors) {
		json_object_object_foreach(rq->errors, key, said)
		{
			long index;
			int len = 0;

			if (sscanf(key, "events.%ld.%n", &index, &len) == 1 && len)
				add_line(lines, index, key + len, said);
		}
	}
	for (size_t i = 0; results && i < json_object_array_length(results); i++) {
		struct json_object *errors = json_object_object_get(json_object_array_get_idx(results, i), "errors");

		if (!errors)
			continue;
		json_object_object_foreach(errors, field, said) add_line(lines, (long)i, field, said);
	}
}

/* POST /campus/events/file: to the list where all were made, else the page says what became, or would become, of each line. */
int campus_event_file(struct request *rq)
{
	campus_event_bulk(rq);
	answer_lines(rq);
	if (refused(rq) || field_bool(rq, "dry_run") || tree_int(rq->data, "failed"))
		return ANSWERED;
	say(rq, "Saved.");
	rq->redirect = "/campus/events";
	return ANSWERED;
}
