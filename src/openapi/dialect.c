/* A dialect in OpenAPI. What is declared stays in the code's words up to the last step, as an answer does; then names are respelt,
 * ids become texts where the dialect says so, and the envelope is put around it. */
#include "openapi/dialect.h"
#include "render/dialect.h"
#include <stdio.h>
#include <string.h>

/* ---- the parts that all share ---- */

static const struct field PAGINATION[] = {
	{ "total", F_INT, .help = "Rows in all: exact to 100,000, then an estimate" },
	{ "page", F_INT, .help = "This page, from 1" },
	{ "limit", F_INT, .help = "Rows a page" },
	{ "total_pages", F_INT, .help = "How many pages there are" },
	{ "total_estimated", F_BOOL, .sometimes = true, .help = "Is total an estimate" },
	FIELDS_NAMED("Pagination"),
};

/* clang-format off */
#define META_                                                                                                          \
	{ "request_id", F_TEXT, .help = "The X-Request-ID that was sent, or the one that was made" },                  \
		{ "timestamp", F_TIME, .help = "When it was answered" },                                               \
		{ "pagination", F_OBJECT, .of = PAGINATION, .sometimes = true, .help = "Of a list" },                  \
		{ "ignored", F_LIST, .sometimes = true, .help = "Fields that were sent and are not known here" }
/* clang-format on */
static const struct field META[] = { META_, FIELDS_NAMED("Meta") };

static const struct field ERROR[] = {
	{ "code", F_TEXT, .help = "Why, for programs: TICKET_SOLD_OUT" },
	{ "message", F_TEXT, .help = "Why, for people" },
	FIELDS_END,
};

static const struct field FAILURE[] = {
	{ "success", F_BOOL, .help = "false" },
	{ "error", F_OBJECT, .of = ERROR, .help = "Why" },
	{ "message", F_TEXT, .help = "The error's message once more" },
	{ "status_code", F_INT, .help = "The status of the answer" },
	{ "errors", F_OBJECT, .sometimes = true, .help = "Where fields are at fault: a list of sentences for each" },
	{ "data", F_OBJECT, .sometimes = true, .help = "What else is known: how many tickets are left" },
	{ "meta", F_OBJECT, .of = META, .help = "Of this answer" },
	FIELDS_NAMED("Failure"),
};

static const struct field BARE_FAILURE[] = {
	{ "detail", F_TEXT, .help = "One sentence" },
	{ "error", F_TEXT, .help = "The same" },
	{ "message", F_TEXT, .help = "The same" },
	{ "code", F_TEXT,
	  .help = "Why, for programs: step_order. Fields at fault are keys of their own, each a list of sentences" },
	FIELDS_NAMED("BareFailure"),
};

static const struct field CAMEL_FAILURE[] = {
	{ "success", F_BOOL, .help = "false" },
	{ "message", F_TEXT, .help = "Why, for people; of fields at fault the first" },
	{ "code", F_TEXT, .help = "Why, for programs: EMAIL_TAKEN" },
	{ "status_code", F_INT, .help = "The status of the answer" },
	{ "error", F_OBJECT, .of = ERROR, .help = "Code and message once more" },
	{ "errors", F_OBJECT, .sometimes = true, .help = "Where fields are at fault: a list of sentences for each" },
	{ "meta", F_OBJECT, .help = "timestamp and requestId" },
	FIELDS_NAMED("CamelFailure"),
};

static const struct {
	const struct dialect *dialect;
	const struct field *failure;
	bool more; /* a refusal may say more at its top */
} FAILURES[] = {
	{ &DIALECT_WRAPPED, FAILURE, false },
	{ &DIALECT_BARE, BARE_FAILURE, true },
	{ &DIALECT_CAMEL, CAMEL_FAILURE, true },
};

const char *name_of_failure(const struct dialect *dialect)
{
	size_t i = 0;

	while (FAILURES[i].dialect != dialect)
		i++;
	return answer_name(FAILURES[i].failure);
}

static void allow_lists(json *failure)
{
	json *errors, *lists;

	if (!json_object_object_get_ex(json_object_object_get(failure, "properties"), "errors", &errors))
		return;
	lists = json_put(errors, "additionalProperties", json_new());
	json_text(lists, "type", "array");
	json_text(json_put(lists, "items", json_new()), "type", "string");
}

void add_dialect_schemas(json *shared)
{
	for (size_t i = 0; i < sizeof FAILURES / sizeof *FAILURES; i++) {
		const char *name = answer_name(FAILURES[i].failure);
		json *failure;

		json_object_put(schema_of_answer(FAILURES[i].failure, shared));
		failure = schema_spelt(FAILURES[i].dialect, json_object_object_get(shared, name));
		json_put(shared, name, failure);
		allow_lists(failure);
		if (FAILURES[i].more)
			json_put(failure, "additionalProperties", json_object_new_boolean(true));
	}
}

/* ---- names ---- */

static bool names_id(const char *key)
{
	size_t len = strlen(key);

	return !strcmp(key, "id") || (len > 3 && !strcmp(key + len - 3, "_id"));
}

/* An id is a text there. */
static void text_instead(json *schema)
{
	json *type;

	if (!json_object_object_get_ex(schema, "type", &type))
		return;
	if (json_object_is_type(type, json_type_string) && !strcmp(json_object_get_string(type), "integer"))
		json_text(schema, "type", "string");
	for (size_t i = 0; json_object_is_type(type, json_type_array) && i < json_object_array_length(type); i++)
		if (!strcmp(json_object_get_string(json_object_array_get_idx(type, i)), "integer"))
			json_object_array_put_idx(type, i, json_object_new_string("string"));
	json_object_object_del(schema, "minimum");
	json_object_object_del(schema, "format");
}

static json *properties_spelt(const struct dialect *dialect, json *properties)
{
	json *out = json_new();
	char name[NAME_SIZE];

	json_object_object_foreach(properties, key, value)
	{
		json *member = schema_spelt(dialect, value);

		if (dialect->camel && names_id(key))
			text_instead(member);
		json_put(out, name_spelt(dialect, key, name), member);
	}
	return out;
}

static json *names_spelt(const struct dialect *dialect, json *names)
{
	json *out = json_object_new_array();
	char name[NAME_SIZE];

	for (size_t i = 0; i < json_object_array_length(names); i++)
		json_object_array_add(
			out, json_object_new_string(name_spelt(
				     dialect, json_object_get_string(json_object_array_get_idx(names, i)), name)));
	return out;
}

static json *list_spelt(const struct dialect *dialect, json *list)
{
	json *out = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(list); i++)
		json_object_array_add(out, schema_spelt(dialect, json_object_array_get_idx(list, i)));
	return out;
}

json *schema_spelt(const struct dialect *dialect, json *schema)
{
	json *out;

	if (json_object_is_type(schema, json_type_array))
		return list_spelt(dialect, schema);
	if (!json_object_is_type(schema, json_type_object))
		return json_object_get(schema);
	out = json_new();
	json_object_object_foreach(schema, key, value)
	{
		if (!strcmp(key, "properties"))
			json_put(out, key, properties_spelt(dialect, value));
		else if (!strcmp(key, "required"))
			json_put(out, key, names_spelt(dialect, value));
		else if (!strcmp(key, "enum"))
			json_put(out, key, json_object_get(value));
		else
			json_put(out, key, schema_spelt(dialect, value));
	}
	return out;
}

/* ---- successes ---- */

static json *enveloped(json *data, const char *meta)
{
	static const char *const KEYS[] = { "success", "data", "message", "meta" };
	json *schema = json_new(), *properties, *required;

	json_text(schema, "type", "object");
	properties = json_put(schema, "properties", json_new());
	json_put(json_put(properties, "success", json_new()), "const", json_object_new_boolean(true));
	json_put(properties, "data", data);
	json_text(json_put(properties, "message", json_new()), "type", "string");
	if (meta)
		json_put(properties, "meta", json_refer("schemas", meta));
	else
		json_text(json_put(properties, "meta", json_new()), "type", "object");
	required = json_put(schema, "required", json_object_new_array());
	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
		json_object_array_add(required, json_object_new_string(KEYS[i]));
	return schema;
}

json *schema_of_data(const struct dialect *dialect, const struct field *answer, json *shared)
{
	static const struct field SENTENCE[] = { { "message", F_TEXT, .help = "What was done" },
						 FIELDS_NAMED("sentence") };

	/* An object that has nothing but a sentence to say says that. */
	return schema_of_answer(dialect == &DIALECT_BARE && !answer->name ? SENTENCE : answer, shared);
}

json *schema_of_success(const struct dialect *dialect, json *data)
{
	if (dialect == &DIALECT_BARE)
		return data;
	return enveloped(data, dialect->camel ? NULL : "Meta");
}

json *schema_of_page(const struct dialect *dialect, const struct field *row, const char *word, json *shared)
{
	/* Without the name that they share elsewhere: here they are spelt in another way. */
	struct field pages[sizeof PAGINATION / sizeof *PAGINATION] = { 0 };
	struct field page[10] = { { "items", F_LIST, .of = row, .help = "The rows of this page" } };
	size_t n = 1;

	if (dialect == &DIALECT_BARE) {
		const struct field bare[] = {
			{ "count", F_INT, .help = "Rows in all: exact to 100,000, then an estimate" },
			{ "next", F_TEXT, .null = true, .help = "Address of the next page" },
			{ "previous", F_TEXT, .null = true, .help = "Address of the page before" },
			{ "results", F_LIST, .of = row, .help = "The rows of this page" },
			{ "count_estimated", F_BOOL, .sometimes = true, .help = "Is count an estimate" },
			FIELDS_END,
		};

		return schema_of_answer(bare, shared);
	}
	for (size_t i = 0; PAGINATION[i].name; i++)
		page[n++] = PAGINATION[i];
	if (dialect->camel) {
		memcpy(pages, PAGINATION, sizeof pages - sizeof *pages);
		page[n++] = (struct field){ word, F_LIST, .of = row, .help = "The same rows" };
		page[n++] = (struct field){ "pagination", F_OBJECT, .of = pages, .help = "The same page" };
	}
	return schema_of_answer(page, shared);
}
