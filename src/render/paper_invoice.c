/* Invoices or credit notes: a page for each, for an order has at most twenty lines. */
#include "base/money.h"
#include "base/rate.h"
#include "render/paper.h"
#include "render/pdf.h"
#include <stdio.h>

#define MARGIN (20 * PDF_MM)
#define WIDE (PDF_WIDE - 2 * MARGIN)
#define LOW (PDF_HIGH - MARGIN)

/* Of the table: what, how many, one, all. */
enum { WHAT, MANY, EACH, SUM, COLUMNS };

static const double SHARE[COLUMNS] = { 0.46, 0.10, 0.22, 0.22 };

static const struct pdf_style LABEL = { .size = 8, .least = 6, .grey = 0.35 }, VALUE = { .size = 10.5, .least = 7 },
			      FIGURE = { .size = 10.5, .least = 6, .end = true },
			      TOTAL = { .size = 12, .least = 7, .bold = true },
			      TOTAL_END = { .size = 12, .least = 7, .bold = true, .end = true },
			      TITLE = { .size = 22, .least = 12, .bold = true },
			      HEAD_END = { .size = 8, .least = 6, .grey = 0.35, .end = true };

struct page {
	struct pdf *pdf;
	const struct invoice_paper *paper;
	const struct tongue *tongue;
	TALLOC_CTX *mem;
	double y;
};

static double text(struct page *page, double x, double wide, double high, const struct pdf_style *style,
		   const char *value)
{
	return pdf_text(page->pdf, (struct pdf_box){ x, page->y, wide, high }, style, value);
}

static const char *day(const struct page *page, ms_t at)
{
	return tongue_moment(page->tongue, page->mem, at, page->paper->zone);
}

static const char *money(const struct page *page, int64_t amount)
{
	char *out = talloc_size(page->mem, 48);

	return money_text(amount, page->paper->currency, out, 48);
}

/* A label and its value in one half of the page. */
static double fact(struct page *page, int half, const char *label, const char *value)
{
	double x = MARGIN + half * (WIDE / 2), high, top = page->y;

	if (!*value)
		return 0;
	high = text(page, x, WIDE / 2 - 8, 20, &LABEL, tongue_says(page->tongue, label));
	page->y += high;
	high += text(page, x, WIDE / 2 - 8, 54, &VALUE, value) + 10;
	page->y = top;
	return high;
}

static void facts(struct page *page, const char *label, const char *value, const char *label2, const char *value2)
{
	double first = fact(page, 0, label, value), second = fact(page, 1, label2, value2);

	page->y += first > second ? first : second;
}

static void head(struct page *page)
{
	const struct invoice_paper *p = page->paper;
	const char *number = p->tax_number ? p->tax_number : "";

	page->y = MARGIN;
	page->y += text(page, MARGIN, WIDE, 20, &LABEL, p->head.site) + 6;
	page->y += text(page, MARGIN, WIDE, 34, &TITLE,
			tongue_say(page->tongue, page->mem,
				   p->settled  ? "Settlement %s"
				   : p->payout ? "Payout %s"
				   : p->of     ? "Credit note %s"
					       : "Invoice %s",
				   p->number)) +
		   14;
	if (p->settled) {
		facts(page, SAID("Made out by"), p->seller, SAID("Made out for"), p->buyer);
		facts(page, SAID("Made out on"), day(page, p->issued_at), SAID("Days"), p->settled);
		facts(page, SAID("Status"), p->order, SAID("Event"), "");
		return;
	}
	facts(page, p->payout ? SAID("Paid out by") : SAID("Seller"), p->seller,
	      p->payout ? SAID("Paid out to") : SAID("Buyer"), p->buyer);
	facts(page, p->payout ? SAID("Asked for on") : SAID("Made out on"), day(page, p->issued_at),
	      p->of ? SAID("Given back on") : SAID("Paid on"), day(page, p->paid_at));
	facts(page, p->payout ? SAID("Reference") : SAID("Order"), p->order,
	      p->of ? SAID("For the invoice") : SAID("Paid by"), p->of ? p->of : p->method);
	if (*p->about || *number)
		facts(page, SAID("Event"), p->about, SAID("Seller's tax number"), number);
}

/* One line of the table; NULL: nothing in that column. */
static void line(struct page *page, const char *const cells[COLUMNS], const struct pdf_style *first,
		 const struct pdf_style *others)
{
	double x = MARGIN, most = 0;

	for (int i = 0; i < COLUMNS; i++) {
		double wide = WIDE * SHARE[i], high = 0;

		if (cells[i])
			high = text(page, x, wide - 6, 34, i == WHAT ? first : others, cells[i]);
		most = high > most ? high : most;
		x += wide;
	}
	page->y += most + 5;
}

static void rule(struct page *page)
{
	pdf_line(page->pdf, MARGIN, page->y, MARGIN + WIDE, page->y, 0.5, 0.5, false);
	page->y += 5;
}

static void items(struct page *page)
{
	const struct invoice_paper *p = page->paper;
	const char *heads[COLUMNS] = { tongue_says(page->tongue, "What"), tongue_says(page->tongue, "Quantity"),
				       tongue_says(page->tongue, "Each"), tongue_says(page->tongue, "Amount") };

	page->y += 8;
	line(page, heads, &LABEL, &HEAD_END);
	rule(page);
	for (size_t i = 0; i < p->n && page->y < LOW - 110; i++) {
		const struct invoice_line *l = &p->lines[i];
		char many[24];

		snprintf(many, sizeof many, "%lld", (long long)l->quantity);
		line(page,
		     (const char *[COLUMNS]){ l->what, l->quantity ? many : NULL,
					      l->quantity ? money(page, l->unit) : NULL, money(page, l->amount) },
		     &VALUE, &FIGURE);
	}
	if (p->discount)
		line(page,
		     (const char *[COLUMNS]){ tongue_says(page->tongue, "Discount"), NULL, NULL,
					      money(page, -p->discount) },
		     &VALUE, &FIGURE);
	rule(page);
}

/* "Including 19 % tax". */
static void tax(struct page *page)
{
	const struct invoice_paper *p = page->paper;
	char rate[24];

	rate_text(p->tax_rate, rate, sizeof rate);
	text(page, MARGIN, WIDE / 2, 30, &VALUE, tongue_say(page->tongue, page->mem, "Including %s %% tax", rate));
	text(page, MARGIN + WIDE / 2, WIDE / 2 - 6, 30, &FIGURE, money(page, p->tax));
}

static void sum(struct page *page)
{
	const struct invoice_paper *p = page->paper;
	double high = text(page, MARGIN, WIDE / 2, 30, &TOTAL,
			   tongue_says(page->tongue, p->settled	 ? SAID("Stays on the account")
						     : p->payout ? SAID("Paid out")
						     : p->of	 ? SAID("Given back")
								 : SAID("Total paid")));

	text(page, MARGIN + WIDE / 2, WIDE / 2 - 6, 30, &TOTAL_END, money(page, p->total));
	page->y += high + 4;
	if (p->tax_rate)
		tax(page);
	page->y = LOW - 30;
	text(page, MARGIN, WIDE, 28, &LABEL,
	     tongue_say(page->tongue, page->mem, "Sold through %s: %s", p->head.site, p->head.url));
}

bool paper_draw_invoice(struct buf *out, const struct invoice_paper *paper)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct page page = { .paper = paper, .tongue = paper->head.tongue, .mem = mem };
	bool good;

	page.pdf = pdf_new(mem, out, page.tongue, paper->number, paper->head.site);
	for (; page.pdf && page.paper; page.paper = page.paper->next) {
		head(&page);
		items(&page);
		sum(&page);
		pdf_next(page.pdf);
	}
	good = page.pdf && pdf_end(page.pdf);
	talloc_free(mem);
	return good;
}
