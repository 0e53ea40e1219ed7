#ifndef BASE_STEP_DOWN_H
#define BASE_STEP_DOWN_H
/* What root types is done by the account that the installation runs as. */
#include <stdbool.h>

/* Root becomes, for good, whoever owns the file or directory path; everybody else stays who they are, and so does root where
 * that is root's own or is not there. False: *error says why (a literal), and errno too. */
bool step_down(const char *path, const char **error);

#endif
