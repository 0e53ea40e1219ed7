#ifndef STORE_DOUBT_H
#define STORE_DOUBT_H
/* What the marks of an event are held against each other by (rules/mark_doubt.h). */
#include "db/db.h"

/* Events of which marks changed within ten minutes and since they were looked at, at most 100: event_id, change_id (the last). */
const struct rows *doubts_due(struct db *db, ms_t now);
/* Up to that change all was seen. */
void doubts_seen(struct db *db, int64_t event_id, int64_t change_id, ms_t now);
/* The networks of an event's campus, a JSON list. NULL: it has none. */
const char *doubt_networks(struct db *db, int64_t event_id);
/* What people marked themselves and was not rejected: id, account_id, latitude, longitude, ip, place_verdict, and flags (their codes with commas
 * between and around). */
const struct rows *doubt_marks(struct db *db, int64_t event_id);
/* Marks whose device is that of two accounts or more there, or of three in 30 days: id, here, accounts. */
const struct rows *doubt_devices(struct db *db, int64_t event_id, ms_t now);
/* A flag that nobody said anything of holds no more. */
void doubt_over(struct db *db, int64_t attendance_id, const char *code);

/* ---- how old codes are; printed and typed ones have no age ---- */

/* Keeps the median of an event that is over. */
void doubt_age_keep(struct db *db, int64_t event_id, ms_t now);
/* Of each person with a mark there who showed eight codes or more in 90 days: attendance_id, account_id, n, mean, and least: no median of an event
 * at which they showed one is lower. */
const struct rows *doubt_ages(struct db *db, int64_t event_id, ms_t now);
/* The median of all codes that anybody showed at the events at which an account showed one in these days. */
double doubt_age_of_all(struct db *db, int64_t account_id, ms_t now);

#endif
