/* A scan must not be lost with a session, for the guest stands at the gate: what was read comes along with the sign-in, and is
 * scanned in the name of who signed in once that is committed. The verdict is read back by the scan's number, so no code stands
 * in an address, and the page can be looked at again. */
#include "app/gate.h"
#include "app/actions/gate.h"
#include "base/buf.h"
#include "rules/keys.h"
#include "store/session.h"
#include <string.h>

/* A scan, of a form that comes with a sign-in: what does not fit is left out, for it must not keep anybody from that. */
const struct field SCAN_CARRIED[] = {
	{ "code", F_TEXT, .max = 400, .lenient = true, .help = "What was read at the gate before this sign-in" },
	{ "card_id", F_TEXT, .max = 64, .lenient = true, .help = "The same, a card's UID" },
	{ "ticket_id", F_ID, .lenient = true, .help = "Which of a card's tickets" },
	{ "scan_id", F_UUID, .lenient = true, .help = "The page's own id of this scan" },
	{ "scanned_at", F_TIME, .lenient = true, .help = "The device's clock" },
	{ "gate", F_TEXT, .max = 40, .lenient = true, .help = "Gate" },
	{ "direction", F_CHOICE, .choices = "in,out", .otherwise = "in", .lenient = true, .help = "In or out" },
	FIELDS_END,
};
const struct field GATE_SHOWN[] = {
	{ "scan_id", F_UUID, .lenient = true, .help = "Show the verdict that this scan got" },
	{ "direction", F_CHOICE, .choices = "in,out", .lenient = true,
	  .help = "Which way the next one goes; without it, in" },
	{ "gate", F_TEXT, .max = 40, .lenient = true, .help = "Gate" },
	FIELDS_END,
};
/* Whoever has the session that was just begun. */
static bool take_session(struct request *rq)
{
	uint8_t hash[HASH_BYTES];
	const struct row *session;

	hash_plain(rq->cookie_value, strlen(rq->cookie_value), hash);
	session = session_by_cookie(rq->db, hash, rq->now);
	if (!session)
		return false;
	rq->who = (struct identity){ .role = USHER,
				     .account_id = row_int(session, "account_id"),
				     .role_id = row_int(session, "role_id"),
				     .event_id = row_int(session, "event_id"),
				     .session_id = row_int(session, "id"),
				     .name = row_text(session, "name") };
	return true;
}

void gate_scan_carried(struct request *rq)
{
	struct buf *to = buf_new(rq->mem, 1000);

	if (take_session(rq))
		gate_scan(rq);
	buf_text(to, "/gate");
	if (tree_text(rq->data, "result")) {
		buf_printf(to, "?scan_id=%s&direction=%s&gate=", tree_text(rq->data, "scan_id"),
			   field_text(rq, "direction"));
		buf_url(to, field_text(rq, "gate") ? field_text(rq, "gate") : "", "");
	} else {
		rq->message = "You are signed in. What was scanned before was not checked: scan it again.";
	}
	rq->redirect = to->data;
	rq->status = 200;
	rq->code = NULL;
}
