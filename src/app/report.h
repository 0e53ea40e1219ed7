#ifndef APP_REPORT_H
#define APP_REPORT_H
/* Reports of attendance, as a request answers them and jobs make them: what was asked for is kept as JSON, so that both read it alike. */
#include "base/config.h"
#include "http/dialect.h"
#include "http/paper.h"
#include "http/request.h"
#include "store/report.h"

/* Who wants it, and how. */
struct report_wish {
	struct db *db;
	const struct config *config;
	TALLOC_CTX *mem; /* what is gathered lies there */
	const struct tongue *tongue;
	const struct dialect *dialect;
	int64_t account_id;
	enum role role;
	ms_t now;
	const char *ip, *request_id; /* of the request; NULL: it is none */
};

enum {
	REPORT_AT_ONCE = 1000,	     /* rows; more is made by jobs */
	REPORT_PHOTOS_AT_ONCE = 200, /* the same with photos */
	REPORT_PHOTOS_MOST = 20000,  /* of which an archive has three parts each, and holds 65,535 */
	REPORT_ON_PAPER = 50000,
	REPORT_EVENTS = 500, /* of one register */
	REPORT_CODE_SIZE = 13
};

/* One that was asked for, and what was found for it. */
struct report {
	const char *kind;	   /* "attendance", "official-format", "individual", … */
	const char *format;	   /* "csv", "xlsx", "pdf", "zip" */
	struct json_object *asked; /* by the names of fields */
	struct attendance_eye eye;
	struct attendance_filter filter;
	uint8_t event[UUID_BYTES]; /* filter.event, where there is one */
	const char *zone;	   /* by whose clocks its times are told */
	bool blank, signatures;
	int64_t number; /* of one that jobs make; 0: a request does */
	/* set by report_gather() */
	int64_t rows;
	const struct rows *events; /* of a register, in its order, as campus_event_list() has them */
	const struct row **sums;   /* of each of them, as attendance_register_sums() has them */
	size_t n_events;
	const struct row *person;
};

/* ---- report_later.c ---- */

/* It is made by jobs: answers 202 and where it will be. Its number; 0 on failure. */
int64_t report_take_up(struct request *rq, const struct report *report);

/* ---- report_read.c ---- */

/* Lives as long as mem from here on. Returns it. */
struct json_object *report_kept(TALLOC_CTX *mem, struct json_object *owned);
/* Reads what was asked for; asked outlives *out. */
void report_read(const struct report_wish *wish, const char *kind, const char *format, struct json_object *asked,
		 struct report *out);
/* What is named is in the scope of who asks; false after refusing. */
bool report_scope_or_404(struct request *rq, const struct report *report);
struct report_wish report_wish_of(struct request *rq);
/* "2026-11-02 to 2026-11-08", or as much of it as was asked for; "" of no days. */
const char *report_days(const struct report_wish *wish, const struct report *report);
/* The head of its pages. */
struct paper_head report_head(const struct report_wish *wish);
/* A number of a row as a text. */
const char *report_number(const struct report_wish *wish, const struct row *row, const char *name);
/* A sheet of these rows with lines above and below it, as a drawing. */
void report_sheet(const struct report_wish *wish, const struct report *report, struct row_source *rows,
		  const struct fact *before, size_t n_before, const struct fact *behind, size_t n_behind,
		  struct drawing *out);
/* Pages as a drawing; only `sections` of them and their look are the caller's: columns, high, sections, n, signers. */
void report_pages_drawn(const struct report_wish *wish, const struct report *report, struct register_paper *paper,
			struct drawing *out);

/* ---- report_picture.c ---- */

/* A photo or a signature ("front", "back", "signature") of a record (its number), on mem: what a pen drew as that, else the small picture;
 * whole: what is kept of it. Left as it is where there is none that we made. */
void report_picture(const struct report_wish *wish, TALLOC_CTX *mem, int64_t attendance_id, const char *kind,
		    bool whole, struct register_picture *out);

/* A campus's logo, on mem; left as it is where it has none that goes on paper. */
void report_logo(const struct report_wish *wish, int64_t campus_id, struct register_picture *out);

/* ---- of each kind: what is in it, and the same as a file ---- */

void report_list_gather(const struct report_wish *wish, struct report *report);
void report_list_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);
void report_photos_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);
void report_export_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);
void report_official_gather(const struct report_wish *wish, struct report *report);
void report_official_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);
void report_lms_gather(const struct report_wish *wish, struct report *report);
void report_lms_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);
/* The points of each person, as attendance_points() has them; the most that there can be, as a number; and what having been in time once is
 * worth. */
struct row_list *report_points(const struct report_wish *wish, const struct report *report);
const char *report_points_possible(const struct report_wish *wish, const struct report *report);
double report_points_each(const struct report_wish *wish, const struct report *report);
/* Its points as scores for a platform: what is to be sent of each person, into the report of that number. False on failure. In a transaction. */
bool report_lti_spread(const struct report_wish *wish, const struct report *report, int64_t number);
void report_lti_gather(const struct report_wish *wish, struct report *report);
void report_lti_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);
void report_person_gather(const struct report_wish *wish, struct report *report);
/* user, summary, by_series, records (the newest REPORT_AT_ONCE), records_total, generated_at; after report_person_gather(). */
void report_person_answer(const struct report_wish *wish, const struct report *report, struct json_object *into);
/* How the caller of a wish stands, over events that start on these days where they are (each may be NULL: open): a summary's members into an
 * object. */
void report_own_sums(const struct report_wish *wish, const char *from, const char *to, struct json_object *into);
void report_person_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);

/* ---- report_send.c ---- */

/* Takes it up to be sent as scores; after report_lti_gather(). */
int report_lti_queue(struct request *rq, const struct report_wish *wish, struct report *report);

/* ---- report_kind.c ---- */

/* Counts its rows and finds what it is of. */
void report_gather(const struct report_wish *wish, struct report *report);
/* So many rows of it are answered at once. */
int64_t report_at_once(const struct report *report);
/* More rows than these it has in no file; 0: any. */
int64_t report_most(const struct report *report);
/* As a file; after report_gather(). */
void report_draw(const struct report_wish *wish, const struct report *report, struct drawing *out);
/* What an export says in the audit log; the caller's to put. */
struct json_object *report_noted(const struct report *report);

#endif
