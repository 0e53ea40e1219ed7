/* Entries that are alike and of the same minute are one row: the first makes it, the others add to its count, whichever process
 * of the node they are of. */
#include "store/system_log.h"
#include "base/chronicle.h"
#include "store/search.h"
#include <stdio.h>

/* After a failure who has nothing to write but this asks the database no sooner again. */
#define AGAIN (10 * MS_SECOND)

static bool put(struct db *db, const struct chronicle_entry *e)
{
	const char *node = chronicle_node(), *process = chronicle_process_name();

	return db_exec(db,
		       "INSERT INTO system_log (at, last_at, times, kind, severity, node, process, event, subject,"
		       " subject_words, detail, likeness, minute)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, UNHEX(MD5(CONCAT_WS('|', ?, ?, ?, ?))), ?)"
		       " ON DUPLICATE KEY UPDATE times = times + VALUES(times), last_at = GREATEST(last_at, VALUES(last_at))",
		       args(arg_time(e->at), arg_time(e->last_at), e->times, e->kind, e->severity, node, process,
			    e->event, e->subject, words_beside(db, e->subject), e->detail, node, process, e->event,
			    e->subject, e->at / MS_MINUTE)) >= 0;
}

static bool write_all(struct db *db)
{
	const struct chronicle_entry *e;

	while ((e = chronicle_first())) {
		if (!put(db, e))
			return false;
		chronicle_drop();
	}
	return true;
}

void system_log_write(struct db *db)
{
	static ms_t not_before;
	ms_t now;

	if (!chronicle_first() || (now = clock_monotonic()) < not_before)
		return;
	db_clear(db);
	if (!db_schema_fits(db) || !write_all(db)) {
		not_before = now + AGAIN;
		log_warn("system_log_unwritten", F("error", db_message(db)));
	}
	db_clear(db);
}

void system_log_say(struct db *db)
{
	db_clear(db);
	if (!write_all(db))
		fprintf(stderr, "gatehouse: this does not stand in the system log: %s\n", db_message(db));
	db_clear(db);
}

bool system_log_has(struct db *db, const char *event, const char *subject, ms_t since)
{
	return db_int(db, "SELECT COUNT(*) FROM system_log WHERE event = ? AND subject = ? AND node = ? AND at >= ?",
		      args(event, subject, chronicle_node(), arg_time(since))) > 0;
}
