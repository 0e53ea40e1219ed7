#ifndef RULES_REFUND_H
#define RULES_REFUND_H
/* What of a ticket's price goes back, by the event's terms: pure arithmetic. */
#include "base/clock.h"
#include <stddef.h>

/* Who asks days_before full days before the event begins, or earlier, gets percent. */
struct refund_rule {
	int days_before, percent;
};

struct refund {
	int days_before, percent; /* of the rule that applied; 0, 0: none did */
	int64_t paid, amount;	  /* for the ticket; what goes back, in minor units */
};

/* price: of the ticket when it was booked; subtotal and total: of its order, before and after its discount, 0 ≤ total ≤ subtotal. A ticket's
 * share of the discount is rounded down, so that all tickets of an order together never bring more than was paid. The rule with
 * the most days that still fit is meant; so is the clock: of 24 hours a day, whatever the zone. After the event began: nothing. */
struct refund refund_of(const struct refund_rule rules[], size_t n, int64_t price, int64_t subtotal, int64_t total,
			ms_t starts, ms_t now);

#endif
