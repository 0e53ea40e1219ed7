#ifndef APP_CAMPUS_EVENT_H
#define APP_CAMPUS_EVENT_H
/* What the actions about a campus's events have in common. */
#include "http/request.h"
#include "store/campus_event.h"

enum { AUDIENCE_MOST = 200 };
/* What a mark needs where nothing is said of it. */
#define EVENT_STEPS_USUAL "[\"qr\",\"location\",\"front_photo\",\"back_photo\",\"signature\"]"

/* An event as it was asked for, and for whom. */
struct event_asked {
	struct campus_event event;
	struct audience_rule audience[AUDIENCE_MOST];
	size_t n_audience;
};

/* ---- campus_event_read.c ---- */

/* The campus at which the caller may make an event, as tree names it ("campus") or else their own: its row. NULL: none, and errors
 * says so. */
const struct row *event_campus(struct request *rq, struct json_object *tree, struct json_object *errors);
/* Reads an event of that campus from a tree of fields, by their names, as validation leaves them; what is not there has its usual value.
 * What is wrong goes into errors: field → [sentence, …]. False when anything is. Its texts are tree's. */
bool event_read(struct request *rq, struct json_object *tree, const struct row *campus, struct event_asked *out,
		struct json_object *errors);
/* Adds a sentence to such errors. */
void event_fault(struct request *rq, struct json_object *errors, const char *field, const char *sentence);
/* Tells them as the request's own, each behind prefix ("events.3." or ""). */
void event_faults_told(struct request *rq, struct json_object *errors, const char *prefix);

/* ---- campus_event.c ---- */

/* Which events an account sees in a role. */
struct campus_eye campus_eye_in(struct db *db, enum role role, int64_t account_id);
/* Which events the caller sees. */
struct campus_eye campus_eye_of(struct request *rq);
/* The event that the path names, as the caller sees it; NULL after a refusal. */
const struct row *event_or_404(struct request *rq, bool lock);
/* The same, locked, of who may change it. */
const struct row *event_own(struct request *rq);
/* As it is answered: without what is the program's own. */
void event_answer(struct json_object *into, const struct row *row);
/* Those that the eye sees and of which marks are taken now, the earliest first (campus_home.c). */
const struct rows *campus_running(struct request *rq, const struct campus_eye *eye);
/* Those that take place and of which no marks are taken yet, the earliest first, so many at most (campus_home.c). */
const struct rows *campus_upcoming(struct request *rq, const struct campus_eye *eye, int most);
/* Of each event that is answered, by its id: expects_me, and of those that are open now my_status and my_verification, null before a mark
 * (campus_home.c). */
void campus_add_own(struct request *rq, struct json_object *events);
/* Makes it, with its audience and its audit row: its row. NULL: it failed. */
const struct row *event_make(struct request *rq, const struct event_asked *asked);

#endif
