/* Who takes a scan back brings the ticket to where its other moves lead, as they were made: the same replay by which scans are
 * settled that came late. The ticket's row is locked first. A scan writes its log row before it asks for the ticket's, and waits for
 * nobody who has that row, so the two never wait in a circle. */
#include "store/scan_undo.h"
#include "store/conflict.h"
#include "store/scan.h"
#include "store/scan_room.h"
#include <string.h>

struct work {
	struct db *db;
	const struct scan_undo *undo;
	enum undo_outcome outcome;
};

/* It is counted where the other was, so at that one's gate and in its category. */
static bool write_undo(const struct work *w, struct move_undone undone)
{
	const struct scan_undo *u = w->undo;

	return db_exec(w->db,
		       "INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, card_uid, usher_id, session_id, gate,"
		       " direction, result, reason, moved, first_entry, attendee_name, attendee_name_words, at, scanned_at,"
		       " kind, undoes, note)"
		       " SELECT event_id, ?, ticket_id, category_id, card_uid, ?, ?, gate, direction, 'valid', 'undone', ?, ?,"
		       " attendee_name, attendee_name_words, ?, ?, 'undo', id, ? FROM scan_log WHERE id = ?",
		       args(arg_bytes(u->undo_id, 16), u->usher_id, arg_id_or_null(u->session_id), undone.moved,
			    undone.first_entry, arg_time(u->now), arg_time(u->now), u->note, u->scan)) == 1;
}

/* Takes the scan out of the ticket's moves. False: it is none of those that stand, or is not this usher's to take back. What was
 * refused, and let somebody in all the same, is no move. */
static bool take_out(const struct work *w, struct ticket_moves *moves, struct move_undone *undone)
{
	struct scan_undoing undoing = { .lead = w->undo->lead, .now = w->undo->now };
	size_t i = 0;

	while (i < moves->n && moves->scans[i].id != w->undo->scan)
		i++;
	*undone = (struct move_undone){ .moved = false };
	if (i == moves->n)
		return w->undo->told;
	undoing.own = moves->scans[i].usher_id == w->undo->usher_id;
	undoing.last = i + 1 == moves->n;
	undoing.made = moves->scans[i].at;
	if (scan_may_undo(&undoing) != SCAN_UNDO_MAY)
		return false;
	*undone = moves_undo(moves, i);
	return true;
}

/* The ticket's row, locked; its history is read by a statement of its own after that, for one that waited for the lock reads as of
 * before its wait. NULL: it is none, or the database. */
static const struct row *lock_ticket(const struct work *w, struct ticket_moves *moves, struct gate_days *days)
{
	const struct row *ticket;

	moves->ticket_id = db_int(w->db, "SELECT COALESCE(ticket_id, 0) FROM scan_log WHERE event_id = ? AND id = ?",
				  args(w->undo->event_id, w->undo->scan));
	ticket = db_one(w->db, MOVES_TICKET " WHERE id = ? FOR UPDATE", args(moves->ticket_id));
	return ticket && gate_days(w->db, w->undo->event_id, days) && moves_load(w->db, days, moves, 1) ? ticket : NULL;
}

static bool undo_work(void *with)
{
	struct work *w = with;
	struct ticket_moves moves = { .n = 0 };
	struct move_undone undone;
	struct gate_days days;
	const struct row *ticket = lock_ticket(w, &moves, &days);
	bool moved = false;

	w->outcome = UNDO_LATE;
	if (!ticket)
		return false;
	if (scan_undone_by(w->db, w->undo->event_id, w->undo->scan)) {
		w->outcome = UNDO_BEFORE;
		return false;
	}
	if (!take_out(w, &moves, &undone))
		return false;
	w->outcome = UNDO_FAILED;
	if (!write_undo(w, undone)) {
		if (db_last(w->db) == DB_DUPLICATE)
			w->outcome = UNDO_KNOWN;
		return false;
	}
	if (!moves_write(w->db, ticket, &moves, &moved) ||
	    !conflicts_settle(w->db, days.event_id, &moves, 1, w->undo->now, NULL) ||
	    (moved && !scan_room_forget(w->db, days.event_id)))
		return false;
	w->outcome = UNDO_DONE;
	return true;
}

enum undo_outcome scan_undo(struct db *db, const struct scan_undo *undo)
{
	struct work work = { .db = db, .undo = undo };

	if (db_transaction(db, undo_work, NULL, &work))
		return UNDO_DONE;
	return work.outcome == UNDO_DONE || db_error(db) != DB_OK ? UNDO_FAILED : work.outcome;
}

const struct row *scan_undo_target(struct db *db, int64_t event_id, const uint8_t scan_id[16])
{
	uint8_t aside[16];

	memcpy(aside, scan_id, sizeof aside);
	scan_number_aside(aside);
	return db_one(
		db,
		"SELECT l.id, l.ticket_id, l.category_id, l.attendee_name, l.card_uid, l.usher_id, l.direction, " L_MADE
		" AS made_at, l.device_id, l.device_at,"
		" l.result = 'valid' AS `given:bool`,"
		" EXISTS (SELECT 1 FROM scan_conflict c WHERE c.loser_id = l.id AND c.kind = 'refused') AS `told:bool`,"
		" EXISTS (SELECT 1 FROM scan_log back WHERE back.undoes = l.id) AS `undone:bool` FROM scan_log l"
		" WHERE l.event_id = ? AND l.scan_id IN (?, ?) AND l.kind IN ('scan', 'hand', 'leave')"
		" ORDER BY l.scan_id = ? DESC LIMIT 1",
		args(event_id, arg_bytes(scan_id, 16), arg_bytes(aside, 16), arg_bytes(scan_id, 16)));
}

const struct row *scan_undone_by(struct db *db, int64_t event_id, int64_t scan)
{
	const struct row *row = db_one(db, "SELECT id FROM scan_log WHERE undoes = ?", args(scan));

	return row ? scan_log_get(db, event_id, row_int(row, "id")) : NULL;
}
