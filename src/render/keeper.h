#ifndef RENDER_KEEPER_H
#define RENDER_KEEPER_H
/* The beginning of a service worker: which files it keeps, of which version they are together, and the script that does it. */
#include "base/buf.h"
#include "http/drawing.h"

/* Appends that script. VERSION names the content of all of it; FILES has their addresses, each of which bears
 * its content's hash; the worker's own script is brought in. False when it is not there, or out ran over. */
bool keeper_script(struct buf *out, const struct kept_files *what);

#endif
