/* The pages of records: what there is, one of them, what waits for a decision, and who is in a room. A look at one is written down where it
 * shows where exactly somebody was. */
#include "app/actions/attendance.h"
#include "app/actions/campus.h"
#include "routes/family.h"

#define JUDGES (SUPERVISOR | CAMPUS_ORGANIZER | HR | CAMPUS_ADMIN)
#define RECORD "/campus/attendance/:id:uuid"
#define EVENT "/campus/events/:id:uuid"

/* clang-format off */
#define ASKS(act, who, of) \
	{ "GET", RECORD act, attendance_show, who, RATE_USUAL, READS, .page = "campus/reason.html", .beside = campus_record_beside, .summary = of }
#define DECIDES(act, action, who, takes, file, of) \
	{ "POST", RECORD act, action, who, RATE_USUAL, WRITES, takes, .page = file, .then = "/campus/attendance/:id", \
	  .again = attendance_show, .beside = campus_record_beside, .summary = of }
/* clang-format on */

const struct route ROUTES_CAMPUS_REVIEW[] = {
	{ "GET", "/campus/my-attendance", attendance_mine, CAMPUS, RATE_USUAL, READS, ATTENDANCE_MINE,
	  .page = "campus/mine.html", .beside = campus_mine_beside, .summary = "Your own records, and how you stand" },
	{ "GET", "/campus/attendance", attendance_index, JUDGES, RATE_USUAL, READS, ATTENDANCE_LIST,
	  .page = "campus/records.html", .summary = "Records of attendance that you see" },
	{ "GET", "/campus/attendance/reviews", campus_reviews, JUDGES, RATE_USUAL, WRITES, ATTENDANCE_REVIEWS,
	  .page = "campus/reviews.html", .beside = campus_reviews_beside,
	  .summary = "What waits for your decision, one beside the other" },
	{ "POST", "/campus/attendance/reviews/:id:uuid", campus_record_verify, JUDGES, RATE_USUAL, WRITES,
	  ATTENDANCE_VERIFY, .page = "campus/record.html", .then = "/campus/attendance/reviews",
	  .again = attendance_show, .beside = campus_record_beside, .summary = "Decide of one, and go on" },
	{ "GET", RECORD, attendance_show, CAMPUS, RATE_USUAL, WRITES, .page = "campus/record.html",
	  .beside = campus_record_beside, .summary = "One record" },
	DECIDES("/verify", campus_record_verify, JUDGES, ATTENDANCE_VERIFY, "campus/record.html",
		"Decide whether a record is so"),
	ASKS("/excuse", JUDGES, "Ask why somebody is excused"),
	DECIDES("/excuse", campus_record_excuse, JUDGES, ATTENDANCE_EXCUSE, "campus/reason.html", "Excuse somebody"),
	ASKS("/appeal", CAMPUS, "Ask why one objects"),
	DECIDES("/appeal", campus_record_appeal, CAMPUS, ATTENDANCE_APPEAL, "campus/reason.html",
		"Object to a decision on one's own record"),
	ASKS("/hold", HR | CAMPUS_ADMIN, "Ask why a record is kept"),
	DECIDES("/hold", campus_record_hold, HR | CAMPUS_ADMIN, ATTENDANCE_HOLD, "campus/reason.html",
		"Keep a record from being purged, or no more"),
	{ "GET", RECORD "/excuse/file", attendance_excuse_show, CAMPUS, RATE_USUAL, WRITES | SECRET,
	  .media = "image/jpeg,image/png,image/webp,image/gif", .summary = "The file that somebody was excused by" },
	{ "GET", RECORD "/photos/:kind:word", evidence_show, CAMPUS, RATE_USUAL, WRITES | SECRET, EVIDENCE_SIZE,
	  .media = "image/jpeg,image/png,image/webp,image/svg+xml", .summary = "Photo or signature of a record" },
	{ "GET", EVENT "/room", campus_room, JUDGES, RATE_USUAL, READS, ATTENDANCE_OF_EVENT, .page = "campus/room.html",
	  .beside = campus_room_beside, .summary = "Who is here, and who is missing" },
	{ "GET", EVENT "/by-hand", campus_event_show, JUDGES, RATE_USUAL, READS, ATTENDANCE_HAND_ASK,
	  .page = "campus/by-hand.html", .beside = campus_hand_beside, .summary = "The form of a mark by hand" },
	{ "POST", EVENT "/by-hand", attendance_by_hand, JUDGES, RATE_USUAL, WRITES, ATTENDANCE_HAND,
	  .page = "campus/by-hand.html", .then = "/campus/events/:event.id/room", .again = campus_event_show,
	  .beside = campus_hand_beside, .summary = "Mark somebody by hand" },
	ROUTES_END,
};
