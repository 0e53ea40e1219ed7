/* A customer's tickets and their codes. The code is made anew at each showing from the ticket's row and the event's key;
 * it is stored nowhere. */
#include "store/ticket.h"
#include "app/actions/customer.h"
#include "app/calendar.h"
#include "app/card.h"
#include "app/payment.h"
#include "app/ticket.h"
#include "store/event_key.h"
#include <sodium.h>
#include <string.h>

/* clang-format off */
#define TICKETS                                                                                                        \
	FIELDS_PAGE_SORTED("event.starts_at"),                                                                                                   \
		{ "status", F_CHOICE, .choices = "valid,cancelled,refunded", .help = "Only these" },                   \
		{ "event", F_ID, .help = "Only this event's" }
/* clang-format on */

const struct field TICKET_LIST[] = {
	TICKETS,
	{ "when", F_CHOICE, .choices = "upcoming,past", .help = "Before or after the event" },
	FIELDS_END,
};

static const struct field TICKET_TURNING[] = {
	{ "code", F_TEXT, .help = "The code without its digits: a full stop and they are put behind it" },
	{ "secret", F_TEXT, .help = "Of RFC 6238's TOTP with SHA-1, 20 bytes in hex: as secret as the code" },
	{ "step", F_INT, .help = "Seconds from one turn to the next, counted from 1970" },
	{ "digits", F_INT, .help = "How many digits" },
	{ "server_time", F_TIME, .help = "The clock that counts" },
	FIELDS_NAMED("ticket_turning"),
};

const struct field TICKET_CODE[] = {
	{ "qr_token", F_TEXT, .help = "What the code says" },
	{ "image", F_TEXT, .help = "The code drawn: a data URI of a PNG" },
	{ "svg", F_TEXT, .help = "The same as SVG" },
	{ "expires_at", F_TIME, .null = true, .help = "When its digits turn; null: when the ticket is passed on" },
	{ "turning", F_OBJECT, .of = TICKET_TURNING, .null = true,
	  .help = "What makes the digits of a code that turns, for who shows it without asking again; null: it does not turn" },
	FIELDS_END,
};

/* A page begins with what is still to come. */
const struct field TICKET_PAGE[] = {
	TICKETS,
	{ "when", F_CHOICE, .choices = "upcoming,past", .otherwise = "upcoming", .help = "Before or after the event" },
	FIELDS_END,
};

int ticket_index(struct request *rq)
{
	const char *when = field_text(rq, "when");
	struct ticket_filter filter = { .customer_id = rq->who.role_id,
					.event_id = field_int(rq, "event"),
					.status = field_text(rq, "status"),
					.when = when,
					.descending = list_descending(rq, when && !strcmp(when, "past")),
					.search = field_text(rq, "search"),
					.now = rq->now };

	return answer_whole_list(rq, "tickets", ticket_list(rq->db, &filter));
}

static const struct row *own_ticket_or_404(struct request *rq)
{
	const struct row *ticket = ticket_get(rq->db, path_id(rq, "id"), rq->who.role_id);

	if (!ticket)
		refuse(rq, 404, "TICKET_NOT_FOUND", "There is no such ticket.");
	return ticket;
}

const char *ticket_code_text(TALLOC_CTX *mem, const struct row *parts)
{
	struct ticket_code code;
	uint8_t secret[EVENT_SECRET];
	char *text = talloc_size(mem, TICKET_CODE_SIZE);

	if (!parts || !event_key_open(parts, secret))
		return NULL;
	code = (struct ticket_code){ .key_id = row_int(parts, "key_id"),
				     .event_id = row_int(parts, "event_id"),
				     .ticket_id = row_int(parts, "id"),
				     .category_id = row_int(parts, "category_id"),
				     .generation = (int32_t)row_int(parts, "generation") };
	memcpy(code.nonce, row_cell(parts, "nonce")->s, TICKET_NONCE);
	return ticket_code_make(&code, secret, text);
}

bool ticket_shown_at(TALLOC_CTX *mem, const struct row *parts, ms_t now, struct ticket_shown *out)
{
	uint8_t event_secret[EVENT_SECRET], gate_key[TURNING_KEY];
	char digits[TURNING_SIZE];

	*out = (struct ticket_shown){ .turns = parts && row_bool(parts, "turning") };
	out->text = out->code = ticket_code_text(mem, parts);
	if (!out->code || !out->turns)
		return out->code != NULL;
	if (!event_key_open(parts, event_secret))
		return false;
	turning_gate_key(event_secret, gate_key);
	explicit_bzero(event_secret, sizeof event_secret);
	turning_secret(gate_key, (const uint8_t *)row_cell(parts, "nonce")->s, (int32_t)row_int(parts, "generation"),
		       out->secret);
	explicit_bzero(gate_key, sizeof gate_key);
	out->text = talloc_asprintf(mem, "%s.%s", out->code, turning_code(out->secret, now, digits));
	out->until = turning_until(now);
	return true;
}

/* What makes the digits, in hex as all keys of the API are: turning{}, or null. */
static void answer_turning(struct request *rq, struct json_object *into, const struct ticket_shown *shown)
{
	char hex[2 * TOTP_SECRET + 1];
	struct json_object *turning;

	if (!shown->turns) {
		answer_null(into, "turning");
		return;
	}
	turning = answer_object(into, "turning");
	answer_text(turning, "code", shown->code);
	answer_text(turning, "secret", sodium_bin2hex(hex, sizeof hex, shown->secret, TOTP_SECRET));
	answer_int(turning, "step", TURNING_STEP_SECONDS);
	answer_int(turning, "digits", TURNING_DIGITS);
	answer_time(turning, "server_time", rq->now);
}

static bool shown_now(struct request *rq, int64_t ticket_id, struct ticket_shown *out)
{
	return ticket_shown_at(rq->mem, ticket_code_parts(rq->db, ticket_id, rq->who.role_id), rq->now, out);
}

static void code_beside(struct request *rq, struct json_object *codes, const struct row *parts)
{
	struct ticket_shown shown;
	struct json_object *code;

	if (!ticket_shown_at(rq->mem, parts, rq->now, &shown))
		return;
	code = answer_object(codes, talloc_asprintf(rq->mem, "%lld", (long long)row_int(parts, "id")));
	answer_qr_small(rq, code, shown.text);
	answer_turning(rq, code, &shown);
}

/* What an order's page has to show, or to print, with its tickets: codes.<the ticket's id>{image, turning}; and where calendars take
 * it. */
int order_beside(struct request *rq)
{
	struct json_object *codes = answer_object(rq->beside, "codes");
	const struct rows *rows;

	answer_way(rq);
	if (!json_object_object_get(rq->data, "tickets"))
		return card_beside_order(rq);
	calendar_beside(rq, tree_int(json_object_object_get(json_object_object_get(rq->data, "order"), "event"), "id"),
			talloc_asprintf(rq->mem, "orders/%lld", (long long)path_id(rq, "order_id")));
	rows = ticket_codes_of_order(rq->db, path_id(rq, "order_id"), rq->who.role_id);
	for (size_t i = 0; i < rows->n; i++) {
		struct row parts = row_at(rows, i);

		code_beside(rq, codes, &parts);
	}
	return ANSWERED;
}

int ticket_show(struct request *rq)
{
	const struct row *ticket = own_ticket_or_404(rq);

	if (ticket)
		answer_row(rq->data, ticket);
	return ANSWERED;
}

/* The ticket's code, which only the owner ever sees. */
int ticket_beside(struct request *rq)
{
	struct ticket_shown shown;

	if (strcmp(tree_text(rq->data, "status"), "valid") != 0)
		return ANSWERED;
	if (shown_now(rq, path_id(rq, "id"), &shown)) {
		answer_qr(rq, rq->beside, shown.text);
		answer_turning(rq, rq->beside, &shown);
	}
	calendar_beside(rq, tree_int(json_object_object_get(rq->data, "event"), "id"),
			talloc_asprintf(rq->mem, "tickets/%lld", (long long)path_id(rq, "id")));
	return ANSWERED;
}

/* Of one's own ticket, as it is to be held up now. False: refused. */
static bool own_code(struct request *rq, struct ticket_shown *out)
{
	const struct row *ticket = own_ticket_or_404(rq);

	if (!ticket)
		return false;
	if (row_is(ticket, "status", "valid") && shown_now(rq, row_int(ticket, "id"), out))
		return true;
	if (row_is(ticket, "status", "valid"))
		refuse(rq, 500, "EVENT_KEY", "This event's key does not open. It has been noted.");
	else
		refuse(rq, 409, "TICKET_NOT_VALID", "This ticket is %s: it has no code any more.",
		       said_to(rq, row_text(ticket, "status")));
	return false;
}

/* GET users/tickets/:id/qr-code/. */
int ticket_qr(struct request *rq)
{
	struct ticket_shown shown;

	if (!own_code(rq, &shown))
		return ANSWERED;
	answer_qr(rq, rq->data, shown.text);
	answer_time(rq->data, "expires_at", shown.until);
	answer_turning(rq, rq->data, &shown);
	return ANSWERED;
}

/* GET /tickets/:id/code.svg: for a page that cannot draw the next code by itself; the answer's Date sets a phone's clock right. */
int ticket_picture(struct request *rq)
{
	struct ticket_shown shown;

	if (own_code(rq, &shown))
		answer_qr_picture(rq, shown.text);
	return ANSWERED;
}
