/* From the site map to OpenAPI 3.1. There is no second list of the API to fall behind: paths, roles, fields and their
 * bounds are those that dispatch itself reads. */
#include "openapi.h"
#include "resources.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

typedef struct json_object json;

static json *object(void)
{
	return json_object_new_object();
}

static json *put(json *to, const char *key, json *owned)
{
	json_object_object_add(to, key, owned);
	return owned;
}

static void text(json *to, const char *key, const char *value)
{
	if (value)
		put(to, key, json_object_new_string(value));
}

static void number(json *to, const char *key, int64_t value)
{
	put(to, key, json_object_new_int64(value));
}

static json *refer(const char *to)
{
	json *reference = object();

	text(reference, "$ref", to);
	return reference;
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

static json *schema_of_fields(const struct field *fields);

static void bounds(json *schema, const struct field *f)
{
	bool is_text = f->type == F_TEXT || f->type == F_LONG_TEXT || f->type == F_PASSWORD;
	bool is_number = f->type == F_INT || f->type == F_ID || f->type == F_MONEY || f->type == F_REAL;

	if (f->type == F_ID)
		number(schema, "minimum", 1);
	else if (is_number && (f->min || f->max))
		number(schema, "minimum", f->min);
	if (is_number && f->max)
		number(schema, "maximum", f->max);
	if (is_text && f->min)
		number(schema, "minLength", f->min);
	if (is_text && f->max)
		number(schema, "maxLength", f->max);
	if (f->type == F_LIST && f->max)
		number(schema, "maxItems", f->max);
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

static json *schema_of(const struct field *f)
{
	const struct kind *kind = &KINDS[f->type];
	json *schema = f->type == F_OBJECT && f->of ? schema_of_fields(f->of) : object();

	text(schema, "type", kind->type);
	text(schema, "format", kind->format);
	text(schema, "pattern", kind->pattern);
	if (f->type == F_CHOICE && f->choices)
		put(schema, "enum", words(f->choices));
	if (f->type == F_LIST)
		put(schema, "items", f->of ? schema_of_fields(f->of) : schema_of(&(struct field){ .type = F_TEXT }));
	bounds(schema, f);
	if (f->otherwise && *f->otherwise)
		put(schema, "default", value_of(f));
	text(schema, "description", f->help);
	return schema;
}

static json *schema_of_fields(const struct field *fields)
{
	json *schema = object(), *properties, *required = json_object_new_array();

	text(schema, "type", "object");
	properties = put(schema, "properties", object());
	for (const struct field *f = fields; f && f->name; f++) {
		put(properties, f->name, schema_of(f));
		if (f->required)
			json_object_array_add(required, json_object_new_string(f->name));
	}
	if (json_object_array_length(required))
		put(schema, "required", required);
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
			child = put(properties, key, object());
			text(child, "type", "object");
			put(child, "properties", object());
		}
		properties = json_object_object_get(child, "properties");
		name = dot + 1;
	}
	*last = name;
	return properties;
}

static json *schema_of_resource(const struct resource *r)
{
	json *schema = object(), *properties, *id;

	text(schema, "type", "object");
	text(schema, "title", r->noun);
	properties = put(schema, "properties", object());
	id = put(properties, "id", object());
	text(id, "type", "integer");
	for (const struct resource_column *c = r->columns; c->name; c++) {
		const char *last;
		json *at, *column;

		if (c->flags & UNSEEN)
			continue;
		at = nested(properties, c->name, &last);
		column = put(at, last, schema_of(&(struct field){ .type = c->type, .choices = c->choices, .help = c->help }));
		if (!(c->flags & REQUIRED)) {
			json *types = json_object_new_array();

			json_object_array_add(types, json_object_new_string(KINDS[c->type].type));
			json_object_array_add(types, json_object_new_string("null"));
			put(column, "type", types);
		}
	}
	return schema;
}

/* ---- routes ---- */

/* Is the row part of the API, not a page? */
static bool documented(const struct route *r)
{
	return !r->page && !r->then && !(r->flags & DEMO_ONLY);
}

/* "get_api_venues_id" */
static void operation_id(json *operation, const struct route *r)
{
	char name[120];
	size_t n = 0;

	for (const char *s = r->method; *s && n < sizeof name - 1; s++)
		name[n++] = (char)(*s | 0x20);
	for (const char *s = r->path; *s && n < sizeof name - 1; s++) {
		if (*s == ':')
			continue;
		name[n++] = strchr("/-.", *s) ? '_' : *s;
	}
	name[n] = '\0';
	text(operation, "operationId", name);
}

/* "/api/venues/:id" is "/api/venues/{id}"; its parameters are added. */
static void open_path(const char *path, char out[200], json *parameters)
{
	size_t n = 0;

	while (*path && n < 150) {
		size_t len;
		json *parameter, *schema;
		char name[40];

		if (*path != ':') {
			out[n++] = *path++;
			continue;
		}
		len = strcspn(++path, "/");
		snprintf(name, sizeof name, "%.*s", (int)len, path);
		n += (size_t)snprintf(out + n, 40, "{%s}", name);
		path += len;
		parameter = object();
		text(parameter, "name", name);
		text(parameter, "in", "path");
		put(parameter, "required", json_object_new_boolean(true));
		schema = put(parameter, "schema", object());
		text(schema, "type", strstr(name, "id") ? "integer" : "string");
		json_object_array_add(parameters, parameter);
	}
	out[n] = '\0';
}

static void add_query(json *parameters, const struct field *fields)
{
	for (const struct field *f = fields; f && f->name; f++) {
		json *parameter = object();

		text(parameter, "name", f->name);
		text(parameter, "in", "query");
		text(parameter, "description", f->help);
		if (f->required)
			put(parameter, "required", json_object_new_boolean(true));
		put(parameter, "schema", schema_of(f));
		json_object_array_add(parameters, parameter);
	}
}

static bool takes_file(const struct field *fields)
{
	for (const struct field *f = fields; f && f->name; f++)
		if (f->type == F_FILE)
			return true;
	return false;
}

static void add_body(json *operation, const struct route *r)
{
	json *body, *content, *media;
	const char *type = takes_file(r->fields) ? "multipart/form-data" : "application/json";

	if (!r->fields || !r->fields->name)
		return;
	body = put(operation, "requestBody", object());
	content = put(body, "content", object());
	media = put(content, type, object());
	put(media, "schema", schema_of_fields(r->fields));
}

/* What stands under "data": a noun's row, a page of them, or anything. */
static json *data_schema(const struct route *r, bool list)
{
	json *schema, *properties, *items;
	char reference[80];

	if (!r->resource || !strcmp(r->method, "DELETE"))
		return object();
	snprintf(reference, sizeof reference, "#/components/schemas/%s", r->resource->noun);
	if (!list)
		return refer(reference);
	schema = object();
	text(schema, "type", "object");
	properties = put(schema, "properties", object());
	items = put(properties, "items", object());
	text(items, "type", "array");
	put(items, "items", refer(reference));
	for (size_t i = 0; i < 4; i++)
		text(put(properties, (const char *const[]){ "total", "page", "limit", "total_pages" }[i], object()), "type",
		     "integer");
	return schema;
}

static void add_responses(json *operation, const struct route *r)
{
	json *responses = put(operation, "responses", object()), *good, *content, *media, *all, *both, *own;
	bool made = !strcmp(r->method, "POST") && r->resource;
	bool list = !strcmp(r->method, "GET") && r->resource && !strchr(r->path, ':');

	good = put(responses, made ? "201" : "200", object());
	text(good, "description", made ? "Made" : "Done");
	content = put(good, "content", object());
	media = put(content, "application/json", object());
	if (r->flags & BARE) {
		put(media, "schema", object());
	} else {
		all = put(media, "schema", object());
		both = put(all, "allOf", json_object_new_array());
		json_object_array_add(both, refer("#/components/schemas/Success"));
		own = object();
		json_object_array_add(both, own);
		put(put(own, "properties", object()), "data", data_schema(r, list));
	}
	if (r->flags & EXPORTS)
		put(content, "text/csv", object());
	put(responses, "default", refer("#/components/responses/Failure"));
}

static json *roles(enum role who)
{
	json *array = json_object_new_array();

	for (unsigned bit = CUSTOMER; bit <= SUPPORT; bit <<= 1)
		if ((unsigned)who & bit)
			json_object_array_add(array, json_object_new_string(role_name((enum role)bit)));
	return array;
}

/* The mount, or for staff the noun: "v1", "usher", "venues"; "process" for what is not below /api. */
static void group_of(const char *path, char key[40])
{
	const char *first = !strncmp(path, "/api/", 5) ? path + 5 : "process";

	snprintf(key, 40, "%.*s", (int)strcspn(first, "/"), first);
}

static json *operation_of(const struct route *r, json *parameters)
{
	json *operation = object(), *security = json_object_new_array();
	char key[40];

	group_of(r->path, key);
	operation_id(operation, r);
	text(operation, "summary", r->summary);
	json_object_array_add(put(operation, "tags", json_object_new_array()), json_object_new_string(key));
	if (!strcmp(r->method, "GET") || !strcmp(r->method, "DELETE"))
		add_query(parameters, r->fields);
	else
		add_body(operation, r);
	if (!strcmp(r->method, "POST") && r->flags & (WRITES | OWN_TX) && !(r->flags & SECRET))
		json_object_array_add(parameters, refer("#/components/parameters/IdempotencyKey"));
	if (json_object_array_length(parameters))
		put(operation, "parameters", json_object_get(parameters));
	add_responses(operation, r);
	if (!(r->who & ANYONE)) {
		json *scheme = object();

		put(scheme, "bearer", json_object_new_array());
		json_object_array_add(security, scheme);
		put(operation, "x-roles", roles(r->who));
	}
	put(operation, "security", security);
	return operation;
}

static void add_paths(json *paths)
{
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++) {
		char path[200], method[8] = "";
		json *parameters, *item;

		if (!documented(&all[i]))
			continue;
		parameters = json_object_new_array();
		open_path(all[i].path, path, parameters);
		if (!json_object_object_get_ex(paths, path, &item))
			item = put(paths, path, object());
		for (size_t c = 0; all[i].method[c] && c < sizeof method - 1; c++)
			method[c] = (char)(all[i].method[c] | 0x20);
		put(item, method, operation_of(&all[i], parameters));
		json_object_put(parameters);
	}
}

/* ---- the parts that every operation shares ---- */

static json *parsed(const char *literal)
{
	json *tree = json_tokener_parse(literal);

	assert(tree);
	return tree;
}

static const char META[] =
	"{\"type\":\"object\",\"properties\":{\"request_id\":{\"type\":\"string\"},"
	"\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"},"
	"\"pagination\":{\"type\":\"object\"},\"ignored\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}";
static const char SUCCESS[] =
	"{\"type\":\"object\",\"required\":[\"success\",\"data\",\"message\",\"meta\"],\"properties\":{"
	"\"success\":{\"const\":true},\"data\":{},\"message\":{\"type\":\"string\"},"
	"\"meta\":{\"$ref\":\"#/components/schemas/Meta\"}}}";
static const char FAILURE[] =
	"{\"type\":\"object\",\"required\":[\"success\",\"error\",\"message\",\"status_code\",\"meta\"],\"properties\":{"
	"\"success\":{\"const\":false},\"error\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},"
	"\"message\":{\"type\":\"string\"}}},\"message\":{\"type\":\"string\"},\"status_code\":{\"type\":\"integer\"},"
	"\"errors\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},"
	"\"meta\":{\"$ref\":\"#/components/schemas/Meta\"}}}";
static const char FAILURE_RESPONSE[] =
	"{\"description\":\"Refused or failed: error.code says why\",\"content\":{\"application/json\":{\"schema\":"
	"{\"$ref\":\"#/components/schemas/Failure\"}}}}";
static const char IDEMPOTENCY_KEY[] =
	"{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"schema\":{\"type\":\"string\",\"maxLength\":200},"
	"\"description\":\"The first answer is kept for 24 hours and repeated\"}";
static const char BEARER[] = "{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"}";

static void add_components(json *document)
{
	json *components = put(document, "components", object()), *schemas = put(components, "schemas", object());

	put(schemas, "Meta", parsed(META));
	put(schemas, "Success", parsed(SUCCESS));
	put(schemas, "Failure", parsed(FAILURE));
	for (const struct resource *r = RESOURCES; r->path; r++)
		put(schemas, r->noun, schema_of_resource(r));
	put(put(components, "responses", object()), "Failure", parsed(FAILURE_RESPONSE));
	put(put(components, "parameters", object()), "IdempotencyKey", parsed(IDEMPOTENCY_KEY));
	put(put(components, "securitySchemes", object()), "bearer", parsed(BEARER));
}

json *openapi_document(const struct config *config)
{
	json *document = object(), *info, *servers, *server;

	text(document, "openapi", "3.1.0");
	info = put(document, "info", object());
	text(info, "title", config->name);
	text(info, "version", "1");
	text(info, "description", "Tickets, gates and live counts. Times are ISO 8601 UTC, money is in minor units.");
	servers = put(document, "servers", json_object_new_array());
	server = object();
	text(server, "url", config->base_url && *config->base_url ? config->base_url : "/");
	json_object_array_add(servers, server);
	add_paths(put(document, "paths", object()));
	add_components(document);
	return document;
}

/* ---- the docs page ---- */

static json *docs_fields(const struct field *fields)
{
	json *array = json_object_new_array();

	for (const struct field *f = fields; f && f->name; f++) {
		json *field = object();

		text(field, "name", f->name);
		text(field, "type", KINDS[f->type].format ? KINDS[f->type].format : KINDS[f->type].type);
		put(field, "required", json_object_new_boolean(f->required));
		text(field, "help", f->help);
		text(field, "choices", f->choices);
		text(field, "otherwise", f->otherwise);
		if (f->max) {
			number(field, "min", f->min);
			number(field, "max", f->max);
		}
		json_object_array_add(array, field);
	}
	return array;
}

static void docs_who(json *route, enum role who)
{
	json *list;
	char line[160] = "";
	size_t n = 0;

	if (who & ANYONE) {
		text(route, "who", "anyone");
		return;
	}
	if (who == ANY_ROLE || who == STAFF) {
		text(route, "who", who == STAFF ? "staff" : "signed in");
		return;
	}
	list = roles(who);
	for (size_t i = 0; i < json_object_array_length(list); i++)
		n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", i ? ", " : "",
				      json_object_get_string(json_object_array_get_idx(list, i)));
	text(route, "who", line);
	json_object_put(list);
}

static json *docs_group(json *groups, const char *key)
{
	json *group;

	for (size_t i = 0; i < json_object_array_length(groups); i++) {
		group = json_object_array_get_idx(groups, i);
		if (!strcmp(json_object_get_string(json_object_object_get(group, "key")), key))
			return group;
	}
	group = object();
	text(group, "key", key);
	put(group, "routes", json_object_new_array());
	json_object_array_add(groups, group);
	return group;
}

json *openapi_groups(const char *wanted)
{
	json *groups = json_object_new_array();
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++) {
		json *group, *route;
		char key[40];

		if (!documented(&all[i]))
			continue;
		group_of(all[i].path, key);
		group = docs_group(groups, key);
		route = object();
		text(route, "method", all[i].method);
		text(route, "path", all[i].path);
		text(route, "summary", all[i].summary);
		docs_who(route, all[i].who);
		if (wanted && !strcmp(wanted, key))
			put(route, "fields", docs_fields(all[i].fields));
		json_object_array_add(json_object_object_get(group, "routes"), route);
	}
	return groups;
}
