#ifndef RENDER_FEED_H
#define RENDER_FEED_H
/* A list of any length as JSON, in constant memory, packed where the client takes that: the drawing function of a struct feed. */
#include "render/renderer.h"

bool feed_json(TALLOC_CTX *mem, const void *what, struct drawn *out);

#endif
