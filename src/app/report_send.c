/* Scores for a campus's platform for learning are asked for: which platform it is, and what they are for there, is settled now. */
#include "app/campus_event.h"
#include "app/report.h"
#include "outside/guard.h"
#include "store/campus.h"
#include "store/lti.h"
#include <string.h>

enum { ORIGIN = 300 };

/* Whose platform is meant: as it is said, that of the event, or one's own campus's. */
static int64_t campus_meant(struct request *rq, const struct report *r)
{
	const struct campus_eye eye = campus_eye_of(rq);
	const struct row *event =
		r->filter.event ? campus_event_get(rq->db, &eye, r->filter.event, rq->now, false) : NULL;

	if (r->filter.campus_id)
		return r->filter.campus_id;
	return event ? row_int(event, "campus") : campus_of_account(rq->db, rq->who.account_id);
}

/* A token of the platform goes where its line items are, and nowhere else. NULL after a fault. */
static const char *line_item_of(struct request *rq, const struct row *platform)
{
	const char *usual = row_text(platform, "line_item_url"), *asked = field_text(rq, "line_item");
	char ours[ORIGIN], theirs[ORIGIN];

	if (!asked)
		return usual;
	if (url_origin(usual, ours, sizeof ours) && url_origin(asked, theirs, sizeof theirs) && !strcmp(ours, theirs))
		return asked;
	field_fault(rq, "line_item", "Name a line item of the campus's platform.");
	return NULL;
}

int report_lti_queue(struct request *rq, const struct report_wish *wish, struct report *r)
{
	const int64_t campus_id = campus_meant(rq, r);
	const struct row *platform = campus_id ? lti_platform_of(rq->db, campus_id) : NULL;
	const char *line_item = platform ? line_item_of(rq, platform) : NULL;
	int64_t number;

	if (!campus_id)
		field_fault(rq, "campus_id", "Say of which campus.");
	else if (!platform)
		field_fault(rq, "target", "This campus has no platform for learning.");
	if (report_points_each(wish, r) <= 0)
		field_fault(rq, "points.present", "Give more than 0: it is what the highest score is made of.");
	if (has_faults(rq))
		return refuse_fields(rq);
	/* Nobody's scores go to another campus's platform. */
	answer_int(r->asked, "campus_id", campus_id);
	number = report_take_up(rq, r);
	if (number && lti_posting_add(rq->db, number, row_int(platform, "id"), line_item, rq->now))
		audit_change(rq, "send", "report", number, NULL, report_noted(r));
	return ANSWERED;
}
