/* One table says what each type of field is in JSON Schema; the rest follows from the declarations. */
#include "openapi/schema.h"
#include "base/rate.h"
#include <stdio.h>
#include <string.h>

json *json_new(void)
{
	return json_object_new_object();
}

json *json_put(json *to, const char *key, json *owned)
{
	json_object_object_add(to, key, owned);
	return owned;
}

void json_text(json *to, const char *key, const char *value)
{
	if (value)
		json_put(to, key, json_object_new_string(value));
}

void json_number(json *to, const char *key, int64_t value)
{
	json_put(to, key, json_object_new_int64(value));
}

/* ---- fields ---- */

static json *words(const char *list)
{
	json *array = json_object_new_array();

	while (*list) {
		size_t len = strcspn(list, ",");

		json_object_array_add(array, json_object_new_string_len(list, (int)len));
		list += len + (list[len] == ',');
	}
	return array;
}

struct kind {
	const char *type, *format, *pattern;
};

static const struct kind KINDS[] = {
	[F_TEXT] = { "string", NULL, NULL },
	[F_LONG_TEXT] = { "string", NULL, NULL },
	[F_PASSWORD] = { "string", "password", NULL },
	[F_INT] = { "integer", "int64", NULL },
	[F_ID] = { "integer", "int64", NULL },
	[F_MONEY] = { "integer", "int64", NULL },
	[F_RATE] = { "integer", "int64", NULL },
	[F_BOOL] = { "boolean", NULL, NULL },
	[F_TIME] = { "string", "date-time", NULL },
	[F_DATE] = { "string", "date", NULL },
	[F_EMAIL] = { "string", "email", NULL },
	[F_MOBILE] = { "string", NULL, NULL },
	[F_UUID] = { "string", "uuid", NULL },
	[F_CHOICE] = { "string", NULL, NULL },
	[F_OTP] = { "string", NULL, "^[0-9]{6}$" },
	[F_ZONE] = { "string", NULL, NULL },
	[F_CURRENCY] = { "string", NULL, "^[A-Z]{3}$" },
	[F_COUNTRY] = { "string", NULL, "^[A-Z]{2}$" },
	[F_REAL] = { "number", NULL, NULL },
	[F_OBJECT] = { "object", NULL, NULL },
	[F_LIST] = { "array", NULL, NULL },
	[F_FILE] = { "string", "binary", NULL },
};

const char *schema_type(enum field_type type)
{
	return KINDS[type].type;
}

const char *schema_format(enum field_type type)
{
	return KINDS[type].format;
}

/* Of one type or of another. */
static void either_type(json *schema, const char *type, const char *other)
{
	json *list = json_put(schema, "type", json_object_new_array());

	json_object_array_add(list, json_object_new_string(type));
	json_object_array_add(list, json_object_new_string(other));
}

static void bound(json *schema, const char *key, int64_t value)
{
	if (value)
		json_number(schema, key, value);
}

static void bounds(json *schema, const struct field *f)
{
	switch (f->type) {
	case F_TEXT:
	case F_LONG_TEXT:
	case F_PASSWORD:
		bound(schema, "minLength", f->min);
		bound(schema, "maxLength", f->max);
		break;
	case F_ID:
		json_number(schema, "minimum", 1);
		break;
	case F_INT:
	case F_MONEY:
	case F_REAL:
		if (f->min || f->max)
			json_number(schema, "minimum", f->min);
		bound(schema, "maximum", f->max);
		break;
	case F_RATE:
		json_number(schema, "minimum", f->min);
		json_number(schema, "maximum", f->max ? f->max : RATE_WHOLE);
		break;
	case F_LIST:
		bound(schema, "maxItems", f->max);
		break;
	default:
		break;
	}
}

/* A default in the type it has. */
static json *value_of(const struct field *f)
{
	json *value;

	if (strcmp(KINDS[f->type].type, "string"))
		value = json_tokener_parse(f->otherwise);
	else
		value = json_object_new_string(f->otherwise);
	return value;
}

/* What a schema is made of is not in JSON Schema, so it is remembered beside it: an id may have to become a text. */
static char is_id;

bool schema_is_id(json *schema)
{
	return json_object_get_userdata(schema) == &is_id;
}

/* What every field says, taken or answered. */
static json *said(const struct field *f)
{
	const struct kind *kind = &KINDS[f->type];
	json *schema = json_new();

	if (f->type == F_ID)
		json_object_set_userdata(schema, &is_id, NULL);
	json_text(schema, "type", kind->type);
	json_text(schema, "format", kind->format);
	json_text(schema, "pattern", kind->pattern);
	if (f->type == F_CHOICE && f->choices)
		json_put(schema, "enum", words(f->choices));
	if (f->type == F_OBJECT && !f->of) /* said, for all that says nothing of it is closed to our tests */
		json_put(schema, "additionalProperties", json_object_new_boolean(true));
	json_text(schema, "description", f->help);
	return schema;
}

/* An item of what is taken as it comes: a list of anything. */
static json *any_list(void)
{
	json *schema = json_new();

	json_text(schema, "type", "array");
	json_put(schema, "items", json_new());
	return schema;
}

json *schema_of_field(const struct field *f)
{
	json *schema = f->type == F_OBJECT && f->of ? schema_of_fields(f->of) : said(f);

	if (f->type == F_OBJECT)
		json_text(schema, "description", f->help);
	if (f->numbered)
		either_type(schema, KINDS[f->type].type, KINDS[F_INT].type);
	if (f->type == F_LIST)
		json_put(schema, "items",
			 f->raw		       ? any_list()
			 : field_plain_item(f) ? schema_of_field(field_plain_item(f))
					       : schema_of_fields(f->of));
	bounds(schema, f);
	if (f->otherwise && *f->otherwise)
		json_put(schema, "default", value_of(f));
	return schema;
}

/* An object without members, to which are added those and the names of those that are always there. */
static json *object_new(void)
{
	json *schema = json_new();

	json_text(schema, "type", "object");
	json_put(schema, "properties", json_new());
	return schema;
}

static void add_member(json *object, const char *name, json *owned, bool required)
{
	json *list;

	json_put(json_object_object_get(object, "properties"), name, owned);
	if (!required)
		return;
	if (!json_object_object_get_ex(object, "required", &list))
		list = json_put(object, "required", json_object_new_array());
	json_object_array_add(list, json_object_new_string(name));
}

json *schema_of_fields(const struct field *fields)
{
	json *schema = object_new();

	for (const struct field *f = fields; f && f->name; f++)
		add_member(schema, f->name, schema_of_field(f), f->required);
	return schema;
}

/* ---- answers ---- */

json *json_refer(const char *kind, const char *name)
{
	json *reference = json_new();
	char to[100];

	snprintf(to, sizeof to, "#/components/%s/%s", kind, name);
	json_text(reference, "$ref", to);
	return reference;
}

const char *answer_name(const struct field *answer)
{
	while (answer->name)
		answer++;
	return answer->help;
}

/* Or null. */
static json *nullable(json *schema, const struct field *f)
{
	json *either, *list;

	if (!f->null)
		return schema;
	if (!json_object_object_get_ex(schema, "type", NULL)) { /* a reference */
		either = json_new();
		list = json_put(either, "oneOf", json_object_new_array());
		json_object_array_add(list, schema);
		schema = json_new();
		json_text(schema, "type", "null");
		json_object_array_add(list, schema);
		json_text(either, "description", f->help);
		return either;
	}
	either_type(schema, KINDS[f->type].type, "null");
	if (json_object_object_get_ex(schema, "enum", &list))
		json_object_array_add(list, NULL);
	return schema;
}

static json *answered(const struct field *f, json *shared)
{
	json *schema;

	if (f->type == F_OBJECT && f->of) {
		schema = schema_of_answer(f->of, shared);
		json_text(schema, "description", f->help);
		return nullable(schema, f);
	}
	schema = said(f);
	if (f->type == F_ID && !f->otherwise)
		json_number(schema, "minimum", 1);
	if (f->type == F_LIST)
		json_put(schema, "items",
			 field_plain_item(f) ? answered(field_plain_item(f), shared) : schema_of_answer(f->of, shared));
	return nullable(schema, f);
}

/* Where the dots of name lead, made where missing; *name is then the last segment. */
static json *nested(json *object, const char **name)
{
	const char *dot;

	while ((dot = strchr(*name, '.'))) {
		char key[40];
		json *child;

		snprintf(key, sizeof key, "%.*s", (int)(dot - *name), *name);
		if (!json_object_object_get_ex(json_object_object_get(object, "properties"), key, &child)) {
			child = object_new();
			add_member(object, key, child, true);
		}
		object = child;
		*name = dot + 1;
	}
	return object;
}

static json *members(const struct field *answer, json *shared)
{
	json *schema = object_new();

	for (const struct field *f = answer; f->name; f++) {
		const char *name = f->name;
		json *at = nested(schema, &name);

		add_member(at, name, answered(f, shared), !f->sometimes);
	}
	return schema;
}

json *schema_of_answer(const struct field *answer, json *shared)
{
	const char *name = answer_name(answer);

	if (!name)
		return members(answer, shared);
	if (!json_object_object_get_ex(shared, name, NULL))
		json_put(shared, name, members(answer, shared));
	return json_refer("schemas", name);
}
