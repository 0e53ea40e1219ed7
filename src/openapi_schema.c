/* One table says what each type of field is in JSON Schema; the rest follows from the declarations. */
#include "openapi_schema.h"
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

json *schema_of_field(const struct field *f)
{
	const struct kind *kind = &KINDS[f->type];
	json *schema = f->type == F_OBJECT && f->of ? schema_of_fields(f->of) : json_new();

	json_text(schema, "type", kind->type);
	json_text(schema, "format", kind->format);
	json_text(schema, "pattern", kind->pattern);
	if (f->type == F_CHOICE && f->choices)
		json_put(schema, "enum", words(f->choices));
	if (f->type == F_LIST)
		json_put(schema, "items",
			 f->of ? schema_of_fields(f->of) : schema_of_field(&(struct field){ .type = F_TEXT }));
	bounds(schema, f);
	if (f->otherwise && *f->otherwise)
		json_put(schema, "default", value_of(f));
	json_text(schema, "description", f->help);
	return schema;
}

json *schema_of_fields(const struct field *fields)
{
	json *schema = json_new(), *properties, *required = json_object_new_array();

	json_text(schema, "type", "object");
	properties = json_put(schema, "properties", json_new());
	for (const struct field *f = fields; f && f->name; f++) {
		json_put(properties, f->name, schema_of_field(f));
		if (f->required)
			json_object_array_add(required, json_object_new_string(f->name));
	}
	if (json_object_array_length(required))
		json_put(schema, "required", required);
	else
		json_object_put(required);
	return schema;
}

/* ---- what a declared noun looks like ---- */

static json *nested(json *properties, const char *name, const char **last)
{
	const char *dot;

	while ((dot = strchr(name, '.'))) {
		char key[40];
		json *child;

		snprintf(key, sizeof key, "%.*s", (int)(dot - name), name);
		if (!json_object_object_get_ex(properties, key, &child)) {
			child = json_put(properties, key, json_new());
			json_text(child, "type", "object");
			json_put(child, "properties", json_new());
		}
		properties = json_object_object_get(child, "properties");
		name = dot + 1;
	}
	*last = name;
	return properties;
}

json *schema_of_resource(const struct resource *r)
{
	json *schema = json_new(), *properties, *id;

	json_text(schema, "type", "object");
	json_text(schema, "title", r->noun);
	properties = json_put(schema, "properties", json_new());
	id = json_put(properties, "id", json_new());
	json_text(id, "type", "integer");
	for (const struct resource_column *c = r->columns; c->name; c++) {
		const char *last;
		json *at, *column;

		if (c->flags & UNSEEN)
			continue;
		at = nested(properties, c->name, &last);
		column = json_put(at, last,
				  /* a file is answered by its address */
				  schema_of_field(&(struct field){ .type = c->type == F_FILE ? F_TEXT : c->type,
								   .choices = c->choices,
								   .of = c->of,
								   .help = c->help }));
		if (!(c->flags & REQUIRED)) {
			json *types = json_object_new_array();

			json_object_array_add(types, json_object_new_string(KINDS[c->type].type));
			json_object_array_add(types, json_object_new_string("null"));
			json_put(column, "type", types);
		}
	}
	return schema;
}
