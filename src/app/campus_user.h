#ifndef APP_CAMPUS_USER_H
#define APP_CAMPUS_USER_H
/* A campus's members, as its admins keep them: what the noun "users" of resources/campus.c needs besides its declaration. */
#include "http/request.h"
#include "store/supervises.h"

/* What a user name may be: letters, digits and ._- ; no "@", for e-mails are typed in the same place. */
field_rule user_name_rule;

void campus_user_check(struct request *rq, int64_t id);
int64_t campus_user_insert(struct request *rq);
void campus_user_update(struct request *rq, int64_t id);
void campus_user_remove(struct request *rq, int64_t id);
/* POST users/:id/verify/. */
int campus_user_verify(struct request *rq);

#endif
