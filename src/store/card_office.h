#ifndef STORE_CARD_OFFICE_H
#define STORE_CARD_OFFICE_H
/* Cards as staff have them: made, handed to merchants as stock, blocked, passed on. All inside transactions. */
#include "db/db.h"

/* Makes a card in stock; merchant_id: whose stock, 0: nobody's yet. Its id; 0 on failure, or when there is one with that number
 * (db_last() is DB_DUPLICATE). */
int64_t card_new(struct db *db, const char *uid, int64_t merchant_id, ms_t now);
/* A card by its normalised number, or by its id, locked: id, uid, status, customer_id, merchant_id, assigned_at, carried (was money
 * ever on it, or is a payment for it under way?), and of its holder name, email, mobile_number, locale. NULL: none. */
const struct row *card_locked_uid(struct db *db, const char *uid);
const struct row *card_locked(struct db *db, int64_t id);
/* The same to be shown: not locked, so also where nothing may be changed. */
const struct row *card_seen(struct db *db, int64_t id);
/* Each by a guarded UPDATE; false when the card is not as it must be. Into the stock of a merchant: only from stock. */
bool card_stock_move(struct db *db, int64_t id, int64_t merchant_id, ms_t now);
/* Blocked: from stock or a holder's hands. */
bool card_block(struct db *db, int64_t id, ms_t now);
/* From one customer to another: no money was ever on it, and what the holder set for it ends. False also when the other has an active
 * card (db_last() is DB_DUPLICATE). */
bool card_pass_on(struct db *db, int64_t id, int64_t from, int64_t to, ms_t now);
/* The active customer with this number, or this id: id, name, email, mobile_number, locale. NULL: none. */
const struct row *card_receiver(struct db *db, const char *mobile_number, int64_t customer_id);
bool card_merchant_is(struct db *db, int64_t merchant_id);
/* For a form: value, label. */
const struct rows *card_merchants(struct db *db);

#endif
