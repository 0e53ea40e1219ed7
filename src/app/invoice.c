/* Payments and their papers: a list, an invoice for each that succeeded, a credit note for each that went back. */
#include "store/invoice.h"
#include "app/actions/customer.h"
#include "app/picture.h"
#include "http/paper.h"
#include "rules/link.h"
#include <stdlib.h>
#include <string.h>

static const struct field OF_ORDER[] = {
	{ "id", F_ID, .null = true, .help = "The order that it paid" },
	{ "reference", F_TEXT, .null = true, .help = "What a person reads out" },
	FIELDS_END,
};
static const struct field OF_EVENT[] = {
	{ "id", F_ID, .null = true, .help = "What the order was for" },
	{ "title", F_TEXT, .null = true, .help = "Its title" },
	FIELDS_END,
};

static const struct field CREDIT[] = {
	{ "number", F_TEXT, .help = "A credit note's" },
	{ "amount", F_MONEY, .help = "What of the payment it gives back" },
	FIELDS_END,
};

/* clang-format off */
#define PAYMENT_STATES "processing,requires_action,succeeded,declined,refunding,refunded"
/* clang-format on */

const struct field PAYMENT_HISTORY[] = {
	FIELDS_PAGE_SORTED("created_at"),
	{ "status", F_CHOICE, .choices = PAYMENT_STATES, .help = "Only these" },
	FIELDS_END,
};

const struct field PAYMENT_HISTORY_ROW[] = {
	{ "id", F_ID, .help = "The payment" },
	{ "uuid", F_UUID, .help = "What the provider knows it by" },
	{ "purpose", F_TEXT, .help = "order, registration_fee, …" },
	{ "status", F_CHOICE, .choices = PAYMENT_STATES, .help = "What became of it" },
	{ "amount", F_MONEY, .help = "What was paid" },
	{ "currency", F_CURRENCY, .help = "Of the amounts" },
	{ "method", F_CHOICE, .choices = "card,nfc_card", .help = "How" },
	{ "failure", F_TEXT, .null = true, .help = "Why it was declined or given back" },
	{ "refunded", F_MONEY, .help = "What went back" },
	{ "order", F_OBJECT, .of = OF_ORDER, .help = "What it paid" },
	{ "event", F_OBJECT, .of = OF_EVENT, .help = "What that was for" },
	{ "created_at", F_TIME, .help = "When it began" },
	{ "invoice_number", F_TEXT, .null = true,
	  .help = "Its invoice's; null also until that is made out, a moment after it was paid" },
	{ "invoice_url", F_TEXT, .null = true, .help = "The invoice, a PDF; to apps signed, and good for a day" },
	{ "credit_note_number", F_TEXT, .null = true, .help = "The last credit note's, where it went back" },
	{ "credit_note_url", F_TEXT, .null = true, .help = "Its credit notes, a PDF with a page for each" },
	{ "credit_notes", F_LIST, .of = CREDIT, .help = "One for each part of it that went back, in that order" },
	FIELDS_NAMED("own_payment"),
};

/* ---- where they are ---- */

static const char *signed_path(struct request *rq, const char *id, const char *file)
{
	return talloc_asprintf(rq->mem, "/payments/%s/signed/%s", id, file);
}

/* A page's own addresses need no signature: who reads it is signed in. */
static const char *address(struct request *rq, const char *id, const char *file)
{
	const char *path = signed_path(rq, id, file);
	int64_t until = link_until(rq->now);
	char sign[TOKEN_SIZE];

	if (wants_page(rq) && !list_format(rq))
		return talloc_asprintf(rq->mem, "/payments/%s/%s", id, file);
	return talloc_asprintf(rq->mem, "%s%s?until=%lld&sign=%s", rq->config->base_url, path, (long long)until,
			       link_sign(path, until, sign));
}

static const char *invoice_address(struct request *rq, const char *id)
{
	return address(rq, id, "invoice.pdf");
}

static const char *credit_note_address(struct request *rq, const char *id)
{
	return address(rq, id, "credit-note.pdf");
}

int payment_index(struct request *rq)
{
	static const char *const OF_INVOICE[] = { "invoice_url", NULL }, *const OF_CREDIT[] = { "credit_note_url",
												NULL };
	static const struct pictures INVOICES = { OF_INVOICE, invoice_address },
				     CREDITS = { OF_CREDIT, credit_note_address };
	struct row_list *list = payment_history(rq->db, rq->who.role_id, field_text(rq, "status"),
						field_text(rq, "search"), list_descending(rq, true));

	return answer_whole_list(rq, "payments", picture_list(rq, picture_list(rq, list, &INVOICES), &CREDITS));
}

/* ---- the papers ---- */

/* What a paper without lines of an order is for. */
static const char *what_for(struct request *rq, const struct row *invoice, enum invoice_kind kind)
{
	if (kind == CREDIT_NOTE && !row_null(invoice, "category"))
		return tongue_say(rq->tongue, rq->mem, "Ticket given back: %s", row_text(invoice, "category"));
	if (kind == CREDIT_NOTE && (row_is(invoice, "origin", "desk") || row_is(invoice, "origin", "dispute")))
		return said_to(rq, "Given back by the payment provider");
	if (!row_null(invoice, "order_id"))
		return said_to(rq, "Tickets given back");
	return row_is(invoice, "purpose", "registration_fee") ? said_to(rq, "Fee for a card")
							      : said_to(rq, "Card reload");
}

static const struct invoice_line *lines_of(struct request *rq, const struct row *invoice, enum invoice_kind kind,
					   struct invoice_paper *paper)
{
	const struct rows *rows = kind == INVOICE && !row_null(invoice, "order_id")
					  ? invoice_lines(rq->db, row_int(invoice, "order_id"))
					  : NULL;
	struct invoice_line *lines = talloc_array(rq->mem, struct invoice_line, rows ? (unsigned)rows->n : 1);

	paper->n = rows ? rows->n : 1;
	for (size_t i = 0; rows && i < rows->n; i++) {
		struct row row = row_at(rows, i);

		lines[i] = (struct invoice_line){ row_text(&row, "category"), row_int(&row, "quantity"),
						  row_int(&row, "unit_price"), row_int(&row, "amount") };
	}
	if (!rows)
		lines[0] = (struct invoice_line){ what_for(rq, invoice, kind), 0, 0, row_int(invoice, "amount") };
	return lines;
}

static struct invoice_paper *paper_of(struct request *rq, const struct row *invoice, enum invoice_kind kind)
{
	struct invoice_paper *paper = talloc_zero(rq->mem, struct invoice_paper);
	bool card = row_is(invoice, "method", "nfc_card");

	paper->head = (struct paper_head){ rq->tongue, rq->config->name, rq->config->base_url };
	paper->number = row_text(invoice, "name");
	paper->of = kind == CREDIT_NOTE ? row_text(invoice, "of") : NULL;
	paper->seller = *row_text(invoice, "seller") ? row_text(invoice, "seller") : rq->config->name;
	paper->buyer = row_text(invoice, "buyer");
	paper->order = row_text(invoice, "reference");
	paper->about = row_text(invoice, "title");
	paper->currency = row_text(invoice, "currency");
	paper->zone = rq->config->time_zone;
	paper->method = card ? said_to(rq, "NFC card") : said_to(rq, "Payment card");
	paper->lines = lines_of(rq, invoice, kind, paper);
	paper->discount = kind == INVOICE ? row_int(invoice, "discount") : 0;
	paper->total = row_int(invoice, "amount");
	paper->tax = row_int(invoice, "tax");
	paper->tax_rate = row_int(invoice, "tax_rate");
	paper->tax_number = row_text(invoice, "tax_number");
	paper->issued_at = row_time(invoice, "issued_at");
	paper->paid_at = row_time(invoice, "moved_at");
	return paper;
}

/* A page for each; the file is named by the last. */
static void set(struct request *rq, const struct rows *invoices, enum invoice_kind kind)
{
	struct invoice_paper *first = NULL;
	struct row row = row_at(invoices, invoices->n - 1);

	for (size_t i = invoices->n; i > 0; i--) {
		struct row one = row_at(invoices, i - 1);
		struct invoice_paper *paper = paper_of(rq, &one, kind);

		paper->next = first;
		first = paper;
	}
	answer_paper(rq, DRAW_INVOICE, first, row_text(&row, "name"));
}

/* The first who asks for one that is not numbered yet has it numbered, with all that is due before it. */
static int show(struct request *rq, enum invoice_kind kind, int64_t customer_id)
{
	int64_t id = path_id(rq, "payment_id");
	const struct row *due = invoice_due(rq->db, id, customer_id, kind);
	const struct rows *invoices;

	if (!due)
		return refuse(rq, 404, "INVOICE_NOT_FOUND",
			      kind == INVOICE ? SAID("There is no invoice for this payment.")
					      : SAID("There is no credit note for this payment."));
	/* A credit note refers to its invoice. */
	for (enum invoice_kind k = INVOICE; row_bool(due, "due") && k <= kind; k++)
		while (invoice_number(rq->db, row_int(due, "seller_id"), k, rq->now) > 0)
			;
	invoices = invoice_get(rq->db, id, customer_id, kind);
	if (!invoices->n)
		return refuse(rq, 503, "INVOICE_LATER", "This could not be made. Try again in a moment.");
	set(rq, invoices, kind);
	return ANSWERED;
}

int payment_invoice(struct request *rq)
{
	return show(rq, INVOICE, rq->who.role_id);
}

int payment_credit_note(struct request *rq)
{
	return show(rq, CREDIT_NOTE, rq->who.role_id);
}

/* Whoever has the signed address may read what it names. */
static int show_signed(struct request *rq, enum invoice_kind kind)
{
	const char *id = talloc_asprintf(rq->mem, "%lld", (long long)path_id(rq, "payment_id"));
	const char *path = signed_path(rq, id, kind == INVOICE ? "invoice.pdf" : "credit-note.pdf");

	if (!link_good(path, field_int(rq, "until"), field_text(rq, "sign"), rq->now))
		return refuse(rq, 404, "INVOICE_NOT_FOUND", "There is no invoice for this payment.");
	return show(rq, kind, 0);
}

int payment_invoice_signed(struct request *rq)
{
	return show_signed(rq, INVOICE);
}

int payment_credit_note_signed(struct request *rq)
{
	return show_signed(rq, CREDIT_NOTE);
}
