#ifndef LIVE_HINT_H
#define LIVE_HINT_H
/* How a worker tells `gatehouse live` that an event's counts changed: the datagram "event 7\n" on run_dir/hint.sock. It is
 * a hint, never the truth, so it may be lost. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HINT_SIZE = 32 };

/* Fire and forget: never blocks, never fails. Costs one system call. */
void live_hint(const char *run_dir, int64_t event_id);
/* Reads what live_hint sent, len bytes: the event's id, 0 when it is no hint. */
int64_t hint_read(const char *text, size_t len);

#endif
