#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H
/* Tells whoever started this process how it is, as sd_notify(3) has it: datagrams to $NOTIFY_SOCKET. Nothing happens where
 * there is no such socket, nor in a child of the process that was started. */
#include "base/clock.h"
#include <stdbool.h>

/* It is up, or up again after a reload. status: a line for `systemctl status`. */
void notify_ready(const char *status);
/* It begins anew; the next word is notify_ready(). */
void notify_reloading(void);
void notify_stopping(void);
/* It still does what it should. To be said at least every notify_pace(); of what is said more often most is kept back. */
void notify_alive(void);
/* So many milliseconds may pass between two calls of notify_alive(): a quarter of what $WATCHDOG_USEC allows. -1: any time. */
ms_t notify_pace(void);

/* ---- descriptors that outlive a restart (FileDescriptorStoreMax= of the unit) ---- */

/* Is there somebody who could keep them? */
bool notify_keeps(void);
/* Whoever started us is to keep a copy of fd for the next process, under this name, in the place of one that it has of that name. */
void notify_keep(int fd, const char *name);
/* What was kept under this name for us, close-on-exec, which is taken with that; -1: nothing. */
int notify_kept(const char *name);
/* Nothing is to be kept any more: this process ends in a way that the next one may not come to anything either. */
void notify_keep_nothing(void);

#endif
