/* Numbers and columns are asked for apart: a look goes over the numbers of some time again and again, for those that commit late, and reads but
 * the rows that it has not told. */
#include "store/attendance_feed.h"
#include "base/buf.h"
#include "base/uuid.h"
#include "store/supervises.h"

const struct rows *feed_ids(struct db *db, int64_t above)
{
	return db_query(db, "SELECT id FROM attendance_change WHERE id > ? ORDER BY id DESC LIMIT 9000", args(above));
}

/* Thousands in one argument: [1,2,…]. */
static const char *ids_text(TALLOC_CTX *ctx, const int64_t ids[], size_t n)
{
	struct buf *out = buf_new(ctx, n * 24 + 8);

	buf_text(out, "[");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%lld", i ? "," : "", (long long)ids[i]);
	buf_text(out, "]");
	return out->data;
}

/* clang-format off */
#define THESE "JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) w"
#define COLUMNS                                                                                                        \
	"SELECT ch.id, ch.event_id AS number, ch.account_id,"                                                          \
	" COALESCE(CONCAT_WS(' ', m.first_name, m.last_name), a.name) AS employee_name,"                               \
	" IF(ch.verification_status = 'rejected', 'absent', ch.status) AS status,"                                     \
	" ch.status = 'late' AND ch.verification_status <> 'rejected' AS `is_late:bool`, ch.at,"                       \
	" COALESCE(ch.device, e.location) AS device, e.uuid AS `event_id:uuid`, e.title AS event_title,"               \
	" ch.verification_status, d.name AS department, t.department_id, t.campus_id, e.organizer_id, ch.method,"      \
	" IF(ch.previous_verification = 'rejected', 'absent', ch.previous_status) AS previous_status, c.time_zone"
#define JOINS                                                                                                          \
	" STRAIGHT_JOIN attendance t ON t.id = ch.attendance_id STRAIGHT_JOIN campus_event e ON e.id = ch.event_id"    \
	" STRAIGHT_JOIN campus c ON c.id = t.campus_id STRAIGHT_JOIN account a ON a.id = ch.account_id"                \
	" LEFT JOIN campus_member m ON m.account_id = ch.account_id LEFT JOIN department d ON d.id = t.department_id"
/* clang-format on */

const struct rows *feed_changes(struct db *db, const int64_t ids[], size_t n)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct rows *rows =
		db_query(db,
			 COLUMNS " FROM " THESE " STRAIGHT_JOIN attendance_change ch ON ch.id = w.id" JOINS
				 " ORDER BY ch.id",
			 args(ids_text(ctx, ids, n)));

	talloc_free(ctx);
	return rows;
}

/* ---- what was missed ---- */

/* Those of one person, or at one event, are found by its own index; the rest lies between two numbers, of which one thread that serves all who
 * watch looks through so many rows at a time. */
enum { STEP = 10000, STEPS_MOST = 3 };
#define SEEN                                                                                                           \
	" AND (ch.account_id = ? OR ? OR t.campus_id = ?"                                                              \
	" OR ? AND t.department_id IN (" SUPERVISED "?) OR ? AND e.organizer_id = ?)"                                  \
	" AND (? IS NULL OR e.uuid = ?) AND (? = 0 OR t.department_id = ?) AND ch.at > ? ORDER BY ch.id LIMIT ?"
#define MISSED(by) COLUMNS " FROM attendance_change ch FORCE INDEX (" by ")" JOINS " WHERE ch.id > ? AND ch.id <= ?"

/* The arguments of the condition of its own index, if any, stand first: its "?" is the third. */
static const struct rows *missed_between(struct db *db, const struct attendance_sight *sight,
					 const struct feed_wish *wish, int64_t event_number, int64_t after,
					 int64_t until)
{
	static const char OF_PERSON[] = MISSED("attendance_change_account") " AND ch.account_id = ?" SEEN;
	static const char AT_EVENT[] = MISSED("attendance_change_event") " AND ch.event_id = ?" SEEN;
	static const char OF_ALL[] = MISSED("PRIMARY") " AND ? = 0" SEEN;
	const struct arg event = wish->event ? arg_bytes(wish->event, UUID_BYTES) : arg_null();
	const int64_t by = wish->account_id ? wish->account_id : event_number;

	return db_query(db,
			wish->account_id ? OF_PERSON
			: by		 ? AT_EVENT
					 : OF_ALL,
			args(after, until, by, sight->account_id, sight->all, sight->campus_id, sight->supervises,
			     sight->account_id, sight->made, sight->account_id, event, event, wish->department_id,
			     wish->department_id, arg_time(wish->since_id ? 0 : wish->since), (int)FEED_MISSED));
}

/* The number after which they are. Numbers do not commit in the order of their times. */
static int64_t missed_after(struct db *db, const struct feed_wish *wish)
{
	if (wish->since_id)
		return wish->since_id;
	return db_int(db, "SELECT id - ? FROM attendance_change WHERE at > ? ORDER BY at, id LIMIT 1",
		      args((int)STEP / 4, arg_time(wish->since)));
}

const struct rows *feed_missed(struct db *db, const struct attendance_sight *sight, const struct feed_wish *wish)
{
	const int64_t event = wish->event ? db_int(db, "SELECT id FROM campus_event WHERE uuid = ?",
						   args(arg_bytes(wish->event, UUID_BYTES)))
					  : 0;
	int64_t after = missed_after(db, wish), until = INT64_MAX;
	const struct rows *rows;

	if (wish->account_id || event)
		return missed_between(db, sight, wish, event, after, until);
	for (int i = 0;; i++) {
		until = db_int(db,
			       "SELECT COALESCE(MAX(id), 0) FROM (SELECT id FROM attendance_change WHERE id > ?"
			       " ORDER BY id LIMIT ?) s",
			       args(after, (int)STEP));
		rows = missed_between(db, sight, wish, event, after, until);
		if (rows->n || !until || i == STEPS_MOST - 1)
			return rows;
		after = until;
	}
}

/* "3,5" of a supervisor, m a session's member: so that each change need not ask. */
#define DEPARTMENTS                                                                                                    \
	" IF(s.role = 'supervisor', CONCAT_WS(',', m.department_id, (SELECT GROUP_CONCAT(sd.department_id)"            \
	" FROM supervisor_department sd WHERE sd.account_id = m.account_id)), '')"

const struct rows *feed_viewers(struct db *db, const int64_t sessions[], size_t n, ms_t now)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct rows *rows =
		db_query(db,
			 "SELECT s.id, s.account_id, s.role, m.campus_id," DEPARTMENTS " AS departments FROM " THESE
			 " STRAIGHT_JOIN session s ON s.id = w.id"
			 " STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active'"
			 " STRAIGHT_JOIN account_role k ON k.account_id = s.account_id AND k.role = s.role"
			 " STRAIGHT_JOIN campus_member m ON m.account_id = s.account_id AND m.left_at IS NULL"
			 " WHERE s.ended_at IS NULL AND s.expires_at > ?",
			 args(ids_text(ctx, sessions, n), arg_time(now)));

	talloc_free(ctx);
	return rows;
}

bool feed_reaches(struct db *db, const struct attendance_sight *sight, int64_t account_id)
{
	return account_id == sight->account_id ||
	       db_int(db,
		      "SELECT COUNT(*) FROM campus_member m WHERE m.account_id = ?"
		      " AND (? OR m.campus_id = ? OR ? AND m.department_id IN (" SUPERVISED "?) OR ? AND ("
		      "EXISTS (SELECT 1 FROM attendance t JOIN campus_event e ON e.id = t.event_id"
		      " WHERE t.account_id = m.account_id AND e.organizer_id = ?)"
		      " OR EXISTS (SELECT 1 FROM event_expected x JOIN campus_event e ON e.id = x.event_id"
		      " WHERE x.account_id = m.account_id AND e.organizer_id = ?)))",
		      args(account_id, sight->all, sight->campus_id, sight->supervises, sight->account_id, sight->made,
			   sight->account_id, sight->account_id)) > 0;
}
