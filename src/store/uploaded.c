/* An entry that was given stands: somebody is inside by it, whatever the server would have said. So the log gets it, the ticket goes
 * where its moves lead in the order in which they were made, and what should not have been is told to people (store/conflict.h). A
 * row says once and for all by how much the counts changed when it came, so their sums stay right in whatever order rows come. */
#include "store/uploaded.h"
#include "store/conflict.h"
#include "store/scan.h"
#include "store/scan_room.h"
#include "store/scan_undo.h"
#include "store/search.h"
#include "store/uploaded_verdict.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct ticket {
	struct row row; /* as it was locked: id, status, generation, presence, … */
};

struct settling {
	struct db *db;
	const struct uploader *by;
	struct uploaded *const *logs;
	size_t n;
	struct ticket tickets[DB_SOME];
	struct ticket_moves moves[DB_SOME];
	size_t n_tickets;
	bool known; /* a scan_id was written by somebody else meanwhile: all is to be looked at again */
	bool moved; /* a ticket is elsewhere than before */
};

/* ---- what is there ---- */

static void name_tickets(struct settling *s)
{
	s->n_tickets = 0;
	for (size_t i = 0; i < s->n; i++) {
		int64_t id = s->logs[i]->ticket_id;

		if (!id || (s->n_tickets && s->moves[s->n_tickets - 1].ticket_id == id))
			continue;
		assert(s->n_tickets < DB_SOME);
		s->moves[s->n_tickets++] = (struct ticket_moves){ .ticket_id = id };
	}
}

/* In ascending order, so that two who settle the same never wait for each other. */
static bool lock_tickets(struct settling *s)
{
	int64_t ids[DB_SOME];
	struct arg values[DB_SOME];
	const struct rows *rows;

	name_tickets(s);
	if (!s->n_tickets)
		return true;
	for (size_t i = 0; i < s->n_tickets; i++)
		ids[i] = s->moves[i].ticket_id;
	rows = db_query(s->db, MOVES_TICKET " WHERE id IN " DB_IN_SOME " ORDER BY id FOR UPDATE",
			db_some_ids(values, ids, s->n_tickets));
	if (rows->n != s->n_tickets)
		return false;
	for (size_t i = 0; i < rows->n; i++)
		s->tickets[i] = (struct ticket){ .row = row_at(rows, i) };
	return moves_load(s->db, &s->by->days, s->moves, s->n_tickets);
}

#define WINNER_MADE SCAN_MADE("w.")

const struct rows *uploaded_logged(struct db *db, int64_t event_id, const uint8_t (*scan_ids)[16], size_t n)
{
	struct arg values[DB_SOME + 1];

	for (size_t i = 0; i < n; i++)
		values[i] = arg_bytes(scan_ids[i], sizeof scan_ids[i]);
	db_fill_some(values, n);
	memmove(values + 1, values, DB_SOME * sizeof *values);
	values[0] = arg(event_id);
	return db_query(
		db,
		"SELECT l.id, l.scan_id AS `scan_id:hex`, l.ticket_id, l.result, l.reason, l.direction, l.uploaded, l.kind, l.card_uid,"
		" (l.result = 'already_scanned' OR l.result = 'valid' AND NOT l.first_entry) AS `again:bool`,"
		" w.scan_id AS `winner.scan_id:uuid`, " WINNER_MADE
		" AS `winner.at`, a.name AS `winner.usher`, w.gate AS `winner.gate` FROM scan_log l"
		" LEFT JOIN scan_conflict c ON c.loser_id = l.id AND c.kind = 'twice' AND c.withdrawn_at IS NULL"
		" LEFT JOIN scan_log w ON w.id = c.winner_id LEFT JOIN usher u ON u.id = w.usher_id"
		" LEFT JOIN account a ON a.id = u.account_id WHERE l.event_id = ? AND l.scan_id IN " DB_IN_SOME,
		(struct args){ DB_SOME + 1, values });
}

static struct uploaded *with_scan_id(struct settling *s, const struct row *row)
{
	for (size_t i = 0; i < s->n; i++)
		if (!memcmp(s->logs[i]->scan_id, row_cell(row, "scan_id")->s, sizeof s->logs[i]->scan_id))
			return s->logs[i];
	return NULL;
}

/* The server refused it, but its answer did not come back in time, and the device let somebody in. */
static bool let_in_unheard(const struct uploaded *log, const struct row *row)
{
	return !row_bool(row, "uploaded") && !row_is(row, "result", "valid") && !log->out && uploaded_given(log);
}

static const char *kind_name(const struct uploaded *log)
{
	static const char *const NAMES[] = {
		[UPLOADED_SCAN] = "scan",    [UPLOADED_HAND] = "hand", [UPLOADED_LEAVE] = "leave",
		[UPLOADED_RETURN] = "leave", [UPLOADED_UNDO] = "undo", [UPLOADED_RECORD] = "record",
	};

	return NAMES[log->kind];
}

/* Whatever a record says, the scan was: its answer is what there is. Of a card it may be any of its tickets: where the answer was lost
 * the device named the one that it took, and here another one was. */
static bool is_same_scan(const struct uploaded *log, const struct row *row)
{
	if (log->kind != UPLOADED_RECORD && !row_is(row, "kind", kind_name(log)))
		return false;
	if (log->kind != UPLOADED_UNDO && !row_is(row, "direction", log->out ? "out" : "in"))
		return false;
	return row_int(row, "ticket_id") == log->ticket_id || (log->card_uid && row_is(row, "card_uid", log->card_uid));
}

/* A scan_id is one scan's; what comes with it and is another is not taken for that. But a record must not hide a scan that was made. */
static void answer_known(struct uploaded *log, const struct row *row)
{
	bool same = is_same_scan(log, row);

	log->hidden = log->kind != UPLOADED_RECORD && row_is(row, "kind", "record") && !log->aside;
	if (log->hidden)
		return;
	log->verdict = same ? UPLOADED_DUPLICATE : UPLOADED_REJECTED;
	log->result = same ? row_text(row, "result") : "invalid";
	log->reason = same ? row_text(row, "reason") : "scan_id_used";
	log->again = row_bool(row, "again");
	log->id = row_int(row, "id");
	log->refused_entry = same && let_in_unheard(log, row);
}

/* Calls each for every log whose scan_id has a row. */
static bool look_in_log(struct settling *s, void (*each)(struct uploaded *log, const struct row *row))
{
	for (size_t from = 0; from < s->n; from += DB_SOME) {
		uint8_t ids[DB_SOME][16];
		size_t n = s->n - from < DB_SOME ? s->n - from : DB_SOME;
		const struct rows *rows;

		for (size_t i = 0; i < n; i++)
			memcpy(ids[i], s->logs[from + i]->scan_id, sizeof ids[i]);
		rows = uploaded_logged(s->db, s->by->days.event_id, (const uint8_t(*)[16])ids, n);
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);
			struct uploaded *log = with_scan_id(s, &row);

			if (log)
				each(log, &row);
		}
	}
	return db_error(s->db) == DB_OK;
}

static bool look_for_known(struct settling *s)
{
	bool hidden = false;

	if (!look_in_log(s, answer_known))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->logs[i]->hidden) {
			scan_number_aside(s->logs[i]->scan_id);
			s->logs[i]->aside = hidden = true;
		}
	return !hidden || look_in_log(s, answer_known);
}

/* ---- the verdict ---- */

static size_t ticket_of(const struct settling *s, const struct uploaded *log)
{
	size_t i = 0;

	while (s->moves[i].ticket_id != log->ticket_id)
		i++;
	return i;
}

static struct replay_scan move_of(const struct settling *s, const struct uploaded *log)
{
	struct replay_scan scan = uploaded_move(&s->by->days, log);

	scan.usher_id = s->by->usher_id;
	return scan;
}

/* Of an entry that broke a rule of the gate people are told, of one that met another by the conflict; of an exit nothing is said. */
static void give(struct settling *s, struct uploaded *log, struct ticket_moves *moves, const struct verdict *verdict)
{
	struct replay_state before = replay(moves->scans, moves->n, NULL), after;
	struct replay_scan scan = move_of(s, log);
	int *met;

	moves_add(s->db, moves, &scan);
	met = talloc_array(db_results(s->db), int, (unsigned)moves->n);
	if (!met)
		abort();
	after = replay(moves->scans, moves->n, met);
	log->moved = after.balance != before.balance;
	log->first_entry = after.entries > 0 && !before.entries;
	log->result = "valid";
	log->reason = verdict->reason;
	log->verdict =
		met[replay_place(moves->scans, moves->n, &scan)] == REPLAY_NONE ? UPLOADED_ACCEPTED : UPLOADED_CONFLICT;
	log->refused_entry = !verdict->moves && !log->out && log->verdict == UPLOADED_ACCEPTED;
	talloc_free(met);
}

static void decide(struct settling *s, struct uploaded *log)
{
	static const struct replay_state NOWHERE = { .presence = NEVER_IN };
	size_t i = log->ticket_id ? ticket_of(s, log) : 0;
	struct ticket_moves *moves = log->ticket_id ? &s->moves[i] : NULL;
	struct replay_scan scan = move_of(s, log);
	struct replay_state state = NOWHERE;
	struct verdict verdict;

	if (moves)
		state = replay(moves->scans, replay_place(moves->scans, moves->n, &scan), NULL);
	uploaded_facts(log, moves ? &s->tickets[i].row : NULL, &state, scan.day_began);
	verdict = scan_verdict(&log->facts);
	if (log->kind == UPLOADED_RECORD) {
		uploaded_note_refusal(log, &verdict);
		if (uploaded_given(log)) {
			log->result = "valid";
			log->reason = "ok";
		}
	} else if (!uploaded_given(log)) {
		uploaded_note_refusal(log, &verdict);
	} else if (!moves || uploaded_no_ticket(log)) {
		uploaded_refuse_entry(log, &verdict);
	} else {
		give(s, log, moves, &verdict);
	}
}

/* ---- taking back ---- */

/* Two scans of one device are apart by its clock as it showed then, however long its batches were on their way. Of what came later
 * nobody knew anything at that moment. */
static enum scan_may_undo may_take_back(const struct settling *s, const struct uploaded *log, const struct row *target,
					const struct ticket_moves *moves, size_t i)
{
	bool same_device = !row_null(target, "device_id") && row_is(target, "device_id", s->by->device_id);
	struct scan_undoing undoing = { .lead = s->by->lead,
					.own = row_int(target, "usher_id") == s->by->usher_id,
					.made = row_time(target, same_device ? "device_at" : "made_at"),
					.now = same_device ? log->device_at : log->at };

	undoing.last = i + 1 >= moves->n || moves->scans[i + 1].at > log->at;
	return scan_may_undo(&undoing);
}

static void cannot_take_back(struct uploaded *log, const char *reason)
{
	log->verdict = UPLOADED_REJECTED;
	log->result = "invalid";
	log->reason = reason;
}

/* Does what the moves lead to without the i-th of them; i == n: nobody moved by it. */
static void take_out(struct ticket_moves *moves, size_t i, struct uploaded *log, const struct row *target)
{
	struct move_undone undone = { .moved = false };

	if (i < moves->n)
		undone = moves_undo(moves, i);
	log->out = row_is(target, "direction", "out");
	log->undone = row_int(target, "id");
	log->moved = undone.moved;
	log->first_entry = undone.first_entry;
	log->verdict = UPLOADED_ACCEPTED;
	log->result = "valid";
	log->reason = "undone";
}

static bool is_undone(const struct settling *s, const struct row *target)
{
	bool undone = row_bool(target, "undone");

	for (size_t i = 0; i < s->n && !undone; i++)
		undone = s->logs[i]->undone == row_int(target, "id");
	return undone;
}

/* People are told that it let somebody in who was refused, or will be; nobody moved by it. */
static bool is_told(const struct settling *s, const struct row *target)
{
	bool told = row_bool(target, "told");

	for (size_t i = 0; i < s->n && !told; i++)
		told = s->logs[i]->refused_entry && s->logs[i]->id == row_int(target, "id");
	return told;
}

static void take_back(struct settling *s, struct uploaded *log)
{
	const struct row *target = scan_undo_target(s->db, s->by->days.event_id, log->undoes);
	struct ticket_moves *moves = log->ticket_id ? &s->moves[ticket_of(s, log)] : NULL;
	enum scan_may_undo may;
	size_t i = 0;

	if (!moves) {
		cannot_take_back(log, target ? "not_undone" : "undoes_unknown");
		return;
	}
	while (target && i < moves->n && moves->scans[i].id != row_int(target, "id"))
		i++;
	if (!target || row_int(target, "ticket_id") != log->ticket_id) {
		cannot_take_back(log, "not_undone");
	} else if (is_undone(s, target)) {
		log->verdict = UPLOADED_DUPLICATE;
		log->result = "valid";
		log->reason = "undone";
	} else if (i == moves->n && !is_told(s, target)) {
		cannot_take_back(log, "not_undone");
	} else if ((may = may_take_back(s, log, target, moves, i)) != SCAN_UNDO_MAY) {
		cannot_take_back(log, may == SCAN_UNDO_NOT_YOURS ? "not_yours" : "not_undone");
	} else {
		take_out(moves, i, log, target);
	}
}

/* ---- writing ---- */

enum { LOG_VALUES = 24 };

static struct args log_values(const struct settling *s, const struct uploaded *log, struct arg into[LOG_VALUES])
{
	const struct uploader *by = s->by;
	struct args first =
		args_into(args(by->days.event_id, arg_bytes(log->scan_id, 16), arg_id_or_null(log->ticket_id),
			       arg_id_or_null(log->category_id), log->card_uid, by->usher_id,
			       arg_id_or_null(by->session_id), log->gate, log->out ? "out" : "in", log->result,
			       log->reason, log->moved, log->first_entry, log->name, words_beside(s->db, log->name)),
			  into);

	args_into(args(arg_time(by->now), arg_time(log->at), kind_name(log), arg_id_or_null(log->undone), log->note,
		       by->device_id, log->seq, arg_time(log->device_at), log->local_result),
		  into + first.n);
	return (struct args){ LOG_VALUES, into };
}

static bool is_written(const struct uploaded *log)
{
	return log->verdict == UPLOADED_ACCEPTED || log->verdict == UPLOADED_CONFLICT || log->refused_entry;
}

static void note_id(struct uploaded *log, const struct row *row)
{
	log->id = row_int(row, "id");
}

/* Writes the rows of those that take others back, or of all others. */
static bool write_logs(struct settling *s, bool undos)
{
	struct arg values[UPLOADED_TOGETHER][LOG_VALUES];
	struct args rows[UPLOADED_TOGETHER];
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (is_written(s->logs[i]) && (s->logs[i]->kind == UPLOADED_UNDO) == undos && !s->logs[i]->id) {
			rows[n] = log_values(s, s->logs[i], values[n]);
			n++;
		}
	if (!n)
		return true;
	if (db_bulk(s->db,
		    "INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, card_uid, usher_id, session_id, gate,"
		    " direction, result, reason, moved, first_entry, attendee_name, attendee_name_words, at, scanned_at, kind,"
		    " undoes, note, uploaded, device_id, device_seq, device_at, local_result)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
		    rows, n) == (int64_t)n)
		return look_in_log(s, note_id);
	s->known = db_last(s->db) == DB_DUPLICATE;
	return false;
}

/* The rows of moves that came just now. */
static void number_moves(struct settling *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct uploaded *log = s->logs[i];
		struct ticket_moves *moves = log->id && log->ticket_id ? &s->moves[ticket_of(s, log)] : NULL;

		for (size_t k = 0; moves && k < moves->n; k++)
			if (!memcmp(moves->scans[k].scan_id, log->scan_id, sizeof log->scan_id))
				moves->scans[k].id = log->id;
	}
}

/* One after the other: what is taken back may have come just now too. */
static bool take_all_back(struct settling *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->logs[i]->kind == UPLOADED_UNDO && s->logs[i]->verdict == UPLOADED_OPEN)
			take_back(s, s->logs[i]);
	return write_logs(s, true);
}

static bool write_tickets(struct settling *s)
{
	for (size_t i = 0; i < s->n_tickets; i++)
		if (!moves_write(s->db, &s->tickets[i].row, &s->moves[i], &s->moved))
			return false;
	return true;
}

static bool write_conflicts(struct settling *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->logs[i]->refused_entry && !s->logs[i]->out &&
		    !conflict_refused(s->db, s->by->days.event_id, s->logs[i]->id, s->by->now))
			return false;
	return !s->n_tickets || conflicts_settle(s->db, s->by->days.event_id, s->moves, s->n_tickets, s->by->now, NULL);
}

static void begin(struct settling *s)
{
	s->known = s->moved = false;
	for (size_t i = 0; i < s->n; i++) {
		struct uploaded *log = s->logs[i];

		log->verdict = UPLOADED_OPEN;
		log->id = log->undone = 0;
		log->moved = log->first_entry = log->refused_entry = log->hidden = false;
	}
}

static bool settle(void *with)
{
	struct settling *s = with;

	begin(s);
	if (!lock_tickets(s) || !look_for_known(s))
		return false;
	for (size_t i = 0; i < s->n; i++)
		if (s->logs[i]->verdict == UPLOADED_OPEN && s->logs[i]->kind != UPLOADED_UNDO)
			decide(s, s->logs[i]);
	if (!write_logs(s, false))
		return false;
	number_moves(s);
	return take_all_back(s) && write_tickets(s) && write_conflicts(s) &&
	       (!s->moved || scan_room_forget(s->db, s->by->days.event_id));
}

enum { TRIES = 5 };

bool uploaded_settle(struct db *db, const struct uploader *by, struct uploaded *const logs[], size_t n)
{
	struct settling s = { .db = db, .by = by, .logs = logs, .n = n };

	assert(n && n <= UPLOADED_TOGETHER);
	for (int i = 0; i < TRIES; i++) {
		if (db_transaction(db, settle, NULL, &s))
			return true;
		if (!s.known || db_error(db) != DB_OK)
			return false;
	}
	return false;
}
