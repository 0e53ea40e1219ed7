/* From the site map to OpenAPI 3.1. There is no second list of the API to fall behind: paths, roles, fields and their
 * bounds are those that dispatch itself reads. */
#include "openapi.h"
#include "openapi_schema.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

static json *refer(const char *to)
{
	json *reference = json_new();

	json_text(reference, "$ref", to);
	return reference;
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
	for (const char *s = r->path; *s && n < sizeof name - 1;) {
		struct route_param param;

		if (route_param(s, &param)) {
			n += (size_t)snprintf(name + n, sizeof name - n, "%.*s", (int)param.len, param.name);
			s += strcspn(s, "/");
		} else {
			name[n++] = strchr("/-.", *s) ? '_' : *s;
			s++;
		}
	}
	name[n] = '\0';
	json_text(operation, "operationId", name);
}

static json *path_parameter(const struct route_param *param, const char *name)
{
	json *parameter = json_new(), *schema;

	json_text(parameter, "name", name);
	json_text(parameter, "in", "path");
	json_put(parameter, "required", json_object_new_boolean(true));
	schema = json_put(parameter, "schema", json_new());
	json_text(schema, "type", param->type == PARAM_NUMBER ? "integer" : "string");
	if (param->type == PARAM_UUID)
		json_text(schema, "format", "uuid");
	return parameter;
}

/* "/api/venues/:id" is "/api/venues/{id}"; its parameters are added. */
static void open_path(const char *path, char out[200], json *parameters)
{
	size_t n = 0;

	while (*path && n < 150) {
		struct route_param param;
		char name[40];

		if (!route_param(path, &param)) {
			out[n++] = *path++;
			continue;
		}
		snprintf(name, sizeof name, "%.*s", (int)param.len, param.name);
		n += (size_t)snprintf(out + n, 44, "{%s}", name);
		path += strcspn(path, "/");
		json_object_array_add(parameters, path_parameter(&param, name));
	}
	out[n] = '\0';
}

static void add_query(json *parameters, const struct field *fields)
{
	for (const struct field *f = fields; f && f->name; f++) {
		json *parameter = json_new();

		json_text(parameter, "name", f->name);
		json_text(parameter, "in", "query");
		json_text(parameter, "description", f->help);
		if (f->required)
			json_put(parameter, "required", json_object_new_boolean(true));
		json_put(parameter, "schema", schema_of_field(f));
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
	body = json_put(operation, "requestBody", json_new());
	content = json_put(body, "content", json_new());
	media = json_put(content, type, json_new());
	json_put(media, "schema", schema_of_fields(r->fields));
}

/* A noun may be declared for several mounts: "card_request", "customer_card_request". */
static const char *schema_name(const struct resource *r, char name[80])
{
	snprintf(name, 80, "%s%s%s", r->mount ? r->mount : "", r->mount ? "_" : "", r->noun);
	return name;
}

/* What stands under "data": a noun's row, a page of them, or anything. */
static json *data_schema(const struct route *r, bool list)
{
	json *schema, *properties, *items;
	char reference[120], name[80];

	if (!r->resource || !strcmp(r->method, "DELETE"))
		return json_new();
	snprintf(reference, sizeof reference, "#/components/schemas/%s", schema_name(r->resource, name));
	if (!list)
		return refer(reference);
	schema = json_new();
	json_text(schema, "type", "object");
	properties = json_put(schema, "properties", json_new());
	items = json_put(properties, "items", json_new());
	json_text(items, "type", "array");
	json_put(items, "items", refer(reference));
	for (size_t i = 0; i < 4; i++)
		json_text(json_put(properties, (const char *const[]){ "total", "page", "limit", "total_pages" }[i],
				   json_new()),
			  "type", "integer");
	return schema;
}

static void add_responses(json *operation, const struct route *r)
{
	json *responses = json_put(operation, "responses", json_new()), *good, *content, *media, *all, *both, *own;
	bool made = !strcmp(r->method, "POST") && r->resource && !r->act;
	bool list = !strcmp(r->method, "GET") && r->resource && !strchr(r->path, ':');

	good = json_put(responses, made ? "201" : "200", json_new());
	json_text(good, "description", made ? "Made" : "Done");
	content = json_put(good, "content", json_new());
	media = json_put(content, "application/json", json_new());
	if (r->flags & BARE) {
		json_put(media, "schema", json_new());
	} else {
		all = json_put(media, "schema", json_new());
		both = json_put(all, "allOf", json_object_new_array());
		json_object_array_add(both, refer("#/components/schemas/Success"));
		own = json_new();
		json_object_array_add(both, own);
		json_put(json_put(own, "properties", json_new()), "data", data_schema(r, list));
	}
	if (r->flags & EXPORTS)
		json_put(content, "text/csv", json_new());
	json_put(responses, "default", refer("#/components/responses/Failure"));
}

static json *roles(enum role who)
{
	json *array = json_object_new_array();

	for (unsigned bit = CUSTOMER; bit <= PEOPLE_ADMIN; bit <<= 1)
		if ((unsigned)who & bit)
			json_object_array_add(array, json_object_new_string(role_name((enum role)bit)));
	return array;
}

/* The mount, or for staff the noun: "v1", "usher", "venues"; "process" for what is not below /api. */
static void group_of(const char *path, char key[40])
{
	const char *first = !strncmp(path, "/api/", 5) ? path + 5 : "process";

	if (strchr(first, '.') || !strcmp(first, "docs"))
		first = "process";
	snprintf(key, 40, "%.*s", (int)strcspn(first, "/"), first);
}

static json *operation_of(const struct route *r, json *parameters)
{
	json *operation = json_new(), *security = json_object_new_array();
	char key[40];

	group_of(r->path, key);
	operation_id(operation, r);
	json_text(operation, "summary", r->summary);
	json_object_array_add(json_put(operation, "tags", json_object_new_array()), json_object_new_string(key));
	if (!strcmp(r->method, "GET") || !strcmp(r->method, "DELETE"))
		add_query(parameters, r->fields);
	else
		add_body(operation, r);
	if (!strcmp(r->method, "POST") && r->flags & (WRITES | OWN_TX) && !(r->flags & SECRET))
		json_object_array_add(parameters, refer("#/components/parameters/IdempotencyKey"));
	if (json_object_array_length(parameters))
		json_put(operation, "parameters", json_object_get(parameters));
	add_responses(operation, r);
	if (!(r->who & ANYONE)) {
		json *scheme = json_new();

		json_put(scheme, "bearer", json_object_new_array());
		json_object_array_add(security, scheme);
		json_put(operation, "x-roles", roles(r->who));
	}
	json_put(operation, "security", security);
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
			item = json_put(paths, path, json_new());
		for (size_t c = 0; all[i].method[c] && c < sizeof method - 1; c++)
			method[c] = (char)(all[i].method[c] | 0x20);
		json_put(item, method, operation_of(&all[i], parameters));
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
	json *components = json_put(document, "components", json_new()),
	     *schemas = json_put(components, "schemas", json_new());
	char name[80];

	json_put(schemas, "Meta", parsed(META));
	json_put(schemas, "Success", parsed(SUCCESS));
	json_put(schemas, "Failure", parsed(FAILURE));
	for (const struct resource *r = RESOURCES; r->path; r++)
		json_put(schemas, schema_name(r, name), schema_of_resource(r));
	json_put(json_put(components, "responses", json_new()), "Failure", parsed(FAILURE_RESPONSE));
	json_put(json_put(components, "parameters", json_new()), "IdempotencyKey", parsed(IDEMPOTENCY_KEY));
	json_put(json_put(components, "securitySchemes", json_new()), "bearer", parsed(BEARER));
}

json *openapi_document(const struct config *config)
{
	json *document = json_new(), *info, *servers, *server;

	json_text(document, "openapi", "3.1.0");
	info = json_put(document, "info", json_new());
	json_text(info, "title", config->name);
	json_text(info, "version", "1");
	json_text(info, "description",
		  "Tickets, gates and live counts. Times are ISO 8601 UTC, money is in minor units.");
	servers = json_put(document, "servers", json_object_new_array());
	server = json_new();
	json_text(server, "url", config->base_url && *config->base_url ? config->base_url : "/");
	json_object_array_add(servers, server);
	add_paths(json_put(document, "paths", json_new()));
	add_components(document);
	return document;
}

/* ---- the docs page ---- */

static json *docs_fields(const struct field *fields)
{
	json *array = json_object_new_array();

	for (const struct field *f = fields; f && f->name; f++) {
		json *field = json_new();

		json_text(field, "name", f->name);
		json_text(field, "type", schema_format(f->type) ? schema_format(f->type) : schema_type(f->type));
		json_put(field, "required", json_object_new_boolean(f->required));
		json_text(field, "help", f->help);
		json_text(field, "choices", f->choices);
		json_text(field, "otherwise", f->otherwise);
		if (f->max) {
			json_number(field, "min", f->min);
			json_number(field, "max", f->max);
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
		json_text(route, "who", "anyone");
		return;
	}
	if (who == ANY_ROLE || who == STAFF) {
		json_text(route, "who", who == STAFF ? "staff" : "signed in");
		return;
	}
	list = roles(who);
	for (size_t i = 0; i < json_object_array_length(list); i++)
		n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", i ? ", " : "",
				      json_object_get_string(json_object_array_get_idx(list, i)));
	json_text(route, "who", line);
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
	group = json_new();
	json_text(group, "key", key);
	json_put(group, "routes", json_object_new_array());
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
		char key[40], path[200];

		if (!documented(&all[i]))
			continue;
		group_of(all[i].path, key);
		group = docs_group(groups, key);
		route = json_new();
		json_text(route, "method", all[i].method);
		json_text(route, "path", route_address(all[i].path, path));
		json_text(route, "summary", all[i].summary);
		docs_who(route, all[i].who);
		if (wanted && !strcmp(wanted, key))
			json_put(route, "fields", docs_fields(all[i].fields));
		json_object_array_add(json_object_object_get(group, "routes"), route);
	}
	return groups;
}
