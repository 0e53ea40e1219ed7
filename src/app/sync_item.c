/* A hundred thousand of these are made at once, so nothing of one is left on the request's memory. */
#include "app/sync_item.h"
#include "app/attendee.h"
#include "app/picture.h"
#include "store/sync.h"
#include <string.h>

enum { BOX_MAX = 1 << 20 };

static const char *text_of(const struct row *row, const char *column)
{
	return row_null(row, column) ? NULL : row_text(row, column);
}

/* A column's JSON; NULL: there is none, or the event does not show it. */
static struct json_object *tree_of(const struct row *row, const char *column, bool shown)
{
	return shown && !row_null(row, column) ? json_tokener_parse(row_text(row, column)) : NULL;
}

/* What is plain in both: where the ticket is. */
static void answer_place(struct json_object *into, const struct row *row)
{
	answer_int(into, "ticket_id", row_int(row, "id"));
	answer_int(into, "generation", row_int(row, "generation"));
	answer_text(into, "presence", row_text(row, "presence"));
	answer_int(into, "entries", row_int(row, "entries"));
	answer_bool(into, "on_leave", row_bool(row, "on_leave"));
	answer_time(into, "last_in_at", row_time(row, "last_in_at"));
	answer_int(into, "category_id", row_int(row, "category_id"));
}

static void answer_list_of(struct json_object *into, const char *key, struct json_object *list)
{
	answer_add(into, key, list ? list : json_object_new_array());
}

static void answer_people(struct json_object *into, const struct row *row, struct sync_shows shows)
{
	answer_contact(into, row);
	answer_text(into, "blood_type", text_of(row, "blood_type"));
	answer_text(into, "birth_date", shows.ages ? text_of(row, "birth_date") : NULL);
}

static void answer_first(struct json_object *into, const struct row *row)
{
	struct json_object *first;

	if (row_null(row, "first_scan_at")) {
		answer_null(into, "first_scan");
		return;
	}
	first = answer_object(into, "first_scan");
	answer_time(first, "at", row_time(row, "first_scan_at"));
	answer_text(first, "usher", row_text(row, "first_usher"));
	answer_text(first, "gate", row_text(row, "first_gate"));
}

struct json_object *sync_item_plain(struct request *rq, const struct row *row, struct sync_shows shows)
{
	struct json_object *item = json_object_new_object();
	const char *photo = picture_address(rq, row, "photo");

	answer_place(item, row);
	answer_text(item, "name", row_text(row, "holder_name"));
	answer_text(item, "photo", photo);
	answer_text(item, "card_id", text_of(row, "card_uid"));
	answer_text(item, "ticket_status", row_is(row, "status", "valid") ? "valid" : "invalid");
	answer_text(item, "ticket_tier", row_text(row, "category"));
	answer_text(item, "scan_status", row_null(row, "first_scan_at") ? "not_scanned" : "previously_scanned");
	answer_people(item, row, shows);
	answer_list_of(item, "labels", tree_of(row, "labels", shows.labels));
	answer_list_of(item, "dependents", tree_of(row, "dependents", shows.dependents));
	answer_first(item, row);
	answer_text(item, "reference", row_text(row, "reference"));
	talloc_free((void *)(uintptr_t)photo);
	return item;
}

/* ---- sealed ---- */

static void put_text(struct json_object *into, const char *key, const char *text)
{
	if (text && *text)
		answer_text(into, key, text);
}

static void add_text(struct json_object *array, const char *text)
{
	json_object_array_add(array, json_object_new_string(text));
}

/* [name, relationship, ticket_id] of each. */
static void put_dependents(struct json_object *into, struct json_object *dependents)
{
	size_t n = dependents ? json_object_array_length(dependents) : 0;
	struct json_object *list = n ? answer_array(into, "d") : NULL;

	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(dependents, i), *said = json_object_new_array();

		add_text(said, tree_text(one, "name"));
		add_text(said, tree_text(one, "relationship"));
		json_object_array_add(said, json_object_new_int64(tree_int(one, "ticket_id")));
		json_object_array_add(list, said);
	}
	json_object_put(dependents);
}

static void put_labels(struct json_object *into, struct json_object *labels)
{
	if (labels && json_object_is_type(labels, json_type_array) && json_object_array_length(labels))
		answer_add(into, "l", labels);
	else
		json_object_put(labels);
}

struct json_object *sync_item_inside(const struct row *row, struct sync_shows shows)
{
	struct json_object *inside = json_object_new_object(), *list;

	put_text(inside, "n", row_text(row, "holder_name"));
	put_text(inside, "c", row_text(row, "card_uid"));
	put_labels(inside, tree_of(row, "labels", shows.labels));
	put_text(inside, "b", row_text(row, "blood_type"));
	if (!row_null(row, "emergency_mobile")) {
		list = answer_array(inside, "e");
		add_text(list, row_text(row, "emergency_name"));
		add_text(list, row_text(row, "emergency_mobile"));
	}
	put_dependents(inside, tree_of(row, "dependents", shows.dependents));
	if (shows.ages)
		put_text(inside, "a", row_text(row, "birth_date"));
	put_text(inside, "r", row_text(row, "reference"));
	if (!row_null(row, "first_scan_at")) {
		list = answer_array(inside, "f");
		json_object_array_add(list, json_object_new_int64(row_time(row, "first_scan_at")));
		add_text(list, row_text(row, "first_usher"));
		add_text(list, row_text(row, "first_gate"));
	}
	return inside;
}

bool sync_item_box(TALLOC_CTX *mem, struct json_object *into, const uint8_t key[ROSTER_KEY], struct json_object *inside)
{
	struct buf *box = buf_new(mem, BOX_MAX);
	size_t len;
	const char *text = json_object_to_json_string_length(
		inside, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	bool sealed = roster_box(key, text, len, box) && !buf_over(box);

	if (sealed)
		answer_text(into, "box", box->data);
	talloc_free(box);
	return sealed;
}

static bool box_of_ticket(TALLOC_CTX *mem, struct json_object *item, const struct row *row, struct sync_shows shows)
{
	struct json_object *inside = sync_item_inside(row, shows);
	uint8_t key[ROSTER_KEY];
	bool sealed;

	roster_key_of_code((const uint8_t *)row_cell(row, "nonce")->s, row_int(row, "id"),
			   (int32_t)row_int(row, "generation"), key);
	sealed = sync_item_box(mem, item, key, inside);
	explicit_bzero(key, sizeof key);
	json_object_put(inside);
	return sealed;
}

struct json_object *sync_item_sealed(TALLOC_CTX *mem, const struct row *row, struct sync_shows shows, bool boxed)
{
	struct json_object *item = json_object_new_object();

	answer_place(item, row);
	answer_text(item, "status", row_text(row, "status"));
	answer_bool(item, "dependent", !row_null(row, "dependent_id"));
	if (!boxed || box_of_ticket(mem, item, row, shows))
		return item;
	json_object_put(item);
	return NULL;
}
