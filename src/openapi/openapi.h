#ifndef OPENAPI_OPENAPI_H
#define OPENAPI_OPENAPI_H
/* The API described from the route table: OpenAPI 3.1 (with JSON Schema 2020-12) for programs, a tree for the docs page. */
#include "base/config.h"
#include <json-c/json.h>

/* The whole document; the caller owns it. Pages and what is for demo only are left out. */
struct json_object *openapi_document(const struct config *config);
/* What the docs page shows: groups: [{key, title, routes: [{method, path, summary, who, fields: […]}]}]. fields
 * {name, type, required, help, choices, min, max, otherwise} only where group is that group's key; NULL: of none. */
struct json_object *openapi_groups(const char *group);

/* What staff may do, by noun: [{path, noun, label, rows: [{kind (look, make, change, remove, act), act (its name, else null), what, method, path,
 * superadmin, admin, finance, support}]}]. The caller owns it. */
struct json_object *permission_groups(void);

#endif
