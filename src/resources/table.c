/* The nouns that people manage, put together from the files beside this one, a family each.
 *
 * To add one: its columns, its acts where it has any and its row, in its family's file, and nothing else; it then has its list,
 * detail, forms, export, validation, audit and place in OpenAPI. Order here and there is the order of lists on a parent's
 * page. */
#include "resources/family.h"
#include "resources/resources.h"

const struct field A_LABEL[] = {
	{ .name = "", .type = F_TEXT, .max = 40, .help = "One word or two" },
	FIELDS_END,
};

const struct resource *const RESOURCE_FAMILIES[] = { RESOURCES_EVENT,	  RESOURCES_ACCOUNT,
						     RESOURCES_SALE,	  RESOURCES_CUSTOMER,
						     RESOURCES_MERCHANT,  RESOURCES_FINANCE,
						     RESOURCES_ORGANIZER, RESOURCES_BOOK,
						     RESOURCES_CAMPUS,	  RESOURCES_PEOPLE,
						     RESOURCES_LOG,	  RESOURCES_WEBHOOK,
						     RESOURCES_VIEW,	  NULL };
