/* A record has its place in the queue (`waits`), so that an index has the order, and tens of thousands need not be sorted for twenty. Of each part
 * of what the eye sees there is what is new, which its index alone counts, and what was appealed, of which rows are asked who decided. All
 * that is new stands first, so that none of it is counted by what the appeals are asked. */
#include "store/attendance_waiting.h"
#include "store/supervises.h"

enum { FEW_WAITING = 1000, FEW_CAMPUSES = 16 };
#define CAMPUSES_AND_ONE "17"
_Static_assert(FEW_CAMPUSES == 16, "one more is asked for");

#define NEW " AND a.waits >= 10"
#define APPEALED " AND a.waits < 10 AND (NOT (a.decided_by <=> ?) OR a.decided_at > a.appealed_at)"

struct part {
	const char *fresh, *appealed, *index;
};
static const struct part OF_ALL = { "1" NEW, "1" APPEALED, NULL };
static const struct part OF_CAMPUS = { "a.campus_id = ?" NEW, "a.campus_id = ?" APPEALED, "attendance_waits" };
static const struct part OF_DEPARTMENT = { "a.department_id = ?" NEW, "a.department_id = ?" APPEALED,
					   "attendance_department_waits" };
/* An event's are found by what they all have, for an index that is joined knows no more than what is the same. */
#define MADE "e.organizer_id = ? AND a.verification_status = 'pending'"
static const struct part OF_MADE = { MADE NEW, MADE APPEALED, "attendance_event_waits" };
/* Where most of what waits at a campus is of events that somebody made, it is walked among all of that, in its order. */
static const struct part OF_MADE_THERE = { "e.organizer_id = ? AND a.campus_id = ?" NEW,
					   "e.organizer_id = ? AND a.campus_id = ?" APPEALED, "attendance_waits" };

typedef void way_adder(struct query *q, const char *condition, struct args args, const char *index);

/* How: query_branch, or query_way of the branch before it. */
static void waiting(struct query *q, way_adder *how, const struct part *part, bool appealed, struct args of,
		    int64_t account_id)
{
	struct arg values[3];

	for (size_t i = 0; i < of.n; i++)
		values[i] = of.v[i];
	values[of.n] = arg_int(account_id);
	how(q, appealed ? part->appealed : part->fresh, (struct args){ of.n + appealed, values }, part->index);
}

/* Ids of rows, each by a part of its own. */
static void waiting_in(struct query *q, const struct part *part, bool appealed, const struct rows *ids, const char *id,
		       int64_t account_id)
{
	for (size_t i = 0; i < ids->n; i++) {
		struct row row = row_at(ids, i);

		waiting(q, query_branch, part, appealed, args(row_int(&row, id)), account_id);
	}
}

static void waiting_made(struct query *q, bool appealed, const struct rows *campuses, int64_t account_id)
{
	waiting(q, query_branch, &OF_MADE, appealed, args(account_id), account_id);
	for (size_t i = 0; campuses && i < campuses->n; i++) {
		struct row row = row_at(campuses, i);

		waiting(q, query_way, &OF_MADE_THERE, appealed, args(account_id, row_int(&row, "id")), account_id);
	}
}

/* Where the events are that somebody made, if more than a few of their records wait; else NULL. */
static const struct rows *made_at(struct db *db, int64_t account_id)
{
	const int64_t waits = db_int(db,
				     "SELECT COUNT(*) FROM (SELECT 1 FROM campus_event e STRAIGHT_JOIN attendance a"
				     " FORCE INDEX (attendance_event_waits) ON a.event_id = e.id"
				     " AND a.verification_status = 'pending'"
				     " WHERE e.organizer_id = ? LIMIT ?) w",
				     args(account_id, FEW_WAITING + 1));
	const struct rows *campuses =
		waits > FEW_WAITING
			? db_query(
				  db,
				  "SELECT DISTINCT campus_id AS id FROM campus_event WHERE organizer_id = ? LIMIT " CAMPUSES_AND_ONE,
				  args(account_id))
			: NULL;

	return campuses && campuses->n <= FEW_CAMPUSES ? campuses : NULL;
}

void attendance_waiting_ways(struct query *q, struct db *db, const struct attendance_eye *eye)
{
	const struct rows *campuses = NULL, *theirs = NULL;

	if (eye->sight == RECORDS_OWN)
		query_where(q, "1 = 0", no_args);
	else if (eye->sight == RECORDS_ALL && !eye->campus_id)
		campuses = db_query(db, "SELECT id FROM campus ORDER BY id LIMIT " CAMPUSES_AND_ONE, no_args);
	else if (eye->sight != RECORDS_ALL)
		campuses = made_at(db, eye->account_id);
	if (eye->sight == RECORDS_DEPARTMENT)
		theirs = supervised_by(db, eye->account_id);
	for (int appealed = 0; appealed <= 1 && eye->sight != RECORDS_OWN; appealed++) {
		if (theirs)
			waiting_in(q, &OF_DEPARTMENT, appealed, theirs, "department_id", eye->account_id);
		if (eye->sight != RECORDS_ALL)
			waiting_made(q, appealed, campuses, eye->account_id);
		else if (eye->campus_id)
			waiting(q, query_branch, &OF_CAMPUS, appealed, args(eye->campus_id), eye->account_id);
		else if (campuses->n <= FEW_CAMPUSES)
			waiting_in(q, &OF_CAMPUS, appealed, campuses, "id", eye->account_id);
		else
			waiting(q, query_branch, &OF_ALL, appealed, no_args, eye->account_id);
	}
}
