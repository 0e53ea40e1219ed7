/* Tickets on paper. */
#include "app/paper.h"
#include "app/actions/customer.h"
#include "app/calendar.h"
#include "app/ticket.h"
#include "http/paper.h"
#include "store/paper.h"
#include <string.h>

/* ---- tickets ---- */

static struct ticket_paper ticket_of(const struct paper_wish *wish, const struct row *row)
{
	return (struct ticket_paper){
		.title = row_text(row, "title"),
		.venue = row_text(row, "venue"),
		.address = paper_joined(wish->mem, row_text(row, "address"), row_text(row, "city")),
		.organizer = row_text(row, "organizer"),
		.starts_at = row_time(row, "starts_at"),
		.ends_at = row_time(row, "ends_at"),
		.zone = row_text(row, "time_zone"),
		.category = row_text(row, "category"),
		.holder = row_text(row, "holder_name"),
		.order = row_text(row, "reference"),
		.number = talloc_asprintf(wish->mem, "%s-%lld", row_text(row, "reference"),
					  (long long)row_int(row, "id")),
		.code = row_null(row, "key_id") || row_bool(row, "turning") ? NULL : ticket_code_text(wish->mem, row),
		.turns = row_bool(row, "turning"),
	};
}

static bool set_tickets(const struct paper_wish *wish, const struct rows *rows, struct paper_head head,
			const char *name, struct drawing *out)
{
	struct ticket_paper *tickets = talloc_array(wish->mem, struct ticket_paper, (unsigned)rows->n);
	struct tickets_paper *paper = talloc(wish->mem, struct tickets_paper);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		tickets[i] = ticket_of(wish, &row);
	}
	*paper = (struct tickets_paper){ head, tickets, rows->n };
	*out = (struct drawing){ .kind = DRAW_TICKETS, .what = paper, .name = name };
	return rows->n > 0;
}

bool paper_tickets(const struct paper_wish *wish, int64_t order_id, int64_t page, struct drawing *out)
{
	const struct rows *rows = paper_tickets_of_order(wish->db, order_id, wish->customer_id, page);
	struct row first;

	if (!rows->n)
		return false;
	first = row_at(rows, 0);
	return set_tickets(wish, rows, paper_head_of(wish, "orders", order_id),
			   talloc_asprintf(wish->mem, "tickets-%s%s", row_text(&first, "reference"),
					   page > 1 ? talloc_asprintf(wish->mem, "-%lld", (long long)page) : ""),
			   out);
}

bool paper_one_ticket(const struct paper_wish *wish, int64_t ticket_id, struct drawing *out)
{
	const struct rows *rows = paper_ticket(wish->db, ticket_id, wish->customer_id);
	struct row first;

	if (!rows->n)
		return false;
	first = row_at(rows, 0);
	return set_tickets(
		wish, rows, paper_head_of(wish, "tickets", ticket_id),
		talloc_asprintf(wish->mem, "ticket-%s-%lld", row_text(&first, "reference"), (long long)ticket_id), out);
}

size_t papers_attached(const struct paper_wish *wish, const char *noun, int64_t id, struct attachment out[PAPERS_MAX])
{
	const struct tongue *theirs;
	struct paper_wish own = *wish;
	bool ticket = !strcmp(noun, "ticket");
	const struct ticket_paper *first;
	size_t n = 0;

	if (!ticket && strcmp(noun, "order"))
		return 0;
	theirs = tongue_named(ticket ? paper_ticket_locale(wish->db, id) : paper_order_locale(wish->db, id));
	own.tongue = theirs ? theirs : tongue_named(wish->config->locale);
	/* Of what is not valid any more, there is nothing to come to. */
	if (!(ticket ? paper_one_ticket(&own, id, &out[0].drawing) : paper_tickets(&own, id, 1, &out[0].drawing)))
		return 0;
	first = ((const struct tickets_paper *)out[0].drawing.what)->tickets;
	out[0].title = out[1].title = first->title;
	/* A paper without a code would be taken for one that lets people in. */
	n = first->turns ? 0 : 1;
	return n + (ticket ? paper_calendar_of_ticket(&own, id, &out[n].drawing)
			   : paper_calendar_of_order(&own, id, &out[n].drawing));
}

/* ---- actions ---- */

const struct field PAPER_PAGE[] = {
	{ "page", F_INT, .min = 1, .max = 1000, .otherwise = "1",
	  .help = "Of an order of more than 100: which hundred" },
	FIELDS_END,
};

/* GET users/orders/:id/pdf/. */
int order_paper(struct request *rq)
{
	struct paper_wish wish = paper_wish_of(rq);
	struct drawing drawing;

	if (!paper_order(rq->db, path_id(rq, "order_id"), wish.customer_id))
		return refuse(rq, 404, "ORDER_NOT_FOUND", "There is no such order.");
	if (!paper_tickets(&wish, path_id(rq, "order_id"), field_int(rq, "page"), &drawing))
		return refuse(rq, 409, "NO_TICKETS", "This order has no valid tickets to print.");
	return paper_show(rq, &drawing);
}

/* GET users/tickets/:id/pdf/. */
int ticket_paper(struct request *rq)
{
	struct paper_wish wish = paper_wish_of(rq);
	struct drawing drawing;

	if (!paper_of_ticket(rq->db, path_id(rq, "id"), wish.customer_id))
		return refuse(rq, 404, "TICKET_NOT_FOUND", "There is no such ticket.");
	if (!paper_one_ticket(&wish, path_id(rq, "id"), &drawing))
		return refuse(rq, 409, "TICKET_NOT_VALID", "This ticket is not valid any more: it is not printed.");
	return paper_show(rq, &drawing);
}
