#ifndef APP_CREDIT_H
#define APP_CREDIT_H
/* Settling payments that are no order's (store/credit.h), for whoever learns of them: the customer, the provider's notice,
 * the job. */
#include "app/payment.h"
#include "http/request.h"

/* Brings it to what the provider answered, in a short transaction of its own. Repeating it changes nothing. *payment is read
 * again. SETTLED_REFUNDED: it went back since, at the provider's desk. Where a card's own reload is declined, that ends, and its holder is told. */
enum settled credit_settle(struct db *db, const struct config *config, const struct row **payment,
			   const struct payment_answer *answer, ms_t now);
/* Asks the provider first, unless it is over. What it answered is left in *answer, which may be NULL. */
enum settled credit_ask(struct db *db, const struct config *config, const struct row **payment, ms_t now,
			struct payment_answer *answer);
/* The same, and what could still be paid cannot be after it: SETTLED_DECLINED, unless it was paid before. */
enum settled credit_stop(struct db *db, const struct config *config, const struct row **payment, ms_t now);
struct credit_call {
	struct db *db;
	const struct config *config;
	const char *token; /* the provider's, of the card that pays; NULL: the payer chooses there */
	bool hosted;	   /* then on the provider's own page */
	ms_t now;
	const char *payer;	     /* whose card token is, where it is charged without them; NULL: not so */
	const struct tongue *tongue; /* in which that page and what is paid there are named; NULL: the site's */
};

/* Has one that was just started paid, or begun at the provider, and settles it. *answer: what the provider said. */
enum settled credit_charge(const struct credit_call *call, const struct row **payment, struct payment_answer *answer);
/* Puts on a card what it reloads itself by, if it is still to be. Who was cut off in it goes on by credit_auto_again(), which charges
 * what was not charged yet, and nothing twice. */
enum settled credit_auto(struct db *db, const struct config *config, int64_t card_id, ms_t now);
enum settled credit_auto_again(struct db *db, const struct config *config, const struct row **payment, ms_t now);
/* Answers the payment, and the card that it put money on, as payments/confirm/ does. */
int credit_answer(struct request *rq, const struct row *payment, enum settled settled,
		  const struct payment_answer *answer);
/* payments/confirm/ and payments/cancel/ of one, and what a provider's notice says of one. */
int credit_confirm(struct request *rq);
int credit_cancel(struct request *rq);
int credit_notice(struct request *rq, const char *provider, const struct payment_notice *notice);
/* Has one that the request just started paid, as its fields say, and answers it. */
int credit_pay(struct request *rq, const struct row *payment);
/* Somebody is back from the provider's page: asks about all that is under way to a card of theirs, or of their fee (0). */
void credit_back(struct request *rq, int64_t card_id);
/* The same payments, for a page: beside.open[], each id, status, amount, currency. */
void credit_beside(struct request *rq, int64_t card_id);
/* card_fee.c: the fee of payments/process/ (purpose "registration_fee"). */
int card_fee_pay(struct request *rq);

#endif
