/* Counts that cost the same at the first scan and at the millionth: scan_count holds the sums up to upto_id, and only
 * rows behind it are read one by one. A row enters the sums 30 s after it was written, for of two scans at once the
 * higher id may commit first; until then it is counted in the tail. Both parts are read in one snapshot, so a row that
 * moves between them is counted once. */
#include "store/live.h"
#include "base/uuid.h"
#include "rules/keys.h"
#include "store/conflict.h"
#include "store/moves.h"
#include "store/scan_sum.h"
#include "store/scan_summary.h"
#include <stdio.h>
#include <string.h>

const struct row *live_facts(struct db *db, int64_t account_id, int64_t event_id)
{
	(void)account_id;
	return db_one(db, "SELECT organizer_id FROM event WHERE id = ?", args(event_id));
}

const struct rows *live_watching(struct db *db, const struct watch watches[], size_t n, ms_t now)
{
	return sessions_watching(db, SESSIONS_WATCHING("e.organizer_id", " JOIN event e ON e.id = w.topic_id"), watches,
				 n, now);
}

/* ---- reading ---- */

/* A deleted category keeps what was sold in it. held counts lapsed holds until they are reaped, so they are taken off;
 * the index of lapsing orders is short, the event's orders are not. */
#define CATEGORIES                                                                                                     \
	"SELECT c.id, c.name, IF(c.deleted_at IS NULL, c.capacity, c.sold) AS capacity, c.sold,"                       \
	" GREATEST(0, c.held - COALESCE(l.quantity, 0)) AS held, e.capacity AS most"                                   \
	" FROM ticket_category c JOIN event e ON e.id = c.event_id"                                                    \
	" LEFT JOIN (SELECT i.category_id, SUM(i.quantity) AS quantity"                                                \
	" FROM orders o FORCE INDEX (orders_lapse)"                                                                    \
	" JOIN order_item i ON i.order_id = o.id"                                                                      \
	" WHERE o.status = 'held' AND o.expires_at <= ? AND o.event_id = ?"                                            \
	" GROUP BY i.category_id) l ON l.category_id = c.id"                                                           \
	" WHERE c.event_id = ? AND (c.deleted_at IS NULL OR c.sold > 0)"                                               \
	" ORDER BY c.position, c.id"

/* gate_no tells gates apart as the database does, whose collation knows no case. A gate is whatever a phone calls it, so
 * all behind the first fifty by name are one. The index is named throughout, for left to itself the optimizer walks all of
 * an event's rows to find the few behind upto_id. */
#define COUNTS                                                                                                         \
	"SELECT category_id, IF(gate_no > 50, '…', MIN(gate)) AS gate, LEAST(gate_no, 51) AS gate_no, result,"       \
	" SUM(ins) AS ins, SUM(firsts) AS firsts, SUM(outs) AS outs, SUM(scans) AS scans"                              \
	" FROM (SELECT category_id, gate, DENSE_RANK() OVER (ORDER BY gate) AS gate_no, result,"                       \
	" SUM(ins) AS ins, SUM(firsts) AS firsts, SUM(outs) AS outs, SUM(scans) AS scans"                              \
	" FROM (SELECT category_id, gate, result, ins, firsts, outs, scans FROM scan_count WHERE event_id = ?"         \
	" UNION ALL SELECT COALESCE(category_id, 0), gate, result, " SCAN_INS(                                         \
		"") ","                                                                                                \
		    " " SCAN_FIRSTS("") ", " SCAN_OUTS("") ", " SCAN_SCANS(                                            \
			    "") " FROM scan_log FORCE INDEX (scan_log_event)"                                          \
				" WHERE event_id = ? AND id > ?"                                                       \
				" GROUP BY COALESCE(category_id, 0), gate, result) s"                                  \
				" GROUP BY category_id, gate, result) g"                                               \
				" GROUP BY category_id, LEAST(gate_no, 51), result"                                    \
				" ORDER BY gate_no, category_id, result"

/* Where days begin afresh, who stayed from another day is in nobody's way and comes in anew, so the log counts them twice. Only such
 * events pay for a look at their tickets. stayed: those of another day, who have not left. */
#define INSIDE_TODAY                                                                                                   \
	"SELECT category_id, SUM(last_in_at >= ?) AS inside, SUM(last_in_at < ?) AS stayed FROM ticket"                \
	" WHERE event_id = ? AND presence = 'inside' GROUP BY category_id"

#define LAST_SCANS                                                                                                     \
	"SELECT s.id, s.at, s.result, s.reason, s.direction, s.gate, s.attendee_name, c.name AS category,"             \
	" a.name AS usher"                                                                                             \
	" FROM scan_log s"                                                                                             \
	" LEFT JOIN ticket_category c ON c.id = s.category_id"                                                         \
	" LEFT JOIN usher u ON u.id = s.usher_id"                                                                      \
	" LEFT JOIN account a ON a.id = u.account_id"                                                                  \
	" WHERE s.event_id = ?"                                                                                        \
	" ORDER BY s.id DESC"                                                                                          \
	" LIMIT 10"

static void put_int(struct json_object *object, const char *key, int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

static void put_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static void put_time(struct json_object *object, const char *key, ms_t at)
{
	char iso[ISO_SIZE];

	put_text(object, key, clock_iso(at, iso));
}

static struct json_object *put(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
	return value;
}

struct sums {
	int64_t ins, firsts, outs, refused, scans;
};

static void sum(struct sums *sums, const struct row *row)
{
	sums->ins += row_int(row, "ins");
	sums->firsts += row_int(row, "firsts");
	sums->outs += row_int(row, "outs");
	sums->scans += row_int(row, "scans");
	if (!row_is(row, "result", "valid"))
		sums->refused += row_int(row, "scans");
}

static struct sums sums_of_category(const struct rows *counts, int64_t category_id)
{
	struct sums sums = { 0 };

	for (size_t i = 0; i < counts->n; i++) {
		struct row row = row_at(counts, i);

		if (row_int(&row, "category_id") == category_id)
			sum(&sums, &row);
	}
	return sums;
}

/* How many of a category are inside; today: NULL, where it is by the log. */
static int64_t inside_of(const struct sums *sums, const struct rows *today, int64_t category_id)
{
	for (size_t i = 0; today && i < today->n; i++) {
		struct row row = row_at(today, i);

		if (row_int(&row, "category_id") == category_id)
			return row_int(&row, "inside");
	}
	return today ? 0 : sums->ins - sums->outs;
}

/* Counts and by_category. */
static void put_categories(struct json_object *snapshot, const struct rows *categories, const struct rows *counts,
			   const struct rows *today)
{
	struct json_object *total = put(snapshot, "counts", json_object_new_object());
	struct json_object *list = put(snapshot, "by_category", json_object_new_array());
	struct sums all = { 0 };
	int64_t capacity = 0, most = INT64_MAX, sold = 0, held = 0, inside = 0, stayed = 0;

	for (size_t i = 0; i < categories->n; i++) {
		struct row row = row_at(categories, i);
		struct sums sums = sums_of_category(counts, row_int(&row, "id"));
		struct json_object *item = json_object_new_object();

		put_int(item, "id", row_int(&row, "id"));
		put_text(item, "name", row_text(&row, "name"));
		put_int(item, "capacity", row_int(&row, "capacity"));
		put_int(item, "sold", row_int(&row, "sold"));
		put_int(item, "held", row_int(&row, "held"));
		put_int(item, "entered", sums.firsts);
		put_int(item, "inside", inside_of(&sums, today, row_int(&row, "id")));
		json_object_array_add(list, item);
		capacity += row_int(&row, "capacity");
		most = row_null(&row, "most") ? most : row_int(&row, "most");
		sold += row_int(&row, "sold");
		held += row_int(&row, "held");
	}
	for (size_t i = 0; i < counts->n; i++) {
		struct row row = row_at(counts, i);

		sum(&all, &row);
	}
	for (size_t i = 0; today && i < today->n; i++) {
		struct row row = row_at(today, i);

		inside += row_int(&row, "inside");
		stayed += row_int(&row, "stayed");
	}
	if (!today)
		inside = all.ins - all.outs;
	put_int(total, "capacity", capacity < most ? capacity : most);
	put_int(total, "sold", sold);
	put_int(total, "held", held);
	put_int(total, "expected", sold);
	put_int(total, "entered", all.firsts);
	put_int(total, "left", all.firsts > inside + stayed ? all.firsts - inside - stayed : 0);
	put_int(total, "inside", inside);
	put_int(total, "refused", all.refused);
}

/* The rows come ordered by gate. */
static void put_gates(struct json_object *snapshot, const struct rows *counts)
{
	struct json_object *list = put(snapshot, "by_gate", json_object_new_array());

	for (size_t i = 0; i < counts->n;) {
		struct row first = row_at(counts, i);
		struct json_object *item = json_object_new_object();
		struct sums sums = { 0 };

		for (; i < counts->n; i++) {
			struct row row = row_at(counts, i);

			if (row_int(&row, "gate_no") != row_int(&first, "gate_no"))
				break;
			sum(&sums, &row);
		}
		put_text(item, "gate", row_text(&first, "gate"));
		put_int(item, "entered", sums.firsts);
		put_int(item, "left", sums.outs);
		put_int(item, "refused", sums.refused);
		put_int(item, "scans", sums.scans);
		json_object_array_add(list, item);
	}
}

static void put_results(struct json_object *snapshot, const struct rows *counts)
{
	static const char *const RESULTS[] = { "valid", "invalid", "already_scanned", "not_found" };
	struct json_object *by_result = put(snapshot, "by_result", json_object_new_object());

	for (size_t k = 0; k < sizeof RESULTS / sizeof *RESULTS; k++) {
		int64_t scans = 0;

		for (size_t i = 0; i < counts->n; i++) {
			struct row row = row_at(counts, i);

			if (row_is(&row, "result", RESULTS[k]))
				scans += row_int(&row, "scans");
		}
		put_int(by_result, RESULTS[k], scans);
	}
}

static void put_last_scans(struct json_object *snapshot, const struct rows *scans)
{
	static const char *const TEXTS[] = { "result", "reason", "direction", "gate", "attendee_name" };
	static const char *const NAMES[] = { "category", "usher" };
	struct json_object *list = put(snapshot, "last_scans", json_object_new_array());

	for (size_t i = 0; i < scans->n; i++) {
		struct row row = row_at(scans, i);
		struct json_object *item = json_object_new_object();

		put_int(item, "id", row_int(&row, "id"));
		put_time(item, "at", row_time(&row, "at"));
		for (size_t k = 0; k < sizeof TEXTS / sizeof *TEXTS; k++)
			put_text(item, TEXTS[k], row_text(&row, TEXTS[k]));
		for (size_t k = 0; k < sizeof NAMES / sizeof *NAMES; k++) {
			if (row_null(&row, NAMES[k]))
				json_object_object_add(item, NAMES[k], NULL);
			else
				put_text(item, NAMES[k], row_text(&row, NAMES[k]));
		}
		json_object_array_add(list, item);
	}
}

static void put_side(struct json_object *item, const struct row *row, const char *side)
{
	struct json_object *scan = json_object_new_object();
	char name[32];

	snprintf(name, sizeof name, "%s.id", side);
	if (row_null(row, name)) {
		json_object_put(scan);
		json_object_object_add(item, side, NULL);
		return;
	}
	snprintf(name, sizeof name, "%s.at", side);
	put_time(scan, "at", row_time(row, name));
	snprintf(name, sizeof name, "%s.gate", side);
	put_text(scan, "gate", row_text(row, name));
	snprintf(name, sizeof name, "%s.usher", side);
	if (row_null(row, name))
		json_object_object_add(scan, "usher", NULL);
	else
		put_text(scan, "usher", row_text(row, name));
	json_object_object_add(item, side, scan);
}

static void put_conflicts(struct json_object *snapshot, const struct rows *conflicts)
{
	struct json_object *list = put(snapshot, "conflicts", json_object_new_array());

	for (size_t i = 0; i < conflicts->n; i++) {
		struct row row = row_at(conflicts, i);
		struct json_object *item = json_object_new_object();

		put_int(item, "id", row_int(&row, "id"));
		put_text(item, "kind", row_text(&row, "kind"));
		put_text(item, "reason", row_text(&row, "reason"));
		if (row_null(&row, "ticket_id"))
			json_object_object_add(item, "ticket_id", NULL);
		else
			put_int(item, "ticket_id", row_int(&row, "ticket_id"));
		put_text(item, "attendee_name", row_text(&row, "attendee_name"));
		if (row_null(&row, "category"))
			json_object_object_add(item, "category", NULL);
		else
			put_text(item, "category", row_text(&row, "category"));
		put_time(item, "at", row_time(&row, "at"));
		put_side(item, &row, "winner");
		put_side(item, &row, "loser");
		json_object_array_add(list, item);
	}
}

void live_stamp(struct json_object *snapshot, ms_t now)
{
	const char *text = json_object_to_json_string_ext(snapshot, JSON_C_TO_STRING_PLAIN);
	char tag[LIVE_TAG_SIZE];
	uint8_t hash[HASH_BYTES];

	hash_plain(text, strlen(text), hash);
	put_text(snapshot, "tag", hex_text(hash, (LIVE_TAG_SIZE - 1) / 2, tag));
	put_time(snapshot, "at", now);
}

/* What a snapshot is made of. */
struct parts {
	const struct rows *categories, *counts, *scans, *conflicts;
	const struct rows *today; /* NULL: the event's days do not begin afresh */
	int64_t open;		  /* conflicts in all */
};

static struct json_object *make(int64_t event_id, ms_t now, const struct parts *parts)
{
	struct json_object *snapshot = json_object_new_object();

	put_int(snapshot, "event_id", event_id);
	put_categories(snapshot, parts->categories, parts->counts, parts->today);
	put_int(json_object_object_get(snapshot, "counts"), "conflicts", parts->open);
	put_gates(snapshot, parts->counts);
	put_results(snapshot, parts->counts);
	put_last_scans(snapshot, parts->scans);
	put_conflicts(snapshot, parts->conflicts);
	live_stamp(snapshot, now);
	return snapshot;
}

static const struct rows *inside_today(struct db *db, int64_t event_id, ms_t now)
{
	struct gate_days days;
	ms_t began;

	if (!gate_days(db, event_id, &days) || !days.daily)
		return NULL;
	began = gate_day(&days, now);
	return db_query(db, INSIDE_TODAY, args(arg_time(began), arg_time(began), event_id));
}

enum { CONFLICTS_SHOWN = 10 };

struct json_object *live_snapshot(struct db *db, int64_t event_id, ms_t now)
{
	struct parts parts;

	if (!db_snapshot_begin(db))
		return NULL;
	parts.categories = db_query(db, CATEGORIES, args(arg_time(now), event_id, event_id));
	parts.counts = db_query(db, COUNTS, args(event_id, event_id, scan_summed_upto(db, event_id)));
	parts.today = inside_today(db, event_id, now);
	parts.scans = db_query(db, LAST_SCANS, args(event_id));
	parts.open = conflicts_open(db, event_id);
	parts.conflicts = conflicts_newest(db, event_id, CONFLICTS_SHOWN);
	db_snapshot_end(db);
	if (db_error(db) != DB_OK)
		return NULL;
	return make(event_id, now, &parts);
}

const char *live_tag(struct json_object *snapshot)
{
	return json_object_get_string(json_object_object_get(snapshot, "tag"));
}

/* In one snapshot, as live_snapshot() reads its sums and their tail. */
const struct rows *scan_quarters(struct db *db, int64_t event_id)
{
	const struct rows *rows;

	if (!db_snapshot_begin(db))
		return db_query(db, "SELECT 1 AS at FROM scan_quarter WHERE 0", no_args);
	rows = db_query(
		db,
		"SELECT slot AS at, CAST(SUM(ins) AS SIGNED) AS ins, CAST(SUM(firsts) AS SIGNED) AS firsts FROM ("
		" SELECT slot, ins, firsts FROM scan_quarter WHERE event_id = ?"
		" UNION ALL SELECT " SCAN_QUARTER " AS slot, " SCAN_QUARTER_SUMS
		" FROM scan_log l FORCE INDEX (scan_log_event) LEFT JOIN scan_log w ON w.id = l.undoes"
		" WHERE l.event_id = ? AND l.id > ? AND " SCAN_IN_QUARTERS " GROUP BY 1"
		") q GROUP BY slot HAVING SUM(ins) <> 0 OR SUM(firsts) <> 0 ORDER BY slot",
		args(event_id, event_id, scan_summed_upto(db, event_id)));
	db_snapshot_end(db);
	return rows;
}

bool live_tidy(struct db *db, int64_t event_id, ms_t now)
{
	return scan_tail(db, event_id) > SCAN_TAIL_LONG && scan_summarise(db, event_id, now) == SCAN_STEP;
}
