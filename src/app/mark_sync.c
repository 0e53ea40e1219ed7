/* Marks that were made without a network, some at a time. Each is what a submit is, by the time that is claimed for it (app/mark.c), and each
 * stands for itself: what is wrong with one takes no other back. Sent again, in whatever order, they are answered as before, for each has
 * a name of its own. What they say of people and events is not asked for, so it is not believed. */
#include "app/actions/attendance.h"
#include "app/attempt.h"
#include "app/evidence.h"
#include "db/db.h"
#include "rules/campus_code.h"
#include <ctype.h>
#include <string.h>

enum { MARKS_MOST = 50 };
static const char FRONT[] = "front_", BACK[] = "back_";

static const struct field SYNC_ITEM[] = {
	{ "client_id", F_UUID, .required = true,
	  .help = "The app's own name of this mark: sent again it is answered again" },
	{ "event_id", F_UUID, .help = "The event; left out: the code's" },
	{ "qr_token", F_TEXT, .required = true, .max = 20000, .help = "The code that was scanned" },
	{ "scanned_at", F_TIME, .required = true, .help = "When, by the device's clock" },
	{ "latitude", F_REAL, .min = -90, .max = 90, .help = "Degrees north" },
	{ "longitude", F_REAL, .min = -180, .max = 180, .help = "Degrees east" },
	{ "accuracy", F_REAL, .min = 0, .max = 1000000000, .help = "Metres, the radius that the device says" },
	EVIDENCE_SIGNATURE,
	{ "notes", F_LONG_TEXT, .max = 500, .help = "What its person wants to say of it" },
	FIELDS_END,
};
const struct field MARK_SYNC[] = {
	{ "device_id", F_TEXT, .max = 200, .help = "The device's own name" },
	{ "device_time", F_TIME, .required = true, .help = "What its clock shows as this is sent" },
	{ "items", F_LIST, .required = true, .min = 1, .max = MARKS_MOST, .of = SYNC_ITEM, .each = true,
	  .help = "Marks, each for itself; in a form as a text of JSON" },
	{ FRONT, F_FILE, .raw = true, .begins = true,
	  .help = "front_ and an item's client_id: the photo of who was there" },
	{ BACK, F_FILE, .raw = true, .begins = true,
	  .help = "back_ and an item's client_id: the photo of where that was" },
	FIELDS_END,
};
static const struct field SYNCED[] = {
	{ "client_id", F_UUID, .null = true, .help = "Which" },
	{ "verdict", F_CHOICE, .choices = "accepted,duplicate,rejected",
	  .help = "duplicate: there is another mark of this event already" },
	{ "code", F_TEXT, .null = true, .help = "Why not" },
	{ "message", F_TEXT, .null = true, .help = "The same for people" },
	{ "attendance_id", F_UUID, .sometimes = true, .help = "The record" },
	FIELDS_NAMED("mark_synced"),
};
const struct field MARKS_SYNCED[] = {
	{ "results", F_LIST, .of = SYNCED, .help = "Each in its place" },
	FIELDS_END,
};

struct sync {
	struct request *rq;
	struct mark_claim claim;
	const char *device_id;
	struct json_object *item, *results;
};

/* ---- one of them, as a submit has it ---- */

/* What the submit takes of it; owned by the caller. */
static struct json_object *values_of(const struct sync *s)
{
	struct json_object *values = json_object_new_object();

	json_object_object_foreach(s->item, name, value)
	{
		if (strcmp(name, "scanned_at") != 0)
			json_object_object_add(values, name, json_object_get(value));
	}
	if (s->device_id)
		json_object_object_add(values, "device_id", json_object_new_string(s->device_id));
	return values;
}

/* Its photos among all that came, by the names that a submit has for them. */
static size_t photos_of(const struct sync *s, const struct upload *all, size_t n, struct upload own[2])
{
	const char *client_id = tree_text(s->item, "client_id");
	size_t found = 0;

	for (size_t i = 0; i < n && found < 2; i++) {
		const bool front = !strncmp(all[i].field, FRONT, sizeof FRONT - 1);
		const char *whose = front					    ? all[i].field + sizeof FRONT - 1
				    : !strncmp(all[i].field, BACK, sizeof BACK - 1) ? all[i].field + sizeof BACK - 1
										    : "";

		if (strcasecmp(whose, client_id) != 0)
			continue;
		own[found] = all[i];
		own[found++].field = front ? "front_photo" : "back_photo";
	}
	return found;
}

static bool make_one(void *with)
{
	struct sync *s = with;
	struct request *rq = s->rq;
	struct campus_code code;

	if (!field_given(rq, "event_id") && campus_code_read(field_text(rq, "qr_token"), &code))
		field_fill(rq, "event_id", uuid_text(code.event, talloc_array(rq->mem, char, UUID_SIZE)));
	return mark_make(rq, &s->claim) || rq->keep;
}

/* ---- what is said of it ---- */

static void answer_verdict(const struct sync *s, const char *verdict, const char *code, const char *message)
{
	struct json_object *one = answer_item(s->results);
	char *word = code ? talloc_strdup(s->rq->mem, code) : NULL;

	for (char *c = word; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	answer_text(one, "client_id", tree_text(s->item, "client_id"));
	answer_text(one, "verdict", verdict);
	answer_text(one, "code", word);
	answer_text(one, "message", message);
}

/* Names the record, also one that was there before. */
static void answer_record(const struct sync *s)
{
	struct json_object *one = json_object_array_get_idx(s->results, json_object_array_length(s->results) - 1);
	struct attempt a;
	char uuid[UUID_SIZE];

	if (attempt_seek(s->rq, &a))
		answer_text(one, "attendance_id", uuid_text(a.uuid, uuid));
}

static void answer_one(const struct sync *s)
{
	struct request *rq = s->rq;

	if (!refused(rq)) {
		answer_verdict(s, "accepted", NULL, rq->message);
		answer_record(s);
	} else if (!strcmp(rq->code, "DUPLICATE")) {
		answer_verdict(s, "duplicate", rq->code, rq->message);
		answer_record(s);
	} else {
		answer_verdict(s, "rejected", rq->code, refusal_told(rq));
	}
}

static void sync_one(struct sync *s)
{
	struct request *rq = s->rq;
	const struct upload *all = rq->uploads;
	const size_t n = rq->n_uploads;
	struct upload own[2];
	struct json_object *fault = json_object_object_get(s->item, FIELD_FAULT), *values;
	struct fields_turned was;

	if (fault) {
		answer_verdict(s, "rejected", "VALIDATION_ERROR", json_object_get_string(fault));
		return;
	}
	s->claim.scanned_at = 0;
	clock_parse(tree_text(s->item, "scanned_at"), &s->claim.scanned_at);
	values = values_of(s);
	was = fields_turn(rq, MARK_SUBMIT, values);
	rq->n_uploads = photos_of(s, all, n, own);
	rq->uploads = own;
	db_part(rq->db, make_one, s);
	if (db_error(rq->db) == DB_OK)
		answer_one(s);
	request_anew(rq, false, 0);
	rq->uploads = all;
	rq->n_uploads = n;
	fields_turn_back(rq, was);
	json_object_put(values);
}

/* POST attendance/sync/. */
int mark_sync(struct request *rq)
{
	struct json_object *items = field_tree(rq, "items");
	struct sync s = { .rq = rq,
			  .claim = { .device_time = field_time(rq, "device_time") },
			  .device_id = field_text(rq, "device_id"),
			  .results = json_object_new_array() };

	for (size_t i = 0; i < json_object_array_length(items) && db_error(rq->db) == DB_OK; i++) {
		s.item = json_object_array_get_idx(items, i);
		sync_one(&s);
	}
	answer_add(rq->data, "results", s.results);
	return ANSWERED;
}
