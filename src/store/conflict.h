#ifndef STORE_CONFLICT_H
#define STORE_CONFLICT_H
/* Entries that were given and should not have been: two of one ticket without an exit between, of which the one that was made first
 * wins; and what the server would have refused. The log says that they happened and never changes; this says that people are to
 * look, and stops saying so once a scan that came later explains it. */
#include "store/moves.h"

/* Holds the conflicts of 1 to DB_SOME tickets against their moves, whose rows are all there: what is new is found, what is explained
 * is withdrawn, what is none after all stands again. Inside a transaction that has locked the tickets. *changed is set where
 * anything was, and may be NULL. False: the database failed. */
bool conflicts_settle(struct db *db, int64_t event_id, const struct ticket_moves tickets[], size_t n, ms_t now,
		      bool *changed);
/* The same for one ticket, by the log. For whoever moved it or took a move back, in their transaction. */
bool conflicts_review(struct db *db, int64_t ticket_id, ms_t now);
/* Notes that a row let somebody in whom the server would have refused; once a row. False: the database failed. */
bool conflict_refused(struct db *db, int64_t event_id, int64_t log_id, ms_t now);

/* The invariant's query: entries that met another, and nobody is told. */
extern const char CONFLICTS_UNTOLD[];
/* Tickets with such: ticket_id, at most a thousand. */
const struct rows *conflicts_untold(struct db *db);
/* How many stand of a ticket, and how many there should be: conflicts, conflicts_found. */
const struct row *conflicts_look(struct db *db, int64_t ticket_id);

/* How many of an event are open: they stand, and nobody has seen to them. */
int64_t conflicts_open(struct db *db, int64_t event_id);
/* These, the newest first, at most limit: id, kind, ticket_id, attendee_name, category, reason, at (when it was found), and winner and
 * loser, each with id, at, gate, usher, nested; where there is but one, all of winner is NULL. */
const struct rows *conflicts_newest(struct db *db, int64_t event_id, int64_t limit);
/* Events with conflicts that nobody was told of, but of those of which somebody was within the last minute: event_id, at most a hundred. */
const struct rows *conflicts_to_tell(struct db *db, ms_t now);
/* Notes that they are told now: how many are open and were not told before, 0 where somebody was first; -1 on failure. */
int64_t conflicts_told(struct db *db, int64_t event_id, ms_t now);
/* Who may see to those of an event, its organizer and who works there for the gate: name, email, mobile_number, locale, and the event as
 * notice_event() has it (store/notice.h). */
const struct rows *conflict_readers(struct db *db, int64_t event_id);
/* Notes who has seen to one that is open. */
void conflict_seen_by(struct db *db, int64_t id, int64_t account_id);

#endif
