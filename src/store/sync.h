#ifndef STORE_SYNC_H
#define STORE_SYNC_H
/* What devices at the gate hold of an event: its tickets and its guests' cards, whole or what changed since.
 *
 * What changed is told by two things. Rows say by the database's clock when they were written, but for moves at the gate, which the log
 * tells of. Neither commits in its order, so a reader goes back over an overlap: a row may come twice, none is missed whose
 * transaction was open for less than that. */
#include "db/db.h"

enum { SYNC_OVERLAP_S = 60 }; /* of a row's clock; the log's is SCAN_OVERLAP_S */

/* How far somebody has read. */
struct sync_mark {
	ms_t at;     /* what was written before is known; 0: nothing is */
	int64_t log; /* so are the moves up to this row of the log */
};

/* From where the next reader has to begin, asked before anything is read. now: the request's. */
struct sync_mark sync_mark_now(struct db *db, int64_t event_id, ms_t now, struct sync_mark before);
/* Is a mark one of the future, as after a backup was restored? Then it says nothing. */
bool sync_mark_ahead(struct db *db, int64_t event_id, struct sync_mark mark);

struct sync_query {
	int64_t event_id;
	struct sync_mark since;
	int64_t after;	 /* the last id that was read of these; 0: none */
	int64_t limit;	 /* 0: all of them */
	bool moves;	 /* what only moved counts as changed */
	bool dependents; /* the event shows them */
	bool inside;	 /* of cards: what the tickets say too, not their ids alone */
};

/* Tickets by their ids: id, nonce (bytes), generation, status, presence, entries, on_leave:bool, last_in_at, category_id, category,
 * holder_name, labels (JSON), dependent_id, reference, birth_date, blood_type, emergency_name, emergency_mobile, photo, card_uid,
 * first_scan_at, first_gate, first_usher, dependents (JSON: [{name, relationship, ticket_id, presence}]), and content_at: when something
 * else than where it is was written last, NULL where it was not asked. What is a dependent's own stands in place of its customer's. On db's
 * memory. */
struct row_source *sync_tickets(struct db *db, const struct sync_query *query);
/* Cards by their ids, a row for each ticket of their holder, at most SYNC_CARD_TICKETS, the same columns but with card (its row), uid and
 * card_status before them, and id NULL where there is none any more. limit counts cards. */
enum { SYNC_CARD_TICKETS = 50 };
struct row_source *sync_cards(struct db *db, const struct sync_query *query);
/* Names: id, holder_name, reference, mobile_end. */
struct row_source *sync_names(struct db *db, const struct sync_query *query);

/* The event: id, title, status, scanning_enabled, starts_at, ends_at, time_zone, re_entry, daily, day_change, room, min_age, turning,
 * show_labels, show_dependents, offline_names, asks_age: of everybody or of a category's. */
const struct row *sync_event(struct db *db, int64_t event_id);
/* id, name, min_age of its categories; category_id, gate, opens_at, closes_at of its rules; the gates it knows: name. */
const struct rows *sync_categories(struct db *db, int64_t event_id);
const struct rows *sync_rules(struct db *db, int64_t event_id);
const struct rows *sync_gates(struct db *db, int64_t event_id);
/* key_id, public_key (bytes), retired:bool. */
const struct rows *sync_keys(struct db *db, int64_t event_id);
/* attendees, cards, conflicts: how many; NULL: the database failed. */
const struct row *sync_counts(struct db *db, int64_t event_id);

#endif
