/* A report that jobs make is one row from when it is asked for until a day after it is there. Who makes it holds no lock meanwhile: that it is
 * done once is one guarded update. */
#include "store/report.h"
#include "db/compose.h"
#include "store/audience_fits.h"
#include "store/supervises.h"

/* ---- sources ---- */

struct row_source *report_in_order(struct row_list *list)
{
	return query_in_order(list);
}

struct joined {
	struct row_source source;
	struct row_source **of;
	size_t n, at;
	bool given;
};

/* A source's first batch comes even where it has no rows: of several the first alone is wanted then. */
static const struct rows *next_joined(struct row_source *source)
{
	struct joined *j = (struct joined *)(void *)source;

	while (j->at < j->n) {
		const struct rows *rows = j->of[j->at]->next(j->of[j->at]);

		if (rows && (rows->n || !j->given)) {
			j->given = true;
			return rows;
		}
		if (!rows)
			j->at++;
	}
	return NULL;
}

struct row_source *report_joined(struct db *db, struct row_source *const sources[], size_t n)
{
	struct joined *j = talloc_zero(db_results(db), struct joined);

	j->source.next = next_joined;
	j->of = talloc_memdup(j, sources, n * sizeof *sources);
	j->n = n;
	return &j->source;
}

bool report_roster_fixed(struct db *db, int64_t event_id)
{
	return db_int(db, "SELECT roster_at IS NOT NULL FROM campus_event WHERE id = ?", args(event_id)) != 0;
}

/* ---- a person ---- */

#define PERSON                                                                                                         \
	"SELECT p.id, m.student_id, COALESCE(CONCAT_WS(' ', m.first_name, m.last_name), p.name) AS full_name,"         \
	" d.name AS department, m.year_level FROM account p JOIN campus_member m ON m.account_id = p.id"               \
	" LEFT JOIN department d ON d.id = m.department_id WHERE "
/* Behind it. */
#define PERSON_SEEN                                                                                                    \
	" AND (p.id = ? OR (? AND (? = 0 OR m.campus_id = ?))"                                                         \
	" OR (? AND m.department_id IN (" SUPERVISED "?)) OR (?"                                                       \
	" AND EXISTS (SELECT 1 FROM campus_event e WHERE e.organizer_id = ? AND e.deleted_at IS NULL"                  \
	" AND (EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = e.id AND x.account_id = p.id)"                \
	" OR EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = e.id AND a.account_id = p.id)))))"
#define PERSON_SEEN_BY(eye)                                                                                            \
	(eye)->account_id, (eye)->sight == RECORDS_ALL, (eye)->campus_id, (eye)->campus_id,                            \
		(eye)->sight == RECORDS_DEPARTMENT, (eye)->account_id,                                                 \
		(eye)->sight == RECORDS_MADE || (eye)->sight == RECORDS_DEPARTMENT, (eye)->account_id

const struct row *report_person(struct db *db, const struct attendance_eye *eye, int64_t account_id)
{
	return db_one(db, PERSON "p.id = ?" PERSON_SEEN, args(account_id, PERSON_SEEN_BY(eye)));
}

int64_t report_person_numbered(struct db *db, const struct attendance_eye *eye, const char *student_id)
{
	const struct row *row = db_one(db, PERSON "m.student_id = ?" PERSON_SEEN " ORDER BY p.id LIMIT 1",
				       args(student_id, PERSON_SEEN_BY(eye)));

	return row ? row_int(row, "id") : 0;
}

/* ---- of whom ---- */

/* A department d, as an account t sees it. Its "?": the account first, the rest behind. */
#define DEPARTMENTS(columns) "SELECT " columns " FROM department d JOIN campus_member t ON t.account_id = ? WHERE "
#define DEPARTMENT_SEEN                                                                                                \
	"((? AND (? = 0 OR d.campus_id = ?)) OR d.id = t.department_id"                                                \
	" OR (? AND d.id IN (" SUPERVISED "t.account_id))"                                                             \
	" OR EXISTS (SELECT 1 FROM campus_event e JOIN attendance a ON a.event_id = e.id"                              \
	" WHERE e.organizer_id = ? AND a.department_id = d.id))"
#define DEPARTMENT_SEEN_BY(eye)                                                                                        \
	(eye)->sight == RECORDS_ALL, (eye)->campus_id, (eye)->campus_id, (eye)->sight == RECORDS_DEPARTMENT,           \
		(eye)->account_id

bool report_department_seen(struct db *db, const struct attendance_eye *eye, int64_t department_id)
{
	return db_int(db, DEPARTMENTS("COUNT(*)") "d.id = ? AND " DEPARTMENT_SEEN,
		      args(eye->account_id, department_id, DEPARTMENT_SEEN_BY(eye))) != 0;
}

const struct rows *report_departments(struct db *db, const struct attendance_eye *eye)
{
	return db_query(db, DEPARTMENTS("d.id, d.name") DEPARTMENT_SEEN " ORDER BY d.name, d.id LIMIT 500",
			args(eye->account_id, DEPARTMENT_SEEN_BY(eye)));
}

/* The same of a campus c. */
#define CAMPUSES(columns) "SELECT " columns " FROM campus c JOIN campus_member t ON t.account_id = ? WHERE "
#define CAMPUS_SEEN "(t.campus_id = c.id OR (? AND ? = 0))"

bool report_campus_seen(struct db *db, const struct attendance_eye *eye, int64_t campus_id)
{
	return db_int(db, CAMPUSES("COUNT(*)") "c.id = ? AND " CAMPUS_SEEN,
		      args(eye->account_id, campus_id, eye->sight == RECORDS_ALL, eye->campus_id)) != 0;
}

const struct rows *report_campuses(struct db *db, const struct attendance_eye *eye)
{
	return db_query(db, CAMPUSES("c.id, c.name") CAMPUS_SEEN " ORDER BY c.name, c.id LIMIT 500",
			args(eye->account_id, eye->sight == RECORDS_ALL, eye->campus_id));
}

/* Are they, a member m, expected at e, by its roster x or, until that is fixed, its rules? */
#define EXPECTED                                                                                                        \
	"IF(e.roster_at IS NULL, COALESCE(x.state, 'expected') = 'expected' AND EXISTS (SELECT 1 FROM event_audience u" \
	" WHERE u.event_id = e.id AND " FITS "), x.state <=> 'expected')"

const struct rows *report_person_sums(struct db *db, const struct attendance_eye *eye, int64_t account_id,
				      const struct attendance_filter *f, ms_t now)
{
	const struct arg at = arg_time(now);

	return db_query(
		db,
		"SELECT t.series, SUM(t.wanted AND (t.past OR t.there)) AS expected,"
		" SUM(t.came) AS attended, SUM(t.came AND t.status = 'present') AS present,"
		" SUM(t.came AND t.status = 'late') AS late,"
		" SUM(t.there AND t.status = 'absent') AS absent,"
		" SUM(t.there AND t.status = 'excused') AS excused,"
		" SUM(t.came AND t.verification_status = 'verified') AS verified,"
		" SUM(t.came AND t.verification_status = 'pending') AS pending,"
		" SUM(t.there AND t.verification_status = 'rejected') AS rejected,"
		" SUM(t.wanted AND NOT t.past AND NOT t.there) AS remaining\n"
		"FROM (SELECT e.series, a.status, a.verification_status, a.id IS NOT NULL AS there, e.closes_at <= ? AS past,"
		" (" EXPECTED ") AND NOT (a.status <=> 'excused') AS wanted,"
		" a.id IS NOT NULL AND a.status IN ('present', 'late') AND a.verification_status <> 'rejected' AS came\n"
		"FROM campus_member m JOIN campus_event e ON e.campus_id = m.campus_id OR m.campus_id IS NULL\n"
		"LEFT JOIN event_expected x ON x.event_id = e.id AND x.account_id = m.account_id\n"
		"LEFT JOIN attendance a ON a.event_id = e.id AND a.account_id = m.account_id AND a.state = 'submitted'\n"
		"WHERE m.account_id = ? AND (e.deleted_at IS NULL OR a.id IS NOT NULL) AND (e.is_active OR a.id IS NOT NULL)"
		" AND (? IS NULL OR e.starts_on >= ?) AND (? IS NULL OR e.starts_on <= ?) AND (? IS NULL OR e.series = ?)"
		" AND (? OR e.organizer_id = ?)) t\n"
		"WHERE t.there OR t.wanted\n"
		"GROUP BY t.series ORDER BY t.series IS NULL, t.series LIMIT 1000",
		args(at, account_id, f->from, f->from, f->to, f->to, f->series, f->series, eye->sight != RECORDS_MADE,
		     eye->account_id));
}

const struct row *report_evidence(struct db *db, int64_t attendance_id, const char *kind)
{
	return db_one(db,
		      "SELECT v.file_sha256, f.thumb, v.strokes FROM attendance_evidence v"
		      " JOIN stored_file f ON f.sha256 = v.file_sha256"
		      " WHERE v.attendance_id = ? AND v.kind = ? AND v.looked_at IS NOT NULL",
		      args(attendance_id, kind));
}

/* ---- those that jobs make ---- */

int64_t report_queue(struct db *db, const struct report_queued *r, uint8_t uuid[UUID_BYTES], ms_t now)
{
	uuid_make(uuid);
	return db_insert(db,
			 "INSERT INTO campus_report (uuid, account_id, role, kind, format, locale, asked, rows_total,"
			 " created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 args(arg_bytes(uuid, UUID_BYTES), r->account_id, r->role, r->kind, r->format, r->locale,
			      r->asked, r->rows, arg_time(now), arg_time(now + MS_DAY)));
}

#define REPORT                                                                                                         \
	"SELECT uuid AS `report_id:uuid`, id AS number, kind, format, status,"                                         \
	" IF(status = 'done', 100, LEAST(99, FLOOR(100 * rows_done / GREATEST(rows_total, 1)))) AS progress,"          \
	" IF(status = 'done', rows_done, rows_total) AS `rows`, created_at, expires_at, file_sha256 FROM campus_report"

const struct row *report_get(struct db *db, const uint8_t uuid[UUID_BYTES], int64_t account_id, ms_t now)
{
	return db_one(db, REPORT " WHERE uuid = ? AND account_id = ? AND expires_at > ?",
		      args(arg_bytes(uuid, UUID_BYTES), account_id, arg_time(now)));
}

const struct rows *report_list(struct db *db, int64_t account_id, int64_t most, ms_t now)
{
	return db_query(db, REPORT " WHERE account_id = ? AND expires_at > ? ORDER BY id DESC LIMIT ?",
			args(account_id, arg_time(now), most));
}

/* One process at a time makes them (jobs/jobs.h), so what is running was begun by who is gone. */
const struct row *report_next(struct db *db, ms_t now)
{
	return db_one(db,
		      "SELECT id AS number, account_id, role, kind, format, locale, asked, tries, rows_total"
		      " FROM campus_report WHERE status IN ('queued', 'running') AND expires_at > ? AND NOT EXISTS"
		      " (SELECT 1 FROM lti_posting p WHERE p.report_id = campus_report.id AND p.state <> 'over')"
		      " ORDER BY id LIMIT 1",
		      args(arg_time(now)));
}

bool report_begin(struct db *db, int64_t number)
{
	return db_exec(db,
		       "UPDATE campus_report SET status = 'running', tries = tries + 1, rows_done = 0"
		       " WHERE id = ? AND status IN ('queued', 'running')",
		       args(number)) == 1;
}

void report_progress(struct db *db, int64_t number, int64_t rows)
{
	db_attempt(db, "UPDATE campus_report SET rows_done = ? WHERE id = ? AND status = 'running'",
		   args(rows, number));
}

bool report_done(struct db *db, int64_t number, const char *sha256, int64_t bytes, int64_t rows, ms_t now)
{
	return db_exec(db,
		       "UPDATE campus_report SET status = 'done', file_sha256 = ?, bytes = ?, rows_done = ?, rows_total = ?,"
		       " done_at = ?, expires_at = ? WHERE id = ? AND status = 'running'",
		       args(sha256, bytes, rows, rows, arg_time(now), arg_time(now + MS_DAY), number)) == 1;
}

bool report_failed(struct db *db, int64_t number, ms_t now)
{
	return db_exec(db,
		       "UPDATE campus_report SET status = 'failed', done_at = ?"
		       " WHERE id = ? AND status IN ('queued', 'running')",
		       args(arg_time(now), number)) >= 0;
}

const struct rows *report_expired(struct db *db, int64_t most, ms_t now)
{
	return db_query(db,
			"SELECT id AS number, file_sha256 FROM campus_report WHERE expires_at <= ? ORDER BY expires_at"
			" LIMIT ?",
			args(arg_time(now), most));
}

bool report_drop(struct db *db, int64_t number)
{
	return db_exec(db, "DELETE FROM campus_report WHERE id = ?", args(number)) == 1;
}

/* ---- issued ---- */

bool report_issue(struct db *db, const struct report_issue *i, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO report_issue (code, account_id, campus_id, format, title, rows_total, sha256,"
		       " issued_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		       args(i->code, i->account_id, arg_id_or_null(i->campus_id), i->format, i->title, i->rows,
			    i->sha256, arg_time(now))) == 1;
}

const struct row *report_issued(struct db *db, const char *code)
{
	return db_one(db,
		      "SELECT i.code, i.title, i.format, i.rows_total AS `rows`, i.sha256, i.issued_at,"
		      " c.name AS campus, c.logo FROM report_issue i LEFT JOIN campus c ON c.id = i.campus_id"
		      " WHERE i.code = ?",
		      args(code));
}
