/* Each decision is one UPDATE that holds all that must be so for it: the version that was read, that it is not one's own, and that an
 * appeal is not for who decided before it. Whether it took place is asked of the number of rows. */
#include "store/attendance_decision.h"
#include "store/supervises.h"

/* An appeal that nobody has decided since. */
#define APPEAL_OPEN "(appealed_at IS NOT NULL AND (decided_at IS NULL OR decided_at <= appealed_at))"

bool attendance_decide(struct db *db, int64_t id, int64_t version, const struct decision *d, ms_t now)
{
	/* From the left: what is set below asks what stands above it as it was, so who decided is set before when. */
	return db_exec(db,
		       "UPDATE attendance SET decided_by = IF(? = 'pending' AND " APPEAL_OPEN ", decided_by, ?),"
		       " decided_at = IF(? = 'pending' AND " APPEAL_OPEN ", decided_at, ?),"
		       " status = COALESCE(?, status), verification_status = ?, version = version + 1, updated_at = ?"
		       " WHERE id = ? AND version = ? AND state = 'submitted' AND account_id <> ?"
		       " AND NOT (" APPEAL_OPEN " AND decided_by <=> ?)",
		       args(d->verification, d->by, d->verification, arg_time(now), d->status, d->verification,
			    arg_time(now), id, version, d->by, d->by)) == 1;
}

bool attendance_appeal(struct db *db, int64_t id, int64_t version, int64_t account_id, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET verification_status = 'pending', appealed_at = ?, version = version + 1,"
		       " updated_at = ? WHERE id = ? AND version = ? AND account_id = ? AND state = 'submitted'"
		       " AND appealed_at IS NULL AND (decided_at IS NOT NULL OR method = 'auto')"
		       " AND (verification_status = 'rejected' OR status IN ('absent', 'late'))"
		       " AND COALESCE(decided_at, submitted_at) >= ? - INTERVAL ? DAY",
		       args(arg_time(now), arg_time(now), id, version, account_id, arg_time(now), APPEAL_DAYS)) == 1;
}

bool attendance_hold(struct db *db, int64_t id, int64_t version, int64_t by, bool held, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET held = ?, version = version + 1, updated_at = ?"
		       " WHERE id = ? AND version = ? AND account_id <> ? AND held <> ?",
		       args(held, arg_time(now), id, version, by, held)) == 1;
}

void attendance_decided(struct db *db, int64_t id, const struct decided *d, ms_t now)
{
	db_exec(db,
		"INSERT INTO attendance_decision (attendance_id, act, by_id, from_status, to_status, from_verification,"
		" to_verification, reason, file_sha256, at)"
		" SELECT id, ?, ?, ?, status, ?, verification_status, ?, ?, ? FROM attendance WHERE id = ?",
		args(d->act, d->by, d->from_status, d->from_verification, d->reason, d->file_sha256, arg_time(now),
		     id));
}

const struct row *attendance_whom(struct db *db, int64_t id)
{
	return db_one(db,
		      "SELECT p.name, p.email, p.mobile_number, p.locale, e.title AS `event.title`,"
		      " e.time_zone AS `event.time_zone`, e.starts_at AS `event.starts_at`, a.uuid AS `record:uuid`,"
		      " a.status FROM attendance a JOIN campus_event e ON e.id = a.event_id"
		      " JOIN account p ON p.id = a.account_id WHERE a.id = ?",
		      args(id));
}

const char *attendance_excuse_file(struct db *db, int64_t id)
{
	const struct row *row = db_one(db,
				       "SELECT file_sha256 FROM attendance_decision WHERE attendance_id = ?"
				       " AND act = 'excuse' AND file_sha256 IS NOT NULL ORDER BY id DESC LIMIT 1",
				       args(id));

	return row ? row_text(row, "file_sha256") : NULL;
}

/* ---- by hand ---- */

const struct row *hand_person(struct db *db, const struct hand_person *n)
{
	return db_one(db,
		      "SELECT m.account_id, m.department_id, k.status AS card_status,"
		      " CONCAT_WS(' ', m.first_name, m.last_name) AS full_name FROM campus_member m"
		      " LEFT JOIN customer c ON c.account_id = m.account_id"
		      " LEFT JOIN nfc_card k ON k.customer_id = c.id AND k.uid = ?"
		      " WHERE m.left_at IS NULL AND (m.campus_id = ? OR m.campus_id IS NULL)"
		      " AND (? = 0 OR m.account_id = ?) AND (? IS NULL OR m.student_id = ?)"
		      " AND (? IS NULL OR k.id IS NOT NULL)"
		      " AND (? = 0 OR m.department_id IN (" SUPERVISED "?))"
		      " ORDER BY m.campus_id IS NULL, m.account_id LIMIT 1",
		      args(n->card_uid, n->campus_id, n->user_id, n->user_id, n->student_id, n->student_id, n->card_uid,
			   n->department_of, n->department_of));
}

bool hand_insert(struct db *db, const struct hand_mark *m, ms_t now)
{
	uint8_t uuid[UUID_BYTES];
	const struct arg department =
		row_null(m->person, "department_id") ? arg_null() : arg_int(row_int(m->person, "department_id"));

	uuid_name(uuid);
	return db_exec(db,
		       "INSERT INTO attendance (uuid, event_id, account_id, campus_id, department_id, state, status,"
		       " verification_status, method, event_starts_at, submitted_at, decided_by, decided_at, created_at,"
		       " updated_at) VALUES (?, ?, ?, ?, ?, 'submitted', ?, 'verified', ?, ?, ?, ?, ?, ?, ?)",
		       args(arg_bytes(uuid, UUID_BYTES), row_int(m->event, "number"), row_int(m->person, "account_id"),
			    row_int(m->event, "campus"), department, m->status, m->method,
			    arg_time(row_time(m->event, "start_datetime")), arg_time(now), arg_id_or_null(m->by),
			    arg_time_or_null(m->by ? now : 0), arg_time(now), arg_time(now))) == 1;
}

bool hand_update(struct db *db, int64_t id, int64_t version, const struct hand_mark *m, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance SET status = ?, verification_status = 'verified', method = ?,"
		       " submitted_at = ?, decided_by = ?, decided_at = ?, version = version + 1, updated_at = ?,"
		       " state = 'submitted'"
		       " WHERE id = ? AND version = ? AND (state = 'started' OR method = 'auto' AND status = 'absent'"
		       " AND decided_by IS NULL)",
		       args(m->status, m->method, arg_time(now), arg_id_or_null(m->by),
			    arg_time_or_null(m->by ? now : 0), arg_time(now), id, version)) == 1;
}
