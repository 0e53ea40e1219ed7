/* Pages through ClearSilver.
 *
 * A parsed tree is kept for the life of the worker and given each request's HDF by swapping cs->hdf; the texts are
 * cs->global_hdf, where a lookup goes when the request's own HDF has no such name. Escaping is baked into the tree when
 * cs_init reads Config.VarEscapeMode, so it cannot be forgotten later.
 *
 * The macros of parts/ are parsed once and their list lent to every page's tree.
 *
 * The page renders before the layout, into a buffer of its own: so it can set the title that stands above it. The
 * layout's content() writes that buffer straight to the output, and no template needs an unescaped variable. */
#include "render/html.h"
#include "base/uuid.h"
#include "render/asset.h"
#include "render/format.h"
#include <ClearSilver.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TREE_DEPTH = 16 };

/* A template with all its includes. */
struct page {
	struct html *html;
	char *name;
	CSPARSE *cs;
	struct source *sources;
	unsigned n_sources;
	CS_MACRO *borrowed; /* where the library's macros begin in cs->macros */
	struct page *next;
};

struct language {
	char *locale;
	HDF *texts; /* all of it below "t" */
	struct language *next;
};

struct html {
	const char *templates;
	bool reload;
	HDF *at_parse; /* what parsing sees; trees may point into it */
	struct page *library, *pages;
	struct language *languages, *english;
	struct source *language_sources;
	unsigned n_language_sources;
	struct assets *assets;
	char *error; /* what the last failure said */
};

/* What one render hands to the functions that its templates call. */
struct output {
	struct html *html;
	struct buf *out;
	const struct buf *content; /* the finished page, while the layout renders */
	struct words words;
	TALLOC_CTX *mem;
};

/* Takes err and keeps its text as html->error. Returns false. */
static bool fail(struct html *html, NEOERR *err)
{
	STRING text;

	string_init(&text);
	nerr_error_traceback(err, &text);
	nerr_ignore(&err);
	talloc_free(html->error);
	html->error = talloc_strdup(html, text.buf ? text.buf : "out of memory");
	string_clear(&text);
	return false;
}

/* ---- functions that templates call ---- */

static const char *text_of_key(void *ctx, const char *key)
{
	return hdf_get_valuef(ctx, "t.%s", key);
}

/* ClearSilver frees what a function gives with free(). */
static NEOERR *give(CSARG *result, const char *text)
{
	result->op_type = CS_TYPE_STRING;
	result->s = strdup(text);
	result->alloc = 1;
	return result->s ? STATUS_OK : nerr_raise(NERR_NOMEM, "no memory for a value");
}

static NEOERR *call_formatter(CSPARSE *cs, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	static const char *const FORMATS[FORMAT_ARGS + 1] = { "", "s", "ss", "sss" };
	const struct formatter *formatter = formatter_named(function->name);
	struct output *output = cs->output_ctx;
	char *given[FORMAT_ARGS] = { NULL };
	const char *arg[FORMAT_ARGS];
	struct buf *text;
	NEOERR *err;

	err = cs_arg_parse(cs, args, FORMATS[formatter->n_args], &given[0], &given[1], &given[2]);
	if (!err) {
		for (int i = 0; i < FORMAT_ARGS; i++)
			arg[i] = given[i] ? given[i] : "";
		text = buf_new(output->mem, 64 * 1024);
		formatter->write(text, &output->words, arg);
		err = give(result, text->data);
		talloc_free(text);
	}
	for (int i = 0; i < FORMAT_ARGS; i++)
		free(given[i]);
	return nerr_pass(err);
}

static NEOERR *call_asset(CSPARSE *cs, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	struct output *output = cs->output_ctx;
	const char *path;
	char *name = NULL;
	NEOERR *err;

	(void)function;
	err = cs_arg_parse(cs, args, "s", &name);
	if (!err) {
		path = name ? html_asset(output->html, name) : NULL;
		err = give(result, path ? path : "/static/missing");
	}
	free(name);
	return nerr_pass(err);
}

static NEOERR *call_once(CSPARSE *cs, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	uint8_t bytes[UUID_BYTES];
	char text[UUID_SIZE];

	(void)cs;
	(void)function;
	(void)args;
	uuid_make(bytes);
	return nerr_pass(give(result, uuid_text(bytes, text)));
}

static NEOERR *call_content(CSPARSE *cs, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	struct output *output = cs->output_ctx;

	(void)function;
	(void)args;
	if (output->content)
		buf_add(output->out, output->content->data, output->content->len);
	return nerr_pass(give(result, ""));
}

static NEOERR *register_functions(CSPARSE *cs)
{
	NEOERR *err = STATUS_OK;

	for (const struct formatter *f = FORMATTERS; f->name && !err; f++)
		err = cs_register_function(cs, f->name, f->n_args, call_formatter);
	if (!err)
		err = cs_register_function(cs, "asset", 1, call_asset);
	if (!err)
		err = cs_register_function(cs, "once", 0, call_once);
	if (!err)
		err = cs_register_function(cs, "content", 0, call_content);
	return nerr_pass(err);
}

/* ---- templates ---- */

/* Loads a template or an include, and remembers that the page depends on it. */
static NEOERR *load_template(void *ctx, HDF *hdf, const char *name, char **contents)
{
	struct page *page = ctx;
	char *path = talloc_asprintf(page, "%s/%s", page->html->templates, name);
	NEOERR *err;

	(void)hdf;
	source_add(page, &page->sources, &page->n_sources, path);
	err = ne_load_file(path, contents);
	talloc_free(path);
	return nerr_pass(err);
}

/* A page's own macros stand before the library's in one chain: cut there, for cs_destroy frees all it can reach. */
static int page_destroy(struct page *page)
{
	CS_MACRO **link = page->cs ? &page->cs->macros : NULL;

	while (link && *link && *link != page->borrowed)
		link = &(*link)->next;
	if (link)
		*link = NULL;
	cs_destroy(&page->cs);
	return 0;
}

/* library: whose macros the page may call; NULL for the library itself. NULL with html->error. */
static struct page *page_parse(struct html *html, const char *name, const struct page *library)
{
	struct page *page = talloc_zero(html, struct page);
	NEOERR *err;

	page->html = html;
	page->name = talloc_strdup(page, name);
	talloc_set_destructor(page, page_destroy);
	err = cs_init(&page->cs, html->at_parse);
	if (!err)
		err = register_functions(page->cs);
	if (!err) {
		if (library)
			page->borrowed = page->cs->macros = library->cs->macros;
		cs_register_fileload(page->cs, page, load_template);
		err = cs_parse_file(page->cs, name);
	}
	if (!err)
		return page;
	fail(html, err);
	talloc_free(page);
	return NULL;
}

static void pages_drop(struct html *html)
{
	while (html->pages) {
		struct page *page = html->pages;

		html->pages = page->next;
		talloc_free(page);
	}
	TALLOC_FREE(html->library);
}

/* The macros, parsed once for all pages: a copy in each would cost a worker 300 KB a page. */
static bool library_fresh(struct html *html)
{
	if (html->library && html->reload && sources_changed(html->library->sources, html->library->n_sources))
		pages_drop(html);
	if (!html->library)
		html->library = page_parse(html, "parts/macros.html", NULL);
	return html->library;
}

/* The parsed template; NULL with html->error. */
static struct page *page_get(struct html *html, const char *name)
{
	struct page **link = &html->pages, *page;

	while (*link && strcmp((*link)->name, name))
		link = &(*link)->next;
	page = *link;
	if (page && html->reload && sources_changed(page->sources, page->n_sources)) {
		*link = page->next;
		talloc_free(page);
		page = NULL;
	}
	if (!page) {
		page = page_parse(html, name, html->library);
		if (!page)
			return NULL;
		page->next = html->pages;
		html->pages = page;
	}
	return page;
}

/* ---- the catalogue ---- */

static int language_destroy(struct language *language)
{
	hdf_destroy(&language->texts);
	return 0;
}

static NEOERR *read_texts(struct html *html, const char *locale, HDF *texts)
{
	char *path = talloc_asprintf(html, "%s/lang/%s.hdf", html->templates, locale), *text = NULL;
	HDF *top;
	NEOERR *err;

	source_add(html, &html->language_sources, &html->n_language_sources, path);
	err = hdf_get_node(texts, "t", &top);
	if (!err)
		err = ne_load_file(path, &text);
	if (!err)
		err = hdf_read_string(top, text);
	if (err)
		err = nerr_pass_ctx(err, "in %s", path);
	free(text);
	talloc_free(path);
	return err;
}

/* English first and the locale over it: so what a translation lacks is there in English. */
static bool language_add(struct html *html, const char *locale)
{
	struct language *language = talloc_zero(html, struct language);
	NEOERR *err;

	talloc_set_destructor(language, language_destroy);
	language->locale = talloc_strdup(language, locale);
	err = hdf_init(&language->texts);
	if (!err)
		err = read_texts(html, "en", language->texts);
	if (!err && strcmp(locale, "en"))
		err = read_texts(html, locale, language->texts);
	if (err) {
		talloc_free(language);
		return fail(html, err);
	}
	language->next = html->languages;
	html->languages = language;
	if (!strcmp(locale, "en"))
		html->english = language;
	return true;
}

static void languages_drop(struct html *html)
{
	while (html->languages) {
		struct language *language = html->languages;

		html->languages = language->next;
		talloc_free(language);
	}
	html->english = NULL;
	TALLOC_FREE(html->language_sources);
	html->n_language_sources = 0;
}

static bool languages_load(struct html *html)
{
	char *path = talloc_asprintf(html, "%s/lang", html->templates);
	struct dirent *entry;
	bool good = true;
	DIR *dir = opendir(path);

	languages_drop(html);
	if (!dir) {
		html->error = talloc_asprintf(html, "no directory %s", path);
		talloc_free(path);
		return false;
	}
	while (good && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);
		char locale[sizeof(entry->d_name)];

		if (len < 5 || entry->d_name[0] == '.' || strcmp(entry->d_name + len - 4, ".hdf"))
			continue;
		memcpy(locale, entry->d_name, len - 4);
		locale[len - 4] = '\0';
		good = language_add(html, locale);
	}
	closedir(dir);
	talloc_free(path);
	if (good && !html->english) {
		html->error = talloc_strdup(html, "there is no lang/en.hdf");
		good = false;
	}
	return good;
}

/* Loads them again where they changed, or where the last time failed. */
static bool languages_fresh(struct html *html)
{
	bool stale =
		!html->english || (html->reload && sources_changed(html->language_sources, html->n_language_sources));

	return !stale || languages_load(html);
}

/* "ar-EG" is served by "ar"; a language that is not there by English. */
static struct language *language_of(struct html *html, const char *locale)
{
	size_t len = locale ? strcspn(locale, "-_") : 0;

	for (struct language *l = html->languages; l && locale; l = l->next)
		if (!strcmp(l->locale, locale))
			return l;
	for (struct language *l = html->languages; l; l = l->next)
		if (len && !strncmp(l->locale, locale, len) && !l->locale[len])
			return l;
	return html->english;
}

/* ---- JSON into HDF ---- */

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

static NEOERR *put_answer(HDF *hdf, struct json_object *data, struct json_object *frame)
{
	NEOERR *err = STATUS_OK;

	if (json_object_is_type(data, json_type_object))
		err = put_members(hdf, data, 0);
	else if (json_object_is_type(data, json_type_array))
		err = put(hdf, "items", data, 0);
	if (!err && frame)
		err = put(hdf, "page", frame, 0);
	return nerr_pass(err);
}

/* ---- rendering ---- */

/* Blank lines that the macros leave at the beginning are not sent. */
static NEOERR *write_text(void *ctx, char *text)
{
	struct output *output = ctx;

	if (!output->out->len)
		text += strspn(text, " \t\n");
	buf_text(output->out, text);
	return STATUS_OK;
}

static NEOERR *render_tree(struct page *page, HDF *hdf, struct language *language, struct output *output)
{
	NEOERR *err;

	page->cs->hdf = hdf;
	page->cs->global_hdf = language->texts;
	err = cs_render(page->cs, output, write_text);
	page->cs->hdf = page->html->at_parse;
	page->cs->global_hdf = NULL;
	return nerr_pass(err);
}

/* The page into a buffer of its own, then the layout around it. */
static NEOERR *render_both(struct page *page, struct page *layout, HDF *hdf, struct language *language, struct buf *out)
{
	struct buf *content = buf_new(NULL, out->max);
	struct output output = {
		.html = page->html,
		.out = content,
		.words = { .locale = language->locale, .text = text_of_key, .ctx = language->texts },
		.mem = content,
	};
	NEOERR *err;

	err = render_tree(page, hdf, language, &output);
	if (!err && buf_over(content))
		err = nerr_raise(NERR_OUTOFRANGE, "the page is larger than %zu bytes", out->max);
	if (!err) {
		output.out = out;
		output.content = content;
		err = render_tree(layout, hdf, language, &output);
	}
	if (!err && buf_over(out))
		err = nerr_raise(NERR_OUTOFRANGE, "the page is larger than %zu bytes", out->max);
	talloc_free(content);
	return nerr_pass(err);
}

bool html_render(struct html *html, const char *page_name, const char *locale, struct json_object *data,
		 struct json_object *frame, struct buf *out, const char **error)
{
	struct language *language;
	struct page *page, *layout;
	HDF *hdf = NULL;
	NEOERR *err;

	TALLOC_FREE(html->error);
	if (!languages_fresh(html) || !library_fresh(html))
		goto failed;
	page = page_get(html, page_name);
	layout = page ? page_get(html, "layout.html") : NULL;
	if (!layout)
		goto failed;
	language = language_of(html, locale);
	err = hdf_init(&hdf);
	if (!err)
		err = put_answer(hdf, data, frame);
	if (!err)
		err = render_both(page, layout, hdf, language, out);
	hdf_destroy(&hdf);
	if (!err)
		return true;
	fail(html, err);
failed:
	*error = html->error;
	return false;
}

const char *html_asset(struct html *html, const char *name)
{
	return assets_path(html->assets, name);
}

static int html_destroy(struct html *html)
{
	pages_drop(html); /* they point into at_parse */
	hdf_destroy(&html->at_parse);
	return 0;
}

struct html *html_new(TALLOC_CTX *ctx, const char *templates, const char *statics, bool reload, const char **error)
{
	struct html *html = talloc_zero(ctx, struct html);
	NEOERR *err;

	talloc_set_destructor(html, html_destroy);
	html->templates = talloc_strdup(html, templates);
	html->assets = assets_new(html, statics, reload);
	html->reload = reload;
	err = hdf_init(&html->at_parse);
	if (!err)
		err = hdf_set_value(html->at_parse, "Config.VarEscapeMode", "html");
	if (err)
		fail(html, err);
	else if (languages_load(html) && library_fresh(html) && page_get(html, "layout.html"))
		return html;
	*error = talloc_strdup(ctx, html->error);
	talloc_free(html);
	return NULL;
}
