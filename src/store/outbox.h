#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H
/* Messages that wait to be sent. A row is added in the transaction of what causes it, so a message
 * leaves exactly when that was committed; it is sent at least once. */
#include "db/db.h"

/* channel: "sms" or "mail"; subject "" for sms. The row's id, 0 on failure. */
int64_t outbox_add(struct db *db, ms_t now, const char *channel, const char *to, const char *subject, const char *body);
/* The same work for a message that nobody may get, because there is nobody: a table of its own that no sender reads, and
 * that is emptied soon. So whether there is somebody does not show in how long the asking takes. */
int64_t outbox_decoy(struct db *db, ms_t now, const char *channel, const char *to, const char *subject,
		     const char *body);

/* Takes at most limit due messages under lease (a UUID's text) until a time, after which they are
 * due again. Columns id, channel, recipient, subject, body, attempts (this one counted),
 * created_at. */
const struct rows *outbox_claim(struct db *db, ms_t now, const char *lease, ms_t until, int limit);
/* These three change nothing when the lease has passed to another meanwhile. False on failure. */
/* n messages, at most DB_SOME, were sent. */
bool outbox_sent(struct db *db, const int64_t ids[], size_t n, const char *lease, ms_t now);
/* Sending failed: again at retry_at, or with 0 never. */
bool outbox_failed(struct db *db, int64_t id, const char *lease, const char *error, ms_t retry_at);
/* Gives back what was claimed and not tried. */
bool outbox_release(struct db *db, const char *lease, ms_t now);

/* The newest messages, of one recipient or, with NULL, of all: id, channel, recipient, subject,
 * body, status, error, created_at, sent_at. */
const struct rows *outbox_latest(struct db *db, const char *to, int limit);
/* For how long, in milliseconds, the message most overdue has waited for a sender; 0 when none is
 * overdue. Messages that wait for their next try do not count: it tells whether `jobs` is alive. */
int64_t outbox_pending_age(struct db *db, ms_t now);

#endif
