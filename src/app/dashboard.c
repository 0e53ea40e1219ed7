/* The back office's first page, and the few settings that are kept in the database. */
#include "store/dashboard.h"
#include "app/actions/staff.h"
#include "app/identity.h"
#include "store/office.h"
#include <string.h>

int dashboard_stats(struct request *rq)
{
	const struct row *numbers = dashboard_numbers(rq->db, rq->now);
	const struct rows *revenue = dashboard_revenue(rq->db, rq->now), *days = dashboard_days(rq->db, rq->now);
	const struct rows *events = dashboard_events(rq->db, rq->now), *alerts = dashboard_alerts(rq->db, rq->now);

	if (!numbers)
		return ANSWERED;
	answer_row(rq->data, numbers);
	answer_rows(rq->data, "revenue", revenue);
	answer_rows(rq->data, "days", days);
	answer_rows(rq->data, "events", events);
	answer_rows(rq->data, "alerts", alerts);
	answer_time(rq->data, "at", rq->now);
	return ANSWERED;
}

/* ---- settings ---- */

/* Every setting is a field of its own name, so what is not declared here cannot be set. */
const struct field SETTINGS[] = {
	{ "staff_second_factor", F_CHOICE, .choices = "optional,required",
	  .help = "Must staff sign in with a second factor" },
	FIELDS_END,
};

int setting_index(struct request *rq)
{
	const struct rows *rows = office_settings(rq->db);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		answer_text(rq->data, row_text(&row, "name"), row_text(&row, "value"));
	}
	return ANSWERED;
}

int setting_change(struct request *rq)
{
	struct json_object *before = json_object_new_object(), *after = json_object_new_object();

	for (const struct field *f = SETTINGS; f->name; f++) {
		const char *was = office_setting(rq->db, f->name);

		if (!field_given(rq, f->name) || (was && !strcmp(was, field_text(rq, f->name))))
			continue;
		if (!identity_or_refuse(rq)) /* it says what staff prove themselves by */
			break;
		answer_text(before, f->name, was);
		answer_text(after, f->name, field_text(rq, f->name));
		office_setting_put(rq->db, f->name, field_text(rq, f->name), rq->now);
	}
	audit_change(rq, "update", "setting", 0, before, after);
	if (refused(rq))
		return ANSWERED;
	setting_index(rq);
	rq->message = "The settings are saved.";
	return ANSWERED;
}
