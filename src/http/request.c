/* What an action reads. Asking for a field that the route does not declare is
 * a bug, so it is asserted: otherwise a misspelt name would read as "not given" for ever.
 *
 * This file looks at the route's row, which lies above http/: the row is the declaration that
 * the fields are checked against, and nothing else of the site map is used. */
#include "http/request.h"
#include "base/role.h"
#include "http/dialect.h"
#include "http/http.h"
#include "http/mount.h"
#include "http/validate.h"
#include "http/value.h"
#include "routes/routes.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	enum role role;
	const char *name;
} NAMES[] = {
/* clang-format off */
#define NAMED(role, word) { role, word },
	/* clang-format on */
	ROLES(NAMED) CAMPUS_ROLES(NAMED) PEOPLE_ROLES(NAMED)
#undef NAMED
};

const char *role_name(enum role role)
{
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (NAMES[i].role == role)
			return NAMES[i].name;
	return NULL;
}

enum role role_named(const char *name)
{
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (strcmp(NAMES[i].name, name) == 0)
			return NAMES[i].role;
	return NOBODY;
}

const char *const RIGHT_NAMES[] = { "events", "guests", "money", "team", "gate", NULL };

bool has_right(const struct identity *who, unsigned rights)
{
	return who->role != ORGANIZER || (who->rights & (rights | RIGHT_OWNER)) != 0;
}

/* ---- fields ---- */

static const struct field *declaration(const struct request *rq, const char *name)
{
	const struct field *field;

	assert(rq->route && rq->route->fields);
	for (field = rq->route->fields; field->name && strcmp(field->name, name) != 0;)
		field++;
	assert(field->name);
	return field;
}

/* The value that was given, or NULL. */
static struct json_object *given(const struct request *rq, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(rq->fields, name, &value);
	return value;
}

/* The value that was given, or else the default, which the caller puts with *made. */
static struct json_object *given_or_otherwise(const struct request *rq, const char *name, struct json_object **made)
{
	const struct field *field = declaration(rq, name);
	struct json_object *value = given(rq, name);

	*made = NULL;
	if (!value && field->otherwise && value_plain(field->type))
		value = *made = value_otherwise(field, rq->config);
	return value;
}

bool field_declared(const struct request *rq, const char *name)
{
	const struct field *field = rq->route->fields;

	while (field && field->name && strcmp(field->name, name) != 0)
		field++;
	return field && field->name;
}

struct fields_turned fields_turn(struct request *rq, const struct field *fields, struct json_object *values)
{
	struct fields_turned was = { rq->route, rq->fields, rq->params };
	struct route *as = talloc(rq->mem, struct route);

	*as = *rq->route;
	as->fields = fields;
	as->flags &= ~(unsigned)WHOLE;
	rq->route = as;
	rq->fields = values;
	return was;
}

void fields_turn_back(struct request *rq, struct fields_turned was)
{
	rq->route = was.route;
	rq->fields = was.fields;
	if (rq->params != was.params)
		json_object_put(rq->params);
	rq->params = was.params;
}

struct fields_turned request_turn(struct request *rq, const struct act *act, const char *key, int64_t id,
				  const struct field *fields, struct json_object *values)
{
	struct fields_turned was = fields_turn(rq, fields, values);
	struct route *as = (struct route *)(uintptr_t)rq->route;

	as->act = act;
	rq->params = json_object_new_object();
	json_object_object_add(rq->params, key, json_object_new_int64(id));
	return was;
}

size_t request_audits(const struct request *rq)
{
	return rq->audits ? json_object_array_length(rq->audits) : 0;
}

void request_anew(struct request *rq, bool nothing, size_t audits)
{
	size_t n = request_audits(rq);

	if (nothing && n > audits)
		json_object_array_del_idx(rq->audits, audits, n - audits);
	json_object_put(rq->data);
	json_object_put(rq->errors);
	rq->data = json_object_new_object();
	rq->errors = NULL;
	rq->status = 200;
	rq->code = rq->message = rq->redirect = NULL;
	rq->keep = false;
	rq->mend = NULL;
	rq->afterwards = NULL;
	rq->retry_after = 0;
	rq->drawing = (struct drawing){ .kind = DRAW_NOTHING };
}

void field_fill(struct request *rq, const char *name, const char *text)
{
	declaration(rq, name);
	json_object_object_add(rq->fields, name, json_object_new_string(text));
}

bool field_given(const struct request *rq, const char *name)
{
	const struct field *field = declaration(rq, name);

	return field->type == F_FILE ? field_file(rq, name) != NULL : given(rq, name) != NULL;
}

bool field_cleared(const struct request *rq, const char *name)
{
	const struct field *field = declaration(rq, name);
	struct json_object *value;

	if (json_object_object_get_ex(rq->fields, name, &value))
		return !value;
	return rq->route->flags & WHOLE && field->type != F_FILE;
}

const char *field_text(const struct request *rq, const char *name)
{
	const struct field *field = declaration(rq, name);
	struct json_object *value = given(rq, name);

	return value ? json_object_get_string(value) : field->otherwise;
}

int64_t field_int(const struct request *rq, const char *name)
{
	struct json_object *made, *value = given_or_otherwise(rq, name, &made);
	int64_t n = json_object_get_int64(value);

	json_object_put(made);
	return n;
}

bool field_bool(const struct request *rq, const char *name)
{
	struct json_object *made, *value = given_or_otherwise(rq, name, &made);
	bool truth = json_object_get_boolean(value);

	json_object_put(made);
	return truth;
}

ms_t field_time(const struct request *rq, const char *name)
{
	const char *text = field_text(rq, name);
	ms_t at = 0;
	bool read = !text || clock_parse(text, &at);

	assert(read || has_faults(rq)); /* or times_in() was forgotten */
	(void)read;
	return at;
}

double field_real(const struct request *rq, const char *name)
{
	struct json_object *made, *value = given_or_otherwise(rq, name, &made);
	double d = json_object_get_double(value);

	json_object_put(made);
	return d;
}

struct json_object *field_tree(const struct request *rq, const char *name)
{
	const struct field *field = declaration(rq, name);

	assert(field->type == F_OBJECT || field->type == F_LIST);
	return given(rq, name);
}

const struct upload *field_file(const struct request *rq, const char *name)
{
	declaration(rq, name);
	for (size_t i = 0; i < rq->n_uploads; i++)
		if (strcmp(rq->uploads[i].field, name) == 0)
			return &rq->uploads[i];
	return NULL;
}

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(object, name, &value);
	return value;
}

int64_t tree_int(struct json_object *object, const char *name)
{
	return json_object_get_int64(member(object, name));
}

const char *tree_text(struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name);

	return value ? json_object_get_string(value) : NULL;
}

bool has_faults(const struct request *rq)
{
	return rq->errors && json_object_object_length(rq->errors) > 0;
}

/* ---- path parameters ---- */

const char *path_text(const struct request *rq, const char *name)
{
	return tree_text(rq->params, name);
}

int64_t path_id(const struct request *rq, const char *name)
{
	return tree_int(rq->params, name);
}

const char *path_mobile(const struct request *rq, const char *name)
{
	const char *text = path_text(rq, name);
	char mobile[20];

	if (!text || !mobile_normalise(text, rq->config->country_code, mobile))
		return NULL;
	return talloc_strdup(rq->mem, mobile);
}

/* ---- lists ---- */

bool list_paged(const struct request *rq)
{
	return field_declared(rq, "limit");
}

const char *list_format(const struct request *rq)
{
	const char *format = field_declared(rq, "format") ? field_text(rq, "format") : NULL;

	return format && strcmp(format, "json") ? format : NULL;
}

int64_t list_page(const struct request *rq)
{
	int64_t page = field_int(rq, "page");

	return page > 0 ? page : 1;
}

int64_t list_limit(const struct request *rq)
{
	int64_t limit = field_int(rq, "limit");
	const struct dialect *dialect = rq->mount->dialect;

	if (limit < 1)
		return dialect->limit;
	return limit < dialect->limit_max ? limit : dialect->limit_max;
}

bool list_descending(const struct request *rq, bool usual)
{
	if (!field_given(rq, "sort_by") && !field_given(rq, "sort_order"))
		return usual;
	return !strcmp(field_text(rq, "sort_order"), "desc");
}

/* ---- effects ---- */

bool request_reads(const struct request *rq)
{
	return rq->method && (!strcmp(rq->method, "GET") || !strcmp(rq->method, "HEAD"));
}

void audit_change(struct request *rq, const char *action, const char *noun, int64_t id, struct json_object *before,
		  struct json_object *after)
{
	struct json_object *audit;

	if (before && after && json_object_equal(before, after)) {
		json_object_put(before);
		json_object_put(after);
		return;
	}
	audit = json_object_new_object();
	if (!rq->audits)
		rq->audits = json_object_new_array();
	json_object_object_add(audit, "action", json_object_new_string(action));
	json_object_object_add(audit, "noun", json_object_new_string(noun));
	json_object_object_add(audit, "id", json_object_new_int64(id));
	json_object_object_add(audit, "before", before);
	json_object_object_add(audit, "after", after);
	json_object_array_add(rq->audits, audit);
}

void topic_changed(struct request *rq, const char *kind, int64_t id)
{
	const size_t room = sizeof(rq->changed) / sizeof(rq->changed[0]);

	for (unsigned i = 0; i < rq->n_changed; i++)
		if (rq->changed[i].id == id && !strcmp(rq->changed[i].kind, kind))
			return;
	if (rq->n_changed < room)
		rq->changed[rq->n_changed++] = (struct topic_name){ kind, id };
}

void event_changed(struct request *rq, int64_t event_id)
{
	topic_changed(rq, TOPIC_EVENT, event_id);
}

bool wants_page(const struct request *rq)
{
	return rq->route && rq->route->page;
}

const struct field *request_fields(const struct request *rq)
{
	return rq->route->fields;
}

const struct resource *request_resource(const struct request *rq)
{
	return rq->route ? rq->route->resource : NULL;
}

const struct act *request_act(const struct request *rq)
{
	return rq->route ? rq->route->act : NULL;
}

const char *request_row(const struct request *rq)
{
	return rq->route ? rq->route->path : "";
}

const struct live_kind *request_topic(const struct request *rq)
{
	return rq->watched ? rq->watched : rq->route ? rq->route->topic : NULL;
}

int64_t request_topic_id(const struct request *rq)
{
	return rq->watched ? rq->watched_id : path_id(rq, "id");
}

/* ---- what a webhook proves itself by ---- */

const char *request_header(const struct request *rq, const char *name)
{
	return http_header(rq->http, name);
}

const char *request_body(const struct request *rq, size_t *len)
{
	*len = rq->http->body_len;
	return rq->http->body;
}
