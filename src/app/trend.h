#ifndef APP_TREND_H
#define APP_TREND_H
/* What the figures over time have in common: the range that was asked for, the one before it, and its periods. */
#include "http/request.h"
#include "store/trend.h"

struct trend {
	struct span span, before; /* as many days each */
	enum grain grain;
};

/* Reads date_from, date_to and grain of TREND_ASK; sales are all of the house's, or the organizer's own who asks. False after refusing. */
bool trend_read(struct request *rq, struct trend *trend);
/* Answers date_from, date_to, grain, time_zone, before{date_from, date_to}, at: TREND_HEAD's. */
void trend_answer_head(struct request *rq, const struct trend *trend);
/* Adds a list of all periods under key, each with day and to; into each what the rows (in the order of period) have of it, 0 where they have
 * none: names are their whole numbers, a NULL ends them. Of rows that have a currency only that one's, NULL: all. Adds to the list where it is there. */
void trend_answer_periods(struct json_object *into, const char *key, const struct trend *trend, const struct rows *rows,
			  const char *currency, const char *const names[]);
/* The numbers of a row under key, 0 where there is none. */
void trend_answer_sums(struct json_object *into, const char *key, const struct rows *rows, const char *currency,
		       const char *const names[]);

/* Ends a file's or page's list of sums. */
extern const char *const SALE_NAMES[], *const CARD_NAMES[];

/* clang-format off */
#define TREND_RANGE                                                                                                    \
	{ "date_from", F_DATE, .help = "From this day on; without it thirty days" },                                   \
	{ "date_to", F_DATE, .help = "To this day, included; without it today where the site is" },                    \
	{ "grain", F_CHOICE, .choices = "day,week,month", .help = "Of its periods; without it by how long it is" }
#define TREND_PERIOD                                                                                                   \
	{ "day", F_DATE, .help = "Its first day" }, { "to", F_DATE, .help = "Its last" },                              \
	{ "year", F_INT, .help = "That it begins in" }, { "month", F_INT, .help = "And the month, from 1" }
#define TREND_HEAD                                                                                                     \
	{ "date_from", F_DATE, .help = "The first day" },                                                              \
	{ "date_to", F_DATE, .help = "The last one" },                                                                 \
	{ "grain", F_CHOICE, .choices = "day,week,month", .help = "Of its periods" },                                  \
	{ "time_zone", F_ZONE, .help = "In which days begin and end" },                                                \
	{ "before", F_OBJECT, .of = TREND_BEFORE, .help = "As many days before it, to compare with" },                 \
	{ "at", F_TIME, .help = "When this was counted" }
/* clang-format on */
extern const struct field TREND_BEFORE[];

#endif
