#ifndef APP_MERCHANT_FIGURES_H
#define APP_MERCHANT_FIGURES_H
/* The figures of the merchant who asks. */
#include "http/request.h"

/* Adds what dashboard-stats/ answers (MERCHANT_STATS) to into; nothing when the database fails. */
void merchant_figures(struct request *rq, struct json_object *into);

#endif
