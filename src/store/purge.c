/* A record is looked at once: purged_at says so, whether there was anything or not, so that the next look begins behind it. */
#include "store/purge.h"
#include "base/role.h"
#include "store/privacy.h"
#include "store/search.h"

const struct rows *purge_campuses(struct db *db)
{
	return db_query(db, "SELECT id, place_days FROM campus ORDER BY id", no_args);
}

const struct rows *purge_places_due(struct db *db, int64_t campus_id, int64_t days, ms_t now)
{
	return db_query(
		db,
		"SELECT id FROM attendance FORCE INDEX (attendance_purge) WHERE campus_id = ? AND purged_at IS NULL"
		" AND created_at < ? AND held = 0 ORDER BY created_at LIMIT ?",
		args(campus_id, arg_time(now - days * MS_DAY), PURGE_BATCH));
}

bool purge_place(struct db *db, int64_t attendance_id, ms_t now)
{
	const struct row *row =
		db_one(db,
		       "SELECT latitude IS NOT NULL OR ip IS NOT NULL OR user_agent IS NOT NULL AS known"
		       " FROM attendance WHERE id = ? AND purged_at IS NULL AND held = 0 FOR UPDATE",
		       args(attendance_id));

	return row &&
	       db_exec(db,
		       "UPDATE attendance SET latitude = NULL, longitude = NULL, accuracy = NULL, place = NULL,"
		       " ip = NULL, user_agent = NULL, purged_at = ? WHERE id = ? AND purged_at IS NULL AND held = 0",
		       args(arg_time(now), attendance_id)) == 1 &&
	       row_bool(row, "known");
}

/* Shown codes q whose campus's days of one kind are over. The shortest days of all campuses come first, so that an index serves. */
#define SCANS_DUE(days, most)                                                                                          \
	"SELECT q.id FROM qr_scan q LEFT JOIN campus_event e ON e.id = q.event_id"                                     \
	" LEFT JOIN campus_member m ON m.account_id = q.account_id"                                                    \
	" LEFT JOIN campus c ON c.id = COALESCE(e.campus_id, m.campus_id)"                                             \
	" WHERE q.at < ? - INTERVAL (SELECT LEAST(COALESCE(MIN(d." days "), " most "), " most ") FROM campus d) DAY"   \
	" AND q.at < ? - INTERVAL COALESCE(c." days ", " most ") DAY"                                                  \
	" AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.event_id = q.event_id AND a.account_id = q.account_id"    \
	" AND a.held = 1)"

const struct rows *purge_scan_places_due(struct db *db, ms_t now)
{
	return db_query(db, SCANS_DUE("place_days", "90") " AND q.placed = 1 ORDER BY q.at LIMIT ?",
			args(arg_time(now), arg_time(now), PURGE_BATCH));
}

bool purge_scan_place(struct db *db, int64_t id, ms_t now)
{
	(void)now;
	return db_exec(db,
		       "UPDATE qr_scan SET latitude = NULL, longitude = NULL, ip = NULL, user_agent = NULL, placed = 0"
		       " WHERE id = ? AND placed = 1",
		       args(id)) == 1;
}

const struct rows *purge_scans_due(struct db *db, ms_t now)
{
	return db_query(db, SCANS_DUE("scan_days", "180") " ORDER BY q.at LIMIT ?",
			args(arg_time(now), arg_time(now), PURGE_BATCH));
}

bool purge_scan(struct db *db, int64_t id, ms_t now)
{
	(void)now;
	return db_exec(db, "DELETE FROM qr_scan WHERE id = ?", args(id)) == 1;
}

const struct rows *purge_excuses_due(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT d.id FROM attendance_decision d JOIN attendance a ON a.id = d.attendance_id"
			" JOIN campus c ON c.id = a.campus_id WHERE d.file_sha256 IS NOT NULL AND a.held = 0"
			" AND d.at < ? - INTERVAL c.evidence_days DAY ORDER BY d.id LIMIT ?",
			args(arg_time(now), PURGE_BATCH));
}

bool purge_excuse(struct db *db, int64_t id, ms_t now)
{
	(void)now;
	return db_exec(db, "UPDATE attendance_decision SET file_sha256 = NULL WHERE id = ? AND file_sha256 IS NOT NULL",
		       args(id)) == 1;
}

/* What stands in place of a first name; of a last one there is the account's number, so that records of two are told apart. */
#define FORMER "Former member"

const struct rows *purge_members_due(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT m.account_id AS id FROM campus_member m LEFT JOIN campus c ON c.id = m.campus_id"
			" WHERE m.left_at < ? - INTERVAL GREATEST(COALESCE(c.evidence_days, 90),"
			" COALESCE(c.place_days, 90), COALESCE(c.scan_days, 180)) DAY AND m.first_name <> ?"
			" AND NOT EXISTS (SELECT 1 FROM attendance a WHERE a.account_id = m.account_id AND a.held = 1)"
			" ORDER BY m.account_id LIMIT ?",
			args(arg_time(now), FORMER, PURGE_BATCH));
}

/* Who has another role is still somebody there. */
static bool account_goes(struct db *db, const struct row *member, ms_t now)
{
	const int64_t id = row_int(member, "id");

	return !row_bool(member, "nobodys") ||
	       (db_exec(db, "DELETE FROM account_role WHERE account_id = ?", args(id)) >= 0 &&
		account_erase(db, id, row_null(member, "email") ? NULL : row_text(member, "email"), now));
}

bool purge_member(struct db *db, int64_t id, ms_t now)
{
	const char *former = FORMER;
	const struct row *member =
		db_one(db,
		       "SELECT a.id, a.email, a.status = 'disabled' AND NOT EXISTS (SELECT 1 FROM account_role r"
		       " WHERE r.account_id = a.id AND NOT FIND_IN_SET(r.role, '" CAMPUS_WORDS "')) AS `nobodys:bool`"
		       " FROM account a JOIN campus_member m ON m.account_id = a.id"
		       " WHERE a.id = ? AND m.left_at IS NOT NULL AND m.first_name <> ? FOR UPDATE",
		       args(id, FORMER));

	return member &&
	       db_exec(db,
		       "UPDATE campus_member SET first_name = ?, first_name_words = ?, last_name = account_id,"
		       " last_name_words = NULL, student_id = NULL, updated_at = ? WHERE account_id = ?",
		       args(FORMER, words_beside(db, former), arg_time(now), id)) == 1 &&
	       db_exec(db, "DELETE FROM supervisor_department WHERE account_id = ?", args(id)) >= 0 &&
	       db_exec(db, "UPDATE attendance SET device = NULL, notes = NULL WHERE account_id = ?", args(id)) >= 0 &&
	       account_goes(db, member, now);
}
