#ifndef HTTP_PAPER_H
#define HTTP_PAPER_H
/* What is set on paper, or put into a calendar: finished texts and moments, with the language that they are for. An action, or
 * `jobs` for a mail, fills one of these; render/ draws it (http/drawing.h). All of it lives on the memory of who asked. */
#include "base/clock.h"
#include "base/row.h"
#include "base/tongue.h"
#include "http/drawing.h"
#include <stdbool.h>
#include <stddef.h>

/* Whom it is for, and whose it is. */
struct paper_head {
	const struct tongue *tongue; /* the reader's */
	const char *site, *url;	     /* the site's name, and where what it shows is found on it */
};

struct ticket_paper {
	const char *title, *venue, *address, *organizer; /* address: in one line, "" for none */
	ms_t starts_at, ends_at;
	const char *zone;				/* IANA: the event's */
	const char *category, *holder, *order, *number; /* what a person reads out: of the order, of the ticket */
	const char *code; /* what its QR says; NULL: it cannot be made at present, which is said */
	bool turns;	  /* its code turns, so that none is on paper, which is said; code is NULL */
};

/* A page a ticket. */
struct tickets_paper {
	struct paper_head head;
	const struct ticket_paper *tickets;
	size_t n;
};

struct invoice_line {
	const char *what;
	int64_t quantity, unit, amount; /* minor units; of a quantity of 0 the amount alone is shown */
};

/* An invoice, or the credit note that takes all or a part of one back. */
struct invoice_paper {
	struct paper_head head;
	const char *number, *of; /* of: the invoice that a credit note is for; NULL: it is an invoice */
	bool payout;	     /* it is a payout's: from the seller to the buyer, by the reference that is its order */
	const char *settled; /* it is a settlement's, of these days; its order is how far that is. NULL: it is none */
	const char *seller, *buyer, *order, *about; /* order: its reference, "" for none; about: the event, or "" */
	const char *currency, *zone, *method;	    /* zone: the site's, for its days */
	const struct invoice_line *lines;
	size_t n;
	int64_t discount, total;
	int64_t tax, tax_rate;	/* included in the total; basis points, 0: none is said */
	const char *tax_number; /* the seller's, "" or NULL for none */
	ms_t issued_at, paid_at;
	const struct invoice_paper *next; /* on the page after it; NULL: none */
};

/* One entry of a calendar (RFC 5545). */
struct calendar_paper {
	struct paper_head head;
	const char *uid, *title, *text, *place;
	ms_t starts_at, ends_at, changed_at;
	const char *zone;
	int sequence; /* grows with each change */
	bool off;     /* it does not take place */
};

/* What stands in a column of a register: a text; a number; a time, by the register's clocks; one of the words that rows have
 * ("present"), in the reader's language; a picture; or nothing, to be written into. */
enum register_cell { CELL_TEXT, CELL_NUMBER, CELL_TIME, CELL_WORD, CELL_PICTURE, CELL_EMPTY };

struct register_column {
	const char *name, *heading; /* the row's column; what stands above it */
	enum register_cell kind;
	double share; /* of the width; all of them are 1 */
};

/* A picture of a row: a JPEG or a PNG of so many pixels that we made ourselves, or else what a pen drew (n points, x and y of each from
 * 0 to 1, and which of them begin a stroke); neither: none. */
struct register_picture {
	const void *bytes;
	size_t len;
	unsigned width, height;
	const double *at;
	const bool *begins;
	size_t n;
};

/* What begins on a page of its own: of an event, or of a person. */
struct register_section {
	const char *title;
	const struct fact *facts, *sums; /* above its rows, and below them */
	size_t n_facts, n_sums;
	size_t n_rows; /* how many there will be */
	struct row_source *rows;
	struct register_picture logo; /* beside its title; of no bytes: none */
};

/* A table of any length with what makes a document of it. */
struct register_paper {
	struct paper_head head;
	const char *zone; /* by whose clocks its times are */
	const struct register_column *columns;
	size_t n_columns;
	double high; /* of a row, points */
	const struct register_section *sections;
	size_t n;
	const char *const *signers; /* who signs, below each section; NULL ends them, NULL: nobody */
	const char *code, *url;	    /* by which it can be checked, and where; NULL: it cannot */
	ms_t made_at;
	picture_of_row *picture; /* of a column; NULL: there are none */
	void *with;
};

/* A table and the pictures of its rows as files in one archive, each called by its row's id; before it a text, where there is one. */
struct archive_paper {
	const char *text_name, *text;	 /* text_name NULL: none */
	struct row_source *rows, *again; /* the same twice: for the table, and for its pictures */
	const char *name;
	const struct dialect *dialect;
	const char *const *pictures; /* which of them a row has, as picture() is asked for them; NULL ends them */
	picture_of_row *picture;
	void *with;
};

/* The names at an event's door, with a box each: as they come from rows, which have holder_name, category, reference and came:bool. */
struct door_list_paper {
	struct paper_head head;
	const char *title, *venue;
	ms_t starts_at, made_at;
	const char *zone;
	size_t names; /* how many there are */
	struct row_source *rows;
};

#endif
