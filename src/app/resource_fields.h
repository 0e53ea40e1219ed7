#ifndef APP_RESOURCE_FIELDS_H
#define APP_RESOURCE_FIELDS_H
/* What makes fields of a declaration: for resource_made.c and what it is made of. */
#include "app/resource.h"

enum { FIELDS_MAX = 60 };

/* An array of fields that grows; it ends with FIELDS_END by being zeroed. */
struct fields {
	struct field *v;
	size_t n;
};

struct fields fields_new(void);
void field_add(struct fields *to, struct field field);
/* A column as a field; defaults: with what it is when it is not given. */
struct field field_of(const struct resource_column *column, bool required, bool defaults);

/* ---- resource_made_many.c ---- */

/* What follows from the list's fields: what a view keeps, and what is done to many. */
void resource_make_many(struct resource_made *made, const struct resource *resource);

#endif
