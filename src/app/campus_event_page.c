/* The pages about a campus's events: what their forms begin with, and what stands beside the event. */
#include "app/actions/campus.h"
#include "app/attendance.h"
#include "app/campus_event.h"
#include "store/campus.h"
#include "store/report.h"

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

/* May the reader change it? Pages lead to nothing else. */
int campus_event_beside(struct request *rq)
{
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
