#ifndef RENDER_HTML_VALUES_H
#define RENDER_HTML_VALUES_H
/* Between our types and ClearSilver's. For render/html*.c only, whose library it brings. */
#include <ClearSilver.h>
#include <json-c/json.h>
#include <talloc.h>

/* What a template sees: data's members under their names (of an array, its items below "items"), frame's below "page". Of
 * booleans 1 and 0, of null nothing. A member whose name no path could be made of is left out. frame may be NULL. */
NEOERR *values_put(HDF *hdf, struct json_object *data, struct json_object *frame);
/* What err says, with where it came from; err is released. On ctx. */
char *error_text(TALLOC_CTX *ctx, NEOERR *err);

#endif
