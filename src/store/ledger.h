#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H
/* The ledger: double entry, append only. A debit is positive, a credit negative; a transfer's entries sum to zero. */
#include "db/db.h"

/* Money that came in for an order. */
struct ledger_sale {
	int64_t payment_id, organizer_id, amount; /* the organizer whose sale it is */
	const char *provider, *currency;
};

/* Provider clearing is debited, the organizer credited. A payment is one sale and one refund, so a repeat changes nothing.
 * False on failure. Inside a transaction. */
bool ledger_sale(struct db *db, const struct ledger_sale *sale, ms_t now);
/* The same money went back: what its sale entered is entered the other way round, so it comes from where it went. False
 * on failure, and when there was no sale. Inside a transaction. */
bool ledger_refund(struct db *db, int64_t payment_id, ms_t now);

#endif
