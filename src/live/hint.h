#ifndef LIVE_HINT_H
#define LIVE_HINT_H
/* How a worker tells `gatehouse live` that something which may be watched has changed: the datagram "event 7\n", a kind and an
 * id, on run_dir/hint.sock. It is a hint, never the truth, so it may be lost. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HINT_SIZE = 48, HINT_KIND = 24 };

struct hint {
	char kind[HINT_KIND];
	int64_t id;
};

/* Fire and forget: never blocks, never fails. Costs one system call. */
void live_hint(const char *run_dir, const char *kind, int64_t id);
/* Reads what live_hint sent, len bytes. False: it is no hint. */
bool hint_read(const char *text, size_t len, struct hint *hint);

#endif
