#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H
/* What a list's search text finds: rows of which every word is somewhere in one of the columns that are searched, in any order. */
#include "db/compose.h"
#include "rules/words.h"
#include "store/sought.h"

enum searched_as {
	AS_WORDS = 1, /* text: its words stand beside it, see rules/words.h */
	AS_CODE,   /* a name, number or address that is kept in one form: any part of it, with or without separators */
	AS_START,  /* the same of a long list: its beginning */
	AS_MOBILE, /* E.164: any part, as people write it in their country or from abroad */
	AS_ID	   /* the number itself */
};

struct searched {
	const char *column; /* "t.title", an expression unless AS_WORDS; or a condition with one "?" */
	enum searched_as as;
};

/* Such a condition: has the text of a column this word? */
#define HAS_WORD(column) "COALESCE(" column "_words, LOWER(" column ")) LIKE ?"

/* Narrows q by text; columns end with a NULL one. Empty or NULL text narrows nothing, text without a word finds nothing. */
void search_rows(struct query *q, const struct searched *columns, const char *text);
/* The same of a long list, whose rows (t.id) are come to by way where the text finds few of them; where it finds many, they are not
 * counted. Are they many? */
bool search_long_rows(struct query *q, struct db *db, const struct sought_way *way, const struct searched *columns,
		      const char *text);
/* The words of a line, for the column beside it; NULL of NULL. On the memory of db's results. */
const char *words_beside(struct db *db, const char *line);

#endif
