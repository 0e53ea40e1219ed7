#ifndef EXPORT_H
#define EXPORT_H
/* A list of any length as a CSV file, in constant memory. */
#include "exchange.h"

/* Writes rq->export into a file without a name and makes that the answer's body (raw_type, raw_fd, raw_len). When the
 * database or the disk fails half-way the request is refused instead (503): a file that only looks whole is worse. */
void export_make(struct exchange *x);

#endif
