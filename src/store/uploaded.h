#ifndef STORE_UPLOADED_H
#define STORE_UPLOADED_H
/* Scans that a device made while it had no network. They come late, in batches, out of order and more than once; each is settled by
 * what the ticket was at the moment at which it was made, under the ticket's lock, and is logged once. */
#include "rules/scan.h"
#include "store/moves.h"

enum uploaded_kind { UPLOADED_SCAN, UPLOADED_HAND, UPLOADED_LEAVE, UPLOADED_RETURN, UPLOADED_UNDO, UPLOADED_RECORD };

/* What came of one. */
enum uploaded_verdict {
	UPLOADED_OPEN, /* not settled yet */
	UPLOADED_ACCEPTED,
	UPLOADED_DUPLICATE, /* its scan_id was logged before; result and reason are what it was told then */
	UPLOADED_CONFLICT,  /* an entry that was given, and met another */
	UPLOADED_REJECTED /* an entry that was given to whom the server would have refused; or what cannot be logged */
};

struct uploaded {
	/* what the device says; texts live as long as the request, NULL where there are none */
	uint8_t scan_id[16], undoes[16];
	enum uploaded_kind kind;
	bool out;
	int64_t seq;
	const char *gate, *note, *card_uid, *local_result, *local_reason; /* gate and note are never NULL */
	ms_t at, device_at;						  /* by our clock, and as it said */
	/* what it leads to; the facts that the ticket's row and moves give are filled in when it is settled */
	int64_t ticket_id, category_id, generation; /* 0: to none of this event; generation 0: no code was read */
	const char *name;
	struct scan_facts facts;
	/* what came of it */
	enum uploaded_verdict verdict;
	const char *result, *reason;
	bool insists; /* a gate lead answers for it by hand */
	bool again;   /* the ticket had been in before */
	bool moved, first_entry, refused_entry;
	bool hidden;	/* its number is that of a record */
	bool aside;	/* so scan_id is the one aside of it */
	int64_t id;	/* its row; 0: it was not logged */
	int64_t undone; /* the row that it takes back */
};

/* Who sends them. */
struct uploader {
	int64_t usher_id, session_id;
	bool lead; /* may take back anybody's scans */
	const char *device_id;
	ms_t now;
	struct gate_days days; /* of their event */
};

/* How many logs, of at most DB_SOME tickets, one transaction settles. */
enum { UPLOADED_TOGETHER = 64 };

/* Settles 1 to UPLOADED_TOGETHER logs of 1 to DB_SOME tickets in one transaction; they are ordered by ticket, and each has a scan_id
 * of its own. False: the database failed, and none of them was settled. */
bool uploaded_settle(struct db *db, const struct uploader *by, struct uploaded *const logs[], size_t n);

/* What the log says of 1 to DB_SOME scans by their scan_id: scan_id (bytes), id, ticket_id, card_uid, kind, result, reason, direction, again:bool; and
 * where it met an entry that was before it: winner.scan_id, winner.at, winner.usher, winner.gate. */
const struct rows *uploaded_logged(struct db *db, int64_t event_id, const uint8_t (*scan_ids)[16], size_t n);

#endif
