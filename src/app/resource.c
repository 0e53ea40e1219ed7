/* The five verbs over every declared noun. What differs between nouns stands in their declarations; what is the same for
 * all of them (paging, references that must exist, audit, the sentence of a refusal) is here once. */
#include "app/resource.h"
#include "app/upload.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct row *resource_row(struct request *rq, const struct resource *r, int64_t id)
{
	return id > 0 ? noun_get(rq->db, resource_view(rq, r), id) : NULL;
}

const struct row *resource_or_404(struct request *rq, const struct resource *r, int64_t id)
{
	const struct row *row = resource_row(rq, r, id);

	if (!row)
		refuse(rq, 404, resource_code(rq, r, "_NOT_FOUND"), "There is no such %s.", resource_words(rq, r));
	return row;
}

int resource_show(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *row = resource_or_404(rq, r, path_id(rq, resource_key(r)));

	if (row)
		resource_answer(rq, r, rq->data, row);
	return ANSWERED;
}

/* ---- times ---- */

const char *resource_zone(struct request *rq, const struct row *row)
{
	bool own = row && row_has(row, "time_zone") && !row_null(row, "time_zone");

	return own ? row_text(row, "time_zone") : rq->config->time_zone;
}

const char *resource_zone_below(struct request *rq, const struct resource *r, int64_t parent_id)
{
	const struct resource *parent = resource_parent(r);

	return resource_zone(rq, parent && !parent->key ? resource_row(rq, parent, parent_id) : NULL);
}

/* ---- writing ---- */

/* Of that name, or the first that begins with it. */
static const struct resource_column *column_like(const struct resource *r, const char *name)
{
	const struct resource_column *close = NULL;

	for (const struct resource_column *c = r->columns; name && c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
		if (!close && !strncmp(c->name, name, strlen(name)))
			close = c;
	}
	return close;
}

bool resource_refused(struct request *rq, const struct resource *r, enum noun_outcome outcome, const char *table)
{
	const struct resource_column *c;

	switch (outcome) {
	case NOUN_OK:
		return false;
	case NOUN_FAILED: /* dispatch says what the database said */
		return true;
	case NOUN_DUPLICATE:
		c = column_like(r, noun_clash(rq->mem, rq->db, table));
		if (c)
			field_fault(rq, c->name, "Another one has this already.");
		if (!c && r->twice)
			refuse(rq, 409, "DUPLICATE", "%s", r->twice);
		else
			refuse(rq, 409, "DUPLICATE", "There is one with the same %s already.",
			       said_to(rq, c && c->label ? c->label
					   : c		 ? c->name
							 : SAID("values")));
		return true;
	case NOUN_REFUSED:
	case NOUN_GUARDED:
	default:
		refuse(rq, 409, "RULE_BROKEN", "These values do not fit the other data of this %s.",
		       resource_words(rq, r));
		return true;
	}
}

/* Ids that are given must lead to live rows: a sentence at the field beats a foreign key's refusal. */
static void check_references(struct request *rq, const struct resource *r, unsigned verb)
{
	for (const struct resource_column *c = r->columns; c->name; c++) {
		const struct resource *other;

		if (!(c->flags & verb) || !c->refers || !field_given(rq, c->name))
			continue;
		other = resource_referred(r, c);
		if (!noun_exists(rq->db, resource_view(rq, other),
				 talloc_asprintf(rq->mem, "%s = ? AND %s",
						 resource_expression(other, other->key ? other->key : "id"),
						 c->among ? c->among : "1"),
				 field_int(rq, c->name)))
			field_fault(rq, c->name, "There is no such %s.", resource_words(rq, other));
	}
}

/* Money was read in this currency, times in this zone: they must be the row's own. */
static void check_alongside(struct request *rq, const struct resource *r, const struct row *row)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & ALONGSIDE && field_given(rq, c->name) && !row_null(row, c->name) &&
		    !row_is(row, c->name, field_text(rq, c->name)))
			field_fault(rq, c->name, "This is %s here.", row_text(row, c->name));
}

/* An amount is one in its row's currency: in another it is said anew, or 15.00 EUR would become 1.500 KWD. */
static void check_amounts(struct request *rq, const struct resource *r, const struct row *row)
{
	const struct resource_column *currency = resource_column(r, "currency");
	const char *now = currency && field_declared(rq, "currency") ? field_text(rq, "currency") : NULL;

	if (!now || !resource_written(currency, EDITED) || row_null(row, "currency") || row_is(row, "currency", now))
		return;
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->type == F_MONEY && resource_written(c, EDITED) && !row_null(row, c->name) &&
		    row_int(row, c->name) && !field_given(rq, c->name) && !field_cleared(rq, c->name))
			field_fault(rq, c->name, "This is in %s. Say how much it is in %s.", row_text(row, "currency"),
				    now);
}

static void check_required(struct request *rq, const struct resource *r)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if ((c->flags & (EDITED | REQUIRED)) == (EDITED | REQUIRED) && field_cleared(rq, c->name))
			field_fault(rq, c->name, "This cannot be empty.");
}

/* Faults and refusals of the checks, as one answer: true when there are any. */
/* What was left out, and follows from nothing else. */
static void check_filled(struct request *rq, const struct resource *r)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & FILLED && !field_given(rq, c->name))
			field_fault(rq, c->name, "This is required.");
}

static bool checked(struct request *rq, const struct resource *r, int64_t id, unsigned verb)
{
	if (verb == EDITED)
		check_required(rq, r);
	check_references(rq, r, verb);
	if (verb == CREATED && !has_faults(rq))
		check_filled(rq, r);
	if (r->check && !has_faults(rq))
		r->check(rq, id);
	if (has_faults(rq) && !refused(rq))
		refuse_fields(rq);
	return refused(rq);
}

/* The new row's id; 0 after a refusal. *there: it is not new. */
static int64_t insert(struct request *rq, const struct resource *r, bool *there)
{
	struct noun_value values[RESOURCE_VALUES];
	size_t n = resource_values(rq, r, CREATED, NULL, values);
	int64_t id = 0;
	enum noun_outcome outcome;

	if (has_faults(rq) && !refused(rq)) /* of a picture */
		refuse_fields(rq);
	if (refused(rq))
		return 0;
	if (r->insert)
		return r->insert(rq);
	outcome = noun_insert(rq->db, resource_view(rq, r), values, n, rq->now, &id);
	*there = outcome == NOUN_DUPLICATE && r->id;
	return !*there && resource_refused(rq, r, outcome, r->table) ? 0 : id;
}

int resource_create(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *row;
	bool there = false;
	int64_t id;

	if (r->fill)
		r->fill(rq);
	times_in(rq,
		 resource_zone_below(rq, r, r->parent && field_declared(rq, r->parent) ? field_int(rq, r->parent) : 0),
		 NULL);
	if (checked(rq, r, 0, CREATED))
		return ANSWERED;
	id = insert(rq, r, &there);
	if (!id || refused(rq))
		return ANSWERED;
	if (r->made && !there)
		r->made(rq, id);
	if (refused(rq))
		return ANSWERED;
	row = resource_or_404(rq, r, id);
	if (!row)
		return ANSWERED;
	resource_answer(rq, r, rq->data, row);
	if (there) {
		rq->status = 200;
		return ANSWERED;
	}
	audit_change(rq, "create", r->noun, id, NULL, resource_json(row));
	if (wants_page(rq) && !rq->redirect)
		rq->redirect = resource_way_on(rq, r);
	if (!rq->message)
		say(rq, "The %s was made.", resource_words(rq, r));
	return ANSWERED;
}

const struct row *resource_locked(struct request *rq, const struct resource *r)
{
	int64_t id = path_id(rq, resource_key(r));

	if (id > 0)
		noun_lock(rq->db, resource_view(rq, r), id);
	return resource_or_404(rq, r, id);
}

/* Beside what was sent, what stands there now, wherever that is another. */
static void tell_both(struct request *rq, const struct resource *r, const struct row *row)
{
	struct json_object *sent = resource_differences(rq, r, row, EDITED);

	json_object_object_foreach(sent, name, value)
	{
		(void)value;
		field_fault(rq, name, "It is “%s” now.",
			    resource_told(rq, r, resource_column(r, name), row, resource_zone(rq, row)));
	}
	json_object_put(sent);
}

bool resource_field_seen(const struct field *field)
{
	return !strcmp(field->name, "updated_at") || !strcmp(field->name, "version");
}

/* An act of a noun's own may not ask for it. */
static bool says(struct request *rq, const char *seen)
{
	return field_declared(rq, seen) && field_given(rq, seen);
}

static bool seen_another(struct request *rq, const struct resource *r, const struct row *row)
{
	if (r->stamps & STAMP_UPDATED)
		return says(rq, "updated_at") && field_time(rq, "updated_at") != row_time(row, "updated_at");
	return resource_versioned(r) && says(rq, "version") &&
	       strcmp(field_text(rq, "version"), resource_version(rq, r, row)) != 0;
}

bool resource_stale(struct request *rq, const struct resource *r, const struct row *row)
{
	if (!seen_another(rq, r, row))
		return false;
	tell_both(rq, r, row);
	refuse(rq, 409, "CHANGED_MEANWHILE",
	       "Somebody changed this %s meanwhile. Look at it again and repeat your change.", resource_words(rq, r));
	return true;
}

/* A row that is closed stays as it is. */
static bool is_open(struct request *rq, const struct resource *r, const struct row *row)
{
	if (!r->open || word_among(row_text(row, "status"), r->open))
		return true;
	refuse(rq, 409, "WRONG_STATUS", "This %s is %s, so it stays as it is.", resource_words(rq, r),
	       said_to(rq, row_text(row, "status")));
	return false;
}

/* What a guard kept, at its field. */
static void refuse_guarded(struct request *rq, const struct resource *r, int64_t id, const struct noun_change *change)
{
	const struct noun_value *kept = noun_guarded(rq->db, resource_view(rq, r), id, change);
	const struct resource_column *c = kept ? column_like(r, kept->column) : NULL;

	if (c)
		field_fault(rq, c->name, "%s", c->kept);
	if (has_faults(rq))
		refuse_fields(rq);
	else
		resource_refused(rq, r, NOUN_GUARDED, r->table);
}

static void make_change(struct request *rq, const struct resource *r, int64_t id, const struct noun_change *change)
{
	enum noun_outcome outcome = noun_update(rq->db, resource_view(rq, r), id, change, rq->now);

	if (outcome == NOUN_GUARDED)
		refuse_guarded(rq, r, id, change);
	else
		resource_refused(rq, r, outcome, r->table);
}

/* Of what no row shows, it is not seen whether it is another. */
static bool gave_unseen(struct request *rq, const struct resource *r)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & UNSEEN && c->flags & EDITED && field_declared(rq, c->name) && field_given(rq, c->name))
			return true;
	return false;
}

void resource_changed(struct request *rq, const struct resource *r, const char *action, const struct row *before)
{
	int64_t id = row_int(before, "id");
	const struct row *after = resource_row(rq, r, id);
	struct json_object *was, *is;

	if (!after)
		return;
	resource_answer(rq, r, rq->data, after);
	was = resource_json(before);
	is = resource_json(after);
	/* An act is one, though what it does is seen elsewhere: papers that went out again. */
	if (gave_unseen(rq, r) || (request_act(rq) && json_object_equal(was, is))) {
		json_object_put(was);
		was = NULL;
	}
	audit_change(rq, action, r->noun, id, was, is);
}

bool resource_fits(struct request *rq, const struct resource *r, const struct row *before)
{
	check_alongside(rq, r, before);
	check_amounts(rq, r, before);
	return is_open(rq, r, before) && !checked(rq, r, row_int(before, "id"), EDITED);
}

/* Did the noun's own update change what the row says, but not when it was changed? It wrote to another table. */
static bool changed_elsewhere(struct request *rq, const struct resource *r, const struct row *before)
{
	const struct row *after =
		r->update && r->stamps & STAMP_UPDATED ? resource_row(rq, r, row_int(before, "id")) : NULL;
	struct json_object *was, *is;
	bool changed;

	if (!after || row_time(after, "updated_at") != row_time(before, "updated_at"))
		return false;
	was = resource_json(before);
	is = resource_json(after);
	changed = !json_object_equal(was, is);
	json_object_put(was);
	json_object_put(is);
	return changed;
}

bool resource_apply(struct request *rq, const struct resource *r, const struct row *before)
{
	int64_t id = row_int(before, "id");
	struct noun_value values[RESOURCE_VALUES];
	size_t n;

	if (!resource_fits(rq, r, before))
		return false;
	if (r->update)
		r->update(rq, id);
	n = resource_values(rq, r, EDITED, before, values);
	if (has_faults(rq) && !refused(rq))
		refuse_fields(rq);
	if (!refused(rq) && (n || changed_elsewhere(rq, r, before)))
		make_change(rq, r, id, &(struct noun_change){ values, n, r->open });
	return !refused(rq);
}

int resource_update(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *before = resource_locked(rq, r);

	if (!before)
		return ANSWERED;
	times_in(rq, resource_zone(rq, before), before);
	if (resource_stale(rq, r, before) || !resource_apply(rq, r, before))
		return ANSWERED;
	resource_changed(rq, r, "update", before);
	say(rq, "The %s was saved.", resource_words(rq, r));
	return ANSWERED;
}

const struct field RESOURCE_DELETED[] = {
	{ "id", F_ID, .help = "What it was" },
	FIELDS_NAMED("deleted"),
};

int resource_delete(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *before = resource_locked(rq, r);
	enum noun_outcome outcome = NOUN_OK;
	int64_t id = before ? row_int(before, "id") : 0;

	if (!before || !is_open(rq, r, before))
		return ANSWERED;
	if (r->remove)
		r->remove(rq, id);
	else
		outcome = noun_delete(rq->db, resource_view(rq, r), id, r->open, rq->now);
	if (outcome == NOUN_REFUSED)
		return refuse(rq, 409, "IN_USE", "This %s is in use, so it cannot be deleted.", resource_words(rq, r));
	if (outcome != NOUN_OK || refused(rq))
		return ANSWERED;
	answer_int(rq->data, "id", id);
	audit_change(rq, "delete", r->noun, id, resource_json(before), NULL);
	if (!rq->message)
		say(rq, "The %s was deleted.", resource_words(rq, r));
	return ANSWERED;
}
