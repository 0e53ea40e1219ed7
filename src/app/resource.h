#ifndef APP_RESOURCE_H
#define APP_RESOURCE_H
/* The nouns that people manage, each declared once in src/resources/. From a declaration follow the list (search, filters,
 * sorting, pages, exports), the detail, create, update, delete and the acts (approve, send), for JSON below its mount's API and
 * as pages in its portal alike, with validation, paging and audit. Most are staff's and everybody's there; one that has an
 * owner is the caller's own, and others' rows are not found. A noun that needs more adds its own action to routes/; it does
 * not fork the machinery. */
#include "http/request.h"
#include "store/resource.h"

struct pictures;

enum column_flag {
	LISTED = 1 << 0,   /* in the list and its export */
	SEARCHED = 1 << 1, /* the search text looks here */
	/* ?name=value; of an F_TIME or F_DATE: ?name_from= and ?name_to=, days, an F_TIME's by the zone in the column time_zone
	 * beside it, else by the site's */
	FILTERED = 1 << 2,
	SORTED = 1 << 3,  /* ?sort_by=name */
	CREATED = 1 << 4, /* may be given when it is made */
	EDITED = 1 << 5,  /* may be changed later */
	REQUIRED = 1 << 6,
	SHOWN = 1 << 7,	 /* in the detail; LISTED columns are too */
	UNSEEN = 1 << 8, /* taken, never answered: a password */
	ALONGSIDE =
		1 << 9,	  /* not stored: a form carries it so that its money or times can be read. When given it must be
			       what the row says */
	APART = 1 << 10,  /* LISTED, but not in a page's table, which has no room for it */
	PAST = 1 << 11,	  /* an F_DATE that is not still to come */
	HOUSE = 1 << 13,  /* an F_MONEY in the currency of the house's terms ([fees] currency), not in one beside it */
	LEAVES = 1 << 12, /* REQUIRED of who gives it, and null all the same once its owner has gone */
	ASKED = 1 << 14,  /* asked for by an act alone, whose .also reads it: neither stored nor answered */
	/* EDITED by staff: whose row it is may ask for it, or change it where a setting says so (app/edit_request.h) */
	WISHED = 1 << 15,
	/* Not stored as it is, and answered once, by what makes it: .made, or an act's .also, puts it into rq->data. A secret. */
	ONCE = 1 << 16,
	/* REQUIRED, and yet a new row may come without it: .fill then gives it */
	FILLED = 1 << 17,
	/* Taken from programs alone: a form offers the rows themselves in the column beside it, which refers to them */
	BY_NAME = 1 << 18
};

/* The zone of what hangs on an event, for its column time_zone: it needs no join, which to count by would be dear. */
#define ZONE_OF_EVENT "(SELECT z.time_zone FROM event z WHERE z.id = t.event_id)"

struct resource_column {
	const char *name; /* as the API calls it; the table's column unless .sql. "venue.name" nests */
	enum field_type type;
	unsigned flags;
	const char *sql; /* "v.name": an expression over the table (t) and the joins; the column is then not written */
	const char *filter; /* FILTERED: a condition with one "?", instead of sql = ? */
	int64_t min, max;
	const char *choices, *otherwise, *help;
	const char *label; /* for people; NULL: made from name */
	const char *
		refers; /* the noun whose id (or key) it holds: "venues", of the same mount or else staff's; forms offer
				 * its rows */
	const char *among;	/* a condition over that resource's table (t), of rows that may be named; NULL: all */
	const struct field *of; /* F_OBJECT: its members, kept and answered as they were sent */
	/* A condition over the table (t) with one "?", the new value, under which alone it may be changed: it stands in the
	 * UPDATE itself. kept is the sentence where it says no. */
	const char *guard, *kept;
	field_rule *rule;    /* what else its text must be; see struct field */
	enum searched_as as; /* SEARCHED: how it is kept; 0: by its type, a text with its words beside it */
	/* SEARCHED: a condition over the table (t) with one "?", instead of sql LIKE ?: of a long list, so that its rows are
	 * told apart before anything is joined. */
	const char *sought;
	/* The column that says where what its value names is shown, below the portal ("orders/7"): pages link it there. NULL: nowhere. */
	const char *at;
};

/* What is done with a row besides changing its values: it leads from some of its states (words of its column status) to
 * another. It makes POST …/:id/<name> for the API, and for people a page that asks and a button on the row's page while the
 * row is in one of those states. The move is one UPDATE, guarded by where it leads from; where it leads nowhere (to NULL), .also does
 * it, under the row's lock. */
struct act {
	const char *name; /* "approve"; its texts are t.act.approve */
	const char *from,
		*to;   /* "requested,approved", "rejected"; to may be NULL: the status does not move, or not here */
	enum role who; /* 0: the resource's writers */
	const char *unless; /* a column of yes and no: not with a row where it is yes. NULL: none */
	const char *unfit;  /* the sentence that refuses it then */
	const char *at;	    /* the column that keeps when; NULL: none */
	const char *needs,
		*takes;	     /* columns that it sets, by what was asked for: required, and not. "reason"; NULL: none */
	const char *message; /* what is said when it is done */
	const char *code, *only; /* how a row in another state is refused; NULL: WRONG_STATUS, and which it is in */
	bool danger;		 /* cannot be undone: its button says so */
	const char *page;	 /* the template that asks; NULL: resource/act.html */
	bool stays;		 /* that also shows what came of it, in place of the row's page */
	/* Before the move, in its transaction: field_fault() or refuse(). NULL: nothing. */
	void (*also)(struct request *rq, const struct row *row);
	/* An action of its own in place of all that, for what is no change of this row alone; with what it answers, the flags of its
	 * route (0: WRITES), and its refusals as a route names them. NULL: none. */
	int (*instead)(struct request *rq);
	const struct field *answers;
	unsigned flags;
	short refuses[2];
	/* More for the page that asks, into rq->beside; rq->data is the row. NULL: nothing. */
	void (*ask)(struct request *rq);
	/* May be done to many rows at once (resource_bulk.c), for each as if it had been asked for alone, with one reason for all: it
	 * is no act with .instead, and what .also leaves for after the commit, or asks to be mended, it would lose. */
	bool many;
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
	enum role shown_to; /* who of the readers sees one by itself, which tells more than a list; 0: all of them */
	unsigned right;	    /* of all of its routes: see struct route */
	const char *mount;  /* where it lives, by its name in routes/mounts.c; NULL: "staff" */
	/* The column that says whose a row is: "customer_id". Each then has their own rows alone, and what is made is the
	 * maker's. NULL: everybody who may see it has all of them. */
	const char *owner;
	/* Whose a row is, by .owner or .scope, is the caller's account, not their role's id. */
	bool by_account;
	/* Who sees not all rows but some that are not theirs alone: a condition over the table (t) with one "?", which is the caller's
	 * role's id. NULL: all. What is made must be among them: by what it is REQUIRED to refer to, which is the caller's own, or by the
	 * noun's own .insert. */
	const char *scope;
	/* Which rows of the table are of this noun, where others are another's: a condition over the table (t). NULL: all. */
	const char *part;
	/* The column that names a row, where its id does not: "event_id". To make what is there already is no fault then.
	 * NULL: id */
	const char *id;
	const char *home; /* where its rows are shown: "/events"; they have no page here. NULL: here */
	/* All of it has routes of its own, and it is declared only so that others may refer to it. */
	bool elsewhere;
	const char *order_index; /* of a long one the index of its order, where that is no key: see struct noun */
	bool walked;		 /* long, in the order of its ids: see struct noun */
	bool straight; /* and from its own table, whatever a filter finds among what is joined: .narrow knows what is few */
	/* As long as there are customers or tickets: how its search comes to its rows, see store/sought.h. NULL: it looks at all. */
	const struct sought_way *found_by;
	/* What rows stand by that are alike in a column of a joined table of the same alias, so that its index has the order: "a.id"; of
	 * each of its rows there is one here. NULL: by their own id. */
	const char *tie;
	unsigned stamps;    /* enum stamp */
	bool soft_delete;   /* sets deleted_at; else DELETE where no row refers to it */
	bool permanent;	    /* never deleted */
	const char *in_use; /* a condition on t under which it may not be deleted; each "?" in it is now */
	const char *parent; /* column that ties it to the resource it refers to: "event_id"; whose page lists it */
	const char *key;    /* the column by whose value others refer to it; NULL: id */
	const char *open;   /* words of its column status in which alone it may be changed or deleted; NULL: in any */
	const char *twice;  /* the sentence when a unique key that is no field says no; NULL: a general one */
	const struct act *acts; /* ends with a NULL name; NULL: none */
	const char *order;	/* default sort_by; "-id" is descending */
	bool many;		/* its rows may be deleted many at once */
	unsigned make_flags;	/* more flags of its POST route: HASHES */
	const char *form;	/* the template of a new one's form; NULL: resource/form.html */
	bool form_stays;	/* that also shows what was made, in place of its page */
	unsigned page_flags;	/* more flags of its detail's page: PAYS */
	const char *page;	/* the template of its detail; NULL: resource/show.html */
	/* A page below its path that its list leads to: "bulk", called t.noun.<noun>.bulk. Shown to who may change its rows, or
	 * where nobody may to all who read them. NULL: none. */
	const char *leads;
	enum role leads_whom; /* to whom of the readers it is shown instead; 0: as said */
	/* Adds to what its list is asked for what follows from that, so that fewer rows are looked at: by noun_ask_also(). NULL: nothing. */
	void (*narrow)(struct request *rq, struct noun_ask *ask);
	/* Gives what was left out of a new row and is FILLED, by field_fill(), from what was not; where that says nothing, it is asked for. NULL:
	 * nothing is. */
	void (*fill)(struct request *rq);
	/* A rule over the whole of a new (id 0) or changed row, after validation, inside the transaction: field_fault() or
	 * refuse(). field_…() give what was asked for. NULL: none. */
	void (*check)(struct request *rq, int64_t id);
	/* Runs after the insert, in its transaction; NULL: nothing. */
	void (*made)(struct request *rq, int64_t id);
	/* For a noun of more than one table, instead of the composed INSERT and DELETE, and before the composed UPDATE (of
	 * the columns without .sql): each refuses or does it. insert answers the new id. */
	int64_t (*insert)(struct request *rq);
	void (*update)(struct request *rq, int64_t id);
	void (*remove)(struct request *rq, int64_t id);
	/* Values a new form starts with, from what its address gave, which is in rq->data; into it. NULL: none. */
	void (*prefill)(struct request *rq);
	/* More for all of its pages for people, its list and its forms too, into rq->beside. NULL: nothing. */
	void (*around)(struct request *rq);
	/* More for its detail page, into rq->beside (actions, other lists); rq->data is the shown row. NULL: nothing. */
	void (*detail)(struct request *rq);
};

/* ---- resource_named.c ---- */

enum { RESOURCES_MAX = 160 };
/* Takes the families into one array; how many there are. resource_declare() does it. */
size_t resource_gather(const struct resource *const families[]);
/* All that were declared, in their order; ends with a NULL path. */
const struct resource *resource_all(void);
/* A declaration by its mount's name (NULL: "staff") and its path; NULL when unknown. */
const struct resource *resource_named(const char *mount, const char *path);
/* What a path means to who says it below a mount: that mount's own noun, else staff's. NULL when neither has one. */
const struct resource *resource_meant(const char *mount, const char *path);
/* What a column of the resource refers to; NULL: to nothing. */
const struct resource *resource_referred(const struct resource *resource, const struct resource_column *column);
/* What is wrong with a declaration, so that a request would stop the worker that met it: a sentence. NULL: nothing. Those that are
 * declared are asked this before any is served. */
const char *resource_fault(const struct resource *resource);
/* Is word one of these: "requested,approved"? */
bool word_among(const char *word, const char *words);
/* The column of that name; NULL: none. */
const struct resource_column *resource_column(const struct resource *resource, const char *name);
/* The column that stands beside another: "event.time_zone" beside "event.starts_at". NULL: none of that name. */
const struct resource_column *resource_beside(const struct resource *resource, const struct resource_column *column,
					      const char *name);

/* ---- resource_made.c: what follows from a declaration, worked out once ---- */

struct resource_filter {
	const char *name; /* of the field */
	enum field_type type;
	const char *condition;
	/* Of an F_TIME whose rows have a zone each: the condition with two "?", the moment from which, or before which, it holds
	 * in any zone, and DAY_EDGE()'s. NULL: the site's day. */
	const char *each;
	bool joined, each_joined, until; /* until: a day that is included */
	bool moment;			 /* an F_TIME's */
};

enum { RESOURCE_ACTS = 8 };

struct resource_made {
	struct noun noun;
	/* the fields of its list, of a new form's address, of POST, of the new form, of PUT, of the edit form, and of acts */
	const struct field *list, *prefill, *create, *create_form, *put, *form, *acts[RESOURCE_ACTS];
	const struct field *row_answer, *one_answer; /* a row of its list, and one by itself */
	/* Of its WISHED columns: a PUT of whose row it is; of those, what can be asked of staff, which no file can; a request to them, a form
	 * that is both, and what they are now. NULL: it has none. */
	const struct field *asked, *wishes, *ask, *ask_form, *asked_answer;
	/* Of what is done to many: its POST, its form, the page that asks, and what it answers. NULL: nothing is. */
	const struct field *bulk, *bulk_form, *bulk_ask, *bulk_answer;
	/* What its list may be asked for: by a search, with an order too, and on its page, where a view may be named (app/view.h). */
	const struct field *sought, *kept, *list_page;
	const struct resource_filter *filters;
	size_t n_filters;
	const char *order; /* an expression */
	bool descending;
};

/* Takes the declarations, a NULL-ended list of families of which each ends with a NULL path; once, before the fork and before
 * all else here. Asserts that none has a fault. */
void resource_declare(const struct resource *const families[]);
const struct resource_made *resource_made(const struct resource *resource);
/* The expression of a column. Asserts that there is one of that name. */
const char *resource_expression(const struct resource *resource, const char *name);
/* The name of the parameter of its addresses: "id". */
const char *resource_key(const struct resource *resource);
/* Its rows as the caller has them. */
struct noun_view resource_view(const struct request *rq, const struct resource *resource);
/* What the request's route was made from: asserts that it was. */
const struct resource *resource_of(const struct request *rq);
/* Who may do it to a row of theirs; NULL: who may delete one. */
enum role act_who(const struct resource *resource, const struct act *act);
/* May the caller do it to the row that is answered, by their role and what is in it? */
bool act_fits(const struct request *rq, const struct resource *resource, const struct act *act,
	      struct json_object *row);
/* ---- resource_words.c ---- */

/* What a column is called, for people: its label, or made from its name ("Venue" of venue_id). */
const char *resource_label(TALLOC_CTX *ctx, const struct resource_column *c);
/* "ticket_category" as a sentence says it, and as a code: "TICKET_CATEGORY" and what follows. On rq->mem. */
const char *resource_words(struct request *rq, const struct resource *resource);
const char *resource_code(struct request *rq, const struct resource *resource, const char *suffix);
/* What the catalogue calls an act: "check_in" of "check-in". On rq->mem. */
const char *resource_act_key(struct request *rq, const char *act);
/* A row as JSON, as the database has it; the caller owns it. */
struct json_object *resource_json(const struct row *row);
/* Does a row say by its version, not by updated_at, whether it is another? It may be changed, and its table keeps no such moment. */
bool resource_versioned(const struct resource *resource);
/* The version of a row: another wherever something that may be changed is. On rq->mem. */
const char *resource_version(struct request *rq, const struct resource *resource, const struct row *row);
/* A row as it is answered, into object: pictures by their addresses. */
void resource_answer(struct request *rq, const struct resource *resource, struct json_object *object,
		     const struct row *row);
/* Its columns that hold pictures, by the addresses that they are answered with. On rq->mem. */
struct pictures resource_pictures(struct request *rq, const struct resource *resource);

/* ---- resource.c ---- */

/* The caller's row, or NULL. */
const struct row *resource_row(struct request *rq, const struct resource *resource, int64_t id);
/* The same, refused 404 with the noun's code. */
const struct row *resource_or_404(struct request *rq, const struct resource *resource, int64_t id);
/* What was asked for of a list by its search and its filters, which the request takes; a fault where one is wrong. */
void resource_ask_rows(struct request *rq, const struct resource *resource, struct noun_ask *ask);
/* Can the list be sorted so: "-starts_at,title"? */
bool resource_sorts(struct request *rq, const struct resource *resource, const char *by);
/* Fills a list's answer; with column, only rows where it is value. */
int resource_answer_list(struct request *rq, const struct resource *resource, const char *column, int64_t value);
/* Refuses by what a write came to; false when it was NOUN_OK. table names the keys: "account" for one's e-mail. */
bool resource_refused(struct request *rq, const struct resource *resource, enum noun_outcome outcome,
		      const char *table);
/* The row that path names, locked; NULL after a refusal. */
const struct row *resource_locked(struct request *rq, const struct resource *resource);
/* Answers the row after a change, and keeps it in the audit log with what it was. Where nothing is another there was none, but for an
 * act. */
void resource_changed(struct request *rq, const struct resource *resource, const char *action,
		      const struct row *before);
/* The row may be made what was asked for, as far as the checks of its update can tell: nothing is written. False after a refusal. */
bool resource_fits(struct request *rq, const struct resource *resource, const struct row *before);
/* Makes it so, as its update does. False after a refusal. */
bool resource_apply(struct request *rq, const struct resource *resource, const struct row *before);
/* Does a field say what its sender has seen, and nothing of the row? */
bool resource_field_seen(const struct field *field);
/* Refuses where the row is another than the asker has seen (their updated_at, or version): true. */
bool resource_stale(struct request *rq, const struct resource *resource, const struct row *row);
/* The resource that its parent is a row of; NULL: it has none. */
const struct resource *resource_parent(const struct resource *resource);
/* In which zone the times of a row are: that of its column time_zone, else the site's. row may be NULL. */
const char *resource_zone(struct request *rq, const struct row *row);
/* The same of a row that is still to be made below a parent; 0: below none. */
const char *resource_zone_below(struct request *rq, const struct resource *resource, int64_t parent_id);

/* What deleting one answers. */
extern const struct field RESOURCE_DELETED[];

/* The actions. */
int resource_list(struct request *rq);
int resource_show(struct request *rq);
int resource_new(struct request *rq);
int resource_create(struct request *rq);
int resource_update(struct request *rq);
int resource_delete(struct request *rq);

/* ---- resource_act.c ---- */

/* POST …/:id/<act>. */
int resource_act(struct request *rq);

/* ---- resource_many.c ---- */

/* Who may do something to many of its rows at once; NOBODY: it has nothing that is done so. */
enum role resource_bulk_who(const struct resource *resource);
/* What the caller may do so: {name, key, danger} each, appended to the array to. */
void resource_bulk_acts(struct request *rq, const struct resource *resource, struct json_object *to);
/* May the caller do this act, or NULL, delete, with many? */
bool resource_may_many(const struct request *rq, const struct resource *resource, const struct act *act);
/* The act of that name; NULL: none. */
const struct act *resource_act_named(const struct resource *resource, const char *name);

/* ---- resource_bulk.c ---- */

/* POST …/bulk, for the API and of the page. */
int resource_bulk(struct request *rq);
/* GET …/bulk: the page that asks, and what stands beside it and beside the report. */
int resource_bulk_ask(struct request *rq);
int resource_bulk_beside(struct request *rq);

/* ---- resource_page.c ---- */

/* What all of a noun's pages show, into rq->beside: where it is, what it is called and what the caller may do. */
void resource_about(struct request *rq, const struct resource *resource);
/* The list as a page, which may open with a view of the caller's. */
int resource_list_page(struct request *rq);
/* What their pages show beside the answer. */
int resource_list_beside(struct request *rq);
int resource_show_beside(struct request *rq);
int resource_new_beside(struct request *rq);
/* How a page draws a column's values: key, label, kind, and what holds their currency or zone; appended to the array to. */
struct json_object *resource_column_told(struct request *rq, struct json_object *to, const struct resource *resource,
					 const struct resource_column *column);
/* The address of its list's page, on rq->mem. */
const char *resource_address(struct request *rq, const struct resource *resource);
/* The same of its rows' pages, which are elsewhere where it has a home. */
const char *resource_pages(struct request *rq, const struct resource *resource);
/* What it is made for and shown on the page of, for who asks: an event, of a ticket category. NULL: nothing. */
const struct resource *resource_shown_on(const struct request *rq, const struct resource *resource);
/* Where somebody goes on who made one on its parent's behalf: to the parent's page, or, when asked for, to the form of another of
 * its. NULL: it has no parent, or none was given. */
const char *resource_way_on(struct request *rq, const struct resource *resource);
/* ---- resource_values.c ---- */

enum { RESOURCE_VALUES = 40 };

/* Is the column one of the noun's own table that this verb (CREATED, EDITED) writes? */
bool resource_written(const struct resource_column *column, unsigned verb);
/* The value of a column as it was sent. */
struct arg resource_value(struct request *rq, const struct resource_column *column);
/* The values that are given, or are set where they are not; of those of a row that there is (else NULL) what is another than it has. Answers
 * how many there are. */
size_t resource_values(struct request *rq, const struct resource *resource, unsigned verb, const struct row *row,
		       struct noun_value values[RESOURCE_VALUES]);
/* What was asked for of the columns with that flag and is another than the row has, by name, as fields have it; null: to be
 * emptied. The caller owns it. */
struct json_object *resource_differences(struct request *rq, const struct resource *resource, const struct row *row,
					 unsigned flag);
/* What a column of the row says, as a sentence quotes it: money and times (in zone) as people read them, by name what it refers to, "(empty)"
 * for nothing. On rq->mem. */
const char *resource_told(struct request *rq, const struct resource *resource, const struct resource_column *column,
			  const struct row *row, const char *zone);

/* ---- resource_form.c ---- */

/* What a column's values are chosen from, the words of its declaration or the rows that it refers to; the caller owns it. NULL: they are
 * typed. */
struct json_object *resource_choices(struct request *rq, const struct resource *resource,
				     const struct resource_column *column);
/* Labels, choices and what stands beside the controls that reply() makes of a form's fields (page.controls), into rq->beside. */
void resource_form(struct request *rq, const struct resource *resource, const struct field *fields);
/* Values as a form's control takes them where they are drawn otherwise elsewhere, into rq->beside: amounts, lists of words. */
void resource_typed(struct request *rq, const struct resource *resource);

/* Of the page that asks before the act that its row is of, or before a row is deleted. */
int resource_ask_beside(struct request *rq);

#endif
