#ifndef OPENAPI_DIALECT_H
#define OPENAPI_DIALECT_H
/* How a mount's dialect spells a document that is declared in the code's words: envelopes, lists, refusals, names. */
#include "http/dialect.h"
#include "openapi/schema.h"

/* Data's schema (owned from here) as a success of that dialect. */
json *schema_of_success(const struct dialect *dialect, json *data);
/* What a success holds. What has a name goes into shared. */
json *schema_of_data(const struct dialect *dialect, const struct field *answer, json *shared);
/* A page of a list of rows; word: what a list of that route is called besides. What has a name goes into shared. */
json *schema_of_page(const struct dialect *dialect, const struct field *row, const char *word, json *shared);
/* A list that is all of its rows. What has a name goes into shared. */
json *schema_of_list(const struct field *row, json *shared);
/* A refusal; tells: what it may say besides its sentence, or NULL. It has a name, and goes into shared: a reference. */
json *schema_of_failure(const struct dialect *dialect, const struct field *tells, json *shared);
/* All that there are; ends with NULL. */
extern const struct dialect *const DIALECTS[];
/* Puts the schemas of all dialects that routes refer to into shared. */
void add_dialect_schemas(json *shared);
/* A copy of a schema, or of an object of schemas, with its members as the dialect names them. The caller's. */
json *schema_spelt(const struct dialect *dialect, json *schema);

#endif
