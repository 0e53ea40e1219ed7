/* A register: what an event is, its rows, their sums, and lines to sign. Each row has one height, so it is known beforehand how many pages
 * there will be. It is written into a file as it is drawn, and its rows come a batch at a time. */
#include "render/paper.h"
#include "render/pdf.h"
#include <string.h>

#define MARGIN (12 * PDF_MM)
#define WIDE (PDF_WIDE - 2 * MARGIN)
#define LOW (PDF_HIGH - MARGIN - 18) /* above the foot */
#define NAME 44.0		     /* whose it is, and its title */
#define AGAIN 24.0		     /* the same on the pages that follow */
#define FACT 27.0
#define HEADINGS 20.0
#define SUM 27.0
#define SIGNER 40.0
#define CODE 74.0
#define LOGO 38.0

enum { FACTS_BESIDE = 2, SUMS_BESIDE = 6, SIGNERS_BESIDE = 2, TIME_SIZE = 20 };

static const struct pdf_style TITLE = { .size = 15, .least = 9, .bold = true },
			      SMALL = { .size = 8, .least = 6, .grey = 0.35 },
			      SMALL_END = { .size = 8, .least = 6, .grey = 0.35, .end = true },
			      LABEL = { .size = 7.5, .least = 5.5, .grey = 0.35 },
			      VALUE = { .size = 9.5, .least = 6.5 },
			      HEADING = { .size = 7.5, .least = 5, .bold = true }, CELL = { .size = 8.5, .least = 5 };

struct drawing_of {
	struct pdf *pdf;
	const struct register_paper *paper;
	const struct register_section *section;
	const struct tongue *tongue;
	TALLOC_CTX *mem;    /* of a page */
	size_t page, pages; /* from 1 */
	double y;
};

/* ---- how much there will be ---- */

static size_t lines_of(size_t n, size_t beside)
{
	return (n + beside - 1) / beside;
}

static double first_top(const struct register_paper *p, const struct register_section *s)
{
	double head = NAME + (double)lines_of(s->n_facts, FACTS_BESIDE) * FACT;

	return MARGIN + (p->code && head < CODE ? CODE : head) + HEADINGS;
}

static size_t signers_of(const struct register_paper *p)
{
	size_t n = 0;

	while (p->signers && p->signers[n])
		n++;
	return n;
}

/* Of what stands below a section's rows. */
static double tail_of(const struct register_paper *p, const struct register_section *s)
{
	return 8 + (double)lines_of(s->n_sums, SUMS_BESIDE) * SUM +
	       (double)lines_of(signers_of(p), SIGNERS_BESIDE) * SIGNER;
}

static size_t pages_of(const struct register_paper *p, const struct register_section *s)
{
	double y = first_top(p, s);
	size_t pages = 1;

	for (size_t i = 0; i < s->n_rows; i++, y += p->high)
		if (y + p->high > LOW) {
			pages++;
			y = MARGIN + AGAIN + HEADINGS;
		}
	return pages + (y + tail_of(p, s) > LOW);
}

/* ---- parts of a page ---- */

static void put(const struct drawing_of *d, double x, double y, double wide, double high, const struct pdf_style *style,
		const char *text)
{
	pdf_text(d->pdf, (struct pdf_box){ MARGIN + x, y, wide, high }, style, text);
}

static const char *said(const struct drawing_of *d, const char *english)
{
	return tongue_says(d->tongue, english);
}

/* So many beside one another, in boxes of one height. */
static void facts(struct drawing_of *d, const struct fact *all, size_t n, size_t beside, double high, double wide)
{
	double each = wide / (double)beside;

	for (size_t i = 0; i < n; i++) {
		double x = (double)(i % beside) * each, y = d->y + (double)(i / beside) * high;

		put(d, x, y, each - 6, 9, &LABEL, all[i].label);
		put(d, x, y + 9, each - 6, high - 11, &VALUE, *all[i].value ? all[i].value : "–");
	}
	d->y += (double)lines_of(n, beside) * high;
}

static void headings(struct drawing_of *d)
{
	double x = 0;

	for (size_t i = 0; i < d->paper->n_columns; i++) {
		double wide = d->paper->columns[i].share * WIDE;

		put(d, x, d->y + 4, wide - 4, HEADINGS - 6, &HEADING, d->paper->columns[i].heading);
		x += wide;
	}
	d->y += HEADINGS;
	pdf_line(d->pdf, MARGIN, d->y - 2, MARGIN + WIDE, d->y - 2, 0.8, 0, false);
}

static void first_head(struct drawing_of *d)
{
	const struct register_paper *p = d->paper;
	const struct register_picture *logo = &d->section->logo;
	double wide = p->code ? WIDE - CODE : WIDE, x = logo->len ? LOGO + 8 : 0;

	if (logo->len)
		pdf_picture(d->pdf, (struct pdf_box){ MARGIN, MARGIN, LOGO, LOGO }, logo->bytes, logo->len, logo->width,
			    logo->height);
	put(d, x, MARGIN, wide - x, 12, &SMALL, p->head.site);
	put(d, x, MARGIN + 13, wide - x, 24, &TITLE, d->section->title);
	d->y = MARGIN + NAME;
	facts(d, d->section->facts, d->section->n_facts, FACTS_BESIDE, FACT, wide);
	if (p->code)
		pdf_qr(d->pdf, MARGIN + WIDE - CODE + 4, MARGIN, CODE - 4, p->url);
	d->y = first_top(p, d->section) - HEADINGS;
	headings(d);
}

static void foot(const struct drawing_of *d)
{
	const struct register_paper *p = d->paper;
	double y = PDF_HIGH - MARGIN - 11;
	const char *made = tongue_moment(d->tongue, d->mem, p->made_at, p->zone);

	put(d, 0, y, WIDE * 0.8, 12, &SMALL,
	    p->code ? tongue_say(d->tongue, d->mem, "As of %s. To be checked by the code %s", made, p->code)
		    : tongue_say(d->tongue, d->mem, "As of %s", made));
	put(d, WIDE * 0.8, y, WIDE * 0.2, 12, &SMALL_END,
	    tongue_say(d->tongue, d->mem, "Page %zu of %zu", d->page, d->pages));
}

static void next_page(struct drawing_of *d)
{
	foot(d);
	talloc_free_children(d->mem);
	pdf_next(d->pdf);
	d->page++;
	if (d->page > d->pages) /* somebody came meanwhile */
		d->pages = d->page;
}

static void turn_page(struct drawing_of *d)
{
	next_page(d);
	put(d, 0, MARGIN, WIDE, 14, &VALUE, d->section->title);
	d->y = MARGIN + AGAIN;
	headings(d);
}

/* ---- rows ---- */

/* What rows say in a word. */
static const char *word_of(const struct drawing_of *d, const char *word)
{
	static const struct {
		const char *word, *said;
	} WORDS[] = {
		{ "present", SAID("Present") },	  { "late", SAID("Late") },	      { "absent", SAID("Absent") },
		{ "excused", SAID("Excused") },	  { "pending", SAID("Not decided") }, { "verified", SAID("Verified") },
		{ "rejected", SAID("Rejected") },
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (!strcmp(WORDS[i].word, word))
			return said(d, WORDS[i].said);
	return word;
}

static void picture(const struct drawing_of *d, const struct row *row, const char *name, struct pdf_box box)
{
	struct register_picture it = { .n = 0 };

	if (!d->paper->picture)
		return;
	d->paper->picture(d->paper->with, d->mem, row, name, &it);
	if (it.n)
		pdf_ink(d->pdf, box, it.at, it.begins, it.n);
	else if (it.len)
		pdf_picture(d->pdf, box, it.bytes, it.len, it.width, it.height);
}

static const char *text_of(const struct drawing_of *d, const struct row *row, const struct register_column *column)
{
	char *time;

	if (column->kind == CELL_EMPTY || row_null(row, column->name))
		return "";
	switch (column->kind) {
	case CELL_NUMBER:
		return talloc_asprintf(d->mem, "%lld", (long long)row_int(row, column->name));
	case CELL_TIME:
		time = talloc_zero_size(d->mem, TIME_SIZE);
		clock_format(row_time(row, column->name), d->paper->zone, "%Y-%m-%d %H:%M", time, TIME_SIZE);
		return time;
	case CELL_WORD:
		return word_of(d, row_text(row, column->name));
	default:
		return row_text(row, column->name);
	}
}

static void put_row(struct drawing_of *d, const struct row *row)
{
	const struct register_paper *p = d->paper;
	double x = 0;

	if (d->y + p->high > LOW)
		turn_page(d);
	for (size_t i = 0; i < p->n_columns; i++) {
		const struct register_column *column = &p->columns[i];
		double wide = column->share * WIDE;

		if (column->kind == CELL_PICTURE)
			picture(d, row, column->name,
				(struct pdf_box){ MARGIN + x + 1, d->y + 1, wide - 3, p->high - 3 });
		else
			put(d, x, d->y + 2, wide - 4, p->high - 4, &CELL, text_of(d, row, column));
		x += wide;
	}
	d->y += p->high;
	pdf_line(d->pdf, MARGIN, d->y - 1, MARGIN + WIDE, d->y - 1, 0.3, 0.7, false);
}

static void tail(struct drawing_of *d)
{
	size_t n = signers_of(d->paper);
	double each = WIDE / SIGNERS_BESIDE;

	if (d->y + tail_of(d->paper, d->section) > LOW)
		turn_page(d);
	d->y += 8;
	facts(d, d->section->sums, d->section->n_sums, SUMS_BESIDE, SUM, WIDE);
	for (size_t i = 0; i < n; i++) {
		double x = (double)(i % SIGNERS_BESIDE) * each;
		double y = d->y + (double)(i / SIGNERS_BESIDE) * SIGNER + 26;

		pdf_line(d->pdf, MARGIN + x, y, MARGIN + x + each - 20, y, 0.6, 0, false);
		put(d, x, y + 2, each - 20, 10, &SMALL, d->paper->signers[i]);
	}
}

static void section(struct drawing_of *d)
{
	const struct rows *rows;

	first_head(d);
	while ((rows = d->section->rows->next(d->section->rows)))
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			put_row(d, &row);
		}
	tail(d);
}

bool paper_draw_register(int fd, const struct register_paper *paper)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct drawing_of d = { .paper = paper, .tongue = paper->head.tongue, .mem = talloc_new(mem), .page = 1 };
	bool good;

	d.pdf = pdf_new_file(mem, fd, d.tongue, paper->n ? paper->sections->title : "", paper->head.site);
	for (size_t i = 0; i < paper->n; i++)
		d.pages += pages_of(paper, &paper->sections[i]);
	for (size_t i = 0; d.pdf && i < paper->n; i++) {
		if (i)
			next_page(&d);
		d.section = &paper->sections[i];
		section(&d);
	}
	if (d.pdf) {
		foot(&d);
		pdf_next(d.pdf);
	}
	good = d.pdf && pdf_end(d.pdf);
	talloc_free(mem);
	return good;
}
