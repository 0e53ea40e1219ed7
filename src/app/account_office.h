#ifndef APP_ACCOUNT_OFFICE_H
#define APP_ACCOUNT_OFFICE_H
/* How the declarations of people (users, organizers, merchants, ushers, admins, customers) are written: an account, its
 * roles and their profiles; see struct resource. Only a superadmin makes or changes accounts of staff. */
#include "app/resource.h"

int64_t office_account_insert(struct request *rq);
void office_account_update(struct request *rq, int64_t id);
void office_account_disable(struct request *rq, int64_t id);
/* For customers, whose id is customer.id. */
void office_customer_update(struct request *rq, int64_t id);

/* A role that few have leads to them. */
void users_narrow(struct request *rq, struct noun_ask *ask);

#endif
