/* The process itself: is it well, what does it serve, and in a demo what it would have sent. */
#include "site.h"
#include "app/actions/account.h"
#include "app/actions/attendance.h"
#include "routes/family.h"

const struct route ROUTES_SITE[] = {
	{ "GET", "/healthz", site_health, ANYONE, RATE_NONE, READS | BARE | ALWAYS, .answers = SITE_ALIVE,
	  .summary = "Is this process alive" },
	{ "GET", "/readyz", site_ready, ANYONE, RATE_NONE, READS | BARE | ALWAYS, .answers = SITE_READY,
	  .summary = "Can it serve: database, schema, outbox" },
	{ "GET", "/metrics", site_metrics, ANYONE, RATE_NONE, READS | BARE | ALWAYS, .media = "text/plain",
	  .refuses = { 404 }, .summary = "Prometheus metrics of this node, for inner networks" },
	{ "GET", API "/openapi.json", site_openapi, ANYONE, RATE_USUAL, READS | BARE, .answers = SITE_OPENAPI,
	  .summary = "This API as OpenAPI 3.1" },
	{ "GET", API "/docs", site_docs, ANYONE, RATE_USUAL, READS, SITE_DOCS, .page = "site/docs.html",
	  .summary = "This API for people" },
	{ "GET", API "/permissions", site_permissions, STAFF, RATE_USUAL, READS, .answers = SITE_PERMISSIONS,
	  .summary = "Which role may do what" },
	{ "GET", "/admin/permissions", site_permissions, STAFF, RATE_USUAL, READS, .page = "admin/permissions.html",
	  .summary = "Which role may do what" },
	{ "GET", "/demo", demo_page, ANYONE, RATE_NONE, READS | DEMO_ONLY, DEMO_OUTBOX, .page = "site/demo.html",
	  .summary = "The demo's accounts and its outbox" },
	{ "GET", "/demo/outbox", demo_outbox, ANYONE, RATE_NONE, READS | DEMO_ONLY | BARE, DEMO_OUTBOX,
	  .summary = "What would have been sent, newest first" },
	{ "GET", "/demo/outbox/:id/:file:word", demo_attachment, ANYONE, RATE_NONE, READS | DEMO_ONLY | DRAWS,
	  .media = "application/pdf,text/calendar", .summary = "What would have gone with a message" },
	{ "GET", "/demo/campus/code", campus_code_demo, ANYONE, RATE_NONE, READS | DEMO_ONLY | BARE | SECRET, DEMO_CODE,
	  .summary = "The code on an event's wall, as it is now" },

	/* ---- what every portal has ---- */
	{ "GET", API "/files/:sha:word", file_show, ANY_ROLE, RATE_USUAL, READS, PICTURE_SIGNED, .right = RIGHT_WORKS,
	  .media = "image/jpeg,image/png,image/webp,image/gif", .summary = "An uploaded picture" },
	{ "GET", "/locale/:locale:word", locale_choose, ANYONE, RATE_USUAL, READS, NEXT_PAGE,
	  .summary = "Choose a language" },
	{ "GET", "/files/:sha:word", file_show, ANYONE, RATE_USUAL, READS, PICTURE_SIGNED,
	  .media = "image/jpeg,image/png,image/webp,image/gif", .summary = "An uploaded picture" },
	{ "GET", "/unsubscribe/:token:word", mail_choice_show, ANYONE, RATE_USUAL, READS | SECRET,
	  .page = "site/unsubscribe.html", .summary = "Mails that are no receipts: none any more" },
	{ "POST", "/unsubscribe/:token:word", mail_choice_change, ANYONE, RATE_USUAL, WRITES | NO_CSRF | SECRET,
	  MAIL_CHOICE, .page = "site/unsubscribe.html", .again = mail_choice_show,
	  .summary = "The same, with one click" },
	ROUTES_END,
};
