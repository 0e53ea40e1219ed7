/* An event from what was sent of it. One that is new, one of five hundred and one that is changed are read alike: from a whole tree, in
 * which a change lies over what there was. */
#include "app/actions/campus.h"
#include "app/campus_event.h"
#include "store/campus.h"
#include <stdlib.h>
#include <string.h>

/* ---- faults ---- */

void event_fault(struct request *rq, struct json_object *errors, const char *field, const char *sentence)
{
	struct json_object *list = json_object_object_get(errors, field);

	if (!list) {
		list = json_object_new_array();
		json_object_object_add(errors, field, list);
	}
	json_object_array_add(list, json_object_new_string(said_to(rq, sentence)));
}

void event_faults_told(struct request *rq, struct json_object *errors, const char *prefix)
{
	json_object_object_foreach(errors, field, list)
	{
		for (size_t i = 0; i < json_object_array_length(list); i++)
			field_fault(rq, talloc_asprintf(rq->mem, "%s%s", prefix, field), "%s",
				    json_object_get_string(json_object_array_get_idx(list, i)));
	}
}

/* ---- values ---- */

static bool there(struct json_object *tree, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(tree, name, &value) && value;
}

static int64_t number(struct json_object *tree, const char *name, int64_t usual)
{
	return there(tree, name) ? tree_int(tree, name) : usual;
}

static bool truth(struct json_object *tree, const char *name, bool usual)
{
	return there(tree, name) ? json_object_get_boolean(json_object_object_get(tree, name)) : usual;
}

static const char *text(struct json_object *tree, const char *name, const char *usual)
{
	return there(tree, name) ? tree_text(tree, name) : usual;
}

static double real(struct json_object *tree, const char *name)
{
	return json_object_get_double(json_object_object_get(tree, name));
}

static ms_t moment(struct json_object *tree, const char *name)
{
	const char *iso = tree_text(tree, name);
	ms_t at = 0;

	return iso && clock_parse(iso, &at) ? at : 0;
}

/* ---- its campus ---- */

const struct row *event_campus(struct request *rq, struct json_object *tree, struct json_object *errors)
{
	const int64_t own = campus_of_account(rq->db, rq->who.account_id), id = number(tree, "campus", own);
	const struct row *campus = id && (!own || own == id) ? campus_get(rq->db, id) : NULL;

	if (!campus)
		event_fault(rq, errors, "campus",
			    id ? SAID("There is no such campus.") : SAID("Say at which campus it is."));
	return campus;
}

/* ---- its rules ---- */

static void check_needed(struct request *rq, struct json_object *tree, struct json_object *errors)
{
	static const char *const NEEDED[] = { "title", "location", "start_datetime", "end_datetime" };

	for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++)
		if (!there(tree, NEEDED[i]))
			event_fault(rq, errors, NEEDED[i], SAID("This is required."));
}

static void read_times(struct request *rq, struct json_object *tree, struct campus_event *e, struct json_object *errors)
{
	struct campus_times *t = &e->times;

	*t = (struct campus_times){ .starts_at = moment(tree, "start_datetime"),
				    .ends_at = moment(tree, "end_datetime"),
				    .opens_before = number(tree, "opens_before_minutes", 15),
				    .late_after = number(tree, "late_after_minutes", 15),
				    .closes_after = number(tree, "closes_after_minutes", -1) };
	if (!t->starts_at || !t->ends_at)
		return;
	if (t->starts_at >= t->ends_at)
		event_fault(rq, errors, "end_datetime", SAID("It ends before it starts."));
	else if (t->ends_at - t->starts_at > CAMPUS_EVENT_LONGEST * MS_MINUTE)
		event_fault(rq, errors, "end_datetime", SAID("It is longer than 24 hours."));
	e->window = campus_window(t);
	clock_date(t->starts_at, e->time_zone, e->starts_on);
	e->qr_expires_at = moment(tree, "qr_expires_at");
	if (e->qr_expires_at && e->qr_expires_at <= e->window.opens_at)
		event_fault(rq, errors, "qr_expires_at", SAID("Its code would be over before it opens."));
}

/* What a mark needs, each once, in the server's order; without a code there is none. */
static const char *read_steps(struct request *rq, struct json_object *tree, struct json_object *errors)
{
	static const char *const ORDER[] = { "qr", "location", "front_photo", "back_photo", "signature" };
	struct json_object *sent = json_object_object_get(tree, "required_steps");
	char *steps = talloc_strdup(rq->mem, "[");
	size_t n = sent ? json_object_array_length(sent) : 0, found = 0;

	if (!sent)
		return EVENT_STEPS_USUAL;
	for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++)
		for (size_t k = 0; k < n; k++)
			if (!strcmp(json_object_get_string(json_object_array_get_idx(sent, k)), ORDER[i])) {
				steps = talloc_asprintf_append(steps, "%s\"%s\"", found++ ? "," : "", ORDER[i]);
				break;
			}
	if (found < n)
		event_fault(rq, errors, "required_steps", SAID("Name each step once."));
	else if (strncmp(steps, "[\"qr\"", 5) != 0)
		event_fault(rq, errors, "required_steps", SAID("A mark begins with the code: qr is one of its steps."));
	return talloc_asprintf_append(steps, "]");
}

static void read_place(struct request *rq, struct json_object *tree, struct campus_event *e, struct json_object *errors)
{
	const bool north = there(tree, "latitude"), east = there(tree, "longitude");
	struct json_object *places = json_object_object_get(tree, "places");

	if (north != east)
		event_fault(rq, errors, north ? "longitude" : "latitude", SAID("Give both coordinates, or none."));
	e->placed = north && east;
	if (e->placed) {
		e->latitude = real(tree, "latitude");
		e->longitude = real(tree, "longitude");
	}
	e->radius = number(tree, "location_radius", 100);
	if (!places || !json_object_array_length(places))
		return;
	if (e->placed)
		e->places = talloc_strdup(rq->mem, json_object_to_json_string_ext(places, JSON_C_TO_STRING_PLAIN));
	else if (!north && !east)
		event_fault(rq, errors, "latitude", SAID("There are more venues: give the event's own place too."));
}

static const char *rule_fault(struct request *rq, int64_t campus_id, const struct audience_rule *rule)
{
	const bool bare = !strcmp(rule->rule, "all") || !strcmp(rule->rule, "students");

	if (bare != !rule->value)
		return bare ? SAID("This rule has no value.") : SAID("This rule needs a value.");
	if (audience_fits(rq->db, campus_id, rule))
		return NULL;
	return !strcmp(rule->rule, "department") ? SAID("There is no such department.")
						 : SAID("There is no such member.");
}

static void read_audience(struct request *rq, struct json_object *tree, struct event_asked *out,
			  struct json_object *errors)
{
	struct json_object *sent = json_object_object_get(tree, "audience");
	size_t n = sent ? json_object_array_length(sent) : 0;

	if (!sent)
		out->audience[out->n_audience++] = (struct audience_rule){ "students", 0 };
	for (size_t i = 0; i < n && i < AUDIENCE_MOST; i++) {
		struct json_object *item = json_object_array_get_idx(sent, i);
		struct audience_rule *rule = &out->audience[out->n_audience++];
		const char *fault;

		*rule = (struct audience_rule){ tree_text(item, "rule"), tree_int(item, "value") };
		fault = rule_fault(rq, out->event.campus_id, rule);
		if (fault)
			event_fault(rq, errors, talloc_asprintf(rq->mem, "audience.%zu", i), fault);
	}
}

bool event_read(struct request *rq, struct json_object *tree, const struct row *campus, struct event_asked *out,
		struct json_object *errors)
{
	*out = (struct event_asked){
		.event = { .organizer_id = rq->who.account_id,
			   .campus_id = row_int(campus, "id"),
			   .title = tree_text(tree, "title"),
			   .description = text(tree, "description", ""),
			   .location = tree_text(tree, "location"),
			   .time_zone = text(tree, "time_zone", row_text(campus, "time_zone")),
			   .series = text(tree, "series", NULL),
			   .location_mode = text(tree, "location_mode", "flag"),
			   .is_active = truth(tree, "is_active", true),
			   .rescan = truth(tree, "rescan", false),
			   .typed_code = truth(tree, "typed_code", false),
			   .auto_verify = truth(tree, "auto_verify", true),
			   .strict_steps = truth(tree, "strict_steps", false),
			   .allow_offline = truth(tree, "allow_offline", false),
			   .public_counts = truth(tree, "public_counts", false),
			   .qr_rotates = truth(tree, "qr_rotates", true) },
	};
	check_needed(rq, tree, errors);
	read_times(rq, tree, &out->event, errors);
	read_place(rq, tree, &out->event, errors);
	out->event.steps = read_steps(rq, tree, errors);
	read_audience(rq, tree, out, errors);
	return !json_object_object_length(errors);
}
