#ifndef HTTP_VALUE_H
#define HTTP_VALUE_H
/* One value of one declared field: from what was sent to what an action may rely on. */
#include "http/request.h"

/* What surrounds a value. */
struct value_place {
	TALLOC_CTX *mem;	      /* for sentences */
	const struct tongue *tongue;  /* theirs */
	const struct config *config;  /* the country of mobile numbers */
	struct json_object *siblings; /* the object that it is a member of: "currency" */
	bool text;		      /* numbers and booleans may be text: a form or a query */
	bool form;		      /* money is in major units, rates are per cents */
};

/* The checked value, owned by the caller. NULL with *fault NULL: it was sent empty. NULL with
 * *fault: a sentence for people. For the plain types: not F_OBJECT, F_LIST, F_FILE. */
struct json_object *value_read(const struct field *field, struct json_object *in, const struct value_place *place,
			       const char **fault);
/* A value of .otherwise, read as text in minor units. NULL for one that does not fit, which is a
 * bug in the table. */
struct json_object *value_otherwise(const struct field *field, const struct config *config);
/* Is the field one whose value value_read knows? */
bool value_plain(enum field_type type);

#endif
