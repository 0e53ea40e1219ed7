#ifndef HTTP_VALIDATE_H
#define HTTP_VALIDATE_H
/* Checks the raw input tree against a route's declared fields and leaves typed values. */
#include "http/request.h"

/* Fills rq->fields from input; faults go to rq->errors (field_fault; members as
 * "items.0.quantity"). Names nobody declared are put into *ignored (an array, NULL when none). A
 * form (from_form) may write numbers, booleans ("on"), money in major units and datetime-local
 * as text; JSON must have the right type, but numbers in the query are text. The CSRF field
 * "csrf" and the idempotency field "once" are never reported. Text for numbers is taken from a
 * form, from GET and HEAD, for a name that rq->http->query_names holds, and for ids where the mount's dialect has them as texts. Money is in major
 * units in a form whose object has a "currency", or whose field's choices is one currency; else,
 * and in a query, in minor units. rq->fields and rq->errors are made when NULL; they, and
 * *ignored (at most 20 names), are the caller's to put. */
void fields_validate(struct request *rq, const struct field *fields, struct json_object *input,
		     struct json_object *repeated, bool from_form, struct json_object **ignored);
/* E.164 of what people type ("0171 / 123", "+1 (555) 010-0001") with the site's country code;
 * false when it cannot be. */
bool mobile_normalise(const char *text, const char *country_code, char out[20]);
/* The addresses that HTML's <input type=email> takes, with a dot in the domain, at most 254
 * characters. */
bool email_valid(const char *text);

struct http;
struct dialect;
/* Renames what came in a dialect's words to the names of the declared fields, in http->input, its repeated names, those of the
 * query and its uploads, and takes out what the dialect calls missing. What sort_by names are names of rows, a list's; NULL: it
 * is none. A field that was sent by two of its names is one sent twice; http->sent_as keeps the names that are not usual. */
void input_respell(struct http *http, const struct dialect *dialect, const struct field *fields,
		   const struct field *rows);
/* Puts path parameters that bear a declared field's name into http->input, over whatever the body says. */
void input_from_path(struct http *http, struct json_object *params, const struct field *fields);

#endif
