/* People are gone through by their ids, in the order of the index of an event's tickets, so a notice to a hundred thousand is as
 * many rows and no long transaction. Of a cancelled event tickets are being refunded meanwhile: who is refunded since it was put
 * down is told too. */
#include "store/notice.h"

const struct row *notice_event(struct db *db, int64_t event_id, int64_t venue_id)
{
	return db_one(
		db,
		"SELECT e.title AS `event.title`, e.starts_at AS `event.starts_at`, e.time_zone AS `event.time_zone`,"
		" v.name AS `event.venue`, v.city AS `event.city`, e.venue_id, e.status, e.ends_at"
		" FROM event e JOIN venue v ON v.id = IF(? = 0, e.venue_id, ?) WHERE e.id = ?",
		args(venue_id, venue_id, event_id));
}

void notice_put(struct db *db, int64_t event_id, const char *kind, const char *data, ms_t now)
{
	db_exec(db, "INSERT INTO event_notice (event_id, kind, data, created_at) VALUES (?, ?, ?, ?)",
		args(event_id, kind, data, arg_time(now)));
}

const struct row *notice_next(struct db *db)
{
	return db_one(
		db,
		"SELECT id, event_id, kind, upto, created_at FROM event_notice WHERE done_at IS NULL ORDER BY id LIMIT 1",
		no_args);
}

#define CONCERNED                                                                                                      \
	" t.event_id = ? AND (t.status = 'valid' OR EXISTS (SELECT 1 FROM payment p WHERE p.order_id = t.order_id"     \
	" AND p.status IN ('refunding', 'refunded') AND p.updated_at >= ?))"

struct passing {
	struct db *db;
	const struct row *notice;
	ms_t now;
	int most;
	int64_t last; /* of those that were queued; 0: nobody is left */
};

/* channel and subscription: what stands there. devices: a join of those on which they want to be told, or nothing. */
#define QUEUE(channel, subscription, devices)                                                                          \
	"INSERT INTO outbox (channel, recipient, subscription_id, subject, body, kind, data, locale, event_id,"        \
	" optional, due_at, created_at, updated_at)"                                                                   \
	" SELECT " channel ", COALESCE(a.email, a.mobile_number), " subscription ", '', '', n.kind,"                   \
	" JSON_SET(n.data, '$.name', a.name), a.locale, n.event_id, 1, ?, ?, ?"                                        \
	" FROM (SELECT DISTINCT t.customer_id FROM ticket t WHERE" CONCERNED                                           \
	"  AND t.customer_id > ? AND t.customer_id <= ?) d"                                                            \
	" JOIN customer c ON c.id = d.customer_id JOIN account a ON a.id = c.account_id"                               \
	" JOIN event_notice n ON n.id = ? " devices                                                                    \
	" WHERE a.status = 'active' AND COALESCE(a.email, a.mobile_number) IS NOT NULL"

static bool queue(const struct passing *p, const char *sql)
{
	const struct row *n = p->notice;

	return db_exec(p->db, sql,
		       args(arg_time(p->now), arg_time(p->now), arg_time(p->now), row_int(n, "event_id"),
			    arg_time(row_time(n, "created_at")), row_int(n, "upto"), p->last, row_int(n, "id"))) >= 0;
}

static bool pass_on(void *with)
{
	struct passing *p = with;
	const struct row *n = p->notice;

	p->last = db_int(
		p->db,
		"SELECT COALESCE(MAX(customer_id), 0) FROM (SELECT DISTINCT t.customer_id FROM ticket t WHERE" CONCERNED
		" AND t.customer_id > ? ORDER BY t.customer_id LIMIT ?) d",
		args(row_int(n, "event_id"), arg_time(row_time(n, "created_at")), row_int(n, "upto"), p->most));
	if (db_exec(p->db,
		    "UPDATE event_notice SET done_at = IF(? = 0, ?, NULL), upto = GREATEST(upto, ?)"
		    " WHERE id = ? AND upto = ? AND done_at IS NULL",
		    args(p->last, arg_time(p->now), p->last, row_int(n, "id"), row_int(n, "upto"))) != 1)
		return false;
	return !p->last || (queue(p, QUEUE("IF(a.email IS NULL, 'sms', 'mail')", "NULL", "")) &&
			    queue(p, QUEUE("'push'", "s.id", "JOIN push_subscription s ON s.account_id = a.id")));
}

bool notice_pass_on(struct db *db, const struct row *notice, int most, ms_t now, bool *done)
{
	struct passing passing = { .db = db, .notice = notice, .now = now, .most = most };

	db_transaction(db, pass_on, NULL, &passing);
	*done = !passing.last;
	return db_error(db) == DB_OK;
}
