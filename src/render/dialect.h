#ifndef RENDER_DIALECT_H
#define RENDER_DIALECT_H
/* The dialects that there are; what a dialect does stands in http/dialect.h. */
#include "http/dialect.h"

/* What several of them say alike. */
/* clang-format off */
#define FIELDS_PAGES                                                                                                   \
	{ "total", F_INT, .help = "Rows in all: exact to 100,000, then an estimate" },                                 \
		{ "page", F_INT, .help = "This page, from 1" },                                                        \
		{ "limit", F_INT, .help = "Rows a page" },                                                             \
		{ "total_pages", F_INT, .help = "How many pages there are" },                                          \
		{ "total_estimated", F_BOOL, .sometimes = true, .help = "Is total an estimate" }
#define FIELDS_ERROR                                                                                                   \
	{ "code", F_TEXT, .help = "Why, for programs: TICKET_SOLD_OUT" },                                              \
		{ "message", F_TEXT, .help = "Why, for people" }
#define FIELDS_META                                                                                                    \
	{ "request_id", F_TEXT, .help = "The X-Request-ID that was sent, or the one that was made" },                  \
		{ "timestamp", F_TIME, .help = "When it was answered" },                                               \
		{ "ignored", F_LIST, .sometimes = true, .help = "Fields that were sent and are not known here" }
#define FIELD_ERRORS                                                                                                   \
	{ "errors", F_OBJECT, .sometimes = true, .help = "Where fields are at fault: a list of sentences for each" }
/* clang-format on */

/* {"success":true,"data":…,"message":…,"meta":{…}}, snake_case: the ticketing API. */
extern const struct dialect DIALECT_WRAPPED;
/* The object itself, lists as {count, next, previous, results}, faults at the top: campus. */
extern const struct dialect DIALECT_BARE;
/* As the wrapped one in camelCase, ids as texts, for two families of clients at once: people. */
extern const struct dialect DIALECT_CAMEL;

#endif
