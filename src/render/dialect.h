#ifndef RENDER_DIALECT_H
#define RENDER_DIALECT_H
/* The dialects that there are; what a dialect does stands in http/dialect.h. */
#include "http/dialect.h"

/* {"success":true,"data":…,"message":…,"meta":{…}}, snake_case: the ticketing API. */
extern const struct dialect DIALECT_WRAPPED;
/* The object itself, lists as {count, next, previous, results}, faults at the top: campus. */
extern const struct dialect DIALECT_BARE;
/* As the wrapped one in camelCase, ids as texts, for two families of clients at once: people. */
extern const struct dialect DIALECT_CAMEL;

#endif
