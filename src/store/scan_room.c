/* Two gates that let in the last one at once would not see each other's: whoever lets somebody in waits for the event's row, and
 * counts with their own. The row is locked before the log is written and tickets are, and the counter last, so nobody waits in a
 * circle.
 *
 * To count a hundred thousand tickets takes a tenth of a second. So a count is kept for a minute, and whoever moves a ticket changes
 * it: one statement takes a place, one leaves it, and one makes it old, for the next to count anew. All of them lock its row, and make
 * it where there is none (so it has no foreign key, which would lock the event's); and whoever counts locks it first. So a move that
 * has not ended either did that already, and is waited for, or will do it to the new count. */
#include "store/scan_room.h"

/* In the order of the columns: a row that says nothing, being too old. */
#define OLD_ROW "(event_id, day_began, inside, counted_at) VALUES (?, '1970-01-01', 0, '1970-01-01')"

static int64_t count(struct db *db, const struct room_day *day)
{
	return db_int(db, "SELECT COUNT(*) FROM ticket WHERE event_id = ? AND presence = 'inside' AND last_in_at >= ?",
		      args(day->event_id, arg_time(day->began)));
}

#ifdef NO_GUARD

int64_t scan_inside(struct db *db, const struct room_day *day)
{
	return count(db, day);
}

int64_t scan_room_lock(struct db *db, int64_t event_id)
{
	(void)db;
	(void)event_id;
	return 0;
}

bool scan_room_take(struct db *db, const struct room_day *day, int64_t room, bool insists)
{
	(void)db;
	(void)day;
	(void)room;
	(void)insists;
	return true;
}

#else

#define KEPT " event_id = ? AND day_began = ? AND counted_at > ?"
enum { GOOD_FOR = MS_MINUTE };

/* NULL where it is too old, or of another day. */
static const struct row *kept(struct db *db, const struct room_day *day)
{
	return db_one(db, "SELECT inside FROM event_inside WHERE" KEPT,
		      args(day->event_id, arg_time(day->began), arg_time(day->now - GOOD_FOR)));
}

/* Until the transaction ends nobody else who moved a ticket gets to it. */
static bool lock_kept(struct db *db, int64_t event_id)
{
	return db_exec(db, "INSERT INTO event_inside " OLD_ROW " ON DUPLICATE KEY UPDATE inside = inside",
		       args(event_id)) >= 0;
}

static bool keep(struct db *db, const struct room_day *day, int64_t inside)
{
	return db_exec(db, "UPDATE event_inside SET day_began = ?, inside = ?, counted_at = ? WHERE event_id = ?",
		       args(arg_time(day->began), inside, arg_time(day->now), day->event_id)) >= 0;
}

struct renewal {
	struct db *db;
	const struct room_day *day;
	int64_t inside;
};

/* Of many who find it too old at once one counts, and the others wait for that. */
static bool renew(void *with)
{
	struct renewal *r = with;
	const struct row *row;

	if (!lock_kept(r->db, r->day->event_id))
		return false;
	row = kept(r->db, r->day);
	r->inside = row ? row_int(row, "inside") : count(r->db, r->day);
	return row || keep(r->db, r->day, r->inside);
}

int64_t scan_inside(struct db *db, const struct room_day *day)
{
	const struct row *row = kept(db, day);
	struct renewal renewal = { .db = db, .day = day };

	if (row)
		return row_int(row, "inside");
	db_transaction(db, renew, NULL, &renewal);
	return renewal.inside;
}

int64_t scan_room_lock(struct db *db, int64_t event_id)
{
	return db_int(db, "SELECT COALESCE(room, 0) FROM event WHERE id = ? FOR UPDATE", args(event_id));
}

static bool take_place(struct db *db, const struct room_day *day, int64_t room, bool insists)
{
	return db_exec(db, "UPDATE event_inside SET inside = inside + 1 WHERE" KEPT " AND (? OR inside < ?)",
		       args(day->event_id, arg_time(day->began), arg_time(day->now - GOOD_FOR), insists, room)) == 1;
}

bool scan_room_take(struct db *db, const struct room_day *day, int64_t room, bool insists)
{
	int64_t inside;

	if (!room || take_place(db, day, room, insists))
		return true;
	if (!lock_kept(db, day->event_id) || kept(db, day))
		return false;
	inside = count(db, day);
	return (insists || inside <= room) && keep(db, day, inside);
}

#endif

/* Below, a row is always changed, also one that is old: on another node of a cluster, where nobody waits for a lock, a count that
 * goes on meanwhile fails by that, and is begun anew. Who came in before the day that is kept is not counted. */
bool scan_room_leave(struct db *db, int64_t event_id, ms_t came_in)
{
	return db_exec(db,
		       "INSERT INTO event_inside " OLD_ROW
		       " ON DUPLICATE KEY UPDATE inside = IF(day_began <= ?, inside - 1, inside)",
		       args(event_id, arg_time_or_null(came_in))) >= 0;
}

/* Reads the event's row without locking it, for uploads hold their tickets. */
bool scan_room_forget(struct db *db, int64_t event_id)
{
	return db_exec(db,
		       "INSERT INTO event_inside (event_id, day_began, inside, counted_at)"
		       " SELECT id, '1970-01-01', 0, '1970-01-01' FROM event WHERE id = ? AND room IS NOT NULL"
		       " ON DUPLICATE KEY UPDATE counted_at = '1970-01-01', inside = inside + 1",
		       args(event_id)) >= 0;
}
