#ifndef STORE_SCAN_H
#define STORE_SCAN_H
/* The gate: what a scan reads, its one effect, and the log. */
#include "db/db.h"
#include "rules/ticket_code.h"

/* The labels that ushers see: of the ticket (t) and of whose it is (cu). */
#define LABELS_OF_BOTH "IF(cu.labels IS NULL, t.labels, JSON_MERGE_PRESERVE(COALESCE(t.labels, '[]'), cu.labels))"

/* The tickets of 1 to DB_SOME codes' nonces, wherever they are for, in no order: id, nonce, event_id, category_id,
 * generation, status, presence, entries, holder_name, labels, customer_id, dependent_id, category, first_scan_at, first_gate,
 * first_usher_id, card_uid, on_leave, ruled: there is more to be asked; its customer's blood_type, emergency_name, emergency_mobile, photo; and its event, as
 * scan_event() gives it. */
const struct rows *scan_tickets(struct db *db, const uint8_t nonces[][TICKET_NONCE], size_t n);
const struct row *scan_ticket(struct db *db, int64_t ticket_id);
/* The first 50 tickets of an event that an order bought, by its reference, and that are still its buyer's; those that are valid first. With
 * last_in_at, daily, day_change and time_zone, as scan_tickets_of_card() has them. */
const struct rows *scan_tickets_of_order(struct db *db, int64_t event_id, const char *reference);
/* What a scan of a ruled ticket asks: its event's daily, day_change, time_zone, room; the ticket's last_in_at, min_age (its
 * category's, else its event's, NULL: none), its holder's birth_date; the usher's own gate, usher_gate; and its category's rules, a row
 * each of the first 100 by gate: rule_id (NULL: there are none), gate, opens_at, closes_at. */
const struct rows *scan_asked(struct db *db, int64_t ticket_id, int64_t usher_id);
/* event_status, scanning_enabled, starts_at, ends_at, re_entry, turning, show_labels, show_dependents */
const struct row *scan_event(struct db *db, int64_t event_id);
/* The public_key of a signing key; NULL when there is none of that number. */
const struct row *scan_key(struct db *db, int64_t key_id);
/* What a dependent's ticket shows in place of its customer's, each where it is not NULL: blood_type, photo. */
const struct row *scan_dependent(struct db *db, int64_t dependent_id);
/* The ticket's last move that stood, of those logged before this one (0: of all), named as a ticket names its first: first_scan_at,
 * first_gate, first_usher_id; and direction, session_id. NULL when it never moved. */
const struct row *scan_last_move(struct db *db, int64_t ticket_id, int64_t before);
/* An usher's name. */
const struct row *scan_usher(struct db *db, int64_t usher_id);
/* The card: id, uid, status, customer_id; NULL when it is not known. */
const struct row *scan_card(struct db *db, const char *uid);

/* A card that is held up, whose customer is known. */
struct card_scan {
	int64_t event_id, customer_id;
	const char *card_uid;
	int64_t ticket_id; /* the one that is named; 0: none is */
	int64_t session_id; /* asks which tickets this session moved that way by this card since then, as their last move; 0: does not */
	ms_t since;
	bool out, leave;
};

enum { CARD_TICKETS = 50 };

/* The card's tickets of this event, CARD_TICKETS at most, as scan_tickets() gives them, and last_in_at, its event's daily, day_change,
 * time_zone; and repeated: when this session moved it, NULL where it did not. The one named comes first; then those moved by this
 * session, the last one first; the owner's own before a dependent's, valid ones before others. */
const struct rows *scan_tickets_of_card(struct db *db, const struct card_scan *scan);
/* Names of a customer's dependents with a ticket for this event: name, relationship, ticket_id, presence. */
const struct rows *scan_dependents(struct db *db, int64_t event_id, int64_t customer_id);

struct scan_effect {
	int64_t event_id, ticket_id, category_id, usher_id, session_id;
	const uint8_t *scan_id; /* 16 bytes */
	const char *card_uid;	/* NULL */
	const char *gate, *direction, *result, *reason, *presence, *name, *kind, *note;
	bool moves, out, leave;
	int64_t generation, entries;
	bool on_leave;
	ms_t day_began; /* of a ticket that is inside since another day: it may come in anew; 0: no such days */
	ms_t came_in;	/* when the ticket last did, 0: never */
	ms_t now, scanned_at;
	bool roomed;   /* its event has room for so many at once: it is applied alone */
	bool override; /* and then is let in though that is full */
};

enum scan_outcome {
	SCAN_DONE,
	SCAN_REPEAT, /* a scan_id is known */
	SCAN_LOST,   /* another scan moved a ticket since the verdict */
	SCAN_FAILED  /* see db_error() */
};

/* Applies 1 to DB_SOME verdicts on as many tickets in a transaction of its own: all of them or, but for SCAN_DONE, none. */
enum scan_outcome scan_apply(struct db *db, const struct scan_effect effects[], size_t n);

/* A row of the log: id, scan_id, event_id, ticket_id, card_id, usher_id, username, usher, gate, direction, result, reason,
 * attendee_name, category, at, scanned_at, moved:bool, kind, note, undoes (NULL), undone:bool. */
const struct row *scan_logged(struct db *db, int64_t event_id, const uint8_t scan_id[16]);
/* A scan whose number a record has taken is settled under another, which is always the same for it. */
void scan_number_aside(uint8_t scan_id[16]);
/* Is the number in the log that of the scan, or the one aside of it? */
bool scan_number_is(const uint8_t logged[16], const uint8_t scan_id[16]);
/* As scan_logged(): the scan itself, under its own number or the one aside; only where there is none, a record of it. */
const struct row *scan_settled(struct db *db, int64_t event_id, const uint8_t scan_id[16]);
const struct row *scan_log_get(struct db *db, int64_t event_id, int64_t id);

struct scan_filter {
	int64_t event_id;
	const char *card_uid, *username, *result, *attendee_name, *kind;
	ms_t from, to;
	bool oldest_first;
};

/* The log, the newest first unless the filter says otherwise. */
struct row_list *scan_log_list(struct db *db, const struct scan_filter *filter);

#endif
