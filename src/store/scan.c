/* The gate. A scan is two round trips: one SELECT that reads all the verdict needs, and one stored routine that applies
 * it under a guard naming the same facts (sql/migrations/0008). Measured against five statements it saves a third. */
#include "store/scan.h"
#include "db/compose.h"

/* Every table here costs a scan about a tenth of its look, so what few scans need (a dependent, who scanned first) has
 * queries of its own. Who has several active cards is shown with one of them. */
#define GATE_SELECT                                                                                                    \
	"SELECT e.status AS event_status, e.scanning_enabled, e.starts_at, e.ends_at, e.re_entry, e.show_labels,"      \
	" e.show_dependents, t.id IS NOT NULL AS `found:bool`, t.id, t.event_id, t.category_id, t.generation, t.status," \
	" t.presence, t.entries, t.holder_name, t.labels AS `labels:json`, t.customer_id, t.dependent_id,"             \
	" c.name AS category, t.first_scan_at, t.first_gate, t.first_usher_id, cu.blood_type, cu.emergency_name,"      \
	" cu.emergency_mobile, a.photo, n.uid AS card_uid"
#define GATE_JOINS                                                                                                     \
	" LEFT JOIN ticket_category c ON c.id = t.category_id"                                                         \
	" LEFT JOIN customer cu ON cu.id = t.customer_id"                                                              \
	" LEFT JOIN account a ON a.id = cu.account_id"                                                                 \
	" LEFT JOIN nfc_card n ON n.customer_id = t.customer_id AND n.status = 'active'"                               \
	" WHERE e.id = ?"

const struct row *scan_by_nonce(struct db *db, int64_t event_id, const uint8_t nonce[TICKET_NONCE], int64_t key_id)
{
	return db_one(db,
		      GATE_SELECT ", k.public_key AS `public_key:hex` FROM event e LEFT JOIN event_key k ON k.id = ?"
				  " LEFT JOIN ticket t ON t.nonce = ?" GATE_JOINS,
		      args(key_id, arg_bytes(nonce, TICKET_NONCE), event_id));
}

const struct row *scan_by_ticket(struct db *db, int64_t event_id, int64_t ticket_id)
{
	return db_one(db, GATE_SELECT " FROM event e LEFT JOIN ticket t ON t.id = ?" GATE_JOINS, args(ticket_id, event_id));
}

const struct row *scan_dependent(struct db *db, int64_t dependent_id)
{
	return db_one(db, "SELECT blood_type, photo FROM dependent WHERE id = ?", args(dependent_id));
}

const struct row *scan_usher(struct db *db, int64_t usher_id)
{
	return db_one(db, "SELECT a.name FROM usher u JOIN account a ON a.id = u.account_id WHERE u.id = ?", args(usher_id));
}

const struct row *scan_card(struct db *db, const char *uid)
{
	return db_one(db, "SELECT id, uid, status, customer_id FROM nfc_card WHERE uid = ?", args(uid));
}

int64_t scan_ticket_of_card(struct db *db, int64_t event_id, int64_t customer_id, int64_t ticket_id, bool out)
{
	return db_int(db,
		      "SELECT id FROM ticket WHERE event_id = ? AND customer_id = ? AND (? = 0 OR id = ?)"
		      " AND (? <> 0 OR dependent_id IS NULL)"
		      " ORDER BY status = 'valid' DESC, (presence = 'inside') = ? DESC, id LIMIT 1",
		      args(event_id, customer_id, ticket_id, ticket_id, ticket_id, out));
}

const struct rows *scan_dependents(struct db *db, int64_t event_id, int64_t customer_id)
{
	return db_query(db,
			"SELECT d.name, d.relationship, t.id AS ticket_id, t.presence FROM ticket t"
			" JOIN dependent d ON d.id = t.dependent_id"
			" WHERE t.event_id = ? AND t.customer_id = ? AND t.status = 'valid' ORDER BY t.id LIMIT 50",
			args(event_id, customer_id));
}

enum scan_outcome scan_apply(struct db *db, const struct scan_effect *e)
{
	int64_t applied = db_exec(db, "CALL scan_apply(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				  args(e->event_id, arg_bytes(e->scan_id, 16), e->ticket_id, e->category_id, e->card_uid,
				       e->usher_id, e->gate, e->direction, e->result, e->reason, e->moves, e->generation,
				       e->presence, e->entries, e->name, arg_time(e->now), arg_time(e->scanned_at)));

	if (applied >= 0)
		return SCAN_DONE;
	if (db_last(db) == DB_DUPLICATE)
		return SCAN_REPEAT;
	return db_last(db) == DB_REFUSED ? SCAN_LOST : SCAN_FAILED;
}

#define LOG_SELECT                                                                                                     \
	"SELECT l.id, l.scan_id AS `scan_id:uuid`, l.event_id, l.ticket_id, l.card_uid AS card_id, l.usher_id,"        \
	" a.username, a.name AS usher, l.gate, l.direction, l.result, l.reason, l.attendee_name, c.name AS category,"  \
	" l.at, l.scanned_at, l.moved"
#define LOG_FROM                                                                                                       \
	" FROM scan_log l LEFT JOIN usher u ON u.id = l.usher_id LEFT JOIN account a ON a.id = u.account_id"           \
	" LEFT JOIN ticket_category c ON c.id = l.category_id WHERE 1"

const struct row *scan_logged(struct db *db, int64_t event_id, const uint8_t scan_id[16])
{
	return db_one(db, LOG_SELECT LOG_FROM " AND l.event_id = ? AND l.scan_id = ?",
		      args(event_id, arg_bytes(scan_id, 16)));
}

const struct row *scan_log_get(struct db *db, int64_t event_id, int64_t id)
{
	return db_one(db, LOG_SELECT LOG_FROM " AND l.event_id = ? AND l.id = ?", args(event_id, id));
}

const struct rows *scan_log_list(struct db *db, const struct scan_filter *filter, int64_t page, int64_t limit,
				 int64_t *total, bool *estimated)
{
	static const char *const NAMES[] = { "l.attendee_name", NULL };
	struct query *q = query_new(NULL, LOG_SELECT LOG_FROM);
	const struct rows *rows;

	query_where(q, "l.event_id = ?", args(filter->event_id));
	if (filter->card_uid)
		query_where(q, "l.card_uid = ?", args(filter->card_uid));
	if (filter->username)
		query_where(q, "a.username = ?", args(filter->username));
	if (filter->result)
		query_where(q, "l.result = ?", args(filter->result));
	if (filter->attendee_name)
		query_search(q, NAMES, filter->attendee_name);
	if (filter->from)
		query_where(q, "l.at >= ?", args(arg_time(filter->from)));
	if (filter->to)
		query_where(q, "l.at < ?", args(arg_time(filter->to)));
	query_order(q, "l.id", !filter->oldest_first, "l.id");
	*total = query_count(q, db, LOG_FROM, estimated);
	rows = query_page(q, db, page, limit);
	talloc_free(q);
	return rows;
}

#define USHER_EVENT                                                                                                    \
	"SELECT e.id, e.title, e.status, e.starts_at, e.ends_at, e.time_zone, v.name AS venue, v.city,"                \
	" e.scanning_enabled, s.gate FROM usher_assignment s JOIN event e ON e.id = s.event_id"                        \
	" JOIN venue v ON v.id = e.venue_id WHERE s.usher_id = ?"

const struct rows *usher_events(struct db *db, int64_t usher_id)
{
	return db_query(db, USHER_EVENT " ORDER BY e.starts_at DESC LIMIT 100", args(usher_id));
}

const struct row *usher_event(struct db *db, int64_t usher_id, int64_t event_id)
{
	return db_one(db, USHER_EVENT " AND e.id = ?", args(usher_id, event_id));
}

const struct rows *usher_cards(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT n.status, COUNT(*) AS cards FROM nfc_card n"
			" WHERE n.customer_id IN (SELECT customer_id FROM ticket WHERE event_id = ? AND status = 'valid')"
			" GROUP BY n.status",
			args(event_id));
}
