/* The five verbs over every declared noun. What differs between nouns stands in their declarations; what is the same for
 * all of them (paging, references that must exist, audit, the sentence of a refusal) is here once. */
#include "app/resource.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { VALUES = 40 };

const char *resource_words(struct request *rq, const struct resource *r)
{
	char *words = talloc_strdup(rq->mem, r->noun);

	for (char *s = words; *s; s++)
		if (*s == '_')
			*s = ' ';
	return words;
}

const char *resource_code(struct request *rq, const struct resource *r, const char *suffix)
{
	char *code = talloc_asprintf(rq->mem, "%s%s", r->noun, suffix);

	for (char *s = code; *s; s++)
		*s = (char)toupper((unsigned char)*s);
	return code;
}

struct json_object *resource_json(const struct row *row)
{
	struct json_object *json = json_object_new_object();

	answer_row(json, row);
	return json;
}

const struct row *resource_or_404(struct request *rq, const struct resource *r, int64_t id)
{
	const struct row *row = id > 0 ? noun_get(rq->db, &resource_made(r)->noun, id) : NULL;

	if (!row)
		refuse(rq, 404, resource_code(rq, r, "_NOT_FOUND"), "There is no such %s.", resource_words(rq, r));
	return row;
}

/* ---- lists ---- */

static bool sortable(const struct resource *r, const char *name)
{
	if (!strcmp(name, "id") || (!strcmp(name, "created_at") && r->stamps & STAMP_CREATED))
		return true;
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & SORTED && !strcmp(c->name, name))
			return true;
	return false;
}

static void ask_order(struct request *rq, const struct resource *r, struct noun_ask *ask)
{
	const struct resource_made *made = resource_made(r);
	const char *by = field_text(rq, "sort_by");

	ask->order = made->order;
	ask->descending = made->descending;
	if (by && !sortable(r, by)) {
		field_fault(rq, "sort_by", "This list cannot be sorted by that.");
		return;
	}
	if (by)
		ask->order = resource_expression(r, by);
	if (by || field_given(rq, "sort_order"))
		ask->descending = !strcmp(field_text(rq, "sort_order"), "desc");
}

static struct arg filter_value(struct request *rq, const struct resource_filter *filter)
{
	ms_t day;
	char text[32];

	switch (filter->type) {
	case F_DATE:
		snprintf(text, sizeof text, "%sT00:00:00Z", field_text(rq, filter->name));
		if (!clock_parse(text, &day))
			return arg_null();
		return arg_time(filter->until ? day + MS_DAY : day);
	case F_BOOL:
		return arg_int(field_bool(rq, filter->name));
	case F_INT:
	case F_ID:
	case F_MONEY:
		return arg_int(field_int(rq, filter->name));
	default:
		return arg_text(field_text(rq, filter->name));
	}
}

/* The fields are those of the resource's own list, or, for a list inside another noun, may be just the paging ones. */
static void ask_fields(struct request *rq, const struct resource *r, struct noun_ask *ask, bool own)
{
	const struct resource_made *made = resource_made(r);

	ask->search = field_text(rq, "search");
	ask->page = list_page(rq);
	ask->limit = list_limit(rq);
	ask_order(rq, r, ask);
	for (size_t i = 0; own && i < made->n_filters; i++)
		if (field_given(rq, made->filters[i].name))
			ask->filters[ask->n_filters++] =
				(struct noun_filter){ made->filters[i].condition, filter_value(rq, &made->filters[i]),
						      made->filters[i].joined };
}

static bool asks_csv(const struct request *rq, bool own)
{
	const char *format = own ? field_text(rq, "format") : NULL;

	return format && !strcmp(format, "csv");
}

static void slashes(char *name)
{
	for (; *name; name++)
		if (*name == '/')
			*name = '-';
}

int resource_answer_list(struct request *rq, const struct resource *r, const char *column, int64_t value)
{
	const struct noun *noun = &resource_made(r)->noun;
	struct noun_ask ask = { 0 };
	const struct rows *rows;
	bool estimated = false;
	int64_t total;

	ask_fields(rq, r, &ask, !column);
	if (has_faults(rq))
		return refuse_fields(rq);
	if (column) {
		const char *expression = resource_expression(r, column);

		ask.filters[ask.n_filters++] =
			(struct noun_filter){ talloc_asprintf(rq->mem, "%s = ?", expression), arg_int(value),
					      strncmp(expression, "t.", 2) != 0 };
	}
	if (asks_csv(rq, !column)) {
		char *name = talloc_asprintf(rq->mem, "%s.csv", r->path);

		slashes(name);
		rq->export = noun_source(rq->mem, rq->db, noun, &ask);
		rq->raw_name = name;
		return ANSWERED;
	}
	rows = noun_list(rq->db, noun, &ask);
	total = noun_count(rq->db, noun, &ask, &estimated);
	answer_list(rq, rows, total, estimated);
	if (wants_page(rq))
		resource_page_list(rq, r, rows);
	return ANSWERED;
}

int resource_list(struct request *rq)
{
	return resource_answer_list(rq, resource_of(rq), NULL, 0);
}

int resource_show(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *row = resource_or_404(rq, r, path_id(rq, "id"));

	if (!row)
		return ANSWERED;
	if (wants_page(rq))
		resource_page_show(rq, r, row);
	else
		answer_row(rq->data, row);
	return ANSWERED;
}

/* ---- writing ---- */

static bool written(const struct resource_column *c, unsigned verb)
{
	return c->flags & verb && !c->sql && !(c->flags & (ALONGSIDE | UNSEEN));
}

static struct arg value_given(struct request *rq, const struct resource_column *c)
{
	switch (c->type) {
	case F_INT:
	case F_ID:
	case F_MONEY:
		return arg_int(field_int(rq, c->name));
	case F_BOOL:
		return arg_int(field_bool(rq, c->name));
	case F_TIME:
		return arg_time(field_time(rq, c->name));
	case F_REAL:
		return arg_text(talloc_asprintf(rq->mem, "%.9g", field_real(rq, c->name)));
	case F_LIST:
	case F_OBJECT:
		return arg_text(json_object_to_json_string_ext(field_tree(rq, c->name), JSON_C_TO_STRING_PLAIN));
	default:
		return arg_text(field_text(rq, c->name));
	}
}

/* What a value becomes that was sent empty, or that a form does not send: a box that is not ticked. */
static struct arg value_cleared(const struct resource_column *c)
{
	if (c->type == F_BOOL)
		return arg_int(0);
	return arg_text(c->otherwise); /* "" where the column may not be NULL */
}

/* whole: a form, which sends all it has, so what is missing was emptied. */
static size_t values_of(struct request *rq, const struct resource *r, unsigned verb, bool whole,
			struct noun_value values[VALUES])
{
	size_t n = 0;

	for (const struct resource_column *c = r->columns; c->name; c++) {
		struct arg value;

		if (!written(c, verb))
			continue;
		if (field_given(rq, c->name))
			value = value_given(rq, c);
		else if (verb == EDITED ? whole || field_cleared(rq, c->name) : c->otherwise || c->type == F_BOOL)
			value = whole || verb == EDITED ? value_cleared(c) : value_given(rq, c);
		else
			continue;
		assert(n < VALUES);
		values[n++] = (struct noun_value){ c->name, value, verb == EDITED ? c->guard : NULL };
	}
	return n;
}

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
		refuse(rq, 409, "DUPLICATE", "There is one with the same %s already.",
		       c && c->label ? c->label
		       : c	     ? c->name
				     : "values");
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
		other = resource_named(c->refers);
		if (!noun_exists(rq->db, &resource_made(other)->noun,
				 resource_expression(other, other->key ? other->key : "id"), field_int(rq, c->name)))
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

static void check_required(struct request *rq, const struct resource *r)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if ((c->flags & (EDITED | REQUIRED)) == (EDITED | REQUIRED) && field_cleared(rq, c->name))
			field_fault(rq, c->name, "This cannot be empty.");
}

/* Faults and refusals of the checks, as one answer: true when there are any. */
static bool checked(struct request *rq, const struct resource *r, int64_t id, unsigned verb)
{
	if (verb == EDITED)
		check_required(rq, r);
	check_references(rq, r, verb);
	if (r->check && !has_faults(rq))
		r->check(rq, id);
	if (has_faults(rq) && !refused(rq))
		refuse_fields(rq);
	return refused(rq);
}

static int64_t insert(struct request *rq, const struct resource *r)
{
	struct noun_value values[VALUES];
	size_t n = values_of(rq, r, CREATED, wants_page(rq), values);
	int64_t id = 0;
	enum noun_outcome outcome;

	if (r->insert)
		return r->insert(rq);
	outcome = noun_insert(rq->db, &resource_made(r)->noun, values, n, rq->now, &id);
	return resource_refused(rq, r, outcome, r->table) ? 0 : id;
}

int resource_create(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *row;
	int64_t id;

	if (checked(rq, r, 0, CREATED))
		return ANSWERED;
	id = insert(rq, r);
	if (!id || refused(rq))
		return ANSWERED;
	if (r->made)
		r->made(rq, id);
	if (refused(rq))
		return ANSWERED;
	row = noun_get(rq->db, &resource_made(r)->noun, id);
	if (!row)
		return ANSWERED;
	answer_row(rq->data, row);
	audit_change(rq, "create", r->noun, id, NULL, resource_json(row));
	rq->status = 201;
	rq->message = talloc_asprintf(rq->mem, "The %s was made.", resource_words(rq, r));
	return ANSWERED;
}

/* The row to be changed, locked; NULL after a refusal. */
static const struct row *before_change(struct request *rq, const struct resource *r, int64_t id)
{
	if (id > 0)
		noun_lock(rq->db, &resource_made(r)->noun, id);
	return resource_or_404(rq, r, id);
}

static bool is_stale(struct request *rq, const struct resource *r, const struct row *row)
{
	return r->stamps & STAMP_UPDATED && field_given(rq, "updated_at") &&
	       field_time(rq, "updated_at") != row_time(row, "updated_at");
}

/* What a guard kept, at its field. */
static void refuse_guarded(struct request *rq, const struct resource *r, int64_t id, const struct noun_value *values,
			   size_t n)
{
	const struct noun_value *kept = noun_guarded(rq->db, &resource_made(r)->noun, id, values, n);
	const struct resource_column *c = kept ? column_like(r, kept->column) : NULL;

	if (c)
		field_fault(rq, c->name, "%s", c->kept);
	if (has_faults(rq))
		refuse_fields(rq);
	else
		resource_refused(rq, r, NOUN_GUARDED, r->table);
}

static void change(struct request *rq, const struct resource *r, int64_t id, const struct noun_value *values, size_t n)
{
	enum noun_outcome outcome = noun_update(rq->db, &resource_made(r)->noun, id, values, n, rq->now);

	if (outcome == NOUN_GUARDED)
		refuse_guarded(rq, r, id, values, n);
	else
		resource_refused(rq, r, outcome, r->table);
}

int resource_update(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	int64_t id = path_id(rq, "id");
	const struct row *before = before_change(rq, r, id), *after;
	struct noun_value values[VALUES];
	bool whole = wants_page(rq);
	size_t n;

	if (!before)
		return ANSWERED;
	if (is_stale(rq, r, before))
		return refuse(rq, 409, "CHANGED_MEANWHILE",
			      "Somebody changed this %s meanwhile. Look at it again and repeat your change.",
			      resource_words(rq, r));
	check_alongside(rq, r, before);
	if (checked(rq, r, id, EDITED))
		return ANSWERED;
	if (r->update)
		r->update(rq, id, whole);
	n = values_of(rq, r, EDITED, whole, values);
	if (n && !refused(rq))
		change(rq, r, id, values, n);
	if (refused(rq))
		return ANSWERED;
	after = noun_get(rq->db, &resource_made(r)->noun, id);
	if (!after)
		return ANSWERED;
	answer_row(rq->data, after);
	audit_change(rq, "update", r->noun, id, resource_json(before), resource_json(after));
	rq->message = talloc_asprintf(rq->mem, "The %s was saved.", resource_words(rq, r));
	return ANSWERED;
}

int resource_delete(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	int64_t id = path_id(rq, "id");
	const struct row *before = before_change(rq, r, id);
	enum noun_outcome outcome = NOUN_OK;

	if (!before)
		return ANSWERED;
	if (r->remove)
		r->remove(rq, id);
	else
		outcome = noun_delete(rq->db, &resource_made(r)->noun, id, rq->now);
	if (outcome == NOUN_REFUSED)
		return refuse(rq, 409, "IN_USE", "This %s is in use, so it cannot be deleted.", resource_words(rq, r));
	if (outcome != NOUN_OK || refused(rq))
		return ANSWERED;
	answer_int(rq->data, "id", id);
	audit_change(rq, "delete", r->noun, id, resource_json(before), NULL);
	if (!rq->message)
		rq->message = talloc_asprintf(rq->mem, "The %s was deleted.", resource_words(rq, r));
	return ANSWERED;
}
