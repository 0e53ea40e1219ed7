#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H
/* The declared inputs of a route, and what it answers. From one array beside the action come validation, error texts, form
 * controls and OpenAPI schemas. Values may arrive as JSON, a form, multipart or the query; an action sees them typed.
 *
 *     static const struct field BOOKING[] = {
 *             { "event_id", F_ID, .required = true, .help = "The event" },
 *             { "items", F_LIST, .required = true, .max = 20, .of = BOOKING_ITEM },
 *             FIELDS_END
 *     };
 *
 * An answer is declared in the same words. Its keys are all there unless they are there sometimes, and null only where it
 * is said; a dot nests as in an alias of SQL. What several routes answer has a name, which its schema has in OpenAPI:
 *
 *     const struct field TICKET_ANSWER[] = {
 *             { "id", F_ID, .help = "The ticket" },
 *             { "first_scan_at", F_TIME, .null = true, .help = "When it first came in" },
 *             { "event.title", F_TEXT, .help = "The event" },
 *             FIELDS_NAMED("own_ticket")
 *     };
 */
#include <stdbool.h>
#include <stdint.h>

enum field_type {
	F_TEXT = 1,  /* one line; min and max count characters; trimmed; what cannot be seen or turns text: refused */
	F_LONG_TEXT, /* lines allowed */
	F_PASSWORD,  /* not trimmed, never logged, never shown again */
	F_INT,	     /* min and max are values */
	F_ID,	     /* a positive integer; in an answer 0 too, where that is what it has otherwise */
	F_MONEY,     /* minor units in JSON; in a form typed in major units of the "currency" field */
	F_RATE,	     /* basis points in JSON; in a form typed as a per cent, "2.5"; 0 to 10000 of itself */
	F_BOOL,
	F_TIME, /* RFC 3339; in a form or a query a datetime-local too: in the zone of the field "time_zone", else see times_in() */
	F_DATE, /* 2026-11-21 */
	F_EMAIL,
	F_MOBILE, /* normalised to E.164 */
	F_UUID,
	F_CHOICE,   /* one of the words in choices; in any case, and with blanks for "_", it is taken for that word */
	F_OTP,	    /* six digits */
	F_ZONE,	    /* IANA time zone */
	F_CURRENCY, /* ISO 4217 */
	F_COUNTRY,  /* ISO 3166-1, two letters */
	F_REAL,
	F_OBJECT, /* fields in of; in an answer, with of NULL, anything */
	F_LIST, /* objects with fields in of; or values of the type in of, whose field is called ""; or, with of NULL, texts;
		   * max items */
	F_FILE /* an uploaded file */
};

/* What an item that is at fault has among its members, where each stands for itself: one sentence, and all of them (member → [sentence,
 * …]; of the item as a whole by ""). */
#define FIELD_FAULT "(fault)"
#define FIELD_FAULTS "(faults)"

struct request;
typedef const char *field_rule(const struct request *rq, const char *text);

struct field {
	const char *name;
	enum field_type type;
	bool required;
	int64_t min, max;      /* 0, 0: the type's own bounds */
	const char *choices;   /* F_CHOICE: "in,out" */
	const char *otherwise; /* value when missing, as text */
	const struct field *of;
	const char *help; /* a short English label-and-hint: forms and OpenAPI */
	bool lenient;	  /* F_TEXT: what does not fit counts as not sent, for what must not fail */
	bool numbered;	  /* F_TEXT: names what has a number too, which is taken for its digits */
	/* F_LIST of objects: each stands for itself, so what is wrong with one refuses no other and not the request. In its place is
	 * what could be read of it, and FIELD_FAULT: a sentence. */
	bool each;
	bool null;	/* of an answer: it may be null */
	bool sometimes; /* of an answer: the key is not always there */
	bool house;	/* F_MONEY: in the currency of the house's terms ([fees] currency), whatever stands beside it */
	bool table;	/* F_FILE: a table that the action reads; else it is a picture */
	/* As it came: a file of which nothing is decoded, a list of lists (in a form a text). Its action reads it. */
	bool raw;
	bool begins; /* F_FILE: any file whose name begins so */
	bool names;  /* it says which thing is meant: where there is none, that is not found */
	/* Of a top-level text: what else it must be, asked once all fields were read, so that the first answer tells all that is
	 * wrong. A sentence, or NULL where it is well. NULL: nothing else. */
	field_rule *rule;
};

/* The .rule of an F_DATE that is not still to come: it has begun somewhere on earth. */
field_rule day_past_rule;

/* What an item of a list is that is no object; NULL: it is one. */
const struct field *field_plain_item(const struct field *list);

/* clang-format off */
#define FIELDS_END { 0 }
/* Ends an answer that has a name of its own. */
#define FIELDS_NAMED(noun) { .name = NULL, .help = noun }
/* clang-format on */

/* The page, limit, search, sort_by, sort_order and format of every list: put first in a list's array, with the words that it is
 * sorted by ("date,price"), or, as FIELDS_PAGE, of one that looks at them itself. One that is never long, so that all of it is
 * its page, has FIELD_FORMAT alone. */
/* clang-format off */
#define FIELD_FORMAT                                                                                                   \
	{ "format", F_CHOICE, .choices = "json,csv,xlsx", .help = "csv, xlsx: the whole list as a file" }
#define FIELDS_PAGE FIELDS_PAGE_BY(F_TEXT, NULL)
#define FIELDS_PAGE_SORTED(words) FIELDS_PAGE_BY(F_CHOICE, words)
#define FIELDS_PAGE_BY(kind, words)                                                                                                    \
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },                         \
		{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" },   \
		{ "search", F_TEXT, .max = 100, .help = "Search text" },                                               \
		{ "sort_by", kind, .max = 200, .choices = words, .help = "Sort column" },                               \
		{ "sort_order", F_CHOICE, .choices = "asc,desc", .otherwise = "asc", .help = "asc or desc" }, FIELD_FORMAT
/* clang-format on */

#endif
