#ifndef STORE_CARD_H
#define STORE_CARD_H
/* NFC cards as merchants hand them out. A card waits in stock, of one merchant or of nobody yet; an assignment says that a
 * merchant wants to give it to a customer; the customer's code makes it theirs. Every query names the merchant: what
 * another one has in stock or asked for is not there. People's names and numbers come masked. */
#include "db/db.h"

/* For how long an assignment waits for its code. */
enum { CARD_ASSIGNMENT_MINUTES = 30 };

struct card_filter {
	const char *search;  /* in the number of the card or the mobile number of its holder; NULL: any */
	const char *status;  /* stock, active, blocked, lost; NULL: any */
	const char *sort_by; /* uid, status, created_at; else when it was handed out, the last first */
	bool descending;
};

/* A merchant's cards: id, uid, status, assigned_at, created_at, customer.name, customer.mobile_number (both
 * masked; null in stock). */
struct row_list *card_list(struct db *db, int64_t merchant_id, const struct card_filter *filter);
/* handed_out_today, handed_out, in_stock, pending. today: where the day begins. */
const struct row *card_stats(struct db *db, int64_t merchant_id, ms_t now, ms_t today);
/* id, uid, status, customer_id, merchant_id, assigned_at, whosever it is; uid is normalised. */
const struct row *card_by_uid(struct db *db, const char *uid);

/* The active customer with this number (E.164): id, account_id, name (masked), registration_fee_paid, has_card. NULL when
 * there is none. */
const struct row *card_customer(struct db *db, const char *mobile_number);
/* Has the customer an active card? Those who ask the same wait for each other until the transaction ends, so that of two
 * cards handed to one person at once only one can be. */
bool card_customer_has(struct db *db, int64_t customer_id);

/* ---- assignments ---- */
/* Asks for a card to become a customer's; an earlier one of this merchant for the same customer is cancelled. Its id, 0 on
 * failure. */
int64_t card_assignment_open(struct db *db, int64_t card_id, int64_t customer_id, int64_t merchant_id, ms_t now);
/* One of a merchant's: id, card_id, customer_id, created_at, status (pending, done, cancelled; lapsed when it is too old,
 * taken when its card is no longer in stock), uid, name (masked), account_id, recipient (the customer's number as it is),
 * registration_fee_paid. NULL when there is none. */
const struct row *card_assignment_get(struct db *db, int64_t merchant_id, int64_t id, ms_t now);
/* The newest for a customer that is pending, lapsed or taken. */
const struct row *card_assignment_latest(struct db *db, int64_t merchant_id, int64_t customer_id, ms_t now);
/* Makes the card the customer's by one guarded UPDATE, and the assignment done. False when the card has left stock, or the
 * assignment is not pending. */
bool card_hand_over(struct db *db, const struct row *assignment, int64_t merchant_id, ms_t now);
/* False when it is no longer pending. */
bool card_assignment_cancel(struct db *db, int64_t merchant_id, int64_t id);

#endif
