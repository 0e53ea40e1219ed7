/* What the days of a campus are over for goes: where exactly somebody was, the codes that they showed, pictures that excused them, and at last who has left. A batch
 * is one transaction with one row of the audit log, which says how many went. */
#include "jobs/jobs.h"
#include "store/audit.h"
#include "store/purge.h"
#include <json-c/json.h>

/* What is found by its rows alone. Of a shown code its place goes before it goes itself. */
static const struct kind {
	const char *noun;
	const struct rows *(*due)(struct db *db, ms_t now);
	bool (*purge)(struct db *db, int64_t id, ms_t now);
} KINDS[] = {
	{ "qr_scan", purge_scans_due, purge_scan },
	{ "qr_scan_place", purge_scan_places_due, purge_scan_place },
	{ "attendance_excuse", purge_excuses_due, purge_excuse },
	{ "campus_member", purge_members_due, purge_member },
};
/* What is found campus by campus, by an index of theirs. */
static const struct kind PLACES = { "attendance", NULL, purge_place };

struct batch {
	struct db *db;
	const struct kind *kind;
	const struct rows *due;
	int64_t campus_id, days; /* 0: of all */
	ms_t now;
};

static bool note(const struct batch *b, int64_t gone)
{
	struct json_object *is = json_object_new_object();
	bool noted;

	if (!gone)
		return db_error(b->db) == DB_OK;
	json_object_object_add(is, "purged", json_object_new_int64(gone));
	noted = audit_add(b->db, &(struct audit_entry){ .at = b->now,
							.role = "system",
							.action = "purge",
							.noun = b->kind->noun,
							.noun_id = b->campus_id,
							.after_json = json_object_to_json_string(is),
							.ip = "",
							.request_id = "" });
	json_object_put(is);
	return noted;
}

static bool purge_batch(void *with)
{
	const struct batch *b = with;
	int64_t gone = 0;

	for (size_t i = 0; i < b->due->n && db_error(b->db) == DB_OK; i++) {
		struct row row = row_at(b->due, i);

		gone += b->kind->purge(b->db, row_int(&row, "id"), b->now);
	}
	return note(b, gone);
}

/* Batch after batch of one kind. False: it failed. */
static bool purge_all(struct job_run *run, struct batch *b)
{
	do {
		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		b->due = b->kind->due ? b->kind->due(run->db, run->now)
				      : purge_places_due(run->db, b->campus_id, b->days, run->now);
		if (b->due->n && !db_transaction(run->db, purge_batch, NULL, b))
			return false;
	} while (b->due->n == PURGE_BATCH);
	return db_error(run->db) == DB_OK;
}

bool job_purges(struct job_run *run)
{
	const struct rows *campuses = purge_campuses(run->db);
	bool good = true;

	for (size_t i = 0; good && i < campuses->n && !run->more; i++) {
		struct row campus = row_at(campuses, i);

		good = purge_all(run, &(struct batch){ .db = run->db,
						       .kind = &PLACES,
						       .campus_id = row_int(&campus, "id"),
						       .days = row_int(&campus, "place_days"),
						       .now = run->now });
	}
	for (size_t i = 0; good && i < sizeof KINDS / sizeof *KINDS && !run->more; i++)
		good = purge_all(run, &(struct batch){ .db = run->db, .kind = &KINDS[i], .now = run->now });
	return good;
}
