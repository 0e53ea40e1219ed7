/* Many events at once: as they were written one by one, or one that repeats. A lecture at ten is at ten in winter and in summer, so what
 * repeats is counted by what clocks show. All of them are made or none is, unless what is wrong with some shall not keep the others. */
#include "app/actions/campus.h"
#include "app/campus_event.h"
#include "app/csv_file.h"
#include "store/campus.h"
#include <string.h>

enum { EVENTS_MOST = 500 };

static const struct field A_WEEKDAY[] = {
	{ .name = "", .type = F_CHOICE, .choices = "MO,TU,WE,TH,FR,SA,SU", .help = "Day of the week" },
	FIELDS_END,
};
static const struct field A_DAY[] = {
	{ .name = "", .type = F_DATE, .help = "A day on which it is not" },
	FIELDS_END,
};
static const struct field RECURRENCE[] = {
	{ "freq", F_CHOICE, .required = true, .choices = "daily,weekly", .help = "How often" },
	{ "interval", F_INT, .min = 1, .max = 52, .otherwise = "1", .help = "Every so many days or weeks" },
	{ "by_day", F_LIST, .max = 7, .of = A_WEEKDAY, .help = "On these days of the week alone" },
	{ "until", F_DATE, .help = "The last day; or" },
	{ "count", F_INT, .min = 1, .max = EVENTS_MOST, .help = "how many" },
	{ "except", F_LIST, .max = EVENTS_MOST, .of = A_DAY, .help = "Not on these days" },
	FIELDS_END,
};
const struct field CAMPUS_EVENTS[] = {
	{ "events", F_LIST, .min = 1, .max = EVENTS_MOST, .of = CAMPUS_EVENT_NEW, .each = true,
	  .help = "Each as one alone is" },
	{ "template", F_OBJECT, .of = CAMPUS_EVENT_NEW, .help = "Or one that repeats: its first time" },
	{ "recurrence", F_OBJECT, .of = RECURRENCE, .help = "How that repeats, by the clocks of its time zone" },
	{ "file", F_FILE, .max = CSV_FILE_BYTES, .table = true,
	  .help = "Or a CSV file, a line each: its first line names the fields, lists have commas in quotes" },
	{ "dry_run", F_BOOL, .help = "Say what would be, and make none" },
	{ "partial", F_BOOL, .help = "Make those that can be made, whatever is wrong with others" },
	FIELDS_END,
};
static const struct field MADE_ITEM[] = {
	{ "index", F_INT, .help = "Its place, from 0" },
	{ "id", F_UUID, .sometimes = true, .help = "The event that was made" },
	{ "start_datetime", F_TIME, .sometimes = true, .help = "When it starts" },
	{ "errors", F_OBJECT, .sometimes = true, .help = "Why it was not: field, and its sentences" },
	FIELDS_END,
};
const struct field CAMPUS_EVENTS_MADE[] = {
	{ "created", F_INT, .help = "How many were made, or would be" },
	{ "failed", F_INT, .help = "How many were not" },
	{ "results", F_LIST, .of = MADE_ITEM, .help = "Each in its place" },
	FIELDS_END,
};

/* What is to be made, each with what is wrong with it. */
struct many {
	struct request *rq;
	struct event_asked *asked;
	struct json_object **errors;
	size_t n, room;
};

static bool is_wrong(const struct many *m, size_t i)
{
	return json_object_object_length(m->errors[i]);
}

static void make_room(struct many *m, size_t n)
{
	m->n = m->room = n;
	m->asked = talloc_zero_array(m->rq->mem, struct event_asked, (unsigned)n + 1);
	m->errors = talloc_array(m->rq->mem, struct json_object *, (unsigned)n + 1);
	for (size_t i = 0; i < n; i++)
		m->errors[i] = json_object_new_object();
}

/* ---- one by one ---- */

/* Of what the request's faults say of this item: they become its own. */
static void take_faults(struct many *m, size_t i)
{
	struct request *rq = m->rq;
	const char *prefix = talloc_asprintf(rq->mem, "events.%zu.", i);
	const size_t len = strlen(prefix);

	if (!rq->errors)
		return;
	json_object_object_foreach(rq->errors, field, list)
	{
		if (!strncmp(field, prefix, len))
			json_object_object_add(m->errors[i], field + len, json_object_get(list));
	}
	json_object_object_foreach(m->errors[i], name, said)
	{
		(void)said;
		json_object_object_del(rq->errors, talloc_asprintf(rq->mem, "%s%s", prefix, name));
	}
}

/* What validation found, and the campus where it is, whose clocks its times are by; NULL: there is nothing to read. */
static const struct row *begin_item(struct many *m, size_t i, struct json_object *item)
{
	struct json_object *faults = json_object_object_get(item, FIELD_FAULTS);
	const struct row *campus;

	if (faults) {
		json_object_object_foreach(faults, field, list)
		{
			json_object_object_add(m->errors[i], *field ? field : "non_field_errors",
					       json_object_get(list));
		}
	}
	if (json_object_object_get(m->errors[i], "campus") || json_object_object_get(m->errors[i], "non_field_errors"))
		return NULL;
	campus = event_campus(m->rq, item, m->errors[i]);
	if (campus && !json_object_object_get(item, "time_zone"))
		json_object_object_add(item, "time_zone", json_object_new_string(row_text(campus, "time_zone")));
	return campus;
}

/* Beside what validation said, which is not said again. */
static void read_item(struct many *m, size_t i, struct json_object *item, const struct row *campus)
{
	struct json_object *found = json_object_new_object();

	take_faults(m, i);
	event_read(m->rq, item, campus, &m->asked[i], found);
	json_object_object_foreach(found, field, list)
	{
		if (!json_object_object_get(m->errors[i], field))
			json_object_object_add(m->errors[i], field, json_object_get(list));
	}
	json_object_put(found);
}

static void read_items(struct many *m, struct json_object *items)
{
	const struct row **campuses;

	make_room(m, json_object_array_length(items));
	campuses = talloc_zero_array(m->rq->mem, const struct row *, (unsigned)m->n + 1);
	for (size_t i = 0; i < m->n; i++)
		campuses[i] = begin_item(m, i, json_object_array_get_idx(items, i));
	times_in(m->rq, NULL, NULL);
	for (size_t i = 0; i < m->n; i++)
		if (campuses[i])
			read_item(m, i, json_object_array_get_idx(items, i), campuses[i]);
}

/* ---- what repeats ---- */

static struct recurrence recurrence_of(struct json_object *tree)
{
	static const char *const DAYS[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
	struct json_object *by_day = json_object_object_get(tree, "by_day");
	struct recurrence rule = { .weekly = !strcmp(tree_text(tree, "freq"), "weekly"),
				   .interval = (int)tree_int(tree, "interval"),
				   .until = tree_text(tree, "until"),
				   .count = (int)tree_int(tree, "count") };

	for (size_t i = 0; by_day && i < json_object_array_length(by_day); i++)
		for (unsigned day = 0; day < 7; day++)
			if (!strcmp(json_object_get_string(json_object_array_get_idx(by_day, i)), DAYS[day]))
				rule.days |= 1U << day;
	return rule;
}

static bool is_excepted(struct json_object *except, ms_t wall)
{
	char iso[ISO_SIZE];

	clock_iso(wall, iso);
	for (size_t i = 0; except && i < json_object_array_length(except); i++)
		if (!strncmp(json_object_get_string(json_object_array_get_idx(except, i)), iso, 10))
			return true;
	return false;
}

/* The first, as often as its rule says: at the same time of day, and for as long by the clocks. One that clocks skip begins when they
 * do. */
static void repeat(struct many *m, const struct event_asked *first, struct json_object *tree)
{
	struct request *rq = m->rq;
	struct json_object *except = json_object_object_get(tree, "except");
	const struct recurrence rule = recurrence_of(tree);
	const char *zone = first->event.time_zone;
	ms_t walls[EVENTS_MOST], start = 0, end = 0, expires = 0;
	size_t n;

	clock_wall(first->event.times.starts_at, zone, &start);
	clock_wall(first->event.times.ends_at, zone, &end);
	if (first->event.qr_expires_at)
		clock_wall(first->event.qr_expires_at, zone, &expires);
	n = recurrence_walls(&rule, start, walls, EVENTS_MOST);
	if (n > EVENTS_MOST)
		field_fault(rq, "recurrence.until", "That is more than %d events.", EVENTS_MOST);
	else if (!n)
		field_fault(rq, "recurrence.until", "That is no event.");
	if (has_faults(rq))
		return;
	make_room(m, n);
	m->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct event_asked *one = &m->asked[m->n];

		if (is_excepted(except, walls[i]))
			continue;
		*one = *first;
		clock_when(walls[i], zone, &one->event.times.starts_at);
		clock_when(walls[i] + (end - start), zone, &one->event.times.ends_at);
		one->event.window = campus_window(&one->event.times);
		if (expires)
			clock_when(walls[i] + (expires - start), zone, &one->event.qr_expires_at);
		clock_date(one->event.times.starts_at, zone, one->event.starts_on);
		if (one->event.times.starts_at >= one->event.times.ends_at)
			event_fault(rq, m->errors[m->n], "end_datetime", SAID("It ends before it starts."));
		m->n++;
	}
}

static void read_repeated(struct many *m, struct json_object *item, struct json_object *rule)
{
	struct request *rq = m->rq;
	struct json_object *errors = json_object_new_object();
	struct event_asked *first = talloc_zero(rq->mem, struct event_asked);
	const struct row *campus = event_campus(rq, item, errors);

	if (campus) {
		times_in(rq, row_text(campus, "time_zone"), NULL);
		event_read(rq, item, campus, first, errors);
	}
	event_faults_told(rq, errors, "template.");
	json_object_put(errors);
	if (!json_object_object_get(rule, "until") == !json_object_object_get(rule, "count"))
		field_fault(rq, "recurrence.until", "Say until when it repeats, or how often.");
	if (!has_faults(rq))
		repeat(m, first, rule);
}

/* ---- all of it ---- */

/* What a file holds is as if it had been sent. */
static void read_file(struct request *rq)
{
	struct json_object *rows = csv_of_file(rq, "file", EVENTS_MOST);

	if (rows)
		field_from_file(rq, "events", rows);
}

static void read_all(struct many *m)
{
	struct request *rq = m->rq;
	struct json_object *template = field_tree(rq, "template"), *rule = field_tree(rq, "recurrence");
	const bool file = field_file(rq, "file");

	if ((field_tree(rq, "events") != NULL) + (template != NULL) + file != 1) {
		field_fault(rq, "events", "Send events, a template that repeats, or a file.");
		return;
	}
	if (file)
		read_file(rq);
	if (has_faults(rq))
		return;
	if (!template)
		read_items(m, field_tree(rq, "events"));
	else if (!rule)
		field_fault(rq, "recurrence", "Say how it repeats.");
	else
		read_repeated(m, template, rule);
}

/* What is wrong with one is wrong with the request. */
static void tell_all(const struct many *m)
{
	for (size_t i = 0; i < m->n; i++)
		event_faults_told(m->rq, m->errors[i], talloc_asprintf(m->rq->mem, "events.%zu.", i));
}

/* False: it failed. */
static bool answer_one(const struct many *m, size_t i, bool dry, struct json_object *results)
{
	struct json_object *result = answer_item(results);
	const struct row *row;
	char uuid[UUID_SIZE];

	answer_int(result, "index", (int64_t)i);
	if (is_wrong(m, i)) {
		answer_add(result, "errors", json_object_get(m->errors[i]));
		return true;
	}
	answer_time(result, "start_datetime", m->asked[i].event.times.starts_at);
	if (dry)
		return true;
	row = event_make(m->rq, &m->asked[i]);
	if (row)
		answer_text(result, "id", uuid_text((const uint8_t *)row_cell(row, "id")->s, uuid));
	return row;
}

static void make_all(const struct many *m, bool dry)
{
	struct json_object *results = answer_array(m->rq->data, "results");
	int64_t failed = 0;

	for (size_t i = 0; i < m->n; i++) {
		failed += is_wrong(m, i);
		if (!answer_one(m, i, dry, results))
			return;
	}
	answer_int(m->rq->data, "created", (int64_t)m->n - failed);
	answer_int(m->rq->data, "failed", failed);
}

/* POST events/bulk-create/. */
int campus_event_bulk(struct request *rq)
{
	struct many many = { .rq = rq };

	read_all(&many);
	if (!field_bool(rq, "partial"))
		tell_all(&many);
	if (has_faults(rq))
		refuse_fields(rq);
	else
		make_all(&many, field_bool(rq, "dry_run"));
	for (size_t i = 0; i < many.room; i++)
		json_object_put(many.errors[i]);
	return ANSWERED;
}
