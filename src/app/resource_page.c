/* What the pages of declared nouns show beside the answer: columns with their headings and what kind of thing they hold, what
 * a form's selects offer, the lists that belong to a row and the acts that may be done to it. The templates in
 * templates/resource/ know no noun by name. */
#include "app/picture.h"
#include "app/resource.h"
#include "app/view.h"
#include "base/money.h"
#include "http/mount.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { CHILDREN = 3 };

/* "status" of "event.status". */
static const char *last_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

static const char *neighbour(const struct resource *r, const struct resource_column *c, const char *name)
{
	const struct resource_column *other = resource_beside(r, c, name);

	return other ? other->name : NULL;
}

/* In what an amount or a time is: its own group's, else the row's. */
static const char *unit_of(const struct resource *r, const struct resource_column *c, const char *name)
{
	const char *beside = neighbour(r, c, name);

	return beside || !resource_column(r, name) ? beside : name;
}

/* How a template draws a value. */
static const char *kind_of(const struct resource_column *c)
{
	const char *name = last_of(c->name);

	switch (c->type) {
	case F_INT:
	case F_REAL:
		return "number";
	case F_MONEY:
		return "money";
	case F_RATE:
		return "rate";
	case F_BOOL:
		return "bool";
	case F_TIME:
		return "time";
	case F_DATE:
		return "date";
	case F_CHOICE:
		return !strcmp(name, "status") || !strcmp(name, "presence") || !strcmp(name, "result") ? "badge"
												       : "choice";
	case F_LONG_TEXT:
		return "lines";
	case F_COUNTRY:
		return "country";
	case F_FILE:
		return "picture";
	case F_OBJECT:
		return c->of ? "members" : "json";
	case F_LIST:
		return c->of && *c->of->name ? "sums" : "json";
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

/* The page of the row that was answered. */
static const char *own_page(struct request *rq, const struct resource *r)
{
	return talloc_asprintf(rq->mem, "%s/%lld", resource_pages(rq, r), (long long)tree_int(rq->data, "id"));
}

/* The way back from one of its rows, or from the form of a new one, to what it belongs to. */
static void add_parent(struct request *rq, struct json_object *about, const struct resource *r)
{
	const struct resource *parent = resource_shown_on(rq, r);
	int64_t id = parent ? tree_int(rq->data, r->parent) : 0;
	const struct row *row = id > 0 ? noun_get(rq->db, resource_view(rq, parent), id) : NULL;
	struct json_object *of;

	if (!row)
		return;
	of = answer_object(about, "of");
	answer_text(of, "at", talloc_asprintf(rq->mem, "%s/%lld", resource_pages(rq, parent), (long long)id));
	answer_text(of, "title", row_text(row, parent->title));
}

void resource_about(struct request *rq, const struct resource *r)
{
	struct json_object *about = answer_object(rq->beside, "resource");
	bool writes = rq->who.role & r->writers, creates = false, edits = false, uploads = false;

	for (const struct resource_column *c = r->columns; c->name; c++) {
		creates = creates || c->flags & CREATED;
		edits = edits || c->flags & EDITED;
		uploads = uploads || c->type == F_FILE;
	}
	answer_text(about, "at", resource_address(rq, r));
	answer_text(about, "pages", resource_pages(rq, r));
	answer_text(about, "title", r->title);
	answer_text(about, "noun", r->noun);
	answer_text(about, "words", resource_words(rq, r));
	answer_text(about, "label", r->label);
	answer_bool(about, "creates", writes && creates && !r->home);
	answer_bool(about, "edits", writes && edits);
	answer_bool(about, "deletes", writes && !r->permanent);
	answer_bool(about, "uploads", uploads);
	if (r->leads && (r->leads_whom ? (rq->who.role & r->leads_whom) != 0 : writes || r->writers == NOBODY))
		answer_text(about, "leads", r->leads);
	add_parent(rq, about, r);
	if (r->around)
		r->around(rq);
}

/* ---- lists ---- */

/* Is the column one of the parent whose page the list is on ("event.title" by "event_id")? */
static bool of_parent(const struct resource_column *c, const char *parent)
{
	size_t len = parent ? strlen(parent) : 0;

	return len > 3 && !strncmp(c->name, parent, len - 3) && c->name[len - 3] == '.';
}

/* What a template needs to draw its values of the rows: the names of the members of an object, and the columns that hold its
 * currency or zone. */
struct json_object *resource_column_told(struct request *rq, struct json_object *to, const struct resource *r,
					 const struct resource_column *c)
{
	struct json_object *column = answer_item(to), *members;

	answer_text(column, "key", c->name);
	answer_text(column, "label", said_to(rq, resource_label(rq->mem, c)));
	answer_text(column, "kind", kind_of(c));
	if (c->flags & HOUSE)
		answer_text(column, "in", rq->config->fee_currency);
	else if (c->type == F_MONEY)
		answer_text(column, "currency", unit_of(r, c, "currency"));
	if (c->type == F_TIME)
		answer_text(column, "zone", unit_of(r, c, "time_zone"));
	if (c->at)
		answer_text(column, "at", c->at);
	if (!(c->type == F_OBJECT || c->type == F_LIST) || !c->of || !*c->of->name)
		return column;
	members = answer_array(column, "members");
	for (const struct field *f = c->of; f->name; f++)
		json_object_array_add(members, json_object_new_string(f->name));
	return column;
}

static void add_columns(struct request *rq, struct json_object *to, const struct resource *r, const char *parent)
{
	struct json_object *columns = answer_array(to, "columns");

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (seen(c, true) && !of_parent(c, parent))
			answer_bool(resource_column_told(rq, columns, r, c), "sorts", c->flags & SORTED);
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
	if (f->type == F_COUNTRY || f->type == F_CURRENCY)
		return f->type == F_COUNTRY ? "country" : "currency";
	return f->type == F_ID ? "hidden" : "text";
}

static void add_filters(struct request *rq, const struct resource *r)
{
	const struct resource_made *made = resource_made(r);
	struct json_object *filters = answer_array(rq->beside, "filters");

	for (size_t i = 0; i < made->n_filters; i++) {
		const struct resource_filter *f = &made->filters[i];
		const struct resource_column *c = resource_column(r, f->name);
		struct json_object *filter = answer_item(filters), *choices = c ? resource_choices(rq, r, c) : NULL;

		answer_text(filter, "name", f->name);
		answer_text(filter, "kind", filter_kind(f, choices));
		if (choices)
			answer_add(filter, "choices", choices);
		if (c) {
			answer_text(filter, "label", said_to(rq, resource_label(rq->mem, c)));
		} else {
			const char *base = talloc_strndup(rq->mem, f->name, strlen(f->name) - (f->until ? 3 : 5));

			c = resource_column(r, base);
			answer_text(filter, "label",
				    tongue_say(rq->tongue, rq->mem, f->until ? "%s, to" : "%s, from",
					       said_to(rq, resource_label(rq->mem, c))));
		}
	}
}

int resource_list_page(struct request *rq)
{
	/* Who asks for nothing in particular has what they always ask for. */
	if (!*rq->query)
		rq->redirect = view_opens(rq, resource_of(rq));
	return rq->redirect ? ANSWERED : resource_list(rq);
}

int resource_list_beside(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	struct json_object *about;

	resource_about(rq, r);
	about = json_object_object_get(rq->beside, "resource");
	add_columns(rq, about, r, NULL);
	resource_bulk_acts(rq, r, answer_array(about, "bulk"));
	add_filters(rq, r);
	answer_bool(rq->beside, "searches", resource_made(r)->noun.searched->column != NULL);
	views_beside(rq, r);
	return ANSWERED;
}

/* ---- one row ---- */

/* Is it where another column leads to, and tells people nothing by itself? */
static bool leads_there(const struct resource *r, const char *name)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->at && !strcmp(c->at, name))
			return true;
	return false;
}

static void add_facts(struct request *rq, const struct resource *r)
{
	struct json_object *facts = answer_array(rq->beside, "facts");

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (seen(c, false) && strcmp(c->name, r->title) && !leads_there(r, c->name))
			resource_column_told(rq, facts, r, c);
}

static void add_items(struct request *rq, struct json_object *to, const struct resource *r, const struct rows *rows)
{
	struct pictures pictures = resource_pictures(rq, r);

	answer_rows(to, "items", picture_rows(rq->mem, rq, rows, &pictures));
}

/* The rows of another noun that belong to this one. */
static void add_child(struct request *rq, const struct resource *child, int64_t value)
{
	const struct resource_made *made = resource_made(child);
	struct noun_ask ask = { .order = made->order, .descending = made->descending, .page = 1, .limit = CHILDREN };
	struct json_object *to = answer_item(json_object_object_get(rq->beside, "children"));
	const struct resource_column *tie = resource_column(child, child->parent);
	bool estimated, creates = rq->who.role & child->writers && tie->flags & CREATED;
	const struct rows *rows;

	ask.filters[ask.n_filters++] =
		(struct noun_filter){ talloc_asprintf(rq->mem, "%s = ?", resource_expression(child, child->parent)),
				      tie->sql && strncmp(tie->sql, "t.", 2),
				      1,
				      { arg_int(value) } };
	rows = noun_list(rq->db, resource_view(rq, child), &ask);
	answer_text(to, "pages", resource_pages(rq, child));
	answer_text(to, "title", child->title);
	answer_text(to, "label", child->label);
	answer_text(to, "words", resource_words(rq, child));
	answer_int(to, "total", noun_count(rq->db, resource_view(rq, child), &ask, &estimated));
	answer_text(to, "noun", child->noun);
	answer_text(to, "href",
		    talloc_asprintf(rq->mem, "%s?%s=%lld", resource_address(rq, child), child->parent,
				    (long long)value));
	if (creates)
		answer_text(to, "add",
			    talloc_asprintf(rq->mem, "%s/new?%s=%lld", resource_address(rq, child), child->parent,
					    (long long)value));
	add_columns(rq, to, child, child->parent);
	add_items(rq, to, child, rows);
}

static void add_children(struct request *rq, const struct resource *r)
{
	int64_t value = tree_int(rq->data, r->key ? r->key : "id");

	answer_array(rq->beside, "children");
	for (const struct resource *child = resource_all(); child->path; child++) {
		const struct resource_column *tie = child->parent ? resource_column(child, child->parent) : NULL;

		if (tie && resource_referred(child, tie) == r && child->readers & rq->who.role)
			add_child(rq, child, value);
	}
}

/* What may be done to the row as it is now, as buttons that lead to the pages that ask. */
static void add_acts(struct request *rq, const struct resource *r)
{
	struct json_object *acts = answer_array(rq->beside, "acts");

	for (const struct act *act = r->acts; act && act->name; act++) {
		struct json_object *button;

		if (!act_fits(rq, r, act, rq->data))
			continue;
		button = answer_item(acts);
		answer_text(button, "href", talloc_asprintf(rq->mem, "%s/%s", own_page(rq, r), act->name));
		answer_text(button, "name", resource_act_key(rq, act->name));
		answer_bool(button, "danger", act->danger);
	}
}

static void add_row(struct request *rq, const struct resource *r)
{
	struct json_object *about;

	resource_about(rq, r);
	if (r->open && !word_among(tree_text(rq->data, "status"), r->open)) {
		about = json_object_object_get(rq->beside, "resource");
		answer_bool(about, "edits", false);
		answer_bool(about, "deletes", false);
	}
	add_facts(rq, r);
}

int resource_show_beside(struct request *rq)
{
	const struct resource *r = resource_of(rq);

	add_row(rq, r);
	add_acts(rq, r);
	if (rq->who.role & r->writers) {
		resource_form(rq, r, resource_made(r)->form);
		resource_typed(rq, r);
	}
	if (r->detail)
		r->detail(rq);
	add_children(rq, r);
	return ANSWERED;
}

/* What a form numbers itself with, so that it counts once however often it is sent. */
static void answer_next_id(struct request *rq)
{
	uint8_t id[UUID_BYTES];
	char text[UUID_SIZE];

	uuid_make(id);
	answer_text(rq->beside, "next_id", uuid_text(id, text));
}

int resource_ask_beside(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct act *act = request_act(rq);
	struct json_object *asked = answer_object(rq->beside, "act");
	const char *name = act ? act->name : "delete";

	add_row(rq, r);
	if (act)
		resource_form(rq, r, resource_made(r)->acts[act - r->acts]);
	answer_next_id(rq);
	answer_text(asked, "name", resource_act_key(rq, name));
	answer_bool(asked, "danger", act ? act->danger : true);
	answer_text(asked, "post", talloc_asprintf(rq->mem, "%s/%s", own_page(rq, r), name));
	answer_text(asked, "back", own_page(rq, r));
	if (act && act->ask)
		act->ask(rq);
	return ANSWERED;
}

/* ---- a new one ---- */

/* What the address gives (a parent's id), and the boxes that start ticked. */
int resource_new(struct request *rq)
{
	const struct resource *r = resource_of(rq);

	for (const struct resource_column *c = r->columns; c->name; c++) {
		if (!(c->flags & CREATED))
			continue;
		if (c->type == F_BOOL)
			answer_bool(rq->data, c->name, c->otherwise && !strcmp(c->otherwise, "true"));
		else if (c->refers && field_given(rq, c->name))
			answer_int(rq->data, c->name, field_int(rq, c->name));
		else if (c->type == F_CHOICE && field_given(rq, c->name))
			answer_text(rq->data, c->name, field_text(rq, c->name));
	}
	if (r->prefill)
		r->prefill(rq);
	return ANSWERED;
}

int resource_new_beside(struct request *rq)
{
	const struct resource *r = resource_of(rq);

	resource_about(rq, r);
	resource_form(rq, r, resource_made(r)->create_form);
	return ANSWERED;
}
