#ifndef RENDER_HTML_CALLS_H
#define RENDER_HTML_CALLS_H
/* The formatters (render/format.h) as functions that templates call. For render/html*.c only, whose library it brings. */
#include "render/format.h"
#include "render/html_catalogue.h"

/* What a template's output context begins with, for they find it there. */
struct html_calls {
	struct words words;
	TALLOC_CTX *mem; /* for what they work out beside it */
};

/* The words of a language, and the site's zone, as formatters want them; good as long as both. */
struct words html_words(const struct language *language, const char *zone);
/* Makes text what a function gives; ClearSilver frees its copy. */
NEOERR *html_give(CSARG *result, const char *text);
/* All of FORMATTERS under their names. */
NEOERR *html_register_formatters(CSPARSE *cs);

#endif
