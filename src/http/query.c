/* A query read pair by pair against declared fields, so that one pair that does not fit leaves the others standing. */
#include "http/query.h"
#include "base/buf.h"
#include "http/http.h"
#include "http/validate.h"
#include <string.h>

enum { QUERY_MAX = 8000 };

/* Does the field take the text? What the request itself was sent is left alone. */
static bool takes(struct request *rq, const struct field *field, const char *text)
{
	const struct field fields[] = { *field, FIELDS_END };
	struct json_object *was = rq->fields, *faults = rq->errors, *ignored = NULL, *input = json_object_new_object();
	bool fits;

	rq->fields = rq->errors = NULL;
	json_object_object_add(input, field->name, json_object_new_string(text));
	fields_validate(rq, fields, input, NULL, true, &ignored);
	fits = !has_faults(rq);
	json_object_put(input);
	json_object_put(ignored);
	json_object_put(rq->fields);
	json_object_put(rq->errors);
	rq->fields = was;
	rq->errors = faults;
	return fits;
}

static const struct field *named(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			return fields;
	return NULL;
}

static char *decoded(struct request *rq, const char *text, size_t len)
{
	char *out = talloc_size(rq->mem, len + 1);

	return percent_decode(text, len, true, out) < 0 ? NULL : out;
}

static void read_pair(struct request *rq, const struct field *fields, const char *pair, size_t len,
		      struct json_object *to, struct json_object *gone)
{
	size_t name_len = strcspn(pair, "=&");
	char *name = decoded(rq, pair, name_len),
	     *value = name_len < len ? decoded(rq, pair + name_len + 1, len - name_len - 1) : NULL;
	const struct field *field = name ? named(fields, name) : NULL;

	if (!name || !*name || !value || !*value)
		return;
	if (field && takes(rq, field, value))
		answer_text(to, name, value);
	else
		json_object_array_add(gone, json_object_new_string(name));
}

struct json_object *query_read(struct request *rq, const struct field *fields, const char *query,
			       struct json_object *gone)
{
	struct json_object *to = json_object_new_object();

	while (*query) {
		size_t len = strcspn(query, "&");

		read_pair(rq, fields, query, len, to, gone);
		query += len + (query[len] == '&');
	}
	return to;
}

const char *query_write(struct request *rq, struct json_object *pairs)
{
	struct buf *out = buf_new(rq->mem, QUERY_MAX);

	json_object_object_foreach(pairs, name, value)
	{
		buf_printf(out, "%s%s=", out->len ? "&" : "", name);
		buf_url(out, json_object_get_string(value), "");
	}
	return out->data;
}
