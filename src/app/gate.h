#ifndef APP_GATE_H
#define APP_GATE_H
/* The gate's page across a sign-in. */
#include "http/request.h"

/* The scan that was sent when its session was over, by who has signed in anew meanwhile: rq->afterwards of that sign-in. Its
 * verdict is what the sign-in leads to. */
void gate_scan_carried(struct request *rq);

#endif
