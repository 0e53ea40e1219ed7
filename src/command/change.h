#ifndef COMMAND_CHANGE_H
#define COMMAND_CHANGE_H
/* What a row of a figure (store/figure.h) says is wrong: the columns whose kept value is not the one that was found, as
 * two objects, for people and for the audit log. */
#include "base/row.h"
#include <json-c/json.h>
#include <talloc.h>

struct change {
	struct json_object *kept, *found; /* {"sold":12}, {"sold":11} */
};

/* A talloc destructor on ctx puts both. */
struct change *change_of(TALLOC_CTX *ctx, const struct row *row);
/* "sold 12 → 11, held 3 → 2", between being " → ". On ctx. */
const char *change_text(TALLOC_CTX *ctx, const struct change *change, const char *between);

#endif
