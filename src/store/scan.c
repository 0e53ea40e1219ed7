/* The gate. Scans that wait are settled together: one SELECT finds their tickets, then one transaction writes their log
 * rows and moves the tickets, each under a guard that names the facts its verdict read. Measured with eight at a time, a
 * scan costs the database a third of what it costs alone. */
#include "store/scan.h"
#include "db/compose.h"
#include "store/search.h"
#include <assert.h>
#include <stdlib.h>

/* What few scans need (a dependent, who scanned first) has queries of its own. Who has several active cards is shown with
 * one of them. */
#define EVENT_COLUMNS                                                                                                  \
	"e.status AS event_status, e.scanning_enabled, e.starts_at, e.ends_at, e.re_entry, e.show_labels, e.show_dependents"
#define TICKET_COLUMNS                                                                                                 \
	"SELECT " EVENT_COLUMNS ", t.id, t.nonce AS `nonce:hex`, t.event_id, t.category_id, t.generation, t.status,"   \
	" t.presence, t.entries, t.holder_name, t.labels AS `labels:json`, t.customer_id, t.dependent_id,"             \
	" c.name AS category, t.first_scan_at, t.first_gate, t.first_usher_id, cu.blood_type, cu.emergency_name,"      \
	" cu.emergency_mobile, a.photo,"                                                                               \
	" (SELECT MIN(n.uid) FROM nfc_card n WHERE n.customer_id = t.customer_id AND n.status = 'active') AS card_uid"
#define TICKET_FROM                                                                                                    \
	" FROM ticket t JOIN event e ON e.id = t.event_id JOIN ticket_category c ON c.id = t.category_id"              \
	" JOIN customer cu ON cu.id = t.customer_id JOIN account a ON a.id = cu.account_id"
#define TICKET_SELECT TICKET_COLUMNS TICKET_FROM

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
		      " COALESCE(session_id, 0) AS session_id FROM scan_log"
		      " WHERE ticket_id = ? AND (? = 0 OR id < ?) AND moved ORDER BY id DESC LIMIT 1",
		      args(ticket_id, before, before));
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
	" FROM scan_log l WHERE l.ticket_id = t.id AND l.moved ORDER BY l.id DESC LIMIT 1), t.last_scan_at, NULL)"     \
	" AS repeated"
#define TICKET_SELECT_OF_CARD TICKET_COLUMNS REPEATED TICKET_FROM

const struct rows *scan_tickets_of_card(struct db *db, const struct card_scan *scan)
{
	return db_query(db,
			TICKET_SELECT_OF_CARD
			" WHERE t.event_id = ? AND t.customer_id = ?"
			" ORDER BY t.id = ? DESC, repeated DESC, t.dependent_id IS NULL DESC, t.status = 'valid' DESC,"
			" (t.presence = 'inside') = ? DESC, t.id LIMIT 50",
			args(scan->session_id, arg_time(scan->since), scan->session_id, scan->out ? "out" : "in",
			     scan->card_uid, scan->event_id, scan->customer_id, scan->ticket_id, scan->out));
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

enum { LOG_VALUES = 17, MOVE_VALUES = 8 };

static struct args log_values(struct db *db, const struct scan_effect *e, struct arg into[LOG_VALUES])
{
	return args_into(args(e->event_id, arg_bytes(e->scan_id, 16), arg_id_or_null(e->ticket_id),
			      arg_id_or_null(e->category_id), e->card_uid, e->usher_id, arg_id_or_null(e->session_id),
			      e->gate, e->direction, e->result, e->reason, e->moves, e->moves && !e->out && !e->entries,
			      e->name, words_beside(db, e->name), arg_time(e->now), arg_time(e->scanned_at)),
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
		       " direction, result, reason, moved, first_entry, attendee_name, attendee_name_words, at, scanned_at)"
		       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		       rows, n) == (int64_t)n;
}

/* Only a first scan in gives the ticket its first time, usher and gate. */
static struct args in_values(const struct scan_effect *e, struct arg into[MOVE_VALUES])
{
	return args_into(args(arg_time(e->now), arg_time(e->now), e->usher_id, e->gate, e->ticket_id, e->generation,
			      e->presence, e->entries),
			 into);
}

static struct args out_values(const struct scan_effect *e, struct arg into[MOVE_VALUES])
{
	return args_into(args(arg_time(e->now), e->ticket_id, e->generation, e->entries), into);
}

static const char MOVE_IN[] =
	"UPDATE ticket SET presence = 'inside', entries = entries + 1, last_scan_at = ?,"
	" first_scan_at = COALESCE(first_scan_at, ?), first_usher_id = COALESCE(first_usher_id, ?),"
	" first_gate = COALESCE(first_gate, ?)"
	" WHERE id = ? AND generation = ? AND status = 'valid' AND presence = ? AND presence <> 'inside' AND entries = ?";
static const char MOVE_OUT[] =
	"UPDATE ticket SET presence = 'outside', last_scan_at = ?"
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

static bool apply_all(void *with)
{
	struct apply *a = with;

	a->outcome = SCAN_FAILED;
	if (!write_log(a->db, a->effects, a->n)) {
		if (db_last(a->db) == DB_DUPLICATE)
			a->outcome = SCAN_REPEAT;
		return false;
	}
	if (!move_tickets(a->db, a->effects, a->n, false) || !move_tickets(a->db, a->effects, a->n, true)) {
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
	qsort(apply.effects, n, sizeof *apply.effects, by_ticket);
	if (db_transaction(db, apply_all, NULL, &apply))
		return SCAN_DONE;
	return apply.outcome == SCAN_DONE ? SCAN_FAILED : apply.outcome;
}

#define LOG_SELECT                                                                                                     \
	"SELECT l.id, l.scan_id AS `scan_id:uuid`, l.event_id, l.ticket_id, l.card_uid AS card_id, l.usher_id,"        \
	" a.username, a.name AS usher, l.gate, l.direction, l.result, l.reason, l.attendee_name, c.name AS category,"  \
	" l.at, l.scanned_at, l.moved"
#define LOG_FROM                                                                                                       \
	" FROM scan_log l LEFT JOIN usher u ON u.id = l.usher_id LEFT JOIN account a ON a.id = u.account_id"           \
	" LEFT JOIN ticket_category c ON c.id = l.category_id WHERE 1"

const struct row *scan_logged(struct db *db, int64_t event_id, const uint8_t scan_id[16])
{
	return db_one(db, LOG_SELECT LOG_FROM " AND l.event_id = ? AND l.scan_id = ?",
		      args(event_id, arg_bytes(scan_id, 16)));
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
	search_rows(q, NAMES, filter->attendee_name);
	if (filter->from)
		query_where(q, "l.at >= ?", args(arg_time(filter->from)));
	if (filter->to)
		query_where(q, "l.at < ?", args(arg_time(filter->to)));
	query_order(q, "l.id", !filter->oldest_first, "l.id");
	return query_list(q, db, LOG_FROM, "l.id");
}
