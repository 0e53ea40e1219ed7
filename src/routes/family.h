#ifndef ROUTES_FAMILY_H
#define ROUTES_FAMILY_H
/* What the files of routes/ share: each declares the rows of one family of addresses. */
#include "routes/routes.h"

/* The prefixes of the API's mounts. */
#define API "/api"
#define V1 "/api/v1"
#define GATE "/api/usher"
#define AT_CAMPUS "/api/campus"

/* Ends a family. */
#define ROUTES_END                                                                                                     \
	{                                                                                                              \
		.method = NULL                                                                                         \
	}

/* Where one's own account is signed in, below an address of the API or of a portal; their actions are in app/actions/customer.h. */
/* clang-format off */
#define SESSION_ROWS(at, people) \
	{ "GET", at, session_index, people, RATE_USUAL, READS | OWN, .answers = SESSIONS_ANSWER, .summary = "Where you are signed in" }, \
	{ "POST", at "/:session_id/end", session_end_one, people, RATE_USUAL, WRITES | OWN, .answers = SESSIONS_ANSWER, \
	  .summary = "Sign out there" }, \
	{ "POST", at "/end-others", session_end_others, people, RATE_USUAL, WRITES | OWN, .answers = SESSIONS_ANSWER, \
	  .summary = "Sign out everywhere else" }
#define SESSION_PAGES(at, people) \
	{ "GET", at, session_index, people, RATE_USUAL, READS | OWN, .page = "account/sessions.html", .summary = "Where you are signed in" }, \
	{ "POST", at "/:session_id/end", session_end_one, people, RATE_USUAL, WRITES | OWN, .page = "account/sessions.html", \
	  .then = at, .again = session_index, .summary = "Sign out there" }, \
	{ "POST", at "/end-others", session_end_others, people, RATE_USUAL, WRITES | OWN, .page = "account/sessions.html", \
	  .then = at, .again = session_index, .summary = "Sign out everywhere else" }
/* clang-format on */

extern const struct route ROUTES_SITE[], ROUTES_EVENT[], ROUTES_CUSTOMER[], ROUTES_ORGANIZER[], ROUTES_MERCHANT[],
	ROUTES_GATE[], ROUTES_LIVE[], ROUTES_STAFF[], ROUTES_FINANCE[], ROUTES_CAMPUS[], ROUTES_CAMPUS_MARK[],
	ROUTES_CAMPUS_EVIDENCE[], ROUTES_CAMPUS_MARK_PAGE[], ROUTES_CAMPUS_RECORD[], ROUTES_CAMPUS_PORTAL[],
	ROUTES_CAMPUS_FIGURES[], ROUTES_CAMPUS_REVIEW[], ROUTES_CAMPUS_REPORT[];

/* Writes the rows about accounts that follow from the mounts into out when there is room for all; answers how many there are. */
size_t account_routes(struct route *out, size_t room);

/* The API's rows of a declared noun as they are in that mount; out has room for RESOURCE_ROWS. Answers how many there are. */
enum { RESOURCE_ROWS = 40 };
size_t resource_rows(const struct resource *r, const struct mount *mount, struct route out[RESOURCE_ROWS]);
/* Writes the routes that follow from the declared nouns into out when there is room for all; answers how many there are. */
size_t resource_routes(struct route *out, size_t room);

#endif
