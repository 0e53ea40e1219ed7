/* Staff's own view of events. */
#include "store/office.h"
#include "store/day.h"

const struct row *office_event(struct db *db, int64_t event_id)
{
	return db_one(db,
		      "SELECT e.id, e.title, e.status, e.currency, e.time_zone, e.starts_at, e.ends_at,"
		      " EXISTS (SELECT 1 FROM orders o WHERE o.event_id = e.id) AS `sold:bool`,"
		      " (SELECT COUNT(*) FROM ticket_category c WHERE c.event_id = e.id AND c.deleted_at IS NULL)"
		      " AS categories"
		      " FROM event e WHERE e.id = ?",
		      args(event_id));
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
	return db_exec(db, "DELETE FROM event WHERE id = ?", args(event_id)) == 1;
}

/* ---- figures ---- */

const struct row *office_event_totals(struct db *db, int64_t event_id, ms_t now)
{
	return db_one(db,
		      "SELECT c.capacity, c.sold, COALESCE(h.held, 0) AS held, o.orders, o.revenue, o.refunded"
		      " FROM (SELECT COALESCE(SUM(capacity), 0) AS capacity, COALESCE(SUM(sold), 0) AS sold"
		      "  FROM ticket_category WHERE event_id = ? AND deleted_at IS NULL) c,"
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
			" SELECT FLOOR((TIMESTAMPDIFF(SECOND, '1970-01-01', at) - ?) / 3600) AS slot, COUNT(*) AS value"
			" FROM scan_log WHERE event_id = ? AND moved AND direction = 'in'"
			" GROUP BY slot ORDER BY slot DESC LIMIT 48) h ORDER BY slot",
			args(day_hour_begins(zone, until), day_hour_begins(zone, until), event_id));
}

/* ---- ushers ---- */

const struct rows *office_ushers(struct db *db, int64_t event_id)
{
	return db_query(
		db,
		"SELECT s.usher_id, u.account_id, a.name, a.username, s.gate, s.created_at"
		" FROM usher_assignment s JOIN usher u ON u.id = s.usher_id JOIN account a ON a.id = u.account_id"
		" WHERE s.event_id = ? ORDER BY s.gate, a.name LIMIT 2000",
		args(event_id));
}

const struct rows *office_ushers_free(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT u.id AS value, a.name AS label FROM usher u"
			" JOIN account a ON a.id = u.account_id AND a.status = 'active'"
			" JOIN account_role r ON r.account_id = a.id AND r.role = 'usher'"
			" LEFT JOIN usher_assignment s ON s.usher_id = u.id AND s.event_id = ?"
			" WHERE s.usher_id IS NULL ORDER BY a.name LIMIT 500",
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
	return db_one(db, "SELECT event_id, usher_id, gate FROM usher_assignment WHERE event_id = ? AND usher_id = ?",
		      args(event_id, usher_id));
}

void office_usher_assign(struct db *db, int64_t event_id, int64_t usher_id, const char *gate, ms_t now)
{
	db_exec(db,
		"INSERT INTO usher_assignment (usher_id, event_id, gate, created_at) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE gate = VALUES(gate)",
		args(usher_id, event_id, gate, arg_time(now)));
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
