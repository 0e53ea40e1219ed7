/* Attendance at an event while it takes place. Whoever sees its records is told names; its campus's supervisors, and where the event says so
 * everybody, are told numbers alone. */
#include "app/actions/campus_figures.h"
#include "app/campus_event.h"
#include "app/live.h"
#include "store/attempt.h"
#include "store/attendance_live.h"
#include "store/socket_ticket.h"
#include <string.h>

enum { RECENT_MS = 5 * MS_MINUTE, TICKET_S = 30 };

/* ---- what is answered ---- */

const struct field ATTENDANCE_COUNTS[] = {
	{ "expected", F_INT, .help = "Who is expected" },
	{ "attended", F_INT, .help = "Who is here: present and late" },
	{ "present", F_INT, .help = "Who came in time" },
	{ "late", F_INT, .help = "Who came late" },
	{ "absent", F_INT, .help = "Who did not come" },
	{ "excused", F_INT, .help = "Who need not come" },
	{ "verified", F_INT, .help = "Records that hold" },
	{ "pending", F_INT, .help = "Records that a person still looks at" },
	{ "rejected", F_INT, .help = "Records that do not count" },
	FIELDS_NAMED("attendance_counts"),
};
static const struct field SUMMARY[] = {
	{ "status", F_CHOICE, .choices = "present,late,absent,excused", .help = "What these records say" },
	{ "verification_status", F_CHOICE, .choices = "pending,verified,rejected", .help = "And how they stand" },
	{ "count", F_INT, .help = "How many" },
	FIELDS_END,
};
static const struct field RECENT[] = {
	{ "student__first_name", F_TEXT, .help = "First name" },
	{ "student__last_name", F_TEXT, .help = "Last name" },
	{ "submitted_at", F_TIME, .help = "When they marked" },
	{ "verification_status", F_CHOICE, .choices = "pending,verified,rejected", .help = "How that stands" },
	FIELDS_END,
};

/* clang-format off */
#define SNAPSHOT(some)                                                                                                 \
	{ "event_id", F_UUID, .sometimes = some, .help = "The event" },                                                \
	{ "title", F_TEXT, .sometimes = some, .help = "What it is called" },                                           \
	{ "phase", F_CHOICE, .choices = "scheduled,open,late,closed", .sometimes = some, .help = "Are marks taken now" }, \
	{ "attendance_summary", F_LIST, .of = SUMMARY, .sometimes = some, .help = "Records by status" },               \
	{ "recent_submissions", F_LIST, .of = RECENT, .sometimes = some,                                               \
	  .help = "The newest ten of the last five minutes; empty for whoever sees numbers alone" },                   \
	{ "total_registered", F_INT, .sometimes = some, .help = "How many records there are" },                        \
	{ "expected", F_INT, .sometimes = some, .help = "Who is expected" },                                           \
	{ "counts", F_OBJECT, .of = ATTENDANCE_COUNTS, .sometimes = some, .help = "How the event stands" },            \
	{ "last_updated", F_TIME, .sometimes = some, .help = "When this was counted" },                                \
	{ "at", F_TIME, .sometimes = some, .help = "The same" },                                                       \
	{ "tag", F_TEXT, .help = "Names this state: what since takes" }
/* clang-format on */

const struct field ATTENDANCE_NOW[] = { SNAPSHOT(false), FIELDS_NAMED("attendance_now") };
const struct field CAMPUS_LIVE_ANSWER[] = {
	{ "changed", F_BOOL, .help = "false: nothing but the tag comes along" },
	SNAPSHOT(true),
	{ "retry_after", F_INT, .sometimes = true, .help = "Seconds, where this node cannot wait: ask again then" },
	FIELDS_NAMED("campus_live_answer"),
};

const struct field REALTIME_TICKET[] = {
	{ "ticket", F_TEXT, .help = "Opens one socket, once, as ?ticket= in its address" },
	{ "expires_in", F_INT, .help = "Seconds that it is good" },
	FIELDS_NAMED("realtime_ticket"),
};

/* ---- who ---- */

static bool sees_campus(const struct row *facts)
{
	const int64_t campus_id = row_int(facts, "viewer_campus");

	return row_bool(facts, "member") && (!campus_id || campus_id == row_int(facts, "of_campus"));
}

bool attendance_may_watch(const struct identity *who, int64_t id, const struct row *facts)
{
	(void)id;
	if (who->role & (HR | CAMPUS_ADMIN))
		return sees_campus(facts);
	return who->role & (SUPERVISOR | CAMPUS_ORGANIZER) && row_int(facts, "organizer_id") == who->account_id;
}

bool attendance_may_count(const struct identity *who, int64_t id, const struct row *facts)
{
	(void)id;
	return row_bool(facts, "public_counts") || (who->role == SUPERVISOR && sees_campus(facts));
}

/* ---- what ---- */

/* Whose names are told: of everybody, of the people of a supervisor's departments, or nobody's. */
enum { NAMES_NONE = -1, NAMES_ALL = 0 };

void attendance_counts(struct json_object *into, struct db *db, int64_t event_id, bool fixed)
{
	const struct row *counts = attempt_counts(db, event_id);

	answer_int(into, "expected", attendance_live_expected(db, event_id, fixed));
	if (counts)
		answer_row(into, counts);
}

static int64_t sum_of(const struct rows *summary)
{
	int64_t sum = 0;

	for (size_t i = 0; i < summary->n; i++) {
		struct row row = row_at(summary, i);

		sum += row_int(&row, "count");
	}
	return sum;
}

/* names: NAMES_… or a supervisor's account. The caller's; NULL: the database failed. */
static struct json_object *snapshot_of(struct db *db, int64_t id, int64_t names, ms_t now)
{
	const struct row *event = attendance_live_event(db, id, now);
	const struct rows *summary = attendance_live_summary(db, id);
	const struct rows *recent = names == NAMES_NONE ? NULL : attendance_live_recent(db, id, names, now - RECENT_MS);
	struct json_object *snapshot, *counts;

	if (db_error(db) != DB_OK)
		return NULL;
	snapshot = json_object_new_object();
	if (event)
		answer_row(snapshot, event);
	json_object_object_del(snapshot, "fixed");
	answer_rows(snapshot, "attendance_summary", summary);
	if (recent)
		answer_rows(snapshot, "recent_submissions", recent);
	else
		answer_add(snapshot, "recent_submissions", json_object_new_array());
	answer_int(snapshot, "total_registered", sum_of(summary));
	counts = answer_object(snapshot, "counts");
	attendance_counts(counts, db, id, event && row_bool(event, "fixed"));
	answer_add(snapshot, "expected", json_object_get(json_object_object_get(counts, "expected")));
	live_stamp(snapshot, now);
	answer_time(snapshot, "last_updated", now);
	if (db_error(db) == DB_OK)
		return snapshot;
	json_object_put(snapshot);
	return NULL;
}

struct json_object *attendance_watched(struct db *db, int64_t id, ms_t now)
{
	return snapshot_of(db, id, NAMES_ALL, now);
}

struct json_object *attendance_counted(struct db *db, int64_t id, ms_t now)
{
	return snapshot_of(db, id, NAMES_NONE, now);
}

/* Whose names this person is told; facts: of attendance_live_facts(). */
static int64_t names_for(const struct identity *who, int64_t id, const struct row *facts)
{
	if (attendance_may_watch(who, id, facts))
		return NAMES_ALL;
	return who->role == SUPERVISOR && sees_campus(facts) ? who->account_id : NAMES_NONE;
}

/* GET analytics/realtime/:event_id/. */
int attendance_now(struct request *rq)
{
	const int64_t id = attendance_live_number(rq->db, path_text(rq, "event_id"));
	const struct row *facts = id ? attendance_live_facts(rq->db, rq->who.account_id, id) : NULL;
	struct json_object *snapshot;

	if (!facts || !(attendance_may_watch(&rq->who, id, facts) || attendance_may_count(&rq->who, id, facts)))
		return refuse(rq, 404, "EVENT_NOT_FOUND", "Event not found.");
	snapshot = snapshot_of(rq->db, id, names_for(&rq->who, id, facts), rq->now);
	if (snapshot)
		answer_set(rq, snapshot);
	return ANSWERED;
}

/* POST analytics/realtime/ticket/. For clients that can put a proof nowhere but in an address, where a token would be kept by others. */
int realtime_ticket(struct request *rq)
{
	char *ticket = talloc_size(rq->mem, TOKEN_SIZE);
	uint8_t hash[HASH_BYTES];

	token_make(ticket);
	hash_plain(ticket, strlen(ticket), hash);
	socket_ticket_insert(rq->db, hash, rq->who.session_id, rq->now, rq->now + TICKET_S * MS_SECOND);
	answer_text(rq->data, "ticket", ticket);
	answer_int(rq->data, "expires_in", TICKET_S);
	rq->unkept = true;
	return ANSWERED;
}
