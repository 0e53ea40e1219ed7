#ifndef STORE_GUEST_MESSAGE_H
#define STORE_GUEST_MESSAGE_H
/* What organizers write to those who have tickets for an event. Each person gets one, by mail or else by SMS; who declined such
 * mails gets none. */
#include "db/db.h"

/* Of an event as a message tells of it: id, title, status; value and label of its ticket categories. */
const struct rows *guest_message_categories(struct db *db, int64_t event_id);
/* How many ids of this JSON list are no categories of the event. */
int64_t guest_message_foreign(struct db *db, int64_t event_id, const char *category_ids);
/* How many people would get it now. */
int64_t guest_message_reach(struct db *db, int64_t id);
/* How many of its event were sent since a moment; until the end of the transaction nobody sends another. */
int64_t guest_message_sent_since(struct db *db, int64_t event_id, ms_t since);
/* Notes how many there are, as it begins. */
void guest_message_begin(struct db *db, int64_t id, int64_t recipients);
/* What of it waits for a sender is not sent any more. */
void guest_message_give_up(struct db *db, int64_t id, ms_t now);
/* How far it is: waiting, sent, failed (copies in the outbox). */
const struct row *guest_message_progress(struct db *db, int64_t id);

/* The oldest of those that are being sent whose id is above another: id, upto; NULL: none. */
const struct row *guest_message_next(struct db *db, int64_t above);
/* Hands it over to the next people, at most most of them, and notes how far it came, in one transaction: whoever is second does
 * nothing. False on failure. *over: there was nobody left; once none of its copies waits any more it is sent. */
bool guest_message_pass_on(struct db *db, const struct row *message, int most, ms_t now, bool *over);

#endif
