/* What is booked, as it was sent: items by category, with who will come. */
#include "app/order.h"
#include <json-c/json.h>
#include <string.h>

/* Puts an item in its place by ascending category; a category named twice is added up. */
static struct order_item *place_item(struct order_hold *hold, int64_t category_id)
{
	size_t i = 0;

	while (i < hold->n_items && hold->items[i].category_id < category_id)
		i++;
	if (i < hold->n_items && hold->items[i].category_id == category_id)
		return &hold->items[i];
	memmove(hold->items + i + 1, hold->items + i, (hold->n_items - i) * sizeof *hold->items);
	hold->items[i] = (struct order_item){ .category_id = category_id };
	hold->n_items++;
	return &hold->items[i];
}

static void add_holders(struct request *rq, struct order_item *item, struct json_object *holders)
{
	struct json_object *all = item->holders ? json_tokener_parse(item->holders) : json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(holders); i++)
		json_object_array_add(all, json_object_get(json_object_array_get_idx(holders, i)));
	item->holders = json_object_array_length(all)
				? talloc_strdup(rq->mem, json_object_to_json_string_ext(all, JSON_C_TO_STRING_PLAIN))
				: NULL;
	json_object_put(all);
}

/* A ticket for a dependent shows the gate their picture and blood type, so they must be the buyer's own. */
static void check_holders(struct request *rq, size_t item, struct json_object *holders, const struct rows **own)
{
	for (size_t i = 0; i < json_object_array_length(holders); i++) {
		int64_t id = tree_int(json_object_array_get_idx(holders, i), "dependent_id");
		bool found = !id;

		if (id && !*own)
			*own = order_dependents(rq->db, rq->who.role_id);
		for (size_t k = 0; !found && k < (*own)->n; k++) {
			struct row dependent = row_at(*own, k);

			found = row_int(&dependent, "id") == id;
		}
		if (!found)
			field_fault(rq, talloc_asprintf(rq->mem, "items.%zu.holders.%zu.dependent_id", item, i),
				    "You have no such dependent.");
	}
}

void order_items_read(struct request *rq, struct order_hold *hold)
{
	const struct rows *dependents = NULL;
	struct json_object *items = field_tree(rq, "items");

	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *given = json_object_array_get_idx(items, i), *holders;
		struct order_item *item;

		if (!tree_int(given, "quantity"))
			continue;
		item = place_item(hold, tree_int(given, "category_id"));
		item->quantity += tree_int(given, "quantity");
		if (json_object_object_get_ex(given, "holders", &holders) && holders) {
			check_holders(rq, i, holders, &dependents);
			add_holders(rq, item, holders);
		}
	}
	if (!hold->n_items)
		field_fault(rq, "items", NOTHING_CHOSEN);
}
