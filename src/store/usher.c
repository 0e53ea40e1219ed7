/* Ushers: what they sign in to, and the events that they are assigned to. */
#include "store/usher.h"

struct made {
	struct db *db;
	int64_t account_id, id;
};

static bool make_work(void *with)
{
	struct made *made = with;

	if (db_exec(made->db, "INSERT IGNORE INTO usher (account_id) VALUES (?)", args(made->account_id)) < 0)
		return false;
	made->id = db_int(made->db, "SELECT id FROM usher WHERE account_id = ?", args(made->account_id));
	return made->id > 0;
}

int64_t usher_of_account(struct db *db, int64_t account_id)
{
	struct made made = { db, account_id, 0 };

	return db_transaction(db, make_work, NULL, &made) ? made.id : 0;
}

bool usher_assigned(struct db *db, int64_t usher_id, int64_t event_id)
{
	return db_int(db, "SELECT EXISTS (SELECT 1 FROM usher_assignment WHERE usher_id = ? AND event_id = ?)",
		      args(usher_id, event_id)) == 1;
}

bool usher_leads(struct db *db, int64_t usher_id, int64_t event_id)
{
	return db_int(db,
		      "SELECT EXISTS (SELECT 1 FROM usher_assignment WHERE usher_id = ? AND event_id = ? AND gate_lead)",
		      args(usher_id, event_id)) == 1;
}

const struct rows *usher_events_near(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT id, CONCAT(title, ' · ', id) AS name FROM event"
			" WHERE status = 'published' AND starts_at < ? AND ends_at > ?"
			" ORDER BY starts_at, id LIMIT ?",
			args(arg_time(now + MS_DAY), arg_time(now - 12 * MS_HOUR), USHER_EVENTS + 1));
}

#define USHER_EVENT                                                                                                    \
	"SELECT e.id, e.title, e.status, e.starts_at, e.ends_at, e.time_zone, v.name AS venue, v.city,"                \
	" e.scanning_enabled, s.gate, s.gate_lead FROM usher_assignment s JOIN event e ON e.id = s.event_id"           \
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
	return db_query(
		db,
		"SELECT n.status, COUNT(*) AS cards FROM nfc_card n"
		" WHERE n.customer_id IN (SELECT customer_id FROM ticket WHERE event_id = ? AND status = 'valid')"
		" GROUP BY n.status",
		args(event_id));
}
