#ifndef RULES_WORDS_H
#define RULES_WORDS_H
/* Text as it is searched. What is stored and what is typed are brought into one form, so that neither accents (é is e, composed or
 * not), vowel signs, forms of letters (أ is ا, ß is ss, full width), case, apostrophes nor the digits of another script keep them
 * apart. What parts words is forgotten, and with it their order.
 *
 * Text that people wrote has its words beside it in a column of their own, called as the text's with "_words" behind it, and written
 * by the statements that write the text. Who changes what is made here sets those columns NULL by a migration. */
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

/* The sizes of such columns, in bytes: of a line, and of text. */
enum { LINE_WORDS = 1200, TEXT_WORDS = 60000 };

/* The words of text with blanks between them, then those again that hyphens and the like join, joined; cut at max bytes, on ctx.
 * "" when it has none. */
const char *words_of(TALLOC_CTX *ctx, const char *text, size_t max);

enum { SOUGHT_MAX = 8 };

/* What somebody looks for. */
struct sought {
	const char *words[SOUGHT_MAX]; /* the longest first: they are the rarest */
	/* of each: itself, or of digits, what they are behind a country's code: without the zeros before them */
	const char *digits[SOUGHT_MAX];
	size_t n;
	const char *joined; /* all of it, for what is kept without separators; NULL where it is one word */
	const char *number; /* the same of a telephone's number; NULL where it is none */
};

/* On ctx. Of more than SOUGHT_MAX words the shortest are not looked for. */
struct sought *words_sought(TALLOC_CTX *ctx, const char *text);

#endif
