#ifndef RENDER_PDF_H
#define RENDER_PDF_H
/* Pages of A4 as PDF, in any script that there is a font for: cairo draws, pango sets the text. Lengths are points (1/72 inch),
 * from the upper corner where the language begins to read: in Arabic x counts from the right. */
#include "base/buf.h"
#include "base/tongue.h"
#include <stdbool.h>

#define PDF_WIDE 595.28
#define PDF_HIGH 841.89
#define PDF_MM (72 / 25.4)

struct pdf;

struct pdf_box {
	double x, y, wide, high;
};

struct pdf_style {
	double size;	/* of the letters */
	double least;	/* they may shrink to this until the text fits; 0: they may not */
	bool bold, end; /* end: against the far edge of the box */
	double grey;	/* 0 is black */
};

/* A document of its first page, on ctx, that is written into out; title and author are what programs show of it. NULL where it
 * cannot begin. */
struct pdf *pdf_new(TALLOC_CTX *ctx, struct buf *out, const struct tongue *tongue, const char *title,
		    const char *author);
/* The same, written into a file, for what is too long for memory. */
struct pdf *pdf_new_file(TALLOC_CTX *ctx, int fd, const struct tongue *tongue, const char *title, const char *author);
/* The page is full; what follows is on the next. */
void pdf_next(struct pdf *pdf);
/* Text in a box, wrapped, each text in its own direction and against the edge where the page's language begins. What does not
 * fit is cut off with "…". Returns how high it stands. */
double pdf_text(struct pdf *pdf, struct pdf_box box, const struct pdf_style *style, const char *text);
/* A line of a width and a grey; dashed: to fold along. */
void pdf_line(struct pdf *pdf, double x1, double y1, double x2, double y2, double wide, double grey, bool dashed);
/* A QR code with its quiet zone, as vectors. False when the text does not go into one. */
bool pdf_qr(struct pdf *pdf, double x, double y, double side, const char *text);
/* A picture that we made ourselves, as large as it is seen whole in the box: a JPEG of so many pixels, which is put in as it is, or a
 * PNG. What is neither is not drawn. */
void pdf_picture(struct pdf *pdf, struct pdf_box box, const void *bytes, size_t len, unsigned width, unsigned height);
/* What a pen drew on a pad of two to one: n points, x and y of each from 0 to 1, and which of them begin a stroke. */
void pdf_ink(struct pdf *pdf, struct pdf_box box, const double *at, const bool *begins, size_t n);
/* Writes it out. False when it could not be drawn, or out ran over. */
bool pdf_end(struct pdf *pdf);

/* The scripts ("Arab", ISO 15924) of letters in text that no font of this machine has, added to list, of which it is sure that
 * each is there once; list is for talloc, "" at first. */
char *pdf_scripts_missing(TALLOC_CTX *ctx, char *list, const char *text);

#endif
