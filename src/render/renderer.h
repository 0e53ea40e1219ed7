#ifndef RENDER_RENDERER_H
#define RENDER_RENDERER_H
/* From what an action left to be drawn (http/drawing.h) to a body. */
#include "http/drawing.h"
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

/* What was drawn: bytes, or an unlinked file's first len bytes, or a file that the web server sends. */
struct drawn {
	const char *type; /* NULL: it was drawn into a tree, and that is the answer */
	const void *bytes;
	size_t len;
	int fd;		      /* 0: none */
	const char *file;     /* NULL: none */
	const char *name;     /* that it is kept under, with its ending; NULL: it is looked at */
	bool unmeasured;      /* it was not drawn, so its length is not known */
	bool encoded;	      /* as one of the encodings that the client takes may have it */
	const char *encoding; /* the one that it has: "gzip"; NULL: none */
};

/* Draws it, on mem, where a file that was opened is closed. accept: the client's Accept, or "" for what can be drawn into a
 * tree and may only be drawn there. False: it could not be drawn, or its rows ended early, of which only the database knows;
 * so ask that too where it was. */
bool drawing_draw(TALLOC_CTX *mem, const struct drawing *drawing, const char *accept, struct drawn *out);
/* The same for who asks for the head alone: a whole list is not read to measure it. */
bool drawing_head(TALLOC_CTX *mem, const struct drawing *drawing, const char *accept, struct drawn *out);
/* The media type, with its parameters, of that kind drawn in that form; NULL: it cannot be. */
const char *drawing_type(enum drawing_kind kind, const char *form);

#endif
