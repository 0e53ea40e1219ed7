/* A message is parsed when it is written and not kept: it is four small files, and what an operator changed is in the next one.
 * Only HTML is escaped; the others are plain text, in which nothing is markup. */
#include "render/html_letter.h"
#include "base/log.h"
#include "render/html_calls.h"
#include "render/html_values.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LETTER_MAX = 256 * 1024 };

static const char *const FORMS[] = { "subject", "sms", "push", "link", "text", "html" };

struct letters {
	const char *templates, *own, *zone;
	struct catalogue *catalogue;
	char *error;
};

/* One writing: what the templates' output goes to. */
struct writing {
	struct html_calls calls; /* first, for the formatters */
	struct letters *letters;
	struct buf *out;
	bool ours;  /* the operator's files are passed over */
	bool owned; /* one of them was read */
	int files;  /* that were read: the form's and the kind's */
};

/* "message/order-paid.cs" is order-paid.cs of the operator's, where that is there. */
static NEOERR *load(void *ctx, HDF *hdf, const char *name, char **contents)
{
	struct writing *w = ctx;
	const char *own = w->letters->own, *base = strrchr(name, '/');
	NEOERR *err;
	char *path = talloc_asprintf(w->calls.mem, "%s/%s", own, base ? base + 1 : name);

	(void)hdf;
	if (!w->ours && *own && access(path, R_OK) == 0)
		w->owned = true;
	else
		path = talloc_asprintf(w->calls.mem, "%s/%s", w->letters->templates, name);
	err = ne_load_file(path, contents);
	w->files += !err;
	return nerr_pass(err);
}

static NEOERR *write_text(void *ctx, char *text)
{
	struct writing *w = ctx;

	buf_text(w->out, text);
	return STATUS_OK;
}

static NEOERR *parse(CSPARSE *cs, const char *kind, enum letter_form form)
{
	char *whole = NULL;

	if (asprintf(&whole,
		     "<?cs include:\"message/form/%s.cs\" ?><?cs call:begin() ?><?cs include:\"message/%s.cs\" ?><?cs"
		     " call:end() ?>",
		     FORMS[form], kind) < 0)
		return nerr_raise(NERR_NOMEM, "no memory for a message");
	return nerr_pass(cs_parse_string(cs, whole, strlen(whole))); /* it is the parser's now */
}

static NEOERR *render(struct writing *w, const char *kind, enum letter_form form, const struct language *language,
		      HDF *hdf)
{
	CSPARSE *cs = NULL;
	NEOERR *err = cs_init(&cs, hdf);

	if (!err)
		err = html_register_formatters(cs);
	if (!err) {
		cs_register_fileload(cs, w, load);
		err = parse(cs, kind, form);
	}
	if (!err) {
		cs->global_hdf = language->texts;
		err = cs_render(cs, w, write_text);
		cs->global_hdf = NULL;
	}
	cs_destroy(&cs);
	return nerr_pass(err);
}

/* Blanks at the ends of lines go, and all but one blank line between two; of a single line all line ends. */
static void tidy(struct buf *out, const char *text, bool single)
{
	size_t lines = 0;

	while (*text) {
		size_t len = strcspn(text, "\n"), from = strspn(text, " \t"), to = len;

		while (to > from && strchr(" \t\r", text[to - 1]))
			to--;
		if (to > from) {
			for (size_t i = 0; out->len && i < (single ? 0 : lines); i++)
				buf_char(out, '\n');
			if (single && out->len)
				buf_char(out, ' ');
			buf_add(out, text + from, to - from);
			lines = 1;
		} else if (out->len) {
			lines = 2;
		}
		text += len + (text[len] == '\n');
	}
	if (!single && out->len)
		buf_char(out, '\n');
}

static NEOERR *fill(HDF **hdf, enum letter_form form, struct json_object *tree, const char *zone)
{
	NEOERR *err = hdf_init(hdf);

	if (!err)
		err = hdf_set_value(*hdf, "Config.VarEscapeMode", form == LETTER_HTML ? "html" : "none");
	if (!err && tree)
		err = values_put(*hdf, tree);
	if (!err)
		err = hdf_set_value(*hdf, "site.zone", zone);
	return nerr_pass(err);
}

/* One try, with or without the operator's files. */
static NEOERR *try(struct writing *w, const char *kind, enum letter_form form, const char *locale,
		   struct json_object *tree)
{
	const struct language *language = catalogue_language(w->letters->catalogue, locale);
	HDF *hdf = NULL;
	NEOERR *err = fill(&hdf, form, tree, w->letters->zone);

	buf_clear(w->out);
	w->files = 0;
	w->calls.words = html_words(language, w->letters->zone);
	if (!err)
		err = render(w, kind, form, language, hdf);
	hdf_destroy(&hdf);
	/* What is not there to be included is passed over in silence. */
	if (!err && w->files < 2)
		err = nerr_raise(NERR_NOT_FOUND, "there is no message/%s.cs", kind);
	if (!err && buf_over(w->out))
		err = nerr_raise(NERR_OUTOFRANGE, "the message is larger than %d bytes", LETTER_MAX);
	return nerr_pass(err);
}

static void keep_error(struct letters *letters, NEOERR *err)
{
	talloc_free(letters->error);
	letters->error = error_text(letters, err);
}

bool letter_write(struct letters *letters, const char *kind, enum letter_form form, const char *locale,
		  struct json_object *tree, struct buf *out, const char **error)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct writing w = { .calls.mem = mem, .letters = letters, .out = buf_new(mem, LETTER_MAX) };
	NEOERR *err = try(&w, kind, form, locale, tree);

	if (err && w.owned) {
		keep_error(letters, err);
		log_error("message_template", F("kind", kind), F("form", FORMS[form]), F("error", letters->error));
		w.ours = true;
		err = try(&w, kind, form, locale, tree);
	}
	if (err) {
		keep_error(letters, err);
		*error = letters->error;
	} else {
		tidy(out, w.out->data, form < LETTER_TEXT);
	}
	talloc_free(mem);
	return !err;
}

struct letters *letters_new(TALLOC_CTX *ctx, const char *templates, const char *own, const char *zone,
			    const char **error)
{
	struct letters *letters = talloc_zero(ctx, struct letters);

	letters->templates = talloc_strdup(letters, templates);
	letters->own = talloc_strdup(letters, own);
	letters->zone = talloc_strdup(letters, zone);
	letters->catalogue = catalogue_new(letters, templates, false);
	if (catalogue_fresh(letters->catalogue, &letters->error))
		return letters;
	*error = talloc_strdup(ctx, letters->error);
	talloc_free(letters);
	return NULL;
}
