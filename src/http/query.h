#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H
/* A list's query that was kept and is asked again later: what it names may not be there any more. */
#include "http/request.h"

/* What of query ("status=paid&search=ada") these fields take, as it was sent: { name: text }, the caller's. Names that they do not have,
 * or whose value does not fit them, are added to gone, an array of texts; what is empty is neither. */
struct json_object *query_read(struct request *rq, const struct field *fields, const char *query,
			       struct json_object *gone);
/* The same as text again, on rq->mem. */
const char *query_write(struct request *rq, struct json_object *pairs);

#endif
