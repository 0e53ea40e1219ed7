#ifndef RENDER_ACCEPT_H
#define RENDER_ACCEPT_H
/* What a client says that it takes: a list of ranges, each with its weight. */
#include <stdbool.h>

/* Is it the type that accept wants most, by its name? Of those wanted alike the first counts. */
bool accept_wants(const char *accept, const char *type);
/* Is that among what it takes, by its name or as anything? "" takes nothing. */
bool accept_takes(const char *accept, const char *name);

#endif
