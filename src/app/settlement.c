/* Settlements: made by one of the staff, approved by another, and settled by the payout of what is left. What a period comes to is for the
 * statements of store/settlement.c to say. */
#include "app/settlement.h"
#include "app/actions/finance.h"
#include "app/identity.h"
#include "app/month.h"
#include "app/payout.h"
#include "http/paper.h"
#include "store/settlement.h"
#include <string.h>

/* The moments of its days. False after a fault: they are none, or not over. */
static bool days_of(struct request *rq, struct settlement_new *s)
{
	ms_t unused;

	if (strcmp(s->from, s->to) > 0)
		field_fault(rq, "to", "This is before the first day.");
	else if (!clock_day(s->from, rq->config->time_zone, &s->begins, &unused) ||
		 !clock_day(s->to, rq->config->time_zone, &unused, &s->ends))
		field_fault(rq, "from", "This is not a date.");
	else if (rq->now < s->ends + SETTLED_AFTER_MINUTES * MS_MINUTE)
		field_fault(rq, "to", "This day is not over yet.");
	return !has_faults(rq);
}

int64_t settlement_insert(struct request *rq)
{
	const char *note = field_text(rq, "note");
	struct settlement_new s = { .organizer_id = field_int(rq, "organizer_id"),
				    .currency = field_text(rq, "currency"),
				    .from = field_text(rq, "from"),
				    .to = field_text(rq, "to"),
				    .note = note ? note : "",
				    .account_id = rq->who.account_id };
	int64_t id;

	if (!days_of(rq, &s)) {
		refuse_fields(rq);
		return 0;
	}
	if (!fresh_or_refuse(rq))
		return 0;
	id = settlement_make(rq->db, &s, rq->now);
	if (!id && db_error(rq->db) == DB_OK)
		refuse(rq, 409, "SETTLED_BEFORE",
		       "Another settlement of theirs in this currency has one of these days.");
	return id;
}

void settlement_approve_also(struct request *rq, const struct row *row)
{
	if (!row_is(row, "status", "open") || !fresh_or_refuse(rq))
		return;
	if (!settlement_approve(rq->db, row_int(row, "id"), rq->who.account_id))
		refuse(rq, 403, "SECOND_PERSON", "You made this settlement yourself. Somebody else is to approve it.");
}

/* What is left of the period, and was not paid or asked for since, is asked for as a payout, which has its own rules from there on;
 * nothing, where nothing is. */
void settlement_settle_also(struct request *rq, const struct row *row)
{
	int64_t id = row_int(row, "id"), amount, payout;

	if (!row_is(row, "status", "approved") || !fresh_or_refuse(rq))
		return;
	amount = settlement_owed(rq->db, id);
	if (amount <= 0)
		return;
	payout = payout_of_settlement(rq, row_int(row, "organizer_id"), amount, row_text(row, "currency"),
				      row_text(row, "number"));
	if (payout && !settlement_paid_by(rq->db, id, payout))
		refuse(rq, 409, "SETTLEMENT_BUSY", "This settlement could not be settled now. Try again.");
}

/* ---- its paper ---- */

/* From what was there before the period to what is left after it. */
static const struct invoice_line *lines_of(struct request *rq, const struct row *s, size_t *n)
{
	const struct {
		const char *what, *column;
		int sign;
	} LINES[] = {
		{ SAID("Left from before"), "opening", 1 },
		{ SAID("Tickets sold"), "sales", 1 },
		{ SAID("Given back to buyers"), "refunds", -1 },
		{ SAID("Fees"), "fees", -1 },
		{ SAID("Taxes"), "taxes", -1 },
		{ SAID("Other money that came in"), "others", 1 },
		{ SAID("Paid out"), "paid_out", -1 },
	};
	struct invoice_line *lines = talloc_array(rq->mem, struct invoice_line, sizeof LINES / sizeof *LINES);

	*n = 0;
	for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
		int64_t amount = row_int(s, LINES[i].column);

		if (amount)
			lines[(*n)++] =
				(struct invoice_line){ said_to(rq, LINES[i].what), 0, 0, LINES[i].sign * amount };
	}
	return lines;
}

static int answer_settlement(struct request *rq, int64_t organizer_id)
{
	const struct row *s = settlement_paper(rq->db, path_id(rq, "id"), organizer_id);
	struct invoice_paper *paper;

	if (!s)
		return refuse(rq, 404, "SETTLEMENT_NOT_FOUND", "There is no such %s.", said_to(rq, "settlement"));
	paper = talloc_zero(rq->mem, struct invoice_paper);
	paper->head = (struct paper_head){ rq->tongue, rq->config->name, rq->config->base_url };
	paper->settled = talloc_asprintf(rq->mem, "%s – %s", row_text(s, "from_day"), row_text(s, "to_day"));
	paper->number = row_text(s, "number");
	paper->seller = rq->config->name;
	paper->buyer = row_text(s, "organizer");
	paper->order = said_to(rq, row_text(s, "status"));
	paper->about = paper->method = paper->tax_number = "";
	paper->currency = row_text(s, "currency");
	paper->zone = rq->config->time_zone;
	paper->lines = lines_of(rq, s, &paper->n);
	paper->total = row_int(s, "closing");
	paper->issued_at = row_time(s, "created_at");
	answer_paper(rq, DRAW_INVOICE, paper, row_text(s, "number"));
	return ANSWERED;
}

/* GET finances/settlements/:id/pdf/. */
int settlement_paper_of_any(struct request *rq)
{
	return answer_settlement(rq, 0);
}

/* GET organizer/settlements/:id/pdf/. */
int settlement_paper_own(struct request *rq)
{
	return answer_settlement(rq, rq->who.role_id);
}
