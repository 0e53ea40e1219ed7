/* Who sees what is an OR, and an OR is found by no index that has an order. So each of its parts is a way of its own, of which as many rows are
 * read as a page needs; and where a filter names few people, events or flags, these lead instead. That they are few is asked first. */
#include "store/attendance_ways.h"
#include "store/search.h"
#include "store/supervises.h"
#include <string.h>

enum { FEW = 100, FEW_FLAGS = 2000, FEW_EVENTS_MADE = 200, FEW_CAMPUSES = 16, FEW_DEPARTMENTS = 4 };

#define FEW_MORE "101"
_Static_assert(FEW == 100, "one more is asked for");

/* ---- orders ---- */

/* What indexes have in order within a campus, and within a department (NULL: none has), with what comes next in them: what is the same by the
 * order stands by that. By what people and events are called their own tables have the order, and lead. */
enum kind {
	BY_START,
	BY_STATUS,
	BY_VERDICT,
	BY_METHOD,
	BY_SUBMITTED,
	BY_DISTANCE,
	BY_DEPARTMENT,
	BY_NAME,
	BY_NUMBER,
	BY_TITLE,
	BY_NONE
};
#define PEOPLE_BY(index, order) "SELECT m.account_id AS id FROM campus_member m FORCE INDEX (" index ") ORDER BY " order
#define EVENTS_BY(order) "SELECT e.id FROM campus_event e FORCE INDEX (campus_event_title) ORDER BY " order
static const struct sorted {
	const char *by, *of_campus, *of_department, *tie[2], *leaders[2], *led, *of_leader;
} SORTED[] = {
	[BY_START] = { .by = "a.event_starts_at",
		       .of_campus = "attendance_campus",
		       .of_department = "attendance_department",
		       .tie = { "a.id", "a.id" } },
	[BY_STATUS] = { .by = "a.status",
			.of_campus = "attendance_kind",
			.of_department = "attendance_department_kind",
			.tie = { "a.verification_status, a.event_starts_at, a.id",
				 "a.verification_status DESC, a.event_starts_at DESC, a.id" } },
	[BY_VERDICT] = { .by = "a.verification_status",
			 .of_campus = "attendance_kind",
			 .of_department = "attendance_department_kind",
			 .tie = { "a.event_starts_at, a.id", "a.event_starts_at DESC, a.id" } },
	[BY_METHOD] = { .by = "a.method",
			.of_campus = "attendance_method",
			.tie = { "a.event_starts_at, a.id", "a.event_starts_at DESC, a.id" } },
	[BY_SUBMITTED] = { .by = "a.submitted_at", .of_campus = "attendance_review", .tie = { "a.id", "a.id" } },
	[BY_DISTANCE] = { .by = "a.distance", .of_campus = "attendance_distance", .tie = { "a.id", "a.id" } },
	[BY_DEPARTMENT] = { .by = "d.name",
			    .of_campus = "attendance_campus_department",
			    .of_department = "attendance_department_kind",
			    .tie = { "a.department_id, a.status, a.verification_status, a.event_starts_at, a.id",
				     "a.department_id DESC, a.status DESC, a.verification_status DESC,"
				     " a.event_starts_at DESC, a.id" } },
	[BY_NAME] = { .by = "m.last_name",
		      .tie = { "m.first_name, a.account_id, a.event_starts_at, a.id",
			       "m.first_name DESC, a.account_id DESC, a.event_starts_at DESC, a.id" },
		      .leaders = { PEOPLE_BY("campus_member_name", "m.last_name, m.first_name, m.account_id"),
				   PEOPLE_BY("campus_member_name",
					     "m.last_name DESC, m.first_name DESC, m.account_id DESC") },
		      .led = "a.account_id",
		      .of_leader = "attendance_account" },
	[BY_NUMBER] = { .by = "m.student_id",
			.tie = { "a.account_id, a.event_starts_at, a.id",
				 "a.account_id DESC, a.event_starts_at DESC, a.id" },
			.leaders = { PEOPLE_BY("campus_member_number", "m.student_id, m.account_id"),
				     PEOPLE_BY("campus_member_number", "m.student_id DESC, m.account_id DESC") },
			.led = "a.account_id",
			.of_leader = "attendance_account" },
	[BY_TITLE] = { .by = "e.title",
		       .tie = { "a.event_id, a.id", "a.event_id DESC, a.id" },
		       .leaders = { EVENTS_BY("e.title, e.id"), EVENTS_BY("e.title DESC, e.id DESC") },
		       .led = "a.event_id",
		       .of_leader = "attendance_once" },
};

static bool descends(const char *order)
{
	const size_t len = strlen(order);

	return len > 5 && !strcmp(order + len - 5, " DESC");
}

static enum kind sorted_by(const char *order)
{
	const size_t len = order ? strlen(order) - (descends(order) ? 5 : 0) : 0;
	int i = BY_START;

	while (order && i < BY_NONE && (strlen(SORTED[i].by) != len || strncmp(SORTED[i].by, order, len) != 0))
		i++;
	return (enum kind)i;
}

void attendance_sort(struct query *q, const struct attendance_filter *f)
{
	const enum kind kind = sorted_by(f->order);
	const bool descending = !f->order || descends(f->order);

	if (kind != BY_NONE)
		query_order(q, SORTED[kind].by, descending, SORTED[kind].tie[descending]);
	else
		query_order(q, f->order, false, "a.id");
}

/* Of all that is not few already. */
static void lead(struct query *q, const struct attendance_filter *f)
{
	const enum kind kind = sorted_by(f->order);

	if (kind != BY_NONE && SORTED[kind].led)
		query_leaders(q, SORTED[kind].leaders[descends(f->order)], SORTED[kind].led, SORTED[kind].of_leader);
}

/* ---- within a campus, or a department ---- */

static const char *const STATUSES[] = { "present", "late", "absent", "excused", NULL }, *const VERDICTS[] = {
	"pending", "verified", "rejected", NULL
};

/* The words that an index is asked for, each by itself: the one of the filter, or all. */
static const char *const *words_of_filter(const char *one, const char *const all[], const char *room[2])
{
	room[0] = one;
	room[1] = NULL;
	return one ? room : all;
}

struct within {
	const char *column, *of_status, *of_kind, *of_verdict; /* conditions: it, and what else is in their names */
	int64_t id;
	bool campus, alone; /* no other campus beside it */
};
static struct within of_campus(int64_t id)
{
	return (struct within){ "a.campus_id = ?",
				"a.campus_id = ? AND a.status = ?",
				"a.campus_id = ? AND a.status = ? AND a.verification_status = ?",
				"a.campus_id = ? AND a.verification_status = ?",
				id,
				true,
				true };
}
static struct within of_department(int64_t id)
{
	return (struct within){ "a.department_id = ?",
				"a.department_id = ? AND a.status = ?",
				"a.department_id = ? AND a.status = ? AND a.verification_status = ?",
				"a.department_id = ? AND a.verification_status = ?",
				id,
				false,
				false };
}

/* Of each status and verification the newest stand together, and of each status what is of one verification. */
static void by_kinds(struct query *q, const struct within *in, const struct attendance_filter *f, bool newest)
{
	const char *status[2], *verdict[2];
	const char *const *statuses = words_of_filter(f->status, STATUSES, status);
	const char *const *verdicts = words_of_filter(f->verification, VERDICTS, verdict);
	const char *index = in->campus ? "attendance_kind" : "attendance_department_kind";

	for (size_t i = 0; statuses[i]; i++) {
		if (!newest)
			query_way(q, in->of_status, args(in->id, statuses[i]), index);
		for (size_t k = 0; newest && verdicts[k]; k++)
			query_way(q, in->of_kind, args(in->id, statuses[i], verdicts[k]), index);
	}
}

/* More departments than that are not walked one by one. */
#define ONE_MORE "33"
enum { MOST_WALKED = 32 };
_Static_assert(MOST_WALKED == 32, "one more is asked for");

static void department_way(struct query *q, const char *condition, struct args args)
{
	query_way(q, condition, args, "attendance_campus_department");
	query_alike(q);
}

/* Where a verification is asked for alone the index has it behind each status; a status it has next. */
static void of_one_department(struct query *q, const struct attendance_filter *f, int64_t campus_id,
			      int64_t department_id)
{
	if (f->status || !f->verification)
		department_way(q, "a.campus_id = ? AND a.department_id = ?", args(campus_id, department_id));
	for (size_t i = 0; STATUSES[i] && f->verification && !f->status; i++)
		department_way(q, "a.campus_id = ? AND a.department_id = ? AND a.status = ?",
			       args(campus_id, department_id, STATUSES[i]));
}

/* Of the last branch, a campus, each department that it has records of, and who has none. */
static void by_departments(struct query *q, struct db *db, const struct attendance_filter *f, int64_t campus_id)
{
	const struct rows *ids = db_query(db,
					  "SELECT DISTINCT a.department_id AS id FROM attendance a"
					  " FORCE INDEX (attendance_campus_department) WHERE a.campus_id = ?"
					  " AND a.department_id IS NOT NULL LIMIT " ONE_MORE,
					  args(campus_id));

	if (ids->n > MOST_WALKED)
		return;
	department_way(q, "a.campus_id = ? AND a.department_id IS NULL", args(campus_id));
	for (size_t i = 0; i < ids->n; i++) {
		struct row row = row_at(ids, i);

		of_one_department(q, f, campus_id, row_int(&row, "id"));
	}
}

/* The branch of it. */
static void branch_within(struct query *q, const struct within *in, enum kind kind, bool by_method)
{
	const char *index = NULL;

	if (kind != BY_NONE)
		index = in->campus ? SORTED[kind].of_campus : SORTED[kind].of_department;
	query_branch(q, in->column, args(in->id), by_method && in->campus ? "attendance_method" : index);
	if (kind == BY_DEPARTMENT && !in->campus)
		query_alike(q);
}

/* And the ways to all of it in the order of the list. */
static void within(struct query *q, struct db *db, struct within in, const struct attendance_filter *f)
{
	const enum kind kind = sorted_by(f->order);
	const char *verdict[2];
	const char *const *verdicts = words_of_filter(f->verification, VERDICTS, verdict);

	branch_within(q, &in, kind, kind == BY_START && f->method);
	if (kind == BY_VERDICT || (kind == BY_START && (f->status || f->verification)))
		by_kinds(q, &in, f, kind == BY_START);
	else if (kind == BY_DEPARTMENT && in.alone)
		by_departments(q, db, f, in.id);
	else if (kind == BY_SUBMITTED && in.campus)
		for (size_t i = 0; verdicts[i]; i++)
			query_way(q, in.of_verdict, args(in.id, verdicts[i]), SORTED[kind].of_campus);
}

/* ---- what is few ---- */

/* A branch of those whose column is one of these ids; without any nothing is found. */
static void among(struct query *q, const char *column, const struct rows *ids)
{
	const size_t max = ids->n > 10 ? FEW : 10;
	char *sql = talloc_asprintf(q, "%s IN (?", column);
	struct arg values[FEW];

	if (!ids->n)
		return;
	for (size_t i = 0; i < max; i++) {
		struct row row = row_at(ids, i < ids->n ? i : ids->n - 1);

		values[i] = arg_int(row_int(&row, "id"));
		if (i)
			sql = talloc_strdup_append_buffer(sql, ", ?");
	}
	query_branch(q, talloc_strdup_append_buffer(sql, ")"), (struct args){ max, values }, NULL);
}

static void nothing(struct query *q)
{
	query_where(q, "1 = 0", no_args);
}

/* False here and below: nothing of the kind is asked for. */
static bool by_number(struct query *q, struct db *db, const char *student_id)
{
	const struct rows *people;

	if (!student_id)
		return false;
	people = db_query(db, "SELECT account_id AS id FROM campus_member WHERE student_id = ? LIMIT 100",
			  args(student_id));
	among(q, "a.account_id", people);
	if (!people->n)
		nothing(q);
	return true;
}

/* Or there are too many of them to be looked for first. */
static bool by_flag(struct query *q, struct db *db, const struct attendance_filter *f)
{
	static const char COUNT_CODE[] =
		"SELECT COUNT(*) FROM (SELECT 1 FROM attendance_flag WHERE code = ? LIMIT ?) f";
	static const char COUNT_SEVERITY[] =
		"SELECT COUNT(*) FROM (SELECT 1 FROM attendance_flag WHERE severity = ? LIMIT ?) f";
	const char *value = f->flag ? f->flag : f->severity;

	if (!value)
		return false;
	if (db_int(db, f->flag ? COUNT_CODE : COUNT_SEVERITY, args(value, FEW_FLAGS + 1)) > FEW_FLAGS)
		return false;
	query_branch(q,
		     f->flag ? "a.id IN (SELECT f.attendance_id FROM attendance_flag f WHERE f.code = ?)"
			     : "a.id IN (SELECT f.attendance_id FROM attendance_flag f WHERE f.severity = ?)",
		     args(value), NULL);
	return true;
}

/* A record has the longest of the words in its person's name or number, or in its event's title. Or too many have it. */
static bool by_search(struct query *q, struct db *db, const char *text)
{
	const struct sought *sought = text && *text ? words_sought(q, text) : NULL;
	const char *word, *joined;
	const struct rows *people, *events;

	if (!sought || !sought->n)
		return false;
	word = talloc_asprintf(q, "%%%s%%", sought->words[0]);
	joined = sought->joined ? talloc_asprintf(q, "%%%s%%", sought->joined) : word;
	people = db_query(
		db,
		"SELECT m.account_id AS id FROM campus_member m WHERE " HAS_WORD("m.first_name") " OR " HAS_WORD(
			"m.last_name") " OR m.student_id LIKE ? OR m.student_id LIKE ? LIMIT " FEW_MORE,
		args(word, word, word, joined));
	if (people->n > FEW)
		return false;
	events = db_query(db, "SELECT e.id FROM campus_event e WHERE " HAS_WORD("e.title") " LIMIT " FEW_MORE,
			  args(word));
	if (events->n > FEW)
		return false;
	among(q, "a.account_id", people);
	among(q, "a.event_id", events);
	if (!people->n && !events->n)
		nothing(q);
	return true;
}

/* Or others lead, or they are too many. */
static bool by_department(struct query *q, struct db *db, const struct attendance_filter *f, bool lead)
{
	static const char WHICH[] = "? IN (CONCAT(d.id), d.short_code, d.name)";
	const struct rows *ids;

	if (f->department_id && (!lead || f->department))
		query_where(q, "a.department_id = ?", args(f->department_id));
	else if (f->department_id)
		within(q, db, of_department(f->department_id), f);
	if (!f->department)
		return f->department_id && lead;
	ids = db_query(db, "SELECT d.id FROM department d WHERE ? IN (CONCAT(d.id), d.short_code, d.name) LIMIT 5",
		       args(f->department));
	if (!lead || ids->n > FEW_DEPARTMENTS) {
		query_where(q, WHICH, args(f->department));
		return false;
	}
	for (size_t i = 0; i < ids->n; i++) {
		struct row row = row_at(ids, i);

		within(q, db, of_department(row_int(&row, "id")), f);
	}
	if (!ids->n)
		nothing(q);
	return true;
}

/* ---- who sees what ---- */

/* Everybody's, by the departments that there are. False: these are too many. */
static bool of_departments(struct query *q, struct db *db, const struct attendance_filter *f)
{
	const struct rows *ids = db_query(db, "SELECT id FROM department ORDER BY id LIMIT " ONE_MORE, no_args);

	if (ids->n > MOST_WALKED)
		return false;
	for (size_t i = 0; i < ids->n; i++) {
		struct row row = row_at(ids, i);

		within(q, db, of_department(row_int(&row, "id")), f);
	}
	query_branch(q, "a.department_id IS NULL", no_args, SORTED[BY_DEPARTMENT].of_department);
	query_alike(q);
	return true;
}

static void of_campuses(struct query *q, struct db *db, const struct attendance_eye *eye,
			const struct attendance_filter *f)
{
	const struct rows *all;

	if (eye->campus_id) {
		within(q, db, of_campus(eye->campus_id), f);
		query_branch(q, "a.account_id = ?", args(eye->account_id), NULL);
		return;
	}
	if (sorted_by(f->order) == BY_DEPARTMENT && of_departments(q, db, f))
		return;
	all = db_query(db, "SELECT id FROM campus ORDER BY id LIMIT 17", no_args);
	for (size_t i = 0; i < all->n && all->n <= FEW_CAMPUSES; i++) {
		struct row row = row_at(all, i);
		struct within in = of_campus(row_int(&row, "id"));

		in.alone = all->n == 1;
		within(q, db, in, f);
	}
}

/* Their own, those of their departments, and of the events that they made; whether these are all that they see. Where the events are many, their
 * records are found among those of the campuses where they are. */
static bool of_some(struct query *q, struct db *db, const struct attendance_eye *eye, const struct attendance_filter *f)
{
	const int64_t made =
		db_int(db, "SELECT COUNT(*) FROM (SELECT 1 FROM campus_event WHERE organizer_id = ? LIMIT ?) e",
		       args(eye->account_id, FEW_EVENTS_MADE + 1));
	const bool few = made <= FEW_EVENTS_MADE;
	const struct rows *theirs = eye->sight == RECORDS_DEPARTMENT ? supervised_by(db, eye->account_id) : NULL;
	const struct rows *campuses;

	if (few)
		query_branch(q, "e.organizer_id = ?", args(eye->account_id), NULL);
	query_branch(q, "a.account_id = ?", args(eye->account_id), NULL);
	for (size_t i = 0; theirs && i < theirs->n; i++) {
		struct row row = row_at(theirs, i);

		within(q, db, of_department(row_int(&row, "department_id")), f);
	}
	if (few)
		return true;
	campuses = db_query(db, "SELECT DISTINCT campus_id AS id FROM campus_event WHERE organizer_id = ? LIMIT 1000",
			    args(eye->account_id));
	for (size_t i = 0; i < campuses->n; i++) {
		struct row row = row_at(campuses, i);
		struct within in = of_campus(row_int(&row, "id"));

		in.alone = campuses->n == 1;
		within(q, db, in, f);
	}
	return false;
}

bool attendance_ways(struct query *q, struct db *db, const struct attendance_eye *eye,
		     const struct attendance_filter *f)
{
	/* Few by themselves. */
	bool led = eye->sight == RECORDS_OWN || f->user_id || f->event;

	led = led || by_number(q, db, f->student_id) || by_flag(q, db, f) || by_search(q, db, f->search);
	led = by_department(q, db, f, !led) || led;
	if (led)
		return false;
	lead(q, f);
	if (eye->sight != RECORDS_ALL)
		return of_some(q, db, eye, f);
	of_campuses(q, db, eye, f);
	return true;
}
