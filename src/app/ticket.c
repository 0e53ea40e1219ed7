/* A customer's tickets and their codes. The code is made anew at each showing from the ticket's row and the event's key;
 * it is stored nowhere. */
#include "store/ticket.h"
#include "app/actions/customer.h"
#include "app/calendar.h"
#include "app/card.h"
#include "app/payment.h"
#include "app/ticket.h"
#include "rules/ticket_code.h"
#include "store/event_key.h"
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

const struct field TICKET_CODE[] = {
	{ "qr_token", F_TEXT, .help = "What the code says" },
	{ "image", F_TEXT, .help = "The code drawn: a data URI of a PNG" },
	{ "svg", F_TEXT, .help = "The same as SVG" },
	{ "expires_at", F_TIME, .null = true, .help = "null: until the ticket is passed on" },
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

static const char *code_of(struct request *rq, int64_t ticket_id)
{
	return ticket_code_text(rq->mem, ticket_code_parts(rq->db, ticket_id, rq->who.role_id));
}

/* What an order's page has to print with its tickets: codes.<the ticket's id>.image; and where calendars take it. */
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
		const char *code = ticket_code_text(rq->mem, &parts);

		if (code)
			answer_qr_small(rq,
					answer_object(codes, talloc_asprintf(rq->mem, "%lld",
									     (long long)row_int(&parts, "id"))),
					code);
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
	const char *code = !strcmp(tree_text(rq->data, "status"), "valid") ? code_of(rq, path_id(rq, "id")) : NULL;

	if (code)
		answer_qr(rq, rq->beside, code);
	if (!strcmp(tree_text(rq->data, "status"), "valid"))
		calendar_beside(rq, tree_int(json_object_object_get(rq->data, "event"), "id"),
				talloc_asprintf(rq->mem, "tickets/%lld", (long long)path_id(rq, "id")));
	return ANSWERED;
}

/* GET users/tickets/:id/qr-code/. */
int ticket_qr(struct request *rq)
{
	const struct row *ticket = own_ticket_or_404(rq);
	const char *code;

	if (!ticket)
		return ANSWERED;
	if (!row_is(ticket, "status", "valid"))
		return refuse(rq, 409, "TICKET_NOT_VALID", "This ticket is %s: it has no code any more.",
			      said_to(rq, row_text(ticket, "status")));
	code = code_of(rq, row_int(ticket, "id"));
	if (!code)
		return refuse(rq, 500, "EVENT_KEY", "This event's key does not open. It has been noted.");
	answer_qr(rq, rq->data, code);
	answer_null(rq->data, "expires_at");
	return ANSWERED;
}
