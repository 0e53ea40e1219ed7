#ifndef RENDER_SPOOL_H
#define RENDER_SPOOL_H
/* Where a long answer is written before it is sent, so that its length is known and a failure half-way can still be told. */
#include <talloc.h>

/* A file without a name, open as long as mem; -1 where there can be none. */
int spool_open(TALLOC_CTX *mem);

#endif
