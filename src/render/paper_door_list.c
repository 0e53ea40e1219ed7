/* The names at a door: so many a page, one height each, so that it is known beforehand how many pages there will be. It is written
 * into a file as it is drawn, and its names come a batch at a time. */
#include "render/paper.h"
#include "render/pdf.h"

#define MARGIN (15 * PDF_MM)
#define WIDE (PDF_WIDE - 2 * MARGIN)
#define TOP (MARGIN + 62)
#define LINE 17.0
#define BOX 9.0

enum { LINES = 40 };

/* Of a line: the box, the name, its category, its order. */
static const double AT[] = { 0, 0.05, 0.52, 0.80, 1 };

static const struct pdf_style TITLE = { .size = 15, .least = 9, .bold = true },
			      SMALL = { .size = 8, .least = 6, .grey = 0.35 },
			      SMALL_END = { .size = 8, .least = 6, .grey = 0.35, .end = true },
			      NAME = { .size = 10.5, .least = 6.5, .bold = true }, REST = { .size = 9, .least = 6 };

struct list {
	struct pdf *pdf;
	const struct door_list_paper *paper;
	const struct tongue *tongue;
	TALLOC_CTX *mem;
	size_t page, pages, line; /* from 1; of the page, from 0 */
};

static void cell(const struct list *l, int column, double y, const struct pdf_style *style, const char *text)
{
	pdf_text(l->pdf,
		 (struct pdf_box){ MARGIN + AT[column] * WIDE, y, (AT[column + 1] - AT[column]) * WIDE - 6, LINE - 2 },
		 style, text);
}

static const char *moment(const struct list *l, ms_t at)
{
	return tongue_moment(l->tongue, l->mem, at, l->paper->zone);
}

static void head(const struct list *l)
{
	const struct door_list_paper *p = l->paper;

	pdf_text(l->pdf, (struct pdf_box){ MARGIN, MARGIN, WIDE, 22 }, &TITLE, p->title);
	pdf_text(l->pdf, (struct pdf_box){ MARGIN, MARGIN + 24, WIDE, 12 }, &SMALL,
		 talloc_asprintf(l->mem, "%s · %s", moment(l, p->starts_at), p->venue));
	cell(l, 1, MARGIN + 44, &SMALL, tongue_says(l->tongue, "Name"));
	cell(l, 2, MARGIN + 44, &SMALL, tongue_says(l->tongue, "Category"));
	cell(l, 3, MARGIN + 44, &SMALL, tongue_says(l->tongue, "Order"));
	pdf_line(l->pdf, MARGIN, TOP - 5, MARGIN + WIDE, TOP - 5, 0.8, 0, false);
}

static void foot(const struct list *l)
{
	double y = PDF_HIGH - MARGIN - 10;

	pdf_text(l->pdf, (struct pdf_box){ MARGIN, y, WIDE * 0.7, 12 }, &SMALL,
		 tongue_say(l->tongue, l->mem, "As of %s", moment(l, l->paper->made_at)));
	pdf_text(l->pdf, (struct pdf_box){ MARGIN + WIDE * 0.7, y, WIDE * 0.3, 12 }, &SMALL_END,
		 tongue_say(l->tongue, l->mem, "Page %zu of %zu", l->page, l->pages));
}

/* To be ticked; who is in already is. */
static void box(const struct list *l, double y, bool came)
{
	double x = MARGIN + 2, right = x + BOX, low = y + BOX;

	pdf_line(l->pdf, x, y, right, y, 0.8, 0, false);
	pdf_line(l->pdf, x, low, right, low, 0.8, 0, false);
	pdf_line(l->pdf, x, y, x, low, 0.8, 0, false);
	pdf_line(l->pdf, right, y, right, low, 0.8, 0, false);
	if (!came)
		return;
	pdf_line(l->pdf, x, y, right, low, 1.2, 0, false);
	pdf_line(l->pdf, x, low, right, y, 1.2, 0, false);
}

static void turn_page(struct list *l)
{
	foot(l);
	talloc_free_children(l->mem);
	pdf_next(l->pdf);
	l->page++;
	l->line = 0;
	if (l->page > l->pages) /* somebody bought meanwhile */
		l->pages = l->page;
}

static void name(struct list *l, const struct row *row)
{
	double y;

	if (l->line == LINES)
		turn_page(l);
	if (!l->line)
		head(l);
	y = TOP + (double)l->line++ * LINE;
	box(l, y + 2, row_bool(row, "came"));
	cell(l, 1, y, &NAME, row_text(row, "holder_name"));
	cell(l, 2, y + 1, &REST, row_text(row, "category"));
	cell(l, 3, y + 1, &REST, row_text(row, "reference"));
	pdf_line(l->pdf, MARGIN, y + LINE - 2, MARGIN + WIDE, y + LINE - 2, 0.3, 0.7, false);
}

bool paper_draw_door_list(int fd, const struct door_list_paper *paper)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct list l = { .paper = paper,
			  .tongue = paper->head.tongue,
			  .mem = talloc_new(mem),
			  .page = 1,
			  .pages = paper->names ? (paper->names + LINES - 1) / LINES : 1 };
	const struct rows *rows;
	bool good;

	l.pdf = pdf_new_file(mem, fd, l.tongue, paper->title, paper->head.site);
	while (l.pdf && (rows = paper->rows->next(paper->rows)))
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			name(&l, &row);
		}
	if (l.pdf && !l.line)
		head(&l);
	if (l.pdf)
		foot(&l);
	if (l.pdf)
		pdf_next(l.pdf);
	good = l.pdf && pdf_end(l.pdf);
	talloc_free(mem);
	return good;
}
