/* Integers throughout, and every step that could overflow says so: a price that wrapped around
 * would be sold. */
#include "rules/price.h"
#include "base/money.h"
#include "base/uuid.h"
#include <assert.h>
#include <string.h>

/* percent of amount, half up, without leaving 64 bits on the way. */
static int64_t percent_of(int64_t amount, int percent)
{
	return amount / 100 * percent + (amount % 100 * percent + 50) / 100;
}

bool price_of(const int64_t unit[], const int64_t quantity[], size_t n, const struct promo *promo, struct price *out)
{
	struct price price = { 0 };

	for (size_t i = 0; i < n; i++) {
		int64_t line;

		/* Below zero is no price at all; refusing it here costs nothing. */
		if (unit[i] < 0 || quantity[i] < 0 || !money_times(unit[i], quantity[i], &line) ||
		    !money_add(price.subtotal, line, &price.subtotal))
			return false;
	}
	if (promo) {
		assert(promo->percent >= 0 && promo->percent <= 100 && promo->amount >= 0);
		price.discount = percent_of(price.subtotal, promo->percent);
		if (promo->amount > price.subtotal - price.discount)
			price.discount = price.subtotal;
		else
			price.discount += promo->amount;
	}
	price.total = price.subtotal - price.discount;
	*out = price;
	return true;
}

/* A product of two amounts of money needs more than 64 bits. */
int64_t price_net(int64_t subtotal, int64_t total, int64_t amount)
{
	return !subtotal ? 0 : amount - (int64_t)((__int128)(subtotal - total) * amount / subtotal);
}

/* 1, 2, 5, 10, 20, … */
static int64_t rounder(int64_t round)
{
	while (round >= 10)
		round /= 10;
	return round;
}

size_t price_steps(int64_t dearest, int64_t steps[PRICE_STEPS])
{
	int64_t most = 1;
	size_t n = 0;

	if (dearest <= most)
		return 0;
	for (int64_t next; (next = rounder(most) == 2 ? most / 2 * 5 : most * 2) < dearest; most = next)
		;
	for (; n < PRICE_STEPS && most; n++) {
		memmove(&steps[1], steps, n * sizeof(*steps));
		steps[0] = most;
		most = rounder(most) == 5 ? most / 5 * 2 : most / 2;
	}
	return n;
}

enum sale_state sale_state(ms_t now, ms_t start, ms_t end, ms_t event_ends)
{
	if (now >= event_ends || (end && now >= end))
		return SALE_OVER;
	return start && now < start ? SALE_NOT_YET : SALE_OPEN;
}

char *reference_make(char *out, size_t letters)
{
	static const char ALPHABET[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

	for (size_t i = 0; i < letters; i++)
		out[i] = ALPHABET[random_below(sizeof(ALPHABET) - 1)];
	out[letters] = '\0';
	return out;
}

char *order_reference(char out[11])
{
	return reference_make(out, 8);
}
