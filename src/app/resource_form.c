/* What a declared noun's forms show beside their controls: labels, choices, the clocks that times are by, and values as people type them. */
#include "app/resource.h"
#include "base/money.h"
#include <string.h>

enum { CHOICES = 500 };

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

struct json_object *resource_choices(struct request *rq, const struct resource *r, const struct resource_column *c)
{
	const struct resource *other = resource_referred(r, c);
	const struct rows *rows;
	struct json_object *holder, *list;

	if (!other)
		return c->choices ? words_list(c->choices) : NULL;
	rows = noun_choices(rq->db, resource_view(rq, other),
			    resource_expression(other, other->key ? other->key : "id"),
			    resource_expression(other, other->title), c->among, CHOICES);
	if (rows->n == CHOICES) /* too many to choose from: the id is typed */
		return NULL;
	holder = json_object_new_object();
	list = json_object_get(answer_rows(holder, "list", rows));
	json_object_put(holder);
	return list;
}

/* By which clocks a form's times are: the row's zone, or the one that it will have. Where it has none before its parent is chosen,
 * it is not told; where the form asks for it, nothing needs telling. */
static void add_zone(struct request *rq, const struct resource *r)
{
	const struct resource_column *zone = resource_column(r, "time_zone");
	int64_t id = tree_int(rq->data, "id"), parent = r->parent ? tree_int(rq->data, r->parent) : 0;
	bool asked = zone && zone->flags & (CREATED | EDITED), known = id || parent || !resource_parent(r);
	const char *name = tree_text(rq->data, "time_zone");

	if (!name)
		name = id ? rq->config->time_zone : resource_zone_below(rq, r, parent);
	answer_text(rq->beside, "zone", name);
	answer_bool(rq->beside, "zone_told", !asked && known);
}

/* Labels, choices and what stands beside the controls that reply() makes of the form's fields (page.controls). */
void resource_form(struct request *rq, const struct resource *r, const struct field *fields)
{
	struct json_object *labels = answer_object(rq->beside, "labels"),
			   *choices = answer_object(rq->beside, "choices");
	struct json_object *alongside = answer_object(rq->beside, "alongside"),
			   *units = answer_object(rq->beside, "units");

	add_zone(rq, r);
	for (; fields->name; fields++) {
		const struct resource_column *c = resource_column(r, fields->name);
		struct json_object *list;

		if (!c)
			continue;
		answer_text(labels, c->name, said_to(rq, resource_label(rq->mem, c)));
		if (c->flags & HOUSE)
			answer_text(units, c->name, rq->config->fee_currency);
		if (c->flags & ALONGSIDE)
			answer_bool(alongside, c->name, true);
		list = c->refers ? resource_choices(rq, r, c) : NULL;
		if (list)
			answer_add(choices, c->name, list);
	}
}

/* An amount in major units, without the currency. */
static void add_amount(struct json_object *typed, const char *name, int64_t amount, const char *currency)
{
	char text[40];

	money_text(amount, currency, text, sizeof text);
	text[strcspn(text, " ")] = '\0';
	answer_text(typed, name, text);
}

static void add_list(struct request *rq, struct json_object *typed, const char *name, struct json_object *list)
{
	char *text = talloc_strdup(rq->mem, "");

	for (size_t i = 0; i < json_object_array_length(list); i++)
		text = talloc_asprintf_append(text, "%s%s", i ? ", " : "",
					      json_object_get_string(json_object_array_get_idx(list, i)));
	answer_text(typed, name, text);
}

/* Values as a form's control takes them, where they are drawn otherwise elsewhere. */
void resource_typed(struct request *rq, const struct resource *r)
{
	struct json_object *typed = answer_object(rq->beside, "typed"), *value;
	const char *own = tree_text(rq->data, "currency"), *currency;

	for (const struct resource_column *c = r->columns; c->name; c++) {
		currency = c->flags & HOUSE ? rq->config->fee_currency : own;
		value = json_object_object_get(rq->data, c->name);
		if (c->type == F_MONEY && currency && value)
			add_amount(typed, c->name, tree_int(rq->data, c->name), currency);
		if (c->type == F_LIST && json_object_is_type(value, json_type_array))
			add_list(rq, typed, c->name, value);
	}
}
