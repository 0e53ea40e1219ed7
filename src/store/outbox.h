#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H
/* Messages that wait to be sent. A row is added in the transaction of what causes it, so a message
 * leaves exactly when that was committed; it is sent at least once. In a copy that was restored none is sent. */
#include "db/db.h"

struct message {
	const char *channel; /* "sms" or "mail" */
	const char *to;
	const char *subject; /* "" for sms */
	const char *body;
	ms_t secret_until; /* its text is a secret that is good until then: it is kept no longer than sending it takes, and
				   not sent later. 0: it is none */
	const char *with; /* what goes with it, drawn when it is sent: "order", "ticket" (app/paper.h); NULL: nothing */
	int64_t with_id;  /* which */
	/* One that is written when it is sent, from templates/message/<kind>.cs; then subject and body are "". NULL: as it is. */
	const char *kind;
	const char *data;   /* JSON, what the template is filled with */
	const char *locale; /* NULL: the site's */
	int64_t event_id;   /* whose organizer gets the answers; 0: nobody's */
	bool optional;	    /* it is no receipt: not to who declined mail */
};

/* Adds one. The row's id, 0 on failure. */
int64_t outbox_put(struct db *db, ms_t now, const struct message *message);
/* One with a kind to a person, by channel (NULL: not so) and as a push, whose to is what they are reached by otherwise, to each device of
 * whoever has that address or number, each of which may be NULL. All in one statement, for most have no device. with goes with the first alone. */
void outbox_put_each(struct db *db, ms_t now, const struct message *message, const char *email,
		     const char *mobile_number);
/* The same for one whose text is no secret. */
int64_t outbox_add(struct db *db, ms_t now, const char *channel, const char *to, const char *subject, const char *body);
/* The same work as outbox_put()'s for a message that nobody may get, because there is nobody: a table of its own that no sender
 * reads, and that is emptied soon. So whether there is somebody does not show in how long the asking takes. */
int64_t outbox_decoy(struct db *db, ms_t now, const struct message *message);

/* Takes at most limit due messages under lease (a UUID's text) until a time, after which they are
 * due again. Columns id, channel, recipient, subject, body, secret_until, traceparent, attached_noun, attached_id, attempts (this one counted),
 * created_at, kind, data, locale, optional:bool, event_id, organizer.name and organizer.email (of its event; NULL: none), and of the device
 * that a push is for device.id, device.endpoint, device.point, device.auth (bytes); NULL: it is gone. */
const struct rows *outbox_claim(struct db *db, ms_t now, const char *lease, ms_t until, int limit);
/* These change nothing when the lease has passed to another meanwhile. False on failure. */
/* n messages, at most DB_SOME, were sent. A secret's text goes, unless keep. */
bool outbox_sent(struct db *db, const int64_t ids[], size_t n, const char *lease, bool keep, ms_t now);
/* What one with a kind came to, for those who look after it: its subject, and with keep its text. */
bool outbox_written(struct db *db, int64_t id, const char *lease, const char *subject, const char *text, bool keep);
/* Sending failed: again at retry_at, or with 0 never, and then a secret's text goes. */
bool outbox_failed(struct db *db, int64_t id, const char *lease, const char *error, ms_t retry_at, ms_t now);
/* There is nobody any more who could get it. */
bool outbox_drop(struct db *db, int64_t id, const char *lease);
/* Gives back what was claimed and not tried. */
bool outbox_release(struct db *db, const char *lease, ms_t now);

/* One that is to be sent once more begins anew, with all its tries before it; whoever asks for it makes it queued. */
void outbox_again(struct db *db, int64_t id);
/* All that wait are failed, and why. How many, -1 on failure. */
int64_t outbox_give_up_waiting(struct db *db, const char *why, ms_t now);

/* The newest messages that are written, of one recipient or, with NULL, of all: id, channel, recipient, subject,
 * body, status, error, attached_noun, attached_id, created_at, sent_at. */
const struct rows *outbox_latest(struct db *db, const char *to, int limit);
/* One of them; NULL: there is none. */
const struct row *outbox_one(struct db *db, int64_t id);
/* For how long, in milliseconds, the message most overdue has waited for a sender; 0 when none is
 * overdue. Messages that wait for their next try do not count: it tells whether `jobs` is alive. */
int64_t outbox_pending_age(struct db *db, ms_t now);

#endif
