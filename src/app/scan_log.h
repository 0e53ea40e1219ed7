#ifndef APP_SCAN_LOG_H
#define APP_SCAN_LOG_H
/* The check-in log as staff ask for it. */
#include "app/resource.h"

/* Where they ask by what came of a scan, of all events or of one, how many there are is known. */
void scan_log_narrow(struct request *rq, struct noun_ask *ask);

#endif
