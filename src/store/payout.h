#ifndef STORE_PAYOUT_H
#define STORE_PAYOUT_H
/* Payouts: money that leaves the house's bank account for an organizer, a merchant or a shareholder, and never more than their
 * account has. Their accounts carry no balance, so that no sale waits for another: it is summed by the statement that makes or pays a
 * payout, under a lock of whom it goes to, so that of two at once the second counts the first. */
#include "db/db.h"

struct payee {
	const char *
		kind; /* "organizer", "merchant", "shareholder": of the account, and whose table holds the row that is locked */
	int64_t id;
};

struct payout_new {
	struct payee to;
	int64_t amount; /* minor units */
	const char *currency, *note;
	int64_t account_id; /* of who asks for it */
	int64_t alone;	    /* so much of currency to one payee in a day needs no second person */
	ms_t now;
};

/* Makes one, if the account has so much besides those that wait and what is on its way back to buyers, or may have to go: its id, 0 when
 * it has not, or on failure. In a transaction. */
int64_t payout_request(struct db *db, const struct payout_new *payout);
/* What an account has now, less what waits to be paid out of it, or to go back. */
int64_t payout_free(struct db *db, struct payee to, const char *currency);
/* Notes who approves a requested one; false where that is who asked for it. In a transaction, before its status moves. */
bool payout_approve(struct db *db, int64_t id, int64_t account_id);

enum payout_paid { PAYOUT_PAID, PAYOUT_SHORT, PAYOUT_FAILED };
/* Posts an approved one, from the account to the bank, if it has so much besides what goes back; what it had is kept with it. In a transaction, before its
 * status moves. */
enum payout_paid payout_pay(struct db *db, int64_t id, ms_t now);

/* A paid one, for its paper: number ("PAY-3-000012"), payee, amount, currency, had, reference, paid_at, created_at, and since the payout
 * before it: carried (what was left then), sales (with fees and taxes in them), fees, taxes, refunds, others. Of that organizer's (0: of
 * anyone's). NULL: there is none. */
const struct row *payout_paper(struct db *db, int64_t id, int64_t organizer_id);

#endif
