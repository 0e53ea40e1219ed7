/* The page of reports: its forms lead to files. What is too long for that is taken up, and the page shows how far it is. */
#include "app/actions/report.h"
#include "app/attendance.h"
#include "app/campus_event.h"
#include "store/campus.h"
#include "store/lti.h"
#include "store/report.h"

enum { EVENTS_MOST = 50 };

/* Of which events there may be a register, the newest first; of whose people; and whose own report is meant. */
int report_page_beside(struct request *rq)
{
	const struct campus_eye eye = campus_eye_of(rq);
	const struct campus_event_filter any = { .now = rq->now };
	const struct attendance_eye records = attendance_eye_of(rq);
	struct row_list *events = campus_event_list(rq->db, &eye, &any);

	answer_rows(rq->beside, "events", events->page(events, 1, EVENTS_MOST));
	answer_rows(rq->beside, "departments", report_departments(rq->db, &records));
	answer_rows(rq->beside, "campuses", report_campuses(rq->db, &records));
	answer_bool(rq->beside, "platform", lti_platform_there(rq->db, campus_of_account(rq->db, rq->who.account_id)));
	answer_int(rq->beside, "own_id", rq->who.account_id);
	return ANSWERED;
}

static int lead_on(struct request *rq)
{
	if (rq->status == 202) {
		rq->redirect = "/campus/reports";
		say(rq, "This takes a while. It is here when it is ready.");
	}
	return ANSWERED;
}

/* GET /campus/reports/attendance. */
int report_attendance_page(struct request *rq)
{
	report_attendance(rq);
	return lead_on(rq);
}

/* GET /campus/reports/official-format. */
int report_official_page(struct request *rq)
{
	report_official(rq);
	return lead_on(rq);
}

/* GET /campus/reports/export-with-photos. */
int report_photos_page(struct request *rq)
{
	report_photos(rq);
	return lead_on(rq);
}

/* GET /campus/reports/lms. */
int report_lms_page(struct request *rq)
{
	report_lms(rq);
	return lead_on(rq);
}

/* GET /campus/reports/scores: all that it shows stands beside. */
int report_scores(struct request *rq)
{
	(void)rq;
	return ANSWERED;
}

/* POST /campus/reports/scores. */
int report_lti_page(struct request *rq)
{
	report_lti(rq);
	return lead_on(rq);
}

/* GET /campus/reports/individual: whose it is is said by their number. */
int report_numbered_page(struct request *rq)
{
	report_numbered(rq);
	return lead_on(rq);
}

/* GET /campus/account/export. */
int report_export_page(struct request *rq)
{
	report_export(rq);
	return lead_on(rq);
}

/* GET /campus/reports/individual/:user_id. */
int report_individual_page(struct request *rq)
{
	report_individual(rq);
	return lead_on(rq);
}
