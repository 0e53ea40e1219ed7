#ifndef APP_LIVE_H
#define APP_LIVE_H
/* What may be watched, kind by kind, and the live counts where no `gatehouse live` runs. */
#include "http/request.h"
#include "store/live.h"

/* A kind of topic. To add one: its row in LIVE_KINDS and these functions; a row in routes/live.c; topic_changed() where it
 * changes. */
struct live_kind {
	const char *name; /* in hints, and in "event:7": a word of a-z and _ */
	const char *
		path; /* of its routes, before its number or name: "/api/live/events/"; NULL: nobody asks for it by one */
	const char *told;	    /* the name of a stream's events that bring a snapshot: such a word too */
	const char *missing, *says; /* how one that is not there, or not theirs, is refused: code and sentence */
	/* Its number, of the name that its address has in place of one; 0: there is none. NULL: the address has the number. */
	int64_t (*number)(struct db *db, const char *name);
	/* The topic's columns that say whether this account (0: nobody's) may watch it. NULL: it is not there, or the database failed. */
	const struct row *(*facts)(struct db *db, int64_t account_id, int64_t id);
	/* The same for n who watch, in one query, by sessions_watching(). */
	const struct rows *(*watching)(struct db *db, const struct watch watches[], size_t n, ms_t now);
	/* May this person, or nobody (role NOBODY), watch it? facts is a row of either of these two. */
	bool (*may)(const struct identity *who, int64_t id, const struct row *facts);
	/* What they see, the caller's to put; finished by live_stamp(). NULL: the database failed. Where this itself is NULL there is nothing to
	 * see: only whether they may stay is asked. */
	struct json_object *(*snapshot)(struct db *db, int64_t id, ms_t now);
	/* What those are shown of the same who may not watch this. NULL: nothing. */
	const struct live_kind *lesser;
	/* NULL, or what keeps a snapshot cheap, done every ten seconds while somebody watches. True: there is more to do. */
	bool (*tidy)(struct db *db, int64_t id, ms_t now);
};

/* Ends with a NULL name. */
extern const struct live_kind LIVE_KINDS[];
enum { LIVE_EVENTS, LIVE_ORDERS, LIVE_SESSIONS, LIVE_CAMPUS, LIVE_CAMPUS_COUNTS };

/* Whether the person who asks may watch what the path names (":id"): the .may of these routes. False after a refusal. */
bool live_may(struct request *rq);

/* May this person watch the event? Staff any, an organizer their own, an usher the one they are signed in to.
 * organizer_id 0: there is no such event. */
bool live_may_watch(const struct identity *who, int64_t event_id, int64_t organizer_id);

/* ---- order_live.c: an order, which its buyer may watch ---- */
bool order_may_watch(const struct identity *who, int64_t order_id, const struct row *facts);
/* order_id, status, payment_status, paid_at, tickets, tag, at; the caller's to put. NULL: the database failed. */
struct json_object *order_snapshot(struct db *db, int64_t order_id, ms_t now);
extern const struct field ORDER_LIVE_ANSWER[];
/* An order of an event changed, and so what both have to tell. */
void order_changed(struct request *rq, int64_t event_id, int64_t order_id);

/* ---- campus_live.c: attendance at an event of a campus ---- */
bool attendance_may_watch(const struct identity *who, int64_t event_id, const struct row *facts);
bool attendance_may_count(const struct identity *who, int64_t event_id, const struct row *facts);
struct json_object *attendance_watched(struct db *db, int64_t event_id, ms_t now);
struct json_object *attendance_counted(struct db *db, int64_t event_id, ms_t now);
extern const struct field CAMPUS_LIVE_ANSWER[];
/* How an event stands, into an object: ATTENDANCE_COUNTS. fixed: its roster is. */
void attendance_counts(struct json_object *into, struct db *db, int64_t event_id, bool fixed);
extern const struct field ATTENDANCE_COUNTS[];

/* GET /api/live/…/:id in a worker, which must not wait: answers at once, with retry_after (seconds) in data. */
int live_show(struct request *rq);
extern const struct field LIVE_SHOW[];
/* What it answers; a snapshot by itself, as other answers hold it; and its scans by their verdict. */
extern const struct field LIVE_ANSWER[], LIVE_SNAPSHOT[], SCANS_BY_RESULT[];

#endif
