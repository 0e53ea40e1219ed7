/* Pages through ClearSilver: templates, parsed once, and what they call.
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
#include "base/prose.h"
#include "base/uuid.h"
#include "render/asset.h"
#include "render/html_calls.h"
#include "render/html_catalogue.h"
#include "render/html_values.h"
#include <stdlib.h>
#include <string.h>

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

struct html {
	const char *templates, *zone;
	bool reload;
	HDF *at_parse; /* what parsing sees; trees may point into it */
	struct page *library, *pages;
	struct catalogue *catalogue;
	struct assets *assets;
	char *error; /* what the last failure said */
};

/* What one render hands to the functions that its templates call. */
struct output {
	struct html_calls calls;
	struct html *html;
	struct buf *out;
	const struct buf *content; /* the finished page, while the layout renders */
};

/* Takes err and keeps its text as html->error. Returns false. */
static bool fail(struct html *html, NEOERR *err)
{
	talloc_free(html->error);
	html->error = error_text(html, err);
	return false;
}

/* ---- functions that templates call ---- */

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
		err = html_give(result, path ? path : "/static/missing");
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
	return nerr_pass(html_give(result, uuid_text(bytes, text)));
}

static NEOERR *call_content(CSPARSE *cs, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	struct output *output = cs->output_ctx;

	(void)function;
	(void)args;
	if (output->content)
		buf_add(output->out, output->content->data, output->content->len);
	return nerr_pass(html_give(result, ""));
}

/* The one way in which HTML comes into a page that no template wrote: it is made here, of what was typed, and never stands in a variable. */
static NEOERR *call_prose(CSPARSE *cs, CS_FUNCTION *function, CSARG *args, CSARG *result)
{
	struct output *output = cs->output_ctx;
	char *text = NULL;
	NEOERR *err;

	(void)function;
	err = cs_arg_parse(cs, args, "s", &text);
	if (!err) {
		prose_html(output->out, text ? text : "");
		err = html_give(result, "");
	}
	free(text);
	return nerr_pass(err);
}

static NEOERR *register_functions(CSPARSE *cs)
{
	NEOERR *err = html_register_formatters(cs);

	if (!err)
		err = cs_register_function(cs, "asset", 1, call_asset);
	if (!err)
		err = cs_register_function(cs, "once", 0, call_once);
	if (!err)
		err = cs_register_function(cs, "content", 0, call_content);
	if (!err)
		err = cs_register_function(cs, "prose", 1, call_prose);
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

static NEOERR *render_tree(struct page *page, HDF *hdf, const struct language *language, struct output *output)
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
static NEOERR *render_both(struct page *page, struct page *layout, HDF *hdf, const struct language *language,
			   struct buf *out)
{
	struct buf *content = buf_new(NULL, out->max);
	struct output output = {
		.calls = { .words = html_words(language, page->html->zone), .mem = content },
		.html = page->html,
		.out = content,
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

bool html_render(struct html *html, const char *page_name, const char *locale, struct json_object *tree,
		 struct buf *out, const char **error)
{
	const struct language *language;
	struct page *page, *layout;
	HDF *hdf = NULL;
	NEOERR *err;

	TALLOC_FREE(html->error);
	if (!catalogue_fresh(html->catalogue, &html->error) || !library_fresh(html))
		goto failed;
	page = page_get(html, page_name);
	layout = page ? page_get(html, "layout.html") : NULL;
	if (!layout)
		goto failed;
	language = catalogue_language(html->catalogue, locale);
	err = hdf_init(&hdf);
	if (!err && tree)
		err = values_put(hdf, tree);
	if (!err)
		err = hdf_set_value(hdf, "site.zone", html->zone);
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

bool html_reads(struct html *html, const char *page, const char **error)
{
	TALLOC_FREE(html->error);
	if (library_fresh(html) && page_get(html, page))
		return true;
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

struct html *html_new(TALLOC_CTX *ctx, const char *templates, const char *statics, const char *zone, bool reload,
		      const char **error)
{
	struct html *html = talloc_zero(ctx, struct html);
	NEOERR *err;

	talloc_set_destructor(html, html_destroy);
	html->templates = talloc_strdup(html, templates);
	html->zone = talloc_strdup(html, zone);
	html->assets = assets_new(html, statics, reload);
	html->catalogue = catalogue_new(html, templates, reload);
	html->reload = reload;
	err = hdf_init(&html->at_parse);
	if (!err)
		err = hdf_set_value(html->at_parse, "Config.VarEscapeMode", "html");
	if (err)
		fail(html, err);
	else if (catalogue_fresh(html->catalogue, &html->error) && library_fresh(html) && page_get(html, "layout.html"))
		return html;
	*error = talloc_strdup(ctx, html->error);
	talloc_free(html);
	return NULL;
}
