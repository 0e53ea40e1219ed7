#ifndef SERVE_H
#define SERVE_H
/* `gatehouse serve`: a parent that keeps pools of forked workers alive, each on its own Unix socket. */
#include "base/again.h"
#include "base/config.h"

/* Runs until SIGTERM or SIGINT; returns the exit status. origin is kept for the re-exec on SIGHUP. Where fd 0 is a
 * listening socket (a web server started us) it serves that as one worker instead, and runs due jobs between requests. */
int serve(const struct config *config, const struct origin *origin);
/* Could its workers begin, with these templates and migrations? 0, or 1 after saying on stderr what is wrong. */
int serve_check(const struct config *config);

#endif
