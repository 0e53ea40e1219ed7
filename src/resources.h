#ifndef RESOURCES_H
#define RESOURCES_H
/* The routes that follow from the declarations in resources.c. What a declaration may say stands in app/resource.h. */
#include "app/resource.h"
#include "routes/routes.h"

extern const struct resource RESOURCES[]; /* ends with a NULL path */

/* Writes the routes that follow from RESOURCES into out when there is room for all; answers how many there are. */
size_t resource_routes(struct route *out, size_t room);

#endif
