#ifndef STORE_MARKED_LIST_H
#define STORE_MARKED_LIST_H
/* Lists of declared nouns, whose tables may have marks (store/mark.h). */
#include "store/resource.h"

/* noun_rows(). Where that is all of a table that has marks, by ascending or descending id, its number of rows is exact, and a page that is
 * far down costs what the first one costs; and where ask says how many they are, that is its number. On db's memory. */
struct row_list *marked_rows(struct db *db, struct noun_view view, const struct noun_ask *ask);
/* Says of a condition that compares one of the noun's columns with a moment, and was added, between which ids its rows are, where that is
 * known: before the moment (until), or from it on. */
void marked_narrow(struct db *db, const struct noun *noun, struct noun_ask *ask, const char *condition, ms_t moment,
		   bool until);

#endif
