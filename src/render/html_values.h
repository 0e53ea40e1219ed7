#ifndef RENDER_HTML_VALUES_H
#define RENDER_HTML_VALUES_H
/* Between our types and ClearSilver's. For render/html*.c only, whose library it brings. */
#include <ClearSilver.h>
#include <json-c/json.h>
#include <talloc.h>

/* What a template sees: the object's members under their names. Of booleans 1 and 0, of null nothing. A member whose name no
 * path could be made of is left out. */
NEOERR *values_put(HDF *hdf, struct json_object *tree);
/* What err says, with where it came from; err is released. On ctx. */
char *error_text(TALLOC_CTX *ctx, NEOERR *err);

#endif
