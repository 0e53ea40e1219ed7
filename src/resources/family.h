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
/* Words that ushers see beside a name, each for itself. */
#define LABELS(says)                                                                                                   \
	{                                                                                                              \
		"labels", F_LIST, SHOWN | EDITED, .max = 20, .of = A_LABEL, .help = says                               \
	}
#define STAMPS (STAMP_CREATED | STAMP_UPDATED)

/* The search of lists that are as long as there are tickets: is the customer's name or number so? Accounts first, for few of them
 * are, and there is an index from each to its customer. */
/* clang-format off */
#define OF_CUSTOMER_WHERE(condition)                                                                                   \
	"t.customer_id IN (SELECT STRAIGHT_JOIN x.id FROM account y JOIN customer x ON x.account_id = y.id WHERE " condition ")"
#define OF_CUSTOMER_NAMED OF_CUSTOMER_WHERE(HAS_WORD("y.name"))
/* clang-format on */

/* Of an account's id, as scopes of staff's nouns: has it a part in institutions alone? Such people are there for superadmins
 * only; the office's actions say the same (app/account_office.c). A scope's "?" is the asking member of staff. */
/* clang-format off */
#define HAS_ROLE_OF(id, words)                                                                                         \
	"EXISTS (SELECT 1 FROM account_role o WHERE o.account_id = " id " AND FIND_IN_SET(o.role, '" words "'))"
/* One look at a row's own roles; of an EXISTS the server would make a table of everybody's first. Who has none at all is of the house. */
#define OF_THE_HOUSE(id)                                                                                               \
	"COALESCE((SELECT MAX(FIND_IN_SET(o.role, '" ROLE_WORDS "') > 0) FROM account_role o WHERE o.account_id = " id "), 1)"
#define BY_SUPERADMIN                                                                                                  \
	"EXISTS (SELECT 1 FROM admin me JOIN account_role o ON o.account_id = me.account_id AND o.role = 'superadmin'" \
	" WHERE me.id = ?)"
/* clang-format on */

extern const struct field A_LABEL[];
extern const struct resource RESOURCES_EVENT[], RESOURCES_ACCOUNT[], RESOURCES_SALE[], RESOURCES_CUSTOMER[],
	RESOURCES_MERCHANT[], RESOURCES_FINANCE[], RESOURCES_BOOK[], RESOURCES_ORGANIZER[], RESOURCES_CAMPUS[],
	RESOURCES_PEOPLE[], RESOURCES_LOG[], RESOURCES_WEBHOOK[], RESOURCES_VIEW[];

#endif
