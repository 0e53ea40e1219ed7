#ifndef STORE_SETTLEMENT_H
#define STORE_SETTLEMENT_H
/* Settlements: a period of an organizer's that is over, and what the ledger says of it, kept as it was then. Those of one organizer and
 * currency never overlap: whoever makes one locks the organizer, as payouts do. */
#include "db/db.h"

struct settlement_new {
	int64_t organizer_id;
	const char *currency, *from, *to; /* days, the last included */
	ms_t begins, ends;		  /* their moments */
	const char *note;
	int64_t account_id; /* of who makes it */
};

/* Works one out of the ledger and keeps it: its id; 0 where another of theirs has one of its days, or on failure. In a transaction. */
int64_t settlement_make(struct db *db, const struct settlement_new *settlement, ms_t now);
/* Notes who approves an open one; false where that is who made it. In a transaction, before its status moves. */
bool settlement_approve(struct db *db, int64_t id, int64_t account_id);
/* What is still to be paid of one: what it left, less what was paid out after its period and what was asked for and waits. Until the end of
 * the transaction nobody asks for more. 0 or less: nothing. */
int64_t settlement_owed(struct db *db, int64_t id);
/* Notes the payout that was asked for of it. */
bool settlement_paid_by(struct db *db, int64_t id, int64_t payout_id);
/* For its paper: number ("SET-3-000012"), organizer, from_day, to_day, currency, status, opening, sales, refunds, fees, taxes, paid_out,
 * others, closing, created_at, settled_at. Of that organizer's (0: of anyone's). NULL: there is none. */
const struct row *settlement_paper(struct db *db, int64_t id, int64_t organizer_id);

#endif
