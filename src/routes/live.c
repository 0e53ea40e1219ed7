/* What can be watched. Where `gatehouse live` runs, the web server sends these addresses there, and it reads the same rows.
 * The kind says who may watch what. */
#include "app/live.h"
#include "routes/family.h"

const struct route ROUTES_LIVE[] = {
	{ "GET", API "/live/events/:id", live_show, ORGANIZER | USHER | STAFF, RATE_GATE, READS, LIVE_SHOW,
	  .right = RIGHT_GATE, .may = live_may, .topic = &LIVE_KINDS[LIVE_EVENTS], .answers = LIVE_ANSWER,
	  .media = "text/event-stream",
	  .summary = "An event's counts; waits for news, or streams them as server-sent events" },
	{ "GET", API "/live/orders/:id", live_show, CUSTOMER, RATE_GATE, READS, LIVE_SHOW, .may = live_may,
	  .topic = &LIVE_KINDS[LIVE_ORDERS], .answers = ORDER_LIVE_ANSWER, .media = "text/event-stream",
	  .summary = "An order, for its buyer; waits until it is paid, lapsed or refunded, or streams that" },
	{ "GET", API "/live/campus/:id:uuid", live_show, CAMPUS | ANYONE, RATE_GATE, READS, LIVE_SHOW, .may = live_may,
	  .topic = &LIVE_KINDS[LIVE_CAMPUS], .refuses = { 401 }, .answers = CAMPUS_LIVE_ANSWER,
	  .media = "text/event-stream",
	  .summary =
		  "Attendance at an event; numbers alone for everybody, where the event says so; waits for news, or streams them" },
	ROUTES_END,
};
