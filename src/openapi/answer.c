/* What a route answers. Its row says what a success holds and has for a status; which refusals there are follows from what
 * the row asks for: a role, a path's parameters, fields, a rate. */
#include "openapi/answer.h"
#include "app/resource.h"
#include "openapi/dialect.h"
#include "render/renderer.h"
#include <stdio.h>
#include <string.h>

/* ---- the parts that all share ---- */

static const struct refusal_kind {
	int status;
	const char *name, *description;
	bool later; /* says when to try again */
} REFUSALS[] = {
	{ 400, "Unreadable", "The body, the query or the address cannot be read", false },
	{ 401, "NotSignedIn", "No token, or one that is not good any more", false },
	{ 402, "Declined", "The payment was declined", false },
	{ 403, "NotYours", "Not for this role, or not now", false },
	{ 404, "NotThere", "There is no such thing, or it is not yours to see", false },
	{ 409, "Conflict", "It does not fit how things stand", false },
	{ 413, "TooLarge", "The body is too large", false },
	{ 415, "WrongType", "The body is of a type that is not taken here", false },
	{ 422, "FieldsAtFault", "Fields are at fault: errors says which and why", false },
	{ 429, "TooMany", "Too many requests or tries", true },
	{ 503, "Away", "The database or a seat for this work is not to be had", true },
	{ 0, "Failure", "It failed here, by no fault of who asked: error.code says how", false },
};

enum { N_REFUSALS = sizeof REFUSALS / sizeof *REFUSALS };

static json *media_of(json *response, const char *type, json *schema)
{
	json *content;

	if (!json_object_object_get_ex(response, "content", &content))
		content = json_put(response, "content", json_new());
	return json_put(json_put(content, type, json_new()), "schema", schema);
}

/* "NotThere", of a campus "BareNotThere". */
static const char *name_of(const struct refusal_kind *kind, const struct dialect *dialect, char out[60])
{
	const char *failure = answer_name(dialect->failure);

	snprintf(out, 60, "%.*s%s", (int)(strlen(failure) - strlen("Failure")), failure, kind->name);
	return out;
}

/* Of a kind of refusal that holds this. */
static json *response_of(const struct refusal_kind *kind, json *failure)
{
	json *response = json_new(), *header;

	json_text(response, "description", kind->description);
	media_of(response, "application/json", failure);
	if (!kind->later)
		return response;
	header = json_put(json_put(response, "headers", json_new()), "Retry-After", json_new());
	json_text(header, "description", "Seconds");
	json_text(json_put(header, "schema", json_new()), "type", "integer");
	return response;
}

static void add_refusals(json *responses, const struct dialect *dialect)
{
	char name[60];

	for (size_t i = 0; i < N_REFUSALS; i++)
		json_put(responses, name_of(&REFUSALS[i], dialect, name),
			 response_of(&REFUSALS[i], json_refer("schemas", answer_name(dialect->failure))));
}

json *common_responses(void)
{
	json *responses = json_new();

	for (size_t i = 0; DIALECTS[i]; i++)
		add_refusals(responses, DIALECTS[i]);
	return responses;
}

/* ---- a success ---- */

/* What the row declares: an object, a page of a list, or all of its rows; NULL: no tree. */
static json *data_of(const struct route *r, int status, json *schemas)
{
	const char *last = strrchr(r->path, '/');

	if (status == 202 && r->later)
		return schema_of_data(r->mount->dialect, r->later, schemas);
	if (r->items && r->flags & ENTIRE)
		return schema_of_list(r->items, schemas);
	if (r->items)
		return schema_of_page(r->mount->dialect, r->items, last + 1, schemas);
	return r->answers ? schema_of_data(r->mount->dialect, r->answers, schemas) : NULL;
}

/* A media type that holds no tree: the first len bytes of name. */
static void add_type(json *response, const char *name, size_t len)
{
	json *schema = json_new();
	char type[80];

	snprintf(type, sizeof type, "%.*s", (int)len, name);
	json_text(schema, "type", "string");
	media_of(response, type, schema);
}

/* "image/png,image/svg+xml" */
static void add_media(json *response, const char *list)
{
	while (list && *list) {
		size_t len = strcspn(list, ",");

		add_type(response, list, len);
		list += len + (list[len] == ',');
	}
}

/* A list may be had as each file that its format can be. */
static void add_files(json *response, const struct route *r)
{
	const struct field *format = r->fields;
	const char *type;
	char word[20];

	while (format && format->name && strcmp(format->name, "format") != 0)
		format++;
	for (const char *at = format && format->name ? format->choices : ""; *at;
	     at += strcspn(at, ","), at += *at == ',') {
		snprintf(word, sizeof word, "%.*s", (int)strcspn(at, ","), at);
		type = drawing_type(DRAW_ROWS, word);
		type = type ? type : drawing_type(DRAW_REGISTER, word);
		if (type)
			add_type(response, type, strcspn(type, ";"));
	}
}

static void add_success(json *responses, const struct route *r, int status, json *schemas)
{
	json *response, *data = data_of(r, status, schemas);
	char key[8];

	snprintf(key, sizeof key, "%d", status);
	response = json_put(responses, key, json_new());
	json_text(response, "description",
		  status == 201	  ? "Made"
		  : status == 204 ? "Gone"
		  : status == 202 ? "Taken up, and not finished: ask again"
				  : "Done");
	if (data)
		media_of(response, "application/json",
			 r->flags & BARE ? data : schema_of_success(r->mount->dialect, data));
	if (status == 202 && r->later)
		return;
	add_media(response, r->media);
	add_files(response, r);
}

/* ---- refusals ---- */

/* Does it name a thing that may not be there: in its path, by a field, or as a page of a list? What one's own account has may
 * be gone too. */
static bool names_something(const struct route *r)
{
	bool paged = false;

	for (const struct field *f = r->fields; f && f->name; f++) {
		if (f->names)
			return true;
		paged = paged || !strcmp(f->name, "limit");
	}
	return strchr(r->path, ':') || (r->flags & OWN && !(r->who & ANYONE)) ||
	       (r->items && paged && r->mount->dialect->past_end_missing);
}

static bool may_refuse(const struct route *r, int status)
{
	bool body = !strcmp(r->method, "POST") || !strcmp(r->method, "PUT") || !strcmp(r->method, "PATCH");
	bool signed_in = !(r->who & ANYONE);

	for (size_t i = 0; i < sizeof r->refuses / sizeof *r->refuses; i++)
		if (r->refuses[i] && r->refuses[i] == status)
			return true;
	switch (status) {
	case 401:
		return signed_in || r->flags & (PROVES | NO_CSRF);
	case 402:
		return false;
	case 403:
		return signed_in || r->flags & PROVES;
	case 404:
		return names_something(r);
	case 409:
		return r->flags & (WRITES | OWN_TX);
	case 413:
	case 415:
		return body;
	case 422:
		return (r->fields && r->fields->name && (!r->api || r->mount->dialect->fault == 422)) ||
		       (route_keeps(r) && r->mount->dialect->mismatch == 422);
	case 429:
		return r->rate != RATE_NONE;
	default: /* an address that cannot be read, a node that cannot serve, and what nobody can foresee */
		return true;
	}
}

/* What is for browsers refuses with a page. */
static json *refusal_of(const struct route *r, const struct refusal_kind *kind, json *schemas)
{
	json *response;
	char name[60];

	if (r->tells)
		return response_of(kind, schema_of_failure(r->mount->dialect, r->tells, schemas));
	if (r->api || r->flags & BARE)
		return json_refer("responses", name_of(kind, r->mount->dialect, name));
	response = json_new();
	json_text(response, "description", kind->description);
	add_media(response, "text/html");
	return response;
}

json *responses_of(const struct route *r, json *schemas)
{
	json *responses = json_new();
	char key[8];

	add_success(responses, r, route_success(r), schemas);
	if (r->flags & MAKES && r->resource && r->resource->id) /* it may be there already */
		add_success(responses, r, 200, schemas);
	if (r->flags & LATER)
		add_success(responses, r, 202, schemas);
	if (!strcmp(r->method, "GET") && (r->answers || r->items))
		json_text(json_put(responses, "304", json_new()), "description", "If-None-Match names what there is");
	for (size_t i = 0; i < N_REFUSALS; i++) {
		if (!may_refuse(r, REFUSALS[i].status))
			continue;
		snprintf(key, sizeof key, "%d", REFUSALS[i].status);
		json_put(responses, REFUSALS[i].status ? key : "default", refusal_of(r, &REFUSALS[i], schemas));
	}
	return responses;
}
