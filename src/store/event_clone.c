/* An event's copy is made table by table, each by one INSERT … SELECT. What happened to the old one (sales, scans, when it was published) is
 * not part of it. */
#include "store/event_clone.h"
#include "base/uuid.h"
#include "store/search.h"

/* clang-format off */
/* So much later than the old one, in milliseconds. */
#define LATER(column) column " + INTERVAL ? * 1000 MICROSECOND"

#define COPY_EVENT \
	"INSERT INTO event (uuid, organizer_id, venue_id, category_id, title, title_words, description, description_words," \
	" starts_at, ends_at, time_zone, currency, image, image_focus, status, scanning_enabled, re_entry, show_labels, show_dependents," \
	" transfers, renames, tax_rate, daily, day_change, min_age, room, capacity, turning, offline_names, created_at, updated_at)" \
	" SELECT ?, organizer_id, venue_id, category_id, COALESCE(?, title), COALESCE(?, title_words), description," \
	" description_words, " LATER("starts_at") ", " LATER("ends_at") ", time_zone, currency, image, image_focus, 'draft'," \
	" scanning_enabled, re_entry, show_labels, show_dependents, transfers, renames, tax_rate, daily, day_change," \
	" min_age, room, capacity, turning, offline_names, ?, ? FROM event WHERE id = ?"
#define COPY_STOCK "INSERT INTO event_stock (id, taken) SELECT id, 0 FROM event WHERE id = ? AND capacity IS NOT NULL"
#define COPY_CATEGORIES \
	"INSERT INTO ticket_category (event_id, name, name_words, description, price, capacity, max_per_order, sales_start," \
	" sales_end, position, min_age, created_at, updated_at)" \
	" SELECT ?, name, name_words, description, price, capacity, max_per_order, " LATER("sales_start") ", " \
	LATER("sales_end") ", position, min_age, ?, ? FROM ticket_category WHERE event_id = ? AND deleted_at IS NULL" \
	" ORDER BY position, id"
/* The copies have their ids in the order in which they were made. */
#define RANKED "SELECT id, ROW_NUMBER() OVER (ORDER BY "
#define COPY_TERMS \
	"INSERT INTO refund_rule (event_id, days_before, percent, created_at, updated_at)" \
	" SELECT ?, days_before, percent, ?, ? FROM refund_rule WHERE event_id = ?"
#define COPY_GATE_RULES \
	"INSERT INTO gate_rule (event_id, category_id, gate, opens_at, closes_at, created_at, updated_at)" \
	" SELECT ?, c.id, r.gate, " LATER("r.opens_at") ", " LATER("r.closes_at") ", ?, ? FROM gate_rule r" \
	" JOIN (" RANKED "position, id) AS place FROM ticket_category WHERE event_id = ? AND deleted_at IS NULL) o ON o.id = r.category_id" \
	" JOIN (" RANKED "id) AS place FROM ticket_category WHERE event_id = ?) c ON c.place = o.place WHERE r.event_id = ?"
#define COPY_USHERS \
	"INSERT INTO usher_assignment (usher_id, event_id, gate, gate_lead, created_at)" \
	" SELECT usher_id, ?, gate, gate_lead, ? FROM usher_assignment WHERE event_id = ?"
#define COPY_PERFORMERS \
	"INSERT INTO performer (event_id, name, name_words, part, link, image, position, created_at, updated_at)" \
	" SELECT ?, name, name_words, part, link, image, position, ?, ? FROM performer WHERE event_id = ? ORDER BY position, id"
/* clang-format on */

static int64_t copy_event(struct db *db, int64_t event_id, const char *title, int64_t later, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_insert(db, COPY_EVENT,
			 args(arg_bytes(uuid, sizeof uuid), title, title ? words_beside(db, title) : NULL, later, later,
			      arg_time(now), arg_time(now), event_id));
}

static bool copy_parts(struct db *db, int64_t from, int64_t to, int64_t later, ms_t now)
{
	return db_exec(db, COPY_STOCK, args(to)) >= 0 &&
	       db_exec(db, COPY_CATEGORIES, args(to, later, later, arg_time(now), arg_time(now), from)) >= 0 &&
	       db_exec(db, COPY_TERMS, args(to, arg_time(now), arg_time(now), from)) >= 0 &&
	       db_exec(db, COPY_GATE_RULES, args(to, later, later, arg_time(now), arg_time(now), from, to, from)) >=
		       0 &&
	       db_exec(db, COPY_PERFORMERS, args(to, arg_time(now), arg_time(now), from)) >= 0 &&
	       db_exec(db, COPY_USHERS, args(to, arg_time(now), from)) >= 0;
}

ms_t event_clone_last(struct db *db, int64_t event_id)
{
	const struct row *row = db_one(
		db,
		"SELECT GREATEST(e.ends_at, COALESCE((SELECT MAX(GREATEST(COALESCE(c.sales_start, e.ends_at),"
		" COALESCE(c.sales_end, e.ends_at))) FROM ticket_category c WHERE c.event_id = e.id), e.ends_at),"
		" COALESCE((SELECT MAX(GREATEST(COALESCE(r.opens_at, e.ends_at), COALESCE(r.closes_at, e.ends_at)))"
		" FROM gate_rule r WHERE r.event_id = e.id), e.ends_at)) AS last FROM event e WHERE e.id = ?",
		args(event_id));

	return row ? row_time(row, "last") : 0;
}

int64_t event_clone_row(struct db *db, int64_t event_id, const char *title, ms_t starts_at, ms_t now)
{
	const struct row *old = db_one(db, "SELECT starts_at FROM event WHERE id = ?", args(event_id));
	int64_t later = old ? starts_at - row_time(old, "starts_at") : 0, id;

	id = old ? copy_event(db, event_id, title, later, now) : 0;
	return id && copy_parts(db, event_id, id, later, now) ? id : 0;
}
