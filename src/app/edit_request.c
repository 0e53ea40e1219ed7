/* An organizer's event is staff's declaration of events, looked at by who it belongs to: what may be asked for is held against the
 * very fields and checks of staff's own form, and approving it is staff's own update. */
#include "app/edit_request.h"
#include "app/actions/organizer.h"
#include "app/picture.h"
#include "app/tell.h"
#include "base/list.h"
#include "store/edit_request.h"
#include "store/office.h"
#include "store/organizer.h"
#include <stdio.h>
#include <string.h>

static const struct resource *events(void)
{
	return resource_named(NULL, "events");
}

/* ---- the setting ---- */

const char *may_edit_rule(const struct request *rq, const char *text)
{
	const char *at = text, *item;
	size_t len;

	while ((item = list_next(&at, ',', &len))) {
		const struct resource_column *c =
			resource_column(events(), talloc_asprintf(rq->mem, "%.*s", (int)len, item));

		if (len && (!c || !(c->flags & WISHED)))
			return SAID(
				"Give names of an event's fields that an organizer may ask for, separated by commas: title, description, starts_at.");
	}
	return NULL;
}

static bool may_edit(struct request *rq, const char *name)
{
	const char *names = office_setting(rq->db, "organizer_may_edit");

	return names && list_has(names, ',', name);
}

/* ---- one's own event ---- */

/* The event that path names, locked, as staff's declaration has it. NULL after a refusal. */
static const struct row *own_event(struct request *rq)
{
	const struct resource *r = events();
	int64_t id = path_id(rq, "id");
	const struct row *row;

	if (id > 0 && !request_reads(rq))
		noun_lock(rq->db, resource_view(rq, r), id);
	row = resource_row(rq, r, id);
	if (row && row_int(row, "organizer_id") == rq->who.role_id)
		return row;
	refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event among yours.");
	return NULL;
}

/* Of the row, what has these names; the caller owns it. */
static struct json_object *values_named(const struct row *row, struct json_object *names)
{
	struct json_object *all = resource_json(row), *out = json_object_new_object();

	json_object_object_foreach(names, name, value)
	{
		(void)value;
		json_object_object_add(out, name, json_object_get(json_object_object_get(all, name)));
	}
	json_object_put(all);
	return out;
}

static void answer_own(struct request *rq, int64_t id)
{
	const struct resource *r = events();
	const struct row *row = resource_row(rq, r, id);
	struct json_object *all = row ? resource_json(row) : NULL;

	for (const struct field *f = resource_made(r)->asked_answer; all && f->name; f++)
		answer_add(rq->data, f->name, json_object_get(json_object_object_get(all, f->name)));
	picture_open_in(rq, rq->data, "image");
	json_object_put(all);
}

/* GET events/:id/edit. */
int organizer_edit_show(struct request *rq)
{
	const struct row *row = own_event(rq);

	if (row)
		answer_own(rq, row_int(row, "id"));
	return ANSWERED;
}

int organizer_edit_beside(struct request *rq)
{
	const struct resource *r = events();
	struct json_object *own = answer_object(rq->beside, "own");
	int64_t open = edit_request_open(rq->db, path_id(rq, "id"));

	if (!json_object_object_get(rq->data, "id"))
		answer_own(rq, path_id(rq, "id"));
	resource_form(rq, r, resource_made(r)->ask_form);
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & WISHED && may_edit(rq, c->name))
			answer_bool(own, c->name, true);
	if (open)
		answer_int(rq->beside, "open", open);
	return ANSWERED;
}

/* ---- changing and asking ---- */

/* Changes the event to these values as staff's form would, or only sees whether that would be taken. False after a refusal. */
static bool turned(struct request *rq, const struct row *event, struct json_object *values, bool apply)
{
	const struct resource *r = events();
	struct fields_turned was = fields_turn(rq, resource_made(r)->put, values);
	bool done = apply ? resource_apply(rq, r, event) : resource_fits(rq, r, event);
	const struct row *after = done && apply ? resource_row(rq, r, row_int(event, "id")) : NULL;

	fields_turn_back(rq, was);
	if (after)
		audit_change(rq, "update", r->noun, row_int(event, "id"), resource_json(event), resource_json(after));
	return done;
}

/* Faults at members of changes are named as the members are. */
static void name_faults(struct request *rq)
{
	struct json_object *named = json_object_new_object();

	json_object_object_foreach(rq->errors, name, said)
	{
		json_object_object_add(named, talloc_asprintf(rq->mem, "changes.%s", name), json_object_get(said));
	}
	json_object_put(rq->errors);
	rq->errors = named;
}

/* The request's id; 0 after a refusal. */
static int64_t ask(struct request *rq, const struct row *event, struct json_object *changes)
{
	struct json_object *was = values_named(event, changes);
	const struct edit_request_new n = { .event_id = row_int(event, "id"),
					    .organizer_id = rq->who.role_id,
					    .account_id = rq->who.account_id,
					    .changes = json_object_to_json_string_ext(changes, JSON_C_TO_STRING_PLAIN),
					    .was = json_object_to_json_string_ext(was, JSON_C_TO_STRING_PLAIN),
					    .reason = field_text(rq, "note"),
					    .now = rq->now };
	int64_t id = turned(rq, event, changes, false) ? edit_request_insert(rq->db, &n) : 0;

	json_object_put(was);
	if (id)
		audit_change(rq, "ask-edit", "event", n.event_id, NULL, json_object_get(changes));
	else if (!refused(rq) && db_error(rq->db) == DB_OK)
		refuse(rq, 409, "EDIT_PENDING",
		       "Changes of this event were asked for already. Wait for the answer, or take them back first.");
	return id;
}

static int refuse_nothing(struct request *rq)
{
	return refuse(rq, 422, "NOTHING_CHANGED", "All of this is so already, or cannot be asked for.");
}

static int answer_request(struct request *rq, int64_t id)
{
	const struct resource *r = resource_named("organizer", "edit-requests");
	const struct row *row = id ? resource_row(rq, r, id) : NULL;

	if (!row)
		return ANSWERED;
	resource_answer(rq, r, rq->data, row);
	say(rq, "Your changes are asked for. You will be told what becomes of them.");
	return ANSWERED;
}

/* POST events/:id/edit-request: all that is another is asked for. */
int organizer_edit_ask(struct request *rq)
{
	const struct row *event = own_event(rq);
	struct json_object *changes;
	struct fields_turned was;
	bool well;
	int64_t id = 0;

	if (!event)
		return ANSWERED;
	was = fields_turn(rq, resource_made(events())->wishes, field_tree(rq, "changes"));
	times_in(rq, resource_zone(rq, event), event);
	well = !has_faults(rq) && !resource_stale(rq, events(), event);
	changes = well ? resource_differences(rq, events(), event, WISHED) : json_object_new_object();
	fields_turn_back(rq, was);
	if (well && !json_object_object_length(changes))
		refuse_nothing(rq);
	else if (well)
		id = ask(rq, event, changes);
	json_object_put(changes);
	if (has_faults(rq)) {
		name_faults(rq);
		return refuse_fields(rq);
	}
	return answer_request(rq, id);
}

/* What of it the setting lets them change goes into now, the rest into later. */
static void split(struct request *rq, struct json_object *changes, struct json_object *now, struct json_object *later)
{
	json_object_object_foreach(changes, name, value)
	{
		json_object_object_add(may_edit(rq, name) ? now : later, name, json_object_get(value));
	}
}

/* What may not be changed at once; of a form files alone, for it asks for the rest, and no request keeps a file. False after a refusal. */
static bool may_now(struct request *rq, struct json_object *later, bool files)
{
	json_object_object_foreach(later, name, value)
	{
		(void)value;
		if (!files || resource_column(events(), name)->type == F_FILE)
			field_fault(rq, name, "This is changed by staff: ask for it.");
	}
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq);
}

/* The changes that were asked for by a form or a PUT, split; false after a refusal. */
static bool read_changes(struct request *rq, const struct row *event, struct json_object *now,
			 struct json_object *later)
{
	struct json_object *changes;

	times_in(rq, resource_zone(rq, event), event);
	if (has_faults(rq))
		refuse_fields(rq);
	if (refused(rq) || resource_stale(rq, events(), event))
		return false;
	changes = resource_differences(rq, events(), event, WISHED);
	split(rq, changes, now, later);
	json_object_put(changes);
	return true;
}

/* PUT events/:id: what may not be changed at once is a fault. */
int organizer_edit_put(struct request *rq)
{
	const struct row *event = own_event(rq);
	struct json_object *now = json_object_new_object(), *later = json_object_new_object();

	if (event && read_changes(rq, event, now, later)) {
		if (may_now(rq, later, false) && turned(rq, event, now, true))
			answer_own(rq, row_int(event, "id"));
		if (!refused(rq))
			say(rq, "The event was saved.");
	}
	json_object_put(now);
	json_object_put(later);
	return ANSWERED;
}

/* POST of the form: what may be changed is, what may not is asked for. */
int organizer_edit_form(struct request *rq)
{
	const struct row *event = own_event(rq);
	struct json_object *now = json_object_new_object(), *later = json_object_new_object();
	int changed, asked;

	if (event && read_changes(rq, event, now, later) && may_now(rq, later, true)) {
		changed = json_object_object_length(now);
		asked = json_object_object_length(later);
		/* asked for first: it is about the event as the form showed it */
		if (asked ? ask(rq, event, later) && (!changed || turned(rq, event, now, true))
			  : turned(rq, event, now, true)) {
			answer_int(rq->data, "id", row_int(event, "id"));
			if (!changed && !asked)
				say(rq, "Nothing was changed.");
			else if (!asked)
				say(rq, "The event was saved.");
			else
				say(rq,
				    changed ? "What you may change yourself is saved; the rest is asked for, and you will be told what becomes of it."
					    : "Your changes are asked for. You will be told what becomes of them.");
		}
	}
	json_object_put(now);
	json_object_put(later);
	return ANSWERED;
}

/* ---- of staff ---- */

static void tell_answer(struct request *rq, const struct row *row, const char *kind, const char *note)
{
	const struct row *to = organizer_contact(rq->db, row_int(row, "organizer_id"));
	const struct row *event = edit_request_event(rq->db, row_int(row, "event_id"));
	struct json_object *data;

	if (!to || !event)
		return;
	data = json_object_new_object();
	if (note)
		answer_text(data, "note", note);
	answer_text(data, "address",
		    talloc_asprintf(rq->mem, "%s/organizer/edit-requests/%lld", rq->config->base_url,
				    (long long)row_int(row, "id")));
	tell_event(data, "event", event);
	tell(rq->db, rq->now, &(struct telling){ .kind = kind, .to = to, .data = data });
}

/* A value as it is read in a sentence. */
static const char *said_value(struct request *rq, struct json_object *value)
{
	const char *text = value ? json_object_get_string(value) : "";

	return *text ? text : said_to(rq, "(empty)");
}

/* What somebody changed since it was asked for, so that the asker has not seen it. False after a refusal. */
static bool stands_as_it_was(struct request *rq, const struct row *event, struct json_object *was)
{
	struct json_object *now = values_named(event, was);
	const char *name = NULL;

	json_object_object_foreach(was, key, value)
	{
		if (!name && !json_object_equal(value, json_object_object_get(now, key)))
			name = key;
	}
	if (name) {
		field_fault(rq, name, "It was “%s” when this was asked for, and is “%s” now.",
			    said_value(rq, json_object_object_get(was, name)),
			    said_value(rq, json_object_object_get(now, name)));
		refuse(rq, 409, "CHANGED_MEANWHILE",
		       "The event was changed since this was asked for. Reject the request, so that it is asked for anew.");
	}
	json_object_put(now);
	return !name;
}

void edit_request_approve(struct request *rq, const struct row *row)
{
	const struct resource *r = events();
	int64_t id = row_int(row, "event_id");
	struct json_object *changes, *was;
	const struct row *event;

	/* one that is decided is refused as that, by its status */
	if (!row_is(row, "status", "requested"))
		return;
	noun_lock(rq->db, resource_view(rq, r), id);
	event = resource_row(rq, r, id);
	if (!event) {
		refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
		return;
	}
	changes = json_tokener_parse(row_text(row, "changes"));
	was = json_tokener_parse(row_text(row, "was"));
	if (stands_as_it_was(rq, event, was) && turned(rq, event, changes, true))
		tell_answer(rq, row, "edit-approved", NULL);
	json_object_put(changes);
	json_object_put(was);
}

void edit_request_reject(struct request *rq, const struct row *row)
{
	if (row_is(row, "status", "requested"))
		tell_answer(rq, row, "edit-rejected", field_text(rq, "note"));
}

/* ---- as people read it ---- */

/* An id by what it names. */
static struct json_object *readable(struct request *rq, const struct resource_column *c, struct json_object *value)
{
	const struct resource *other = value ? resource_referred(events(), c) : NULL;
	const struct row *row = other ? resource_row(rq, other, json_object_get_int64(value)) : NULL;

	return row ? json_object_new_string(row_text(row, other->title)) : json_object_get(value);
}

void edit_request_detail(struct request *rq)
{
	const struct resource *r = events();
	struct json_object *list = answer_array(rq->beside, "differences");
	struct json_object *changes = json_object_object_get(rq->data, "changes");
	struct json_object *was = json_object_object_get(rq->data, "was");

	for (const struct resource_column *c = r->columns; c->name; c++) {
		struct json_object *to, *item;

		if (!(c->flags & WISHED) || !json_object_object_get_ex(changes, c->name, &to))
			continue;
		item = resource_column_told(rq, list, r, c);
		if (c->refers)
			answer_text(item, "kind", "text");
		answer_add(item, "before", readable(rq, c, json_object_object_get(was, c->name)));
		answer_add(item, "after", readable(rq, c, to));
	}
}
