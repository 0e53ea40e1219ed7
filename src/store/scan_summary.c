/* A summary is wrong by parts: each is what scan_count has of a category, gate and result beside what the log has of it
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

const char SCAN_SUMMARY_ASTRAY[] =
	"SELECT CONCAT('event ', u.event_id, ': up to ', u.upto_id) AS what" ASTRAY " LIMIT 5";

int64_t scans_count(struct db *db, const char *result)
{
	return db_int(db,
		      "SELECT (SELECT COALESCE(SUM(scans), 0) FROM scan_count WHERE result = ?) + (SELECT COUNT(*)"
		      " FROM event e LEFT JOIN scan_summary u ON u.event_id = e.id STRAIGHT_JOIN scan_log s"
		      " ON s.event_id = e.id AND s.id > COALESCE(u.upto_id, 0) WHERE s.result = ?)",
		      args(result, result));
}

const struct rows *scan_summary_faults(struct db *db)
{
	return db_query(
		db,
		"SELECT event_id" PARTS("event_id > 0") " UNION SELECT u.event_id" ASTRAY
							" UNION SELECT event_id" QUARTERS("event_id > 0") " LIMIT 1000",
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
	db_exec(db, "DELETE FROM scan_quarter WHERE event_id = ?", args(event_id));
	db_exec(db, "UPDATE scan_summary SET upto_id = 0 WHERE event_id = ?", args(event_id));
}
