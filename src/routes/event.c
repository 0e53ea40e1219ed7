/* What everybody may see: events on sale. */
#include "app/actions/event.h"
#include "app/actions/customer.h"
#include "routes/family.h"

const struct route ROUTES_EVENT[] = {
	{ "GET", V1 "/public/events", event_index, ANYONE, RATE_USUAL, READS | CACHED, EVENT_LIST,
	  .items = EVENT_ANSWER, .summary = "Events on sale" },
	{ "GET", V1 "/public/events/featured", event_featured, ANYONE, RATE_USUAL, READS | CACHED, EVENT_FEATURED,
	  .items = EVENT_ANSWER, .summary = "Featured events" },
	{ "GET", V1 "/public/events/categories", event_category_index, ANYONE, RATE_USUAL, READS | CACHED, LIST_SHORT,
	  .items = EVENT_KIND_ANSWER, .summary = "Kinds of events" },
	{ "GET", V1 "/public/events/:event_id", event_show, ANYONE, RATE_USUAL, READS | CACHED | VIEWED,
	  .answers = EVENT_ANSWER, .summary = "One event" },
	{ "GET", V1 "/public/events/:event_id/calendar", event_calendar, ANYONE, RATE_USUAL, READS,
	  .media = "text/calendar", .summary = "One event for a calendar" },
	{ "GET", "/", event_home, ANYONE, RATE_USUAL, READS | CACHED, .page = "event/home.html",
	  .summary = "The front page" },
	{ "GET", "/events", event_index, ANYONE, RATE_USUAL, READS | CACHED, EVENT_LIST, .page = "event/list.html",
	  .beside = event_index_beside, .summary = "Events on sale" },
	{ "GET", "/events/:event_id", event_show, ANYONE, RATE_USUAL, READS | CACHED | VIEWED,
	  .page = "event/show.html", .beside = event_beside, .summary = "One event" },
	{ "GET", "/events/:event_id/poster.svg", event_poster, ANYONE, RATE_USUAL, READS | CACHED | STILL,
	  .media = "image/svg+xml", .summary = "A drawn poster, for an event without a picture" },
	{ "GET", "/events/:event_id/event.ics", event_calendar, ANYONE, RATE_USUAL, READS, .media = "text/calendar",
	  .summary = "One event for a calendar" },
	ROUTES_END,
};
