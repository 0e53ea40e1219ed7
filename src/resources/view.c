/* What people ask of lists again and again, under a name. */
#include "app/view.h"
#include "resources/family.h"

/* clang-format off */
#define VIEW_NAMED                                                                                                     \
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 80, .help = "What it is called" },                        \
	{ "list", F_TEXT, LISTED | SORTED | FILTERED | CREATED | REQUIRED, .max = 60, .at = "page",                    \
	  .help = "Of which list, by its address: orders" },                                                           \
	{ "query", F_TEXT, SHOWN | CHANGED, .max = 1500, .otherwise = "",                                              \
	  .help = "What is asked of it, as in its address: status=paid&sort_by=-id" },                                 \
	{ "usual", F_BOOL, LISTED | CHANGED, .help = "The list opens with it, for whose it is" }
#define VIEW_PAGE                                                                                                      \
	{ "page", F_TEXT, LISTED | APART, .sql = "CONCAT(t.list, '?view=', t.id, IF(t.query = '', '', '&'), t.query)", \
	  .label = "Where it opens" }
/* clang-format on */

static const struct resource_column VIEW[] = {
	VIEW_NAMED,
	{ "shared", F_BOOL, LISTED | FILTERED | CHANGED, .help = "For all staff, which managers say" },
	{ "account_id", F_ID, .flags = LISTED | APART },
	{ "account.name", F_TEXT, LISTED, .sql = "a.name", .label = "Whose" },
	VIEW_PAGE,
	COLUMNS_END,
};

static const struct resource_column VIEW_OWN[] = { VIEW_NAMED, VIEW_PAGE, COLUMNS_END };

/* What lists of staff and of organizers have alike. */
#define OF_ACCOUNTS                                                                                                    \
	.by_account = true, .stamps = STAMPS, .order = "name",                                                         \
	.twice = "You have a view of this list with this name already.", .check = view_check, .insert = view_insert,   \
	.made = view_made, .update = view_update, .remove = view_remove

const struct resource RESOURCES_VIEW[] = {
	{ "views", "view", "Saved views", "name", "saved_view", "LEFT JOIN account a ON a.id = t.account_id", VIEW,
	  STAFF, STAFF, .part = "t.mount = 'staff'", .scope = "(t.account_id = ? OR t.shared = 1)", OF_ACCOUNTS },
	{ "views", "view", "Saved views", "name", "saved_view", NULL, VIEW_OWN, ORGANIZER, ORGANIZER,
	  .right = RIGHT_WORKS, .mount = "organizer", .part = "t.mount = 'organizer'", .owner = "account_id",
	  OF_ACCOUNTS },
	RESOURCES_END,
};
