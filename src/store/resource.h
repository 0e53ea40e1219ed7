#ifndef STORE_RESOURCE_H
#define STORE_RESOURCE_H
/* The SQL of the nouns declared in src/resources/. It is put together from the names in those static declarations and
 * nothing else; what a client sent travels as an argument. The noun's table is "t" in every expression. */
#include "base/uuid.h"
#include "db/db.h"
#include "store/search.h"

/* Columns that the table has and that are filled here. */
enum stamp { STAMP_UUID = 1 << 0, STAMP_CREATED = 1 << 1, STAMP_UPDATED = 1 << 2 };

struct noun_column {
	const char *name;   /* the alias in SQL, without its suffix */
	const char *sql;    /* an expression over t and the joins */
	const char *suffix; /* ":bool" … as in base/row.h, or "" */
	bool listed;	    /* in lists too, not only in the detail */
};

struct noun {
	const char *table;
	const char
		*id; /* the column that names a row: "id", or another that is unique, within an owner if there is one */
	const char *owner; /* the column that says whose a row is; NULL: nobody's in particular */
	const char *scope; /* a condition on t with one "?", the same number: whose rows there are besides; NULL: all */
	/* So long, and most of its filters find so much of it, that a page is better found by walking the order until it is full than by
	 * sorting all that a filter finds. */
	const char *order_index; /* "account_name", where that order of all of it has an index; NULL */
	bool walked, straight;	 /* straight: from its own table on; who asks knows what few are (noun_ask.few) */
	const char *part;	 /* a condition on t: which of its rows are the noun's; NULL: all */
	const char *joins;	 /* NULL: none. "LEFT …": they add columns and never take rows away */
	const char *in_use;	 /* a condition that keeps a row, each "?" being now; NULL: foreign keys alone say */
	unsigned stamps;
	bool soft_delete;		   /* has deleted_at */
	const struct noun_column *columns; /* ends with a NULL name; "id" is added before them */
	const struct searched *searched;   /* ends with a NULL column */
	const char *tie;		   /* the key of a joined table of which each row has one here: "a.id"; NULL */
	const struct sought_way *found_by; /* how the search of a long one comes to its rows; NULL: it looks at all */
	/* made by noun_compose() */
	const char *row; /* "t.id" */
	const char *select_list, *select_one, *from, *from_bare, *where_one;
};

/* A noun as one caller has it. All that is asked or written below goes through one, and the texts that noun_compose() makes
 * all name the owner: a statement that is not given whose rows it is about does not run (asserted). */
struct noun_view {
	const struct noun *noun;
	int64_t owner; /* whose rows there are; nothing where the noun has no owner */
};

/* Works out the texts that every question begins with; they hang on ctx. */
void noun_compose(TALLOC_CTX *ctx, struct noun *noun);

struct noun_filter {
	const char *condition; /* with a "?" for each of its values */
	bool joined;	       /* it looks at a joined table */
	size_t n;
	struct arg values[2];
};

/* What a list is asked for; page and limit are noun_list()'s. */
struct noun_ask {
	const char *search; /* NULL: none */
	bool few;	    /* what the filters find is few, or in an index in the list's order: it is not walked for */
	struct noun_filter filters[48];
	size_t n_filters;
	const char *order; /* an expression of the declaration */
	bool descending;
	int64_t page, limit;
	bool counted;  /* who asks knows how many rows these are, by less than counting them */
	int64_t total; /* that many */
};

/* Adds a condition over the table (t) with one "?", or, where joined, over what is joined to it. */
void noun_ask_also(struct noun_ask *ask, const char *condition, struct arg value, bool joined);
/* Of the ids from first to last alone; 1 and INT64_MAX are no bounds. */
void noun_ask_between(struct noun_ask *ask, int64_t first, int64_t last);

/* A page of rows; id is their first column. */
const struct rows *noun_list(struct db *db, struct noun_view view, const struct noun_ask *ask);
/* Rows in all, exact to 100,000; beyond that *estimated is set. */
int64_t noun_count(struct db *db, struct noun_view view, const struct noun_ask *ask, bool *estimated);
/* The same as a list: pages in ask's order, all of it by ascending id. On db's memory. */
struct row_list *noun_rows(struct db *db, struct noun_view view, const struct noun_ask *ask);
/* Every column of one row; NULL when there is none. */
const struct row *noun_get(struct db *db, struct noun_view view, int64_t id);
/* Locks the row of the noun's own table until the transaction ends; false when there is none. */
bool noun_lock(struct db *db, struct noun_view view, int64_t id);
/* Is there a live row for which this condition, which has one "?", holds? It stays one until the transaction ends: who deletes
 * it waits. */
bool noun_exists(struct db *db, struct noun_view view, const char *condition, int64_t value);
/* What a form offers: rows with "value" (of the expression key) and "label" (of title), at most limit, by label; of those for
 * which the condition holds, NULL: of all. */
const struct rows *noun_choices(struct db *db, struct noun_view view, const char *key, const char *title,
				const char *condition, int limit);

enum noun_outcome {
	NOUN_OK,
	NOUN_DUPLICATE, /* a unique key said no: see noun_clash() */
	NOUN_REFUSED,	/* a CHECK, a foreign key or in_use said no */
	NOUN_GUARDED,	/* a value's guard said no, see noun_guarded(), or its status */
	NOUN_FAILED	/* the database; db remembers */
};

struct noun_value {
	const char *column; /* of the noun's own table */
	struct arg value;
	const char
		*guard; /* a condition over t with one "?", the value: under which alone it may be set. NULL: always */
	size_t words;	/* its words, cut at so many bytes, are written beside it; 0: none */
};

/* What becomes of a row. */
struct noun_change {
	const struct noun_value *values;
	size_t n;
	const char *
		from; /* words of the column status in which alone it may be done: "requested,approved"; NULL: in any */
};

/* Makes a row, the owner's where the noun has one; *id gets its id, of NOUN_DUPLICATE too where the values name it. */
enum noun_outcome noun_insert(struct db *db, struct noun_view view, const struct noun_value *values, size_t n, ms_t now,
			      int64_t *id);
/* updated_at moves on at each, so that two edits are never one. */
enum noun_outcome noun_update(struct db *db, struct noun_view view, int64_t id, const struct noun_change *change,
			      ms_t now);
/* After NOUN_GUARDED: the first of the values whose guard says no; NULL when all say yes by now. */
const struct noun_value *noun_guarded(struct db *db, struct noun_view view, int64_t id,
				      const struct noun_change *change);
/* Deletes the row, or marks it deleted; from as in struct noun_change. */
enum noun_outcome noun_delete(struct db *db, struct noun_view view, int64_t id, const char *from, ms_t now);
/* After NOUN_DUPLICATE: the rest of the unique key's name behind "<table>_", which is the column's name or its
 * beginning ("slug", "mobile"); on ctx, NULL when it cannot be told. */
const char *noun_clash(TALLOC_CTX *ctx, const struct db *db, const char *table);

#endif
