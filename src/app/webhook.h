#ifndef APP_WEBHOOK_H
#define APP_WEBHOOK_H
/* What is done with outgoing webhooks and their deliveries besides listing them (src/resources/webhook.c), and what a delivery says. */
#include "http/request.h"

/* Hooks of the declarations: an address is https:// and no more than an address; one is told something; it has a secret, which is said
 * once. */
const char *webhook_url_rule(const struct request *rq, const char *text);
void webhook_check(struct request *rq, int64_t id);
void webhook_made(struct request *rq, int64_t id);
void webhook_enable_also(struct request *rq, const struct row *row);
void webhook_disable_also(struct request *rq, const struct row *row);
void webhook_ping_also(struct request *rq, const struct row *row);
void webhook_roll_also(struct request *rq, const struct row *row);
void webhook_replay_also(struct request *rq, const struct row *row);
void delivery_replay_also(struct request *rq, const struct row *row);

/* The words of webhook_delivery.type. */
#define WEBHOOK_TYPES                                                                                                  \
	"order.paid,order.refunded,refund.failed,ticket.transferred,ticket.scanned,payout.paid,webhook.ping"

/* What a delivery (its type, noun_id, webhook_id, happened_at) says: JSON, on ctx, with what the API answers of what it is about
 * at this moment; without contacts not by what guests can be reached. *customer_id gets whom that names; 0: nobody. NULL: there is no such thing any more, or the database failed. */
const char *webhook_body(TALLOC_CTX *ctx, struct db *db, const struct row *delivery, bool contacts,
			 int64_t *customer_id);

/* A webhook was switched off by itself, for it is "gone", or was "failing" for days: staff who look after such are told. Inside the
 * transaction that did it. */
void webhook_tell_off(struct db *db, const struct config *config, int64_t id, const char *because, ms_t now);

#endif
