/* Incident reports, as those who send them have them. */
#include "store/incident.h"
#include "db/compose.h"
#include "rules/words.h"

#define INCIDENT_FROM " FROM incident i LEFT JOIN ticket t ON t.id = i.ticket_id WHERE 1"
#define INCIDENT                                                                                                       \
	"SELECT i.id, i.category, i.description, i.ticket_id, i.card_uid AS card_id, t.holder_name AS attendee_name,"  \
	" i.gate, i.photo, i.status, i.note, i.created_at, i.closed_at" INCIDENT_FROM

int64_t incident_make(struct db *db, const struct incident *incident, ms_t now)
{
	return db_insert(db,
			 "INSERT INTO incident (event_id, usher_id, ticket_id, card_uid, gate, category, description,"
			 " description_words, photo, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 args(incident->event_id, incident->usher_id, arg_id_or_null(incident->ticket_id),
			      incident->card_uid, incident->gate, incident->category, incident->description,
			      words_of(db_results(db), incident->description, TEXT_WORDS), incident->photo,
			      arg_time(now), arg_time(now)));
}

struct row_list *incident_list(struct db *db, int64_t usher_id, int64_t event_id)
{
	struct query *q = query_new(db_results(db), INCIDENT);

	query_where(q, "i.usher_id = ? AND i.event_id = ?", args(usher_id, event_id));
	query_order(q, "i.id", true, "i.id");
	return query_list(q, db, INCIDENT_FROM, "i.id");
}

const struct row *incident_get(struct db *db, int64_t usher_id, int64_t event_id, int64_t id)
{
	return db_one(db, INCIDENT " AND i.usher_id = ? AND i.event_id = ? AND i.id = ?", args(usher_id, event_id, id));
}
