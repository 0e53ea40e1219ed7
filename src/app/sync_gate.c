/* It comes along each time, for it is small: so a switch that was thrown is known with the next scan. */
#include "app/sync_gate.h"
#include "base/uuid.h"
#include "rules/scan.h"
#include "store/event_key.h"
#include "store/sync.h"
#include <string.h>

enum { DAYS_MAX = 400, DAYS_AROUND = 2 };

/* When its days begin, from two before the first on. No day has more hours than the step, nor two of them less. */
static void answer_days(struct json_object *into, const struct row *event)
{
	struct json_object *days = answer_array(into, "days");
	const char *zone = row_text(event, "time_zone");
	int change = (int)row_int(event, "day_change");
	ms_t end = row_time(event, "ends_at") + DAYS_AROUND * MS_DAY;
	ms_t at = day_began(row_time(event, "starts_at") - DAYS_AROUND * MS_DAY, zone, change);

	for (int i = 0; row_bool(event, "daily") && i < DAYS_MAX && at <= end; i++) {
		json_object_array_add(days, json_object_new_int64(at));
		at = day_began(at + 30 * MS_HOUR, zone, change);
	}
}

static void answer_gates(struct request *rq, struct json_object *into, int64_t event_id)
{
	struct json_object *gates = answer_array(into, "gates");
	const struct rows *names = sync_gates(rq->db, event_id);

	for (size_t i = 0; i < names->n; i++) {
		struct row gate = row_at(names, i);

		json_object_array_add(gates, json_object_new_string(row_text(&gate, "name")));
	}
}

void sync_answer_gate(struct request *rq, struct json_object *into, const struct row *event)
{
	struct json_object *gate = answer_object(into, "gate");
	int64_t id = row_int(event, "id");

	answer_row(gate, event);
	json_object_object_del(gate, "id");
	answer_int(gate, "event_id", id);
	answer_days(gate, event);
	answer_rows(gate, "categories", sync_categories(rq->db, id));
	answer_rows(gate, "rules", sync_rules(rq->db, id));
	answer_gates(rq, gate, id);
}

void sync_answer_keys(struct request *rq, struct json_object *into, const struct row *event, bool sealed)
{
	const struct rows *keys = sync_keys(rq->db, row_int(event, "id"));
	struct json_object *list = answer_array(into, "keys"), *said;
	bool turning = sealed && row_bool(event, "turning");
	uint8_t gate_key[TURNING_KEY];

	for (size_t i = 0; i < keys->n; i++) {
		struct row key = row_at(keys, i);
		char hex[2 * EVENT_PUBLIC + 1];

		_Static_assert(sizeof gate_key <= EVENT_PUBLIC, "both fit their text");

		said = answer_item(list);
		answer_int(said, "key_id", row_int(&key, "key_id"));
		answer_text(said, "public_key", hex_text(row_cell(&key, "public_key")->s, EVENT_PUBLIC, hex));
		answer_bool(said, "retired", row_bool(&key, "retired"));
		if (turning && event_gate_key(rq->db, row_int(&key, "key_id"), gate_key))
			answer_text(said, "gate_key", hex_text(gate_key, sizeof gate_key, hex));
	}
	explicit_bzero(gate_key, sizeof gate_key);
}
