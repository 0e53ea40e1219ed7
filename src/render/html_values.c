/* The tree of an answer as the tree that templates read. Names become parts of paths there and values are copied as they are,
 * so names are looked at and values need not be. */
#include "render/html_values.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MAX_TREE_DEPTH = 16 };

char *error_text(TALLOC_CTX *ctx, NEOERR *err)
{
	STRING text;
	char *copy;

	string_init(&text);
	nerr_error_traceback(err, &text);
	nerr_ignore(&err);
	copy = talloc_strdup(ctx, text.buf ? text.buf : "out of memory");
	string_clear(&text);
	return copy;
}

/* A key becomes part of a path, so it may hold nothing that a path could be made of but dots. */
static bool key_safe(const char *key)
{
	size_t len = strlen(key);

	return len && strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == len &&
	       key[0] != '.' && key[len - 1] != '.' && !strstr(key, "..");
}

static NEOERR *put(HDF *node, const char *key, struct json_object *value, int depth);

static NEOERR *put_members(HDF *node, struct json_object *value, int depth)
{
	NEOERR *err = STATUS_OK;

	json_object_object_foreach(value, key, member) if (!err && key_safe(key)) err = put(node, key, member, depth);
	return nerr_pass(err);
}

static NEOERR *put_items(HDF *node, struct json_object *value, int depth)
{
	size_t n = json_object_array_length(value);
	NEOERR *err = STATUS_OK;
	char key[24];

	for (size_t i = 0; i < n && !err; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		err = put(node, key, json_object_array_get_idx(value, i), depth);
	}
	return nerr_pass(err);
}

static NEOERR *put(HDF *node, const char *key, struct json_object *value, int depth)
{
	HDF *child;
	NEOERR *err;

	switch (json_object_get_type(value)) {
	case json_type_null:
		return STATUS_OK;
	case json_type_boolean:
		return nerr_pass(hdf_set_value(node, key, json_object_get_boolean(value) ? "1" : "0"));
	case json_type_object:
	case json_type_array:
		if (depth >= MAX_TREE_DEPTH)
			return nerr_raise(NERR_OUTOFRANGE, "the answer is nested deeper than %d", MAX_TREE_DEPTH);
		err = hdf_get_node(node, key, &child);
		if (err)
			return nerr_pass(err);
		if (json_object_is_type(value, json_type_array))
			return nerr_pass(put_items(child, value, depth + 1));
		return nerr_pass(put_members(child, value, depth + 1));
	default:
		return nerr_pass(hdf_set_value(node, key, json_object_get_string(value)));
	}
}

NEOERR *values_put(HDF *hdf, struct json_object *tree)
{
	return nerr_pass(put_members(hdf, tree, 0));
}
