/* One box over all that staff look for: of each noun, in the order in which people ask for them, the first that its own search finds. */
#include "app/actions/staff.h"
#include "app/resource.h"
#include <string.h>

static const char *const PATHS[] = { "orders",	   "tickets", "customers", "events",	  "nfc-cards", "payments",
				     "organizers", "venues",  "merchants", "promo-codes", "ushers",    "admins" };
enum { NOUNS = sizeof PATHS / sizeof *PATHS, FIRST = 5, ABOUT = 3 };

static const struct field FOUND_ONE[] = {
	{ "id", F_ID, .help = "Of it" },
	{ "title", F_TEXT, .help = "What it is called" },
	{ "about", F_TEXT, .help = "What else of it may have been meant" },
	FIELDS_END,
};
static const struct field FOUND_NOUN[] = {
	{ "path", F_TEXT, .help = "Below which it is: orders" },
	{ "noun", F_TEXT, .help = "What each is" },
	{ "label", F_TEXT, .help = "What they are called" },
	{ "more", F_BOOL, .help = "Its list finds more" },
	{ "items", F_LIST, .of = FOUND_ONE, .help = "The first of its list" },
	FIELDS_END,
};
const struct field OFFICE_FOUND[] = {
	{ "found", F_LIST, .of = FOUND_NOUN, .help = "Of each noun of which there is one" },
	FIELDS_END,
};
const struct field OFFICE_SEARCH[] = {
	{ "search", F_TEXT, .max = 100, .otherwise = "",
	  .help = "As the lists take it: words in any order, numbers, codes" },
	FIELDS_END,
};

/* The other texts that were searched, without what its title says already. */
static const char *about(struct request *rq, const struct resource *r, const struct row *row)
{
	const char *title = row_text(row, r->title);
	char *text = talloc_strdup(rq->mem, "");
	int n = 0;

	for (const struct resource_column *c = r->columns; c->name && n < ABOUT; c++) {
		const char *value;

		if ((c->flags & (LISTED | SEARCHED)) != (LISTED | SEARCHED) || !strcmp(c->name, r->title))
			continue;
		value = row_text(row, c->name);
		if (value && *value && (!title || strcmp(value, title)))
			text = talloc_asprintf_append(text, "%s%s", n++ ? " · " : "", value);
	}
	return text;
}

static void look_in(struct request *rq, const struct resource *r, struct json_object *found)
{
	const struct resource_made *made = resource_made(r);
	const struct noun_ask ask = { .search = field_text(rq, "search"),
				      .order = made->order,
				      .descending = made->descending,
				      .page = 1,
				      .limit = FIRST + 1 };
	const struct rows *rows = noun_list(rq->db, resource_view(rq, r), &ask);
	struct json_object *of, *items;

	if (!rows->n)
		return;
	of = answer_item(found);
	answer_text(of, "path", r->path);
	answer_text(of, "noun", r->noun);
	answer_text(of, "label", r->label);
	answer_bool(of, "more", rows->n > FIRST);
	items = answer_array(of, "items");
	for (size_t i = 0; i < rows->n && i < FIRST; i++) {
		struct row row = row_at(rows, i);
		struct json_object *item = answer_item(items);

		answer_int(item, "id", row_int(&row, "id"));
		answer_text(item, "title", row_text(&row, r->title));
		answer_text(item, "about", about(rq, r, &row));
	}
}

int office_search(struct request *rq)
{
	struct json_object *found = answer_array(rq->data, "found");
	const char *search = field_text(rq, "search");

	for (size_t i = 0; *search && i < NOUNS; i++) {
		const struct resource *r = resource_named(NULL, PATHS[i]);

		if (rq->who.role & r->readers)
			look_in(rq, r, found);
	}
	return ANSWERED;
}
