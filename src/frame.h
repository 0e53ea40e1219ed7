#ifndef FRAME_H
#define FRAME_H
/* A page as its templates see it. */
#include "reply.h"

/* { data: the answer, beside: what the page alone shows with it, page: what its layout needs }, as html.h lists them. A new
 * object, the caller's to put. */
struct json_object *page_tree(struct exchange *x);

#endif
