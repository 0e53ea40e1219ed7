#ifndef STORE_DEPOSIT_H
#define STORE_DEPOSIT_H
/* Deposits: money that the house's bank account received otherwise than by a sale, from those whom the house belongs to or from a
 * provider, where it lay until then. */
#include "store/ledger.h"

struct deposit_new {
	const char *source;   /* "capital", "provider" */
	const char *provider; /* whose it was, of the second */
	int64_t amount;	      /* minor units, above zero */
	const char *currency, *date, *reference, *note;
	int64_t account_id; /* of who enters it */
};

/* Makes one and posts it: its id, 0 on failure. In a transaction. */
int64_t deposit_make(struct db *db, const struct deposit_new *deposit, ms_t now);
/* Posts one back, for it was none. In a transaction, beside the change of its status. */
enum ledger_posted deposit_post_back(struct db *db, int64_t id, ms_t now);

#endif
