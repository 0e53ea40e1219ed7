/* People are gone through by their ids, as those are whom store/notice.c tells: how far it came and the copies that were made are
 * one transaction, and the outbox has one copy a recipient by its key. */
#include "store/guest_message.h"

/* Tickets by which somebody gets the message g: none where the event is another organizer's by now. */
#define TICKETS                                                                                                        \
	" FROM guest_message g JOIN event w ON w.id = g.event_id AND w.organizer_id = g.organizer_id"                  \
	" JOIN ticket t ON t.event_id = g.event_id AND t.status = 'valid'"                                             \
	" AND (g.started_at IS NULL OR t.created_at <= g.started_at)"                                                  \
	" AND (g.category_ids IS NULL OR JSON_LENGTH(g.category_ids) = 0"                                              \
	"  OR JSON_CONTAINS(g.category_ids, CAST(t.category_id AS CHAR)))"                                             \
	" AND (g.audience = 'everybody' OR (g.audience = 'came') = (t.entries > 0))"
#define PEOPLE                                                                                                         \
	" JOIN customer c ON c.id = d.customer_id JOIN account a ON a.id = c.account_id AND a.status = 'active'"       \
	" AND COALESCE(a.email, a.mobile_number) IS NOT NULL"                                                          \
	" AND NOT EXISTS (SELECT 1 FROM mail_choice x WHERE x.recipient = a.email AND x.declined_at IS NOT NULL)"

const struct rows *guest_message_categories(struct db *db, int64_t event_id)
{
	return db_query(
		db,
		"SELECT id AS value, name AS label FROM ticket_category WHERE event_id = ? AND deleted_at IS NULL"
		" ORDER BY position, id LIMIT 100",
		args(event_id));
}

int64_t guest_message_foreign(struct db *db, int64_t event_id, const char *category_ids)
{
	return db_int(db,
		      "SELECT COUNT(*) FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) j"
		      " LEFT JOIN ticket_category c ON c.id = j.id AND c.event_id = ? WHERE c.id IS NULL",
		      args(category_ids, event_id));
}

int64_t guest_message_reach(struct db *db, int64_t id)
{
	return db_int(db,
		      "SELECT COUNT(DISTINCT COALESCE(a.email, a.mobile_number))"
		      " FROM (SELECT DISTINCT t.customer_id" TICKETS " WHERE g.id = ?) d" PEOPLE,
		      args(id));
}

int64_t guest_message_sent_since(struct db *db, int64_t event_id, ms_t since)
{
	db_one(db, "SELECT id FROM event WHERE id = ? FOR UPDATE", args(event_id));
	return db_int(db, "SELECT COUNT(*) FROM guest_message WHERE event_id = ? AND started_at > ?",
		      args(event_id, arg_time(since)));
}

void guest_message_begin(struct db *db, int64_t id, int64_t recipients)
{
	db_exec(db, "UPDATE guest_message SET recipients = ? WHERE id = ? AND status = 'draft'", args(recipients, id));
}

void guest_message_give_up(struct db *db, int64_t id, ms_t now)
{
	db_exec(db,
		"UPDATE outbox SET status = 'failed', error = 'It was stopped.', due_at = ?, updated_at = ?"
		" WHERE guest_message_id = ? AND status = 'queued' AND lease IS NULL",
		args(arg_time(now), arg_time(now), id));
}

const struct row *guest_message_progress(struct db *db, int64_t id)
{
	return db_one(db,
		      "SELECT CAST(COALESCE(SUM(status = 'queued'), 0) AS SIGNED) AS waiting,"
		      " CAST(COALESCE(SUM(status = 'sent'), 0) AS SIGNED) AS sent,"
		      " CAST(COALESCE(SUM(status = 'failed'), 0) AS SIGNED) AS failed"
		      " FROM outbox WHERE guest_message_id = ?",
		      args(id));
}

const struct row *guest_message_next(struct db *db, int64_t above)
{
	return db_one(db, "SELECT id, upto FROM guest_message WHERE status = 'sending' AND id > ? ORDER BY id LIMIT 1",
		      args(above));
}

struct passing {
	struct db *db;
	int64_t id, upto, last; /* last: of those that are handed over; 0: nobody is left */
	ms_t now;
	int most;
};

/* Copies for those between the two; how many were made, -1 on failure. */
static int64_t queue(const struct passing *p)
{
	return db_exec(
		p->db,
		"INSERT IGNORE INTO outbox (channel, recipient, subject, body, kind, data, locale, event_id, optional, due_at,"
		" created_at, updated_at, guest_message_id)"
		" SELECT IF(a.email IS NULL, 'sms', 'mail'), COALESCE(a.email, a.mobile_number), '', '', 'guest-message',"
		" JSON_OBJECT('name', a.name, 'subject', n.subject, 'body', n.body, 'event', JSON_OBJECT('title', e.title)),"
		" a.locale, n.event_id, 1, ?, ?, ?, n.id"
		" FROM (SELECT DISTINCT t.customer_id" TICKETS
		"  WHERE g.id = ? AND t.customer_id > ? AND t.customer_id <= ?) d" PEOPLE
		" JOIN guest_message n ON n.id = ? JOIN event e ON e.id = n.event_id",
		args(arg_time(p->now), arg_time(p->now), arg_time(p->now), p->id, p->upto, p->last, p->id));
}

/* As long as copies wait it can be stopped. */
static bool end(const struct passing *p)
{
	return db_exec(p->db,
		       "UPDATE guest_message g SET g.ended_at = ?, g.status = 'sent',"
		       " g.updated_at = GREATEST(?, g.updated_at + INTERVAL 1000 MICROSECOND)"
		       " WHERE g.id = ? AND g.upto = ? AND g.status = 'sending' AND NOT EXISTS"
		       " (SELECT 1 FROM outbox o WHERE o.guest_message_id = g.id AND o.status = 'queued')",
		       args(arg_time(p->now), arg_time(p->now), p->id, p->upto)) >= 0;
}

static bool pass_on(void *with)
{
	struct passing *p = with;
	int64_t made;

	p->last = db_int(p->db,
			 "SELECT COALESCE(MAX(customer_id), 0) FROM (SELECT DISTINCT t.customer_id" TICKETS
			 " WHERE g.id = ? AND t.customer_id > ? ORDER BY t.customer_id LIMIT ?) d",
			 args(p->id, p->upto, p->most));
	if (!p->last)
		return end(p);
	if (db_exec(p->db,
		    "UPDATE guest_message SET upto = ?, updated_at = GREATEST(?, updated_at + INTERVAL 1000 MICROSECOND)"
		    " WHERE id = ? AND upto = ? AND status = 'sending'",
		    args(p->last, arg_time(p->now), p->id, p->upto)) != 1)
		return false;
	made = queue(p);
	return made >= 0 && (!made || db_exec(p->db, "UPDATE guest_message SET queued = queued + ? WHERE id = ?",
					      args(made, p->id)) == 1);
}

bool guest_message_pass_on(struct db *db, const struct row *message, int most, ms_t now, bool *over)
{
	struct passing passing = {
		.db = db, .id = row_int(message, "id"), .upto = row_int(message, "upto"), .now = now, .most = most
	};

	db_transaction(db, pass_on, NULL, &passing);
	*over = !passing.last;
	return db_error(db) == DB_OK;
}
