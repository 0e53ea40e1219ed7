#ifndef STORE_MOVES_H
#define STORE_MOVES_H
/* The moves of tickets through the gate that stand: what was given and not taken back, at the moments at which it was made. */
#include "db/db.h"
#include "rules/replay.h"
#include "store/scan_sum.h"

/* What an event says of coming again. */
struct gate_days {
	int64_t event_id;
	bool daily, re_entry;
	const char *zone;
	int change; /* minutes after midnight */
};

struct ticket_moves {
	int64_t ticket_id;
	struct replay_scan *scans; /* in the order in which they were made; on the database's memory */
	size_t n, room;
};

/* False when it is gone, or the database. */
bool gate_days(struct db *db, int64_t event_id, struct gate_days *days);
/* When the event's day began that a moment is in; 0: its days do not begin afresh. */
ms_t gate_day(const struct gate_days *days, ms_t at);
/* Fills the moves of 1 to DB_SOME tickets of one event, whose ids are set. */
bool moves_load(struct db *db, const struct gate_days *days, struct ticket_moves tickets[], size_t n);
/* Adds a move where it belongs, or takes one out. */
void moves_add(struct db *db, struct ticket_moves *moves, const struct replay_scan *scan);
void moves_take(struct ticket_moves *moves, size_t i);

/* What taking the i-th move out changes of what is counted. */
struct move_undone {
	bool moved;	  /* how many are inside */
	bool first_entry; /* how many came at all */
};
struct move_undone moves_undo(struct ticket_moves *moves, size_t i);

/* A ticket's row as moves_write() needs it, locked: "SELECT id, status, generation, presence, … FROM ticket WHERE id IN …". */
#define MOVES_TICKET                                                                                                   \
	"SELECT id, status, generation, presence, entries, on_leave, first_scan_at, first_usher_id, first_gate,"       \
	" last_scan_at, last_in_at FROM ticket"
/* Brings the ticket to where its moves lead, under its lock; moved becomes true where it was elsewhere. False: the database
 * failed, or the row is not as it was read. */
bool moves_write(struct db *db, const struct row *ticket, const struct ticket_moves *moves, bool *moved);

#endif
