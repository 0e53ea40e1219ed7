#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H
/* Photos and signatures of attendance: one of a kind for each record. */
#include "base/uuid.h"
#include "db/db.h"

/* How often one of a kind may be sent, as SQL. */
#define EVIDENCE_TRIES "5"

/* What came, as it is kept. */
struct evidence {
	int64_t attendance_id;
	const char *kind;		       /* "front", "back", "signature" */
	const char *sent_sha256, *file_sha256; /* of what came, and of what is kept */
	const char *strokes;		       /* JSON; NULL: none */
	const uint8_t *ink_hash;	       /* 32 bytes; NULL: no signature */
	int64_t bytes;
	unsigned width, height;
	ms_t claimed_at; /* 0: nobody says */
};
/* Puts it in the place of what was there of its kind. uuid is made. False: it came EVIDENCE_TRIES times before; or on failure. */
bool evidence_put(struct db *db, const struct evidence *evidence, uint8_t uuid[UUID_BYTES], ms_t now);

/* What evidence of a record is held against: account_id, event_id, method, qr_at, time_zone, latitude, longitude, location_radius, location, places (JSON), and declined: do they
 * want no photo of themselves kept? */
const struct row *evidence_of(struct db *db, int64_t attendance_id);
/* Did the same bytes (of a signature: the same strokes) come before, of another account or for another event? */
bool evidence_came_before(struct db *db, int64_t attendance_id, bool signature, const char *sent_sha256);
/* The other photo of a record: received_at, claimed_at. NULL: there is none. */
const struct row *evidence_other_photo(struct db *db, int64_t attendance_id, const char *kind);

/* ---- seeing ---- */

/* Whose records somebody sees, besides their own. */
enum evidence_sight {
	EVIDENCE_OWN,
	EVIDENCE_OWN_EVENTS,
	EVIDENCE_DEPARTMENT, /* of people of their departments, and of their own events */
	EVIDENCE_CAMPUS	     /* of their campus; of who has none: of every campus */
};
/* The evidence of that kind of a record (by its uuid), as an account may see it: id, attendance_id, account_id, file_sha256,
 * strokes (JSON, of a signature that was drawn), thumb (NULL: it has none). NULL: there is none, it was purged, or it is outside of their scope. */
const struct row *evidence_seen(struct db *db, enum evidence_sight sight, int64_t account_id,
				const uint8_t uuid[UUID_BYTES], const char *kind);

/* ---- what jobs make of it ---- */

/* What nobody looked at yet, the oldest first, behind that id: id, attendance_id, kind, file_sha256. */
const struct rows *evidence_unseen(struct db *db, int64_t after, int64_t most);
/* It was looked at: what is kept of it is now another file; NULL: the same. hash: NULL: it cannot be read. False: somebody was first, it was
 * sent anew or purged meanwhile; or on failure. */
bool evidence_looked(struct db *db, int64_t id, const char *was, const char *file_sha256, const uint64_t *hash,
		     ms_t now);
/* A photo of another account, or of an earlier event's, that differs from this hash in at most so many bits; 0: none. */
int64_t evidence_like(struct db *db, int64_t attendance_id, uint64_t hash, int most);

/* ---- purging ---- */

/* Those whose days are over, or whose person agrees no more, and which nothing holds: id, attendance_id, file_sha256 (NULL: it went), and
 * thumb, the small one of that (NULL: it has none). */
const struct rows *evidence_due(struct db *db, int64_t most, ms_t now);
/* Nothing is kept of it but that it was there. False: it is held, or went meanwhile; or on failure. */
bool evidence_purge(struct db *db, int64_t id, ms_t now);

/* ---- consent ---- */

/* What a member said of it, and how long their campus keeps evidence: consent_version (null: nothing yet; 0: they want none kept),
 * said_at (null: never), days. NULL: no member. */
const struct row *consent_get(struct db *db, int64_t account_id);
/* A member agrees to that version of the notice, or, 0, to none. False: they are no member; or on failure. */
bool consent_set(struct db *db, int64_t account_id, int64_t version, ms_t now);

#endif
