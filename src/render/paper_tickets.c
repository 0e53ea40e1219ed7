/* A ticket on paper. The sheet is quartered by its two folds: above, what it is for beside the code, which are the outer sides
 * once it is folded; below, inside, whom to ask and what to know. */
#include "render/paper.h"
#include "render/pdf.h"

#define HALF_WIDE (PDF_WIDE / 2)
#define HALF_HIGH (PDF_HIGH / 2)
#define MARGIN (8 * PDF_MM)
#define COLUMN (HALF_WIDE - 2 * MARGIN)
#define FAR_COLUMN (HALF_WIDE + MARGIN)
/* 88 mm, of which a scanner needs a third. */
#define CODE (88 * PDF_MM)
#define GAP 9

enum { N_HOUSE = 4 }; /* what is good to know */

static const struct pdf_style LABEL = { .size = 8.5, .least = 6, .grey = 0.35 }, VALUE = { .size = 12, .least = 7 },
			      STRONG = { .size = 15, .least = 8, .bold = true },
			      TITLE = { .size = 24, .least = 10, .bold = true }, NOTE = { .size = 10.5, .least = 6.5 },
			      SITE = { .size = 9, .least = 7, .grey = 0.35 };

struct page {
	struct pdf *pdf;
	const struct tickets_paper *paper;
	const struct ticket_paper *ticket;
	TALLOC_CTX *mem;
	double x, y; /* where the next text begins */
};

static const char *says(const struct page *page, const char *english)
{
	return tongue_says(page->paper->head.tongue, english);
}

static void put(struct page *page, const struct pdf_style *style, double high, const char *text)
{
	page->y += pdf_text(page->pdf, (struct pdf_box){ page->x, page->y, COLUMN, high }, style, text);
}

static void put_labelled(struct page *page, const char *label, const struct pdf_style *style, double high,
			 const char *value)
{
	if (!*value)
		return;
	put(page, &LABEL, 20, says(page, label));
	put(page, style, high, value);
	page->y += GAP;
}

static const char *when(const struct page *page)
{
	const struct ticket_paper *t = page->ticket;
	const char *zone = clock_zone_known(t->zone) ? t->zone : "UTC";

	return tongue_moment(page->paper->head.tongue, page->mem, t->starts_at, zone);
}

static const char *until(const struct page *page)
{
	const struct ticket_paper *t = page->ticket;
	const char *zone = clock_zone_known(t->zone) ? t->zone : "UTC";

	return tongue_say(page->paper->head.tongue, page->mem, "until %s",
			  tongue_moment(page->paper->head.tongue, page->mem, t->ends_at, zone));
}

/* What it is for. */
static void face(struct page *page)
{
	const struct ticket_paper *t = page->ticket;

	page->x = page->y = MARGIN;
	put(page, &SITE, 20, page->paper->head.site);
	page->y += 4;
	put(page, &TITLE, 104, t->title);
	page->y += GAP;
	put(page, &LABEL, 20, says(page, SAID("When")));
	put(page, &VALUE, 30, when(page));
	put(page, &NOTE, 26, until(page));
	page->y += GAP;
	put(page, &LABEL, 20, says(page, SAID("Where")));
	put(page, &VALUE, 44, t->venue);
	put(page, &NOTE, 26, t->address);
	page->y += GAP;
	put_labelled(page, SAID("Category"), &STRONG, 36, t->category);
	put_labelled(page, SAID("Holder"), &STRONG, 50, t->holder);
}

/* Where a code would stand that turns: what to show in its place. */
static void no_code(struct page *page)
{
	page->y += CODE / 4;
	put(page, &STRONG, 90,
	    says(page,
		 SAID("This ticket's code changes every 15 seconds, so it is shown on a phone and not on paper.")));
	page->y += GAP;
	put_labelled(page, SAID("Open your ticket on your phone and show it at the gate"), &VALUE, 60,
		     page->paper->head.url);
	page->y = MARGIN + CODE + 4;
	put_labelled(page, SAID("Ticket"), &STRONG, 20, page->ticket->number);
}

/* The code, and what stands in for it where no scanner is. */
static bool code(struct page *page)
{
	const struct ticket_paper *t = page->ticket;
	bool good = true;

	page->x = FAR_COLUMN;
	page->y = MARGIN;
	if (t->turns) {
		no_code(page);
		return true;
	}
	if (t->code)
		good = pdf_qr(page->pdf, HALF_WIDE + (HALF_WIDE - CODE) / 2, page->y, CODE, t->code);
	else
		pdf_text(page->pdf, (struct pdf_box){ page->x, page->y + CODE / 2, COLUMN, 60 }, &STRONG,
			 says(page, SAID("The code cannot be shown right now. Try again in a moment.")));
	page->y += CODE + 4;
	put_labelled(page, SAID("Ticket"), &STRONG, 20, t->number);
	put(page, &NOTE, 40, says(page, SAID("Show this code at the gate: it lets one person in.")));
	return good;
}

static void inside(struct page *page)
{
	const struct ticket_paper *t = page->ticket;
	static const char *const HOUSE[N_HOUSE] = {
		SAID("Whoever shows this code first is let in: keep it to yourself, and post no picture of it."),
		SAID("Keep the code flat and clean, and leave its white edge white. Fold along the lines: no fold goes through it."),
		SAID("If you pass the ticket on, the code here is dead: the new holder has another."),
		SAID("Should the event be cancelled or moved, you are told at the address that you ordered with."),
	};
	static const char *const TURNING[N_HOUSE] = {
		SAID("This paper lets nobody in: it is yours to know when and where."),
		SAID("Once opened on a phone, the ticket is there without a network too."),
		SAID("If you pass the ticket on, the new holder has another code, and yours is dead."),
		SAID("Should the event be cancelled or moved, you are told at the address that you ordered with."),
	};

	page->x = MARGIN;
	page->y = HALF_HIGH + MARGIN;
	put_labelled(page, SAID("Organizer"), &VALUE, 60, t->organizer);
	put_labelled(page, SAID("Order"), &VALUE, 20, t->order);
	put_labelled(page, SAID("Ticket"), &VALUE, 20, t->number);
	put_labelled(page, SAID("On the web"), &VALUE, 60, page->paper->head.url);
	page->x = FAR_COLUMN;
	page->y = HALF_HIGH + MARGIN;
	put(page, &LABEL, 20, says(page, SAID("Good to know")));
	page->y += 3;
	for (size_t i = 0; i < N_HOUSE; i++) {
		put(page, &NOTE, 70, says(page, (page->ticket->turns ? TURNING : HOUSE)[i]));
		page->y += GAP;
	}
}

static void folds(struct pdf *pdf)
{
	pdf_line(pdf, HALF_WIDE, 0, HALF_WIDE, PDF_HIGH, 0.5, 0.6, true);
	pdf_line(pdf, 0, HALF_HIGH, PDF_WIDE, HALF_HIGH, 0.5, 0.6, true);
}

static bool draw_one(struct page *page)
{
	folds(page->pdf);
	face(page);
	inside(page);
	return code(page);
}

bool paper_draw_tickets(struct buf *out, const struct tickets_paper *paper)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	const char *title = paper->n ? paper->tickets[0].title : "";
	struct page page = { .paper = paper, .mem = mem };
	bool good;

	page.pdf = pdf_new(mem, out, paper->head.tongue, title, paper->head.site);
	good = page.pdf && paper->n;
	for (size_t i = 0; good && i < paper->n; i++) {
		page.ticket = &paper->tickets[i];
		good = draw_one(&page);
		pdf_next(page.pdf);
	}
	good = good && pdf_end(page.pdf);
	talloc_free(mem);
	return good;
}
