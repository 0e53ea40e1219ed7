#ifndef STORE_TREND_H
#define STORE_TREND_H
/* What the back office's figures over time are read from: sums by day (store/tally.h), and what is counted as it is asked for.
 * Between trend_open() and trend_close() all of it is one snapshot, so that parts add up to their whole. Sums of sales are: orders, tickets,
 * gross, discounts, sales, refunds, refunded, net (sales less what went back), fees (less what of them went back). */
#include "store/tally.h"

enum grain { GRAIN_DAY, GRAIN_WEEK, GRAIN_MONTH };

bool trend_open(struct db *db);
void trend_close(struct db *db);

/* The first day of the period that a day is in: itself, its Monday, the first of its month. Returns out. */
char *trend_period(const char *day, enum grain grain, char out[DATE_SIZE]);

/* ---- sales ---- */

/* By currency: currency and the sums. And by it and period: day (its first), currency and the sums; those with something. */
const struct rows *trend_sales(struct db *db, const struct span *span);
const struct rows *trend_sales_by_period(struct db *db, const struct span *span, enum grain grain);

enum trend_by { BY_EVENT, BY_ORGANIZER, BY_KIND };

/* Of each currency those that sold most, at most so many: id, name, slug (of a kind), currency and the sums. All together at most 9,000. */
const struct rows *trend_sales_by(struct db *db, const struct span *span, enum trend_by by, int most);

/* ---- kinds of events ---- */

/* slug, name, events that begin in the span and were published, and before: in the one before. */
const struct rows *trend_kinds(struct db *db, const struct span *span, const struct span *before);

/* ---- people ---- */

/* customers (new), verified (whose number was), sign_ins (as far back as sessions are kept). */
const struct row *trend_people(struct db *db, const struct span *span);
/* By period: day, customers; and day, sign_ins. */
const struct rows *trend_customers_by_period(struct db *db, const struct span *span, enum grain grain);
const struct rows *trend_sign_ins_by_period(struct db *db, const struct span *span, enum grain grain);
/* role, accounts, active (not disabled), verified, new (given the role in the span), before. */
const struct rows *trend_roles(struct db *db, const struct span *span, const struct span *before);

/* ---- cards ---- */

/* made, handed_out. And how many there are now: stock, active, blocked, lost. */
const struct row *trend_cards(struct db *db, const struct span *span);
const struct row *trend_cards_now(struct db *db);
/* By period: day, made; and day, handed_out. */
const struct rows *trend_cards_made_by_period(struct db *db, const struct span *span, enum grain grain);
const struct rows *trend_cards_out_by_period(struct db *db, const struct span *span, enum grain grain);
/* By currency, and by it and period: day, currency, reloads, reloaded, charges, charged, reversals, reversed. */
const struct rows *trend_card_money(struct db *db, const struct span *span);
const struct rows *trend_card_money_by_period(struct db *db, const struct span *span, enum grain grain);
/* What lies on all cards now: currency, on_cards. */
const struct rows *trend_on_cards(struct db *db);

#endif
