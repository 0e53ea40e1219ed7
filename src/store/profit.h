#ifndef STORE_PROFIT_H
#define STORE_PROFIT_H
/* The house's profit, and whose it is. What came onto the house's own account in a month less what went is its profit; who has a share in
 * the house by a rule that was there when the month began has that part of it, once, and no more
 * than the house has by then: what it lost later it has not. */
#include "store/ledger.h"

/* A month that is over, and whose part of it. */
struct profit_asked {
	int64_t shareholder_id;
	const char *month; /* its first day */
	const char *currency;
	ms_t begins, ends;
};

enum profit_shared {
	PROFIT_SHARED,
	PROFIT_NO_RULE, /* nothing says that they have a part */
	PROFIT_NONE,	/* there is none, or their part of it is less than a minor unit */
	PROFIT_GONE,	/* the house has not so much any more: it lost, spent or gave back some since */
	PROFIT_SPENT,	/* together with the others' parts it would be more than there was */
	PROFIT_BEFORE,	/* they have had it */
	PROFIT_FAILED
};

/* Works it out, keeps and posts it: from the house's account to the shareholder's. *id gets its row's. In a transaction. */
enum profit_shared profit_share(struct db *db, const struct profit_asked *asked, ms_t now, int64_t *id);

#endif
