#ifndef APP_EVENT_FIGURES_H
#define APP_EVENT_FIGURES_H
/* What organizers and staff see of one event beside its counts: when people came, and what became of looks at its page. */
#include "http/request.h"

/* Adds check_ins (CHECK_IN_DAYS): each day with entries, the first of at most CHECK_IN_DAYS_MAX that are told first; of each its hours
 * between the first and the last with any, as its own clocks have them. rows: of scan_quarters(). */
void answer_check_ins(struct json_object *into, const struct rows *quarters, const char *zone);
/* Adds by_hour (CHECK_IN_HOURS): the hours of the last day of entries, 24 back from the last. */
void answer_last_hours(struct json_object *into, const struct rows *quarters, const char *zone);
/* Adds conversion (CONVERSION). organizer_id: whose sales. */
void answer_conversion(struct request *rq, struct json_object *into, int64_t event_id, int64_t organizer_id,
		       const char *zone);

enum { CHECK_IN_DAYS_MAX = 31 };

extern const struct field CHECK_IN_DAYS[], CHECK_IN_HOURS[], CONVERSION[];

/* clang-format off */
#define FIGURE_CHECK_INS                                                                                               \
	{ "check_ins", F_LIST, .of = CHECK_IN_DAYS, .help = "Days on which people came, each by its own clocks" }
#define FIGURE_CONVERSION                                                                                              \
	{ "conversion", F_OBJECT, .of = CONVERSION, .help = "From a look at its public page to a sale" }
/* clang-format on */

#endif
