/* Staff's own view of events. */
#include "store/office.h"
#include "store/day.h"
#include "store/scan_sum.h"
#include "store/stock.h"

void office_day_change_set(struct db *db, int64_t event_id, int minutes)
{
	db_exec(db, "UPDATE event SET day_change = ? WHERE id = ?", args(minutes, event_id));
}

const struct row *office_event(struct db *db, int64_t event_id)
{
	return db_one(
		db,
		"SELECT e.id, e.title, e.status, e.currency, e.time_zone, e.starts_at, e.ends_at, e.venue_id, e.organizer_id,"
		" COALESCE(e.capacity, 0) AS capacity,"
		" EXISTS (SELECT 1 FROM orders o WHERE o.event_id = e.id) AS `sold:bool`,"
		" (SELECT COUNT(*) FROM ticket_category c WHERE c.event_id = e.id AND c.deleted_at IS NULL)"
		" AS categories"
		" FROM event e WHERE e.id = ?",
		args(event_id));
}

const struct row *office_venue(struct db *db, int64_t venue_id)
{
	return db_one(db,
		      "SELECT v.time_zone, (SELECT e.currency FROM event e JOIN venue w ON w.id = e.venue_id"
		      " WHERE w.country = v.country ORDER BY w.id = v.id DESC, e.id DESC LIMIT 1) AS currency"
		      " FROM venue v WHERE v.id = ? AND v.deleted_at IS NULL",
		      args(venue_id));
}

const struct row *office_event_ready(struct db *db, int64_t event_id, ms_t now)
{
	struct arg at = arg_time(now);

	return db_one(
		db,
		"SELECT e.status, e.ends_at, COUNT(c.id) AS categories, COALESCE(SUM(c.id IS NOT NULL"
		" AND COALESCE(c.sales_start <= ?, TRUE) AND COALESCE(c.sales_end > ?, TRUE)), 0) AS on_sale, COALESCE(SUM(c.sales_start > ?"
		" AND COALESCE(c.sales_end > c.sales_start, TRUE)), 0) AS later,"
		" COALESCE(" STOCK_PLACES(
			"SUM(c.capacity)") ", 0) AS places, v.capacity AS holds,"
					   " (SELECT COUNT(*) FROM usher_assignment u WHERE u.event_id = e.id) AS ushers,"
					   " e.description <> '' AS `described:bool`, e.image IS NOT NULL AS `pictured:bool`"
					   " FROM event e JOIN venue v ON v.id = e.venue_id"
					   " LEFT JOIN ticket_category c ON c.event_id = e.id AND c.deleted_at IS NULL"
					   " WHERE e.id = ? GROUP BY e.id",
		args(at, at, at, event_id));
}

int64_t office_venue_holds(struct db *db, int64_t venue_id)
{
	return db_int(db, "SELECT COALESCE(capacity, 0) FROM venue WHERE id = ?", args(venue_id));
}

void office_event_keep(struct db *db, int64_t event_id)
{
	db_one(db, "SELECT id FROM event WHERE id = ? LOCK IN SHARE MODE", args(event_id));
}

/* The orders' foreign key says whether it may go, also of one that is booked at this moment. */
bool office_event_erase(struct db *db, int64_t event_id)
{
	db_exec(db, "DELETE FROM event_key WHERE event_id = ?", args(event_id));
	db_exec(db, "DELETE FROM usher_assignment WHERE event_id = ?", args(event_id));
	db_exec(db, "DELETE FROM promo_code WHERE event_id = ? AND uses = 0", args(event_id));
	db_exec(db, "DELETE FROM ticket_category WHERE event_id = ?", args(event_id));
	db_exec(db, "DELETE FROM event_stock WHERE id = ?", args(event_id));
	db_exec(db, "DELETE FROM edit_request WHERE event_id = ?", args(event_id));
	db_exec(db, "DELETE FROM performer WHERE event_id = ?", args(event_id));
	db_exec(db, "DELETE FROM guest_message WHERE event_id = ?", args(event_id));
	return db_exec(db, "DELETE FROM event WHERE id = ?", args(event_id)) == 1;
}

/* ---- cancelling ---- */

/* So long it counts that somebody asked: much may be paid since. */
#define ASKED_FOR (7 * MS_DAY)
#define MAY_CANCEL                                                                                                     \
	"((t.cancel_asked_by <> ? AND t.cancel_asked_at > ? AND EXISTS (SELECT 1 FROM account w"                       \
	"  WHERE w.id = t.cancel_asked_by AND w.status = 'active'))"                                                   \
	" OR (SELECT COALESCE(SUM(o.total - o.given_back), 0) FROM orders o WHERE o.event_id = t.id"                   \
	"  AND o.status = 'paid') <= ?"                                                                                \
	" OR NOT EXISTS (SELECT 1 FROM account_role r JOIN account a ON a.id = r.account_id"                           \
	"  WHERE r.role IN ('superadmin', 'admin') AND a.status = 'active' AND a.password_hash IS NOT NULL"            \
	"  AND a.id <> ?))"

bool office_cancel_may(struct db *db, int64_t event_id, int64_t account_id, int64_t alone, ms_t now)
{
	return db_int(db, "SELECT " MAY_CANCEL " FROM event t WHERE t.id = ?",
		      args(account_id, arg_time(now - ASKED_FOR), alone, account_id, event_id)) == 1;
}

bool office_cancel(struct db *db, int64_t event_id, int64_t account_id, int64_t alone, ms_t now)
{
	return db_exec(db,
		       "UPDATE event t SET t.status = 'cancelled', t.cancelled_at = ?"
		       " WHERE t.id = ? AND t.status = 'published' AND " MAY_CANCEL,
		       args(arg_time(now), event_id, account_id, arg_time(now - ASKED_FOR), alone, account_id)) == 1;
}

void office_cancel_ask(struct db *db, int64_t event_id, int64_t account_id, ms_t now)
{
	db_exec(db, "UPDATE event SET cancel_asked_by = NULLIF(?, 0), cancel_asked_at = ? WHERE id = ?",
		args(account_id, arg_time_or_null(account_id ? now : 0), event_id));
}

/* ---- figures ---- */

const struct row *office_event_totals(struct db *db, int64_t event_id, ms_t now)
{
	return db_one(
		db,
		"SELECT c.capacity, c.sold, COALESCE(h.held, 0) AS held, o.orders, o.revenue, o.refunded"
		" FROM (SELECT COALESCE(" STOCK_PLACES(
			"SUM(k.capacity)") ", 0) AS capacity, COALESCE(SUM(k.sold), 0) AS sold"
					   "  FROM event e LEFT JOIN ticket_category k ON k.event_id = e.id AND k.deleted_at IS NULL WHERE e.id = ?) c,"
					   " (SELECT COALESCE(SUM(status = 'paid'), 0) AS orders,"
					   "  COALESCE(SUM(IF(status = 'paid', total - given_back, 0)), 0) AS revenue,"
					   "  COALESCE(SUM(status = 'refunded'), 0) AS refunded FROM orders WHERE event_id = ?) o,"
					   " (SELECT SUM(i.quantity) AS held FROM orders p JOIN order_item i ON i.order_id = p.id"
					   "  WHERE p.event_id = ? AND p.status = 'held' AND p.expires_at > ?) h",
		args(event_id, event_id, event_id, arg_time(now)));
}

const struct rows *office_event_categories(struct db *db, int64_t event_id)
{
	return db_query(
		db,
		"SELECT c.id, c.name, c.price, c.capacity, c.sold, c.held,"
		" COALESCE((SELECT SUM(i.quantity * i.unit_price) FROM order_item i JOIN orders o"
		"  ON o.id = i.order_id AND o.status = 'paid' WHERE i.category_id = c.id), 0)"
		" - COALESCE((SELECT SUM(i.unit_price) FROM refund_request r JOIN ticket t ON t.id = r.ticket_id"
		"  JOIN orders o ON o.id = t.order_id AND o.status = 'paid'"
		"  JOIN order_item i ON i.order_id = t.order_id AND i.category_id = t.category_id"
		"  WHERE r.event_id = c.event_id AND r.status = 'approved' AND t.category_id = c.id), 0) AS revenue"
		" FROM ticket_category c WHERE c.event_id = ? AND c.deleted_at IS NULL ORDER BY c.position, c.id",
		args(event_id));
}

const struct rows *office_event_days(struct db *db, int64_t event_id, const char *zone, ms_t until)
{
	struct arg values[DAY_ARGS + 1];

	day_args(values, zone, until);
	values[DAY_ARGS] = arg_int(event_id);
	return db_query(
		db,
		"SELECT DATE_FORMAT(day, '%e %b') AS label, day, orders, value, tickets FROM ("
		" SELECT DATE(" DAY_LOCAL("o.paid_at") ") AS day, COUNT(*) AS orders,"
						       "  SUM(o.total - o.given_back) AS value,"
						       "  SUM(o.tickets - o.returned) AS tickets"
						       " FROM orders o WHERE o.event_id = ? AND o.status = 'paid'"
						       " GROUP BY day ORDER BY day DESC LIMIT 30) d ORDER BY day",
		(struct args){ DAY_ARGS + 1, values });
}

/* Hours are told apart as moments: of one that the clocks show twice there are two. */
const struct rows *office_event_hours(struct db *db, int64_t event_id, const char *zone, ms_t until)
{
	return db_query(db,
			"SELECT TIMESTAMP'1970-01-01 00:00:00' + INTERVAL (slot * 3600 + ?) SECOND AS at, value FROM ("
			" SELECT FLOOR((TIMESTAMPDIFF(SECOND, '1970-01-01', " SCAN_HAPPENED
			") - ?) / 3600) AS slot, " SCAN_INS(
				"l.") " AS value"
				      " FROM " SCAN_BY_HOUR " WHERE l.event_id = ? AND l.moved AND l.direction = 'in'"
				      " GROUP BY slot HAVING value <> 0 ORDER BY slot DESC LIMIT 48) h ORDER BY slot",
			args(day_hour_begins(zone, until), day_hour_begins(zone, until), event_id));
}

/* ---- ushers ---- */

const struct rows *office_ushers(struct db *db, int64_t event_id)
{
	return db_query(
		db,
		"SELECT s.usher_id, u.account_id, a.name, a.username, s.gate, s.gate_lead, s.created_at"
		" FROM usher_assignment s JOIN usher u ON u.id = s.usher_id JOIN account a ON a.id = u.account_id"
		" WHERE s.event_id = ? ORDER BY s.gate, a.name LIMIT 2000",
		args(event_id));
}

const struct rows *office_ushers_free(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT value, label FROM (SELECT u.id AS value, a.name AS label FROM usher u"
			" JOIN account a ON a.id = u.account_id AND a.status = 'active'"
			" JOIN account_role r ON r.account_id = a.id AND r.role = 'usher'"
			" LEFT JOIN usher_assignment s ON s.usher_id = u.id AND s.event_id = ?"
			" WHERE s.usher_id IS NULL ORDER BY u.id DESC LIMIT 60) n ORDER BY label",
			args(event_id));
}

bool office_usher_exists(struct db *db, int64_t usher_id)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM usher u JOIN account_role r ON r.account_id = u.account_id AND r.role = 'usher'"
		      " WHERE u.id = ?",
		      args(usher_id)) == 1;
}

const struct row *office_usher_assigned(struct db *db, int64_t event_id, int64_t usher_id)
{
	return db_one(
		db,
		"SELECT event_id, usher_id, gate, gate_lead FROM usher_assignment WHERE event_id = ? AND usher_id = ?",
		args(event_id, usher_id));
}

void office_usher_assign(struct db *db, int64_t event_id, int64_t usher_id, const char *gate, bool gate_lead, ms_t now)
{
	db_exec(db,
		"INSERT INTO usher_assignment (usher_id, event_id, gate, gate_lead, created_at) VALUES (?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE gate = VALUES(gate), gate_lead = VALUES(gate_lead)",
		args(usher_id, event_id, gate, gate_lead, arg_time(now)));
}

bool office_usher_remove(struct db *db, int64_t event_id, int64_t usher_id)
{
	return db_exec(db, "DELETE FROM usher_assignment WHERE event_id = ? AND usher_id = ?",
		       args(event_id, usher_id)) == 1;
}

/* ---- people ---- */

int64_t office_customer_account(struct db *db, int64_t customer_id)
{
	return db_int(db, "SELECT account_id FROM customer WHERE id = ?", args(customer_id));
}

/* ---- settings ---- */

const struct rows *office_settings(struct db *db)
{
	return db_query(db, "SELECT name, value, updated_at FROM setting ORDER BY name", no_args);
}

const char *office_setting(struct db *db, const char *name)
{
	const struct row *row = db_one(db, "SELECT value FROM setting WHERE name = ?", args(name));

	return row ? row_text(row, "value") : NULL;
}

void office_setting_put(struct db *db, const char *name, const char *value, ms_t now)
{
	db_exec(db,
		"INSERT INTO setting (name, value, updated_at) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE value = VALUES(value), updated_at = VALUES(updated_at)",
		args(name, value, arg_time(now)));
}
