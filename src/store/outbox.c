/* A sender claims messages by writing its lease into them, then sends without a transaction, then
 * marks them. One that dies in between leaves messages that fall due again when the lease ends:
 * late or twice, but never lost. */
#include "store/outbox.h"
#include "base/trace.h"
#include "store/copy.h"

#define MESSAGE                                                                                                        \
	" (channel, recipient, subject, body, secret_until, kind, data, locale, event_id, optional, traceparent,"      \
	" attached_noun, attached_id, due_at, created_at, updated_at)"                                                 \
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

static struct arg traced(char parent[TRACEPARENT_SIZE])
{
	const struct trace *trace = trace_current();

	return trace ? arg_text(trace_parent(trace, parent)) : arg_null();
}

static int64_t put(struct db *db, const char *sql, ms_t now, const struct message *m)
{
	char parent[TRACEPARENT_SIZE];

	return db_insert(db, sql,
			 args(m->channel, m->to, m->subject ? m->subject : "", m->body ? m->body : "",
			      arg_time_or_null(m->secret_until), m->kind, m->data, m->locale,
			      arg_id_or_null(m->event_id), m->optional, traced(parent), m->with,
			      arg_id_or_null(m->with_id), arg_time(now), arg_time(now), arg_time(now)));
}

int64_t outbox_put(struct db *db, ms_t now, const struct message *message)
{
	return put(db, "INSERT INTO outbox" MESSAGE, now, message);
}

/* By a look at each unique key, whatever the server thinks of an OR between them. */
#define WHO_IS(column) "SELECT id FROM account WHERE " column " = ? AND status = 'active'"

void outbox_put_each(struct db *db, ms_t now, const struct message *m, const char *email, const char *mobile_number)
{
	char parent[TRACEPARENT_SIZE];

	db_exec(db,
		"INSERT INTO outbox (channel, subscription_id, attached_noun, attached_id, recipient, subject, body, kind, data,"
		" locale, event_id, optional, traceparent, due_at, created_at, updated_at)"
		" SELECT way.*, ?, '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?"
		" FROM (SELECT ? AS channel, NULL AS subscription_id, ? AS noun, ? AS noun_id WHERE ?"
		"  UNION ALL SELECT 'push', s.id, NULL, NULL"
		"  FROM (" WHO_IS("email") " UNION " WHO_IS(
			"mobile_number") ") a"
					 "  STRAIGHT_JOIN push_subscription s ON s.account_id = a.id) way",
		args(m->to, m->kind, m->data, m->locale, arg_id_or_null(m->event_id), m->optional, traced(parent),
		     arg_time(now), arg_time(now), arg_time(now), m->channel, m->with, arg_id_or_null(m->with_id),
		     m->channel != NULL, email, mobile_number));
}

int64_t outbox_decoy(struct db *db, ms_t now, const struct message *message)
{
	return put(db, "INSERT INTO outbox_decoy" MESSAGE, now, message);
}

int64_t outbox_add(struct db *db, ms_t now, const char *channel, const char *to, const char *subject, const char *body)
{
	return outbox_put(db, now, &(struct message){ .channel = channel, .to = to, .subject = subject, .body = body });
}

/* A copy of a message to guests that was stopped while this copy was on its way, and did not arrive. */
#define STOPPED "EXISTS (SELECT 1 FROM guest_message g WHERE g.id = guest_message_id AND g.status = 'stopped')"

struct claim {
	struct db *db;
	ms_t now, until;
	const char *lease;
	int limit;
};

static bool claim_work(void *with)
{
	const struct claim *c = with;

	return db_exec(c->db,
		       "UPDATE outbox\n"
		       "SET status = IF(" STOPPED ", 'failed', 'queued'),\n"
		       "	error = IF(status = 'failed', 'It was stopped.', error),\n"
		       "	lease = IF(status = 'failed', NULL, ?), due_at = ?, attempts = attempts + 1\n"
		       "WHERE status = 'queued' AND due_at <= ? AND " NOT_A_COPY "\n"
		       "ORDER BY channel = 'push', due_at\n" /* codes do not wait for devices */
		       "LIMIT ?",
		       args(c->lease, arg_time(c->until), arg_time(c->now), c->limit)) >= 0;
}

const struct rows *outbox_claim(struct db *db, ms_t now, const char *lease, ms_t until, int limit)
{
	struct claim claim = { db, now, until, lease, limit };

	db_transaction(db, claim_work, NULL, &claim);
	return db_query(
		db,
		"SELECT m.id, m.channel, m.recipient, m.subject, m.body, m.secret_until, m.traceparent, m.attempts,\n"
		"	m.created_at, m.attached_noun, m.attached_id, m.kind, m.data, m.locale, m.optional AS `optional:bool`,\n"
		"	o.company AS `organizer.name`, a.email AS `organizer.email`, m.event_id, s.id AS `device.id`,\n"
		"	s.endpoint AS `device.endpoint`, s.point AS `device.point:hex`, s.auth AS `device.auth:hex`\n"
		"FROM outbox m\n"
		"LEFT JOIN push_subscription s ON s.id = m.subscription_id\n"
		"LEFT JOIN event e ON e.id = m.event_id\n"
		"LEFT JOIN organizer o ON o.id = e.organizer_id\n"
		"LEFT JOIN account a ON a.id = o.account_id\n"
		"WHERE m.status = 'queued' AND m.due_at = ? AND m.lease = ?\n"
		"ORDER BY m.channel = 'push', m.id",
		args(arg_time(until), lease));
}

bool outbox_sent(struct db *db, const int64_t ids[], size_t n, const char *lease, bool keep, ms_t now)
{
	struct arg values[5 + DB_SOME] = { arg_int(keep), arg_time(now), arg_time(now), arg_time(now),
					   arg_text(lease) };

	db_some_ids(values + 5, ids, n);
	return db_exec(db,
		       "UPDATE outbox\n"
		       "SET status = 'sent', lease = NULL, error = NULL, body = IF(? OR secret_until IS NULL, body, ''),\n"
		       "	sent_at = ?, due_at = ?, updated_at = ?\n"
		       "WHERE lease = ? AND id IN " DB_IN_SOME,
		       (struct args){ 5 + DB_SOME, values }) >= 0;
}

bool outbox_written(struct db *db, int64_t id, const char *lease, const char *subject, const char *text, bool keep)
{
	return db_exec(db, "UPDATE outbox SET subject = LEFT(?, 200), body = IF(?, ?, '') WHERE id = ? AND lease = ?",
		       args(subject, keep, text, id, lease)) >= 0;
}

bool outbox_failed(struct db *db, int64_t id, const char *lease, const char *error, ms_t retry_at, ms_t now)
{
	struct arg again = arg_time_or_null(retry_at);

	return db_exec(db,
		       "UPDATE outbox\n"
		       "SET status = IF(? IS NULL, 'failed', 'queued'), lease = NULL, error = LEFT(?, 300),\n"
		       "	body = IF(? IS NULL AND secret_until IS NOT NULL, '', body),\n"
		       "	due_at = COALESCE(?, due_at), updated_at = ?\n"
		       "WHERE id = ? AND lease = ?",
		       args(again, error, again, again, arg_time(now), id, lease)) >= 0;
}

bool outbox_drop(struct db *db, int64_t id, const char *lease)
{
	return db_exec(db, "DELETE FROM outbox WHERE id = ? AND lease = ?", args(id, lease)) >= 0;
}

void outbox_again(struct db *db, int64_t id)
{
	db_exec(db, "UPDATE outbox SET attempts = 0, error = NULL, sent_at = NULL WHERE id = ?", args(id));
}

int64_t outbox_give_up_waiting(struct db *db, const char *why, ms_t now)
{
	return db_exec(db,
		       "UPDATE outbox\n"
		       "SET status = 'failed', lease = NULL, error = ?, body = IF(secret_until IS NULL, body, ''),\n"
		       "	due_at = ?, updated_at = ?\n"
		       "WHERE status = 'queued'",
		       args(why, arg_time(now), arg_time(now)));
}

bool outbox_release(struct db *db, const char *lease, ms_t now)
{
	return db_exec(db,
		       "UPDATE outbox\n"
		       "SET lease = NULL, attempts = attempts - 1, due_at = ?\n"
		       "WHERE status = 'queued' AND lease = ?",
		       args(arg_time(now), lease)) >= 0;
}

#define OUTBOX_COLUMNS                                                                                                 \
	"id, channel, recipient, subject, body, status, error, attached_noun, attached_id, created_at, sent_at"
/* Its text is there, if it is not a secret that is gone. */
#define WRITTEN "(kind IS NULL OR body <> '')"

const struct rows *outbox_latest(struct db *db, const char *to, int limit)
{
	if (!to)
		return db_query(db, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE " WRITTEN " ORDER BY id DESC LIMIT ?",
				args(limit));
	return db_query(db,
			"SELECT " OUTBOX_COLUMNS "\n"
			"FROM outbox\n"
			"WHERE recipient = ? AND " WRITTEN "\n"
			"ORDER BY id DESC\n"
			"LIMIT ?",
			args(to, limit));
}

const struct row *outbox_one(struct db *db, int64_t id)
{
	return db_one(db, "SELECT " OUTBOX_COLUMNS " FROM outbox WHERE id = ?", args(id));
}

int64_t outbox_pending_age(struct db *db, ms_t now)
{
	const struct row *row = db_one(db, "SELECT MIN(due_at) AS due_at FROM outbox WHERE status = 'queued'", no_args);
	ms_t due = row ? row_time(row, "due_at") : 0;

	return due && due < now ? now - due : 0;
}
