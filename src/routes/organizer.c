/* An organizer's own events and figures. */
#include "app/actions/organizer.h"
#include "app/actions/trend.h"
#include "routes/family.h"

const struct route ROUTES_ORGANIZER[] = {
	{ "GET", API "/organizer/dashboard/stats", organizer_dashboard, ORGANIZER, RATE_USUAL, READS,
	  .answers = ORGANIZER_STATS, .right = RIGHT_WORKS, .summary = "Your figures" },
	{ "GET", API "/organizer/events", organizer_event_index, ORGANIZER, RATE_USUAL, READS, ORGANIZER_EVENTS,
	  .items = ORGANIZER_EVENT_ROW, .right = RIGHT_WORKS, .summary = "Your events" },
	{ "GET", API "/organizer/events/:id", organizer_event_show, ORGANIZER, RATE_USUAL, READS,
	  .answers = ORGANIZER_EVENT_SHOWN, .right = RIGHT_WORKS, .summary = "One of your events, with analytics" },
	{ "GET", API "/organizer/payouts/:id/invoice", payout_invoice, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .right = RIGHT_MONEY, .summary = "A payout's paper as PDF" },
	{ "GET", "/organizer/payouts/:id/invoice.pdf", payout_invoice, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .right = RIGHT_MONEY, .summary = "A payout's paper as PDF" },
	{ "GET", "/organizer", organizer_event_index, ORGANIZER, RATE_USUAL, READS, ORGANIZER_EVENTS,
	  .page = "organizer/home.html", .beside = organizer_event_index_beside, .right = RIGHT_WORKS,
	  .summary = "Your events and figures" },
	{ "GET", "/organizer/events/:id", organizer_event_show, ORGANIZER, RATE_USUAL, READS, ORGANIZER_EVENT,
	  .page = "organizer/event.html", .beside = organizer_event_beside, .right = RIGHT_WORKS,
	  .summary = "One of your events, live" },

	{ "GET", API "/organizer/events/:id/comparison", comparison_own, ORGANIZER, RATE_USUAL, READS, COMPARISON_ASK,
	  .answers = COMPARISON, .right = RIGHT_MONEY,
	  .summary = "How one of your events sells, beside those that are over" },
	{ "GET", "/organizer/events/:id/comparison", comparison_own, ORGANIZER, RATE_USUAL, READS, COMPARISON_ASK,
	  .page = "event/comparison.html", .right = RIGHT_MONEY,
	  .summary = "How one of your events sells, beside those that are over" },
	{ "GET", API "/organizer/analytics", trend_revenue, ORGANIZER, RATE_USUAL, READS, TREND_OWN_ASK,
	  .answers = TREND_OWN, .right = RIGHT_MONEY,
	  .summary = "What all of your events sold and gave back over time" },
	{ "GET", "/organizer/analytics", trend_revenue, ORGANIZER, RATE_USUAL, READS, TREND_OWN_ASK,
	  .page = "trend/revenue.html", .right = RIGHT_MONEY,
	  .summary = "What all of your events sold and gave back over time" },

	/* ---- who comes ---- */
	{ "GET", API "/organizer/events/:id/door-list", door_list_own, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .refuses = { 409 }, .right = RIGHT_GUESTS,
	  .summary = "The names at the door as PDF" },
	{ "GET", "/organizer/events/:id/door-list.pdf", door_list_own, ORGANIZER, RATE_USUAL, READS | DRAWS,
	  .media = "application/pdf", .right = RIGHT_GUESTS, .summary = "The names at the door as PDF" },

	/* ---- editing ---- */
	{ "GET", API "/organizer/events/:id/edit", organizer_edit_show, ORGANIZER, RATE_USUAL, READS,
	  .asks_of = "events", .right = RIGHT_EVENTS,
	  .summary = "What you may change of one of your events, or ask for" },
	{ "PUT", API "/organizer/events/:id", organizer_edit_put, ORGANIZER, RATE_USUAL, WRITES | ZONED,
	  .asks_of = "events", .right = RIGHT_EVENTS, .summary = "Change what you may change of it without asking" },
	{ "POST", API "/organizer/events/:id/edit-request", organizer_edit_ask, ORGANIZER, RATE_USUAL,
	  WRITES | ZONED | MAKES, .asks_of = "events", .asks = ASKS_REQUEST, .one_of = "edit-requests",
	  .refuses = { 409 }, .right = RIGHT_EVENTS, .summary = "Ask staff to change it" },
	{ "GET", "/organizer/events/:id/edit", organizer_edit_show, ORGANIZER, RATE_USUAL, READS,
	  .page = "organizer/edit.html", .beside = organizer_edit_beside, .asks_of = "events", .right = RIGHT_EVENTS,
	  .summary = "Change one of your events" },
	{ "POST", "/organizer/events/:id/edit", organizer_edit_form, ORGANIZER, RATE_USUAL, WRITES | ZONED | WHOLE,
	  .page = "organizer/edit.html", .then = "/organizer/events/:id/edit", .again = organizer_edit_show,
	  .beside = organizer_edit_beside, .asks_of = "events", .asks = ASKS_FORM, .right = RIGHT_EVENTS,
	  .summary = "Change it, and ask for what you may not change yourself" },
	ROUTES_END,
};
