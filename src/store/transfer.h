#ifndef STORE_TRANSFER_H
#define STORE_TRANSFER_H
/* Tickets that change hands: put down, waited for, moved by one guarded statement. All inside a transaction. */
#include "db/db.h"

/* A ticket of a customer (0: of anyone), locked until the transaction ends, with all that decides what may be done with it: id,
 * event_id, order_id, customer_id, status, presence, entries, generation, holder_name, category, price, subtotal, total, currency,
 * order_reference, transfers:bool, renames:bool, pending:bool, refunding:bool, event.{title, starts_at, time_zone, status, venue, city}, and of its
 * owner name, email, mobile_number, locale. NULL: there is none. */
const struct row *transfer_ticket(struct db *db, int64_t ticket_id, int64_t customer_id);
/* The same of one that is not locked, to be looked at. */
const struct row *transfer_ticket_seen(struct db *db, int64_t ticket_id, int64_t customer_id);
/* The customer who has a number: id, account_id, name, email, mobile_number, locale; NULL: nobody. */
const struct row *transfer_customer(struct db *db, const char *mobile_number);
const struct row *transfer_customer_by_id(struct db *db, int64_t customer_id);

struct transfer_new {
	const struct row *ticket; /* of transfer_ticket() */
	const char *kind;	  /* "transfer", "gift" */
	int64_t to_customer_id;	  /* 0: nobody has the number yet */
	const char *mobile_number, *message;
	int64_t account_id; /* staff's; 0: the owner's own doing */
	ms_t now;
};

/* Puts one down, pending until the event begins. Its id; 0: the ticket is offered already, or on failure. */
int64_t transfer_insert(struct db *db, const struct transfer_new *transfer);
/* The ticket becomes the receiver's, under their name and a new generation of its code, and the pending row is claimed, if neither
 * has changed: it is the giver's, valid, was never in, in the generation in which it was given, nobody asked its money back, and
 * the event is still to begin. False: it has. */
bool transfer_move(struct db *db, int64_t transfer_id, const struct row *receiver, ms_t now);
/* A pending one ends otherwise: "declined", "cancelled", "expired". False: it is not pending any more. */
bool transfer_end(struct db *db, int64_t transfer_id, const char *status, ms_t now);
/* Another name on a ticket that was never in, and its event not begun. False: it is not so any more. */
bool transfer_rename(struct db *db, const struct row *ticket, const char *holder_name, ms_t now);

#define TRANSFER_COLUMNS                                                                                                     \
	"x.id, x.kind, x.status, x.ticket_id, x.mobile_number, x.message, x.created_at, x.expires_at, x.settled_at,"         \
	" e.id AS `event.id`, e.title AS `event.title`, e.starts_at AS `event.starts_at`, e.time_zone AS `event.time_zone`," \
	" v.name AS `event.venue`, v.city AS `event.city`, c.name AS category"
/* Those that a customer gave ("sent") or may take or took ("received"), the newest first; status NULL: any. The columns above, and
 * direction and from (the giver's name). */
struct row_list *transfer_list(struct db *db, int64_t customer_id, const char *direction, const char *status,
			       bool descending);
/* The pending ones, received or sent, at most 100, with these columns. */
const struct rows *transfers_open(struct db *db, int64_t customer_id, bool received);
/* One of a customer's, either way, with these columns, and from_customer_id, to_customer_id. NULL: there is none. */
const struct row *transfer_get(struct db *db, int64_t id, int64_t customer_id);
/* Pending ones for a number that nobody had: the same columns. At most 100. */
const struct rows *transfers_waiting(struct db *db, const char *mobile_number);
/* Pending ones that are over: id. At most 100. */
const struct rows *transfers_over(struct db *db, ms_t now);
/* Any one, with the columns of transfer_get(). */
const struct row *transfer_any(struct db *db, int64_t id);

#endif
