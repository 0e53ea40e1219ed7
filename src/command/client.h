#ifndef COMMAND_CLIENT_H
#define COMMAND_CLIENT_H
/* MariaDB's own programs, run with the database that config names. What lets them in never stands in a list of processes, nor in
 * a file that has a name. */
#include "base/config.h"

/* Runs program ("mariadb-dump") with argv, a NULL-ended list of what stands behind its name; in and out are its standard input
 * and output. True when it ended well; else it, or this, has said why on the standard error. */
bool client_run(const struct config *config, const char *program, const char *const argv[], int in, int out);

#endif
