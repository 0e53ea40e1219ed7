/* Names between the code's spelling and a client's. Pure text and trees. */
#include "http/dialect.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

const struct field THE_ROWS[] = { FIELDS_END };

const char *name_camel(const char *snake, char out[NAME_SIZE])
{
	size_t n = 0;
	bool raise = false;

	for (const char *s = snake; *s && n < NAME_SIZE - 1; s++) {
		if (*s == '_' && s > snake && s[-1] != '.' && isalnum((unsigned char)s[1])) {
			raise = true;
			continue;
		}
		out[n++] = raise ? (char)toupper((unsigned char)*s) : *s;
		raise = false;
	}
	out[n] = '\0';
	return out;
}

const char *name_spelt(const struct dialect *dialect, const char *field, char out[NAME_SIZE])
{
	const char *word = dialect->word ? dialect->word(field) : NULL;

	if (!word && dialect->camel)
		return name_camel(field, out);
	snprintf(out, NAME_SIZE, "%s", word ? word : field);
	return out;
}

struct json_object *tree_spelt(const struct dialect *dialect, struct json_object *by_field, struct json_object *sent_as)
{
	struct json_object *out, *sent;
	char name[NAME_SIZE];

	if (!by_field)
		return NULL;
	out = json_object_new_object();
	json_object_object_foreach(by_field, field, value)
	{
		bool unusual = sent_as && json_object_object_get_ex(sent_as, field, &sent);

		json_object_object_add(out, unusual ? json_object_get_string(sent) : name_spelt(dialect, field, name),
				       json_object_get(value));
	}
	return out;
}

/* json-c keeps a pointer for whoever asks: ours says that keys are data. */
static char is_data;

struct json_object *tree_is_data(struct json_object *tree)
{
	/* A number keeps its own text there. */
	if (json_object_is_type(tree, json_type_object) || json_object_is_type(tree, json_type_array))
		json_object_set_userdata(tree, &is_data, NULL);
	return tree;
}

bool tree_marked_data(struct json_object *tree)
{
	return tree && json_object_get_userdata(tree) == &is_data;
}

static struct json_object *camel_object(struct json_object *tree)
{
	struct json_object *out = json_object_new_object();
	char name[NAME_SIZE];

	json_object_object_foreach(tree, key, value)
		json_object_object_add(out, name_camel(key, name), tree_camel(value));
	return out;
}

static struct json_object *camel_array(struct json_object *tree)
{
	size_t n = json_object_array_length(tree);
	struct json_object *out = json_object_new_array_ext((int)n + 1);

	for (size_t i = 0; i < n; i++)
		json_object_array_add(out, tree_camel(json_object_array_get_idx(tree, i)));
	return out;
}

/* As deep as our own answers nest. */
struct json_object *tree_camel(struct json_object *tree)
{
	if (tree_marked_data(tree))
		return json_object_get(tree);
	if (json_object_is_type(tree, json_type_object))
		return camel_object(tree);
	if (json_object_is_type(tree, json_type_array))
		return camel_array(tree);
	return json_object_get(tree);
}

void spoken_entire(struct spoken *said)
{
	struct json_object *rows;

	if (!said->entire || !json_object_object_get_ex(said->data, "items", &rows))
		return;
	json_object_get(rows);
	json_object_put(said->data);
	said->data = rows;
}

void tree_add_all(struct json_object *to, struct json_object *from)
{
	if (!json_object_is_type(from, json_type_object))
		return;
	json_object_object_foreach(from, key, value) json_object_object_add(to, key, json_object_get(value));
}
