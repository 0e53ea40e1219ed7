#ifndef STORE_GUEST_H
#define STORE_GUEST_H
/* Who has a ticket for an event, as its ushers look for them, and who went out for a while. */
#include "db/db.h"

enum { GUESTS_FOUND = 20 };

/* Tickets whose holder's or owner's name, order's reference, owner's mobile number or e-mail has each word of text, in any order, the
 * good ones first: ticket_id, name, category, reference, mobile_end (the number's last four digits, NULL: none), status, presence,
 * entries, on_leave, card_id (NULL: none). GUESTS_FOUND at most. */
const struct rows *guests_found(struct db *db, int64_t event_id, const char *text);

struct leave_filter {
	int64_t event_id;
	bool away, back; /* only who has not come back yet, or who has */
};

/* The leaves that were not taken back, the last first: id (of the log), scan_id, ticket_id, attendee_name, category, card_id, left_at,
 * reason, gate, usher, back_at (NULL: not yet). */
struct row_list *leave_list(struct db *db, const struct leave_filter *filter);

#endif
