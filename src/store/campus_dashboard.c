/* Who was where is read from records alone: of an event that is over everybody who was expected has one, for its closing wrote those of who did
 * not come. So a department's people are found by the key of their own records, and nobody's roster is gone through. */
#include "store/campus_dashboard.h"
#include "store/attendance_facts.h"
#include "store/audience_fits.h"
#include "store/supervises.h"

int64_t dashboard_marks(struct db *db, const struct figures_of *of, ms_t since)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM attendance a WHERE a.submitted_at >= ? AND " FACT_MADE
		      " AND a.method <> 'auto' AND a.campus_id = COALESCE(?, a.campus_id)"
		      " AND a.campus_id = COALESCE(?, a.campus_id) AND (? OR a.department_id = ?)",
		      args(arg_time(since), arg_id_or_null(of->campus_id), arg_id_or_null(of->campus),
			   of->department == 0, of->department));
}

#define CAME "r.status IN ('present', 'late') AND r.verification_status <> 'rejected'"

/* Each record once: of an event that the account made those of its departments are in what is before them already. */
#define RECORD "SELECT a.id, a.event_id, a.account_id, a.department_id, a.status, a.verification_status FROM "
#define OF_THEM                                                                                                        \
	"(" RECORD "(" SUPERVISED "?) l STRAIGHT_JOIN attendance a ON a.department_id = l.department_id"               \
	" WHERE a.event_starts_at >= ? AND a.event_starts_at < ? AND " FACT_MADE " UNION ALL " RECORD                  \
	"campus_event o STRAIGHT_JOIN attendance a ON a.event_id = o.id AND " FACT_MADE                                \
	" WHERE o.organizer_id = ? AND o.starts_at >= ? AND o.starts_at < ?"                                           \
	" AND (a.department_id IS NULL OR a.department_id NOT IN (" SUPERVISED                                         \
	"?))) r JOIN campus_event e ON e.id = r.event_id"
#define OF_MADE                                                                                                        \
	"campus_event e STRAIGHT_JOIN attendance r ON r.event_id = e.id AND r.state = 'submitted'"                     \
	" AND e.organizer_id = ? AND e.starts_at >= ? AND e.starts_at < ?"
#define AT_RISK(records)                                                                                               \
	"SELECT r.account_id AS user_id, m.student_id, CONCAT_WS(' ', m.first_name, m.last_name) AS full_name,"        \
	" d.name AS department, r.expected, r.attended, ROUND(100 * r.attended / r.expected, 2) + 0e0 AS rate,"        \
	" c.attendance_threshold AS threshold FROM (SELECT r.account_id, COUNT(*) AS expected, CAST(SUM(" CAME         \
	") AS SIGNED) AS attended FROM " records " WHERE e.closes_at <= ? AND e.roster_at IS NOT NULL"                 \
	" AND r.status <> 'excused' AND e.campus_id = COALESCE(?, e.campus_id)"                                        \
	" AND e.series <=> COALESCE(?, e.series) AND (? OR r.department_id = ?)"                                       \
	" GROUP BY r.account_id HAVING expected >= ?) r JOIN campus_member m ON m.account_id = r.account_id"           \
	" AND m.left_at IS NULL JOIN campus c ON c.id = m.campus_id LEFT JOIN department d ON d.id = m.department_id"  \
	" WHERE 100 * r.attended < c.attendance_threshold * r.expected ORDER BY rate, r.account_id LIMIT ?"

const struct rows *dashboard_at_risk(struct db *db, const struct figures_of *of, int64_t n)
{
	const struct arg from = arg_time(of->from), to = arg_time(of->to), now = arg_time(of->now);
	const struct arg campus = arg_id_or_null(of->campus), series = arg_text(of->series);
	const int64_t me = of->account_id;

	if (of->sight == FIGURES_THEIRS)
		return db_query(db, AT_RISK(OF_THEM),
				args(me, from, to, me, from, to, me, now, campus, series, of->department == 0,
				     of->department, DASHBOARD_FEWEST, n));
	return db_query(db, AT_RISK(OF_MADE),
			args(me, from, to, now, campus, series, of->department == 0, of->department, DASHBOARD_FEWEST,
			     n));
}

const struct row *dashboard_outlook(struct db *db, int64_t account_id, ms_t from, ms_t now)
{
	const struct arg at = arg_time(now);

	return db_one(
		db,
		"SELECT COUNT(*) AS expected, COALESCE(SUM(IF(r.id IS NULL, e.closes_at > ?, " CAME
		")), 0) AS possible,"
		" COALESCE((SELECT c.attendance_threshold FROM campus_member m JOIN campus c ON c.id = m.campus_id"
		" WHERE m.account_id = ?), 70) AS threshold, (SELECT COUNT(*) FROM (SELECT SUM(a.status <> 'absent')"
		" OVER (ORDER BY a.event_starts_at DESC, a.id DESC) AS others FROM attendance a WHERE a.account_id = ?"
		" AND " FACT_MADE " AND a.status <> 'excused') l WHERE l.others = 0) AS absent_running"
		" FROM campus_event e LEFT JOIN attendance r ON r.event_id = e.id AND r.account_id = ?"
		" AND r.state = 'submitted' WHERE e.starts_at >= ? AND e.deleted_at IS NULL AND e.is_active"
		" AND NOT (r.status <=> 'excused') AND (EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = e.id"
		" AND x.account_id = ? AND x.state = 'expected') OR e.roster_at IS NULL AND e.closes_at > ?"
		" AND EXISTS (SELECT 1 FROM campus_member m JOIN event_audience u ON u.event_id = e.id"
		" WHERE m.account_id = ? AND " FITS "))",
		args(at, account_id, account_id, account_id, arg_time(from), account_id, at, account_id));
}
