#ifndef STORE_MERCHANT_H
#define STORE_MERCHANT_H
/* Merchants: what they set for their counter, and what they did there, in figures. */
#include "db/db.h"

/* What customers read, of the merchant m. */
#define MERCHANT_NAME "COALESCE(m.receipt_name, m.company)"

enum { MERCHANT_DAYS = 14 };

/* company, receipt_name, charge_note, charge_most, stock_low, each but the first NULL where nothing is set; name: what customers read.
 * lock: until the transaction ends nobody else changes it. NULL: there is none. */
const struct row *merchant_settings(struct db *db, int64_t merchant_id, bool lock);
struct merchant_set {
	const char *receipt_name, *charge_note; /* NULL: none */
	int64_t charge_most, stock_low;		/* 0: none */
};
bool merchant_settings_set(struct db *db, int64_t merchant_id, const struct merchant_set *set);

/* Is it time to tell the merchant that few cards are left? True once each time that their stock falls to what they set: by a guarded
 * UPDATE, which the next look at a fuller stock takes back. Inside a transaction, with the merchant locked (merchant_settings()): two who count at
 * once would each miss the other's card. */
bool merchant_stock_fell(struct db *db, int64_t merchant_id);
/* Whom to tell: name, email, mobile_number, locale; and left, the cards in their stock. */
const struct row *merchant_told(struct db *db, int64_t merchant_id);

/* ---- figures; days are those of a zone, from since (where one of them begins) to now ---- */
/* day ("2026-11-21"), cards that were handed out. */
const struct rows *merchant_days_cards(struct db *db, int64_t merchant_id, const char *zone, ms_t since, ms_t now);
/* day, currency, charges (how many), amount. */
const struct rows *merchant_days_charged(struct db *db, int64_t merchant_id, const char *zone, ms_t since, ms_t now);
/* The same of what was given back, by the day on which it was. */
const struct rows *merchant_days_reversed(struct db *db, int64_t merchant_id, const char *zone, ms_t since, ms_t now);
/* currency, owed: what the merchant has in the ledger, in each currency that was ever posted to them. Minor units. */
const struct rows *merchant_owed(struct db *db, int64_t merchant_id);

#endif
