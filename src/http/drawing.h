#ifndef HTTP_DRAWING_H
#define HTTP_DRAWING_H
/* What an answer is when it is not a tree of values: a picture, a file, a list of any length. An action leaves what is to be
 * drawn, by answer_bytes() … of request.h; the reply draws it after the commit, by the table in render/renderer.c. A new kind
 * is a word here, a row there and the function that it names. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dialect;
struct json_object;
struct row;
struct row_source;
struct register_picture;

/* The picture of a row that has that name, on mem; left as it is where there is none. */
typedef void picture_of_row(void *with, void *mem, const struct row *row, const char *name,
			    struct register_picture *out);

enum drawing_kind {
	DRAW_NOTHING,	/* the tree is the answer */
	DRAW_BYTES,	/* struct plain_bytes */
	DRAW_FILE,	/* struct stored_file */
	DRAW_QR,	/* struct qr_code */
	DRAW_QRS,	/* several, the same */
	DRAW_POSTER,	/* struct poster */
	DRAW_ROWS,	/* struct sheet */
	DRAW_FEED,	/* struct feed */
	DRAW_KEEPER,	/* struct kept_files */
	DRAW_TICKETS,	/* these are in http/paper.h: struct tickets_paper */
	DRAW_INVOICE,	/* struct invoice_paper */
	DRAW_DOOR_LIST, /* struct door_list_paper */
	DRAW_CALENDAR,	/* struct calendar_paper */
	DRAW_REGISTER,	/* struct register_paper */
	DRAW_ARCHIVE	/* struct archive_paper */
};

/* On the request's memory, what it points to as well. */
struct drawing {
	enum drawing_kind kind;
	const void *what; /* the struct of its kind */
	const char *name; /* to be kept as a file of that name, but for its ending; NULL: to be looked at */
	const char *form; /* which of the kind's forms: "csv"; NULL: as the client's Accept has it */
	/* Of what is written into a file: called when all of it is there. False: then it counts as not drawn. NULL: nobody asks. */
	bool (*finished)(void *with, int fd);
	void *with;
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
	const char *
		token; /* what text is the address of: then into gets qr_token, qr_image, qr_image_base64 and svg; NULL: none */
};

/* What the drawing of an event without a picture is made from. */
struct poster {
	int64_t id;
	const char *title, *category; /* the category's slug */
};

/* The script of a service worker that keeps a page and its files. */
struct kept_files {
	const char *statics, *directory; /* all files below statics/directory, */
	const char *script;		 /* by this script of statics, */
	const char *templates;
	const char *const *page; /* for a page that is made from these of templates; NULL ends them */
};

/* A label and what it is of, as they stand above and below a table. */
struct fact {
	const char *label, *value;
};

/* A list of any length as a table. */
struct sheet {
	struct row_source *rows;
	const char *name;
	const struct dialect *dialect; /* that spells its headings */
	/* In place of the columns' names, and a line below them, NULL ends each; NULL: the columns' names, and none. Of a CSV. */
	const char *const *headings, *const *under;
	const struct fact *before, *behind; /* lines above the headings, and below the last row */
	size_t n_before, n_behind;
	/* Of a spreadsheet: pictures of each row behind its columns, by these names, which head them too; NULL ends them, NULL: none. */
	const char *const *pictures;
	picture_of_row *picture;
	void *with;
};

/* A list of any length as the JSON that the API answers: data is {"items": […], …}. */
struct feed {
	struct row_source *rows;
	/* What a row is among the items, the caller's to put; NULL: nothing, or not yet. Once more, with NULL, when there are no rows left. */
	struct json_object *(*item)(void *with, const struct row *row);
	/* What stands beside the items is known once all were given: into is data. False: something failed, so there is no answer. */
	bool (*beside)(void *with, struct json_object *into);
	void *with;
	/* set by the reply: the text around data, and the Accept-Encoding that came, "" for none */
	const char *before, *behind, *encodings;
};

#endif
