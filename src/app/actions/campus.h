#ifndef APP_ACTIONS_CAMPUS_H
#define APP_ACTIONS_CAMPUS_H
/* The actions of routes/campus.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

int campus_profile(struct request *rq);
int campus_profile_update(struct request *rq);
extern const struct field CAMPUS_PROFILE[], CAMPUS_MEMBER[], TOKENS_CAMPUS[], CAMPUS_LET_IN[], REFRESHED_CAMPUS[];
/* A mount's user: see http/mount.h. */
void campus_user(struct request *rq, struct json_object *into, int64_t account_id, enum role role);

#endif
