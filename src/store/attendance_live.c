/* Read at most ten times a second however many watch, each time by the event's own key. */
#include "store/attendance_live.h"
#include "base/uuid.h"
#include "store/attendance_facts.h"
#include "store/campus_event.h"
#include "store/supervises.h"

/* clang-format off */
#define FACTS                                                                                                          \
	"e.organizer_id, e.campus_id AS of_campus, e.public_counts AS `public_counts:bool`,"                           \
	" m.account_id IS NOT NULL AS `member:bool`, COALESCE(m.campus_id, 0) AS viewer_campus"
#define MEMBER(account) " LEFT JOIN campus_member m ON m.account_id = " account " AND m.left_at IS NULL"
/* clang-format on */

int64_t attendance_live_number(struct db *db, const char *name)
{
	uint8_t uuid[UUID_BYTES];

	return uuid_parse(name, uuid) ? db_int(db, "SELECT id FROM campus_event WHERE uuid = ? AND deleted_at IS NULL",
					       args(arg_bytes(uuid, UUID_BYTES)))
				      : 0;
}

const struct row *attendance_live_facts(struct db *db, int64_t account_id, int64_t event_id)
{
	return db_one(db, "SELECT " FACTS " FROM campus_event e" MEMBER("?") " WHERE e.id = ? AND e.deleted_at IS NULL",
		      args(account_id, event_id));
}

const struct rows *attendance_live_watching(struct db *db, const struct watch watches[], size_t n, ms_t now)
{
	return sessions_watching(db,
				 SESSIONS_WATCHING(FACTS, " JOIN campus_event e ON e.id = w.topic_id"
							  " AND e.deleted_at IS NULL" MEMBER("s.account_id")),
				 watches, n, now);
}

const struct row *attendance_live_event(struct db *db, int64_t event_id, ms_t now)
{
	const struct arg at = arg_time(now);

	return db_one(db,
		      "SELECT e.uuid AS `event_id:uuid`, e.title, e.roster_at IS NOT NULL AS `fixed:bool`, " EVENT_PHASE
		      " AS phase FROM campus_event e WHERE e.id = ?",
		      args(at, at, at, event_id));
}

const struct rows *attendance_live_summary(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT status, verification_status, COUNT(*) AS count FROM attendance"
			" WHERE event_id = ? AND state = 'submitted' GROUP BY status, verification_status"
			" ORDER BY status, verification_status",
			args(event_id));
}

const struct rows *attendance_live_recent(struct db *db, int64_t event_id, int64_t supervisor_id, ms_t since)
{
	return db_query(db,
			"SELECT COALESCE(m.first_name, u.name) AS student__first_name,"
			" COALESCE(m.last_name, '') AS student__last_name, a.submitted_at, a.verification_status"
			" FROM attendance a JOIN account u ON u.id = a.account_id"
			" LEFT JOIN campus_member m ON m.account_id = a.account_id"
			" WHERE a.event_id = ? AND a.state = 'submitted' AND a.submitted_at > ?"
			" AND (? = 0 OR a.department_id IN (" SUPERVISED "?))"
			" ORDER BY a.submitted_at DESC, a.id DESC LIMIT 10",
			args(event_id, arg_time(since), supervisor_id, supervisor_id));
}

int64_t attendance_live_expected(struct db *db, int64_t event_id, bool fixed)
{
	return fixed ? db_int(db,
			      "SELECT COUNT(*) FROM event_expected x LEFT JOIN attendance a ON a.event_id = x.event_id"
			      " AND a.account_id = x.account_id AND " FACT_MADE
			      " WHERE x.event_id = ? AND " EXPECTED_STANDS,
			      args(event_id))
		     : roster_size(db, event_id, false);
}
