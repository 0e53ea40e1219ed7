/* The back office's first page, and the few settings that are kept in the database. */
#include "store/dashboard.h"
#include "app/actions/staff.h"
#include "app/edit_request.h"
#include "app/identity.h"
#include "base/log.h"
#include "store/office.h"
#include <stdio.h>
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

/* What each kind of account is in the house's own chart, for the ledger's exports (src/resources/book.c). */
static const char *const IN_CHART[] = { "bank", "provider", "platform",	   "capital", "organizer",
					"tax",	"merchant", "shareholder", "card" };
enum { IN_CHART_N = sizeof IN_CHART / sizeof *IN_CHART };
/* clang-format off */
#define CHART_ACCOUNT(kind) { kind, F_TEXT, .max = 60, .help = "Number and name, such as 1200 Bank" }
/* clang-format on */
static const struct field ACCOUNTS[] = {
	CHART_ACCOUNT("bank"),	    CHART_ACCOUNT("provider"),
	CHART_ACCOUNT("platform"),  CHART_ACCOUNT("capital"),
	CHART_ACCOUNT("organizer"), CHART_ACCOUNT("tax"),
	CHART_ACCOUNT("merchant"),  CHART_ACCOUNT("shareholder"),
	CHART_ACCOUNT("card"),	    FIELDS_END,
};

/* Every setting is a field of its own name, so what is not declared here cannot be set. */
/* clang-format off */
#define SETTINGS_OF(rule_of_names)                                                                                     \
	{ "staff_second_factor", F_CHOICE, .choices = "optional,required",                                             \
	  .help = "Must staff sign in with a second factor" },                                                         \
	{ "people_unverified", F_CHOICE, .choices = "refuse,allow",                                                    \
	  .help = "May people of the directory who have not used the link in their message do more than look at themselves" }, \
	{ "organizer_may_edit", F_TEXT, .max = 400, .rule = rule_of_names,                                             \
	  .help = "Fields of an event, separated by commas, that its organizer changes without asking; empty: none" }, \
	{ "organizer_sees_contacts", F_CHOICE, .choices = "hide,show",                                                 \
	  .help = "Do organizers see the mobile number and the e-mail of who has a ticket for their events" },         \
	{ "accounts", F_OBJECT, .of = ACCOUNTS,                                                                        \
	  .help = "What the ledger's accounts are called in the house's own chart, in its exports" }
/* clang-format on */

const struct field SETTINGS[] = { SETTINGS_OF(may_edit_rule), FIELDS_END };
const struct field SETTINGS_ANSWER[] = { SETTINGS_OF(NULL), FIELDS_NAMED("settings") };

/* What else the table remembers is no setting. */
static bool is_setting(const char *name)
{
	const struct field *f = SETTINGS;

	while (f->name && strcmp(f->name, name))
		f++;
	return f->name != NULL;
}

static const char *chart_name(struct request *rq, const char *kind)
{
	return talloc_asprintf(rq->mem, "accounts.%s", kind);
}

int setting_index(struct request *rq)
{
	const struct rows *rows = office_settings(rq->db);
	struct json_object *accounts;

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (is_setting(row_text(&row, "name")))
			answer_text(rq->data, row_text(&row, "name"), row_text(&row, "value"));
	}
	accounts = answer_object(rq->data, "accounts");
	for (size_t i = 0; i < IN_CHART_N; i++) {
		const char *value = office_setting(rq->db, chart_name(rq, IN_CHART[i]));

		answer_text(accounts, IN_CHART[i], value ? value : "");
	}
	return ANSWERED;
}

/* Before and after, for the audit log. */
struct changed {
	struct json_object *before, *after;
};

/* False after a refusal. */
static bool put_setting(struct request *rq, struct changed *changed, const char *name, const char *value)
{
	const char *was = office_setting(rq->db, name);

	if (was && !strcmp(was, value))
		return true;
	if (!identity_or_refuse(rq)) /* it says what staff prove themselves by */
		return false;
	answer_text(changed->before, name, was);
	answer_text(changed->after, name, value);
	office_setting_put(rq->db, name, value, rq->now);
	return true;
}

static bool put_accounts(struct request *rq, struct changed *changed)
{
	struct json_object *accounts = field_tree(rq, "accounts");
	bool put = true;

	for (size_t i = 0; put && i < IN_CHART_N; i++)
		if (json_object_object_get_ex(accounts, IN_CHART[i], NULL)) {
			const char *name = chart_name(rq, IN_CHART[i]), *value = tree_text(accounts, IN_CHART[i]);

			if ((value && *value) || office_setting(rq->db, name))
				put = put_setting(rq, changed, name, value ? value : "");
		}
	return put;
}

/* Of what is committed: their names, and by whom. */
static void tell_settings(struct request *rq)
{
	struct json_object *entry = json_object_array_get_idx(rq->audits, 0);
	char names[200] = "";

	json_object_object_foreach(json_object_object_get(entry, "after"), name, value)
	{
		(void)value;
		snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", *names ? ", " : "", name);
	}
	if (*names)
		log_info("setting_changed", F("names", names), F("account", rq->who.account_id));
}

int setting_change(struct request *rq)
{
	struct changed changed = { json_object_new_object(), json_object_new_object() };
	bool put = true;

	for (const struct field *f = SETTINGS; put && f->name; f++) {
		const char *to = f->type != F_OBJECT && field_given(rq, f->name) ? field_text(rq, f->name) : "";

		if (!field_given(rq, f->name) && !(f->type == F_TEXT && field_cleared(rq, f->name)))
			continue;
		put = f->type == F_OBJECT ? put_accounts(rq, &changed) : put_setting(rq, &changed, f->name, to);
	}
	audit_change(rq, "update", "setting", 0, changed.before, changed.after);
	if (refused(rq))
		return ANSWERED;
	if (rq->audits)
		rq->afterwards = tell_settings;
	setting_index(rq);
	say(rq, "The settings are saved.");
	return ANSWERED;
}
