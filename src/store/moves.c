/* Rows never change, so what stands is asked for each time: of a ticket these are a few rows of one index. */
#include "store/moves.h"
#include <stdlib.h>
#include <string.h>

bool gate_days(struct db *db, int64_t event_id, struct gate_days *days)
{
	const struct row *event =
		db_one(db, "SELECT daily, re_entry, time_zone, day_change FROM event WHERE id = ?", args(event_id));

	if (!event)
		return false;
	*days = (struct gate_days){ .event_id = event_id,
				    .daily = row_bool(event, "daily"),
				    .re_entry = row_bool(event, "re_entry"),
				    .zone = row_text(event, "time_zone"),
				    .change = (int)row_int(event, "day_change") };
	return true;
}

ms_t gate_day(const struct gate_days *days, ms_t at)
{
	return days->daily ? day_began(at, days->zone, days->change) : 0;
}

static struct replay_scan move_of(const struct gate_days *days, const struct row *row)
{
	struct replay_scan scan = { .id = row_int(row, "id"),
				    .at = row_time(row, "made_at"),
				    .out = row_is(row, "direction", "out"),
				    .usher_id = row_int(row, "usher_id"),
				    .gate = row_text(row, "gate") };

	scan.day_began = gate_day(days, scan.at);
	scan.leave = scan.out && row_is(row, "kind", "leave");
	/* Who was let in by the server was let in by its rules, whatever it learned later. */
	scan.returns = days->re_entry || !row_is(row, "kind", "scan") || !row_bool(row, "uploaded");
	memcpy(scan.scan_id, row_cell(row, "scan_id")->s, sizeof scan.scan_id);
	return scan;
}

static void make_room(struct db *db, struct ticket_moves *moves)
{
	if (moves->n < moves->room)
		return;
	moves->room = moves->room ? 2 * moves->room : 8;
	moves->scans = talloc_realloc(db_results(db), moves->scans, struct replay_scan, (unsigned)moves->room);
	if (!moves->scans)
		abort();
}

static void append(struct db *db, const struct gate_days *days, struct ticket_moves tickets[], size_t n,
		   const struct row *row)
{
	for (size_t i = 0; i < n; i++) {
		if (tickets[i].ticket_id != row_int(row, "ticket_id"))
			continue;
		make_room(db, &tickets[i]);
		tickets[i].scans[tickets[i].n++] = move_of(days, row);
	}
}

enum { BATCH = 5000 };

/* In batches, for nobody says how often a ticket may move. */
bool moves_load(struct db *db, const struct gate_days *days, struct ticket_moves tickets[], size_t n)
{
	int64_t ids[DB_SOME], above = 0;
	struct arg values[DB_SOME + 1];
	const struct rows *rows;

	for (size_t i = 0; i < n; i++) {
		ids[i] = tickets[i].ticket_id;
		tickets[i].n = tickets[i].room = 0;
		tickets[i].scans = NULL;
	}
	db_some_ids(values, ids, n);
	do {
		values[DB_SOME] = arg(above);
		rows = db_query(
			db,
			"SELECT l.id, l.ticket_id, l.scan_id AS `scan_id:hex`, " L_MADE " AS made_at, l.direction,"
			" l.kind, l.uploaded, l.usher_id, l.gate FROM scan_log l WHERE l.ticket_id IN " DB_IN_SOME
			" AND l.id > ? AND " L_GIVEN " ORDER BY l.id LIMIT 5000",
			(struct args){ DB_SOME + 1, values });
		_Static_assert(BATCH == 5000, "the statement names the batch");
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			append(db, days, tickets, n, &row);
			above = row_int(&row, "id");
		}
	} while (rows->n == BATCH);
	for (size_t i = 0; i < n; i++)
		replay_order(tickets[i].scans, tickets[i].n);
	return db_error(db) == DB_OK;
}

void moves_add(struct db *db, struct ticket_moves *moves, const struct replay_scan *scan)
{
	size_t place = replay_place(moves->scans, moves->n, scan);

	make_room(db, moves);
	memmove(&moves->scans[place + 1], &moves->scans[place], (moves->n - place) * sizeof *moves->scans);
	moves->scans[place] = *scan;
	moves->n++;
}

void moves_take(struct ticket_moves *moves, size_t i)
{
	moves->n--;
	memmove(&moves->scans[i], &moves->scans[i + 1], (moves->n - i) * sizeof *moves->scans);
}

struct move_undone moves_undo(struct ticket_moves *moves, size_t i)
{
	struct replay_state before = replay(moves->scans, moves->n, NULL), after;

	moves_take(moves, i);
	after = replay(moves->scans, moves->n, NULL);
	return (struct move_undone){ .moved = after.balance != before.balance,
				     .first_entry = before.entries > 0 && !after.entries };
}

static bool is_as_it_was(const struct row *row, const struct replay_state *state)
{
	return row_is(row, "presence", presence_name(state->presence)) && row_int(row, "entries") == state->entries &&
	       row_bool(row, "on_leave") == state->on_leave && row_time(row, "last_scan_at") == state->last_at &&
	       row_time(row, "last_in_at") == state->last_in_at;
}

static bool is_first(const struct row *row, const struct replay_scan *first)
{
	return row_time(row, "first_scan_at") == (first ? first->at : 0) &&
	       row_int(row, "first_usher_id") == (first ? first->usher_id : 0) &&
	       row_is(row, "first_gate", first ? first->gate : "");
}

/* The ticket goes where its moves lead. The guard cannot fail under the lock, but somebody else's bug could. */
bool moves_write(struct db *db, const struct row *row, const struct ticket_moves *moves, bool *moved)
{
	const struct replay_state state = replay(moves->scans, moves->n, NULL);
	const struct replay_scan *first = state.entries ? &moves->scans[state.first] : NULL;

	if (is_as_it_was(row, &state) && is_first(row, first))
		return true;
	*moved = true;
	return db_exec(db,
		       "UPDATE ticket SET changed_at = changed_at, presence = ?, entries = ?, on_leave = ?, first_scan_at = ?,"
		       " first_usher_id = ?, first_gate = ?, last_scan_at = ?, last_in_at = ?"
		       " WHERE id = ? AND presence = ? AND entries = ?",
		       args(presence_name(state.presence), state.entries, state.on_leave,
			    arg_time_or_null(first ? first->at : 0), arg_id_or_null(first ? first->usher_id : 0),
			    first ? first->gate : NULL, arg_time_or_null(state.last_at),
			    arg_time_or_null(state.last_in_at), row_int(row, "id"), row_text(row, "presence"),
			    row_int(row, "entries"))) == 1;
}
