/* A dialect in OpenAPI. What is declared stays in the code's words up to the last step, as an answer does; then names are respelt,
 * ids become texts where the dialect says so, and the envelope is put around it. */
#include "openapi/dialect.h"
#include "render/dialect.h"
#include <assert.h>
#include <stdio.h>
#include <string.h>

const struct dialect *const DIALECTS[] = { &DIALECT_WRAPPED, &DIALECT_BARE, &DIALECT_CAMEL, NULL };

/* ---- refusals ---- */

static json *lists_of_texts(void)
{
	json *lists = json_new();

	json_text(lists, "type", "array");
	json_text(json_put(lists, "items", json_new()), "type", "string");
	return lists;
}

/* Each field at fault has a list: below errors or, where a refusal has none, beside its sentence. */
static void allow_faults(json *failure)
{
	json *errors;

	if (!json_object_object_get_ex(json_object_object_get(failure, "properties"), "errors", &errors))
		errors = failure;
	json_put(errors, "additionalProperties", lists_of_texts());
}

enum { FAILURE_MAX = 24 };

/* What is told besides is there where it is known: beside the sentence, or as data. Answers how many fields that makes. */
static size_t add_told(const struct dialect *dialect, const struct field *tells, struct field all[FAILURE_MAX],
		       size_t n)
{
	if (tells && !dialect->told_beside)
		all[n++] = (struct field){ "data", F_OBJECT, .of = tells, .help = "What else is known" };
	for (; tells && dialect->told_beside && tells->name; tells++) {
		assert(n < FAILURE_MAX - 1);
		all[n++] = *tells;
	}
	return n;
}

json *schema_of_failure(const struct dialect *dialect, const struct field *tells, json *shared)
{
	struct field all[FAILURE_MAX] = { 0 };
	char name[80];
	json *reference;
	size_t n = 0, own;

	for (; dialect->failure[n].name; n++) {
		assert(n < FAILURE_MAX - 2);
		all[n] = dialect->failure[n];
	}
	own = n;
	n = add_told(dialect, tells, all, n);
	for (size_t i = own; i < n; i++)
		all[i].sometimes = true;
	snprintf(name, sizeof name, "%s%s%s", answer_name(dialect->failure), tells ? "_" : "",
		 tells ? answer_name(tells) : "");
	all[n].help = name;
	reference = schema_of_answer(all, shared);
	allow_faults(json_object_object_get(shared, name));
	return reference;
}

/* What has a name is called by it in one dialect alone, so it is respelt as soon as it is there. */
static void add_refusals_of(const struct dialect *dialect, json *shared)
{
	json *own = json_new();

	json_object_put(schema_of_failure(dialect, NULL, own));
	if (dialect->meta)
		json_object_put(schema_of_answer(dialect->meta, own));
	json_object_object_foreach(own, key, schema) json_put(shared, key, schema_spelt(dialect, schema));
	json_object_put(own);
}

void add_dialect_schemas(json *shared)
{
	for (size_t i = 0; DIALECTS[i]; i++)
		add_refusals_of(DIALECTS[i], shared);
}

/* ---- names ---- */

/* An id is a text where the dialect says so. */
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
		json_put(out, name_spelt(dialect, key, name), schema_spelt(dialect, value));
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
	if (dialect->id_texts && schema_is_id(schema))
		text_instead(out);
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
	json_put(properties, "meta", json_refer("schemas", meta));
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
	return schema_of_answer(!dialect->enveloped && !answer->name ? SENTENCE : answer, shared);
}

json *schema_of_success(const struct dialect *dialect, json *data)
{
	return dialect->enveloped ? enveloped(data, answer_name(dialect->meta)) : data;
}

json *schema_of_page(const struct dialect *dialect, const struct field *row, const char *word, json *shared)
{
	enum { PAGE_MAX = 16 };
	struct field page[PAGE_MAX] = { 0 };

	for (size_t i = 0; dialect->page[i].name; i++) {
		assert(i < PAGE_MAX - 1);
		page[i] = dialect->page[i];
		if (!*page[i].name)
			page[i].name = word;
		if (page[i].of == THE_ROWS)
			page[i].of = row;
	}
	return schema_of_answer(page, shared);
}

json *schema_of_list(const struct field *row, json *shared)
{
	json *list = json_new();

	json_text(list, "type", "array");
	json_put(list, "items", schema_of_answer(row, shared));
	return list;
}
