/* The unique key of event and account makes the attempt one; whoever changes it says which version they have read. */
#include "store/attempt.h"
#include <stdio.h>

#define EVENT                                                                                                           \
	"SELECT e.id AS number, e.uuid AS `id:uuid`, e.title, e.location, e.campus_id, e.starts_at, e.ends_at,"         \
	" e.opens_at, e.late_at, e.closes_at, e.latitude, e.longitude, e.location_radius,"                              \
	" COALESCE(e.places, '[]') AS places, e.is_active, e.steps, e.location_mode, e.rescan, e.typed_code,"           \
	" e.auto_verify, e.strict_steps, e.allow_offline, e.qr_rotates, e.qr_generation, e.qr_expires_at, e.time_zone," \
	" COALESCE(m.is_verified, 0) AS `verified:bool`, m.department_id"                                               \
	" FROM campus_event e LEFT JOIN campus_member m ON m.account_id = ?"

const struct row *attempt_event(struct db *db, int64_t account_id, const uint8_t uuid[UUID_BYTES])
{
	return db_one(db, EVENT " WHERE e.uuid = ? AND e.deleted_at IS NULL",
		      args(account_id, arg_bytes(uuid, UUID_BYTES)));
}

const struct row *attempt_event_of(struct db *db, int64_t account_id, const uint8_t attendance[UUID_BYTES])
{
	return db_one(db,
		      EVENT " JOIN attendance t ON t.event_id = e.id WHERE t.uuid = ? AND t.account_id = ?"
			    " AND e.deleted_at IS NULL",
		      args(account_id, arg_bytes(attendance, UUID_BYTES), account_id));
}

const struct row *attempt_event_named(struct db *db, int64_t account_id, const uint8_t client_id[UUID_BYTES])
{
	return db_one(db,
		      EVENT " JOIN attendance t ON t.event_id = e.id WHERE t.client_id = ? AND t.account_id = ?"
			    " AND e.deleted_at IS NULL",
		      args(account_id, arg_bytes(client_id, UUID_BYTES), account_id));
}

const struct row *attempt_lock(struct db *db, int64_t account_id, int64_t event_id)
{
	return db_one(
		db,
		"SELECT id, uuid AS `uuid:uuid`, state, status, verification_status, method, qr_at, qr_step,"
		" rescan_at, session_at, submitted_at, client_id AS `client_id:hex`, steps_done, latitude, longitude,"
		" place_verdict, place_at, accuracy, distance, place_tries, decided_by, version FROM attendance WHERE event_id = ? AND account_id = ? FOR UPDATE",
		args(event_id, account_id));
}

bool attempt_steps(struct db *db, int64_t id, int64_t version, const char *steps, const char *verification_status,
		   ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET steps_done = ?, verification_status = COALESCE(?, verification_status),"
		       " version = version + 1, updated_at = ? WHERE id = ? AND version = ?",
		       args(steps, verification_status, arg_time(now), id, version)) == 1;
}

/* A real number as SQL has it. */
static struct arg real(struct db *db, const char *format, double value)
{
	char *text = talloc_zero_size(db_results(db), 40);

	snprintf(text, 40, format, value);
	return arg_text(text);
}

bool attempt_place(struct db *db, int64_t id, int64_t version, const struct attempt_place *p, const char *steps,
		   ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET latitude = ?, longitude = ?, accuracy = ?, distance = ?, place = ?,"
		       " place_verdict = ?, place_at = ?, place_tries = place_tries + 1, steps_done = ?,"
		       " version = version + 1, updated_at = ? WHERE id = ? AND version = ? AND state = 'started'",
		       args(real(db, "%.9f", p->latitude), real(db, "%.9f", p->longitude),
			    p->accuracy < 0 ? arg_null() : real(db, "%.3f", p->accuracy), real(db, "%.3f", p->distance),
			    p->name, p->verdict, arg_time(p->at), steps, arg_time(now), id, version)) == 1;
}

bool attempt_reopen(struct db *db, int64_t id, int64_t version, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET state = 'started', status = NULL, verification_status = NULL,"
		       " submitted_at = NULL, version = version + 1, updated_at = ? WHERE id = ? AND version = ?"
		       " AND state = 'submitted' AND method = 'auto' AND status = 'absent' AND decided_by IS NULL",
		       args(arg_time(now), id, version)) == 1;
}

bool attempt_submit(struct db *db, int64_t id, int64_t version, const struct attempt_end *end, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET state = 'submitted', status = ?, verification_status = ?, submitted_at = ?,"
		       " notes = ?, client_id = ?, steps_done = ?, version = version + 1, updated_at = ?"
		       " WHERE id = ? AND version = ? AND state = 'started'",
		       args(end->status, end->verification_status, arg_time(now), end->notes,
			    end->client_id ? arg_bytes(end->client_id, UUID_BYTES) : arg_null(), end->steps,
			    arg_time(now), id, version)) == 1;
}

/* ---- codes ---- */

static struct arg device(const struct attempt_code *code)
{
	return code->device ? arg_bytes(code->device, 32) : arg_null();
}

bool attempt_make(struct db *db, int64_t account_id, const struct row *event, const struct attempt_code *code, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_name(uuid);
	return db_exec(db,
		       "INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, event_starts_at, qr_at,"
		       " qr_step, session_at, method, ip, user_agent, device, steps_done, created_at, updated_at)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		       args(arg_bytes(uuid, UUID_BYTES), row_int(event, "number"), account_id,
			    row_int(event, "campus_id"),
			    row_null(event, "department_id") ? arg_null() : arg_int(row_int(event, "department_id")),
			    arg_time(row_time(event, "starts_at")), arg_time(code->at), (int64_t)code->step,
			    arg_time(now), code->method, code->ip, code->user_agent, device(code), code->steps,
			    arg_time(now), arg_time(now))) == 1;
}

bool attempt_renew(struct db *db, int64_t id, int64_t version, const struct attempt_code *code, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET session_at = ?, qr_at = IF(?, ?, qr_at), qr_step = IF(?, ?, qr_step),"
		       " rescan_at = IF(?, ?, rescan_at), method = ?, ip = ?, user_agent = ?,"
		       " device = COALESCE(?, device), place_tries = IF(?, 0, place_tries), steps_done = ?, version = version + 1,"
		       " updated_at = ? WHERE id = ? AND version = ? AND state = 'started'",
		       args(arg_time(now), code->began, arg_time(code->at), code->began, (int64_t)code->step,
			    code->again, arg_time(code->at), code->method, code->ip, code->user_agent, device(code),
			    code->began, code->steps, arg_time(now), id, version)) == 1;
}

void attempt_shown(struct db *db, const struct code_shown *s, ms_t now)
{
	db_exec(db,
		"INSERT INTO qr_scan (account_id, event_id, step, age_ms, typed, ip, user_agent, latitude, longitude, ok,"
		" reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		args(s->account_id, s->event_id ? arg_int(s->event_id) : arg_null(),
		     s->event_id ? arg_int(s->step) : arg_null(),
		     s->event_id && s->age >= 0 ? arg_int(s->age) : arg_null(), s->typed, s->ip, s->user_agent,
		     s->latitude ? real(db, "%.9f", *s->latitude) : arg_null(),
		     s->longitude ? real(db, "%.9f", *s->longitude) : arg_null(), s->ok, s->reason, arg_time(now)));
}

bool attempt_raise(struct db *db, int64_t event_id, ms_t now)
{
	return db_exec(db,
		       "UPDATE campus_event SET qr_generation = (qr_generation + 1) % 65536, updated_at = ?"
		       " WHERE id = ? AND deleted_at IS NULL",
		       args(arg_time(now), event_id)) == 1;
}

const struct row *attempt_counts(struct db *db, int64_t event_id)
{
	return db_one(
		db,
		"SELECT COALESCE(SUM(status = 'present'), 0) AS present, COALESCE(SUM(status = 'late'), 0) AS late,"
		" COALESCE(SUM(status = 'absent'), 0) AS absent, COALESCE(SUM(status = 'excused'), 0) AS excused,"
		" COALESCE(SUM(status IN ('present', 'late')), 0) AS attended,"
		" COALESCE(SUM(verification_status = 'verified'), 0) AS verified,"
		" COALESCE(SUM(verification_status = 'pending'), 0) AS pending,"
		" COALESCE(SUM(rejected), 0) AS rejected"
		" FROM (SELECT verification_status, verification_status = 'rejected' AS rejected,"
		" IF(verification_status = 'rejected', '', status) AS status"
		" FROM attendance WHERE event_id = ? AND state = 'submitted') a",
		args(event_id));
}

const struct row *attempt_last_place(struct db *db, int64_t account_id, int64_t event_id, ms_t now)
{
	return db_one(db,
		      "SELECT latitude, longitude, accuracy, place_at FROM attendance WHERE account_id = ?"
		      " AND event_starts_at > ? AND event_id <> ? AND state = 'submitted' AND latitude IS NOT NULL"
		      " AND place_at IS NOT NULL ORDER BY place_at DESC LIMIT 1",
		      args(account_id, arg_time(now - 4 * MS_DAY), event_id));
}

const struct rows *attempt_evidence(struct db *db, int64_t id)
{
	return db_query(db, "SELECT kind, received_at FROM attendance_evidence WHERE attendance_id = ?", args(id));
}
