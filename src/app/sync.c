/* What devices at the gate hold for the time without a network: who comes, their cards and, where the event allows it, their names. The
 * first time all of it, later what changed. */
#include "app/actions/gate.h"
#include "app/sync_cursor.h"
#include "app/sync_gate.h"
#include "app/sync_item.h"
#include "base/uuid.h"
#include "rules/keys.h"
#include <stdio.h>
#include <string.h>

#define SYNC_EXPIRES_MS MS_DAY

enum { SYNC_PAGE = 5000 };

/* clang-format off */
#define SINCE                                                                                                          \
	{ "since", F_TEXT, .max = 100, .help = "The cursor of the last answer; without one, or with one of another time, everything" }, \
		{ "limit", F_INT, .min = 1, .max = SYNC_PAGE, .help = "Rows a page; without it all of them" }
#define SEALED { "sealed", F_BOOL, .help = "Each row readable only with its ticket's code, or its card" }
/* clang-format on */

const struct field SYNC_ASKED[] = { SINCE, SEALED, FIELDS_END };
const struct field SYNC_NAMES_ASKED[] = { SINCE, FIELDS_END };
const struct field SYNC_STATUS_ASKED[] = { SEALED, FIELDS_END };

/* A reading under way. */
struct sync {
	struct request *rq;
	const struct row *event;
	struct sync_shows shows;
	struct sync_cursor cursor; /* where it stands */
	bool sealed, afresh;
	uint8_t secret[ROSTER_KEY]; /* the session's own, where it is sealed */
	int64_t limit, given;	    /* limit 0: none */
	bool more, failed;
	bool tells_gate;
	struct card {	    /* the one whose tickets are being read */
		int64_t id; /* 0: none */
		char uid[CARD_UID_SIZE], status[11];
		struct json_object *tickets;
	} card;
};

/* ---- what is asked ---- */

/* Of what each row depends on beside its own: whose is sealed for whom, what the event shows, what its categories are called. */
static uint32_t print_of(const struct sync *s)
{
	struct buf *said = buf_new(s->rq->mem, 1 << 20);
	const struct rows *categories = sync_categories(s->rq->db, s->cursor.event_id);
	uint8_t hash[HASH_BYTES];

	buf_printf(said, "%d%d%d%d", s->sealed, s->shows.labels, s->shows.dependents, s->shows.ages);
	if (s->sealed)
		buf_add(said, s->secret, sizeof s->secret);
	for (size_t i = 0; i < categories->n; i++) {
		struct row category = row_at(categories, i);

		buf_printf(said, " %lld %s", (long long)row_int(&category, "id"), row_text(&category, "name"));
	}
	hash_plain(said->data, said->len, hash);
	return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

/* False: refused. */
static bool look(struct request *rq, struct sync *s)
{
	*s = (struct sync){ .rq = rq, .event = sync_event(rq->db, rq->who.event_id) };
	if (!s->event) {
		refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
		return false;
	}
	s->sealed = field_declared(rq, "sealed") && field_bool(rq, "sealed");
	s->shows = (struct sync_shows){ .labels = row_bool(s->event, "show_labels"),
					.dependents = row_bool(s->event, "show_dependents"),
					.ages = row_bool(s->event, "asks_age") };
	if (s->sealed)
		roster_secret(rq->who.session_id, s->secret);
	s->cursor.event_id = rq->who.event_id;
	s->cursor.print = print_of(s);
	return true;
}

/* Does the cursor that came go on in this list, as it is now? */
static bool goes_on(const struct sync *s, const struct sync_cursor *came, enum sync_list list)
{
	return came->event_id == s->cursor.event_id && came->print == s->cursor.print &&
	       (came->list == list || came->list == SYNC_ANY) && (came->since.at || came->after) &&
	       !sync_mark_ahead(s->rq->db, came->event_id, came->since);
}

/* Reads where it goes on from. False: refused. */
static bool begin(struct request *rq, struct sync *s, enum sync_list list)
{
	struct sync_cursor came = { .list = SYNC_ANY };
	const char *since = field_text(rq, "since");
	struct sync_cursor *at;

	if (since && !sync_cursor_read(since, &came)) {
		field_fault(rq, "since", "This is no cursor. Leave it out to get everything.");
		refuse_fields(rq);
		return false;
	}
	if (!look(rq, s))
		return false;
	at = &s->cursor;
	s->afresh = !goes_on(s, &came, list);
	if (!s->afresh)
		*at = came;
	if (!at->after)
		at->next = sync_mark_now(rq->db, at->event_id, rq->now, at->since);
	at->list = list;
	s->limit = field_int(rq, "limit");
	return true;
}

static struct sync_query query_of(const struct sync *s, bool moves)
{
	return (struct sync_query){ .event_id = s->cursor.event_id,
				    .since = s->cursor.since,
				    .after = s->cursor.after,
				    .limit = s->limit ? s->limit + 1 : 0,
				    .moves = moves,
				    .dependents = s->shows.dependents };
}

/* ---- what is answered ---- */

/* Is there room for one more? */
static bool counts(struct sync *s, int64_t id)
{
	if (s->limit && s->given == s->limit) {
		s->more = true;
		return false;
	}
	s->given++;
	s->cursor.after = id;
	return true;
}

static void answer_times(const struct request *rq, struct json_object *into)
{
	answer_time(into, "server_time", rq->now);
	answer_time(into, "expires_at", rq->now + SYNC_EXPIRES_MS);
}

static void answer_cursor(const struct sync *s, struct json_object *into)
{
	struct sync_cursor cursor = s->cursor;
	char text[SYNC_CURSOR_SIZE];

	if (!s->more)
		cursor = (struct sync_cursor){ .event_id = cursor.event_id,
					       .print = cursor.print,
					       .since = cursor.next };
	answer_text(into, "cursor", sync_cursor_text(&cursor, text));
}

static bool beside(void *with, struct json_object *into)
{
	struct sync *s = with;

	answer_cursor(s, into);
	answer_bool(into, "more", s->more);
	answer_bool(into, "afresh", s->afresh);
	answer_times(s->rq, into);
	if (s->tells_gate) {
		sync_answer_gate(s->rq, into, s->event);
		sync_answer_keys(s->rq, into, s->event, s->sealed);
	}
	return !s->failed;
}

static int answer_sync(struct sync *s, struct row_source *rows,
		       struct json_object *(*item)(void *with, const struct row *row))
{
	struct sync *kept = talloc_memdup(s->rq->mem, s, sizeof *s);

	answer_feed(s->rq, &(struct feed){ .rows = rows, .item = item, .beside = beside, .with = kept });
	return ANSWERED;
}

/* ---- who comes ---- */

static struct json_object *attendee(void *with, const struct row *row)
{
	struct sync *s = with;
	struct json_object *item;
	bool moved_only;

	if (!row || !counts(s, row_int(row, "id")))
		return NULL;
	if (!s->sealed)
		return sync_item_plain(s->rq, row, s->shows);
	moved_only = !row_null(row, "content_at") && row_time(row, "content_at") < s->cursor.since.at;
	item = sync_item_sealed(s->rq->mem, row, s->shows, !moved_only);
	s->failed |= !item;
	return item;
}

int sync_attendee_index(struct request *rq)
{
	struct sync s;
	struct sync_query query;

	if (!begin(rq, &s, SYNC_ATTENDEES))
		return ANSWERED;
	s.tells_gate = true;
	query = query_of(&s, true);
	return answer_sync(&s, sync_tickets(rq->db, &query), attendee);
}

/* ---- their cards ---- */

static struct json_object *sealed_card(struct sync *s)
{
	struct card *card = &s->card;
	struct json_object *item = json_object_new_object(), *inside = json_object_new_object();
	char name[ROSTER_NAME_SIZE];
	uint8_t key[ROSTER_KEY];

	answer_text(item, "k", roster_name_of_card(s->secret, card->uid, name));
	if (!json_object_array_length(card->tickets)) {
		answer_bool(item, "gone", true);
	} else {
		answer_text(item, "status", card->status);
		answer_text(inside, "card_id", card->uid);
		answer_add(inside, "tickets", json_object_get(card->tickets));
		roster_key_of_card(s->secret, card->uid, key);
		s->failed |= !sync_item_box(s->rq->mem, item, key, inside);
		explicit_bzero(key, sizeof key);
	}
	json_object_put(inside);
	return item;
}

static struct json_object *plain_card(const struct card *card)
{
	struct json_object *item = json_object_new_object();

	answer_text(item, "card_id", card->uid);
	if (!json_object_array_length(card->tickets)) {
		answer_bool(item, "gone", true);
		return item;
	}
	answer_text(item, "status", card->status);
	answer_add(item, "ticket_ids", json_object_get(card->tickets));
	return item;
}

/* The card whose rows are over; NULL: none is. */
static struct json_object *end_card(struct sync *s)
{
	struct json_object *item;

	if (!s->card.id)
		return NULL;
	item = s->sealed ? sealed_card(s) : plain_card(&s->card);
	json_object_put(s->card.tickets);
	s->card.id = 0;
	return item;
}

static void begin_card(struct sync *s, const struct row *row)
{
	struct card *card = &s->card;

	card->id = row_int(row, "card");
	snprintf(card->uid, sizeof card->uid, "%s", row_text(row, "uid"));
	snprintf(card->status, sizeof card->status, "%s", row_text(row, "card_status"));
	card->tickets = json_object_new_array();
}

static void add_ticket(struct sync *s, const struct row *row)
{
	struct json_object *ticket;

	if (!s->sealed) {
		json_object_array_add(s->card.tickets, json_object_new_int64(row_int(row, "id")));
		return;
	}
	ticket = sync_item_inside(row, s->shows);
	answer_int(ticket, "t", row_int(row, "id"));
	json_object_array_add(s->card.tickets, ticket);
}

/* A card has a row for each of its tickets, one after the other. */
static struct json_object *card(void *with, const struct row *row)
{
	struct sync *s = with;
	struct json_object *before = NULL;

	if (!row || row_int(row, "card") != s->card.id) {
		before = end_card(s);
		if (!row || !counts(s, row_int(row, "card")))
			return before;
		begin_card(s, row);
	}
	if (!row_null(row, "id"))
		add_ticket(s, row);
	return before;
}

int sync_card_index(struct request *rq)
{
	struct sync s;
	struct sync_query query;

	if (!begin(rq, &s, SYNC_CARDS))
		return ANSWERED;
	query = query_of(&s, s.sealed);
	query.inside = s.sealed;
	return answer_sync(&s, sync_cards(rq->db, &query), card);
}

/* ---- names ---- */

static struct json_object *name(void *with, const struct row *row)
{
	struct json_object *item;

	if (!row || !counts(with, row_int(row, "id")))
		return NULL;
	item = json_object_new_object();
	answer_int(item, "ticket_id", row_int(row, "id"));
	answer_text(item, "name", row_text(row, "holder_name"));
	answer_text(item, "reference", row_text(row, "reference"));
	answer_text(item, "mobile_end", row_null(row, "mobile_end") ? NULL : row_text(row, "mobile_end"));
	return item;
}

int sync_name_index(struct request *rq)
{
	struct sync s;
	struct sync_query query;

	if (!begin(rq, &s, SYNC_NAMES))
		return ANSWERED;
	if (!row_bool(s.event, "offline_names"))
		return refuse(rq, 403, "NAMES_NOT_KEPT", "The gates of this event may not keep a list of names.");
	query = query_of(&s, false);
	return answer_sync(&s, sync_names(rq->db, &query), name);
}

/* ---- how it stands ---- */

int sync_status(struct request *rq)
{
	struct sync s;
	char secret[2 * ROSTER_KEY + 1];
	const struct row *counted;

	if (!look(rq, &s) || !(counted = sync_counts(rq->db, rq->who.event_id)))
		return ANSWERED;
	s.cursor.next = sync_mark_now(rq->db, rq->who.event_id, rq->now, s.cursor.since);
	answer_row(rq->data, counted);
	answer_cursor(&s, rq->data);
	answer_times(rq, rq->data);
	if (s.sealed)
		answer_text(rq->data, "sync_secret", hex_text(s.secret, sizeof s.secret, secret));
	return ANSWERED;
}
