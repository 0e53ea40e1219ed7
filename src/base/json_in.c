/* JSON in. json-c's tokener knows the grammar but is lenient where it hurts: of two equal keys
 * the last wins, NaN is a number, a whole number that is too large becomes the largest, and
 * "\u0000" cuts a text short. So a scan over the bytes first refuses what json-c would bend, and
 * counts the colons: a tree with fewer members than colons had a key twice. json-c's own strictness
 * is not asked for: that of 0.18 takes every letter that is not ASCII for a control character. */
#include "base/json_in.h"
#include "base/utf8.h"
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 32, MAX_NUMBER = 64 };

struct scan {
	const char *p, *end;
	size_t colons;
	int depth;
	bool after_comma;
	const char *fault;
};

static const char NOT_JSON[] = "The body is not valid JSON.";

static void scan_escape(struct scan *scan)
{
	const char *p = scan->p; /* behind the backslash */

	if (p == scan->end || !memchr("\"\\/bfnrtu", *p, 9)) {
		scan->fault = NOT_JSON;
		return;
	}
	if (*p == 'u') {
		if (scan->end - p < 5 || !isxdigit((unsigned char)p[1]) || !isxdigit((unsigned char)p[2]) ||
		    !isxdigit((unsigned char)p[3]) || !isxdigit((unsigned char)p[4])) {
			scan->fault = NOT_JSON;
			return;
		}
		if (memcmp(p + 1, "0000", 4) == 0)
			scan->fault = "The body has a NUL character in a text.";
		scan->p += 4;
	}
	scan->p++;
}

static void scan_string(struct scan *scan)
{
	scan->p++;
	while (scan->p < scan->end && !scan->fault) {
		char c = *scan->p++;

		if (c == '"')
			return;
		if (c == '\\')
			scan_escape(scan);
		else if ((unsigned char)c < 0x20)
			scan->fault = "The body has a control character in a text.";
	}
	if (!scan->fault)
		scan->fault = NOT_JSON;
}

/* Steps over digits; false when there is none. */
static bool digits(const char **p)
{
	const char *start = *p;

	while (isdigit((unsigned char)**p))
		++*p;
	return *p > start;
}

static void scan_number(struct scan *scan)
{
	char text[MAX_NUMBER + 1];
	size_t len = 0;
	const char *p = text;
	bool whole = true, good;

	while (scan->p < scan->end && memchr("+-.0123456789Ee", *scan->p, 15)) {
		if (len == MAX_NUMBER) {
			scan->fault = "A number is too long.";
			return;
		}
		text[len++] = *scan->p++;
	}
	text[len] = '\0';
	p += *p == '-';
	good = *p == '0' ? p++ != NULL : digits(&p);
	if (good && *p == '.') {
		whole = false;
		p++;
		good = digits(&p);
	}
	if (good && (*p == 'e' || *p == 'E')) {
		whole = false;
		p++;
		p += *p == '+' || *p == '-';
		good = digits(&p);
	}
	if (!good || *p) {
		scan->fault = NOT_JSON;
		return;
	}
	errno = 0;
	if (whole ? (strtoll(text, NULL, 10), errno == ERANGE) : !isfinite(strtod(text, NULL)))
		scan->fault = "A number is too large.";
}

static void scan_word(struct scan *scan)
{
	static const char *const WORDS[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		size_t len = strlen(WORDS[i]);

		if ((size_t)(scan->end - scan->p) >= len && memcmp(scan->p, WORDS[i], len) == 0) {
			scan->p += len;
			return;
		}
	}
	scan->fault = NOT_JSON;
}

static void scan_mark(struct scan *scan, char c)
{
	scan->p++;
	if (strchr("]}", c) && scan->after_comma)
		scan->fault = NOT_JSON;
	else if (c == ':')
		scan->colons++;
	else if ((c == '{' || c == '[') && ++scan->depth > MAX_DEPTH)
		scan->fault = "The body nests deeper than 32 levels.";
	else if (c == '}' || c == ']')
		scan->depth--;
	if (scan->depth < 0)
		scan->fault = NOT_JSON;
}

static void scan_all(struct scan *scan)
{
	while (scan->p < scan->end && !scan->fault) {
		char c = *scan->p;

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			scan->p++;
			continue;
		}
		if (c == '"')
			scan_string(scan);
		else if (c == '-' || isdigit((unsigned char)c))
			scan_number(scan);
		else if (c && strchr("{}[]:,", c))
			scan_mark(scan, c);
		else
			scan_word(scan);
		scan->after_comma = c == ',';
	}
	if (!scan->fault && scan->depth)
		scan->fault = NOT_JSON;
}

/* All members of all objects; depth is MAX_DEPTH at most. */
static size_t members(struct json_object *tree)
{
	size_t n = 0;

	if (json_object_is_type(tree, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(tree); i++)
			n += members(json_object_array_get_idx(tree, i));
	} else if (json_object_is_type(tree, json_type_object)) {
		json_object_object_foreach(tree, key, value)
		{
			(void)key;
			n += 1 + members(value);
		}
	}
	return n;
}

/* False, and no tree, when the grammar is broken or something stands behind it. */
static bool tokenize(const char *text, size_t len, struct json_object **tree)
{
	struct json_tokener *tokener = json_tokener_new_ex(MAX_DEPTH + 2);
	enum json_tokener_error error;
	size_t end;

	if (!tokener)
		abort();
	*tree = json_tokener_parse_ex(tokener, text, (int)len);
	end = json_tokener_get_parse_end(tokener);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue) { /* a number or a word ends where something follows it */
		*tree = json_tokener_parse_ex(tokener, " ", 1);
		error = json_tokener_get_error(tokener);
	}
	json_tokener_free(tokener);
	while (end < len && strchr(" \t\r\n", text[end]))
		end++;
	if (error == json_tokener_success && end == len)
		return true;
	json_object_put(*tree);
	*tree = NULL;
	return false;
}

const char *json_read(const char *text, size_t len, struct json_object **tree)
{
	struct scan scan = { .p = text, .end = text + len };

	*tree = NULL;
	if (!len || len > INT_MAX / 2)
		return NOT_JSON;
	if (!utf8_valid(text, len))
		return "The body is not valid UTF-8 text.";
	scan_all(&scan);
	if (scan.fault)
		return scan.fault;
	if (!tokenize(text, len, tree))
		return NOT_JSON;
	if (members(*tree) == scan.colons)
		return NULL;
	json_object_put(*tree);
	*tree = NULL;
	return "The body has the same name twice in one object.";
}
