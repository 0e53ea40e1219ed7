/* The pages on which people of a campus mark themselves, and the wall that shows the code. Each form is one of the API's actions; an address
 * that is only opened, as a phone's camera opens a code's, changes nothing. */
#include "app/actions/attendance.h"
#include "routes/family.h"

#define SHOWS (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)
#define MARK "/campus/mark/:event_id:uuid"

/* A signature's points are text. */
enum { STROKES_KB = 1024 };

/* clang-format off */
#define STEP(path, action, takes, pool, kb, says) \
	{ "POST", MARK path, action, CAMPUS, RATE_USUAL, WRITES, takes, .by = BY(pool), .page = "campus/mark.html", .then = "/campus/mark/::event_id", \
	  .again = mark_page, .body_kb = kb, .summary = says }
/* clang-format on */

const struct route ROUTES_CAMPUS_MARK_PAGE[] = {
	{ "GET", "/campus/m", mark_code_page, CAMPUS, RATE_USUAL, READS, .by = BY(POOL_MARK),
	  .page = "campus/code.html", .summary = "Where a code is typed" },
	{ "POST", "/campus/m", mark_code, CAMPUS, RATE_USUAL, WRITES | SECRET, MARK_CODE, .by = BY(POOL_MARK),
	  .page = "campus/code.html", .then = "/campus/mark/:event.id", .again = mark_code_page,
	  .summary = "Type a code: a mark begins" },
	{ "GET", "/campus/m/:qr_token:word", mark_code_page, CAMPUS, RATE_USUAL, READS | SECRET, .by = BY(POOL_MARK),
	  .page = "campus/code.html", .summary = "The page that a code's address opens" },
	{ "POST", "/campus/m/:qr_token:word", mark_code, CAMPUS, RATE_USUAL, WRITES | SECRET, MARK_CODE,
	  .by = BY(POOL_MARK), .page = "campus/code.html", .then = "/campus/mark/:event.id", .again = mark_code_page,
	  .summary = "Begin a mark by that code" },
	{ "GET", MARK, mark_page, CAMPUS, RATE_USUAL, READS, MARK_ASKED, .by = BY(POOL_MARK),
	  .page = "campus/mark.html", .summary = "The steps of your mark" },
	STEP("/consent", consent_give, MARK_CONSENT, POOL_WEB, 0, "Agree that photos and signatures are kept"),
	STEP("/decline", consent_withdraw, MARK_ASKED, POOL_WEB, 0, "Go on without photos and signature"),
	STEP("/location", mark_location, MARK_LOCATION, POOL_MARK, 0, "Tell where you are"),
	STEP("/front", evidence_front, FRONT_PHOTO, POOL_WEB, 0, "Send the photo of yourself"),
	STEP("/back", evidence_back, BACK_PHOTO, POOL_WEB, 0, "Send the photo of the room"),
	STEP("/signature", evidence_signature, SIGNATURE, POOL_WEB, STROKES_KB, "Sign"),
	STEP("/submit", mark_submit, MARK_SUBMIT, POOL_MARK, STROKES_KB, "Submit your mark"),

	/* ---- without a network ---- */
	{ "GET", "/campus/later", mark_later_page, CAMPUS, RATE_USUAL, READS, .page = "campus/later.html",
	  .summary = "Marks that wait on this device" },
	{ "POST", "/campus/later", mark_sync, CAMPUS, RATE_USUAL, WRITES, MARK_SYNC, .page = "campus/later.html",
	  .again = mark_later_page, .body_kb = STROKES_KB, .summary = "Send marks that were made without a network" },
	{ "GET", "/campus/sw.js", mark_worker, ANYONE, RATE_USUAL, READS, .media = "text/javascript",
	  .summary = "What keeps the page of such marks on a device" },

	/* ---- the wall ---- */
	{ "GET", "/campus/wall", campus_wall_index, SHOWS, RATE_USUAL, READS, .page = "campus/walls.html",
	  .summary = "Which event's code is shown" },
	{ "GET", "/campus/events/:id:uuid/wall", campus_wall, SHOWS, RATE_USUAL, READS | SECRET,
	  .page = "campus/wall.html", .summary = "An event's code, for the wall" },
	{ "POST", "/campus/events/:id:uuid/wall", campus_code_raise, SHOWS, RATE_USUAL, WRITES | SECRET,
	  .page = "campus/wall.html", .then = "/campus/events/::id/wall", .again = campus_wall,
	  .summary = "Make every code of an event before now dead" },
	ROUTES_END,
};
