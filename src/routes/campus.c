/* A campus's events. Its people, campuses and departments are declared nouns, its sign-in is its mount's. */
#include "app/actions/campus.h"
#include "routes/family.h"

#define MAKERS (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)
/* 500 events, each with a long description in some of them. */
enum { BULK_KB = 2048 };

/* clang-format off */
#define CHANGE(method, path)                                                                                           \
	{ method, AT_CAMPUS path, campus_event_change, MAKERS, RATE_USUAL, WRITES | ZONED, CAMPUS_EVENT_CHANGE,        \
	  .answers = CAMPUS_EVENT, .tells = CAMPUS_EVENT_STALE, .summary = "Change of an event what is given" }
#define DELETION(path)                                                                                                 \
	{ "DELETE", AT_CAMPUS path, campus_event_delete, MAKERS, RATE_USUAL, WRITES,                                   \
	  .summary = "Take an event away; what was recorded of it stays" }
/* clang-format on */

const struct route ROUTES_CAMPUS[] = {
	{ "GET", AT_CAMPUS "/events", campus_event_index, CAMPUS, RATE_USUAL, READS, CAMPUS_EVENT_LIST,
	  .items = CAMPUS_EVENT, .summary = "Events that you see" },
	{ "POST", AT_CAMPUS "/events", campus_event_create, MAKERS, RATE_USUAL, WRITES | MAKES | ZONED,
	  CAMPUS_EVENT_NEW, .answers = CAMPUS_EVENT, .summary = "Make an event" },
	{ "POST", AT_CAMPUS "/events/bulk-create", campus_event_bulk, MAKERS, RATE_USUAL, WRITES | MAKES | ZONED,
	  CAMPUS_EVENTS, .answers = CAMPUS_EVENTS_MADE, .body_kb = BULK_KB,
	  .summary = "Make many, or one that repeats; all or none of them, unless partial" },
	{ "GET", AT_CAMPUS "/events/:id:uuid", campus_event_show, CAMPUS, RATE_USUAL, READS, .answers = CAMPUS_EVENT,
	  .summary = "One event" },
	CHANGE("PUT", "/events/:id:uuid"),
	CHANGE("PATCH", "/events/:id:uuid"),
	CHANGE("PUT", "/events/:id:uuid/update"),
	CHANGE("PATCH", "/events/:id:uuid/update"),
	DELETION("/events/:id:uuid"),
	DELETION("/events/:id:uuid/delete"),
	{ "GET", AT_CAMPUS "/events/:id:uuid/roster", campus_roster, MAKERS, RATE_USUAL, READS, LIST_SHORT,
	  .items = CAMPUS_EXPECTED, .summary = "Who is expected at an event" },
	{ "PUT", AT_CAMPUS "/events/:id:uuid/roster", campus_roster_set, MAKERS, RATE_USUAL, WRITES, CAMPUS_ROSTER_SET,
	  .answers = CAMPUS_ROSTER_MADE, .summary = "Say who is expected: these people alone" },
	ROUTES_END,
};
