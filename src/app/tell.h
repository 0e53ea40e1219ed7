#ifndef APP_TELL_H
#define APP_TELL_H
/* Telling people what happened to what is theirs. One call in the transaction that makes it happen; the words are the template
 * templates/message/<kind>.cs and its texts in lang/<locale>/message.hdf, which jobs fills when it sends. So a new message
 * costs its file, its texts and one call:
 *
 *     struct json_object *data = json_object_new_object();
 *
 *     tell_event(data, "event", ticket);
 *     tell(db, now, &(struct telling){ .kind = "ticket-received", .to = receiver, .event_id = id, .optional = true, .data = data });
 */
#include "base/clock.h"
#include "base/row.h"
#include <json-c/json.h>
#include <stdbool.h>

struct db;
struct request;

struct telling {
	const char *kind;
	const struct row *to; /* name, email, mobile_number, locale, each of which may be NULL */
	int64_t event_id;     /* answers to the mail go to its organizer; 0: to the sender */
	bool optional;	      /* it is no receipt: whoever declined such mails does not get it */
	bool devices_alone;   /* only who chose to be told on a device gets it, there */
	const char *
		with; /* what a mail has with it, drawn when it is sent: "order", its tickets and their event; NULL: nothing */
	int64_t with_id;
	struct json_object *data; /* owned from here; name is put in */
};

/* By mail, where they have an address, else by SMS, and on each device on which they want to be told, in their language. Inside the transaction of what happened. */
void tell(struct db *db, ms_t now, const struct telling *telling);
/* The same to a number that nobody here has: data has no name. */
void tell_number(struct db *db, ms_t now, const char *mobile_number, const char *locale, const struct telling *telling);
/* Counts one more of what sends somebody a message that they did not ask for (what: as in store/guess.h). False, with rq->retry_after set,
 * when there were more than most within the span: the caller refuses. */
bool within_limit(struct request *rq, const char *what, int64_t most, ms_t span);
/* into.<key> of a row that has event.title, event.starts_at and event.time_zone, and event.venue and event.city or NULL. */
void tell_event(struct json_object *into, const char *key, const struct row *row);

#endif
