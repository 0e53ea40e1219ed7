/* Finding the row of the site map that a request means. The rows' paths are one tree, a node a segment, made at first use,
 * which is before the fork. A literal segment wins over a parameter, a number over a UUID over any word, whatever their order
 * in the table: "/events/featured" is never an id. */
#include "base/uuid.h"
#include "routes/routes.h"
#include <assert.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { METHODS_N = 5, SEGMENTS_MAX = 16, TYPES = PARAM_WORD + 1 };

static const char *const METHODS[METHODS_N] = { "GET", "POST", "PUT", "PATCH", "DELETE" };

struct node {
	const char *text; /* of a literal */
	size_t len;
	struct node *literal, *next; /* the first below, the next beside */
	struct node *param[TYPES];
	const struct route *row[METHODS_N];
	const char *allow; /* worked out for a 405 */
};

/* ---- segments ---- */

struct segment {
	const char *text;
	size_t len;
};

/* A trailing slash is optional. -1: more than any row has, or one that is empty. */
static int split(const char *path, struct segment out[SEGMENTS_MAX])
{
	int n = 0;

	while (*path == '/' && path[1]) {
		size_t len = strcspn(++path, "/");

		if (!len || n == SEGMENTS_MAX)
			return -1;
		out[n++] = (struct segment){ path, len };
		path += len;
	}
	return !*path || !strcmp(path, "/") ? n : -1;
}

bool route_param(const char *segment, struct route_param *param)
{
	static const char *const NAMES[TYPES] = { "number", "uuid", "word" };
	size_t len = strcspn(segment, "/");

	if (*segment != ':')
		return false;
	param->name = segment + 1;
	param->len = strcspn(param->name, ":/");
	param->type = PARAM_NUMBER;
	if (param->len + 1 == len)
		return true;
	for (int type = PARAM_UUID; type < TYPES; type++)
		if (!strncmp(param->name + param->len + 1, NAMES[type], len - param->len - 2))
			param->type = (enum param_type)type;
	assert(param->type != PARAM_NUMBER);
	return true;
}

const char *route_address(const char *path, char out[200])
{
	struct route_param param;
	size_t n = 0;

	while (*path && n < 199) {
		if (route_param(path, &param)) {
			n += (size_t)snprintf(out + n, 200 - n, ":%.*s", (int)param.len, param.name);
			path += strcspn(path, "/");
		} else {
			out[n++] = *path++;
		}
	}
	out[n < 200 ? n : 199] = '\0';
	return out;
}

/* Is this segment a value for a parameter of that type? Of a UUID text gets its usual spelling. */
static bool fits(enum param_type type, struct segment s, char text[UUID_SIZE])
{
	uint8_t bytes[UUID_BYTES];

	if (type == PARAM_WORD)
		return true;
	if (type == PARAM_NUMBER)
		return s.len <= 18 && strspn(s.text, "0123456789") >= s.len && s.text[0] != '0';
	if (s.len != UUID_SIZE - 1)
		return false;
	memcpy(text, s.text, s.len);
	text[s.len] = '\0';
	return uuid_parse(text, bytes) && uuid_text(bytes, text);
}

/* What an action reads. The caller's. */
static struct json_object *value_of(enum param_type type, struct segment s)
{
	char text[UUID_SIZE];

	if (!fits(type, s, text))
		return NULL;
	if (type == PARAM_NUMBER)
		return json_object_new_int64(strtoll(s.text, NULL, 10));
	return type == PARAM_UUID ? json_object_new_string(text) : json_object_new_string_len(s.text, (int)s.len);
}

/* ---- the tree ---- */

static struct node *literal_below(struct node *node, struct segment s)
{
	struct node *below = node->literal;

	while (below && (below->len != s.len || memcmp(below->text, s.text, s.len) != 0))
		below = below->next;
	return below;
}

static struct node *grow(struct node *node, struct segment s)
{
	struct route_param param;
	struct node **at, *made;

	if (route_param(s.text, &param)) {
		at = &node->param[param.type];
		if (!*at)
			*at = talloc_zero(NULL, struct node);
		return *at;
	}
	made = literal_below(node, s);
	if (made)
		return made;
	made = talloc_zero(NULL, struct node);
	*made = (struct node){ .text = s.text, .len = s.len, .next = node->literal };
	return node->literal = made;
}

static int method_index(const char *method)
{
	int i = 0;

	while (i < METHODS_N && strcmp(METHODS[i], method) != 0)
		i++;
	return i;
}

static struct node *tree(void)
{
	static struct node root;
	static bool made;
	struct segment segment[SEGMENTS_MAX];
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; !made && i < n; i++) {
		int deep = split(all[i].path, segment);
		struct node *at = &root;

		assert(deep >= 0);
		for (int s = 0; s < deep; s++)
			at = grow(at, segment[s]);
		assert(!at->row[method_index(all[i].method)]); /* one row an address */
		at->row[method_index(all[i].method)] = &all[i];
	}
	made = true;
	return &root;
}

/* One search. */
struct search {
	struct segment segment[SEGMENTS_MAX];
	int deep, method;
	const struct route *found;
	unsigned methods; /* a set of METHODS that the path has */
};

static void look(struct search *search, const struct node *node, int at)
{
	const struct node *literal;
	char text[UUID_SIZE];

	if (search->found)
		return;
	if (at == search->deep) {
		for (int m = 0; m < METHODS_N; m++)
			search->methods |= node->row[m] ? 1u << m : 0;
		search->found = search->method < METHODS_N ? node->row[search->method] : NULL;
		return;
	}
	literal = literal_below((struct node *)node, search->segment[at]);
	if (literal)
		look(search, literal, at + 1);
	for (int type = 0; type < TYPES; type++)
		if (node->param[type] && fits((enum param_type)type, search->segment[at], text))
			look(search, node->param[type], at + 1);
}

/* ---- answers ---- */

/* "GET, HEAD, PUT, OPTIONS"; every set is written once. */
static const char *allowed(unsigned methods)
{
	static char text[1 << METHODS_N][60];
	size_t n = 0;

	if (!methods)
		return NULL;
	if (text[methods][0])
		return text[methods];
	for (int m = 0; m < METHODS_N; m++)
		if (methods & 1u << m)
			n += (size_t)snprintf(text[methods] + n, 60 - n, "%s, %s", METHODS[m], m ? "" : "HEAD, ");
	snprintf(text[methods] + n, 60 - n, "OPTIONS");
	return text[methods];
}

static struct json_object *params_of(const struct route *row, const struct search *search)
{
	struct segment own[SEGMENTS_MAX];
	struct json_object *params = NULL;
	struct route_param param;
	char name[40];

	split(row->path, own);
	for (int i = 0; i < search->deep; i++) {
		if (!route_param(own[i].text, &param))
			continue;
		if (!params)
			params = json_object_new_object();
		snprintf(name, sizeof name, "%.*s", (int)param.len, param.name);
		json_object_object_add(params, name, value_of(param.type, search->segment[i]));
	}
	return params;
}

const struct route *route_match(const char *method, const char *path, struct json_object **params, const char **allow)
{
	struct search search = { .method = method_index(method) };

	search.deep = split(path, search.segment);
	if (search.deep >= 0)
		look(&search, tree(), 0);
	*allow = search.found ? NULL : allowed(search.methods);
	if (search.found)
		*params = params_of(search.found, &search);
	return search.found;
}

/* Does get show the form that post takes? */
static bool shows_again(const struct route *get, const struct route *post)
{
	return get->page && post->page && post->again == get->action && get->resource == post->resource &&
	       get->act == post->act && !strcmp(get->page, post->page) && !strcmp(get->method, "GET") &&
	       !strcmp(post->method, "POST");
}

const struct field *route_form(const struct route *page)
{
	size_t n;
	const struct route *all = routes_all(&n);

	if (!strcmp(page->method, "POST"))
		return page->fields;
	for (size_t i = 0; i < n; i++)
		if (shows_again(page, &all[i]))
			return all[i].fields;
	return NULL;
}
