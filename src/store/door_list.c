/* By name there is no index, for this is read seldom and by event: a batch is sorted out of the event's tickets. */
#include "store/door_list.h"

enum { BATCH = 1000 };

struct walk {
	struct row_source source;
	struct db *db;
	int64_t event_id, id;
	const char *name;
	TALLOC_CTX *memory, *kept; /* of a batch, and of where it ended */
	bool over;
};

const struct row *door_list_event(struct db *db, int64_t event_id, int64_t organizer_id)
{
	return db_one(
		db,
		"SELECT e.id, e.title, e.starts_at, e.time_zone, CONCAT(v.name, ', ', v.city) AS venue,"
		" (SELECT COUNT(*) FROM ticket t WHERE t.event_id = e.id AND t.status = 'valid') AS names"
		" FROM event e JOIN venue v ON v.id = e.venue_id WHERE e.id = ? AND (? = 0 OR e.organizer_id = ?)",
		args(event_id, organizer_id, organizer_id));
}

static const struct rows *read_batch(struct walk *w)
{
	return db_query(
		w->db,
		"SELECT t.id, t.holder_name, c.name AS category, o.reference, t.entries > 0 AS `came:bool`"
		" FROM ticket t JOIN ticket_category c ON c.id = t.category_id JOIN orders o ON o.id = t.order_id"
		" WHERE t.event_id = ? AND t.status = 'valid'"
		" AND (t.holder_name > ? OR (t.holder_name = ? AND t.id > ?))"
		" ORDER BY t.holder_name, t.id LIMIT ?",
		args(w->event_id, w->name, w->name, w->id, BATCH));
}

static const struct rows *next_batch(struct row_source *source)
{
	struct walk *w = (struct walk *)(void *)source;
	TALLOC_CTX *memory = db_results(w->db);
	const struct rows *rows;
	struct row last;

	if (w->over)
		return NULL;
	talloc_free_children(w->memory);
	db_memory(w->db, w->memory);
	rows = read_batch(w);
	db_memory(w->db, memory);
	if (db_error(w->db) != DB_OK)
		return NULL;
	w->over = rows->n < BATCH;
	if (rows->n) {
		last = row_at(rows, rows->n - 1);
		talloc_free_children(w->kept);
		w->name = talloc_strdup(w->kept, row_text(&last, "holder_name"));
		w->id = row_int(&last, "id");
	}
	return rows;
}

struct row_source *door_list_rows(struct db *db, int64_t event_id)
{
	struct walk *w = talloc_zero(db_results(db), struct walk);

	w->source.next = next_batch;
	w->db = db;
	w->event_id = event_id;
	w->name = "";
	w->memory = talloc_new(w);
	w->kept = talloc_new(w);
	return &w->source;
}
