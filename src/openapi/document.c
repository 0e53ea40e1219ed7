/* From the site map to OpenAPI 3.1. There is no second list of the API to fall behind: paths, roles, fields and their
 * bounds are those that dispatch itself reads. */
#include "app/resource.h"
#include "openapi/answer.h"
#include "openapi/dialect.h"
#include "openapi/openapi.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ---- routes ---- */

/* Is the row part of the API, not a page? */
static bool documented(const struct route *r)
{
	return !r->page && !r->then && !(r->flags & DEMO_ONLY) &&
	       (r->answers || r->items || r->media || route_success(r) == 204);
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

static json *path_parameter(const struct dialect *dialect, const struct route_param *param, const char *name)
{
	json *parameter = json_new(), *schema;

	json_text(parameter, "name", name);
	json_text(parameter, "in", "path");
	json_put(parameter, "required", json_object_new_boolean(true));
	schema = json_put(parameter, "schema", json_new());
	json_text(schema, "type", param->type == PARAM_NUMBER && !dialect->id_texts ? "integer" : "string");
	if (param->type == PARAM_NUMBER && dialect->id_texts)
		json_text(schema, "pattern", "^[0-9]+$");
	if (param->type == PARAM_UUID)
		json_text(schema, "format", "uuid");
	return parameter;
}

/* "/api/venues/:id" is "/api/venues/{id}"; its parameters are added. */
static void open_path(const struct route *r, char out[200], json *parameters)
{
	const char *path = r->path;
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
		json_object_array_add(parameters, path_parameter(r->mount->dialect, &param, name));
	}
	out[n] = '\0';
}

/* What a field is for. How many rows a page has is its mount's to say. */
static void add_help(json *to, const char *key, const struct field *f, const struct dialect *dialect)
{
	char text[120];

	snprintf(text, sizeof text, "Rows a page: %lld unless said, at most %lld", (long long)dialect->limit,
		 (long long)dialect->limit_max);
	json_text(to, key, strcmp(f->name, "limit") ? f->help : text);
}

static void add_query(json *parameters, const struct route *r)
{
	char name[NAME_SIZE];

	for (const struct field *f = r->fields; f && f->name; f++) {
		json *parameter = json_new(), *declared = schema_of_field(f);

		json_text(parameter, "name", name_spelt(r->mount->dialect, f->name, name));
		json_text(parameter, "in", "query");
		add_help(parameter, "description", f, r->mount->dialect);
		if (f->required)
			json_put(parameter, "required", json_object_new_boolean(true));
		json_put(parameter, "schema", schema_spelt(r->mount->dialect, declared));
		json_object_put(declared);
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
	json *body, *content, *media, *declared;
	const char *type = takes_file(r->fields) ? "multipart/form-data" : "application/json";

	if (!r->fields || !r->fields->name)
		return;
	body = json_put(operation, "requestBody", json_new());
	content = json_put(body, "content", json_new());
	media = json_put(content, type, json_new());
	declared = schema_of_fields(r->fields);
	json_put(media, "schema", schema_spelt(r->mount->dialect, declared));
	json_object_put(declared);
}

static json *roles(enum role who)
{
	json *array = json_object_new_array();

	for (unsigned bit = CUSTOMER; bit <= PEOPLE_ADMIN; bit <<= 1)
		if ((unsigned)who & bit)
			json_object_array_add(array, json_object_new_string(role_name((enum role)bit)));
	return array;
}

/* The mount, of a campus its events apart, or for staff the noun: "v1", "usher", "venues"; "process" for what is no mount's API. */
static void group_of(const struct route *r, char key[40])
{
	const char *below = r->api ? strchr(r->path + 1, '/') : NULL, *first = below ? below + 1 : "process";

	if (strchr(first, '.') || !strcmp(first, "docs"))
		first = "process";
	/* A campus's events alone are a page. */
	if (!strncmp(first, "campus/events", 13))
		first = "campus-events";
	snprintf(key, 40, "%.*s", (int)strcspn(first, "/"), first);
}

/* Of an organizer's co-workers: one of these is asked for. "owner": of the organizer's own account alone; "any": of nobody's. */
static json *rights(unsigned right)
{
	json *names = json_object_new_array();

	for (unsigned i = 0; RIGHT_NAMES[i]; i++)
		if (right & 1U << i)
			json_object_array_add(names, json_object_new_string(RIGHT_NAMES[i]));
	if (right & RIGHT_WORKS)
		json_object_array_add(names, json_object_new_string("any"));
	if (!right)
		json_object_array_add(names, json_object_new_string("owner"));
	return names;
}

/* What has a name is called by it in one mount alone, so it is respelt as soon as it is there. */
static json *responses_in_dialect(const struct route *r, json *schemas)
{
	json *own = json_new(), *declared = responses_of(r, own), *spelt = schema_spelt(r->mount->dialect, declared);

	json_object_object_foreach(own, name, schema) if (!json_object_object_get_ex(schemas, name, NULL))
		json_put(schemas, name, schema_spelt(r->mount->dialect, schema));
	json_object_put(own);
	json_object_put(declared);
	return spelt;
}

static json *operation_of(const struct route *r, json *parameters, json *schemas)
{
	json *operation = json_new(), *security = json_object_new_array();
	char key[40];

	group_of(r, key);
	operation_id(operation, r);
	json_text(operation, "summary", r->summary);
	json_object_array_add(json_put(operation, "tags", json_object_new_array()), json_object_new_string(key));
	if (!strcmp(r->method, "GET") || !r->fields)
		add_query(parameters, r);
	else
		add_body(operation, r);
	if (route_keeps(r))
		json_object_array_add(parameters, json_refer("parameters", "IdempotencyKey"));
	if (json_object_array_length(parameters))
		json_put(operation, "parameters", json_object_get(parameters));
	json_put(operation, "responses", responses_in_dialect(r, schemas));
	if (!(r->who & ANYONE)) {
		json *scheme = json_new();

		json_put(scheme, "bearer", json_object_new_array());
		json_object_array_add(security, scheme);
		json_put(operation, "x-roles", roles(r->who));
		if (r->who & ORGANIZER && !(r->flags & OWN))
			json_put(operation, "x-rights", rights(r->right));
	}
	json_put(operation, "security", security);
	if (r->body_kb)
		json_number(operation, "x-body-kb", r->body_kb);
	return operation;
}

static void add_paths(json *paths, json *schemas)
{
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++) {
		char path[200], method[8] = "";
		json *parameters, *item;

		if (!documented(&all[i]))
			continue;
		parameters = json_object_new_array();
		open_path(&all[i], path, parameters);
		if (!json_object_object_get_ex(paths, path, &item))
			item = json_put(paths, path, json_new());
		for (size_t c = 0; all[i].method[c] && c < sizeof method - 1; c++)
			method[c] = (char)(all[i].method[c] | 0x20);
		json_put(item, method, operation_of(&all[i], parameters, schemas));
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

static const char IDEMPOTENCY_KEY[] =
	"{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"schema\":{\"type\":\"string\",\"maxLength\":200},"
	"\"description\":\"The first answer is kept for 24 hours and repeated\"}";
static const char BEARER[] = "{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\"}";

/* Every group that a route is in, with what it is for. A noun's that staff manage is as the noun is called. */
static const struct {
	const char *key, *description;
} GROUPS[] = {
	{ "process", "What a node tells of itself, and pictures" },
	{ "v1", "Customers: events on sale, booking, paying, tickets, their account" },
	{ "organizer", "Organizers: their own events and figures" },
	{ "merchant", "Merchants: handing out cards" },
	{ "usher", "Ushers: the gate" },
	{ "live", "An event's counts as they change" },
	{ "auth", "Staff: signing in" },
	{ "campus", "A campus: attendance with evidence" },
	{ "campus-events", "A campus: its events, and who is expected at them" },
	{ "people", "The directory: users, files and faces" },
	{ "token", "Tokens of every role" },
	{ "logout", "Signing out, for every role" },
	{ "files", "Uploaded pictures" },
	{ "push", "Staff: the devices on which they are told" },
	{ "dashboard", "Staff: figures of the whole" },
	{ "search", "Staff: one search over everything" },
	{ "status", "Staff: how the installation is" },
	{ "permissions", "Staff: which role may do what" },
	{ "settings", "Staff: settings" },
	{ "logs", "Staff: what was done, and by whom" },
	{ "finances", "Staff: the house's books, deposits, settlements, months" },
	{ "analytics", "Staff: sales, people and cards over time" },
};

static const char *group_description(const char *key)
{
	for (size_t i = 0; i < sizeof GROUPS / sizeof *GROUPS; i++)
		if (!strcmp(GROUPS[i].key, key))
			return GROUPS[i].description;
	for (const struct resource *r = resource_all(); r->path; r++)
		if (!strcmp(r->path, key))
			return r->label;
	return NULL;
}

static void add_tags(json *tags)
{
	json *groups = openapi_groups(NULL);

	for (size_t i = 0; i < json_object_array_length(groups); i++) {
		json *tag = json_new();
		const char *key =
			json_object_get_string(json_object_object_get(json_object_array_get_idx(groups, i), "key"));

		json_text(tag, "name", key);
		json_text(tag, "description", group_description(key));
		json_object_array_add(tags, tag);
	}
	json_object_put(groups);
}

/* Those that a route refers to: not every dialect has a route for each. */
static json *responses_used(json *paths)
{
	json *all = common_responses(), *used = json_new();
	const char *text =
		json_object_to_json_string_ext(paths, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	char reference[120];

	json_object_object_foreach(all, name, response)
	{
		snprintf(reference, sizeof reference, "#/components/responses/%s\"", name);
		if (strstr(text, reference))
			json_put(used, name, json_object_get(response));
	}
	json_object_put(all);
	return used;
}

static void add_components(json *document, json *schemas)
{
	json *components = json_put(document, "components", json_new());

	json_put(components, "schemas", schemas);
	json_put(components, "responses", responses_used(json_object_object_get(document, "paths")));
	json_put(json_put(components, "parameters", json_new()), "IdempotencyKey", parsed(IDEMPOTENCY_KEY));
	json_put(json_put(components, "securitySchemes", json_new()), "bearer", parsed(BEARER));
}

json *openapi_document(const struct config *config)
{
	json *document = json_new(), *schemas = json_new(), *info, *servers, *server;

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
	add_tags(json_put(document, "tags", json_object_new_array()));
	add_dialect_schemas(schemas);
	add_paths(json_put(document, "paths", json_new()), schemas);
	add_components(document, schemas);
	return document;
}

/* ---- the docs page ---- */

/* "in,out" as "in, out": a line may end behind a comma. */
static void docs_choices(json *field, const char *choices)
{
	struct buf *out = choices ? buf_new(NULL, 4000) : NULL;

	if (!out)
		return;
	for (; *choices; choices++) {
		buf_char(out, *choices);
		if (*choices == ',')
			buf_char(out, ' ');
	}
	json_text(field, "choices", out->data);
	talloc_free(out);
}

/* A path in its steps ("/api", "/v1", …), between which a line may end. */
static json *docs_steps(const char *path)
{
	json *steps = json_object_new_array();

	while (*path) {
		int len = 1 + (int)strcspn(path + 1, "/");

		json_object_array_add(steps, json_object_new_string_len(path, len));
		path += len;
	}
	return steps;
}

static json *docs_fields(const struct route *r)
{
	json *array = json_object_new_array();
	char name[NAME_SIZE];

	for (const struct field *f = r->fields; f && f->name; f++) {
		json *field = json_new();

		json_text(field, "name", name_spelt(r->mount->dialect, f->name, name));
		json_text(field, "type", schema_format(f->type) ? schema_format(f->type) : schema_type(f->type));
		json_put(field, "required", json_object_new_boolean(f->required));
		add_help(field, "help", f, r->mount->dialect);
		docs_choices(field, f->choices);
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
		group_of(&all[i], key);
		group = docs_group(groups, key);
		route = json_new();
		json_text(route, "method", all[i].method);
		json_text(route, "path", route_address(all[i].path, path));
		json_put(route, "steps", docs_steps(path));
		json_text(route, "summary", all[i].summary);
		docs_who(route, all[i].who);
		if (wanted && !strcmp(wanted, key))
			json_put(route, "fields", docs_fields(&all[i]));
		json_object_array_add(json_object_object_get(group, "routes"), route);
	}
	return groups;
}
