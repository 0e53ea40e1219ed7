#ifndef STORE_CARD_H
#define STORE_CARD_H
/* NFC cards as merchants hand them out. A card waits in stock, of one merchant or of nobody yet; an assignment says that a
 * merchant wants to give it to a customer; the customer's code makes it theirs. Every query names the merchant: what
 * another one has in stock or asked for is not there. People's names and numbers come masked. */
#include "db/db.h"

/* A holder's name as strangers see it, of the account a: "Mira Castellanos" is "M••• C•••": enough to ask the person at the
 * counter, too little to keep. */
#define CARD_HOLDER "REGEXP_REPLACE(a.name, '([^ ])[^ ]*', '\\\\1•••')"

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
/* handed_out_today, handed_out, in_stock, stock_low (no more than the merchant wants to be told of), pending. today: where the day begins. */
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
/* Makes the card the customer's by one guarded UPDATE, with money of that currency to be put on it, and the assignment done. False when the card has left stock, or the
 * assignment is not pending. */
bool card_hand_over(struct db *db, const struct row *assignment, int64_t merchant_id, const char *currency, ms_t now);
/* What the customer asked for is answered by a card that they were handed: nobody sends another one. False when the database fails. */
bool card_request_met(struct db *db, int64_t customer_id, ms_t now);
/* False when it is no longer pending. */
bool card_assignment_cancel(struct db *db, int64_t merchant_id, int64_t id);

/* ---- what is on them ---- */
/* A customer's card (0: their active one): id, uid, status, currency, balance (minor units). NULL: none, or not theirs. */
const struct row *card_of_customer(struct db *db, int64_t customer_id, int64_t card_id);
/* A customer's request for a card that is not over: id, status (requested, approved). NULL: none. */
const struct row *card_request_open(struct db *db, int64_t customer_id);
/* What came on a customer's card and went from it, the last first: id, kind (reload, sale, refund, charge, reversal, moved), at, amount
 * (negative: it went), balance after it, currency, merchant, note, event.title, order_id (each null where it is none). */
struct row_list *card_transactions(struct db *db, int64_t customer_id, int64_t card_id, bool descending);
/* What is on a customer's lost cards goes to their active one. False on failure; true also where there was nothing. Inside a
 * transaction. */
bool card_move_lost(struct db *db, int64_t customer_id, ms_t now);

#endif
