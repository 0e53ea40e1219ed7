/* What the days of a campus are over for goes: where exactly somebody was, and the codes that they showed. A batch is one transaction with one
 * row of the audit log, which says how many went. */
#include "jobs/jobs.h"
#include "store/audit.h"
#include "store/purge.h"
#include <json-c/json.h>

struct batch {
	struct db *db;
	const struct rows *due;
	const char *noun;
	int64_t campus_id;
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
							.noun = b->noun,
							.noun_id = b->campus_id,
							.after_json = json_object_to_json_string(is),
							.ip = "",
							.request_id = "" });
	json_object_put(is);
	return noted;
}

static bool purge_places(void *with)
{
	const struct batch *b = with;
	int64_t gone = 0;

	for (size_t i = 0; i < b->due->n && db_error(b->db) == DB_OK; i++) {
		struct row row = row_at(b->due, i);

		gone += purge_place(b->db, row_int(&row, "id"), b->now);
	}
	return note(b, gone);
}

static bool purge_scans(void *with)
{
	const struct batch *b = with;
	int64_t gone = 0;

	for (size_t i = 0; i < b->due->n && db_error(b->db) == DB_OK; i++) {
		struct row row = row_at(b->due, i);

		gone += purge_scan(b->db, row_int(&row, "id"));
	}
	return note(b, gone);
}

/* Batch after batch of one kind. days below 0: it is known by the rows themselves. False: it failed. */
static bool purge_all(struct job_run *run, bool (*work)(void *), struct batch *b, int64_t days)
{
	do {
		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		b->due = days < 0 ? purge_scans_due(run->db, run->now)
				  : purge_places_due(run->db, b->campus_id, days, run->now);
		if (b->due->n && !db_transaction(run->db, work, NULL, b))
			return false;
	} while (b->due->n == PURGE_BATCH);
	return db_error(run->db) == DB_OK;
}

bool job_purges(struct job_run *run)
{
	const struct rows *campuses = purge_campuses(run->db);
	struct batch scans = { .db = run->db, .noun = "qr_scan", .now = run->now };
	bool good = true;

	for (size_t i = 0; good && i < campuses->n && !run->more; i++) {
		struct row campus = row_at(campuses, i);
		struct batch places = {
			.db = run->db, .noun = "attendance", .campus_id = row_int(&campus, "id"), .now = run->now
		};

		good = purge_all(run, purge_places, &places, row_int(&campus, "place_days"));
	}
	return good && (run->more || purge_all(run, purge_scans, &scans, -1));
}
