#ifndef STORE_SOUGHT_H
#define STORE_SOUGHT_H
/* What finds the few of a long list. `sought_word` has for each account the words by which people are looked for: of its name, its e-mail,
 * its user name, and of the names on its tickets, and its number from each of its digits on, so that a word's beginning, or the end of a
 * number, is a range of an index. It is kept by `jobs`, up to a moment (sought_upto); who changed since is asked by themselves, so that
 * a search is right to the last one. What it names are candidates, which the list's own conditions look at: a word that is
 * too many is no harm, one that is missing is.
 *
 * A word that very many have finds no few, and needs none: a page of the list is full after a short walk along it. */
#include "db/db.h"
#include "rules/words.h"

/* How a long list's rows are come to. "x" is one of them. */
struct sought_way {
	/* from accounts n (account_id), each: "JOIN customer k ON k.account_id = n.account_id JOIN orders x ON x.customer_id = k.id"; NULL: none */
	const char *people[2];
	/* by a code's beginning and by a number, each a SELECT of ids (id) with one "?"; NULL: none */
	const char *codes[2], *number;
};

struct sought_found {
	bool few; /* all that are found are among ids; else there are many, at_least so many people, or nobody knows */
	int64_t at_least;
	size_t n;
	const int64_t *ids;
};

/* On the memory of db's results. */
struct sought_found sought_find(struct db *db, const struct sought_way *way, const struct sought *sought);

/* ---- keeping: sought_index.c ---- */

enum {
	SOUGHT_WORD = 40,  /* bytes of a word that are kept */
	SOUGHT_ENDING = 4, /* digits that a number is found by, at least */
};

/* Up to where all is in, of "account" or "ticket", by when they changed and then by id. lock: until the transaction ends. */
struct sought_end {
	ms_t at;
	int64_t id;
};
struct sought_end sought_end(struct db *db, const char *what, bool lock);
/* Is x, a table, not in yet? Its arguments: at, at, id. */
#define SOUGHT_BEHIND(x) "(" x ".changed_at > ? OR (" x ".changed_at = ? AND " x ".id > ?))"

/* Takes in who changed since, and on which tickets names did, a batch in a transaction. False on failure; *more: there is more. */
bool sought_add(struct db *db, ms_t now, bool *more);
/* The same of all that there is, however young, into an empty index: for a database that nobody else writes. False on failure. */
bool sought_add_all(struct db *db, ms_t now);
/* Can all that is in be found? *bad: the first account that cannot. */
bool sought_verify(struct db *db, int64_t *bad);
/* In a transaction: forgets all of it; it is made anew, and until then everybody is asked. */
void sought_reset(struct db *db);

#endif
