#ifndef RESOURCES_H
#define RESOURCES_H
/* The nouns that staff manage. What a declaration may say stands in app/resource.h. */
#include "app/resource.h"

extern const struct resource RESOURCES[]; /* ends with a NULL path */

#endif
