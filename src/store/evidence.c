/* The last of a kind counts, so there is one row for each, and one statement puts it there. What is purged keeps its row: that it was
 * there, and when it went. */
#include "store/evidence.h"
#include "store/supervises.h"

bool evidence_put(struct db *db, const struct evidence *e, uint8_t uuid[UUID_BYTES], ms_t now)
{
	uuid_name(uuid);
	/* tries last: what stands before it asks what it was. */
	return db_exec(db,
		       "INSERT INTO attendance_evidence (uuid, attendance_id, kind, sent_sha256, file_sha256, strokes,"
		       " ink_hash, bytes, width, height, claimed_at, received_at)\n"
		       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)\n"
		       "ON DUPLICATE KEY UPDATE uuid = IF(tries < " EVIDENCE_TRIES ", VALUES(uuid), uuid),"
		       " sent_sha256 = IF(tries < " EVIDENCE_TRIES ", VALUES(sent_sha256), sent_sha256),"
		       " file_sha256 = IF(tries < " EVIDENCE_TRIES ", VALUES(file_sha256), file_sha256),"
		       " strokes = IF(tries < " EVIDENCE_TRIES ", VALUES(strokes), strokes),"
		       " ink_hash = IF(tries < " EVIDENCE_TRIES ", VALUES(ink_hash), ink_hash),"
		       " bytes = IF(tries < " EVIDENCE_TRIES ", VALUES(bytes), bytes),"
		       " width = IF(tries < " EVIDENCE_TRIES ", VALUES(width), width),"
		       " height = IF(tries < " EVIDENCE_TRIES ", VALUES(height), height),"
		       " claimed_at = IF(tries < " EVIDENCE_TRIES ", VALUES(claimed_at), claimed_at),"
		       " received_at = IF(tries < " EVIDENCE_TRIES ", VALUES(received_at), received_at),"
		       " dhash = IF(tries < " EVIDENCE_TRIES ", NULL, dhash),"
		       " looked_at = IF(tries < " EVIDENCE_TRIES ", NULL, looked_at),"
		       " purged_at = IF(tries < " EVIDENCE_TRIES ", NULL, purged_at),"
		       " tries = LEAST(tries + 1, " EVIDENCE_TRIES ")",
		       args(arg_bytes(uuid, UUID_BYTES), e->attendance_id, e->kind, e->sent_sha256, e->file_sha256,
			    e->strokes, e->ink_hash ? arg_bytes(e->ink_hash, 32) : arg_null(), e->bytes, e->width,
			    e->height, arg_time_or_null(e->claimed_at), arg_time(now))) > 0;
}

const struct row *evidence_of(struct db *db, int64_t attendance_id)
{
	return db_one(
		db,
		"SELECT a.account_id, a.event_id, a.method, a.qr_at, e.time_zone, e.latitude, e.longitude, e.location_radius,"
		" e.location, COALESCE(e.places, '[]') AS places, m.consent_version\n"
		"FROM attendance a\n"
		"JOIN campus_event e ON e.id = a.event_id\n"
		"LEFT JOIN campus_member m ON m.account_id = a.account_id\n"
		"WHERE a.id = ?",
		args(attendance_id));
}

/* Evidence x of a record r that is not of this one, a: another's, or of another event. */
#define OTHERS                                                                                                         \
	"FROM attendance_evidence x\n"                                                                                 \
	"JOIN attendance r ON r.id = x.attendance_id\n"                                                                \
	"JOIN attendance a ON a.id = ? AND (r.account_id <> a.account_id OR r.event_id <> a.event_id)\n"

bool evidence_came_before(struct db *db, int64_t attendance_id, bool signature, const char *sent_sha256)
{
	return db_one(db,
		      "SELECT 1 AS came\n" OTHERS "WHERE x.sent_sha256 = ? AND (x.kind = 'signature') = ?\n"
		      "LIMIT 1",
		      args(attendance_id, sent_sha256, signature)) != NULL;
}

const struct row *evidence_other_photo(struct db *db, int64_t attendance_id, const char *kind)
{
	return db_one(db,
		      "SELECT received_at, claimed_at FROM attendance_evidence\n"
		      "WHERE attendance_id = ? AND kind IN ('front', 'back') AND kind <> ?",
		      args(attendance_id, kind));
}

/* ---- seeing ---- */

const struct row *evidence_seen(struct db *db, enum evidence_sight sight, int64_t account_id,
				const uint8_t uuid[UUID_BYTES], const char *kind)
{
	return db_one(db,
		      "SELECT x.id, x.attendance_id, a.account_id, x.file_sha256, x.strokes, f.thumb\n"
		      "FROM attendance a\n"
		      "JOIN attendance_evidence x ON x.attendance_id = a.id AND x.kind = ?\n"
		      "JOIN stored_file f ON f.sha256 = x.file_sha256\n"
		      "JOIN campus_event e ON e.id = a.event_id\n"
		      "LEFT JOIN campus_member me ON me.account_id = ? AND me.left_at IS NULL\n"
		      "WHERE a.uuid = ? AND (a.account_id = ?\n"
		      " OR (? AND e.organizer_id = ?)\n"
		      " OR (? AND a.department_id IN (" SUPERVISED "me.account_id))\n"
		      " OR (? AND me.account_id IS NOT NULL AND (me.campus_id IS NULL OR me.campus_id = a.campus_id)))",
		      args(kind, account_id, arg_bytes(uuid, UUID_BYTES), account_id, sight != EVIDENCE_OWN, account_id,
			   sight == EVIDENCE_DEPARTMENT, sight == EVIDENCE_CAMPUS));
}

/* ---- what jobs make of it ---- */

const struct rows *evidence_unseen(struct db *db, int64_t after, int64_t most)
{
	return db_query(db,
			"SELECT id, attendance_id, kind, file_sha256 FROM attendance_evidence\n"
			"WHERE looked_at IS NULL AND file_sha256 IS NOT NULL AND id > ?\n"
			"ORDER BY id\n"
			"LIMIT ?",
			args(after, most));
}

bool evidence_looked(struct db *db, int64_t id, const char *was, const char *file_sha256, const uint64_t *hash,
		     ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance_evidence SET looked_at = ?, file_sha256 = COALESCE(?, file_sha256),"
		       " dhash = IF(?, UNHEX(LPAD(HEX(?), 16, '0')), NULL)\n"
		       "WHERE id = ? AND looked_at IS NULL AND file_sha256 = ?",
		       args(arg_time(now), file_sha256, hash != NULL, arg_int(hash ? (int64_t)*hash : 0), id, was)) ==
	       1;
}

/* Those whose n-th part of the hash is this. */
#define PART(n) "SELECT id FROM attendance_evidence WHERE dhash_" n " = ?"

/* The n-th eleven bits of a hash from below, as the table has them. */
static int64_t part_of(uint64_t hash, unsigned n)
{
	return (int64_t)(hash >> (11 * n) & 2047);
}

int64_t evidence_like(struct db *db, int64_t attendance_id, uint64_t hash, int most)
{
	const struct row *row = db_one(
		db,
		/* Of six parts of two that differ in five bits or fewer, one is the same. */
		"SELECT r.id\n" OTHERS
		"JOIN (" PART("0") " UNION " PART("1") " UNION " PART("2") " UNION " PART("3") " UNION " PART(
			"4") " UNION " PART("5") ") p ON p.id = x.id\n"
						 "WHERE x.kind IN ('front', 'back') AND BIT_COUNT(CAST(CONV(HEX(x.dhash), 16, 10) AS UNSIGNED) ^ ?) <= ?\n"
						 "ORDER BY x.id\n"
						 "LIMIT 1",
		args(attendance_id, part_of(hash, 0), part_of(hash, 1), part_of(hash, 2), part_of(hash, 3),
		     part_of(hash, 4), part_of(hash, 5), arg_int((int64_t)hash), most));

	return row ? row_int(row, "id") : 0;
}

/* ---- purging ---- */

/* Of a record a and its person's membership m: may its evidence x go now? The campus's days, or no consent. */
#define MAY_GO "x.purged_at IS NULL AND a.held = 0"
#define IS_OLD "x.received_at < ? - INTERVAL c.evidence_days DAY"
#define DUE MAY_GO " AND (" IS_OLD " OR m.consent_version <=> 0)"
#define DUE_COLUMNS "x.id, x.attendance_id, x.file_sha256, f.thumb\n"

const struct rows *evidence_due(struct db *db, int64_t most, ms_t now)
{
	return db_query(db,
			/* Each by an index of its own, for this is asked every few seconds. */
			"SELECT " DUE_COLUMNS "FROM attendance_evidence x\n"
			"JOIN attendance a ON a.id = x.attendance_id\n"
			"JOIN campus c ON c.id = a.campus_id\n"
			"LEFT JOIN stored_file f ON f.sha256 = x.file_sha256\n"
			"WHERE " MAY_GO
			" AND x.received_at < ? - INTERVAL (SELECT MIN(d.evidence_days) FROM campus d) DAY AND " IS_OLD
			"\n"
			"UNION\n"
			"SELECT " DUE_COLUMNS "FROM campus_member m\n"
			"JOIN attendance a ON a.account_id = m.account_id\n"
			"JOIN attendance_evidence x ON x.attendance_id = a.id\n"
			"LEFT JOIN stored_file f ON f.sha256 = x.file_sha256\n"
			"WHERE m.consent_version = 0 AND " MAY_GO "\n"
			"ORDER BY id\n"
			"LIMIT ?",
			args(arg_time(now), arg_time(now), most));
}

bool evidence_purge(struct db *db, int64_t id, ms_t now)
{
	return db_exec(db,
		       "UPDATE attendance_evidence x\n"
		       "JOIN attendance a ON a.id = x.attendance_id\n"
		       "JOIN campus c ON c.id = a.campus_id\n"
		       "LEFT JOIN campus_member m ON m.account_id = a.account_id\n"
		       "SET x.purged_at = ?, x.file_sha256 = NULL, x.strokes = NULL, x.dhash = NULL\n"
		       "WHERE x.id = ? AND " DUE,
		       args(arg_time(now), id, arg_time(now))) == 1;
}

/* ---- consent ---- */

const struct row *consent_get(struct db *db, int64_t account_id)
{
	return db_one(db,
		      "SELECT m.consent_version, m.consent_at AS said_at,"
		      " COALESCE(c.evidence_days, 90) AS days\n"
		      "FROM campus_member m\n"
		      "LEFT JOIN campus c ON c.id = m.campus_id\n"
		      "WHERE m.account_id = ? AND m.left_at IS NULL",
		      args(account_id));
}

bool consent_set(struct db *db, int64_t account_id, int64_t version, ms_t now)
{
	return db_exec(db,
		       "UPDATE campus_member SET consent_version = ?, consent_at = ?\n"
		       "WHERE account_id = ? AND left_at IS NULL",
		       args(version, arg_time(now), account_id)) >= 0;
}
