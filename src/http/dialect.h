#ifndef HTTP_DIALECT_H
#define HTTP_DIALECT_H
/* How a mount's API spells what is said. The code speaks snake_case and one shape of answer only; a dialect is the first step
 * in and the last step out, the same in workers and in `live`. */
#include "base/buf.h"
#include "base/clock.h"
#include "http/field.h"
#include <json-c/json.h>
#include <stdbool.h>

/* An answer on its way out. */
struct spoken {
	int status;
	struct json_object
		*data;	  /* the tree, of a refusal what it says beside its sentence; respelt in place by shape() */
	bool entire;	  /* the data of a list is its rows by themselves */
	const char *list; /* the word for what a list holds, "users" */
	const struct field
		*declared; /* of a success: what it, or each row of the list that it is, is declared to hold; or NULL */
	const char *code, *message;  /* message may be NULL: of a success nothing special is said */
	struct json_object *errors;  /* field, as clients call it → [sentence, …] or NULL */
	struct json_object *ignored; /* names that the route does not know, or NULL */
	struct json_object *pages;   /* what meta says of a list, or NULL: made by shape(), the caller's to put */
	bool token_sent;	     /* of a 401: there was a token, in the head or as a field, and it is dead */
	const char *request_id;
	const char *site, *path, *query; /* of this request's absolute address, for the links of a list */
	ms_t now;
	ms_t skew; /* how far the client's clock is ahead of ours, as far as it said; behind: below 0 */
};

/* What a deletion answers: the id of what is gone, an object that says nothing, or no body. */
enum deletion { DELETION_TELLS_ID, DELETION_TELLS_NOTHING, DELETION_IS_EMPTY };

struct dialect {
	const char *name;
	bool camel;	      /* names travel in camelCase */
	bool id_texts;	      /* ids are texts, in and out */
	bool null_missing;    /* null is as if nothing had been sent */
	bool wall_times;      /* a time may come without an offset: it is by the clocks of what it is about */
	bool words_missing;   /* so are the texts "undefined" and "null" in a part of a form */
	bool ignored_in_head; /* names that a route does not know are told in X-Ignored-Fields */
	int fault;	      /* the status of fields at fault: 422 or 400 */
	int mismatch;	      /* the status of an idempotency key that came with another body */
	/* The status of what does not fit how things stand, but for what was changed meanwhile and twins of a request; 0: 409. */
	int unfit;
	int64_t limit, limit_max; /* rows of a page: unless said otherwise, and at most */
	bool past_end_missing;	  /* a page past the end of a list is not found */
	bool patched;		  /* an update answers PATCH as it does PUT */
	enum deletion deletion;
	/* Its shapes, for whoever describes them. */
	bool enveloped;	  /* a success is data in an envelope; else data itself or, where that is nothing, a sentence */
	bool told_beside; /* what a refusal tells besides is beside its sentence, not its data */
	const struct field *failure; /* what a refusal holds, by a name of its own that ends with "Failure" */
	const struct field *meta;    /* what an envelope's meta holds, by a name of its own; NULL: there is none */
	/* What a page of a list holds: a list of THE_ROWS is of its rows, and one without a name is called as the list is. */
	const struct field *page;
	const char *challenge; /* WWW-Authenticate of a 401; NULL: none */
	/* The client's word for one of our fields where it is another (besides camelCase); NULL: it is ours. */
	const char *(*word)(const char *field);
	/* Turns a success's data into this dialect's shape and names. Once. */
	void (*shape)(struct spoken *said);
	/* Tokens as sign-in and refreshing answer them, before shape(). NULL: as they are. */
	void (*tokens)(struct json_object *data);
	/* The body around data's text, which is shape()'s data or was kept. */
	void (*success)(struct buf *out, const char *data, size_t len, const struct spoken *said);
	void (*refusal)(struct buf *out, const struct spoken *said);
};

/* Stands for the rows of any list. */
extern const struct field THE_ROWS[];

/* ---- names ---- */
enum { NAME_SIZE = 128 };
/* "starts_at" as "startsAt"; dotted names segment by segment ("events.0.starts_at"). What does not fit is cut. out. There is no
 * way back, for "day2" may be day2 or day_2: what came is looked for among the names that are declared. */
const char *name_camel(const char *snake, char out[NAME_SIZE]);
/* A field's name as clients of the dialect have it: their word for it, or ours in their letters. out. */
const char *name_spelt(const struct dialect *dialect, const char *field, char out[NAME_SIZE]);
/* A new object of the same values, each by its field's name as this client sent it, or else as clients have it; NULL of NULL. The
 * caller's. sent_as: field → name, or NULL. */
struct json_object *tree_spelt(const struct dialect *dialect, struct json_object *by_field,
			       struct json_object *sent_as);
/* A new tree with every key in camelCase, but for what lies below a tree marked as data. The caller's. */
struct json_object *tree_camel(struct json_object *tree);
/* Marks an object or a list whose keys are somebody's data, not our names: it is spelt as it is. Returns it. A tree of another
 * type has no keys, and stays as it is. */
struct json_object *tree_is_data(struct json_object *tree);
/* Was it marked? */
bool tree_marked_data(struct json_object *tree);

/* Of a success whose list is entire: its data is the rows, in every dialect. Before shape(). */
void spoken_entire(struct spoken *said);
/* Adds from's members to an object, where from is an object itself. */
void tree_add_all(struct json_object *to, struct json_object *from);

#endif
