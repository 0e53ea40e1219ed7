/* Who was where is read from records alone: of an event that is over everybody who was expected has one, for its closing wrote those of who did
 * not come. So nobody's roster is gone through; and of thousands of events who was there is kept packed, and counted as it comes. */
#include "store/campus_dashboard.h"
#include "base/buf.h"
#include "store/attendance_facts.h"
#include "store/audience_fits.h"

int64_t dashboard_marks(struct db *db, const struct figures_of *of, ms_t since)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM attendance a WHERE a.submitted_at >= ? AND " FACT_MADE
		      " AND a.method <> 'auto' AND a.campus_id = COALESCE(?, a.campus_id)"
		      " AND a.campus_id = COALESCE(?, a.campus_id) AND (? OR a.department_id = ?)",
		      args(arg_time(since), arg_id_or_null(of->campus_id), arg_id_or_null(of->campus),
			   of->department == 0, of->department));
}

/* ---- who is at risk ---- */

/* A table of accounts, which is never more than half full: a search begins where an account's number says, and goes on to the next. */
enum { CROWD_FIRST = 4096 };
struct crowd {
	struct standing {
		int64_t account_id, expected, attended; /* 0: nobody stands here */
	} * all;
	size_t n, room; /* a power of two */
};

static struct standing *standing_of(const struct crowd *c, int64_t account_id)
{
	size_t at = ((uint64_t)account_id * 0x9E3779B97F4A7C15u >> 20) & (c->room - 1);

	while (c->all[at].account_id && c->all[at].account_id != account_id)
		at = (at + 1) & (c->room - 1);
	return &c->all[at];
}

static void crowd_grow(struct crowd *c)
{
	struct crowd more = { talloc_zero_array(talloc_parent(c->all), struct standing, (unsigned)c->room * 2), c->n,
			      c->room * 2 };

	for (size_t i = 0; i < c->room; i++)
		if (c->all[i].account_id)
			*standing_of(&more, c->all[i].account_id) = c->all[i];
	talloc_free(c->all);
	*c = more;
}

static void crowd_add(void *with, int64_t account_id, bool came)
{
	struct crowd *c = with;
	struct standing *one = standing_of(c, account_id);

	if (!one->account_id && ++c->n * 2 > c->room) {
		crowd_grow(c);
		one = standing_of(c, account_id);
	}
	one->account_id = account_id;
	one->expected++;
	one->attended += came;
}

/* JSON of those who were expected often enough and are below so many per cent. */
enum { PERSON_MOST = 64 }; /* bytes */
static const char *crowd_below(TALLOC_CTX *ctx, const struct crowd *c, int64_t threshold)
{
	struct buf *out = buf_new(ctx, c->n * PERSON_MOST + PERSON_MOST);
	const char *before = "[";

	for (size_t i = 0; i < c->room; i++) {
		const struct standing *one = &c->all[i];

		if (one->expected < DASHBOARD_FEWEST || 100 * one->attended >= threshold * one->expected)
			continue;
		buf_printf(out, "%s[%lld,%lld,%lld]", before, (long long)one->account_id, (long long)one->expected,
			   (long long)one->attended);
		before = ",";
	}
	buf_text(out, *before == '[' ? "[]" : "]");
	return out->data;
}

#define CROWD                                                                                                          \
	"JSON_TABLE(?, '$[*]' COLUMNS (account_id BIGINT PATH '$[0]', expected BIGINT PATH '$[1]',"                    \
	" attended BIGINT PATH '$[2]')) r"

const struct rows *dashboard_at_risk(struct db *db, const struct figures_of *of, int64_t n)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	struct crowd crowd = { talloc_zero_array(ctx, struct standing, CROWD_FIRST), 0, CROWD_FIRST };
	const struct rows *rows;

	figures_people(db, of, crowd_add, &crowd);
	rows = db_query(
		db,
		"SELECT r.account_id AS user_id, m.student_id, CONCAT_WS(' ', m.first_name, m.last_name) AS full_name,"
		" d.name AS department, r.expected, r.attended, ROUND(100 * r.attended / r.expected, 2) + 0e0 AS rate,"
		" c.attendance_threshold AS threshold FROM " CROWD
		" STRAIGHT_JOIN campus_member m ON m.account_id = r.account_id AND m.left_at IS NULL"
		" JOIN campus c ON c.id = m.campus_id LEFT JOIN department d ON d.id = m.department_id"
		" WHERE 100 * r.attended < c.attendance_threshold * r.expected ORDER BY rate, r.account_id LIMIT ?",
		args(crowd_below(ctx, &crowd, db_int(db, "SELECT MAX(attendance_threshold) FROM campus", no_args)), n));
	talloc_free(ctx);
	return rows;
}

/* ---- how one stands ---- */

#define CAME "r.status IN ('present', 'late') AND r.verification_status <> 'rejected'"

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
