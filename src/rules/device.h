#ifndef RULES_DEVICE_H
#define RULES_DEVICE_H
/* What a User-Agent says, as people call it. */

enum { DEVICE_NAME = 40 };

/* "Firefox · Linux", or one of the two; "" where it says neither. It is for reading alone: anybody can say anything of themselves.
 * Returns out. */
char *device_name(const char *user_agent, char out[DEVICE_NAME]);

#endif
