#ifndef STORE_PAPER_H
#define STORE_PAPER_H
/* What is set on paper: tickets with all that stands on one, and the event that goes into a calendar. */
#include "db/db.h"

enum { PAPER_TICKETS = 100 }; /* pages of one document, at most */

/* The valid tickets of a customer's order (0: of anyone's), PAPER_TICKETS from page (from 1) on, each with what its code is made of
 * (store/ticket.h; key_id is NULL where its event has no key): holder_name, reference (of the order), title, starts_at, ends_at,
 * time_zone, turning, venue, address, city, category, organizer, event_id, order_id. */
const struct rows *paper_tickets_of_order(struct db *db, int64_t order_id, int64_t customer_id, int64_t page);
/* The same of one ticket; no row where it is not valid, or not theirs. */
const struct rows *paper_ticket(struct db *db, int64_t id, int64_t customer_id);
/* An event that is not a draft: id, uuid, title, starts_at, ends_at, time_zone, venue, address, city, off (does it not take
 * place), changed_at, sequence (seconds from when it was made to when it, or its venue, was changed last). NULL: there is none. */
const struct row *paper_event(struct db *db, int64_t event_id);
/* The event of a customer's order, or ticket: event_id, reference. NULL: it is not theirs. 0: of anyone. */
const struct row *paper_order(struct db *db, int64_t order_id, int64_t customer_id);
const struct row *paper_of_ticket(struct db *db, int64_t ticket_id, int64_t customer_id);
/* The language of who ordered it, or of whose ticket it is; "" for nobody. */
const char *paper_order_locale(struct db *db, int64_t order_id);
const char *paper_ticket_locale(struct db *db, int64_t ticket_id);

#endif
