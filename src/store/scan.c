/* The gate. Scans that wait are settled together: one SELECT finds their tickets, then one transaction writes their log
 * rows and moves the tickets, each under a guard that names the facts its verdict read. Measured with eight at a time, a
 * scan costs the database a third of what it costs alone. */
#include "store/scan.h"
#include "db/compose.h"
#include "store/scan_room.h"
#include "store/scan_sum.h"
#include "store/search.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What few scans need (a dependent, who scanned first) has queries of its own. Who has several active cards is shown with
 * one of them. */
#define EVENT_COLUMNS                                                                                                  \
	"e.status AS event_status, e.scanning_enabled, e.starts_at, e.ends_at, e.re_entry, e.turning, e.show_labels, e.show_dependents"
/* Does a scan of the ticket ask for more than this (scan_asked())? Of most events it does not, and they pay for no more columns. */
#define RULED                                                                                                          \
	"(e.daily OR e.room IS NOT NULL OR e.min_age IS NOT NULL OR c.min_age IS NOT NULL"                             \
	" OR EXISTS (SELECT 1 FROM gate_rule r WHERE r.event_id = t.event_id)) AS `ruled:bool`"
#define TICKET_COLUMNS                                                                                                            \
	"SELECT " EVENT_COLUMNS ", " RULED                                                                                        \
	", t.on_leave, t.id, t.nonce AS `nonce:hex`, t.event_id, t.category_id, t.generation, t.status,"                          \
	" t.presence, t.entries, t.holder_name, " LABELS_OF_BOTH " AS `labels:json`, t.customer_id, t.dependent_id,"              \
	" c.name AS category, t.first_scan_at, t.first_gate, t.first_usher_id, t.last_scan_at, cu.blood_type, cu.emergency_name," \
	" cu.emergency_mobile, a.photo,"                                                                                          \
	" (SELECT MIN(n.uid) FROM nfc_card n WHERE n.customer_id = t.customer_id AND n.status = 'active') AS card_uid"
#define TICKET_FROM                                                                                                    \
	" FROM ticket t JOIN event e ON e.id = t.event_id JOIN ticket_category c ON c.id = t.category_id"              \
	" JOIN customer cu ON cu.id = t.customer_id JOIN account a ON a.id = cu.account_id"
#define TICKET_SELECT TICKET_COLUMNS TICKET_FROM
/* Of one among several it is asked which is the next, and so of which day each is. */
#define OF_SEVERAL ", e.daily, e.day_change, e.time_zone, t.last_in_at"

const struct rows *scan_tickets(struct db *db, const uint8_t nonces[][TICKET_NONCE], size_t n)
{
	struct arg values[DB_SOME];

	for (size_t i = 0; i < n; i++)
		values[i] = arg_bytes(nonces[i], TICKET_NONCE);
	db_fill_some(values, n);
	return db_query(db, TICKET_SELECT " WHERE t.nonce IN " DB_IN_SOME, (struct args){ DB_SOME, values });
}

const struct row *scan_ticket(struct db *db, int64_t ticket_id)
{
	return db_one(db, TICKET_SELECT " WHERE t.id = ?", args(ticket_id));
}

const struct rows *scan_asked(struct db *db, int64_t ticket_id, int64_t usher_id)
{
	return db_query(
		db,
		"SELECT e.daily, e.day_change, e.time_zone, e.room,"
		" COALESCE(c.min_age, e.min_age) AS min_age, t.last_in_at,"
		" IF(t.dependent_id IS NULL, cu.birth_date, d.birth_date) AS birth_date,"
		" COALESCE(s.gate, '') AS usher_gate, r.id AS rule_id, r.gate, r.opens_at, r.closes_at"
		" FROM ticket t JOIN event e ON e.id = t.event_id JOIN ticket_category c ON c.id = t.category_id"
		" JOIN customer cu ON cu.id = t.customer_id LEFT JOIN dependent d ON d.id = t.dependent_id"
		" LEFT JOIN usher_assignment s ON s.event_id = t.event_id AND s.usher_id = ?"
		" LEFT JOIN gate_rule r ON r.event_id = t.event_id AND r.category_id = t.category_id"
		" WHERE t.id = ? ORDER BY r.gate, r.id LIMIT 100",
		args(usher_id, ticket_id));
}

/* Not those that were passed on: their new owners have codes of their own. */
const struct rows *scan_tickets_of_order(struct db *db, int64_t event_id, const char *reference)
{
	return db_query(db,
			TICKET_COLUMNS OF_SEVERAL TICKET_FROM
			" JOIN orders o ON o.id = t.order_id AND o.customer_id = t.customer_id"
			" WHERE o.reference = ? AND t.event_id = ? ORDER BY t.status = 'valid' DESC, t.id LIMIT 50",
			args(reference, event_id));
}

const struct row *scan_event(struct db *db, int64_t event_id)
{
	return db_one(db, "SELECT " EVENT_COLUMNS " FROM event e WHERE e.id = ?", args(event_id));
}

const struct row *scan_key(struct db *db, int64_t key_id)
{
	return db_one(db, "SELECT public_key AS `public_key:hex` FROM event_key WHERE id = ?", args(key_id));
}

const struct row *scan_dependent(struct db *db, int64_t dependent_id)
{
	return db_one(db, "SELECT blood_type, photo FROM dependent WHERE id = ?", args(dependent_id));
}

const struct row *scan_last_move(struct db *db, int64_t ticket_id, int64_t before)
{
	return db_one(db,
		      "SELECT at AS first_scan_at, gate AS first_gate, usher_id AS first_usher_id, direction,"
		      " COALESCE(session_id, 0) AS session_id FROM scan_log l"
		      " WHERE ticket_id = ? AND (? = 0 OR id < ?) AND moved AND COALESCE(undoes, 0) = 0 AND NOT EXISTS"
		      " (SELECT 1 FROM scan_log back WHERE back.undoes = l.id AND (? = 0 OR back.id < ?))"
		      " ORDER BY id DESC LIMIT 1",
		      args(ticket_id, before, before, before, before));
}

const struct row *scan_usher(struct db *db, int64_t usher_id)
{
	return db_one(db, "SELECT a.name FROM usher u JOIN account a ON a.id = u.account_id WHERE u.id = ?",
		      args(usher_id));
}

const struct row *scan_card(struct db *db, const char *uid)
{
	return db_one(db, "SELECT id, uid, status, customer_id FROM nfc_card WHERE uid = ?", args(uid));
}

/* The log is asked of tickets that moved a moment ago, and in the same statement: between two of them another scan of the card
 * could take the ticket that this one repeats. */
#define REPEATED                                                                                                       \
	", IF(? <> 0 AND t.last_scan_at >= ? AND (SELECT l.session_id = ? AND l.direction = ? AND l.card_uid = ?"      \
	" FROM scan_log l WHERE l.ticket_id = t.id AND " L_STANDS                                                      \
	" ORDER BY l.id DESC LIMIT 1), t.last_scan_at, NULL) AS repeated"
#define TICKET_SELECT_OF_CARD TICKET_COLUMNS OF_SEVERAL REPEATED TICKET_FROM

/* Which of them may go the caller knows; here those that it may be come before the others, should there be too many. */
const struct rows *scan_tickets_of_card(struct db *db, const struct card_scan *scan)
{
	_Static_assert(CARD_TICKETS == 50, "the statement names it");
	return db_query(db,
			TICKET_SELECT_OF_CARD
			" WHERE t.event_id = ? AND t.customer_id = ?"
			" ORDER BY t.id = ? DESC, repeated DESC, t.dependent_id IS NULL DESC, t.status = 'valid' DESC,"
			" (t.on_leave AND ?) DESC, IF(e.daily AND NOT ?, t.last_in_at, NULL),"
			" (t.presence = 'inside') = ? DESC, t.id LIMIT 50",
			args(scan->session_id, arg_time(scan->since), scan->session_id, scan->out ? "out" : "in",
			     scan->card_uid, scan->event_id, scan->customer_id, scan->ticket_id,
			     scan->leave && !scan->out, scan->out, scan->out));
}

const struct rows *scan_dependents(struct db *db, int64_t event_id, int64_t customer_id)
{
	return db_query(db,
			"SELECT d.name, d.relationship, t.id AS ticket_id, t.presence FROM ticket t"
			" JOIN dependent d ON d.id = t.dependent_id"
			" WHERE t.event_id = ? AND t.customer_id = ? AND t.status = 'valid' ORDER BY t.id LIMIT 50",
			args(event_id, customer_id));
}

/* ---- the effect ---- */

enum { LOG_VALUES = 19, MOVE_VALUES = 11 };

static struct args log_values(struct db *db, const struct scan_effect *e, struct arg into[LOG_VALUES])
{
	return args_into(args(e->event_id, arg_bytes(e->scan_id, 16), arg_id_or_null(e->ticket_id),
			      arg_id_or_null(e->category_id), e->card_uid, e->usher_id, arg_id_or_null(e->session_id),
			      e->gate, e->direction, e->result, e->reason, e->moves, e->moves && !e->out && !e->entries,
			      e->name, words_beside(db, e->name), arg_time(e->now), arg_time(e->scanned_at), e->kind,
			      e->note),
			 into);
}

static bool write_log(struct db *db, const struct scan_effect *const effects[], size_t n)
{
	struct arg values[DB_SOME][LOG_VALUES];
	struct args rows[DB_SOME];

	for (size_t i = 0; i < n; i++)
		rows[i] = log_values(db, effects[i], values[i]);
	return db_bulk(db,
		       "INSERT INTO scan_log (event_id, scan_id, ticket_id, category_id, card_uid, usher_id, session_id, gate,"
		       " direction, result, reason, moved, first_entry, attendee_name, attendee_name_words, at, scanned_at,"
		       " kind, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		       rows, n) == (int64_t)n;
}

/* Only a first scan in gives the ticket its first time, usher and gate. */
static struct args in_values(const struct scan_effect *e, struct arg into[MOVE_VALUES])
{
	return args_into(args(arg_time(e->now), arg_time(e->now), arg_time(e->now), e->usher_id, e->gate, e->ticket_id,
			      e->generation, e->presence, arg_time(e->day_began), e->entries, e->on_leave),
			 into);
}

static struct args out_values(const struct scan_effect *e, struct arg into[MOVE_VALUES])
{
	return args_into(args(e->leave, arg_time(e->now), e->ticket_id, e->generation, e->entries), into);
}

static const char MOVE_IN[] =
	"UPDATE ticket SET changed_at = changed_at, presence = 'inside', entries = entries + 1, on_leave = 0, last_scan_at = ?, last_in_at = ?,"
	" first_scan_at = COALESCE(first_scan_at, ?), first_usher_id = COALESCE(first_usher_id, ?),"
	" first_gate = COALESCE(first_gate, ?)"
	" WHERE id = ? AND generation = ? AND status = 'valid' AND presence = ?"
	" AND (presence <> 'inside' OR last_in_at < ?) AND entries = ? AND on_leave = ?";
static const char MOVE_OUT[] =
	"UPDATE ticket SET changed_at = changed_at, presence = 'outside', on_leave = ?, last_scan_at = ?"
	" WHERE id = ? AND generation = ? AND status = 'valid' AND presence = 'inside' AND entries = ?";

/* False where a guard said no, or the database. */
static bool move_tickets(struct db *db, const struct scan_effect *const effects[], size_t n, bool out)
{
	struct arg values[DB_SOME][MOVE_VALUES];
	struct args rows[DB_SOME];
	size_t moves = 0;

	for (size_t i = 0; i < n; i++) {
		if (!effects[i]->moves || effects[i]->out != out)
			continue;
		rows[moves] = (out ? out_values : in_values)(effects[i], values[moves]);
		moves++;
	}
	return db_bulk(db, out ? MOVE_OUT : MOVE_IN, rows, moves) == (int64_t)moves;
}

struct apply {
	struct db *db;
	const struct scan_effect *effects[DB_SOME];
	size_t n;
	enum scan_outcome outcome;
};

/* Does it let in, to an event that has room for so many at once? */
static bool fills_room(const struct scan_effect *e)
{
	return e->roomed && e->moves && !e->out;
}

/* The tickets moved: is there room for all who are inside? */
static bool room_is_right(const struct apply *a, int64_t room)
{
	const struct scan_effect *e = a->effects[0];
	const struct room_day day = { .event_id = e->event_id, .began = e->day_began, .now = e->now };

	if (fills_room(e))
		return scan_room_take(a->db, &day, room, e->override);
	return !e->roomed || !e->moves || scan_room_leave(a->db, e->event_id, e->came_in);
}

static bool apply_all(void *with)
{
	struct apply *a = with;
	const int64_t room = fills_room(a->effects[0]) ? scan_room_lock(a->db, a->effects[0]->event_id) : 0;

	a->outcome = SCAN_FAILED;
	if (!write_log(a->db, a->effects, a->n)) {
		if (db_last(a->db) == DB_DUPLICATE)
			a->outcome = SCAN_REPEAT;
		return false;
	}
	if (!move_tickets(a->db, a->effects, a->n, false) || !move_tickets(a->db, a->effects, a->n, true) ||
	    !room_is_right(a, room)) {
		if (db_error(a->db) == DB_OK)
			a->outcome = SCAN_LOST;
		return false;
	}
	a->outcome = SCAN_DONE;
	return true;
}

static int by_ticket(const void *a, const void *b)
{
	const struct scan_effect *const *one = a, *const *other = b;

	return ((*one)->ticket_id > (*other)->ticket_id) - ((*one)->ticket_id < (*other)->ticket_id);
}

/* Tickets are locked in ascending order, so that two workers never wait for each other. */
enum scan_outcome scan_apply(struct db *db, const struct scan_effect effects[], size_t n)
{
	struct apply apply = { .db = db, .n = n };

	assert(n <= DB_SOME);
	for (size_t i = 0; i < n; i++)
		apply.effects[i] = &effects[i];
	for (size_t i = 0; i < n; i++)
		assert(n == 1 || !effects[i].roomed);
	qsort(apply.effects, n, sizeof *apply.effects, by_ticket);
	if (db_transaction(db, apply_all, NULL, &apply))
		return SCAN_DONE;
	return apply.outcome == SCAN_DONE ? SCAN_FAILED : apply.outcome;
}

#define LOG_SELECT                                                                                                     \
	"SELECT l.id, l.scan_id AS `scan_id:uuid`, l.event_id, l.ticket_id, l.card_uid AS card_id, l.usher_id,"        \
	" a.username, a.name AS usher, l.gate, l.direction, l.result, l.reason, l.attendee_name, c.name AS category,"  \
	" l.at, l.scanned_at, l.moved, l.kind, l.note, l.undoes,"                                                      \
	" EXISTS (SELECT 1 FROM scan_log back WHERE back.undoes = l.id) AS `undone:bool`"
#define LOG_FROM                                                                                                       \
	" FROM scan_log l LEFT JOIN usher u ON u.id = l.usher_id LEFT JOIN account a ON a.id = u.account_id"           \
	" LEFT JOIN ticket_category c ON c.id = l.category_id WHERE 1"

const struct row *scan_logged(struct db *db, int64_t event_id, const uint8_t scan_id[16])
{
	return db_one(db, LOG_SELECT LOG_FROM " AND l.event_id = ? AND l.scan_id = ?",
		      args(event_id, arg_bytes(scan_id, 16)));
}

void scan_number_aside(uint8_t scan_id[16])
{
	for (size_t i = 8; i < 16; i++)
		scan_id[i] ^= 0xa5;
}

bool scan_number_is(const uint8_t logged[16], const uint8_t scan_id[16])
{
	uint8_t aside[16];

	memcpy(aside, scan_id, sizeof aside);
	scan_number_aside(aside);
	return !memcmp(logged, scan_id, sizeof aside) || !memcmp(logged, aside, sizeof aside);
}

const struct row *scan_settled(struct db *db, int64_t event_id, const uint8_t scan_id[16])
{
	const struct row *log = scan_logged(db, event_id, scan_id), *settled = NULL;
	uint8_t aside[16];

	if (log && row_is(log, "kind", "record")) {
		memcpy(aside, scan_id, sizeof aside);
		scan_number_aside(aside);
		settled = scan_logged(db, event_id, aside);
	}
	return settled ? settled : log;
}

const struct row *scan_log_get(struct db *db, int64_t event_id, int64_t id)
{
	return db_one(db, LOG_SELECT LOG_FROM " AND l.event_id = ? AND l.id = ?", args(event_id, id));
}

struct row_list *scan_log_list(struct db *db, const struct scan_filter *filter)
{
	static const struct searched NAMES[] = { { "l.attendee_name", AS_WORDS }, { NULL, 0 } };
	struct query *q = query_new(NULL, LOG_SELECT LOG_FROM);

	query_where(q, "l.event_id = ?", args(filter->event_id));
	if (filter->card_uid)
		query_where(q, "l.card_uid = ?", args(filter->card_uid));
	if (filter->username)
		query_where(q, "a.username = ?", args(filter->username));
	if (filter->result)
		query_where(q, "l.result = ?", args(filter->result));
	if (filter->kind)
		query_where(q, "l.kind = ?", args(filter->kind));
	search_rows(q, NAMES, filter->attendee_name);
	if (filter->from)
		query_where(q, "l.at >= ?", args(arg_time(filter->from)));
	if (filter->to)
		query_where(q, "l.at < ?", args(arg_time(filter->to)));
	query_order(q, "l.id", !filter->oldest_first, "l.id");
	return query_list(q, db, LOG_FROM, "l.id");
}
