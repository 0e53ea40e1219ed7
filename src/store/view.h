#ifndef STORE_VIEW_H
#define STORE_VIEW_H
/* Saved views: what somebody asks of a list, under a name. The statements that their declaration does not make. */
#include "db/db.h"

/* Whose lists' views. */
struct view_list {
	int64_t account_id;
	const char *mount, *list;
};

/* Those that somebody has of a list, their own first, by name, and what is shared with all of the mount: id, name, query, shared, usual,
 * mine; at most 100. */
const struct rows *views_of(struct db *db, const struct view_list *of);
/* The one that the list opens with: id, query. NULL: none. */
const struct row *view_usual(struct db *db, const struct view_list *of);
/* How many of their own somebody has of a list. */
int64_t views_own(struct db *db, const struct view_list *of);
/* Of theirs none but id (0: none at all) opens the list from now on. */
void view_usual_clear(struct db *db, const struct view_list *of, int64_t id, ms_t now);

#endif
