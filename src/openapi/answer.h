#ifndef OPENAPI_ANSWER_H
#define OPENAPI_ANSWER_H
/* What a route answers, as OpenAPI says it: each success with its schema, each refusal that its row allows. */
#include "openapi/schema.h"
#include "routes/routes.h"

/* The responses of a route; what has a name is put into schemas, the document's. */
json *responses_of(const struct route *route, json *schemas);
/* The responses that all of them refer to. */
json *common_responses(void);

#endif
