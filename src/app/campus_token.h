#ifndef APP_CAMPUS_TOKEN_H
#define APP_CAMPUS_TOKEN_H
/* Passwords that are set by what was sent to an address: 256 bits, good once and for a while. */
#include "http/request.h"

/* Sends a new member (account_by_id()'s row) what they set their first password with. */
void campus_invite(struct request *rq, const struct row *account);

#endif
