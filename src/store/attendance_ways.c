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

/* What an index has in order, within a campus; of a department alone the first. */
static const struct sorted {
	const char *by, *index, *tie[2];
} SORTED[] = {
	{ "a.event_starts_at", "attendance_campus", { "a.id", "a.id" } },
	{ "a.status", "attendance_status", { "a.event_starts_at, a.id", "a.event_starts_at DESC, a.id" } },
	{ "a.verification_status",
	  "attendance_verdict",
	  { "a.event_starts_at, a.id", "a.event_starts_at DESC, a.id" } },
	{ "a.method", "attendance_method", { "a.event_starts_at, a.id", "a.event_starts_at DESC, a.id" } },
	{ "a.submitted_at", NULL, { "a.id", "a.id" } },
};

static bool descends(const char *order)
{
	const size_t len = strlen(order);

	return len > 5 && !strcmp(order + len - 5, " DESC");
}

/* NULL: none has that order. */
static const struct sorted *sorted_by(const char *order)
{
	const size_t len = order ? strlen(order) - (descends(order) ? 5 : 0) : 0;

	if (!order)
		return SORTED;
	for (size_t i = 0; i < sizeof SORTED / sizeof *SORTED; i++)
		if (strlen(SORTED[i].by) == len && !strncmp(SORTED[i].by, order, len))
			return &SORTED[i];
	return NULL;
}

void attendance_sort(struct query *q, const struct attendance_filter *f)
{
	const struct sorted *by = sorted_by(f->order);
	const bool descending = !f->order || descends(f->order);

	if (by)
		query_order(q, by->by, descending, by->tie[descending]);
	else
		query_order(q, f->order, false, "a.id");
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
static bool of_department(struct query *q, struct db *db, const struct attendance_filter *f, bool lead)
{
	static const char WHICH[] = "? IN (CONCAT(d.id), d.short_code, d.name)";
	const char *index = sorted_by(f->order) == SORTED ? "attendance_department" : NULL;
	const struct rows *ids;

	if (f->department_id && (!lead || f->department))
		query_where(q, "a.department_id = ?", args(f->department_id));
	else if (f->department_id)
		query_branch(q, "a.department_id = ?", args(f->department_id), index);
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

		query_branch(q, "a.department_id = ?", args(row_int(&row, "id")), index);
	}
	if (!ids->n)
		nothing(q);
	return true;
}

/* ---- who sees what ---- */

/* Of what the filter names and an index has beside the campus. */
static const char *index_of(const struct attendance_filter *f, const struct sorted *by)
{
	if (by != SORTED)
		return by ? by->index : NULL;
	return f->status	 ? "attendance_status"
	       : f->verification ? "attendance_verdict"
	       : f->method	 ? "attendance_method"
				 : by->index;
}

static void of_campus(struct query *q, int64_t campus_id, const struct attendance_filter *f)
{
	static const char *const OF_VERDICTS[] = { "a.verification_status = 'pending' AND a.campus_id = ?",
						   "a.verification_status = 'verified' AND a.campus_id = ?",
						   "a.verification_status = 'rejected' AND a.campus_id = ?" };
	const struct sorted *by = sorted_by(f->order);

	if (!by || by->index)
		query_branch(q, "a.campus_id = ?", args(campus_id), index_of(f, by));
	else
		for (size_t i = 0; i < sizeof OF_VERDICTS / sizeof *OF_VERDICTS; i++)
			query_branch(q, OF_VERDICTS[i], args(campus_id), "attendance_review");
}

static void of_campuses(struct query *q, struct db *db, const struct attendance_eye *eye,
			const struct attendance_filter *f)
{
	const struct rows *all;

	if (eye->campus_id) {
		of_campus(q, eye->campus_id, f);
		query_branch(q, "a.account_id = ?", args(eye->account_id), NULL);
		return;
	}
	all = db_query(db, "SELECT id FROM campus ORDER BY id LIMIT 17", no_args);
	for (size_t i = 0; i < all->n && all->n <= FEW_CAMPUSES; i++) {
		struct row row = row_at(all, i);

		of_campus(q, row_int(&row, "id"), f);
	}
}

/* False: so many events are theirs that their records are found among all of them. */
static bool of_some(struct query *q, struct db *db, const struct attendance_eye *eye, const struct attendance_filter *f)
{
	const int64_t made =
		db_int(db, "SELECT COUNT(*) FROM (SELECT 1 FROM campus_event WHERE organizer_id = ? LIMIT ?) e",
		       args(eye->account_id, FEW_EVENTS_MADE + 1));
	const struct rows *theirs = eye->sight == RECORDS_DEPARTMENT ? supervised_by(db, eye->account_id) : NULL;

	if (made > FEW_EVENTS_MADE)
		return false;
	query_branch(q, "e.organizer_id = ?", args(eye->account_id), NULL);
	query_branch(q, "a.account_id = ?", args(eye->account_id), NULL);
	for (size_t i = 0; theirs && i < theirs->n; i++) {
		struct row row = row_at(theirs, i);

		query_branch(q, "a.department_id = ?", args(row_int(&row, "department_id")),
			     sorted_by(f->order) == SORTED ? "attendance_department" : NULL);
	}
	return true;
}

bool attendance_ways(struct query *q, struct db *db, const struct attendance_eye *eye,
		     const struct attendance_filter *f)
{
	/* Few by themselves. */
	bool led = eye->sight == RECORDS_OWN || f->user_id || f->event;

	led = led || by_number(q, db, f->student_id) || by_flag(q, db, f) || by_search(q, db, f->search);
	led = of_department(q, db, f, !led) || led;
	if (led)
		return false;
	if (eye->sight != RECORDS_ALL)
		return of_some(q, db, eye, f);
	of_campuses(q, db, eye, f);
	return true;
}
