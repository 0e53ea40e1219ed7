/* Which records somebody sees is one condition of their eye, in every statement that finds one. */
#include "store/attendance.h"
#include "db/compose.h"
#include "store/attendance_flag.h"
#include "store/attendance_waiting.h"
#include "store/attendance_ways.h"
#include "store/audience_fits.h"
#include "store/search.h"
#include "store/supervises.h"
#include <string.h>

enum { EXACT_BY_INDEX = 100000 };
#define COUNTED_BY_INDEX                                                                                               \
	" FROM attendance a USE INDEX (PRIMARY, attendance_kind, attendance_department_kind, attendance_review,"       \
	" attendance_account, attendance_once) WHERE 1"

#define COLUMNS                                                                                                                                 \
	"a.uuid AS `id:uuid`, e.uuid AS `event.id:uuid`, e.title AS `event.title`,"                                                             \
	" e.starts_at AS `event.start_datetime`, e.time_zone AS `event.time_zone`, p.id AS `student.id`, m.student_id AS `student.student_id`," \
	" COALESCE(CONCAT_WS(' ', m.first_name, m.last_name), p.name) AS `student.full_name`,"                                                  \
	" d.name AS `student.department`, a.status, a.verification_status, a.method, a.submitted_at, a.qr_at,"                                  \
	" TIMESTAMPDIFF(SECOND, a.qr_at, a.submitted_at) AS verification_seconds,"                                                              \
	" COALESCE(a.place_verdict IN ('inside', 'probable'), 0) AS `location_verified:bool`,"                                                  \
	" a.distance AS distance_m, a.accuracy AS accuracy_m, COALESCE((SELECT JSON_ARRAYAGG(f.code ORDER BY " FLAG_GRAVITY                     \
	", f.id) FROM attendance_flag f WHERE f.attendance_id = a.id), '[]') AS `flags:json`, a.appealed_at,"                                   \
	" a.notes, a.version"
#define EVIDENCE(of)                                                                                                   \
	" EXISTS (SELECT 1 FROM attendance_evidence v WHERE v.attendance_id = a.id AND v.kind = '" of                  \
	"' AND v.file_sha256 IS NOT NULL) AS `" of ":bool`"
#define MORE_COLUMNS                                                                                                                                                   \
	", a.event_id AS event_number, a.state, a.campus_id AS campus, e.steps AS `required_steps:json`, e.latitude IS NOT NULL AS placed, e.location_mode, e.rescan," \
	" a.steps_done AS `steps_done:json`," EVIDENCE("front") "," EVIDENCE("back") "," EVIDENCE(                                                                     \
		"signature") ", a.held AS `held:bool`, a.decided_by, a.decided_at, a.latitude, a.longitude, a.place, a.place_verdict,"                                 \
			     " e.location_radius, a.ip, a.user_agent"
/* Each of these has a row, so the server leaves out what is not asked for, and joins what is as it likes. */
#define FROM_RECORDS                                                                                                    \
	"\nFROM attendance a\nLEFT JOIN campus_event e ON e.id = a.event_id LEFT JOIN account p ON p.id = a.account_id" \
	" LEFT JOIN campus_member m ON m.account_id = a.account_id LEFT JOIN department d ON d.id = a.department_id"    \
	" WHERE 1"

/* ---- who sees what ---- */

/* Of a record a of an event e; or, in its place, of who has none: an account w, whose department is their own. */
struct seen {
	const char *made, *department, *campus, *own;
};
static const struct seen RECORD_SEEN = { "e.organizer_id = ? OR a.account_id = ?",
					 "a.department_id IN (" SUPERVISED
					 "?) OR e.organizer_id = ? OR a.account_id = ?",
					 "a.campus_id = ? OR a.account_id = ?", "a.account_id = ?" };
static const struct seen ROOM_SEEN = { "e.organizer_id = ? OR w.account_id = ?",
				       "COALESCE(a.department_id, m.department_id) IN (" SUPERVISED
				       "?) OR e.organizer_id = ? OR w.account_id = ?",
				       "e.campus_id = ? OR w.account_id = ?", "w.account_id = ?" };

/* What the eye sees, and what stands for its "?" into values; how many these are into *n. */
static const char *seen_by(const struct attendance_eye *eye, const struct seen *seen, struct arg values[3], size_t *n)
{
	values[0] = values[1] = values[2] = arg_int(eye->account_id);
	switch (eye->sight) {
	case RECORDS_MADE:
		*n = 2;
		return seen->made;
	case RECORDS_DEPARTMENT:
		*n = 3;
		return seen->department;
	case RECORDS_ALL:
		*n = eye->campus_id ? 2 : 0;
		values[0] = arg_int(eye->campus_id);
		return eye->campus_id ? seen->campus : "1";
	case RECORDS_OWN:
	default:
		*n = 1;
		return seen->own;
	}
}

static void where_seen(struct query *q, const struct attendance_eye *eye, const struct seen *of)
{
	struct arg values[3];
	size_t n;
	const char *seen = seen_by(eye, of, values, &n);

	query_where(q, seen, (struct args){ n, values });
}

static void where_bytes(struct query *q, const char *condition, const uint8_t uuid[UUID_BYTES])
{
	query_where(q, condition, (struct args){ 1, (struct arg[]){ arg_bytes(uuid, UUID_BYTES) } });
}

/* ---- lists ---- */

static void narrow_days(struct query *q, const struct attendance_filter *f)
{
	/* A zone is at most 14 hours away: so the index of a.event_starts_at serves. */
	if (f->from)
		query_where(q, "a.event_starts_at >= ? - INTERVAL 1 DAY AND e.starts_on >= ?", args(f->from, f->from));
	if (f->to)
		query_where(q, "a.event_starts_at < ? + INTERVAL 2 DAY AND e.starts_on <= ?", args(f->to, f->to));
}

static void narrow(struct query *q, const struct attendance_filter *f)
{
	static const struct searched SEARCHED[] = { { "m.first_name", AS_WORDS },
						    { "m.last_name", AS_WORDS },
						    { "m.student_id", AS_CODE },
						    { "e.title", AS_WORDS },
						    { NULL, 0 } };
	static const char FLAGGED[] =
		"EXISTS (SELECT 1 FROM attendance_flag f WHERE f.attendance_id = a.id AND f.code = ?)";
	static const char SEVERE[] =
		"EXISTS (SELECT 1 FROM attendance_flag f WHERE f.attendance_id = a.id AND f.severity = ?)";
	const struct {
		const char *value, *condition;
	} BY[] = {
		{ f->student_id, "m.student_id = ?" },
		{ f->campus,
		  "a.campus_id IN (SELECT c.id FROM campus c WHERE ? IN (CONCAT(c.id), c.short_code, c.name))" },
		{ f->department, "? IN (CONCAT(d.id), d.short_code, d.name)" },
		{ f->status, "a.status = ?" },
		{ f->verification, "a.verification_status = ?" },
		{ f->method, "a.method = ?" },
		{ f->flag, FLAGGED },
		{ f->severity, SEVERE },
	};

	if (f->event)
		where_bytes(q, "a.event_id = (SELECT w.id FROM campus_event w WHERE w.uuid = ?)", f->event);
	if (f->user_id)
		query_where(q, "p.id = ?", args(f->user_id));
	if (f->campus_id)
		query_where(q, "e.campus_id = ?", args(f->campus_id));
	if (f->series)
		query_where(q, "e.series = ?", args(f->series));
	for (size_t i = 0; i < sizeof BY / sizeof *BY; i++)
		if (BY[i].value)
			query_where(q, BY[i].condition, args(BY[i].value));
	narrow_days(q, f);
	search_rows(q, SEARCHED, f->search);
}

static const char *order_of(void *with, const char *name)
{
	static const struct {
		const char *name, *sql;
	} ORDERS[] = {
		{ "submitted_at", "a.submitted_at" },
		{ "start_datetime", "a.event_starts_at" },
		{ "status", "a.status" },
		{ "verification_status", "a.verification_status" },
		{ "method", "a.method" },
		{ "student_id", "m.student_id" },
		{ "full_name", "m.last_name" },
		{ "department", "d.name" },
		{ "title", "e.title" },
		{ "distance_m", "a.distance" },
	};

	(void)with;
	for (size_t i = 0; i < sizeof ORDERS / sizeof *ORDERS; i++)
		if (!strcmp(ORDERS[i].name, name))
			return ORDERS[i].sql;
	return NULL;
}

const char *attendance_order(TALLOC_CTX *ctx, const char *by)
{
	return query_orders(ctx, by, order_of, NULL);
}

/* Those that the eye sees and the filter finds. */
static void records_of(struct query *q, const struct attendance_eye *eye, const struct attendance_filter *filter)
{
	where_seen(q, eye, &RECORD_SEEN);
	query_where(q, "a.state = 'submitted'", no_args);
	if (filter->department_id)
		query_where(q, "a.department_id = ?", args(filter->department_id));
	narrow(q, filter);
}

/* Does what is asked for stand in the records themselves? Then an index alone counts them, ten times as many in the same time. */
static bool by_themselves(const struct attendance_eye *eye, const struct attendance_filter *f)
{
	return (eye->sight == RECORDS_ALL || eye->sight == RECORDS_OWN) && !f->student_id && !f->search && !f->series &&
	       !f->from && !f->to && !f->department && !f->method && !f->flag && !f->severity;
}

struct row_list *attendance_list(struct db *db, const struct attendance_eye *eye,
				 const struct attendance_filter *filter)
{
	struct query *q = query_new(NULL, "SELECT a.id AS `number:key`, " COLUMNS FROM_RECORDS);
	const bool plain = by_themselves(eye, filter);
	struct attendance_filter of = *filter;

	query_costly(q);
	if (filter->exact || plain)
		query_exact_to(q, filter->exact ? filter->exact : EXACT_BY_INDEX);
	/* What is submitted has one, and so have indexes. */
	query_where(q, "a.verification_status IS NOT NULL", no_args);
	if (filter->user_id)
		query_where(q, "a.account_id = ?", args(filter->user_id));
	if (filter->campus_id)
		query_where(q, "a.campus_id = ?", args(filter->campus_id));
	if (!attendance_ways(q, db, eye, filter))
		where_seen(q, eye, &RECORD_SEEN);
	of.user_id = of.campus_id = 0;
	of.department = NULL;
	narrow(q, &of);
	attendance_sort(q, filter);
	return query_list(q, db, plain ? COUNTED_BY_INDEX : FROM_RECORDS, "a.id");
}

/* Of who sees a campus its index alone is read. */
#define COUNTED_WAITING " FROM attendance a USE INDEX (attendance_waits) WHERE 1"
#define COUNTED_SOME                                                                                                   \
	" FROM attendance a USE INDEX (attendance_department_waits, attendance_event_waits)"                           \
	" LEFT JOIN campus_event e ON e.id = a.event_id WHERE 1"

struct row_list *attendance_reviews(struct db *db, const struct attendance_eye *eye)
{
	struct query *q = query_new(NULL, "SELECT a.id AS `number:key`, " COLUMNS FROM_RECORDS);

	query_costly(q);
	query_where(q, "a.account_id <> ?", args(eye->account_id));
	attendance_waiting_ways(q, db, eye);
	query_order(q, "a.waits, a.submitted_at, a.account_id", false, "a.id");
	return query_list(q, db, eye->sight == RECORDS_ALL ? COUNTED_WAITING : COUNTED_SOME, "a.id");
}

/* ---- a room ---- */

/* Who is expected or was there, w, at an event e, with what there is of them. Its "?": the event's number, as often as it says. */
#define WHO_CAME "SELECT r.account_id FROM attendance r WHERE r.event_id = ? AND r.state = 'submitted'"
#define FROM_ROOM(expected)                                                                                            \
	"\nFROM (" expected " UNION " WHO_CAME                                                                         \
	") w\nJOIN campus_event e ON e.id = ? JOIN account p ON p.id = w.account_id"                                   \
	" LEFT JOIN attendance a ON a.event_id = e.id AND a.account_id = w.account_id AND a.state = 'submitted'"       \
	" LEFT JOIN campus_member m ON m.account_id = w.account_id"                                                    \
	" LEFT JOIN department d ON d.id = COALESCE(a.department_id, m.department_id) WHERE 1"
#define ROOM_COLUMNS "SELECT w.account_id AS `number:key`, a.id IS NULL AS `missing:bool`, " COLUMNS
#define FIXED FROM_ROOM("SELECT x.account_id FROM event_expected x WHERE x.event_id = ? AND x.state = 'expected'")
#define RULED                                                                                                          \
	FROM_ROOM("SELECT m.account_id FROM campus_event e JOIN event_audience u ON u.event_id = e.id"                 \
		  " JOIN campus_member m ON " FITS                                                                     \
		  " WHERE e.id = ? AND NOT EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = e.id"             \
		  " AND x.account_id = m.account_id AND x.state = 'excused')")

struct row_list *attendance_room(struct db *db, const struct attendance_eye *eye, int64_t event_id, bool fixed,
				 const struct attendance_filter *filter)
{
	struct query *q = query_new(NULL, fixed ? ROOM_COLUMNS FIXED : ROOM_COLUMNS RULED);

	query_costly(q);
	query_args(q, args(event_id, event_id, event_id));
	where_seen(q, eye, &ROOM_SEEN);
	narrow(q, filter);
	if (filter->missing)
		query_where(q, "a.id IS NULL", no_args);
	query_order(q, filter->order ? filter->order : "a.submitted_at DESC, m.last_name, m.first_name", false,
		    "w.account_id");
	return query_list(q, db, fixed ? FIXED : RULED, "w.account_id");
}

/* ---- a register ---- */

#define BY_NAME "m.last_name, m.first_name, w.account_id"
#define REGISTER                                                                                                         \
	"SELECT COALESCE(a.id, 0) AS `number:key`, ? + ROW_NUMBER() OVER (ORDER BY " BY_NAME ") AS no, m.student_id,"    \
	" COALESCE(CONCAT_WS(' ', m.first_name, m.last_name), p.name) AS full_name,"                                     \
	" COALESCE(d.name, (SELECT n.name FROM department n WHERE n.id = m.department_id)) AS department, m.year_level," \
	" a.submitted_at, a.status, a.verification_status, e.title AS `event.title`,"                                    \
	" e.starts_at AS `event.start_datetime`"
#define COUNTS "a.verification_status <> 'rejected' AND a.status = "
#define REGISTER_SUMS                                                                                                  \
	"SELECT COUNT(*) AS people, COALESCE(SUM(" COUNTS "'present'), 0) AS `present`,"                               \
	" COALESCE(SUM(" COUNTS "'late'), 0) AS `late`, COALESCE(SUM(" COUNTS "'absent'), 0) AS `absent`,"             \
	" COALESCE(SUM(" COUNTS "'excused'), 0) AS `excused`, COALESCE(SUM(a.id IS NULL), 0) AS `missing`,"            \
	" COALESCE(SUM(a.verification_status = 'verified'), 0) AS `verified`,"                                         \
	" COALESCE(SUM(a.verification_status = 'rejected'), 0) AS `rejected`"

static struct query *register_query(const char *select, const struct attendance_eye *eye, int64_t event_id,
				    const struct attendance_filter *filter)
{
	struct query *q = query_new(NULL, select);
	struct attendance_filter of = *filter;

	/* Which event it is is said; who has no record there is found by nothing of one. */
	of.event = NULL;
	of.from = of.to = NULL;
	query_args(q, args(event_id, event_id, event_id));
	where_seen(q, eye, &ROOM_SEEN);
	if (filter->department_id)
		query_where(q, "COALESCE(a.department_id, m.department_id) = ?", args(filter->department_id));
	narrow(q, &of);
	return q;
}

struct row_list *attendance_register(struct db *db, const struct attendance_eye *eye, int64_t event_id, bool fixed,
				     const struct attendance_filter *filter)
{
	struct query *q = register_query(fixed ? REGISTER FIXED : REGISTER RULED, eye, event_id, filter);

	query_numbered(q);
	query_order(q, BY_NAME, false, "w.account_id");
	return query_list(q, db, fixed ? FIXED : RULED, "w.account_id");
}

const struct row *attendance_register_sums(struct db *db, const struct attendance_eye *eye, int64_t event_id,
					   bool fixed, const struct attendance_filter *filter)
{
	struct query *q = register_query(fixed ? REGISTER_SUMS FIXED : REGISTER_SUMS RULED, eye, event_id, filter);
	const struct rows *rows = query_page(q, db, 1, 1);
	struct row *row = talloc(db_results(db), struct row);

	talloc_free(q);
	if (!rows->n)
		return NULL;
	*row = row_at(rows, 0);
	return row;
}

/* ---- points ---- */

#define NUMBER "CAST(? AS DECIMAL(12, 3))"
#define POINTS                                                                                                         \
	" SUM(CASE WHEN a.verification_status = 'rejected' THEN " NUMBER " WHEN a.status = 'present' THEN " NUMBER     \
	" WHEN a.status = 'late' THEN " NUMBER " WHEN a.status = 'excused' THEN " NUMBER " ELSE " NUMBER               \
	" END) OVER (PARTITION BY a.account_id) + 0e0 AS points"
#define MOODLE "SELECT DISTINCT a.account_id AS `number:key`, p.email, m.student_id," POINTS
#define CANVAS                                                                                                         \
	"SELECT DISTINCT a.account_id AS `number:key`,"                                                                \
	" COALESCE(CONCAT_WS(' ', m.first_name, m.last_name), p.name) AS full_name, '' AS id, m.student_id,"           \
	" p.username, '' AS section," POINTS

struct row_list *attendance_points(struct db *db, const struct attendance_eye *eye,
				   const struct attendance_filter *filter, bool canvas, const char *const points[4])
{
	struct query *q = query_new(NULL, canvas ? CANVAS FROM_RECORDS : MOODLE FROM_RECORDS);

	query_select_args(q, args(points[3], points[0], points[1], points[2], points[3]));
	records_of(q, eye, filter);
	query_order(q, "a.account_id", false, "a.account_id");
	return query_list(q, db, FROM_RECORDS, "a.account_id");
}

int64_t attendance_events(struct db *db, const struct attendance_eye *eye, const struct attendance_filter *filter)
{
	struct query *q = query_new(NULL, "SELECT COUNT(DISTINCT a.event_id) AS events" FROM_RECORDS);
	const struct rows *rows;
	struct row row;

	records_of(q, eye, filter);
	rows = query_page(q, db, 1, 1);
	talloc_free(q);
	if (!rows->n)
		return 0;
	row = row_at(rows, 0);
	return row_int(&row, "events");
}

/* ---- one ---- */

const struct row *attendance_get(struct db *db, const struct attendance_eye *eye, const uint8_t uuid[UUID_BYTES],
				 bool lock)
{
	struct query *q = query_new(NULL, "SELECT a.id AS `number:key`, " COLUMNS MORE_COLUMNS FROM_RECORDS);
	const struct rows *rows;
	struct row *row;

	if (lock)
		db_one(db, "SELECT id FROM attendance WHERE uuid = ? FOR UPDATE",
		       (struct args){ 1, (struct arg[]){ arg_bytes(uuid, UUID_BYTES) } });
	where_bytes(q, "a.uuid = ?", uuid);
	where_seen(q, eye, &RECORD_SEEN);
	rows = query_page(q, db, 1, 1);
	talloc_free(q);
	if (!rows->n)
		return NULL;
	row = talloc(db_results(db), struct row);
	*row = row_at(rows, 0);
	return row;
}

const struct row *attendance_scene(struct db *db, int64_t attendance_id)
{
	return db_one(
		db,
		"SELECT e.time_zone, e.closes_at, e.latitude AS event_latitude, e.longitude AS event_longitude, e.location_radius,"
		" COALESCE(e.places, '[]') AS places, a.latitude, a.longitude, a.accuracy, a.distance, a.place, p.photo"
		" FROM attendance a JOIN campus_event e ON e.id = a.event_id JOIN account p ON p.id = a.account_id"
		" WHERE a.id = ?",
		args(attendance_id));
}

const struct rows *attendance_decisions(struct db *db, int64_t attendance_id)
{
	return db_query(db,
			"SELECT t.act, t.by_id AS `by`, p.name AS by_name, t.from_status, t.to_status,"
			" t.from_verification AS from_verification_status, t.to_verification AS to_verification_status,"
			" t.reason, t.at FROM attendance_decision t LEFT JOIN account p ON p.id = t.by_id"
			" WHERE t.attendance_id = ? ORDER BY t.id",
			args(attendance_id));
}
