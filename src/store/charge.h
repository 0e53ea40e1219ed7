#ifndef STORE_CHARGE_H
#define STORE_CHARGE_H
/* What merchants take from cards at their counters, and give back. */
#include "db/db.h"
#include "store/ledger.h"

/* For how long a charge can be given back, in days; staff settle what is older. */
#define CHARGE_DAYS 30

struct charge {
	int64_t id, merchant_id, card_id, amount, balance; /* minor units; balance: what is on the card after it */
	const char *currency, *note;
};

/* The card with that normalised number, locked with its balance until the transaction ends: id, uid, status, currency, balance, and
 * customer.name (masked), and whom to tell: name, email, mobile_number, locale. NULL: none that was ever handed out. Inside a transaction. */
const struct row *charge_card(struct db *db, const char *uid);
/* Takes charge->amount from the card, which charge_card() has locked, and gives it to the merchant; sets id. LEDGER_SHORT: the card has not so
 * much, or is not active. Inside a transaction. */
enum ledger_posted charge_make(struct db *db, struct charge *charge, ms_t now);
/* One of a merchant's, locked: id, card_id, amount, currency, note, status, balance, created_at, card.balance. NULL: none. Inside a
 * transaction. */
const struct row *charge_locked(struct db *db, int64_t merchant_id, int64_t id);
/* done → reversed: false when it was not done, or is older than CHARGE_DAYS. */
bool charge_close(struct db *db, int64_t id, ms_t now);
/* Its money goes back to the card, whatever became of that. Inside a transaction. */
enum ledger_posted charge_give_back(struct db *db, int64_t id, ms_t now);

/* What its customer is told: name, email, mobile_number, locale, uid, amount, currency, note, balance (now on the card), merchant (as
 * receipts have it). NULL: nobody has the card. */
const struct row *charge_told(struct db *db, int64_t id);

/* A merchant's charges since then, the latest n first: id, status, amount, currency, note, created_at, card (the end of its number). */
const struct rows *charge_latest(struct db *db, int64_t merchant_id, ms_t since, int64_t n);
/* What a receipt says beside the charge itself: merchant (as receipts have it), card (the end of its number), old (no longer given back
 * at the counter). NULL: it is not this merchant's. */
const struct row *charge_receipt(struct db *db, int64_t merchant_id, int64_t id, ms_t now);

#endif
