#ifndef STORE_ATTEMPT_H
#define STORE_ATTEMPT_H
/* A person's own attempt at an event: the row that becomes their record. */
#include "base/uuid.h"
#include "db/db.h"

/* An event as a mark of this account sees it, whoever is expected at it: number, id (uuid), title, location, campus_id, starts_at, ends_at,
 * opens_at, late_at, closes_at, latitude, longitude, location_radius, places (JSON), is_active, steps (JSON), location_mode, rescan,
 * typed_code, auto_verify, strict_steps, allow_offline, qr_rotates, qr_generation, qr_expires_at, time_zone, and of the account verified (by the campus)
 * and department_id. NULL: there is none, or it was deleted. */
const struct row *attempt_event(struct db *db, int64_t account_id, const uint8_t uuid[UUID_BYTES]);
/* The same of the event of the account's own record of that name. */
const struct row *attempt_event_of(struct db *db, int64_t account_id, const uint8_t attendance[UUID_BYTES]);
/* The same of the event at which the account submitted a mark by this name of its own. */
const struct row *attempt_event_named(struct db *db, int64_t account_id, const uint8_t client_id[UUID_BYTES]);
/* The account's row at an event, locked until the transaction ends: id, uuid, state, status, verification_status, method, qr_at,
 * qr_step, rescan_at, session_at, submitted_at, client_id (hex), steps_done (JSON), latitude, longitude, place_verdict, place_at, accuracy, distance,
 * place_tries, decided_by, version. NULL:
 * there is none. */
const struct row *attempt_lock(struct db *db, int64_t account_id, int64_t event_id);

/* A good code was shown. began: it is the attempt's first, or its last attempt has lapsed. */
struct attempt_code {
	uint32_t step;
	const char *ip, *user_agent;
	const char *steps;     /* JSON: what is done of it */
	const uint8_t *device; /* its keyed hash, 32 bytes; NULL: it did not say */
	const char *method;    /* "self", or "offline" */
	ms_t at;	       /* when it was shown */
	bool began, again;     /* again: it is the second code that the event asks for */
};
/* Makes the account's row at an event (a row of attempt_event()). False: it is there already (DB_DUPLICATE), or it failed. */
bool attempt_make(struct db *db, int64_t account_id, const struct row *event, const struct attempt_code *code,
		  ms_t now);
/* The same of one that is there, and is still of this version. False: it is not, or it failed. */
bool attempt_renew(struct db *db, int64_t id, int64_t version, const struct attempt_code *code, ms_t now);
/* Every code that is shown is kept, whatever came of it. event_id, step and age: only of one that was made here (event_id 0: it was not). */
struct code_shown {
	int64_t account_id, event_id, step, age; /* age below 0: that of a code which comes later tells nothing */
	bool typed, ok;
	const char *ip, *user_agent, *reason;
	const double *latitude, *longitude; /* NULL: not told */
};
void attempt_shown(struct db *db, const struct code_shown *shown, ms_t now);
/* The next generation of an event's codes; every code before it is dead. False: it failed. */
bool attempt_raise(struct db *db, int64_t event_id, ms_t now);
/* How an event stands: present, late, absent, excused, attended (present and late), verified, pending, none of them rejected, and rejected. */
const struct row *attempt_counts(struct db *db, int64_t event_id);

/* A position, as it is stored with an attempt. */
struct attempt_place {
	double latitude, longitude, accuracy, distance; /* accuracy below 0: not said */
	ms_t at;					/* when somebody was there */
	const char *name, *verdict;
};

/* Where the account said that it was for its last mark of other events, within four days: latitude, longitude, accuracy, place_at. NULL: it said nothing. */
const struct row *attempt_last_place(struct db *db, int64_t account_id, int64_t event_id, ms_t now);
/* When its photos and signature came: kind, received_at. */
const struct rows *attempt_evidence(struct db *db, int64_t id);

/* What follows changes the row that is still of the version that was read, and raises that. False: it is not, or it failed; who asked
 * reads anew (db_conflict()). */
/* What is done of it now; verification_status: of a record that is submitted, or NULL where it stays. */
bool attempt_steps(struct db *db, int64_t id, int64_t version, const char *steps, const char *verification_status,
		   ms_t now);
/* A place was told, once more. */
bool attempt_place(struct db *db, int64_t id, int64_t version, const struct attempt_place *place, const char *steps,
		   ms_t now);
/* An absence that nobody but the program has written is an attempt again. */
bool attempt_reopen(struct db *db, int64_t id, int64_t version, ms_t now);
/* It is a record now; client_id: NULL: none. */
struct attempt_end {
	const char *status, *verification_status, *notes;
	const uint8_t *client_id;
	const char *steps; /* JSON: what is done of it */
};
bool attempt_submit(struct db *db, int64_t id, int64_t version, const struct attempt_end *end, ms_t now);

#endif
