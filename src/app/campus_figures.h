#ifndef APP_CAMPUS_FIGURES_H
#define APP_CAMPUS_FIGURES_H
/* What all figures of attendance have in common: whose records, of which days, by whose clocks. */
#include "http/request.h"
#include "store/attendance_figures.h"

struct figures {
	struct figures_of of;
	char from[DATE_SIZE], to[DATE_SIZE]; /* its days, both included */
	int64_t days;			     /* that many until today; 0: it was asked for by dates */
};

/* Reads FIGURES_FIELDS; usual_days: where no range is asked for. False after refusing. */
bool figures_read(struct request *rq, int usual_days, struct figures *out);
/* The same of as many days before it. */
void figures_before(const struct figures *figures, struct figures_of *out);
/* Answers FIGURES_METADATA. */
void figures_metadata(struct request *rq, const struct figures *figures);

/* Reads whose figures the caller sees. */
void figures_scope(struct request *rq, struct figures_of *of);

/* A department beside others: the highest value first, those without one last, ties by name. rows: of figures_departments(); measure:
 * "rate", or one of their columns. As many as there are rows, on ctx. */
struct figures_group {
	struct row row;
	const char *name;
	double value; /* NAN: none */
};
struct figures_group *figures_groups(TALLOC_CTX *ctx, const struct rows *rows, const char *measure);

/* How long it took, into an object: FIGURES_TIMES. Inside a snapshot. */
void figures_answer_times(struct request *rq, struct json_object *into, const struct figures_of *of,
			  enum figures_span span);
extern const struct field FIGURES_TIMES[];

/* Per cent, two decimals; NAN where nobody was expected. Who came without being expected makes no more than all. */
double figures_rate(int64_t attended, int64_t expected);
/* Adds rate (so named), ci_low and ci_high: null where nobody was expected. */
void figures_answer_rate(struct json_object *into, int64_t attended, int64_t expected);
/* To two decimals. */
double figures_rounded(double value);

/* clang-format off */
#define FIGURES_FIELDS                                                                                                 \
	{ "days", F_INT, .min = 1, .max = FIGURES_DAYS, .help = "The last so many days, today included" },             \
	{ "date_from", F_DATE, .help = "In place of days: events from this day on" },                                  \
	{ "date_to", F_DATE, .help = "To this day, included" },                                                        \
	{ "time_zone", F_ZONE, .help = "By whose clocks; without it the campus's" },                                   \
	{ "campus_id", F_ID, .help = "Of this campus alone" },                                                         \
	{ "department_id", F_ID, .help = "Of people of this department alone" },                                       \
	{ "event_id", F_UUID, .help = "Of this event alone" },                                                         \
	{ "series", F_TEXT, .max = 80, .help = "Of this course alone" },                                               \
	{ "verified_only", F_BOOL, .help = "Only what is verified counts" }
#define FIGURES_RATE                                                                                                   \
	{ "rate", F_REAL, .null = true, .help = "Per cent of those expected who came" },                               \
	{ "ci_low", F_REAL, .null = true, .help = "Wilson's 95 % interval of it: its lower end" },                     \
	{ "ci_high", F_REAL, .null = true, .help = "And its upper end" }
/* clang-format on */
enum { FIGURES_DAYS = 366 };
extern const struct field FIGURES_METADATA[];

#endif
