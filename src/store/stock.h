#ifndef STORE_STOCK_H
#define STORE_STOCK_H
/* Stock: one counter row a ticket category, moved by one guarded UPDATE whose count of changed rows is the verdict, and one an event
 * whose categories together sell no more than its capacity. Whoever moves several adds them up here first, so that each counter is
 * touched once, in ascending order. They come last in each transaction, for they are what everybody waits for. */
#include "db/db.h"

/* What a booking was told: its UPDATE says no when any of it has changed since. */
struct stock_terms {
	int64_t price, organizer_id;
	const char *currency;
	bool capped;  /* its event has a capacity */
	int64_t most; /* tickets of this category in one order */
	ms_t now;     /* when it must be on sale */
};

struct stock_move {
	int64_t category_id, quantity;
	int64_t revenue;	  /* of what is sold or taken back */
	struct stock_terms terms; /* of what is booked */
};

/* How many tickets there are of an event (e) of which a sum over its categories says so many. */
#define STOCK_PLACES(sum) "LEAST(" sum ", COALESCE(e.capacity, " sum "))"

enum { STOCK_MOVES = 200 };

struct stock {
	struct stock_move moves[STOCK_MOVES]; /* ascending category_id */
	size_t n;
};

/* The place of a category, new ones all zero; NULL when there is no room for another. */
struct stock_move *stock_of(struct stock *stock, int64_t category_id);

/* All of these run inside the caller's transaction and answer whether every counter said yes; where one did not, roll
 * back. */
/* free → held, on the terms that are given. False: there is not enough of one. Where it was the terms that have changed, the
 * transaction is to run again (db_conflict()). */
bool stock_hold(struct db *db, const struct stock *stock);
/* held → free. */
bool stock_free(struct db *db, const struct stock *stock);
/* held → sold, or, where nothing is held any more, free → sold; counted as this organizer's. */
bool stock_sell(struct db *db, const struct stock *stock, int64_t organizer_id, bool held);
/* Makes the rows, of nothing yet, in which paid orders should be counted as an organizer's and are not. How many; -1 on
 * failure. */
int64_t stock_open_sales(struct db *db);
/* sold of one category → sold of another, of one event: the quantities of the moves add up to nothing. */
bool stock_swap(struct db *db, const struct stock *stock, int64_t organizer_id);
/* The event sells at most so many over all of its categories; 0: as many as these have. The caller has its row's lock. False: more than
 * that are held or sold, or failure. */
bool stock_cap(struct db *db, int64_t event_id, int64_t capacity);
/* sold → free, and out of what was counted as this organizer's. */
bool stock_take_back(struct db *db, const struct stock *stock, int64_t organizer_id);

#endif
