/* Which events somebody sees is one condition of their eye, in every statement that finds one. */
#include "store/campus_event.h"
#include "db/compose.h"
#include "store/audience_fits.h"
#include "store/search.h"
#include <string.h>

/* ---- who is expected ---- */

/* clang-format off */
/* Is an account expected at e? Its number twice. */
#define EXPECTS                                                                                                        \
	"(EXISTS (SELECT 1 FROM event_expected x WHERE x.event_id = e.id AND x.account_id = ?)"                        \
	" OR EXISTS (SELECT 1 FROM campus_member m JOIN event_audience u ON u.event_id = e.id"                         \
	" WHERE m.account_id = ? AND " FITS "))"
/* clang-format on */

/* ---- columns ---- */

#define COLUMNS                                                                                                                   \
	"e.uuid AS `id:uuid`, e.title, e.description, e.location, e.campus_id AS campus, c.name AS campus_name,"                  \
	" e.organizer_id AS organizer, a.name AS organizer_name, e.starts_at AS start_datetime, e.ends_at AS end_datetime,"       \
	" e.time_zone, e.latitude, e.longitude, e.location_radius, COALESCE(e.places, '[]') AS `places:json`, e.is_active,"       \
	" " EVENT_PHASE " AS phase, e.opens_at, e.late_at, e.closes_at,"                                                          \
	" e.is_active AND ? < e.closes_at AS `allows_late_attendance:bool`, e.opens_before AS opens_before_minutes,"              \
	" e.late_after AS late_after_minutes, e.closes_after AS closes_after_minutes, e.steps AS `required_steps:json`,"          \
	" e.location_mode, e.rescan, e.typed_code, e.auto_verify, e.strict_steps, e.allow_offline, e.public_counts,"              \
	" e.qr_rotates, e.qr_expires_at, COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT('rule', u.rule, 'value', NULLIF(u.value, 0))" \
	" ORDER BY u.rule, u.value LIMIT 200) FROM event_audience u WHERE u.event_id = e.id), '[]') AS `audience:json`,"          \
	" e.series, e.version, e.created_at, e.updated_at"
#define FROM_EVENTS                                                                                                    \
	" FROM campus_event e JOIN campus c ON c.id = e.campus_id JOIN account a ON a.id = e.organizer_id"             \
	" WHERE e.deleted_at IS NULL"

/* What became of an account's own mark there, as JSON; NULL: it began none. Its "?": the account. */
#define MINE                                                                                                           \
	", (SELECT JSON_OBJECT('id', CAST(t.uuid AS UUID), 'state', t.state, 'status', t.status,"                      \
	" 'verification_status', t.verification_status, 'submitted_at',"                                               \
	" CONCAT(LEFT(DATE_FORMAT(t.submitted_at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z'))"                                 \
	" FROM attendance t WHERE t.event_id = e.id AND t.account_id = ?) AS `my_attendance:json`"

/* ---- reading ---- */

enum { SEEN_BY = 3 };

/* What the eye sees, and what stands for its "?" into values; how many these are into *n. */
static const char *seen_by(const struct campus_eye *eye, struct arg values[SEEN_BY], size_t *n)
{
	values[0] = values[1] = values[2] = arg_int(eye->account_id);
	*n = 1;
	switch (eye->sight) {
	case SIGHT_EXPECTED:
		*n = 3;
		return "e.is_active AND " EXPECTS
		       " OR EXISTS (SELECT 1 FROM attendance t WHERE t.event_id = e.id AND t.account_id = ?"
		       " AND t.state = 'submitted')";
	case SIGHT_MADE:
		return "e.organizer_id = ?";
	case SIGHT_CAMPUS:
		*n = 2;
		values[0] = arg_int(eye->campus_id);
		return "(e.campus_id = ? OR e.organizer_id = ?)";
	case SIGHT_ALL:
	default:
		*n = eye->campus_id ? 1 : 0;
		values[0] = arg_int(eye->campus_id);
		return eye->campus_id ? "e.campus_id = ?" : "1";
	}
}

static void narrow(struct query *q, const struct campus_event_filter *f)
{
	static const struct searched SEARCHED[] = {
		{ "e.title", AS_WORDS }, { "e.location", AS_WORDS }, { "e.series", AS_CODE }, { NULL, 0 }
	};
	const struct arg now = arg_time(f->now);

	if (f->campus)
		query_where(q, "? IN (CONCAT(c.id), c.short_code, c.name)", args(f->campus));
	if (f->department)
		query_where(
			q,
			"EXISTS (SELECT 1 FROM event_audience u JOIN department d ON d.id = u.value WHERE u.event_id = e.id"
			" AND u.rule = 'department' AND ? IN (CONCAT(d.id), d.short_code, d.name))",
			args(f->department));
	if (f->series)
		query_where(q, "e.series = ?", args(f->series));
	if (f->phase)
		query_where(q, EVENT_PHASE " = ?", args(now, now, now, f->phase));
	if (f->uuid)
		query_where(q, "e.uuid = ?", (struct args){ 1, (struct arg[]){ arg_bytes(f->uuid, UUID_BYTES) } });
	if (f->campus_id)
		query_where(q, "e.campus_id = ?", args(f->campus_id));
	if (f->from)
		query_where(q, "e.starts_on >= ?", args(f->from));
	if (f->to)
		query_where(q, "e.starts_on <= ?", args(f->to));
	if (f->is_active)
		query_where(q, "e.is_active = ?", args(*f->is_active));
	if (f->running)
		query_where(q, "e.is_active AND e.opens_at <= ? AND e.closes_at > ?", args(now, now));
	if (f->organizer_id)
		query_where(q, "e.organizer_id = ?", args(f->organizer_id));
	search_rows(q, SEARCHED, f->search);
}

static const char *order_of(void *with, const char *name)
{
	static const struct {
		const char *name, *sql;
	} ORDERS[] = {
		{ "start_datetime", "e.starts_at" },
		{ "end_datetime", "e.ends_at" },
		{ "title", "e.title" },
		{ "location", "e.location" },
		{ "campus_name", "c.name" },
		{ "organizer_name", "a.name" },
		{ "series", "e.series" },
		{ "created_at", "e.created_at" },
	};

	(void)with;
	for (size_t i = 0; i < sizeof ORDERS / sizeof *ORDERS; i++)
		if (!strcmp(ORDERS[i].name, name))
			return ORDERS[i].sql;
	return NULL;
}

const char *campus_event_order(TALLOC_CTX *ctx, const char *by)
{
	return query_orders(ctx, by, order_of, NULL);
}

/* Of all events that there are, as the eye has them: who sees those of their own marks is told of these. one: with what one alone has. */
static struct query *events_of(const struct campus_eye *eye, ms_t now, bool one)
{
	static const char *const SELECT[2][2] = {
		{ "SELECT e.id AS `number:key`, " COLUMNS FROM_EVENTS,
		  "SELECT e.id AS `number:key`, " COLUMNS ", e.roster_at" FROM_EVENTS },
		{ "SELECT e.id AS `number:key`, " COLUMNS MINE FROM_EVENTS,
		  "SELECT e.id AS `number:key`, " COLUMNS MINE ", e.roster_at" FROM_EVENTS }
	};
	const bool mine = eye->sight == SIGHT_EXPECTED;
	struct query *q = query_new(NULL, SELECT[mine][one]);
	const struct arg at = arg_time(now);

	query_select_args(q, mine ? args(at, at, at, at, eye->account_id) : args(at, at, at, at));
	return q;
}

struct row_list *campus_event_list(struct db *db, const struct campus_eye *eye,
				   const struct campus_event_filter *filter)
{
	struct query *q = events_of(eye, filter->now, false);
	struct arg values[SEEN_BY];
	size_t n;
	const char *seen = seen_by(eye, values, &n);

	query_where(q, seen, (struct args){ n, values });
	narrow(q, filter);
	if (filter->order)
		query_order(q, filter->order, false, "e.id");
	else
		query_order(q, "e.starts_at", true, "e.id");
	return query_list(q, db, FROM_EVENTS, "e.id");
}

const struct row *campus_event_get(struct db *db, const struct campus_eye *eye, const uint8_t uuid[UUID_BYTES],
				   ms_t now, bool lock)
{
	struct query *q = events_of(eye, now, true);
	struct arg values[SEEN_BY];
	size_t n;
	const char *seen = seen_by(eye, values, &n);
	const struct rows *rows;
	struct row *row;

	if (lock)
		db_one(db, "SELECT id FROM campus_event WHERE uuid = ? FOR UPDATE",
		       (struct args){ 1, (struct arg[]){ arg_bytes(uuid, UUID_BYTES) } });
	query_where(q, "e.uuid = ?", (struct args){ 1, (struct arg[]){ arg_bytes(uuid, UUID_BYTES) } });
	query_where(q, seen, (struct args){ n, values });
	rows = query_page(q, db, 1, 1);
	talloc_free(q);
	if (!rows->n)
		return NULL;
	row = talloc(db_results(db), struct row);
	*row = row_at(rows, 0);
	return row;
}

/* ---- writing ---- */

/* To seven places, a hand's breadth. */
static struct arg degrees(struct db *db, const struct campus_event *e, double value)
{
	return e->placed ? arg_text(talloc_asprintf(db_results(db), "%.7f", value)) : arg_null();
}

/* What it says of itself, in the order of SETTINGS. */
enum { SETTINGS_N = 32 };
#define SETTINGS(each)                                                                                                 \
	each("title") each("title_words") each("description") each("location") each("location_words")                  \
		each("starts_at") each("ends_at") each("time_zone") each("starts_on") each("is_active")                \
			each("latitude") each("longitude") each("location_radius") each("places") each("opens_before") \
				each("late_after") each("closes_after") each("opens_at") each("late_at")               \
					each("closes_at") each("steps") each("location_mode") each("rescan")           \
						each("typed_code") each("auto_verify") each("strict_steps")            \
							each("allow_offline") each("public_counts") each("qr_rotates") \
								each("qr_expires_at") each("series")                   \
									each("updated_at")
#define NAMED(column) ", " column
#define MARKED(column) ", ?"
#define SET(column) ", " column " = ?"

static void settings(struct db *db, const struct campus_event *e, ms_t now, struct arg out[SETTINGS_N])
{
	const struct arg all[SETTINGS_N] = {
		arg(e->title),
		arg(words_beside(db, e->title)),
		arg(e->description),
		arg(e->location),
		arg(words_beside(db, e->location)),
		arg_time(e->times.starts_at),
		arg_time(e->times.ends_at),
		arg(e->time_zone),
		arg_text(e->starts_on),
		arg(e->is_active),
		degrees(db, e, e->latitude),
		degrees(db, e, e->longitude),
		arg(e->radius),
		arg(e->places),
		arg(e->times.opens_before),
		arg(e->times.late_after),
		e->times.closes_after < 0 ? arg_null() : arg(e->times.closes_after),
		arg_time(e->window.opens_at),
		arg_time(e->window.late_at),
		arg_time(e->window.closes_at),
		arg(e->steps),
		arg(e->location_mode),
		arg(e->rescan),
		arg(e->typed_code),
		arg(e->auto_verify),
		arg(e->strict_steps),
		arg(e->allow_offline),
		arg(e->public_counts),
		arg(e->qr_rotates),
		e->qr_expires_at ? arg_time(e->qr_expires_at) : arg_null(),
		arg(e->series),
		arg_time(now),
	};

	memcpy(out, all, sizeof all);
}

int64_t campus_event_insert(struct db *db, const struct campus_event *e, uint8_t uuid[UUID_BYTES], ms_t now)
{
	struct arg values[4 + SETTINGS_N];

	uuid_name(uuid);
	values[0] = arg_bytes(uuid, UUID_BYTES);
	values[1] = arg(e->organizer_id);
	values[2] = arg(e->campus_id);
	values[3] = arg_time(now);
	settings(db, e, now, values + 4);
	return db_insert(db,
			 "INSERT INTO campus_event (uuid, organizer_id, campus_id, created_at" SETTINGS(
				 NAMED) ") VALUES (?, ?, ?, ?" SETTINGS(MARKED) ")",
			 (struct args){ 4 + SETTINGS_N, values });
}

bool campus_event_update(struct db *db, int64_t id, const struct campus_event *e, ms_t now)
{
	struct arg values[SETTINGS_N + 1];

	settings(db, e, now, values);
	values[SETTINGS_N] = arg(id);
	return db_exec(db, "UPDATE campus_event SET version = version + 1" SETTINGS(SET) " WHERE id = ?",
		       (struct args){ SETTINGS_N + 1, values }) >= 0 &&
	       db_exec(db,
		       "UPDATE attendance a JOIN campus_event e ON e.id = a.event_id SET a.event_starts_at = e.starts_at"
		       " WHERE a.event_id = ? AND a.event_starts_at <> e.starts_at",
		       args(id)) >= 0;
}

void campus_event_hide(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE campus_event SET deleted_at = ?, version = version + 1, updated_at = ? WHERE id = ?",
		args(arg_time(now), arg_time(now), id));
}

/* ---- the audience, and the roster that follows from it ---- */

enum { RULES_AT_ONCE = 500 };

void audience_set(struct db *db, int64_t event_id, const struct audience_rule rules[], size_t n)
{
	struct arg *values = talloc_array(db_results(db), struct arg, (unsigned)(3 * n) + 1);
	struct args *rows = talloc_array(db_results(db), struct args, (unsigned)n + 1);

	db_exec(db, "DELETE FROM event_audience WHERE event_id = ?", args(event_id));
	for (size_t i = 0; i < n; i++)
		rows[i] = args_into(args(event_id, rules[i].rule, rules[i].value), values + 3 * i);
	for (size_t i = 0; i < n; i += RULES_AT_ONCE)
		db_bulk(db, "INSERT IGNORE INTO event_audience (event_id, rule, value) VALUES (?, ?, ?)", rows + i,
			n - i < RULES_AT_ONCE ? n - i : RULES_AT_ONCE);
}

bool audience_fits(struct db *db, int64_t campus_id, const struct audience_rule *rule)
{
	if (!strcmp(rule->rule, "department"))
		return db_int(db, "SELECT COUNT(*) FROM department WHERE id = ? AND campus_id = ?",
			      args(rule->value, campus_id)) > 0;
	if (!strcmp(rule->rule, "member"))
		return db_int(db,
			      "SELECT COUNT(*) FROM campus_member WHERE account_id = ? AND left_at IS NULL"
			      " AND (campus_id = ? OR campus_id IS NULL)",
			      args(rule->value, campus_id)) > 0;
	return true;
}

#define NAME_COLUMNS                                                                                                   \
	"SELECT m.account_id AS user_id, m.student_id, CONCAT_WS(' ', m.first_name, m.last_name) AS full_name,"
#define MORE_COLUMNS " a.email, d.name AS department, m.department_id, m.year_level,"
#define MEMBER_JOINS " JOIN account a ON a.id = m.account_id LEFT JOIN department d ON d.id = m.department_id"

#define STATE_FIXED " x.state"
#define OF_FIXED                                                                                                       \
	"\nFROM event_expected x\nJOIN campus_member m ON m.account_id = x.account_id" MEMBER_JOINS                    \
	" WHERE x.event_id = ?"
#define STATE_RULES " COALESCE(x.state, 'expected') AS state"
#define OF_RULES                                                                                                       \
	"\nFROM campus_event e\nJOIN campus_member m LEFT JOIN event_expected x ON x.event_id = e.id"                  \
	" AND x.account_id = m.account_id" MEMBER_JOINS " WHERE e.id = ? AND EXISTS (SELECT 1 FROM event_audience u"   \
	" WHERE u.event_id = e.id AND " FITS ")"

struct row_list *roster_list(struct db *db, int64_t event_id, bool fixed, bool names_alone)
{
	static const char *const SQL[2][2] = {
		{ NAME_COLUMNS MORE_COLUMNS STATE_RULES OF_RULES, NAME_COLUMNS STATE_RULES OF_RULES },
		{ NAME_COLUMNS MORE_COLUMNS STATE_FIXED OF_FIXED, NAME_COLUMNS STATE_FIXED OF_FIXED }
	};
	struct query *q = query_new(NULL, SQL[fixed][names_alone]);

	query_args(q, args(event_id));
	query_order(q, "m.last_name, m.first_name", false, "m.account_id");
	return query_list(q, db, fixed ? OF_FIXED : OF_RULES, "m.account_id");
}

int64_t roster_member(struct db *db, int64_t campus_id, const char *name)
{
	int64_t id = db_int(
		db, "SELECT account_id FROM campus_member WHERE left_at IS NULL AND campus_id = ? AND student_id = ?",
		args(campus_id, name));

	return id ? id
		  : db_int(db,
			   "SELECT m.account_id FROM account a JOIN campus_member m ON m.account_id = a.id"
			   " WHERE a.email = ? AND m.left_at IS NULL AND (m.campus_id = ? OR m.campus_id IS NULL)",
			   args(name, campus_id));
}

bool campus_event_expects(struct db *db, int64_t event_id, int64_t account_id)
{
	return db_int(db, "SELECT 1 FROM campus_event e WHERE e.id = ? AND " EXPECTS,
		      args(event_id, account_id, account_id));
}

const struct rows *campus_events_typed(struct db *db, int64_t account_id, ms_t now)
{
	return db_query(
		db,
		"SELECT e.uuid AS `uuid:uuid`, e.qr_generation, e.qr_rotates FROM campus_event e"
		" WHERE e.closes_at > ? AND e.opens_at <= ? AND e.typed_code AND e.is_active AND e.deleted_at IS NULL"
		" AND " EXPECTS " ORDER BY e.starts_at DESC LIMIT 20",
		args(arg_time(now), arg_time(now), account_id, account_id));
}

const struct rows *campus_events_later(struct db *db, int64_t account_id, ms_t now)
{
	return db_query(
		db,
		"SELECT e.uuid AS `id:uuid`, e.title, e.location, e.starts_at, e.time_zone, e.opens_at, e.closes_at,"
		" e.steps, e.location_mode, e.latitude, e.longitude, e.location_radius FROM campus_event e"
		" WHERE e.closes_at > ? AND e.opens_at <= ? AND e.allow_offline AND e.is_active"
		" AND e.deleted_at IS NULL AND " EXPECTS " ORDER BY e.starts_at LIMIT 50",
		args(arg_time(now), arg_time(now + 7 * MS_DAY), account_id, account_id));
}

int64_t roster_size(struct db *db, int64_t event_id, bool fixed)
{
	return fixed ? db_int(db, "SELECT COUNT(*) FROM event_expected WHERE event_id = ? AND state = 'expected'",
			      args(event_id))
		     : db_int(db,
			      "SELECT COUNT(DISTINCT m.account_id) FROM campus_event e"
			      " JOIN event_audience u ON u.event_id = e.id JOIN campus_member m ON " FITS
			      " WHERE e.id = ? AND NOT EXISTS (SELECT 1 FROM event_expected x"
			      " WHERE x.event_id = e.id AND x.account_id = m.account_id AND x.state = 'excused')",
			      args(event_id));
}

#define ADD_FITTING(also)                                                                                              \
	"INSERT IGNORE INTO event_expected (event_id, account_id, state, since)"                                       \
	" SELECT DISTINCT e.id, m.account_id, 'expected', ? FROM campus_event e"                                       \
	" JOIN event_audience u ON u.event_id = e.id JOIN campus_member m ON " FITS " WHERE " also

void roster_fix(struct db *db, int64_t event_id, ms_t now)
{
	/* Who came to the campus when it was over was not expected there. */
	db_exec(db, ADD_FITTING("e.id = ? AND (e.closes_at > ? OR m.created_at <= e.closes_at)"),
		args(arg_time(now), event_id, arg_time(now)));
	db_exec(db, "UPDATE campus_event SET roster_at = ? WHERE id = ?", args(arg_time(now), event_id));
}

void roster_loosen(struct db *db, int64_t event_id)
{
	db_exec(db, "DELETE FROM event_expected WHERE event_id = ? AND state = 'expected'", args(event_id));
	db_exec(db, "UPDATE campus_event SET roster_at = NULL WHERE id = ?", args(event_id));
}

enum { ROSTERS_AT_ONCE = 50 };

struct fixing {
	struct db *db;
	int64_t event_id;
	ms_t now;
};

/* Unless somebody else did meanwhile, or it opens later now. */
static bool fix_one(void *with)
{
	const struct fixing *f = with;

	if (db_one(f->db, "SELECT id FROM campus_event WHERE id = ? AND roster_at IS NULL AND opens_at <= ? FOR UPDATE",
		   args(f->event_id, arg_time(f->now))))
		roster_fix(f->db, f->event_id, f->now);
	return db_error(f->db) == DB_OK;
}

bool rosters_keep(struct db *db, ms_t now, bool *more)
{
	const struct rows *due = db_query(db,
					  "SELECT id FROM campus_event WHERE roster_at IS NULL AND opens_at <= ?"
					  " AND deleted_at IS NULL ORDER BY opens_at LIMIT ?",
					  args(arg_time(now), ROSTERS_AT_ONCE));
	bool well = db_error(db) == DB_OK;

	for (size_t i = 0; well && i < due->n; i++) {
		struct row row = row_at(due, i);
		struct fixing one = { db, row_int(&row, "id"), now };

		well = db_transaction(db, fix_one, NULL, &one);
	}
	*more = due->n == ROSTERS_AT_ONCE;
	return well && db_exec(db,
			       ADD_FITTING("e.closes_at > ? AND e.roster_at IS NOT NULL AND e.deleted_at IS NULL"
					   " AND m.created_at > e.roster_at"),
			       args(arg_time(now), arg_time(now))) >= 0;
}
