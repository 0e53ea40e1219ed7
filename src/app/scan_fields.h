#ifndef APP_SCAN_FIELDS_H
#define APP_SCAN_FIELDS_H
/* Fields that all have which scan, or do what a scan does. */
#include "http/field.h"

/* clang-format off */
/* What was held up, one of both; a route that lets neither in takes ticket_id alone. */
#define SCAN_CARRIER                                                                                                   \
	{ "card_id", F_TEXT, .max = 64, .help = "A card's UID" },                                                      \
		{ "code", F_LONG_TEXT, .max = 400, .help = "A ticket's code, or an order's printed reference" },       \
		{ "ticket_id", F_ID, .help = "Which of a card's or reference's tickets; or the ticket, where nothing was read" }
#define SCAN_NUMBERED                                                                                                  \
	{ "scan_id", F_UUID, .help = "The device's own id of it" },                                                    \
		{ "scanned_at", F_TIME, .help = "The device's clock" }, { "gate", F_TEXT, .max = 40, .help = "Gate" }
/* clang-format on */

#endif
