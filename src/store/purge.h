#ifndef STORE_PURGE_H
#define STORE_PURGE_H
/* What is known of where somebody was goes after the campus's days, unless a hold stops it. Evidence has its own (store/evidence.h). */
#include "db/db.h"

/* A batch, whose size all of these keep to, so that each is a short transaction. */
enum { PURGE_BATCH = 200 };

/* Campuses: id, place_days. */
const struct rows *purge_campuses(struct db *db);
/* Records of a campus that are older, nothing of which went yet and nothing holds: id. */
const struct rows *purge_places_due(struct db *db, int64_t campus_id, int64_t days, ms_t now);
/* Takes the exact place, which of the event's it was, and the address from one of these; how far it was stays. In a transaction. True:
 * something was there. */
bool purge_place(struct db *db, int64_t attendance_id, ms_t now);

/* Codes that were shown longer ago than their event's campus keeps where that was (of no event: their person's), and of which no record is
 * held: id. */
const struct rows *purge_scan_places_due(struct db *db, ms_t now);
/* Takes the place and the address from one of them. False: they went meanwhile, or it failed. */
bool purge_scan_place(struct db *db, int64_t id, ms_t now);
/* Codes that were shown longer ago than the same keeps them at all: id. */
const struct rows *purge_scans_due(struct db *db, ms_t now);
/* One of them goes. False: it went meanwhile, or it failed. */
bool purge_scan(struct db *db, int64_t id, ms_t now);

/* Decisions that excused somebody with a picture that is older than the campus keeps evidence, of a record that nothing holds: id. */
const struct rows *purge_excuses_due(struct db *db, ms_t now);
/* One of them names its picture no longer, which goes with that (store/file.h). False: it went meanwhile, or it failed. */
bool purge_excuse(struct db *db, int64_t id, ms_t now);

/* Members who have left, of whom nothing that has days is kept any more (the longest of their campus's are over), and of whom no record is held:
 * id (the account). */
const struct rows *purge_members_due(struct db *db, ms_t now);
/* One of them is a person no more: their records stay, of "Former member" and a number. An account that is nobody's elsewhere goes as one does
 * that its owner deletes. In a transaction. False: they went meanwhile or are back, or it failed. */
bool purge_member(struct db *db, int64_t id, ms_t now);

#endif
