/* Payouts: asked for by one of the staff, approved by another, paid at the bank, whose reference is taken down. What may be asked for
 * and what is paid is for the statements of store/payout.c to say; here is who may, and what is said. */
#include "app/payout.h"
#include "app/actions/organizer.h"
#include "app/identity.h"
#include "base/money.h"
#include "http/paper.h"
#include "store/payout.h"
#include <string.h>

static const struct {
	const char *field, *kind;
} PAYEES[] = { { "organizer_id", "organizer" }, { "merchant_id", "merchant" }, { "shareholder_id", "shareholder" } };

enum { N_PAYEES = sizeof PAYEES / sizeof *PAYEES };

void payout_check(struct request *rq, int64_t id)
{
	size_t given = 0;

	(void)id;
	for (size_t i = 0; i < N_PAYEES; i++)
		given += field_given(rq, PAYEES[i].field);
	if (given == 1)
		return;
	for (size_t i = 0; i < N_PAYEES; i++)
		if (!given || field_given(rq, PAYEES[i].field))
			field_fault(rq, PAYEES[i].field, "Say who gets it: one organizer, merchant or shareholder.");
}

static struct payee payee_asked(struct request *rq)
{
	for (size_t i = 0; i < N_PAYEES; i++)
		if (field_given(rq, PAYEES[i].field))
			return (struct payee){ PAYEES[i].kind, field_int(rq, PAYEES[i].field) };
	return (struct payee){ PAYEES[0].kind, 0 };
}

static void refuse_more(struct request *rq, struct payee to, const char *currency)
{
	int64_t most = payout_free(rq->db, to, currency);
	char text[40];

	money_text(most > 0 ? most : 0, currency, text, sizeof text);
	field_fault(rq, "amount",
		    "There is %s to be paid out: what goes back to buyers, or was asked for before, is not.", text);
	refuse(rq, 409, "BALANCE_TOO_LOW", "There is not so much to be paid out.");
}

/* Refused where there is not so much. */
static int64_t ask_for(struct request *rq, struct payee to, int64_t amount, const char *currency, const char *note)
{
	struct payout_new payout = { .to = to,
				     .amount = amount,
				     .currency = currency,
				     .note = note,
				     .account_id = rq->who.account_id,
				     .alone = strcmp(currency, rq->config->fee_currency) ? 0 : rq->config->payout_alone,
				     .now = rq->now };
	int64_t id = payout_request(rq->db, &payout);

	if (!id && db_error(rq->db) == DB_OK)
		refuse_more(rq, to, currency);
	return id;
}

static int64_t insert(struct request *rq, struct payee to)
{
	const char *note = field_text(rq, "note");

	if (!fresh_or_refuse(rq))
		return 0;
	return ask_for(rq, to, field_int(rq, "amount"), field_text(rq, "currency"), note ? note : "");
}

int64_t payout_insert(struct request *rq)
{
	return insert(rq, payee_asked(rq));
}

int64_t withdrawal_insert(struct request *rq)
{
	return insert(rq, (struct payee){ "shareholder", field_int(rq, "shareholder_id") });
}

int64_t payout_of_settlement(struct request *rq, int64_t organizer_id, int64_t amount, const char *currency,
			     const char *number)
{
	int64_t id = ask_for(rq, (struct payee){ "organizer", organizer_id }, amount, currency, number);

	if (id)
		audit_change(rq, "create", "payout", id, NULL, NULL);
	return id;
}

void payout_approve_also(struct request *rq, const struct row *row)
{
	/* one that is decided is refused as that, by its status */
	if (!row_is(row, "status", "requested") || !fresh_or_refuse(rq))
		return;
	if (!payout_approve(rq->db, row_int(row, "id"), rq->who.account_id))
		refuse(rq, 403, "SECOND_PERSON", "You asked for this payout yourself. Somebody else is to approve it.");
}

void payout_pay_also(struct request *rq, const struct row *row)
{
	if (!row_is(row, "status", "approved") || !fresh_or_refuse(rq))
		return;
	switch (payout_pay(rq->db, row_int(row, "id"), rq->now)) {
	case PAYOUT_PAID:
		break;
	case PAYOUT_SHORT:
		refuse(rq, 409, "BALANCE_TOO_LOW",
		       "There is not so much on their account any more besides what goes back to buyers. Reject this payout and ask for another.");
		break;
	default:
		refuse(rq, 409, "PAYOUT_BUSY", "This payout could not be entered now. Try again.");
	}
}

/* ---- its paper ---- */

static void add_line(struct invoice_line *lines, size_t *n, const char *what, int64_t amount)
{
	if (amount)
		lines[(*n)++] = (struct invoice_line){ what, 0, 0, amount };
}

/* From what was left by the payout before it to what stays after it. */
static const struct invoice_line *lines_of(struct request *rq, const struct row *p, size_t *n)
{
	enum { MOST = 7 };
	struct invoice_line *lines = talloc_array(rq->mem, struct invoice_line, MOST);
	int64_t carried = row_int(p, "carried"), sales = row_int(p, "sales"), fees = row_int(p, "fees");
	int64_t taxes = row_int(p, "taxes"), refunds = row_int(p, "refunds"), others = row_int(p, "others");

	*n = 0;
	add_line(lines, n, said_to(rq, "Left from before"), carried);
	add_line(lines, n, said_to(rq, "Tickets sold"), sales);
	add_line(lines, n, said_to(rq, "Given back to buyers"), -refunds);
	add_line(lines, n, said_to(rq, "Fees"), -fees);
	add_line(lines, n, said_to(rq, "Taxes"), -taxes);
	add_line(lines, n, said_to(rq, "Other money that came in"), others);
	add_line(lines, n, said_to(rq, "Stays on the account"),
		 row_int(p, "amount") - (carried + sales - refunds - fees - taxes + others));
	return lines;
}

static int answer_payout(struct request *rq, int64_t organizer_id)
{
	const struct row *p = payout_paper(rq->db, path_id(rq, "id"), organizer_id);
	struct invoice_paper *paper;

	if (!p)
		return refuse(rq, 404, "INVOICE_NOT_FOUND",
			      "There is no invoice for this payout: it is not yours, or not paid yet.");
	paper = talloc_zero(rq->mem, struct invoice_paper);
	paper->head = (struct paper_head){ rq->tongue, rq->config->name, rq->config->base_url };
	paper->payout = true;
	paper->number = row_text(p, "number");
	paper->seller = rq->config->name;
	paper->buyer = row_text(p, "payee");
	paper->order = row_text(p, "reference");
	paper->method = said_to(rq, "Bank transfer");
	paper->about = "";
	paper->tax_number = "";
	paper->currency = row_text(p, "currency");
	paper->zone = rq->config->time_zone;
	paper->lines = lines_of(rq, p, &paper->n);
	paper->total = row_int(p, "amount");
	paper->issued_at = row_time(p, "created_at");
	paper->paid_at = row_time(p, "paid_at");
	answer_paper(rq, DRAW_INVOICE, paper, row_text(p, "number"));
	return ANSWERED;
}

/* GET organizer/payouts/:id/invoice/. */
int payout_invoice(struct request *rq)
{
	return answer_payout(rq, rq->who.role_id);
}

/* The same for staff, of anyone's. */
int payout_invoice_of_any(struct request *rq)
{
	return answer_payout(rq, 0);
}
