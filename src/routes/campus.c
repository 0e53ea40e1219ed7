/* A campus's events. Its people, campuses and departments are declared nouns, its sign-in is its mount's. */
#include "app/actions/campus.h"
#include "app/actions/account.h"
#include "app/actions/customer.h"
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
	{ "GET", AT_CAMPUS "/events/:id:word", campus_event_show, CAMPUS, RATE_USUAL, READS, .answers = CAMPUS_EVENT,
	  .summary = "One event" },
	CHANGE("PUT", "/events/:id:word"),
	CHANGE("PATCH", "/events/:id:word"),
	CHANGE("PUT", "/events/:id:word/update"),
	CHANGE("PATCH", "/events/:id:word/update"),
	DELETION("/events/:id:word"),
	DELETION("/events/:id:word/delete"),
	{ "GET", AT_CAMPUS "/events/:id:word/roster", campus_roster, MAKERS, RATE_USUAL, READS, CAMPUS_ROSTER,
	  .items = CAMPUS_EXPECTED, .summary = "Who is expected at an event" },
	{ "PUT", AT_CAMPUS "/events/:id:word/roster", campus_roster_set, MAKERS, RATE_USUAL, WRITES, CAMPUS_ROSTER_SET,
	  .answers = CAMPUS_ROSTER_MADE, .summary = "Say who is expected: these people alone" },
	{ "POST", AT_CAMPUS "/users/import", campus_import, HR | CAMPUS_ADMIN, RATE_USUAL, WRITES | LATER,
	  CAMPUS_IMPORT, .answers = CAMPUS_IMPORT_STATE, .body_kb = BULK_KB,
	  .summary = "Hand in a list of members; it is read a moment later" },
	{ "GET", AT_CAMPUS "/users/import/:id", campus_import_show, HR | CAMPUS_ADMIN, RATE_USUAL, READS,
	  .answers = CAMPUS_IMPORT_STATE, .summary = "What became of each line" },
	SESSION_ROWS(AT_CAMPUS "/auth/sessions", CAMPUS),
	{ "POST", AT_CAMPUS "/auth/register", campus_register, ANYONE, RATE_CAMPUS_SIGN_IN,
	  WRITES | MAKES | HASHES | SECRET, CAMPUS_REGISTER, .answers = CAMPUS_REGISTERED, .refuses = { 403 },
	  .summary = "Register as a student; a code is sent" },
	{ "POST", AT_CAMPUS "/auth/verify-email", campus_verify_email, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | SECRET,
	  CAMPUS_VERIFY_EMAIL, .answers = CAMPUS_EMAIL_PROVED, .refuses = { 404 },
	  .summary = "The code that was sent to an address: it is yours" },
	{ "POST", AT_CAMPUS "/auth/verify-email/again", campus_email_again, CAMPUS, RATE_USUAL, WRITES | OWN,
	  .answers = NOTHING, .refuses = { 400, 429 }, .summary = "Have another code sent" },
	{ "POST", AT_CAMPUS "/auth/join", campus_join, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | HASHES | SECRET | PROVES,
	  CAMPUS_JOIN, .answers = NOTHING, .refuses = { 429, 403 },
	  .summary = "Add a campus to the account that one has elsewhere, by what was mailed and its password" },
	{ "POST", AT_CAMPUS "/auth/password-reset", campus_reset_ask, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | SECRET,
	  CAMPUS_RESET_ASK, .answers = NOTHING, .summary = "Ask for a mail to set a new password by" },
	{ "POST", AT_CAMPUS "/auth/password-reset-confirm", campus_reset, ANYONE, RATE_CAMPUS_SIGN_IN,
	  WRITES | HASHES | SECRET, CAMPUS_RESET, .answers = NOTHING,
	  .summary = "Set a password by what was mailed; all sessions end" },
	ROUTES_END,
};
