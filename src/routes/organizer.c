/* An organizer's own events and figures. */
#include "app/actions/organizer.h"
#include "routes/family.h"

const struct route ROUTES_ORGANIZER[] = {
	{ "GET", API "/organizer/dashboard/stats", organizer_dashboard, ORGANIZER, RATE_USUAL, READS,
	  .answers = ORGANIZER_STATS, .summary = "Your figures" },
	{ "GET", API "/organizer/events", organizer_event_index, ORGANIZER, RATE_USUAL, READS, ORGANIZER_EVENTS,
	  .items = ORGANIZER_EVENT_ROW, .summary = "Your events" },
	{ "GET", API "/organizer/events/:id", organizer_event_show, ORGANIZER, RATE_USUAL, READS,
	  .answers = ORGANIZER_EVENT_SHOWN, .summary = "One of your events, with analytics" },
	{ "GET", API "/organizer/payouts/:id/invoice", payout_invoice, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .summary = "A payout's paper as PDF" },
	{ "GET", "/organizer/payouts/:id/invoice.pdf", payout_invoice, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .summary = "A payout's paper as PDF" },
	{ "GET", "/organizer", organizer_event_index, ORGANIZER, RATE_USUAL, READS, ORGANIZER_EVENTS,
	  .page = "organizer/home.html", .beside = organizer_event_index_beside, .summary = "Your events and figures" },
	{ "GET", "/organizer/events/:id", organizer_event_show, ORGANIZER, RATE_USUAL, READS, ORGANIZER_EVENT,
	  .page = "organizer/event.html", .beside = organizer_event_beside, .summary = "One of your events, live" },
	ROUTES_END,
};
