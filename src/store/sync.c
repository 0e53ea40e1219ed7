/* In the order of ids, so that no cursor is held open: first which, some thousands at a time, then what there is to say of them, batch by
 * batch. So what changed is looked for as seldom as memory allows, and one batch is all that is held of what is said. */
#include "store/sync.h"
#include "base/buf.h"
#include "store/scan.h"
#include "store/scan_summary.h"
#include <assert.h>

enum { IDS = 10000, BATCH = 1000, CARDS = 200, VALUES = 24 };

_Static_assert(CARDS *SYNC_CARD_TICKETS <= 10000, "a batch of cards fits one result");

/* ---- how far ---- */

/* Its own clock, for it is the one that rows are stamped by. */
static ms_t database_clock(struct db *db)
{
	/* the clock of the database, not the request's */
	const struct row *row = db_one(db, "SELECT NOW(3) AS at", no_args);

	return row ? row_time(row, "at") : 0;
}

struct sync_mark sync_mark_now(struct db *db, int64_t event_id, ms_t now, struct sync_mark before)
{
	int64_t summed = db_int(db, "SELECT upto_id FROM scan_summary WHERE event_id = ?", args(event_id)), young, last;
	int64_t from = summed > before.log ? summed : before.log;

	young = db_int(db,
		       "SELECT id FROM scan_log FORCE INDEX (scan_log_event)"
		       " WHERE event_id = ? AND id > ? AND at >= ? ORDER BY id LIMIT 1",
		       args(event_id, from, arg_time(now - SCAN_OVERLAP_S * MS_SECOND)));
	last = db_int(db,
		      "SELECT id FROM scan_log FORCE INDEX (scan_log_event)"
		      " WHERE event_id = ? AND id > ? AND id < ? ORDER BY id DESC LIMIT 1",
		      args(event_id, from, young ? young : INT64_MAX));
	return (struct sync_mark){ .at = database_clock(db) - SYNC_OVERLAP_S * MS_SECOND, .log = last ? last : from };
}

bool sync_mark_ahead(struct db *db, int64_t event_id, struct sync_mark mark)
{
	return mark.at > database_clock(db) ||
	       (mark.log && mark.log > db_int(db,
					      "SELECT id FROM scan_log FORCE INDEX (scan_log_event)"
					      " WHERE event_id = ? ORDER BY id DESC LIMIT 1",
					      args(event_id)));
}

/* ---- what a ticket says ---- */

/* Only its owner's own ticket stands for the family. The argument: are they shown at all? */
#define DEPENDENTS                                                                                                     \
	"(SELECT JSON_ARRAYAGG(JSON_OBJECT('name', x.name, 'relationship', x.relationship, 'ticket_id', s.id,"         \
	" 'presence', s.presence) ORDER BY s.id LIMIT 50) FROM dependent x JOIN ticket s ON s.dependent_id = x.id"     \
	" AND s.event_id = t.event_id AND s.customer_id = t.customer_id AND s.status = 'valid'"                        \
	" WHERE ? AND t.dependent_id IS NULL AND x.customer_id = t.customer_id) AS `dependents:json`"
#define TICKET                                                                                                               \
	"t.nonce AS `nonce:hex`, t.generation, t.status, t.presence, t.entries, t.on_leave, t.last_in_at, t.category_id,"    \
	" c.name AS category, t.holder_name, " LABELS_OF_BOTH " AS `labels:json`, t.dependent_id, o.reference,"              \
	" IF(d.id IS NULL, cu.birth_date, d.birth_date) AS birth_date, COALESCE(d.blood_type, cu.blood_type) AS blood_type," \
	" cu.emergency_name, cu.emergency_mobile, COALESCE(d.photo, a.photo) AS photo, t.first_scan_at, t.first_gate,"       \
	" ua.name AS first_usher,"                                                                                           \
	" (SELECT MIN(n.uid) FROM nfc_card n WHERE n.customer_id = t.customer_id AND n.status = 'active') AS card_uid,"      \
	" " DEPENDENTS
#define BESIDE_TICKET                                                                                                  \
	" LEFT JOIN ticket_category c ON c.id = t.category_id LEFT JOIN customer cu ON cu.id = t.customer_id"          \
	" LEFT JOIN account a ON a.id = cu.account_id LEFT JOIN orders o ON o.id = t.order_id"                         \
	" LEFT JOIN dependent d ON d.id = t.dependent_id LEFT JOIN usher u ON u.id = t.first_usher_id"                 \
	" LEFT JOIN account ua ON ua.id = u.account_id"
/* Something else than where it is: its own row, its people's, their cards, its first scan, also one that came late or was taken back,
 * the family's tickets and what was given away. */
#define CONTENT_AT                                                                                                                       \
	", GREATEST(t.changed_at, cu.changed_at, COALESCE(d.changed_at, t.changed_at), COALESCE(t.first_scan_at, t.changed_at),"         \
	" COALESCE((SELECT MAX(n.changed_at) FROM nfc_card n WHERE n.customer_id = t.customer_id), t.changed_at),"                       \
	" COALESCE((SELECT MAX(n.changed_at) FROM nfc_card n WHERE n.passed_from = t.customer_id), t.changed_at),"                       \
	" COALESCE((SELECT MAX(GREATEST(x.changed_at, COALESCE(s.changed_at, x.changed_at))) FROM dependent x"                           \
	" LEFT JOIN ticket s ON s.dependent_id = x.id AND s.event_id = t.event_id WHERE x.customer_id = t.customer_id), t.changed_at),"  \
	" COALESCE((SELECT MAX(l.at) FROM scan_log l WHERE l.ticket_id = t.id AND (l.uploaded OR l.undoes IS NOT NULL)), t.changed_at)," \
	" COALESCE((SELECT MAX(x.settled_at) FROM ticket_transfer x WHERE x.from_customer_id = t.customer_id"                            \
	" AND x.event_id = t.event_id), t.changed_at)) AS content_at"
#define NO_CONTENT_AT ", NULL AS content_at"

/* ---- which of them changed ---- */

/* Arguments: event, at, seven times; then event, log, twice. The family's own tickets follow what is a dependent's. */
#define CHANGED                                                                                                               \
	"SELECT id FROM ticket WHERE event_id = ? AND changed_at >= ?"                                                        \
	" UNION SELECT s.id FROM customer k JOIN ticket s ON s.event_id = ? AND s.customer_id = k.id WHERE k.changed_at >= ?" \
	" UNION SELECT s.id FROM nfc_card k JOIN ticket s ON s.event_id = ? AND s.customer_id = k.customer_id"                \
	" WHERE k.changed_at >= ?"                                                                                            \
	" UNION SELECT s.id FROM nfc_card k JOIN ticket s ON s.event_id = ? AND s.customer_id = k.passed_from"                \
	" WHERE k.changed_at >= ?"                                                                                            \
	" UNION SELECT s.id FROM dependent k JOIN ticket s ON s.event_id = ? AND s.customer_id = k.customer_id"               \
	" WHERE k.changed_at >= ?"                                                                                            \
	" UNION SELECT s.id FROM ticket k JOIN dependent x ON x.customer_id = k.customer_id"                                  \
	" JOIN ticket s ON s.event_id = k.event_id AND s.customer_id = k.customer_id AND s.dependent_id IS NULL"              \
	" WHERE k.event_id = ? AND k.changed_at >= ?"                                                                         \
	" UNION SELECT s.id FROM ticket_transfer k JOIN ticket s ON s.event_id = k.event_id"                                  \
	" AND s.customer_id = k.from_customer_id WHERE k.event_id = ? AND k.settled_at >= ?"                                  \
	" UNION SELECT ticket_id FROM scan_log FORCE INDEX (scan_log_event)"                                                  \
	" WHERE event_id = ? AND id > ? AND ticket_id IS NOT NULL"                                                            \
	" UNION SELECT s.id FROM scan_log l FORCE INDEX (scan_log_event) JOIN ticket k ON k.id = l.ticket_id"                 \
	" AND k.dependent_id IS NOT NULL JOIN ticket s ON s.event_id = l.event_id AND s.customer_id = k.customer_id"          \
	" AND s.dependent_id IS NULL WHERE l.event_id = ? AND l.id > ?"
enum { CHANGED_AT = 7, CHANGED_LOG = 2 };

/* The same for cards: at six times, log once. What a first scan was stands in a card's box. */
#define CARDS_CHANGED                                                                                                           \
	"SELECT k.id FROM ticket s JOIN nfc_card k ON k.customer_id = s.customer_id WHERE s.event_id = ? AND s.changed_at >= ?" \
	" UNION SELECT k.id FROM nfc_card k WHERE (k.passed_from IS NOT NULL OR EXISTS (SELECT 1 FROM ticket s"                 \
	" WHERE s.event_id = ? AND s.customer_id = k.customer_id)) AND k.changed_at >= ?"                                       \
	" UNION SELECT k.id FROM ticket_transfer x JOIN nfc_card k ON k.customer_id = x.from_customer_id"                       \
	" WHERE x.event_id = ? AND x.settled_at >= ?"                                                                           \
	" UNION SELECT k.id FROM customer x JOIN ticket s ON s.event_id = ? AND s.customer_id = x.id"                           \
	" JOIN nfc_card k ON k.customer_id = x.id WHERE x.changed_at >= ?"                                                      \
	" UNION SELECT k.id FROM dependent x JOIN ticket s ON s.event_id = ? AND s.customer_id = x.customer_id"                 \
	" JOIN nfc_card k ON k.customer_id = x.customer_id WHERE x.changed_at >= ?"                                             \
	" UNION SELECT k.id FROM scan_log l FORCE INDEX (scan_log_event) JOIN ticket s ON s.id = l.ticket_id"                   \
	" JOIN nfc_card k ON k.customer_id = s.customer_id WHERE l.event_id = ? AND l.id > ?"                                   \
	" AND (l.first_entry OR l.uploaded OR l.undoes IS NOT NULL)"
enum { CARDS_CHANGED_AT = 5, CARDS_CHANGED_LOG = 1 };

/* ---- batches ---- */

/* Ids first, many at once, and then what there is to say of some of them at a time. */
struct walk {
	struct row_source source;
	struct db *db;
	const char *find; /* ids: its last two arguments are the one to go on from, and how many */
	struct arg finds[VALUES];
	size_t n_finds;
	const char *tell; /* rows of these, given as a JSON array */
	struct arg tells[3];
	size_t n_tells, ids_at;
	int64_t ids[IDS], left; /* left: of the limit; INT64_MAX: there is none */
	size_t n, at, batch;
	bool over; /* there are no more than these */
	TALLOC_CTX *memory;
};

/* More ids. False: there are none, or the database failed. */
static bool find_more(struct walk *w)
{
	const struct rows *rows;
	int64_t wanted = w->left < IDS ? w->left : IDS;

	if (w->over || !wanted)
		return false;
	w->finds[w->n_finds - 1] = arg_int(wanted);
	rows = db_query(w->db, w->find, (struct args){ w->n_finds, w->finds });
	w->n = rows->n;
	w->at = 0;
	for (size_t i = 0; i < rows->n; i++)
		w->ids[i] = rows->cells[i * rows->n_columns].i;
	w->over = (int64_t)w->n < wanted;
	w->left -= (int64_t)w->n;
	if (w->n)
		w->finds[w->n_finds - 2] = arg_int(w->ids[w->n - 1]);
	return w->n != 0;
}

/* The next of the ids that were found, as JSON on the batch's memory. */
static const char *next_ids(struct walk *w)
{
	struct buf *json = buf_new(w->memory, w->batch * 24 + 8);
	size_t end = w->at + w->batch < w->n ? w->at + w->batch : w->n;

	for (char before = '['; w->at < end; w->at++, before = ',')
		buf_printf(json, "%c%lld", before, (long long)w->ids[w->at]);
	buf_char(json, ']');
	return json->data;
}

static const struct rows *next_batch(struct row_source *source)
{
	struct walk *w = (struct walk *)(void *)source;
	TALLOC_CTX *memory = db_results(w->db);
	const struct rows *rows = NULL;

	talloc_free_children(w->memory);
	db_memory(w->db, w->memory);
	if (w->at < w->n || find_more(w)) {
		w->tells[w->ids_at] = arg(next_ids(w));
		rows = db_query(w->db, w->tell, (struct args){ w->n_tells, w->tells });
	}
	db_memory(w->db, memory);
	return db_error(w->db) == DB_OK ? rows : NULL;
}

static void finds(struct walk *w, struct arg value)
{
	assert(w->n_finds < VALUES);
	w->finds[w->n_finds++] = value;
}

/* The event with each of the two marks so many times. */
static void find_marks(struct walk *w, const struct sync_query *q, int at, int log)
{
	for (int i = 0; i < at; i++) {
		finds(w, arg_int(q->event_id));
		finds(w, arg_time(q->since.at));
	}
	for (int i = 0; i < log; i++) {
		finds(w, arg_int(q->event_id));
		finds(w, arg_int(q->moves ? q->since.log : INT64_MAX));
	}
}

/* The event's own walk, or what changed: all, some are such statements. */
static struct walk *walk_new(struct db *db, const struct sync_query *q, const char *all, const char *some, int at,
			     int log)
{
	struct walk *w = talloc_zero(db_results(db), struct walk);

	w->source.next = next_batch;
	w->db = db;
	w->memory = talloc_new(w);
	w->left = q->limit ? q->limit : INT64_MAX;
	w->batch = BATCH;
	w->find = q->since.at ? some : all;
	if (q->since.at)
		find_marks(w, q, at, log);
	else
		finds(w, arg_int(q->event_id));
	finds(w, arg_int(q->after));
	finds(w, arg_int(0));
	return w;
}

static void tells(struct walk *w, struct arg value)
{
	assert(w->n_tells < sizeof w->tells / sizeof *w->tells);
	w->tells[w->n_tells++] = value;
}

/* Here the ids go. */
static void tells_ids(struct walk *w)
{
	w->ids_at = w->n_tells;
	tells(w, arg_null());
}

#define IDS_GIVEN " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) i"
#define ALL_TICKETS                                                                                                    \
	"SELECT id FROM ticket FORCE INDEX (ticket_event_id) WHERE event_id = ? AND id > ? ORDER BY id LIMIT ?"
#define CHANGED_TICKETS "SELECT id FROM (" CHANGED ") h WHERE id > ? ORDER BY id LIMIT ?"

struct row_source *sync_tickets(struct db *db, const struct sync_query *q)
{
	static const char FIRST[] = "SELECT t.id, " TICKET NO_CONTENT_AT IDS_GIVEN
				    " JOIN ticket t ON t.id = i.id" BESIDE_TICKET " ORDER BY t.id";
	static const char LATER[] = "SELECT t.id, " TICKET CONTENT_AT IDS_GIVEN
				    " JOIN ticket t ON t.id = i.id" BESIDE_TICKET " ORDER BY t.id";
	struct walk *w = walk_new(db, q, ALL_TICKETS, CHANGED_TICKETS, CHANGED_AT, CHANGED_LOG);

	w->tell = q->since.at ? LATER : FIRST;
	tells(w, arg(q->dependents));
	tells_ids(w);
	return &w->source;
}

struct row_source *sync_names(struct db *db, const struct sync_query *q)
{
	static const char NAMES[] =
		"SELECT t.id, t.holder_name, o.reference, RIGHT(a.mobile_number, 4) AS mobile_end" IDS_GIVEN
		" JOIN ticket t ON t.id = i.id JOIN customer cu ON cu.id = t.customer_id"
		" JOIN account a ON a.id = cu.account_id JOIN orders o ON o.id = t.order_id ORDER BY t.id";
	struct walk *w = walk_new(db, q, ALL_TICKETS, CHANGED_TICKETS, CHANGED_AT, CHANGED_LOG);

	w->tell = NAMES;
	tells_ids(w);
	return &w->source;
}

/* Few people have more than one or two tickets, so counting those before each costs next to nothing. */
#define OF_CARD                                                                                                        \
	IDS_GIVEN                                                                                                      \
	" JOIN nfc_card k ON k.id = i.id LEFT JOIN ticket t ON t.event_id = ? AND t.customer_id = k.customer_id"       \
	" AND (SELECT COUNT(*) FROM ticket s WHERE s.event_id = t.event_id AND s.customer_id = t.customer_id"          \
	" AND s.id < t.id) < 50"
#define CARD "SELECT k.id AS card, k.uid, k.status AS card_status, t.id"

_Static_assert(SYNC_CARD_TICKETS == 50, "the statement names it");

struct row_source *sync_cards(struct db *db, const struct sync_query *q)
{
	static const char ALL[] =
		"SELECT n.id FROM nfc_card n WHERE EXISTS (SELECT 1 FROM ticket s WHERE s.event_id = ?"
		" AND s.customer_id = n.customer_id) AND n.id > ? ORDER BY n.id LIMIT ?";
	static const char CHANGES[] = "SELECT id FROM (" CARDS_CHANGED ") h WHERE id > ? ORDER BY id LIMIT ?";
	static const char NUMBERS[] = CARD OF_CARD " ORDER BY k.id, t.id";
	static const char INSIDE[] = CARD ", " TICKET NO_CONTENT_AT OF_CARD BESIDE_TICKET " ORDER BY k.id, t.id";
	struct walk *w = walk_new(db, q, ALL, CHANGES, CARDS_CHANGED_AT, CARDS_CHANGED_LOG);

	w->batch = CARDS;
	w->tell = q->inside ? INSIDE : NUMBERS;
	if (q->inside)
		tells(w, arg(q->dependents));
	tells_ids(w);
	tells(w, arg_int(q->event_id));
	return &w->source;
}

/* ---- beside them ---- */

const struct row *sync_event(struct db *db, int64_t event_id)
{
	return db_one(
		db,
		"SELECT id, title, status, scanning_enabled, starts_at, ends_at, time_zone, re_entry, daily, day_change, room,"
		" min_age, turning, show_labels, show_dependents, offline_names, min_age IS NOT NULL OR EXISTS"
		" (SELECT 1 FROM ticket_category c WHERE c.event_id = event.id AND c.min_age IS NOT NULL) AS `asks_age:bool`"
		" FROM event WHERE id = ?",
		args(event_id));
}

const struct rows *sync_categories(struct db *db, int64_t event_id)
{
	return db_query(db, "SELECT id, name, min_age FROM ticket_category WHERE event_id = ? ORDER BY position, id",
			args(event_id));
}

const struct rows *sync_rules(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT category_id, gate, opens_at, closes_at FROM gate_rule WHERE event_id = ?"
			" ORDER BY category_id, id",
			args(event_id));
}

const struct rows *sync_gates(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT gate AS name FROM usher_assignment WHERE event_id = ? AND gate <> ''"
			" UNION SELECT gate FROM gate_rule WHERE event_id = ? AND gate <> ''"
			" UNION SELECT gate FROM scan_count WHERE event_id = ? AND gate <> '' ORDER BY name LIMIT 100",
			args(event_id, event_id, event_id));
}

const struct rows *sync_keys(struct db *db, int64_t event_id)
{
	return db_query(db,
			"SELECT id AS key_id, public_key AS `public_key:hex`,"
			" retired_at IS NOT NULL AS `retired:bool` FROM event_key WHERE event_id = ? ORDER BY id",
			args(event_id));
}

const struct row *sync_counts(struct db *db, int64_t event_id)
{
	return db_one(db,
		      "SELECT (SELECT COUNT(*) FROM ticket WHERE event_id = ?) AS attendees,"
		      " (SELECT COUNT(*) FROM (SELECT DISTINCT customer_id FROM ticket WHERE event_id = ?) s"
		      " JOIN nfc_card n ON n.customer_id = s.customer_id) AS cards,"
		      " (SELECT COUNT(*) FROM scan_conflict WHERE event_id = ? AND status = 'open') AS conflicts",
		      args(event_id, event_id, event_id));
}
