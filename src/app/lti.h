#ifndef APP_LTI_H
#define APP_LTI_H
/* A campus's platform for learning, as its admins keep it: what the noun "platforms" of resources/campus.c needs besides its declaration. */
#include "http/request.h"

/* It is there: it gets its keys. */
void lti_platform_made(struct request *rq, int64_t id);

#endif
