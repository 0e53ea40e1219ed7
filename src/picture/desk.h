#ifndef PICTURE_DESK_H
#define PICTURE_DESK_H
/* Between those who ask for pictures and the children that make them: takes what is asked, hands it to a child that has nothing to
 * do, the oldest first, gives back what it said, and ends and replaces children. It never waits but in poll(). */
#include "base/clock.h"
#include <poll.h>
#include <stdbool.h>
#include <talloc.h>

enum { DESK_CHILDREN_MAX = 16, DESK_CLIENTS = 128, DESK_FDS = DESK_CHILDREN_MAX + DESK_CLIENTS };

struct desk;

/* With so many children, at most DESK_CHILDREN_MAX, which come when desk_turn() is called. On ctx, which ends them all. */
struct desk *desk_new(TALLOC_CTX *ctx, unsigned children);
/* Can one more client be taken? */
bool desk_has_room(const struct desk *desk);
/* A new client's connection, which the desk closes. */
void desk_take(struct desk *desk, int client);
/* What it waits for: fills in at most DESK_FDS and says how many. */
unsigned desk_fds(struct desk *desk, struct pollfd *fds);
/* Does what can be done now, after poll() looked at the fds that desk_fds() gave last. */
void desk_turn(struct desk *desk, const struct pollfd *fds, unsigned n);
/* Milliseconds until something is due though nobody says anything; -1: nothing. */
ms_t desk_until_due(const struct desk *desk);
/* Does nobody wait? */
bool desk_is_idle(const struct desk *desk);

#endif
