#ifndef ACCESS_H
#define ACCESS_H
/* The access log: a line for each answer of a worker or of `live`, in the file that [serve] access_log names; none by default.
 * As JSON it is a line of the log (base/log.h), or it is the Common Log Format. What a query says is in neither, for it may be
 * a secret (a signed address, a number that was searched). A path that cannot be read is none. */
#include "exchange.h"

enum { ACCESS_BYTES_UNKNOWN = -1 };

/* Once an answer was sent, or began where it goes on; bytes of its body. */
void access_note(const struct exchange *x, int status, int64_t bytes);

#endif
