/* The pages of a campus's people. What they do is what the API does, by the same actions; where a page shows more than an answer, an
 * action fills that beside. */
#include "app/actions/account.h"
#include "app/actions/attendance.h"
#include "app/actions/campus.h"
#include "app/actions/campus_figures.h"
#include "app/actions/customer.h"
#include "routes/family.h"

#define MAKERS (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)
#define ONE "/campus/events/:id:uuid"
/* 500 events, each with a long description in some of them; a list of people. */
enum { MANY_KB = 1024 };

const struct route ROUTES_CAMPUS_PORTAL[] = {
	{ "GET", "/campus", campus_home, CAMPUS, RATE_USUAL, READS, FIGURES_ASK, .page = "campus/home.html",
	  .beside = campus_home_beside, .summary = "What is open now, what comes, how you stand, and your last marks" },

	/* ---- events ---- */
	{ "GET", "/campus/events", campus_event_index, CAMPUS, RATE_USUAL, READS, CAMPUS_EVENT_LIST,
	  .page = "campus/events.html", .summary = "Events that you see" },
	{ "GET", "/campus/events/new", campus_event_new, MAKERS, RATE_USUAL, READS, .page = "campus/edit.html",
	  .summary = "A new event's form" },
	{ "POST", "/campus/events", campus_event_create, MAKERS, RATE_USUAL, WRITES | ZONED, CAMPUS_EVENT_NEW,
	  .page = "campus/edit.html", .then = "/campus/events/:id", .again = campus_event_new,
	  .summary = "Make an event" },
	{ "GET", "/campus/events/calendar", campus_event_calendar, CAMPUS, RATE_USUAL, READS, CAMPUS_CALENDAR,
	  .page = "campus/calendar.html", .summary = "A month of events" },
	{ "GET", "/campus/events/file", answer_nothing, MAKERS, RATE_USUAL, READS, .page = "campus/event-file.html",
	  .summary = "Hand in a list of events" },
	{ "POST", "/campus/events/file", campus_event_file, MAKERS, RATE_USUAL, WRITES | ZONED, CAMPUS_EVENTS,
	  .page = "campus/event-file.html", .again = answer_nothing, .body_kb = MANY_KB,
	  .summary = "Make the events of a list; all of them or none, unless partial" },
	{ "GET", ONE, campus_event_show, CAMPUS, RATE_USUAL, READS, .page = "campus/event.html",
	  .beside = campus_event_beside, .summary = "One event" },
	{ "GET", ONE "/edit", campus_event_show, MAKERS, RATE_USUAL, READS, .page = "campus/edit.html",
	  .summary = "An event's form" },
	{ "POST", ONE "/edit", campus_event_edit, MAKERS, RATE_USUAL, WRITES | ZONED, CAMPUS_EVENT_CHANGE,
	  .page = "campus/edit.html", .then = "/campus/events/:id", .again = campus_event_show,
	  .summary = "Change an event" },
	{ "GET", ONE "/delete", campus_event_show, MAKERS, RATE_USUAL, READS, .page = "campus/delete.html",
	  .summary = "Ask before an event is taken away" },
	{ "POST", ONE "/delete", campus_event_delete, MAKERS, RATE_USUAL, WRITES, .page = "campus/delete.html",
	  .then = "/campus/events", .again = campus_event_show,
	  .summary = "Take an event away; what was recorded of it stays" },
	{ "GET", ONE "/repeat", campus_event_show, MAKERS, RATE_USUAL, READS, .page = "campus/repeat.html",
	  .summary = "Ask how an event repeats" },
	{ "POST", ONE "/repeat", campus_event_bulk, MAKERS, RATE_USUAL, WRITES | ZONED, CAMPUS_EVENTS,
	  .page = "campus/repeat.html", .then = "/campus/events", .again = campus_event_show,
	  .summary = "Make those by which it repeats; all of them or none" },
	{ "GET", ONE "/roster", campus_roster_show, MAKERS, RATE_USUAL, READS, CAMPUS_ROSTER,
	  .page = "campus/roster.html", .beside = campus_roster_beside, .summary = "Who is expected at an event" },
	{ "POST", ONE "/roster", campus_roster_set, MAKERS, RATE_USUAL, WRITES, CAMPUS_ROSTER_SET,
	  .page = "campus/roster.html", .then = "/campus/events/:event_id/roster", .again = campus_roster_show,
	  .beside = campus_roster_beside, .body_kb = MANY_KB, .summary = "Say who is expected: these people alone" },

	/* ---- members by a list ---- */
	{ "GET", "/campus/users/import", campus_import_page, HR | CAMPUS_ADMIN, RATE_USUAL, READS,
	  .page = "campus/import.html", .summary = "Hand in a list of members" },
	{ "POST", "/campus/users/import", campus_import, HR | CAMPUS_ADMIN, RATE_USUAL, WRITES | LATER, CAMPUS_IMPORT,
	  .page = "campus/import.html", .then = "/campus/users/import/:id", .again = campus_import_page,
	  .body_kb = MANY_KB, .summary = "Hand in a list of members; it is read a moment later" },
	{ "GET", "/campus/users/import/:id", campus_import_show, HR | CAMPUS_ADMIN, RATE_USUAL, READS,
	  .page = "campus/imported.html", .summary = "What became of each line" },

	/* ---- one's own account, besides what every portal has of it ---- */
	{ "POST", "/campus/account/consent", campus_consent_give, CAMPUS, RATE_USUAL, WRITES | OWN, CONSENT,
	  .page = "campus/account.html", .then = "/campus/account", .again = campus_profile,
	  .beside = campus_profile_beside, .summary = "Agree that photos and signatures are kept" },
	{ "POST", "/campus/account/consent/withdraw", campus_consent_withdraw, CAMPUS, RATE_USUAL, WRITES | OWN,
	  .page = "campus/account.html", .then = "/campus/account", .again = campus_profile,
	  .beside = campus_profile_beside, .summary = "Agree no more: what is kept goes within a day" },
	SESSION_PAGES("/campus/account/sessions", CAMPUS),

	/* ---- registering ---- */
	{ "GET", "/campus/register", campus_register_page, ANYONE, RATE_USUAL, READS | OWN,
	  .page = "campus/register.html", .summary = "Register as a student; a code is sent" },
	{ "POST", "/campus/register", campus_register, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | HASHES | OWN | SECRET,
	  CAMPUS_REGISTER_PAGE, .page = "campus/register.html", .then = "/campus/verify-email",
	  .again = campus_register_page, .summary = "Register as a student; a code is sent" },
	{ "GET", "/campus/verify-email", campus_verify_email_page, ANYONE, RATE_USUAL, READS | OWN | SECRET,
	  CAMPUS_VERIFY_EMAIL, .page = "campus/verify-email.html",
	  .summary = "Where the code is typed that was sent to an address" },
	{ "POST", "/campus/verify-email", campus_verify_email, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | OWN | SECRET,
	  CAMPUS_VERIFY_EMAIL, .page = "campus/verify-email.html", .then = "/campus", .again = campus_verify_email_page,
	  .summary = "The code that was sent to an address: it is yours" },
	{ "POST", "/campus/verify-email/again", campus_email_again, CAMPUS, RATE_USUAL, WRITES | OWN,
	  .page = "campus/verify-email.html", .then = "/campus/verify-email", .again = campus_verify_email_page,
	  .summary = "Have another code sent" },
	{ "GET", "/campus/join", campus_token_page, ANYONE, RATE_USUAL, READS | SECRET, CAMPUS_TOKEN,
	  .page = "campus/join.html", .summary = "The page that the mail to somebody known elsewhere leads to" },
	{ "POST", "/campus/join", campus_join, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | HASHES | SECRET, CAMPUS_JOIN,
	  .page = "campus/join.html", .then = "/campus/sign-in", .again = campus_token_page,
	  .summary = "Add a campus to the account that one has elsewhere" },

	/* ---- a new password ---- */
	{ "GET", "/campus/forgot", answer_nothing, ANYONE, RATE_USUAL, READS | OWN, .page = "campus/forgot.html",
	  .summary = "Ask for a mail to set a new password by" },
	{ "POST", "/campus/forgot", campus_reset_ask, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | OWN | SECRET,
	  CAMPUS_RESET_ASK, .page = "campus/forgot.html", .then = "/campus/sign-in", .again = answer_nothing,
	  .summary = "Ask for a mail to set a new password by" },
	{ "GET", "/campus/password", campus_token_page, ANYONE, RATE_USUAL, READS | SECRET, CAMPUS_TOKEN,
	  .page = "account/password-by-mail.html", .summary = "The page that such a mail leads to" },
	{ "POST", "/campus/password", campus_reset, ANYONE, RATE_CAMPUS_SIGN_IN, WRITES | HASHES | SECRET, CAMPUS_RESET,
	  .page = "account/password-by-mail.html", .again = campus_token_page,
	  .summary = "Set a password by what was mailed; all sessions end" },
	ROUTES_END,
};
