#ifndef BASE_PROSE_H
#define BASE_PROSE_H
/* What somebody wrote about their event, in Markdown (CommonMark 0.30), as HTML and as a line. The only user of cmark.
 *
 * Whatever was written, what comes out is no more than paragraphs, headings, lists, quotes, emphasis, code and links: raw HTML is
 * left out, pictures are links, and links lead to the web or to a mail. */
#include "base/buf.h"

enum { PROSE_BYTES = 64 << 10 /* what is longer is shown as it was typed */ };

/* Adds it as HTML, whole elements only, unless out is full. Its headings are below a page's h2, and each goes at most one step deeper
 * than the one before; a line's end stays one; each block has the direction of its first letter. */
void prose_html(struct buf *out, const char *text);
/* Adds the words alone, in one line of at most so many bytes, cut between two words. */
void prose_line(struct buf *out, const char *text, size_t most);

#endif
