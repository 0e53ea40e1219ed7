#ifndef STORE_ORDER_LINE_H
#define STORE_ORDER_LINE_H
/* What happened to an order or a ticket, in the order in which it did, from the records that each thing leaves anyway: nothing is written
 * for it. Of more than LINE_MOST the last are told. And what staff write beside them. */
#include "db/db.h"

enum { LINE_MOST = 200 };

/* at, kind (booked, paid, lapsed, payment, refund, asked, approved, rejected, withdrawn, ticket, passed, offered, in, out, refused, note, invoice),
 * who (NULL: nobody in particular), what (NULL: nothing more; words), reason (of a scan, one word; NULL: none), amount and currency (NULL: none), noun and noun_id (its
 * page; NULL: none). Of an order, of its tickets too. */
const struct rows *order_line(struct db *db, int64_t order_id);
const struct rows *ticket_line(struct db *db, int64_t ticket_id);

struct note {
	int64_t order_id, customer_id; /* beside what, one of them; 0: not */
	int64_t account_id;	       /* who writes it */
	const char *text;
	ms_t now;
};

/* Puts one down. Its id; 0 on failure. */
int64_t note_add(struct db *db, const struct note *note);

#endif
