/* Gates hear of what is open; once somebody has seen to it they do not any more. */
#include "app/conflict.h"
#include "app/tell.h"
#include "db/db.h"
#include "store/conflict.h"

void conflict_see_also(struct request *rq, const struct row *conflict)
{
	conflict_seen_by(rq->db, row_int(conflict, "id"), rq->who.account_id);
	event_changed(rq, row_int(conflict, "event_id"));
}

/* ---- told ---- */

struct telling_of {
	struct db *db;
	int64_t event_id;
	ms_t now;
};

static void tell_reader(const struct telling_of *t, const struct row *reader)
{
	struct json_object *data = json_object_new_object();

	tell_event(data, "event", reader);
	answer_int(json_object_object_get(data, "event"), "id", t->event_id);
	tell(t->db, t->now,
	     &(struct telling){ .kind = "gate-conflict",
				.to = reader,
				.event_id = t->event_id,
				.devices_alone = true,
				.data = data });
}

static bool tell_all(void *with)
{
	const struct telling_of *t = with;
	int64_t open = conflicts_told(t->db, t->event_id, t->now);
	const struct rows *readers = conflict_readers(t->db, t->event_id);

	for (size_t i = 0; open > 0 && i < readers->n; i++) {
		struct row reader = row_at(readers, i);

		tell_reader(t, &reader);
	}
	return db_error(t->db) == DB_OK;
}

void conflicts_tell(struct db *db, int64_t event_id, ms_t now)
{
	db_transaction(db, tell_all, NULL, &(struct telling_of){ db, event_id, now });
}
