#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H
/* The audit log: who changed what. Rows are added unchained, inside the transaction of what they
 * tell of; the seal job numbers and chains them within seconds, so that no writer waits for
 * another. */
#include "db/db.h"
#include "rules/audit.h"

/* Adds one unchained row. False on failure. */
bool audit_add(struct db *db, const struct audit_entry *entry);

/* Chains at most a few hundred unchained rows in one transaction. How many, 0 when there were none
 * or another sealer was first, -1 on failure. */
int audit_seal(struct db *db);

/* Walks the whole chain in batches; memory stays constant. The caller holds a snapshot
 * (db_snapshot_begin), for the chain grows meanwhile. True when every link and the chain's end fit.
 * False: *first_bad is the first place that does not fit (rows cut off the tail: the first that is
 * missing), or 0 when the database failed. */
bool audit_verify(struct db *db, int64_t *first_bad);

#endif
