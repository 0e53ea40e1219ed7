#ifndef RESOURCES_RESOURCES_H
#define RESOURCES_RESOURCES_H
/* The nouns that people manage, all of them. */
#include "app/resource.h"

/* The families, in the order of lists on a parent's page; ends with NULL. For resource_declare(). */
extern const struct resource *const RESOURCE_FAMILIES[];

#endif
