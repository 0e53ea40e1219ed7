/* Shares are rounded down, to the giver's good: what is left over of an order is less than a minor unit a ticket. */
#include "rules/refund.h"

/* a * b / c, whole, for 0 ≤ a ≤ c: the product may be larger than 64 bits. */
static int64_t share(int64_t a, int64_t b, int64_t c)
{
	return c > 0 ? (int64_t)((__extension__(__int128) a * b) / c) : 0;
}

struct refund refund_of(const struct refund_rule rules[], size_t n, int64_t price, int64_t subtotal, int64_t total,
			ms_t starts, ms_t now)
{
	struct refund refund = { .paid = share(price, total, subtotal) };
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if (starts > now && starts - now >= rules[i].days_before * MS_DAY &&
		    (!found || rules[i].days_before > refund.days_before)) {
			refund.days_before = rules[i].days_before;
			refund.percent = rules[i].percent;
			found = true;
		}
	refund.amount = share(refund.percent, refund.paid, 100);
	return refund;
}
