#ifndef SERVE_H
#define SERVE_H
/* `gatehouse serve`: a parent that keeps pools of forked workers alive, each on its own Unix socket. */
#include "base/config.h"

/* Runs until SIGTERM or SIGINT; returns the exit status. argv is kept for the re-exec on SIGHUP. Where fd 0 is a
 * listening socket (a web server started us) it serves that as one worker instead, and runs due jobs between requests. */
int serve(const struct config *config, const char *config_path, char **argv);

#endif
