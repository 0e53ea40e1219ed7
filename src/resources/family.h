#ifndef RESOURCES_FAMILY_H
#define RESOURCES_FAMILY_H
/* What the files of resources/ share: each declares a family of nouns. What a declaration may say stands in app/resource.h. */
#include "app/resource.h"
#include "routes/routes.h"

/* clang-format off */
#define COLUMNS_END { .name = NULL }
#define ACTS_END { .name = NULL }
#define RESOURCES_END { .path = NULL }
/* clang-format on */
#define CHANGED (CREATED | EDITED)
#define NAMED (LISTED | SEARCHED | SORTED)
#define BLOOD_TYPES "A+,A-,B+,B-,AB+,AB-,O+,O-"
#define STAMPS (STAMP_CREATED | STAMP_UPDATED)

extern const struct resource RESOURCES_EVENT[], RESOURCES_ACCOUNT[], RESOURCES_SALE[], RESOURCES_CUSTOMER[],
	RESOURCES_CAMPUS[], RESOURCES_PEOPLE[], RESOURCES_LOG[];

#endif
