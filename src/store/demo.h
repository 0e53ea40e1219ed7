#ifndef STORE_DEMO_H
#define STORE_DEMO_H
/* What loading the demo asks of the database. */
#include "db/db.h"

/* Sets @hash_<name>; name is one of customer, organizer, merchant, usher, admin. */
bool demo_set_hash(struct db *db, const char *name, const char *hash);
/* Sets @now and @tickets. */
bool demo_set_size(struct db *db, ms_t now, long tickets);
/* Sets @<campus>_since, @<campus>_ahead and @<campus>_before for the demo's campus "river" or "hill", whose zone this is: when its clocks
 * were moved last before three weeks from now, and how many seconds they are ahead of UTC since then and were before. */
bool demo_set_clocks(struct db *db, const char *campus, const char *zone, ms_t now);
/* Events that have no signing key yet: id, created_at. */
const struct rows *demo_events_without_key(struct db *db);
/* Marks of the campus that wait for a person, those with the most flags first, as their queue has them, at most so many: id, account_id, event_id, submitted_at. */
const struct rows *demo_pending(struct db *db, int64_t most);
/* What was drawn as evidence is as small as it shall be, and whose it is agreed to it. False on failure. */
bool demo_evidence_seen(struct db *db);
/* Rows of account, event, ticket or scan_log. */
int64_t demo_count(struct db *db, const char *table);
/* Makes each signing key as old as its event; where event 1 is over or nearly so, moves it to run from an hour ago for
 * eight hours; and the campus's event 1, where it is over, to a moment ago, and its event 2 to be about to open. */
bool demo_refresh(struct db *db, ms_t now);
/* An event's tickets in batches: id, category_id, generation, nonce. */
struct row_source *demo_tickets(TALLOC_CTX *ctx, struct db *db, int64_t event_id);
/* Customers without demo accounts, in batches: id, account_id. */
struct row_source *demo_customers(TALLOC_CTX *ctx, struct db *db);
/* The ushers of event 1: id, account_id. */
const struct rows *demo_ushers(struct db *db);
/* Members of campus 1 in a role who have no demo account, at most n: id, account_id. */
const struct rows *demo_members(struct db *db, const char *role, int64_t n);
/* The demo's merchant, who hands out its cards: id, account_id. NULL: none. */
const struct row *demo_merchant(struct db *db);

#endif
