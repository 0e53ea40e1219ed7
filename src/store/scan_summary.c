/* A row enters the sums 30 s after it was written, for of two scans at once the higher id may commit first; until then it is in the tail.
 *
 * A summary is wrong by parts: each is what scan_count has of a category, gate and result beside what the log has of it
 * up to the summary's end. Both sides are added up in one pass, so that a part that only one of them has is seen too. */
#include "store/scan_summary.h"
#include "store/scan_sum.h"

#define PARTS(of_event)                                                                                                                \
	" FROM (SELECT event_id, category_id, gate, result, ins, firsts, outs, scans,"                                                 \
	"  0 AS log_ins, 0 AS log_firsts, 0 AS log_outs, 0 AS log_scans"                                                               \
	"  FROM scan_count WHERE " of_event                                                                                            \
	"  UNION ALL SELECT event_id, category_id, gate, result, 0, 0, 0, 0, ins, firsts, outs, scans"                                 \
	"  FROM (SELECT s.event_id, COALESCE(s.category_id, 0) AS category_id, s.gate, s.result,"                                      \
	"   " SCAN_INS("s.") " AS ins, " SCAN_FIRSTS(                                                                                  \
		"s.") " AS firsts,"                                                                                                    \
		      "   " SCAN_OUTS("s.") " AS outs, " SCAN_SCANS(                                                                   \
			      "s.") " AS scans"                                                                                        \
				    "   FROM scan_summary u STRAIGHT_JOIN scan_log s ON s.event_id = u.event_id AND s.id <= u.upto_id" \
				    "   WHERE s." of_event                                                                             \
				    "   GROUP BY s.event_id, COALESCE(s.category_id, 0), s.gate, s.result) l) p"                       \
				    " GROUP BY event_id, category_id, gate, result"                                                    \
				    " HAVING SUM(ins) <> SUM(log_ins) OR SUM(firsts) <> SUM(log_firsts) OR SUM(outs) <> SUM(log_outs)" \
				    " OR SUM(scans) <> SUM(log_scans)"

#define ASTRAY                                                                                                         \
	" FROM scan_summary u LEFT JOIN scan_log s ON s.id = u.upto_id AND s.event_id = u.event_id"                    \
	" WHERE u.upto_id <> 0 AND s.id IS NULL"

#define LOGGED(of_event)                                                                                               \
	" FROM (SELECT event_id, result, reason, direction, logged, 0 AS found FROM scan_log_count WHERE " of_event    \
	"  UNION ALL SELECT s.event_id, s.result, s.reason, s.direction, 0, COUNT(*)"                                  \
	"  FROM scan_summary u STRAIGHT_JOIN scan_log s ON s.event_id = u.event_id AND s.id <= u.upto_id"              \
	"  WHERE s." of_event " GROUP BY s.event_id, s.result, s.reason, s.direction) g"                               \
	" GROUP BY event_id, result, reason, direction HAVING SUM(logged) <> SUM(found)"

#define QUARTERS(of_event)                                                                                             \
	" FROM (SELECT event_id, slot, ins, firsts, 0 AS log_ins, 0 AS log_firsts FROM scan_quarter WHERE " of_event   \
	"  UNION ALL SELECT event_id, slot, 0, 0, ins, firsts FROM (SELECT l.event_id, " SCAN_QUARTER                  \
	"   AS slot, " SCAN_QUARTER_SUMS                                                                               \
	"   FROM scan_summary u STRAIGHT_JOIN scan_log l ON l.event_id = u.event_id AND l.id <= u.upto_id"             \
	"   LEFT JOIN scan_log w ON w.id = l.undoes WHERE l." of_event " AND " SCAN_IN_QUARTERS                        \
	"   GROUP BY l.event_id, slot) s) q GROUP BY event_id, slot"                                                   \
	" HAVING SUM(ins) <> SUM(log_ins) OR SUM(firsts) <> SUM(log_firsts)"

const char SCAN_QUARTERS_WRONG[] =
	"SELECT CONCAT('event ', event_id, ', the quarter from ', slot, ': ', SUM(ins), ' in (', SUM(firsts),"
	" ' first); log: ', SUM(log_ins), ' (', SUM(log_firsts), ')') AS what" QUARTERS("event_id > 0") " LIMIT 5";

const char SCAN_SUMMARY_WRONG[] =
	"SELECT CONCAT('event ', event_id, ', category ', category_id, ', gate ', gate, ', ', result, ': ',"
	" SUM(ins), ' in (', SUM(firsts), ' first), ', SUM(outs), ' out, ', SUM(scans), ' scans; log: ',"
	" SUM(log_ins), ' (', SUM(log_firsts), '), ', SUM(log_outs), ', ', SUM(log_scans)) AS what" PARTS(
		"event_id > 0") " LIMIT 5";

const char SCAN_LOGGED_WRONG[] =
	"SELECT CONCAT('event ', event_id, ', ', result, ', ', reason, ', ', direction, ': ', SUM(logged), '; log: ',"
	" SUM(found)) AS what" LOGGED("event_id > 0") " LIMIT 5";

const char SCAN_SUMMARY_ASTRAY[] =
	"SELECT CONCAT('event ', u.event_id, ': up to ', u.upto_id) AS what" ASTRAY " LIMIT 5";

const struct rows *scan_summary_faults(struct db *db)
{
	return db_query(
		db,
		"SELECT event_id" PARTS("event_id > 0") " UNION SELECT u.event_id" ASTRAY " UNION SELECT event_id" LOGGED(
			"event_id > 0") " UNION SELECT event_id" QUARTERS("event_id > 0") " LIMIT 1000",
		no_args);
}

void scan_summary_lock(struct db *db, int64_t event_id)
{
	if (!db_one(db, "SELECT upto_id FROM scan_summary WHERE event_id = ? FOR UPDATE", args(event_id)))
		db_exec(db, "INSERT INTO scan_summary (event_id, upto_id) VALUES (?, 0)", args(event_id));
}

const struct rows *scan_summary_parts(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT category_id, gate, result, SUM(ins) AS ins, SUM(log_ins) AS ins_found,"
			" SUM(firsts) AS firsts, SUM(log_firsts) AS firsts_found,"
			" SUM(outs) AS outs, SUM(log_outs) AS outs_found,"
			" SUM(scans) AS scans, SUM(log_scans) AS scans_found" PARTS(
				"event_id = ?") " ORDER BY category_id, gate, result LIMIT 1000",
			args(event_id, event_id));
}

const struct rows *scan_summary_logged(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT result, reason, direction, SUM(logged) AS logged, SUM(found) AS logged_found" LOGGED(
				"event_id = ?") " ORDER BY result, reason, direction LIMIT 1000",
			args(event_id, event_id));
}

const struct rows *scan_summary_quarters(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT CAST(slot AS CHAR) AS quarter, SUM(ins) AS ins, SUM(log_ins) AS ins_found,"
			" SUM(firsts) AS firsts, SUM(log_firsts) AS firsts_found" QUARTERS(
				"event_id = ?") " ORDER BY slot LIMIT 1000",
			args(event_id, event_id));
}

const struct row *scan_summary_end(struct db *db, int64_t event_id)
{
	return db_one(db, "SELECT u.upto_id, 0 AS upto_id_found" ASTRAY " AND u.event_id = ?", args(event_id));
}

void scan_summary_reset(struct db *db, int64_t event_id)
{
	db_exec(db, "DELETE FROM scan_count WHERE event_id = ?", args(event_id));
	db_exec(db, "DELETE FROM scan_log_count WHERE event_id = ?", args(event_id));
	db_exec(db, "DELETE FROM scan_quarter WHERE event_id = ?", args(event_id));
	db_exec(db, "UPDATE scan_summary SET upto_id = 0 WHERE event_id = ?", args(event_id));
}

/* ---- summing up ---- */

int64_t scan_summed_upto(struct db *db, int64_t event_id)
{
	return db_int(db, "SELECT upto_id FROM scan_summary WHERE event_id = ?", args(event_id));
}

int64_t scan_tail(struct db *db, int64_t event_id)
{
	return db_int(db, "SELECT COUNT(*) FROM scan_log FORCE INDEX (scan_log_event) WHERE event_id = ? AND id > ?",
		      args(event_id, scan_summed_upto(db, event_id)));
}

struct summing {
	struct db *db;
	int64_t event_id;
	ms_t before;   /* rows written since then wait */
	int64_t moved; /* the answer */
};

/* The highest id up to which every row is old enough and none can still be on its way: the last old row, cut where the
 * first young one stands, whichever clock wrote them. */
static int64_t safe_upto(const struct summing *s, int64_t from)
{
	int64_t young = db_int(s->db,
			       "SELECT id FROM scan_log FORCE INDEX (scan_log_event)"
			       " WHERE event_id = ? AND id > ? AND at >= ? ORDER BY id LIMIT 1",
			       args(s->event_id, from, arg_time(s->before)));
	int64_t step = db_int(s->db,
			      "SELECT MAX(id) FROM (SELECT id FROM scan_log FORCE INDEX (scan_log_event)"
			      " WHERE event_id = ? AND id > ? AND id < ? ORDER BY id LIMIT 20000) s",
			      args(s->event_id, from, young ? young : INT64_MAX));

	_Static_assert(SCAN_STEP == 20000, "the statement names the step");
	return step;
}

static bool sum_up(void *with)
{
	struct summing *s = with;
	int64_t from, upto;

	s->moved = 0;
	if (!db_one(s->db, "SELECT 1 AS one FROM scan_summary WHERE event_id = ?", args(s->event_id)))
		db_exec(s->db, "INSERT INTO scan_summary (event_id, upto_id) VALUES (?, 0)", args(s->event_id));
	from = scan_summed_upto(s->db, s->event_id);
	upto = safe_upto(s, from);
	if (upto <= from)
		return true;
	if (db_exec(s->db, "UPDATE scan_summary SET upto_id = ? WHERE event_id = ? AND upto_id = ?",
		    args(upto, s->event_id, from)) != 1)
		return false;
	s->moved = db_int(s->db,
			  "SELECT COUNT(*) FROM scan_log FORCE INDEX (scan_log_event)"
			  " WHERE event_id = ? AND id > ? AND id <= ?",
			  args(s->event_id, from, upto));
	db_exec(s->db,
		"INSERT INTO scan_count (event_id, category_id, gate, result, ins, firsts, outs, scans)"
		" SELECT event_id, COALESCE(category_id, 0), gate, result, " SCAN_INS(
			"") ","
			    " " SCAN_FIRSTS("") ", " SCAN_OUTS("") ", " SCAN_SCANS(
				    "") " FROM scan_log FORCE INDEX (scan_log_event)"
					" WHERE event_id = ? AND id > ? AND id <= ?"
					" GROUP BY event_id, COALESCE(category_id, 0), gate, result"
					" ON DUPLICATE KEY UPDATE ins = ins + VALUES(ins), firsts = firsts + VALUES(firsts),"
					" outs = outs + VALUES(outs), scans = scans + VALUES(scans)",
		args(s->event_id, from, upto));
	db_exec(s->db,
		"INSERT INTO scan_log_count (event_id, result, reason, direction, logged)"
		" SELECT event_id, result, reason, direction, COUNT(*) FROM scan_log FORCE INDEX (scan_log_event)"
		" WHERE event_id = ? AND id > ? AND id <= ? GROUP BY event_id, result, reason, direction"
		" ON DUPLICATE KEY UPDATE logged = logged + VALUES(logged)",
		args(s->event_id, from, upto));
	db_exec(s->db,
		"INSERT INTO scan_quarter (event_id, slot, ins, firsts)"
		" SELECT l.event_id, " SCAN_QUARTER " AS slot, " SCAN_QUARTER_SUMS
		" FROM scan_log l FORCE INDEX (scan_log_event) LEFT JOIN scan_log w ON w.id = l.undoes"
		" WHERE l.event_id = ? AND l.id > ? AND l.id <= ? AND " SCAN_IN_QUARTERS " GROUP BY l.event_id, slot"
		" ON DUPLICATE KEY UPDATE ins = ins + VALUES(ins), firsts = firsts + VALUES(firsts)",
		args(s->event_id, from, upto));
	return true;
}

int64_t scan_summarise(struct db *db, int64_t event_id, ms_t now)
{
	struct summing s = { .db = db, .event_id = event_id, .before = now - SCAN_OVERLAP_S * MS_SECOND };

	if (db_transaction(db, sum_up, NULL, &s))
		return s.moved;
	return db_error(db) == DB_OK ? 0 : -1;
}

/* One look at the end of the index for each event that may be scanned, or has been. */
#define BEHIND                                                                                                         \
	"SELECT e.id, COALESCE(u.upto_id, 0) AS upto FROM event e LEFT JOIN scan_summary u ON u.event_id = e.id"       \
	" WHERE COALESCE(u.upto_id, 0) < (SELECT s.id FROM scan_log s FORCE INDEX (scan_log_event)"                    \
	" WHERE s.event_id = e.id ORDER BY s.id DESC LIMIT 1)"

const struct rows *scan_events_to_summarise(struct db *db, ms_t now)
{
	return db_query(db, BEHIND " AND (u.event_id IS NOT NULL OR e.starts_at < ?) LIMIT 1000",
			args(arg_time(now + 2 * MS_DAY)));
}

/* ---- what came of scans ---- */

#define IS_ASKED "result = COALESCE(?, result) AND reason = COALESCE(?, reason) AND direction = COALESCE(?, direction)"

/* Each event's tail by itself: a join would read all rows of an event for its last ones. */
static int64_t count_logged(struct db *db, const struct scans_of *of)
{
	int64_t first = of->event_id ? of->event_id : 1, last = of->event_id ? of->event_id : INT64_MAX;
	const struct rows *behind = db_query(db, BEHIND " AND e.id BETWEEN ? AND ?", args(first, last));
	int64_t n = db_int(
		db, "SELECT COALESCE(SUM(logged), 0) FROM scan_log_count WHERE event_id BETWEEN ? AND ? AND " IS_ASKED,
		args(first, last, of->result, of->reason, of->direction));

	for (size_t i = 0; i < behind->n; i++) {
		struct row event = row_at(behind, i);

		n += db_int(
			db,
			"SELECT COUNT(*) FROM scan_log FORCE INDEX (scan_log_event) WHERE event_id = ? AND id > ? AND " IS_ASKED,
			args(row_int(&event, "id"), row_int(&event, "upto"), of->result, of->reason, of->direction));
	}
	return n;
}

int64_t scans_logged(struct db *db, const struct scans_of *of)
{
	int64_t n;

	if (!db_snapshot_begin(db))
		return 0;
	n = count_logged(db, of);
	db_snapshot_end(db);
	return n;
}
