#ifndef HTTP_FIELD_H
#define HTTP_FIELD_H
/* The declared inputs of a route. From one array beside the action come validation, error texts, form controls and
 * OpenAPI schemas. Values may arrive as JSON, a form, multipart or the query; an action sees them typed.
 *
 *     static const struct field BOOKING[] = {
 *             { "event_id", F_ID, .required = true, .help = "The event" },
 *             { "items", F_LIST, .required = true, .max = 20, .of = BOOKING_ITEM },
 *             FIELDS_END
 *     };
 */
#include <stdbool.h>
#include <stdint.h>

enum field_type {
	F_TEXT = 1,  /* one line; min and max count characters; trimmed; what cannot be seen or turns text: refused */
	F_LONG_TEXT, /* lines allowed */
	F_PASSWORD,  /* not trimmed, never logged, never shown again */
	F_INT,	     /* min and max are values */
	F_ID,	     /* a positive integer */
	F_MONEY,     /* minor units in JSON; in a form typed in major units of the "currency" field */
	F_BOOL,
	F_TIME, /* RFC 3339, or datetime-local in the zone of the field "time_zone" */
	F_DATE, /* 2026-11-21 */
	F_EMAIL,
	F_MOBILE, /* normalised to E.164 */
	F_UUID,
	F_CHOICE,   /* one of the words in choices */
	F_OTP,	    /* six digits */
	F_ZONE,	    /* IANA time zone */
	F_CURRENCY, /* ISO 4217 */
	F_REAL,
	F_OBJECT, /* fields in of */
	F_LIST,	  /* objects with fields in of, or, with of NULL, texts; max items */
	F_FILE	  /* an uploaded file */
};

struct field {
	const char *name;
	enum field_type type;
	bool required;
	int64_t min, max;      /* 0, 0: the type's own bounds */
	const char *choices;   /* F_CHOICE: "in,out" */
	const char *otherwise; /* value when missing, as text */
	const struct field *of;
	const char *help; /* a short English label-and-hint: forms and OpenAPI */
};

/* clang-format off */
#define FIELDS_END { 0 }
/* clang-format on */

/* The page, limit, search, sort_by and sort_order of every list: put first in a list's array. */
/* clang-format off */
#define FIELDS_PAGE                                                                                                    \
	{ "page", F_INT, .min = 1, .max = 1000000, .otherwise = "1", .help = "Page, from 1" },                         \
		{ "limit", F_INT, .min = 1, .max = 1000000, .help = "Rows a page" },   \
		{ "search", F_TEXT, .max = 100, .help = "Search text" },                                               \
		{ "sort_by", F_TEXT, .max = 40, .help = "Sort column" },                                               \
		{ "sort_order", F_CHOICE, .choices = "asc,desc", .otherwise = "asc", .help = "asc or desc" }
/* clang-format on */

#endif
