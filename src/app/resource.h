#ifndef APP_RESOURCE_H
#define APP_RESOURCE_H
/* The nouns that staff manage, each declared once in resources.c. From a declaration follow the list (search, filters,
 * sorting, pages, CSV), the detail, create, update and delete, for JSON below /api and as pages below /admin alike, with
 * validation, paging and audit. A noun that needs more adds its own action to routes.c; it does not fork the machinery. */
#include "http/request.h"
#include "store/resource.h"

enum column_flag {
	LISTED = 1 << 0,   /* in the list and its export */
	SEARCHED = 1 << 1, /* the search text looks here */
	FILTERED = 1 << 2, /* ?name=value; of an F_TIME: ?name_from= and ?name_to=, days */
	SORTED = 1 << 3,   /* ?sort_by=name */
	CREATED = 1 << 4,  /* may be given when it is made */
	EDITED = 1 << 5,   /* may be changed later */
	REQUIRED = 1 << 6,
	SHOWN = 1 << 7,	 /* in the detail; LISTED columns are too */
	UNSEEN = 1 << 8, /* taken, never answered: a password */
	ALONGSIDE =
		1 << 9, /* not stored: a form carries it so that its money or times can be read. When given it must be
			       what the row says */
	APART = 1 << 10 /* LISTED, but not in a page's table, which has no room for it */
};

struct resource_column {
	const char *name; /* as the API calls it; the table's column unless .sql. "venue.name" nests */
	enum field_type type;
	unsigned flags;
	const char *sql; /* "v.name": an expression over the table (t) and the joins; the column is then not written */
	const char *filter; /* FILTERED: a condition with one "?", instead of sql = ? */
	int64_t min, max;
	const char *choices, *otherwise, *help;
	const char *label;  /* for people; NULL: made from name */
	const char *refers; /* the resource whose id (or key) it holds: "venues"; forms offer its rows */
	/* A condition over the table (t) with one "?", the new value, under which alone it may be changed: it stands in the
	 * UPDATE itself. kept is the sentence where it says no. */
	const char *guard, *kept;
};

struct resource {
	const char *path;		       /* "venues": /api/venues, /admin/venues */
	const char *noun;		       /* "venue": audit log, messages, codes (VENUE_NOT_FOUND) */
	const char *label;		       /* "Venues" */
	const char *title;		       /* the column that names a row to people */
	const char *table;		       /* aliased t in SQL */
	const char *joins;		       /* "LEFT JOIN venue v ON v.id = t.venue_id", or NULL; see struct noun */
	const struct resource_column *columns; /* ends with a NULL name */
	enum role readers, writers;
	unsigned stamps;     /* enum stamp */
	bool soft_delete;    /* sets deleted_at; else DELETE where no row refers to it */
	bool permanent;	     /* never deleted */
	const char *in_use;  /* a condition on t under which it may not be deleted */
	const char *parent;  /* column that ties it to the resource it refers to: "event_id"; whose page lists it */
	const char *key;     /* the column by whose value others refer to it; NULL: id */
	const char *order;   /* default sort_by; "-id" is descending */
	unsigned make_flags; /* more flags of its POST route: HASHES */
	const char *page;    /* the template of its detail; NULL: resource/show.html */
	/* A rule over the whole of a new (id 0) or changed row, after validation, inside the transaction: field_fault() or
	 * refuse(). field_…() give what was asked for. NULL: none. */
	void (*check)(struct request *rq, int64_t id);
	/* Runs after the insert, in its transaction; NULL: nothing. */
	void (*made)(struct request *rq, int64_t id);
	/* For a noun of more than one table, instead of the composed INSERT and DELETE, and before the composed UPDATE (of
	 * the columns without .sql): each refuses or does it. insert answers the new id. whole: a form, in which a value
	 * that is not given was emptied. */
	int64_t (*insert)(struct request *rq);
	void (*update)(struct request *rq, int64_t id, bool whole);
	void (*remove)(struct request *rq, int64_t id);
	/* Values a new form starts with, from what its address gives; into row. NULL: none. */
	void (*prefill)(struct request *rq, struct json_object *row);
	/* More for its detail page, into rq->data (actions, other lists); row is the shown one. NULL: nothing. */
	void (*detail)(struct request *rq, const struct row *row);
};

/* What resources.c works out from a declaration, once. */
struct resource_filter {
	const char *name; /* of the field */
	enum field_type type;
	const char *condition;
	bool joined, until; /* until: a day that is included */
};

struct resource_made {
	struct noun noun;
	/* the fields of its list, of a new form's address, of POST, of the new form, of PUT and of the edit form */
	const struct field *list, *prefill, *create, *create_form, *put, *form;
	const struct resource_filter *filters;
	size_t n_filters;
	const char *order; /* an expression */
	bool descending;
};

extern const struct resource RESOURCES[]; /* ends with a NULL path */

/* These are in resource_routes.c, above this layer: what a request's route was made from (asserts that it was), a
 * declaration by its path (NULL when unknown), and what follows from it. */
const struct resource *resource_of(const struct request *rq);
const struct resource *resource_named(const char *path);
const struct resource_made *resource_made(const struct resource *resource);

/* The expression of a column. Asserts that there is one of that name. */
const char *resource_expression(const struct resource *resource, const char *name);
/* One row, or NULL after refusing 404 with the noun's code. */
const struct row *resource_or_404(struct request *rq, const struct resource *resource, int64_t id);
/* Fills a list's answer; with column, only rows where it is value. */
int resource_answer_list(struct request *rq, const struct resource *resource, const char *column, int64_t value);
/* A row as JSON; the caller owns it. */
struct json_object *resource_json(const struct row *row);
/* Adds a link to a detail page's data: shown as a button. danger: "1" draws it as one. */
void resource_action(struct request *rq, const char *href, const char *label, bool danger);
/* "ticket_category" as a sentence says it, and as a code: "TICKET_CATEGORY" and what follows. On rq->mem. */
const char *resource_words(struct request *rq, const struct resource *resource);
const char *resource_code(struct request *rq, const struct resource *resource, const char *suffix);
/* Refuses by what a write came to; false when it was NOUN_OK. table names the keys: "account" for one's e-mail. */
bool resource_refused(struct request *rq, const struct resource *resource, enum noun_outcome outcome,
		      const char *table);

/* The actions. */
int resource_list(struct request *rq);
int resource_show(struct request *rq);
int resource_new(struct request *rq);
int resource_create(struct request *rq);
int resource_update(struct request *rq);
int resource_confirm(struct request *rq);
int resource_delete(struct request *rq);

/* resource_page.c: what pages need besides the answer, into rq->data. */
void resource_page_list(struct request *rq, const struct resource *resource, const struct rows *rows);
void resource_page_show(struct request *rq, const struct resource *resource, const struct row *row);
void resource_page_form(struct request *rq, const struct resource *resource);
void resource_page_about(struct request *rq, const struct resource *resource);

#endif
