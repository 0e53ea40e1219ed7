#ifndef OUTSIDE_PICTURES_H
#define OUTSIDE_PICTURES_H
/* Pictures made small where strangers' bytes can do no harm: by `gatehouse pictures`, and where that does not run, as on shared
 * hosting, by a child of our own that is confined as well (picture/child.h). Never inside a transaction: it may take seconds. */
#include "picture/ask.h"
#include <stdbool.h>

/* Sends what is asked, source and, unless it is only to be read, result (picture/ask.h). result may be written to by whoever
 * broke into the child, so what is in it then is a stranger's again. False: all children were busy for too long; nothing is known
 * of the picture then. */
bool pictures_ask(const char *run_dir, const struct picture_ask *ask, int source, int result,
		  struct picture_told *told);

#endif
