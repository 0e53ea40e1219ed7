/* What is out of the ordinary, with the numbers that it follows from in a sentence, so that a person can check them; and what people say of it.
 * Nothing here decides anything of a record. */
#include "app/actions/campus_figures.h"
#include "app/campus_figures.h"
#include "base/tongue.h"
#include "rules/attendance_anomaly.h"
#include "rules/attendance_flag.h"
#include "store/anomaly.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STATES "open,confirmed,dismissed"

const struct field CAMPUS_ANOMALIES_ASK[] = {
	FIGURES_FIELDS,
	{ "type", F_TEXT, .max = 24,
	  .help = "Of this type: rate_outlier, burst, pair, over_roster, drop, or a flag's code" },
	{ "severity", F_CHOICE, .choices = "info,low,medium,high", .help = "That weighs so" },
	{ "status", F_CHOICE, .choices = STATES, .help = "Of which people said this" },
	FIELD_FORMAT,
	FIELDS_END,
};
const struct field CAMPUS_ANOMALY_DECIDE[] = {
	{ "status", F_CHOICE, .required = true, .choices = "confirmed,dismissed", .help = "Is there something to it" },
	{ "reason", F_LONG_TEXT, .required = true, .min = 3, .max = 500, .help = "Why" },
	FIELDS_END,
};

static const struct field METHOD[] = {
	{ "type", F_TEXT, .help = "What is found by it" },
	{ "formula", F_TEXT, .help = "How" },
	{ "fires", F_TEXT, .help = "From when on it is told" },
	FIELDS_END,
};
static const struct field RECORD_ID[] = { { .name = "", .type = F_UUID, .help = "A record" }, FIELDS_END };
static const struct field ANOMALY[] = {
	{ "id", F_TEXT, .help = "Its name; of a flag \"flag-7\"" },
	{ "type", F_TEXT, .help = "What it is, or a flag's code" },
	{ "severity", F_CHOICE, .choices = "info,low,medium,high", .help = "How much it weighs" },
	{ "score", F_REAL, .null = true, .help = "The number that it has" },
	{ "threshold", F_REAL, .null = true, .help = "And from which on it is told" },
	{ "p_value", F_REAL, .null = true, .help = "How likely that is by chance, where that is known" },
	{ "event.id", F_UUID, .null = true, .help = "The event; null: of several" },
	{ "event.title", F_TEXT, .null = true, .help = "What it is called" },
	{ "user.id", F_ID, .null = true, .help = "The person; null: of nobody alone" },
	{ "user.full_name", F_TEXT, .null = true, .help = "Their name" },
	{ "other.id", F_ID, .null = true, .help = "Of a pair the second" },
	{ "other.full_name", F_TEXT, .null = true, .help = "Their name" },
	{ "department.id", F_ID, .null = true, .help = "The department; null: of several" },
	{ "department.name", F_TEXT, .null = true, .help = "What it is called" },
	{ "attendance_ids", F_LIST, .of = RECORD_ID, .help = "The records that it follows from, at most 50" },
	{ "explanation", F_TEXT, .help = "A sentence with its numbers" },
	{ "detected_at", F_TIME, .help = "When it was found first" },
	{ "status", F_CHOICE, .choices = STATES, .help = "What people said of it" },
	{ "reason", F_TEXT, .null = true, .help = "And why" },
	FIELDS_NAMED("anomaly"),
};
const struct field CAMPUS_ANOMALIES[] = {
	{ "count", F_INT, .help = "How many there are" },
	{ "next", F_TEXT, .null = true, .help = "Always null: they are all here, the newest 2,000" },
	{ "previous", F_TEXT, .null = true, .help = "Always null" },
	{ "results", F_LIST, .of = ANOMALY, .help = "The newest first" },
	{ "methods", F_LIST, .of = METHOD, .help = "How each type is computed" },
	{ "metadata", F_OBJECT, .of = FIGURES_METADATA, .help = "What was counted" },
	FIELDS_NAMED("anomalies"),
};
const struct field CAMPUS_ANOMALY_STATE[] = {
	{ "id", F_TEXT, .help = "Its name" },
	{ "status", F_CHOICE, .choices = STATES, .help = "What people said of it" },
	{ "reason", F_TEXT, .help = "And why" },
	FIELDS_NAMED("anomaly_state"),
};

/* ---- in words ---- */

static double number_of(struct json_object *numbers, const char *name)
{
	return json_object_get_double(json_object_object_get(numbers, name));
}

/* To two decimals, without those that say nothing. */
static const char *said(struct request *rq, struct json_object *numbers, const char *name)
{
	return talloc_asprintf(rq->mem, "%.15g", figures_rounded(number_of(numbers, name)));
}

static const char *explain_drop(struct request *rq, struct json_object *numbers)
{
	if (json_object_object_get(numbers, "absent"))
		return tongue_say(rq->tongue, rq->mem, "Absent at the last %s events in a row.",
				  said(rq, numbers, "absent_running"));
	if (json_object_object_get(numbers, "below"))
		return tongue_say(rq->tongue, rq->mem,
				  "Was at %s %% of the events of this term; the campus asks for %s %%.",
				  said(rq, numbers, "rate"), said(rq, numbers, "threshold"));
	return tongue_say(
		rq->tongue, rq->mem,
		"Even at all events that are still to come this person reaches %s %%; the campus asks for %s %%.",
		said(rq, numbers, "best"), said(rq, numbers, "threshold"));
}

/* What its numbers say; of a flag there are none. */
static const char *explain(struct request *rq, const char *type, struct json_object *numbers)
{
	const struct flag_kind *flag = flag_kind(type);

	if (flag)
		return tongue_says(rq->tongue, flag->sentence);
	if (!strcmp(type, "rate_outlier"))
		return tongue_say(
			rq->tongue, rq->mem,
			"Of those expected of this department %s %% came; at its %s events before the middle was %s %%.",
			said(rq, numbers, "rate"), said(rq, numbers, "events"), said(rq, numbers, "median"));
	if (!strcmp(type, "burst"))
		return tongue_say(rq->tongue, rq->mem,
				  "%s marks came from outside of the campus's networks within a minute; usual are %s.",
				  said(rq, numbers, "marks"), said(rq, numbers, "usual"));
	if (!strcmp(type, "pair"))
		return tongue_say(
			rq->tongue, rq->mem,
			"Marked within five seconds of each other at %s of the %s events at which both were; by chance it would be %s.",
			said(rq, numbers, "together"), said(rq, numbers, "events"), said(rq, numbers, "by_chance"));
	if (!strcmp(type, "over_roster"))
		return tongue_say(rq->tongue, rq->mem, "%s marks are of people who were not expected.",
				  said(rq, numbers, "marks"));
	return explain_drop(rq, numbers);
}

/* The rows with a sentence in place of its numbers. */
static const struct rows *explained(struct request *rq, const struct rows *rows)
{
	struct rows *out = talloc_memdup(rq->mem, rows, sizeof *rows);
	struct cell *cells;
	size_t at = 0;

	if (!rows->n)
		return rows;
	cells = talloc_memdup(out, rows->cells, rows->n * rows->n_columns * sizeof *cells);
	out->cells = cells;
	while (strcmp(rows->columns[at].name, "explanation") != 0)
		at++;
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *numbers = json_tokener_parse(row_text(&row, "explanation"));
		struct cell *cell = &cells[i * rows->n_columns + at];

		cell->s = explain(rq, row_text(&row, "type"), numbers);
		cell->len = strlen(cell->s);
		cell->null = false;
		json_object_put(numbers);
	}
	return out;
}

/* ---- how ---- */

static const struct {
	const char *type, *formula, *fires;
} METHODS[] = {
	{ "rate_outlier",
	  SAID("A department's rate x at an event against its last 12: M = 0.6745 (x − median) ÷ MAD; where the MAD is 0, (x − median) ÷ (1.253314 · mean absolute deviation)"),
	  SAID("|M| > 3.5, with 8 events before it or more") },
	{ "burst",
	  SAID("k marks from outside of the campus's networks in any minute; λ is the mean of that over the campus's last 12 events, at least 0.1; p = P(Poisson(λ) ≥ k)"),
	  SAID("k ≥ 4 and p < 0.0001, and Benjamini and Hochberg's step-up at 0.05") },
	{ "pair",
	  SAID("Two people within 5 seconds of each other at k of n common events; q is the mean share of others that near to the first; p = P(Bin(n, q) ≥ k)"),
	  SAID("n ≥ 10, and Benjamini and Hochberg's step-up at 0.05 over all pairs") },
	{ "over_roster", SAID("Marks of people who were not expected"), SAID("Any") },
	{ "drop", SAID("A person's last records, their rate in this term, and the rate that they still can reach"),
	  SAID("Three absences in a row; a rate, or the best that is still possible, below what the campus asks for; once a term") },
};

static void answer_methods(struct request *rq)
{
	struct json_object *list = answer_array(rq->data, "methods");

	for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
		struct json_object *item = answer_item(list);

		answer_text(item, "type", METHODS[i].type);
		answer_text(item, "formula", tongue_says(rq->tongue, METHODS[i].formula));
		answer_text(item, "fires", tongue_says(rq->tongue, METHODS[i].fires));
	}
}

/* GET analytics/anomaly-detection/. */
int campus_anomalies(struct request *rq)
{
	struct anomaly_of of = { .type = field_text(rq, "type"),
				 .severity = field_text(rq, "severity"),
				 .status = field_text(rq, "status") };
	struct figures f;

	if (!figures_read(rq, 30, &f))
		return ANSWERED;
	of.figures = f.of;
	answer_whole_list(rq, "anomalies", rows_list(rq->mem, explained(rq, anomalies(rq->db, &of))));
	answer_methods(rq);
	figures_metadata(rq, &f);
	return ANSWERED;
}

/* GET /campus/analytics/anomalies/:id. */
int campus_anomaly_show(struct request *rq)
{
	struct figures_of of = { 0 };
	const struct row *row;
	struct json_object *numbers;

	figures_scope(rq, &of);
	row = anomaly_one(rq->db, &of, path_id(rq, "id"));
	if (!row)
		return refuse(rq, 404, "ANOMALY_NOT_FOUND", "There is no such anomaly.");
	numbers = json_tokener_parse(row_text(row, "explanation"));
	answer_row(rq->data, row);
	answer_text(rq->data, "explanation", explain(rq, row_text(row, "type"), numbers));
	json_object_put(numbers);
	return ANSWERED;
}

/* ---- what people say ---- */

static struct json_object *state(const char *status, const char *reason)
{
	struct json_object *object = json_object_new_object();

	answer_text(object, "status", status);
	if (reason)
		answer_text(object, "reason", reason);
	return object;
}

/* "7" and "flag-7"; 0: neither. */
static int64_t read_id(const char *name, bool *flag)
{
	char *end;
	long long id;

	*flag = !strncmp(name, "flag-", 5);
	name += *flag ? 5 : 0;
	if (*name < '1' || *name > '9' || strlen(name) > 18)
		return 0;
	id = strtoll(name, &end, 10);
	return *end ? 0 : id;
}

/* POST analytics/anomaly-detection/:id/. Who sees one says it, of what concerns themselves never; the first who does has said it. */
int campus_anomaly_decide(struct request *rq)
{
	const char *status = field_text(rq, "status"), *reason = field_text(rq, "reason");
	struct figures_of of = { 0 };
	const struct row *now;
	bool flag, said_it;
	const int64_t id = read_id(path_text(rq, "id"), &flag);

	figures_scope(rq, &of);
	said_it = id && (flag ? anomaly_flag_decide : anomaly_decide)(rq->db, &of, id, status, reason, rq->now);
	now = id ? (flag ? anomaly_flag_get : anomaly_get)(rq->db, &of, id) : NULL;
	if (!now)
		return refuse(rq, 404, "ANOMALY_NOT_FOUND", "There is no such anomaly.");
	if (!said_it && row_bool(now, "own"))
		return refuse(rq, 403, "FORBIDDEN", "This is about you: somebody else says what it is.");
	if (!said_it)
		return refuse(rq, 409, "DECIDED", "Somebody has said what it is already.");
	audit_change(rq, "decide", flag ? "attendance_flag" : "attendance_anomaly", id, state("open", NULL),
		     state(status, reason));
	answer_text(rq->data, "id", path_text(rq, "id"));
	answer_text(rq->data, "status", status);
	answer_text(rq->data, "reason", reason);
	return ANSWERED;
}
