#ifndef RULES_PRICE_H
#define RULES_PRICE_H
/* What an order costs, and whether a category can be bought now. Amounts in minor units. */
#include "base/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct promo {
	int percent;	/* 0: none */
	int64_t amount; /* off the whole order; 0: none */
};

struct price {
	int64_t subtotal, discount, total;
};

/* False when it would overflow. A percentage rounds half up on the whole order; a discount is at most the subtotal. */
bool price_of(const int64_t unit[], const int64_t quantity[], size_t n, const struct promo *promo, struct price *out);
/* What the first items of an order brought: amount is what they cost together, subtotal and total are the order's. The
 * discount is spread in proportion and the running total is rounded up, so the differences from item to item add up to
 * the total exactly. 0 <= amount <= subtotal, 0 <= total <= subtotal. */
int64_t price_net(int64_t subtotal, int64_t total, int64_t amount);
enum { PRICE_STEPS = 3 };
/* Round amounts below the dearest of what there is, the lowest first, by which people narrow it: 20, 50 and 100 where that is 108, in
 * whatever currency. Returns how many there are. */
size_t price_steps(int64_t dearest, int64_t steps[PRICE_STEPS]);
enum sale_state { SALE_OPEN, SALE_NOT_YET, SALE_OVER };
/* start and end 0: unbounded; nothing is sold once the event has ended. */
enum sale_state sale_state(ms_t now, ms_t start, ms_t end, ms_t event_ends);
/* So many random letters and digits that people do not take for one another, and NUL. Returns out. */
char *reference_make(char *out, size_t letters);
/* A reference that people can read out: 8 characters without 0 O 1 I L, from random bytes. out of 11 bytes. */
char *order_reference(char out[11]);

#endif
