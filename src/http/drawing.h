#ifndef HTTP_DRAWING_H
#define HTTP_DRAWING_H
/* What an answer is when it is not a tree of values: a picture, a file, a list of any length. An action leaves what is to be
 * drawn, by answer_bytes() … of request.h; the reply draws it after the commit, by the table in render/renderer.c. A new kind
 * is a word here, a row there and the function that it names. */
#include <stddef.h>
#include <stdint.h>

struct dialect;
struct json_object;
struct row_source;

enum drawing_kind {
	DRAW_NOTHING, /* the tree is the answer */
	DRAW_BYTES,   /* struct plain_bytes */
	DRAW_FILE,    /* struct stored_file */
	DRAW_QR,      /* struct qr_code */
	DRAW_QRS,     /* several, the same */
	DRAW_POSTER,  /* struct poster */
	DRAW_ROWS,    /* struct sheet */
	DRAW_TICKETS, /* these are in http/paper.h: struct tickets_paper */
	DRAW_INVOICE, /* struct invoice_paper */
	DRAW_CALENDAR /* struct calendar_paper */
};

/* On the request's memory, what it points to as well. */
struct drawing {
	enum drawing_kind kind;
	const void *what; /* the struct of its kind */
	const char *name; /* to be kept as a file of that name, but for its ending; NULL: to be looked at */
	const char *form; /* which of the kind's forms: "csv"; NULL: as the client's Accept has it */
};

/* Text or bytes that are there already. */
struct plain_bytes {
	const char *type;
	const void *bytes;
	size_t len;
};

/* A file that the web server sends, or we where it does not. */
struct stored_file {
	const char *path, *type;
};

/* A text as a QR code: a picture by itself, or named values in into. */
struct qr_code {
	const char *text;
	struct json_object *into;
	const struct qr_code *others; /* of several the rest; NULL: none */
};

/* What the drawing of an event without a picture is made from. */
struct poster {
	int64_t id;
	const char *title, *category; /* the category's slug */
};

/* A list of any length as a table. */
struct sheet {
	struct row_source *rows;
	const char *name;
	const struct dialect *dialect; /* that spells its headings */
};

#endif
