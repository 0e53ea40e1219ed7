#ifndef OPENAPI_SCHEMA_H
#define OPENAPI_SCHEMA_H
/* JSON Schema (2020-12) of declared fields and answers, and the few helpers that building a document takes. */
#include "http/field.h"
#include <json-c/json.h>

typedef struct json_object json;

json *json_new(void);
/* Adds owned under key and returns it. */
json *json_put(json *to, const char *key, json *owned);
/* NULL adds nothing. */
void json_text(json *to, const char *key, const char *value);
void json_number(json *to, const char *key, int64_t value);

/* "string", "integer", … and its format ("date-time"), or NULL. */
const char *schema_type(enum field_type type);
const char *schema_format(enum field_type type);
/* Each is the caller's to put. */
json *schema_of_field(const struct field *field);
json *schema_of_fields(const struct field *fields);
/* Was it made of an F_ID? */
bool schema_is_id(json *schema);
/* Of an answer. One that has a name is put into shared, the document's schemas, and referred to. */
json *schema_of_answer(const struct field *answer, json *shared);
/* The name that an answer has; NULL: none. */
const char *answer_name(const struct field *answer);
/* {"$ref": "#/components/<kind>/<name>"} */
json *json_refer(const char *kind, const char *name);

#endif
