#ifndef APP_ACTIONS_PEOPLE_H
#define APP_ACTIONS_PEOPLE_H
/* The actions of routes/people.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

int person_profile(struct request *rq);
int person_profile_update(struct request *rq);
extern const struct field PERSON_PROFILE[], PERSON_ANSWER[], TOKENS_PEOPLE[];
/* A mount's user: see http/mount.h. */
void person_user(struct request *rq, struct json_object *into, int64_t account_id, enum role role);
/* The same: whoever has not used the link in their message has their own account alone. */
bool person_admits(struct request *rq);

#endif
