#ifndef DB_COMPOSE_INSIDE_H
#define DB_COMPOSE_INSIDE_H
/* A query (db/compose.h) as the two files that put its text together know it. */
#include "base/buf.h"
#include "db/compose.h"
#include "db/internal.h"

enum { TEXT_MAX = 65536 };

/* Arguments of one part of the text. */
struct values {
	struct arg *v;
	size_t n, max;
};

/* One of the ways to a query's rows. */
struct branch {
	const char *condition, *index;
	struct values values;
	bool counted, walked; /* ways of a branch are walked in its place */
	bool alike;	      /* by the order's expression */
};

struct query {
	const char *select;
	struct buf *where, *order, *tie; /* tie: the order of what is the same by its expression */
	struct values of_select, of_where, of_order;
	const char *order_index; /* NULL: none is named */
	bool uncounted, straight, numbered, costly;
	int64_t exact_to, counted; /* so many it has, or exact_to + 1; < 0: nobody has asked */
	struct {
		const char *select, *column, *index; /* NULL: its order is its own */
		int64_t n;			     /* so many were enough for the last page; 0: none was asked for */
		enum { LED_UNKNOWN, LED, LED_NOT } how;
	} leaders;
	struct branch *branches;
	size_t n_branches;
};

/* Adds arguments, which are copied. */
void values_add(struct query *q, struct values *to, struct args args);
/* All conditions, of branches one OR of theirs, and what stands for their "?". */
void query_add_where(struct buf *sql, const struct query *q);
void query_add_where_args(struct query *q, struct values *to);

#endif
