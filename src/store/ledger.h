#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H
/* The ledger: double entry, append only. A debit is positive, a credit negative; a transfer's entries sum to zero. */
#include "db/db.h"

/* Money came in for an order: provider clearing is debited, the organizer credited. noun and id name what caused it; a
 * cause moves money of one kind once, so a repeat changes nothing. False on failure. Inside a transaction. */
bool ledger_sale(struct db *db, int64_t payment_id, const char *provider, int64_t organizer_id, int64_t amount,
		 const char *currency, ms_t now);
/* The same money went back. */
bool ledger_refund(struct db *db, int64_t payment_id, const char *provider, int64_t organizer_id, int64_t amount,
		   const char *currency, ms_t now);

#endif
