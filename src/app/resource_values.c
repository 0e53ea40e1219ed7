/* The values of a declared noun's row as they were sent, and which of them are others than the row has. */
#include "app/resource.h"
#include "app/upload.h"
#include "base/money.h"
#include <assert.h>
#include <string.h>

bool resource_written(const struct resource_column *c, unsigned verb)
{
	return c->flags & verb && !c->sql && !(c->flags & (ALONGSIDE | UNSEEN));
}

struct arg resource_value(struct request *rq, const struct resource_column *c)
{
	switch (c->type) {
	case F_INT:
	case F_ID:
	case F_MONEY:
	case F_RATE:
		return arg_int(field_int(rq, c->name));
	case F_BOOL:
		return arg_int(field_bool(rq, c->name));
	case F_TIME:
		return arg_time(field_time(rq, c->name));
	case F_REAL:
		return arg_text(talloc_asprintf(rq->mem, "%.9g", field_real(rq, c->name)));
	case F_FILE:
		return arg_text(upload_picture(rq, c->name));
	case F_LIST:
	case F_OBJECT:
		return arg_text(json_object_to_json_string_ext(field_tree(rq, c->name), JSON_C_TO_STRING_PLAIN));
	default:
		return arg_text(field_text(rq, c->name));
	}
}

/* What a value becomes that was emptied, or that a form does not send: a box that is not ticked. */
static struct arg value_cleared(const struct resource_column *c)
{
	if (c->type == F_BOOL)
		return arg_int(0);
	return arg_text(c->otherwise); /* "" where the column may not be NULL */
}

static bool is_given(const struct request *rq, const struct resource_column *c)
{
	const struct upload *upload = c->type == F_FILE ? field_file(rq, c->name) : NULL;

	return c->type == F_FILE ? upload && upload->size : field_given(rq, c->name);
}

/* How many bytes of a text's words are kept beside it. */
static size_t words_beside_it(const struct resource_column *c)
{
	if (!(c->flags & SEARCHED) || c->as)
		return 0;
	return c->type == F_TEXT ? LINE_WORDS : c->type == F_LONG_TEXT ? TEXT_WORDS : 0;
}

/* JSON, whatever the order of its members. */
static bool same_tree(const char *a, const char *b)
{
	struct json_object *one = json_tokener_parse(a), *other = json_tokener_parse(b);
	bool same = json_object_equal(one, other);

	json_object_put(one);
	json_object_put(other);
	return same;
}

/* Is the value what stands there already? */
static bool stands(struct request *rq, const struct resource_column *c, struct arg value, const struct row *row)
{
	const struct cell *now = row && row_has(row, c->name) ? row_cell(row, c->name) : NULL;

	if (!now || c->type == F_FILE)
		return false;
	if (now->null || value.type == ARG_NULL)
		return now->null && value.type == ARG_NULL;
	switch (c->type) {
	case F_INT:
	case F_ID:
	case F_MONEY:
	case F_RATE:
	case F_BOOL:
	case F_TIME:
		return now->i == (value.type == ARG_TEXT ? strtoll(value.s, NULL, 10) : value.i);
	case F_REAL:
		return !strcmp(talloc_asprintf(rq->mem, "%.9g", now->d), value.s);
	case F_LIST:
	case F_OBJECT:
		return same_tree(now->s, value.s);
	default:
		return !strcmp(now->s, value.s);
	}
}

/* The values that are given; of those of a row that there is, what is another than it has. */
size_t resource_values(struct request *rq, const struct resource *r, unsigned verb, const struct row *row,
		       struct noun_value values[RESOURCE_VALUES])
{
	size_t n = 0;

	for (const struct resource_column *c = r->columns; c->name; c++) {
		struct arg value;

		if (!resource_written(c, verb))
			continue;
		if (is_given(rq, c) || (verb == CREATED && (c->otherwise || c->type == F_BOOL)))
			value = resource_value(rq, c);
		else if (verb == EDITED && field_cleared(rq, c->name))
			value = value_cleared(c);
		else
			continue;
		if (stands(rq, c, value, row))
			continue;
		assert(n < RESOURCE_VALUES);
		values[n++] =
			(struct noun_value){ c->name, value, verb == EDITED ? c->guard : NULL, words_beside_it(c) };
	}
	return n;
}

/* What is asked for of a column, where it is another than stands there: true, and *to, which is null where it is emptied. Of what no row
 * shows, a password, it cannot be told. */
static bool is_another(struct request *rq, const struct resource_column *c, const struct row *row,
		       struct json_object **to)
{
	bool given = is_given(rq, c);

	*to = NULL;
	if ((!given && !field_cleared(rq, c->name)) || !row_has(row, c->name))
		return false;
	if (stands(rq, c, given ? resource_value(rq, c) : value_cleared(c), row))
		return false;
	if (given)
		*to = json_object_get(json_object_object_get(rq->fields, c->name));
	else if (c->type == F_BOOL)
		*to = json_object_new_boolean(false);
	return true;
}

struct json_object *resource_differences(struct request *rq, const struct resource *r, const struct row *row,
					 unsigned flag)
{
	struct json_object *out = json_object_new_object(), *to;

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & flag && field_declared(rq, c->name) && is_another(rq, c, row, &to))
			json_object_object_add(out, c->name, to);
	return out;
}

/* ---- as a sentence quotes it ---- */

static const char *money_told(struct request *rq, const struct resource *r, const struct resource_column *c,
			      const struct row *row)
{
	const struct resource_column *unit = resource_beside(r, c, "currency");
	char *text = talloc_array(rq->mem, char, 40);

	return money_text(row_int(row, c->name),
			  c->flags & HOUSE || !unit ? rq->config->fee_currency : row_text(row, unit->name), text, 40);
}

static const char *named_told(struct request *rq, const struct resource *other, int64_t id)
{
	const struct row *row = noun_get(rq->db, resource_view(rq, other), id);

	return row ? row_text(row, other->title) : talloc_asprintf(rq->mem, "%lld", (long long)id);
}

/* Words, with commas between them, as they are typed; what else a list holds as it is. */
static const char *list_told(struct request *rq, const char *json)
{
	struct json_object *list = json_tokener_parse(json);
	char *out = talloc_strdup(rq->mem, "");

	for (size_t i = 0; list && json_object_is_type(list, json_type_array) && i < json_object_array_length(list);
	     i++)
		out = talloc_asprintf_append(out, "%s%s", i ? ", " : "",
					     json_object_get_string(json_object_array_get_idx(list, i)));
	json_object_put(list);
	return *out ? out : said_to(rq, "(empty)");
}

const char *resource_told(struct request *rq, const struct resource *r, const struct resource_column *c,
			  const struct row *row, const char *zone)
{
	const struct resource *other = resource_referred(r, c);

	if (row_null(row, c->name))
		return said_to(rq, "(empty)");
	switch (c->type) {
	case F_MONEY:
		return money_told(rq, r, c, row);
	case F_TIME:
		return tongue_moment(rq->tongue, rq->mem, row_time(row, c->name), zone);
	case F_BOOL:
		return said_to(rq, row_bool(row, c->name) ? SAID("yes") : SAID("no"));
	case F_INT:
	case F_RATE:
		return talloc_asprintf(rq->mem, "%lld", (long long)row_int(row, c->name));
	case F_ID:
		return other && !other->key ? named_told(rq, other, row_int(row, c->name))
					    : talloc_asprintf(rq->mem, "%lld", (long long)row_int(row, c->name));
	case F_CHOICE:
		return said_to(rq, row_text(row, c->name));
	case F_LIST:
		return list_told(rq, row_text(row, c->name));
	default:
		return *row_text(row, c->name) ? row_text(row, c->name) : said_to(rq, "(empty)");
	}
}
