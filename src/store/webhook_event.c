/* What happened is read from the records themselves, after the fact: a scan, a booking or a payment does nothing for it and waits for
 * nobody. Tickets and scans are only ever added, so they are gone through by their ids, twice: ids do not commit in their order, and
 * what was still under way at the first pass is there at the second, LATE_S later. What is moved on in place (a transfer, a refund, a
 * payout) is looked for by when that was, from an hour before the last look, which clocks may differ by, too. A unique key tells what
 * was put down before; a pass and how far it went are one transaction, so a killed one was never made. */
#include "store/webhook.h"
#include <string.h>

enum { AT_ONCE = 2000, LATE_S = 60, BACK_S = 3600 };

/* clang-format off */
#define PUT                                                                                                            \
	"INSERT IGNORE INTO webhook_delivery\n"                                                                        \
	"	(webhook_id, type, noun_id, once, uuid, happened_at, due_at, created_at, updated_at)\n"
#define GIVEN(type) "SELECT w.id, '" type "', x.noun_id, x.noun_id, RANDOM_BYTES(16), x.at, n.at, n.at, n.at\n"
/* Who wants it: column, of what happened since they were there, and of their organizer's alone where they have one. */
#define WHO(column)                                                                                                    \
	"JOIN webhook w ON w." column " AND w.status = 'active' AND w.deleted_at IS NULL AND w.since <= x.at\n"        \
	"	AND (w.organizer_id IS NULL OR w.organizer_id = x.organizer_id)\n"                                     \
	"JOIN (SELECT ? AS at) n\n"
#define NOT_YET(type)                                                                                                  \
	"WHERE NOT EXISTS (SELECT 1 FROM webhook_delivery d\n"                                                         \
	"	WHERE d.webhook_id = w.id AND d.type = '" type "' AND d.once = x.noun_id)\n"                           \
	"LIMIT ?"
#define BY_TIME(type, column, what) PUT GIVEN(type) "FROM (" what ") x\n" WHO(column) NOT_YET(type)
#define REFUNDS(state)                                                                                                 \
	"SELECT r.id AS noun_id, r.updated_at AS at, e.organizer_id FROM payment_refund r\n"                           \
	"	JOIN payment p ON p.id = r.payment_id JOIN orders o ON o.id = p.order_id JOIN event e ON e.id = o.event_id\n" \
	"	WHERE r.state = '" state "' AND r.updated_at >= ?"
/* clang-format on */

static const struct kind {
	const char *type;
	/* By ids: the last of the next, behind an id and up to another; the last of all; what puts those between two ids down. */
	const char *next, *last, *between;
	/* By time: what puts those since a moment down. */
	const char *since;
} KINDS[] = {
	{ "order.paid", "SELECT MAX(i.id) FROM (SELECT id FROM ticket WHERE id > ? AND id <= ? ORDER BY id LIMIT ?) i",
	  "SELECT MAX(id) FROM ticket",
	  PUT GIVEN("order.paid") "FROM (SELECT t.order_id AS noun_id, MIN(t.created_at) AS at, e.organizer_id\n"
				  "	FROM ticket t JOIN event e ON e.id = t.event_id WHERE t.id > ? AND t.id <= ?\n"
				  "	GROUP BY t.order_id, e.organizer_id) x\n" WHO("order_paid"),
	  NULL },
	{ "ticket.scanned",
	  "SELECT MAX(i.id) FROM (SELECT id FROM scan_log WHERE id > ? AND id <= ? ORDER BY id LIMIT ?) i",
	  "SELECT MAX(id) FROM scan_log",
	  PUT GIVEN(
		  "ticket.scanned") "FROM (SELECT l.id AS noun_id, l.at, e.organizer_id\n"
				    "	FROM scan_log l JOIN event e ON e.id = l.event_id WHERE l.id > ? AND l.id <= ?\n"
				    "	AND l.ticket_id IS NOT NULL AND l.kind <> 'record') x\n" WHO("ticket_scanned"),
	  NULL },
	{ "ticket.transferred", NULL, NULL, NULL,
	  BY_TIME("ticket.transferred", "ticket_transferred",
		  "SELECT t.id AS noun_id, t.settled_at AS at, e.organizer_id FROM ticket_transfer t\n"
		  "	JOIN event e ON e.id = t.event_id WHERE t.status = 'claimed' AND t.settled_at >= ?") },
	{ "order.refunded", NULL, NULL, NULL, BY_TIME("order.refunded", "order_refunded", REFUNDS("done")) },
	{ "refund.failed", NULL, NULL, NULL, BY_TIME("refund.failed", "refund_failed", REFUNDS("failed")) },
	{ "payout.paid", NULL, NULL, NULL,
	  BY_TIME("payout.paid", "payout_paid",
		  "SELECT p.id AS noun_id, p.paid_at AS at, p.organizer_id FROM payout p\n"
		  "	WHERE p.status = 'paid' AND p.paid_at >= ?") },
};

enum { N_KINDS = sizeof KINDS / sizeof *KINDS };

struct look {
	struct db *db;
	const struct kind *kind;
	bool wanted, more;
	ms_t now;
};

/* Puts down what lies between, as far as it goes at once. How far that was. */
static int64_t pass(struct look *l, int64_t from, int64_t to)
{
	int64_t end;

	if (!l->wanted || from >= to)
		return from > to ? from : to;
	end = db_int(l->db, l->kind->next, args(from, to, (int)AT_ONCE));
	if (!end)
		return to;
	db_exec(l->db, l->kind->between, args(from, end, arg_time(l->now)));
	l->more |= end < to;
	return end;
}

static bool by_ids(void *with)
{
	struct look *l = with;
	/* the clock of the database, by which a pass is told from the one after it */
	const struct row *c = db_one(l->db,
				     "SELECT seen, again, mark, mark_at <= NOW(3) - INTERVAL ? SECOND AS `ripe:bool`"
				     " FROM webhook_cursor WHERE type = ? FOR UPDATE",
				     args((int)LATE_S, l->kind->type));
	int64_t seen, again, mark;
	bool over;

	if (!c)
		return false;
	l->more = false;
	mark = row_int(c, "mark");
	again = row_bool(c, "ripe") ? pass(l, row_int(c, "again"), mark) : row_int(c, "again");
	seen = pass(l, row_int(c, "seen"), db_int(l->db, l->kind->last, no_args));
	over = row_bool(c, "ripe") && again >= mark;
	return db_exec(l->db,
		       /* the same clock */
		       "UPDATE webhook_cursor SET seen = ?, again = ?, mark = IF(?, ?, mark), mark_at = IF(?, NOW(3), mark_at)"
		       " WHERE type = ?",
		       args(seen, again, over, seen, over, l->kind->type)) >= 0;
}

static bool by_time(void *with)
{
	struct look *l = with;
	int64_t put = 0;
	/* the same clock */
	const struct row *c =
		db_one(l->db, "SELECT mark_at, NOW(3) AS at FROM webhook_cursor WHERE type = ? FOR UPDATE",
		       args(l->kind->type));

	if (!c)
		return false;
	if (l->wanted)
		put = db_exec(l->db, l->kind->since,
			      args(arg_time(row_time(c, "mark_at") - BACK_S * MS_SECOND), arg_time(l->now),
				   (int)AT_ONCE));
	l->more = put == AT_ONCE;
	if (put < 0 || l->more || row_time(c, "at") < row_time(c, "mark_at") + LATE_S * MS_SECOND)
		return put >= 0;
	return db_exec(l->db, "UPDATE webhook_cursor SET mark_at = ? WHERE type = ?",
		       args(arg_time(row_time(c, "at")), l->kind->type)) >= 0;
}

/* Which kinds somebody wants, by their types; and, of the others, which are due to be moved on all the same. */
static const struct rows *kinds_due(struct db *db)
{
	return db_query(
		db,
		"SELECT c.type, COALESCE(MAX(CASE c.type WHEN 'order.paid' THEN w.order_paid"
		" WHEN 'ticket.scanned' THEN w.ticket_scanned WHEN 'ticket.transferred' THEN w.ticket_transferred"
		" WHEN 'order.refunded' THEN w.order_refunded WHEN 'refund.failed' THEN w.refund_failed"
		" WHEN 'payout.paid' THEN w.payout_paid END), 0) AS wanted,"
		/* the same clock */
		" c.mark_at <= NOW(3) - INTERVAL ? SECOND AS `ripe:bool`"
		" FROM webhook_cursor c LEFT JOIN webhook w ON w.status = 'active' AND w.deleted_at IS NULL"
		" GROUP BY c.type, c.mark_at",
		args((int)LATE_S));
}

static const struct kind *kind_named(const char *type)
{
	for (int i = 0; i < N_KINDS; i++)
		if (!strcmp(KINDS[i].type, type))
			return &KINDS[i];
	return NULL;
}

bool webhook_find(struct db *db, ms_t now, bool *more)
{
	const struct rows *due = kinds_due(db);

	*more = false;
	for (size_t i = 0; i < due->n; i++) {
		struct row row = row_at(due, i);
		struct look look = { .db = db,
				     .kind = kind_named(row_text(&row, "type")),
				     .wanted = row_int(&row, "wanted") > 0,
				     .now = now };

		/* What nobody wants is moved on now and then, so that who wants it later is not told all that was. */
		if (!look.kind || !(look.wanted || row_bool(&row, "ripe")))
			continue;
		if (!db_transaction(db, look.kind->since ? by_time : by_ids, NULL, &look))
			return false;
		*more |= look.more;
	}
	return db_error(db) == DB_OK;
}
