/* The back office's first page, and the few settings that are kept in the database. */
#include "store/dashboard.h"
#include "app/actions/staff.h"
#include "app/identity.h"
#include "store/office.h"
#include <string.h>

static const struct field REVENUE[] = {
	{ "currency", F_CURRENCY, .help = "Of these amounts" },
	{ "today", F_MONEY, .help = "Of paid orders since the site's midnight" },
	{ "month", F_MONEY, .help = "Of paid orders in thirty days" },
	{ "refunded", F_MONEY, .help = "Given back in thirty days" },
	FIELDS_END,
};
static const struct field EVENT_NEAR[] = {
	{ "id", F_ID, .help = "The event" },
	{ "title", F_TEXT, .help = "Its title" },
	{ "starts_at", F_TIME, .help = "When it begins" },
	{ "time_zone", F_ZONE, .help = "In which its times are shown" },
	{ "venue", F_TEXT, .help = "Where" },
	{ "now", F_BOOL, .help = "Has it begun" },
	{ "capacity", F_INT, .help = "How many tickets there are" },
	{ "sold", F_INT, .help = "Paid" },
	{ "ushers", F_INT, .help = "Who scans" },
	FIELDS_END,
};
static const struct field ALERT[] = {
	{ "code", F_TEXT, .help = "no_ushers, payment_stuck, …" },
	{ "noun_id", F_ID, .otherwise = "0", .help = "Of what; 0: of nothing with an id" },
	{ "title", F_TEXT, .help = "Its name" },
	{ "n", F_INT, .help = "How many" },
	FIELDS_END,
};
const struct field DASHBOARD[] = {
	{ "orders_today", F_INT, .help = "Paid since the site's midnight" },
	{ "tickets_today", F_INT, .help = "In them" },
	{ "orders_held", F_INT, .help = "Held now" },
	{ "customers", F_INT, .help = "In all" },
	{ "customers_today", F_INT, .help = "New since the site's midnight" },
	{ "events_published", F_INT, .help = "Still to come" },
	{ "scans_today", F_INT, .help = "Since the site's midnight" },
	{ "entries_today", F_INT, .help = "Of them let in" },
	{ "outbox_queued", F_INT, .help = "Messages that wait" },
	{ "outbox_failed", F_INT, .help = "Messages that could not be sent" },
	{ "revenue", F_LIST, .of = REVENUE, .help = "Of each currency" },
	{ "days", F_LIST, .of = FIGURE_ANSWER, .help = "Paid orders of fourteen days" },
	{ "events", F_LIST, .of = EVENT_NEAR, .help = "The next ones" },
	{ "alerts", F_LIST, .of = ALERT, .help = "What wants looking at" },
	{ "at", F_TIME, .help = "When this was counted" },
	FIELDS_END,
};

int dashboard_stats(struct request *rq)
{
	const char *zone = rq->config->time_zone;
	const struct row *numbers = dashboard_numbers(rq->db, zone, rq->now);
	const struct rows *revenue = dashboard_revenue(rq->db, zone, rq->now),
			  *days = dashboard_days(rq->db, zone, rq->now);
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
	{ "people_unverified", F_CHOICE, .choices = "refuse,allow",
	  .help = "May people of the directory who have not used the link in their message do more than look at themselves" },
	FIELDS_END,
};

const struct field SETTINGS_ANSWER[] = {
	{ "staff_second_factor", F_CHOICE, .choices = "optional,required",
	  .help = "Must staff sign in with a second factor" },
	{ "people_unverified", F_CHOICE, .choices = "refuse,allow",
	  .help = "May people of the directory who have not used the link in their message do more than look at themselves" },
	FIELDS_NAMED("settings"),
};

/* What else the table remembers is no setting. */
static bool is_setting(const char *name)
{
	const struct field *f = SETTINGS;

	while (f->name && strcmp(f->name, name))
		f++;
	return f->name != NULL;
}

int setting_index(struct request *rq)
{
	const struct rows *rows = office_settings(rq->db);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (is_setting(row_text(&row, "name")))
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
	say(rq, "The settings are saved.");
	return ANSWERED;
}
