/* Which entries met is a pure matter of the moves (rules/replay.c), so whoever settles last settles the same. */
#include "store/conflict.h"
#include <stdlib.h>

/* ---- holding them against the moves ---- */

struct settling {
	struct db *db;
	int64_t event_id;
	ms_t now;
	const struct rows *kept; /* id, ticket_id, winner_id, loser_id, stands */
	bool *stays;		 /* of each of these */
	bool changed;
};

static bool run(struct settling *s, const char *sql, struct args values)
{
	int64_t n = db_exec(s->db, sql, values);

	s->changed = s->changed || n > 0;
	return n >= 0;
}

static bool found(struct settling *s, int64_t ticket_id, int64_t winner_id, int64_t loser_id)
{
	for (size_t i = 0; i < s->kept->n; i++) {
		struct row row = row_at(s->kept, i);

		if (row_int(&row, "winner_id") != winner_id || row_int(&row, "loser_id") != loser_id)
			continue;
		s->stays[i] = true;
		return row_bool(&row, "stands") ||
		       run(s,
			   "UPDATE scan_conflict SET status = 'open', withdrawn_at = NULL, seen_at = NULL, seen_by = NULL WHERE id = ?",
			   args(row_int(&row, "id")));
	}
	return run(s,
		   "INSERT INTO scan_conflict (event_id, kind, ticket_id, winner_id, loser_id, found_at)"
		   " VALUES (?, 'twice', ?, ?, ?, ?)",
		   args(s->event_id, ticket_id, winner_id, loser_id, arg_time(s->now)));
}

static bool find(struct settling *s, const struct ticket_moves *moves)
{
	int *met = talloc_array(db_results(s->db), int, (unsigned)moves->n + 1);

	if (!met)
		abort();
	replay(moves->scans, moves->n, met);
	for (size_t i = 0; i < moves->n; i++)
		if (met[i] != REPLAY_NONE && !found(s, moves->ticket_id, moves->scans[met[i]].id, moves->scans[i].id))
			return false;
	return true;
}

static bool withdraw(struct settling *s)
{
	for (size_t i = 0; i < s->kept->n; i++) {
		struct row row = row_at(s->kept, i);

		if (!s->stays[i] && row_bool(&row, "stands") &&
		    !run(s, "UPDATE scan_conflict SET status = 'withdrawn', withdrawn_at = ? WHERE id = ?",
			 args(arg_time(s->now), row_int(&row, "id"))))
			return false;
	}
	return true;
}

/* What was refused and taken back is nothing to look at any more. */
#define REFUSED_STAYS "kind = 'refused' AND NOT EXISTS (SELECT 1 FROM scan_log back WHERE back.undoes = c.loser_id)"

static const struct rows *kept_of(struct settling *s, const struct ticket_moves tickets[], size_t n)
{
	int64_t ids[DB_SOME];
	struct arg values[DB_SOME];

	for (size_t i = 0; i < n; i++)
		ids[i] = tickets[i].ticket_id;
	return db_query(s->db,
			"SELECT id, ticket_id, winner_id, loser_id, withdrawn_at IS NULL AS `stands:bool`,"
			" (" REFUSED_STAYS ") AS `stays:bool`"
			" FROM scan_conflict c WHERE ticket_id IN " DB_IN_SOME " ORDER BY id LIMIT 10000",
			db_some_ids(values, ids, n));
}

bool conflicts_settle(struct db *db, int64_t event_id, const struct ticket_moves tickets[], size_t n, ms_t now,
		      bool *changed)
{
	struct settling s = { .db = db, .event_id = event_id, .now = now };

	s.kept = kept_of(&s, tickets, n);
	s.stays = talloc_zero_array(db_results(db), bool, (unsigned)s.kept->n + 1);
	if (!s.stays)
		abort();
	for (size_t i = 0; i < s.kept->n; i++) {
		struct row row = row_at(s.kept, i);

		s.stays[i] = row_bool(&row, "stays");
	}
	for (size_t i = 0; i < n; i++)
		if (!find(&s, &tickets[i]))
			return false;
	if (!withdraw(&s) || db_error(db) != DB_OK)
		return false;
	if (changed)
		*changed = *changed || s.changed;
	return true;
}

bool conflicts_review(struct db *db, int64_t ticket_id, ms_t now)
{
	struct ticket_moves moves = { .ticket_id = ticket_id };
	struct gate_days days;

	return gate_days(db, db_int(db, "SELECT event_id FROM ticket WHERE id = ?", args(ticket_id)), &days) &&
	       moves_load(db, &days, &moves, 1) && conflicts_settle(db, days.event_id, &moves, 1, now, NULL);
}

/* Of the ticket that was logged: of a card the device may have meant another one. */
bool conflict_refused(struct db *db, int64_t event_id, int64_t log_id, ms_t now)
{
	return db_exec(db,
		       "INSERT INTO scan_conflict (event_id, kind, ticket_id, loser_id, found_at)"
		       " SELECT ?, 'refused', l.ticket_id, l.id, ? FROM scan_log l WHERE l.id = ?"
		       " AND NOT EXISTS (SELECT 1 FROM scan_conflict o WHERE o.loser_id = ? AND o.kind = 'refused')",
		       args(event_id, arg_time(now), log_id, log_id)) >= 0;
}

/* ---- those that nobody found ---- */

/* A day's change is asked of the database's own zones; where it has none, nothing is said of events whose days begin afresh. */
#define DAY_OF(at) "DATE(CONVERT_TZ(" at ", '+00:00', e.time_zone) - INTERVAL e.day_change MINUTE)"
#define DAY DAY_OF("s.made")
#define DAY_BEFORE DAY_OF("s.before_made")
#define UNTOLD                                                                                                         \
	" FROM (SELECT l.id, l.ticket_id, l.event_id, l.direction, " L_MADE " AS made,"                                \
	"  LAG(l.direction) OVER w AS before_direction, LAG(l.id) OVER w AS before_id, LAG(" L_MADE                    \
	") OVER w AS before_made"                                                                                      \
	"  FROM scan_log l LEFT JOIN scan_log back ON back.undoes = l.id"                                              \
	"  WHERE l.ticket_id IS NOT NULL AND l.result = 'valid' AND l.kind IN ('scan', 'hand', 'leave')"               \
	"  AND back.id IS NULL WINDOW w AS (PARTITION BY l.ticket_id ORDER BY " L_MADE ", l.scan_id)) s"               \
	" JOIN event e ON e.id = s.event_id"                                                                           \
	" WHERE s.direction = 'in' AND s.before_direction = 'in'"                                                      \
	" AND NOT (e.daily AND (" DAY " IS NULL OR NOT " DAY " <=> " DAY_BEFORE "))"                                   \
	" AND NOT EXISTS (SELECT 1 FROM scan_conflict c WHERE c.loser_id = s.id AND c.kind = 'twice'"                  \
	"  AND c.status <> 'withdrawn')"

const char CONFLICTS_UNTOLD[] =
	"SELECT CONCAT('ticket ', s.ticket_id, ': scan ', s.id, ' let in who was let in by ', s.before_id) AS what" UNTOLD
	" LIMIT 5";

const struct rows *conflicts_untold(struct db *db)
{
	return db_query(db, "SELECT DISTINCT s.ticket_id" UNTOLD " LIMIT 1000", no_args);
}

static int64_t count_met(struct db *db, int64_t ticket_id)
{
	struct ticket_moves moves = { .ticket_id = ticket_id };
	struct gate_days days;
	int64_t n = 0;
	int *met;

	if (!gate_days(db, db_int(db, "SELECT event_id FROM ticket WHERE id = ?", args(ticket_id)), &days) ||
	    !moves_load(db, &days, &moves, 1))
		return 0;
	met = talloc_array(db_results(db), int, (unsigned)moves.n + 1);
	if (!met)
		abort();
	replay(moves.scans, moves.n, met);
	for (size_t i = 0; i < moves.n; i++)
		n += met[i] != REPLAY_NONE;
	return n;
}

const struct row *conflicts_look(struct db *db, int64_t ticket_id)
{
	return db_one(db,
		      "SELECT COUNT(*) AS conflicts, CAST(? AS SIGNED) AS conflicts_found FROM scan_conflict"
		      " WHERE ticket_id = ? AND kind = 'twice' AND status <> 'withdrawn'",
		      args(count_met(db, ticket_id), ticket_id));
}

/* ---- reading ---- */

/* One of the two scans, of scan_log w or l, as name.id, name.at, name.gate, name.usher. */
#define SCAN_OF(name, s, made)                                                                                         \
	s ".id AS `" name ".id`, " made " AS `" name ".at`, " s ".gate AS `" name ".gate`, " s "a.name AS `" name      \
	  ".usher`"
#define SCAN_JOIN(s)                                                                                                   \
	" LEFT JOIN usher " s "u ON " s "u.id = " s ".usher_id LEFT JOIN account " s "a ON " s "a.id = " s             \
	"u.account_id"
#define WINNER SCAN_OF("winner", "w", SCAN_MADE("w."))
#define LOSER SCAN_OF("loser", "l", L_MADE)
#define USHERS SCAN_JOIN("l") SCAN_JOIN("w")

int64_t conflicts_open(struct db *db, int64_t event_id)
{
	return db_int(db, "SELECT COUNT(*) FROM scan_conflict WHERE event_id = ? AND status = 'open'", args(event_id));
}

const struct rows *conflicts_newest(struct db *db, int64_t event_id, int64_t limit)
{
	return db_query(
		db,
		"SELECT c.id, c.kind, c.ticket_id, l.attendee_name, k.name AS category, l.reason, c.found_at AS at,"
		" " WINNER ", " LOSER " FROM scan_conflict c JOIN scan_log l ON l.id = c.loser_id"
		" LEFT JOIN scan_log w ON w.id = c.winner_id"
		" LEFT JOIN ticket_category k ON k.id = l.category_id" USHERS
		" WHERE c.event_id = ? AND c.status = 'open' ORDER BY c.id DESC LIMIT ?",
		args(event_id, limit));
}

/* ---- telling ---- */

const struct rows *conflicts_to_tell(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT DISTINCT c.event_id FROM scan_conflict c WHERE c.told_at IS NULL AND NOT EXISTS"
			" (SELECT 1 FROM scan_conflict o WHERE o.event_id = c.event_id AND o.told_at > ?) LIMIT 100",
			args(arg_time(now - MS_MINUTE)));
}

/* One that a later scan has explained by now is nothing to tell. */
int64_t conflicts_told(struct db *db, int64_t event_id, ms_t now)
{
	int64_t open = db_exec(
		db, "UPDATE scan_conflict SET told_at = ? WHERE event_id = ? AND told_at IS NULL AND status = 'open'",
		args(arg_time(now), event_id));

	db_exec(db, "UPDATE scan_conflict SET told_at = found_at WHERE event_id = ? AND told_at IS NULL",
		args(event_id));
	return open;
}

const struct rows *conflict_readers(struct db *db, int64_t event_id)
{
	return db_query(
		db,
		"SELECT a.name, a.email, a.mobile_number, a.locale, e.title AS `event.title`,"
		" e.starts_at AS `event.starts_at`, e.time_zone AS `event.time_zone`, v.name AS `event.venue`,"
		" v.city AS `event.city` FROM event e JOIN venue v ON v.id = e.venue_id"
		" JOIN organizer o ON o.id = e.organizer_id JOIN account a ON a.status = 'active' AND (a.id = o.account_id"
		"  OR a.id IN (SELECT w.account_id FROM co_worker w WHERE w.organizer_id = o.id AND w.may_gate))"
		" WHERE e.id = ? ORDER BY a.id",
		args(event_id));
}

void conflict_seen_by(struct db *db, int64_t id, int64_t account_id)
{
	db_exec(db, "UPDATE scan_conflict SET seen_by = ? WHERE id = ? AND status = 'open'", args(account_id, id));
}
