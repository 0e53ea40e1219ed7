#ifndef FRAME_H
#define FRAME_H
/* What a page's layout needs besides the answer: html.h lists it, as page.… of the templates. */
#include "reply.h"

/* A new object, the caller's to put. */
struct json_object *page_frame(struct exchange *x);

#endif
