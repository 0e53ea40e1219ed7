#ifndef STORE_KEEP_H
#define STORE_KEEP_H
/* Cards of a payment provider's by which customers' own cards reload themselves. One is chosen at the provider, whose page may be
 * left without, and is kept there: here are only its names. */
#include "db/db.h"

/* What keep_…() answer: id, uuid, customer_id, card_id, provider, provider_ref, payer, reload_below, reload_amount, status,
 * created_at. */

/* One that is about to be chosen for a customer's active card, so that with less than below on it amount is put on it; payer is the
 * one that the provider knows them by already, if it does. NULL: the card is not active, or this is a copy that was restored. */
const struct row *keep_start(struct db *db, int64_t customer_id, int64_t card_id, const char *provider, int64_t below,
			     int64_t amount, ms_t now);
/* What the provider calls the page, and the customer. Either may be "". */
void keep_called(struct db *db, int64_t id, const char *reference, const char *payer, ms_t now);
/* Those that are being chosen for a customer's card, the last first, at most 10; the one of that uuid; ids of those that nobody
 * came back for since before, at most 50; and one by its id. */
const struct rows *keep_open(struct db *db, int64_t customer_id, int64_t card_id);
const struct row *keep_of_uuid(struct db *db, const char *uuid);
const struct rows *keep_waiting(struct db *db, ms_t before);
const struct row *keep_get(struct db *db, int64_t id);
/* A customer's address for the provider: email ("" where there is none). */
const char *keep_email(struct db *db, int64_t customer_id);

/* How a card of a provider's is called. */
struct keep_card {
	const char *provider, *payer, *token, *shown;
};
/* It is chosen: the card reloads itself by it from now on, and by no other. False: another was quicker, the card is not active any
 * more, or failure. Inside a transaction, to be rolled back then. */
bool keep_take(struct db *db, const struct row *keep, const struct keep_card *chosen, ms_t now);
/* It was not. */
void keep_fail(struct db *db, int64_t id, ms_t now);
/* It was, when it was not needed any more: it is to be let go. */
void keep_too_late(struct db *db, int64_t id, const char *token, ms_t now);
/* It is asked about, or to be let go, now: others are before it next time. */
void keep_asked(struct db *db, int64_t id, ms_t now);

/* A customer's card reloads itself by a card of the provider's, without one having been kept; NULL: not any more. What was kept for it
 * is to be let go. Inside a transaction. */
bool keep_set(struct db *db, int64_t customer_id, int64_t card_id, int64_t below, int64_t amount,
	      const struct keep_card *card, ms_t now);
/* Kept ones that are not needed any more: id, provider, token, payer, erase (nor who has it: they left, store/privacy.c); at most
 * 50. And one that the provider has let go. */
const struct rows *keep_leaving(struct db *db);
void keep_gone(struct db *db, int64_t id, ms_t now);

#endif
