/* What the back office's pages need besides the answer: columns with their headings, cells with what kind of thing they
 * hold, what a form's selects offer, and the lists that belong to a row. The templates in templates/resource/ know no
 * noun by name. */
#include "app/resource.h"
#include "base/money.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { CHILDREN = 8, CHOICES = 500 };

/* "starts_at" is "Starts at", "venue.name" is "Venue". */
static const char *label_of(struct request *rq, const struct resource_column *c)
{
	char *label;

	if (c->label)
		return c->label;
	label = talloc_strdup(rq->mem, c->name);
	label[strcspn(label, ".")] = '\0';
	for (char *s = label; *s; s++)
		if (*s == '_')
			*s = ' ';
	if (strlen(label) > 3 && !strcmp(label + strlen(label) - 3, " id"))
		label[strlen(label) - 3] = '\0';
	*label = (char)toupper((unsigned char)*label);
	return label;
}

/* How a template draws a value. */
static const char *kind_of(const struct resource_column *c)
{
	switch (c->type) {
	case F_INT:
	case F_REAL:
		return "number";
	case F_MONEY:
		return "money";
	case F_BOOL:
		return "bool";
	case F_TIME:
		return "time";
	case F_DATE:
		return "date";
	case F_CHOICE:
		return !strcmp(c->name, "status") || !strcmp(c->name, "presence") || !strcmp(c->name, "result")
			       ? "badge"
			       : "choice";
	case F_LONG_TEXT:
		return "lines";
	case F_LIST:
	case F_OBJECT:
		return "json";
	default:
		return "text";
	}
}

/* People see a name instead of the id beside it. */
static bool seen(const struct resource_column *c, bool list)
{
	if (c->flags & (UNSEEN | ALONGSIDE) && !(c->flags & (LISTED | SHOWN)))
		return false;
	if (list) /* amounts and times say their currency and zone themselves */
		return (c->flags & (LISTED | APART)) == LISTED && c->type != F_ID && c->type != F_UUID &&
		       c->type != F_ZONE && c->type != F_CURRENCY;
	return c->flags & (LISTED | SHOWN) && !(c->refers && c->type == F_ID);
}

static void cell_text(struct json_object *cell, const struct row *row, const char *name)
{
	const struct cell *value = row_cell(row, name);
	struct column as = { "text", row->columns[value - row->cells].type };

	answer_row(cell, &(struct row){ 1, &as, value });
}

static void add_cell(struct request *rq, struct json_object *cells, const struct resource *r,
		     const struct resource_column *c, const struct row *row)
{
	struct json_object *cell = answer_item(cells);

	answer_text(cell, "label", label_of(rq, c));
	answer_text(cell, "key", c->name);
	answer_text(cell, "kind", kind_of(c));
	cell_text(cell, row, c->name);
	if (c->type == F_MONEY && row_has(row, "currency"))
		answer_text(cell, "currency", row_text(row, "currency"));
	if (c->type == F_TIME && row_has(row, "time_zone"))
		answer_text(cell, "zone", row_text(row, "time_zone"));
	if (!strcmp(c->name, r->title))
		answer_text(cell, "href",
			    talloc_asprintf(rq->mem, "/admin/%s/%lld", r->path, (long long)row_int(row, "id")));
}

void resource_page_about(struct request *rq, const struct resource *r)
{
	struct json_object *about = answer_object(rq->data, "resource");
	bool writes = rq->who.role & r->writers, creates = false, edits = false;

	for (const struct resource_column *c = r->columns; c->name; c++) {
		creates = creates || c->flags & CREATED;
		edits = edits || c->flags & EDITED;
	}
	answer_text(about, "path", r->path);
	answer_text(about, "noun", r->noun);
	answer_text(about, "words", resource_words(rq, r));
	answer_text(about, "label", r->label);
	answer_bool(about, "creates", writes && creates);
	answer_bool(about, "edits", writes && edits);
	answer_bool(about, "deletes", writes && !r->permanent);
}

/* ---- lists ---- */

/* Is the column one of the parent whose page the list is on ("event.title" by "event_id")? */
static bool of_parent(const struct resource_column *c, const char *parent)
{
	size_t len = parent ? strlen(parent) : 0;

	return len > 3 && !strncmp(c->name, parent, len - 3) && c->name[len - 3] == '.';
}

static void add_columns(struct request *rq, struct json_object *to, const struct resource *r, const char *parent)
{
	struct json_object *columns = answer_array(to, "columns");

	for (const struct resource_column *c = r->columns; c->name; c++) {
		struct json_object *column;

		if (!seen(c, true) || of_parent(c, parent))
			continue;
		column = answer_item(columns);
		answer_text(column, "key", c->name);
		answer_text(column, "label", label_of(rq, c));
		answer_text(column, "kind", kind_of(c));
		answer_bool(column, "sorts", c->flags & SORTED);
	}
}

static void add_rows(struct request *rq, struct json_object *to, const struct resource *r, const struct rows *rows,
		     const char *parent)
{
	struct json_object *list = answer_array(to, "rows");

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct json_object *cells = answer_array(answer_item(list), "cells");

		for (const struct resource_column *c = r->columns; c->name; c++)
			if (seen(c, true) && !of_parent(c, parent))
				add_cell(rq, cells, r, c, &row);
	}
}

static struct json_object *words_list(const char *words)
{
	struct json_object *list = json_object_new_array();

	while (*words) {
		size_t len = strcspn(words, ",");

		json_object_array_add(list, json_object_new_string_len(words, (int)len));
		words += len + (words[len] == ',');
	}
	return list;
}

static struct json_object *choices_of(struct request *rq, const struct resource_column *c)
{
	const struct resource *other = c->refers ? resource_named(c->refers) : NULL;
	const struct rows *rows;
	struct json_object *holder, *list;

	if (!other)
		return c->choices ? words_list(c->choices) : NULL;
	rows = noun_choices(rq->db, &resource_made(other)->noun,
			    resource_expression(other, other->key ? other->key : "id"),
			    resource_expression(other, other->title), CHOICES);
	if (rows->n == CHOICES) /* too many to choose from: the id is typed */
		return NULL;
	holder = json_object_new_object();
	list = json_object_get(answer_rows(holder, "list", rows));
	json_object_put(holder);
	return list;
}

static const struct resource_column *column_named(const struct resource *r, const char *name)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/* An id that cannot be chosen comes from a link and is carried along, never typed. */
static const char *filter_kind(const struct resource_filter *f, const struct json_object *choices)
{
	if (f->type == F_DATE)
		return "date";
	if (f->type == F_BOOL)
		return "bool";
	if (choices)
		return "select";
	return f->type == F_ID ? "hidden" : "text";
}

static void add_filters(struct request *rq, const struct resource *r)
{
	const struct resource_made *made = resource_made(r);
	struct json_object *filters = answer_array(rq->data, "filters");

	for (size_t i = 0; i < made->n_filters; i++) {
		const struct resource_filter *f = &made->filters[i];
		const struct resource_column *c = column_named(r, f->name);
		struct json_object *filter = answer_item(filters), *choices = c ? choices_of(rq, c) : NULL;

		answer_text(filter, "name", f->name);
		answer_text(filter, "kind", filter_kind(f, choices));
		if (choices)
			answer_add(filter, "choices", choices);
		if (c) {
			answer_text(filter, "label", label_of(rq, c));
		} else {
			const char *base = talloc_strndup(rq->mem, f->name, strlen(f->name) - (f->until ? 3 : 5));

			c = column_named(r, base);
			answer_text(filter, "label",
				    talloc_asprintf(rq->mem, f->until ? "%s, to" : "%s, from", label_of(rq, c)));
		}
	}
}

void resource_page_list(struct request *rq, const struct resource *r, const struct rows *rows)
{
	/* The cells say it all; the rows as the API gives them would only be carried to the template. */
	json_object_object_del(rq->data, "items");
	resource_page_about(rq, r);
	add_columns(rq, rq->data, r, NULL);
	add_rows(rq, rq->data, r, rows, NULL);
	add_filters(rq, r);
	answer_bool(rq->data, "searches", resource_made(r)->noun.searched[0] != NULL);
}

/* ---- one row ---- */

static void add_facts(struct request *rq, const struct resource *r, const struct row *row)
{
	struct json_object *facts = answer_array(rq->data, "facts");

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (seen(c, false) && strcmp(c->name, r->title))
			add_cell(rq, facts, r, c, row);
}

/* The rows of another noun that belong to this one. */
static void add_child(struct request *rq, const struct resource *child, int64_t value)
{
	const struct resource_made *made = resource_made(child);
	struct noun_ask ask = { .order = made->order, .descending = made->descending, .page = 1, .limit = CHILDREN };
	struct json_object *to = answer_item(json_object_object_get(rq->data, "children"));
	const struct resource_column *tie = column_named(child, child->parent);
	bool estimated, creates = rq->who.role & child->writers && tie->flags & CREATED;
	const struct rows *rows;

	ask.filters[ask.n_filters++] =
		(struct noun_filter){ talloc_asprintf(rq->mem, "%s = ?", resource_expression(child, child->parent)),
				      arg_int(value), tie->sql && strncmp(tie->sql, "t.", 2) };
	rows = noun_list(rq->db, &made->noun, &ask);
	answer_text(to, "label", child->label);
	answer_text(to, "words", resource_words(rq, child));
	answer_int(to, "total", noun_count(rq->db, &made->noun, &ask, &estimated));
	answer_text(to, "href",
		    talloc_asprintf(rq->mem, "/admin/%s?%s=%lld", child->path, child->parent, (long long)value));
	if (creates)
		answer_text(to, "add",
			    talloc_asprintf(rq->mem, "/admin/%s/new?%s=%lld", child->path, child->parent,
					    (long long)value));
	add_columns(rq, to, child, child->parent);
	add_rows(rq, to, child, rows, child->parent);
}

static void add_children(struct request *rq, const struct resource *r, const struct row *row)
{
	int64_t value = row_int(row, r->key ? r->key : "id");

	answer_array(rq->data, "children");
	for (const struct resource *child = RESOURCES; child->path; child++) {
		const struct resource_column *tie = child->parent ? column_named(child, child->parent) : NULL;

		if (tie && tie->refers && !strcmp(tie->refers, r->path) && child->readers & rq->who.role)
			add_child(rq, child, value);
	}
}

/* Labels, choices and what stands beside the controls that reply() makes of the form's fields (page.controls). */
static void add_form(struct request *rq, const struct resource *r, unsigned verb)
{
	struct json_object *labels = answer_object(rq->data, "labels"), *choices = answer_object(rq->data, "choices");
	struct json_object *beside = answer_object(rq->data, "alongside");

	for (const struct resource_column *c = r->columns; c->name; c++) {
		struct json_object *list;

		if (!(c->flags & (verb | ALONGSIDE)))
			continue;
		answer_text(labels, c->name, label_of(rq, c));
		if (c->flags & ALONGSIDE)
			answer_bool(beside, c->name, true);
		list = c->refers ? choices_of(rq, c) : NULL;
		if (list)
			answer_add(choices, c->name, list);
	}
}

/* Amounts as a form's control takes them: in major units, without the currency. */
static void add_amounts(struct request *rq, const struct resource *r, const struct row *row)
{
	struct json_object *amounts = answer_object(rq->data, "amounts");
	char text[40];

	for (const struct resource_column *c = r->columns; c->name; c++) {
		if (c->type != F_MONEY || !row_has(row, "currency") || row_null(row, c->name) ||
		    row_null(row, "currency"))
			continue;
		money_text(row_int(row, c->name), row_text(row, "currency"), text, sizeof text);
		text[strcspn(text, " ")] = '\0';
		answer_text(amounts, c->name, text);
	}
}

void resource_action(struct request *rq, const char *href, const char *label, bool danger)
{
	struct json_object *actions = json_object_object_get(rq->data, "actions");
	struct json_object *action = answer_item(actions ? actions : answer_array(rq->data, "actions"));

	answer_text(action, "href", href);
	answer_text(action, "label", label);
	answer_bool(action, "danger", danger);
}

void resource_page_show(struct request *rq, const struct resource *r, const struct row *row)
{
	resource_page_about(rq, r);
	answer_add(rq->data, "row", resource_json(row));
	answer_text(rq->data, "title", row_text(row, r->title));
	add_facts(rq, r, row);
	if (rq->who.role & r->writers) {
		add_form(rq, r, EDITED);
		add_amounts(rq, r, row);
	}
	if (r->detail)
		r->detail(rq, row);
	add_children(rq, r, row);
}

/* What the address gives (a parent's id), and the boxes that start ticked. */
void resource_page_form(struct request *rq, const struct resource *r)
{
	struct json_object *row = answer_object(rq->data, "row");

	resource_page_about(rq, r);
	for (const struct resource_column *c = r->columns; c->name; c++) {
		if (!(c->flags & CREATED))
			continue;
		if (c->type == F_BOOL)
			answer_bool(row, c->name, c->otherwise && !strcmp(c->otherwise, "true"));
		else if (c->refers && field_given(rq, c->name))
			answer_int(row, c->name, field_int(rq, c->name));
		else if (c->type == F_CHOICE && field_given(rq, c->name))
			answer_text(row, c->name, field_text(rq, c->name));
	}
	add_form(rq, r, CREATED);
	if (r->prefill)
		r->prefill(rq, row);
}

int resource_new(struct request *rq)
{
	resource_page_form(rq, resource_of(rq));
	return ANSWERED;
}

int resource_confirm(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *row = resource_or_404(rq, r, path_id(rq, "id"));

	if (!row)
		return ANSWERED;
	resource_page_about(rq, r);
	answer_text(rq->data, "title", row_text(row, r->title));
	answer_int(rq->data, "row_id", row_int(row, "id"));
	return ANSWERED;
}
