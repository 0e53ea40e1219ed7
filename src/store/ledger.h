#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H
/* The ledger: double entry, append only. All money moves through ledger_post(), and nothing else writes its tables.
 *
 * A debit is positive, a credit negative. What we have or are owed is debited: the money that lies with a provider. What
 * we owe is credited: to organizers for what they sold, less its tax, which lies in an account of its own, and our fee, to
 * merchants for what was paid at their counters, to a card's holder for what is on it. Fees are the platform's own; what was
 * paid in by whom the house belongs to is its capital. A transfer's entries are in one currency and sum to zero.
 *
 * A card's account carries a balance, what is owed to its holder: the sum of its entries the other way round. The rest
 * are summed when someone asks, so that two sales never wait for each other here. */
#include "db/db.h"

enum { LEDGER_LEGS = 4 };

/* Whose account, of what kind: "provider" (ledger_provider()), "organizer", "tax" (the
 * organizer's), "merchant", "card", "shareholder", "bank" (0), "capital" (0), or "platform" (0). */
struct ledger_leg {
	const char *kind;
	int64_t owner_id, amount; /* minor units; what is 0 makes no entry */
};

struct ledger_transfer {
	/* what caused it, and what it does to that: "payment", its id and "sale". Each is posted once. */
	const char *noun, *kind;
	int64_t noun_id;
	const char *currency;			 /* ISO 4217 */
	bool of_lost;				 /* the card that pays was lost, and what is on it goes to another */
	struct ledger_leg legs[LEDGER_LEGS + 1]; /* ends with a NULL kind; the amounts sum to zero */
};

enum ledger_posted {
	LEDGER_POSTED, /* also where there is nothing to move */
	LEDGER_BEFORE, /* it was posted before, and nothing is changed */
	LEDGER_SHORT,  /* a card has not so much, or is not active: the transaction is to be rolled back */
	LEDGER_FAILED  /* also where the month is closed that now is in */
};

/* Posts it whole. A card that pays must be active; one that is credited may be in any state. Inside a transaction. */
enum ledger_posted ledger_post(struct db *db, const struct ledger_transfer *transfer, ms_t now);
/* A provider's number as the owner of its account. */
int64_t ledger_provider(const char *provider);
/* Posts the other way round what (noun, noun_id) did as kind, as a transfer of kind back: all of it. LEDGER_FAILED when there
 * was no such transfer. A card that got the money must have it still. Inside a transaction. */
enum ledger_posted ledger_reverse(struct db *db, const char *noun, int64_t noun_id, const char *kind, const char *back,
				  ms_t now);

#endif
