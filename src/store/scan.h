#ifndef STORE_SCAN_H
#define STORE_SCAN_H
/* The gate: what a scan reads, its one effect, and the log. */
#include "db/db.h"
#include "rules/ticket_code.h"

/* The tickets of 1 to DB_SOME codes' nonces, wherever they are for, in no order: id, nonce, event_id, category_id,
 * generation, status, presence, entries, holder_name, labels, customer_id, dependent_id, category, first_scan_at, first_gate,
 * first_usher_id, card_uid; its customer's blood_type, emergency_name, emergency_mobile, photo; and its event, as
 * scan_event() gives it. */
const struct rows *scan_tickets(struct db *db, const uint8_t nonces[][TICKET_NONCE], size_t n);
const struct row *scan_ticket(struct db *db, int64_t ticket_id);
/* event_status, scanning_enabled, starts_at, ends_at, re_entry, show_labels, show_dependents */
const struct row *scan_event(struct db *db, int64_t event_id);
/* The public_key of a signing key; NULL when there is none of that number. */
const struct row *scan_key(struct db *db, int64_t key_id);
/* What a dependent's ticket shows in place of its customer's, each where it is not NULL: blood_type, photo. */
const struct row *scan_dependent(struct db *db, int64_t dependent_id);
/* The ticket's last move, of those logged before this one (0: of all), named as a ticket names its first: first_scan_at,
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
	bool out;
};

/* The card's tickets of this event, 50 at most, as scan_tickets() gives them, and repeated: when this session moved it, NULL where
 * it did not. The one named comes first; then those moved by this session, the last one first; the owner's own before a dependent's,
 * those that can still go through (in: not inside, out: inside) before the others, the oldest first. */
const struct rows *scan_tickets_of_card(struct db *db, const struct card_scan *scan);
/* Names of a customer's dependents with a ticket for this event: name, relationship, ticket_id, presence. */
const struct rows *scan_dependents(struct db *db, int64_t event_id, int64_t customer_id);

struct scan_effect {
	int64_t event_id, ticket_id, category_id, usher_id, session_id;
	const uint8_t *scan_id; /* 16 bytes */
	const char *card_uid;	/* NULL */
	const char *gate, *direction, *result, *reason, *presence, *name;
	bool moves, out;
	int64_t generation, entries;
	ms_t now, scanned_at;
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
 * attendee_name, category, at, scanned_at, moved:bool. */
const struct row *scan_logged(struct db *db, int64_t event_id, const uint8_t scan_id[16]);
const struct row *scan_log_get(struct db *db, int64_t event_id, int64_t id);

struct scan_filter {
	int64_t event_id;
	const char *card_uid, *username, *result, *attendee_name;
	ms_t from, to;
	bool oldest_first;
};

/* The log, the newest first unless the filter says otherwise. */
struct row_list *scan_log_list(struct db *db, const struct scan_filter *filter);

#endif
