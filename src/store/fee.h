#ifndef STORE_FEE_H
#define STORE_FEE_H
/* What of a sale is tax and what the house takes, as expressions of SQL over amounts in minor units and rates in basis points: the
 * statement that makes a payment works both out of the rates as they are then, and audit holds what is kept against them. Products
 * of money and rates need more than 64 bits. */

/* The tax that is included in a price: price - price / (1 + rate), half up. */
#define TAX_IN(price, rate)                                                                                            \
	"CAST((CAST(" price " AS DECIMAL(38, 0)) * (" rate ") * 2 + 10000 + (" rate ")) DIV (2 * (10000 + (" rate      \
	"))) AS SIGNED)"
/* The share of a price in basis points, half up. */
#define SHARE_OF(price, rate) "CAST((CAST(" price " AS DECIMAL(38, 0)) * (" rate ") + 5000) DIV 10000 AS SIGNED)"
/* How much of a fee, or tax, of a payment has gone back when so much of its amount has: of all of it all. What one refund gives
 * back is what this grows by, so the parts of a whole add up to it however often they were rounded. */
#define GONE_BACK(fee, gone, amount) "CAST(CAST(" fee " AS DECIMAL(38, 0)) * (" gone ") DIV (" amount ") AS SIGNED)"

#endif
