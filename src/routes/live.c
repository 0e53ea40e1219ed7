/* An event's counts. Where `gatehouse live` runs, the web server sends this address there. */
#include "app/live.h"
#include "routes/family.h"

const struct route ROUTES_LIVE[] = {
	{ "GET", API "/live/events/:id", live_show, ORGANIZER | USHER | STAFF, RATE_GATE, READS, LIVE_SHOW,
	  .summary = "An event's counts; waits for news, or streams them as server-sent events" },
	ROUTES_END,
};
