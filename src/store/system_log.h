#ifndef STORE_SYSTEM_LOG_H
#define STORE_SYSTEM_LOG_H
/* The system log: what base/chronicle.h keeps of a process, written down. It never breaks nor slows what it tells of: it is written
 * between two pieces of work, and where the database takes nothing it waits and is tried again later. */
#include "db/db.h"

/* Writes what there is, each in a short statement of its own, outside of a transaction. Cheap where there is nothing. */
void system_log_write(struct db *db);
/* The same for a command, which ends after it: what could not be written is in no log but says so on standard error. */
void system_log_say(struct db *db);
/* Is there an entry of that event and subject on this node, since a moment? */
bool system_log_has(struct db *db, const char *event, const char *subject, ms_t since);

#endif
