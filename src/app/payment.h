#ifndef APP_PAYMENT_H
#define APP_PAYMENT_H
/* Settling a payment: shared by the customer's confirmation, the provider's webhook and the job that asks after payments
 * nobody came back for. */
#include "base/config.h"
#include "db/db.h"
#include "outside/payment.h"
#include "store/sale.h"

enum settled {
	SETTLED_PAID,
	SETTLED_PENDING,
	SETTLED_DECLINED,
	SETTLED_REFUNDED /* paid too late, no room */,
	SETTLED_FAILED
};

/* Brings the payment of a sale to what the provider answered, in short transactions of its own; calls the provider only for
 * a refund, outside them. Repeating it changes nothing. Where it was this call that made the sale, sale->tickets are the new
 * ones and the rest is as it was read before; otherwise sale is read again. */
enum settled payment_settle(struct db *db, const struct config *config, struct sale *sale,
			    const struct payment_answer *answer, ms_t now);
/* Asks the provider about the payment and settles it. What it answered is left in *answer, which may be NULL. */
enum settled payment_ask(struct db *db, const struct config *config, struct sale *sale, ms_t now,
			 struct payment_answer *answer);
/* The same, and what could still be paid cannot be after it: SETTLED_DECLINED, unless it was paid before. */
enum settled payment_stop(struct db *db, const struct config *config, struct sale *sale, ms_t now);
/* Gives a succeeded payment back: tickets die, stock is free, money returns. False when it could not be finished now:
 * the job finishes it. */
bool payment_give_back(struct db *db, const struct config *config, struct sale *sale, ms_t now);
/* What a payment is called for with its provider, in texts of the sale and on mem. Not on a page of the provider, unless said so. */
struct payment_bill payment_bill(TALLOC_CTX *mem, const struct config *config, const struct sale *sale);
/* Is the call that charges it still out, in another process? What the provider does not know yet it may know soon. payment: its
 * row (store/payment.h). */
bool payment_call_is_out(const struct row *payment, ms_t now);

/* ---- for who answers a request ---- */

struct request;
struct json_object;
/* The payment into the answer; answer: what the provider just said, or NULL. */
void answer_payment(struct request *rq, const struct row *payment, const struct payment_answer *answer);
/* What the payer does next, where the provider waits for them, into object. */
void answer_next_action(struct request *rq, struct json_object *object, const struct payment_answer *answer);
/* 503: it is to be confirmed in a moment. */
int payment_refuse_later(struct request *rq);
/* Why a payment could not begin: this is a copy that was restored, or one is under way. */
int payment_refuse_start(struct request *rq);
/* Where it waits for the payer and a page asked: that leads to where it is paid, if that is where our pages may lead to. */
bool payment_leads_to_provider(struct request *rq, const struct payment_answer *answer);
/* rq->beside.way: how a page's reader pays here, "token", "provider" or "none". */
void answer_way(struct request *rq);
/* Is there a way to pay by the provider, and what it takes? False: refused. */
bool payment_can_be_made(struct request *rq);

#endif
