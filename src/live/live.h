#ifndef LIVE_LIVE_H
#define LIVE_LIVE_H
/* `gatehouse live`: the one process that holds every client waiting for an event's counts, GET /api/live/events/:id on
 * run_dir/live.sock, as long-poll or as server-sent events. Workers tell it of changes by run_dir/hint.sock. */
#include "base/again.h"
#include "base/config.h"

/* Runs until SIGTERM or SIGINT, then answers all who wait; returns the exit status. keys_load() comes first. At SIGHUP, and where
 * the schema was brought to what is installed by now, it answers them and begins anew, on the same sockets. */
int live_run(const struct config *config, const struct origin *origin);

#endif
