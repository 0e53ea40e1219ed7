#ifndef STORE_SCAN_UNDO_H
#define STORE_SCAN_UNDO_H
/* What is taken back at the gate. The log keeps both: the row, and another that undoes it. */
#include "db/db.h"

struct scan_undo {
	int64_t event_id, scan; /* the event and the row of its log that is taken back */
	bool told;		/* of scan_undo_target() */
	const uint8_t *undo_id; /* 16 bytes: the scan_id of the row that undoes it */
	int64_t usher_id, session_id;
	bool lead; /* a gate lead: scan_may_undo() */
	const char *note;
	ms_t now;
};

enum undo_outcome {
	UNDO_DONE,
	UNDO_BEFORE, /* it was taken back already */
	UNDO_KNOWN,  /* the undo_id is another row's */
	UNDO_LATE,   /* the ticket moved since, where that counts, or nobody went in or out by it */
	UNDO_FAILED  /* see db_error() */
};

/* Puts the ticket back where it was before, in a transaction of its own; nothing is done but where it is UNDO_DONE. */
enum undo_outcome scan_undo(struct db *db, const struct scan_undo *undo);
/* The scan of that number as who takes it back needs it, but no record: id, ticket_id, category_id, attendee_name, card_uid, usher_id, direction; made_at, by our clock;
 * device_id and device_at of one that was uploaded; given:bool, somebody went through by it; told:bool, people are told that it let in
 * whom we refused; undone:bool. NULL: there is none. */
const struct row *scan_undo_target(struct db *db, int64_t event_id, const uint8_t scan_id[16]);
/* The row that undoes this one, as scan_logged() gives it; NULL: it stands. */
const struct row *scan_undone_by(struct db *db, int64_t event_id, int64_t scan);

#endif
