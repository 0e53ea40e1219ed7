#ifndef APP_ACTIONS_CAMPUS_H
#define APP_ACTIONS_CAMPUS_H
/* The actions of routes/campus.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

int campus_profile(struct request *rq);
int campus_profile_update(struct request *rq);
int campus_profile_beside(struct request *rq);
int campus_consent_give(struct request *rq);
int campus_consent_withdraw(struct request *rq);
extern const struct field CAMPUS_PROFILE[], CAMPUS_MEMBER[], TOKENS_CAMPUS[], CAMPUS_LET_IN[], REFRESHED_CAMPUS[];
int campus_event_index(struct request *rq);
int campus_event_show(struct request *rq);
int campus_event_create(struct request *rq);
int campus_event_change(struct request *rq);
int campus_event_delete(struct request *rq);
int campus_event_bulk(struct request *rq);
int campus_reset_ask(struct request *rq);
int campus_reset(struct request *rq);
int campus_token_page(struct request *rq);
extern const struct field CAMPUS_RESET_ASK[], CAMPUS_RESET[], CAMPUS_TOKEN[];
int campus_register(struct request *rq);
int campus_register_page(struct request *rq);
int campus_join(struct request *rq);
int campus_verify_email(struct request *rq);
int campus_verify_email_page(struct request *rq);
int campus_email_again(struct request *rq);
extern const struct field CAMPUS_REGISTER[], CAMPUS_REGISTER_PAGE[], CAMPUS_REGISTERED[], CAMPUS_JOIN[],
	CAMPUS_VERIFY_EMAIL[], CAMPUS_EMAIL_PROVED[];
int campus_import(struct request *rq);
int campus_import_show(struct request *rq);
int campus_import_page(struct request *rq);
extern const struct field CAMPUS_IMPORT[], CAMPUS_IMPORT_STATE[];
int campus_roster(struct request *rq);
int campus_roster_show(struct request *rq);
int campus_roster_set(struct request *rq);
extern const struct field CAMPUS_EVENT_LIST[], CAMPUS_EVENT_NEW[], CAMPUS_EVENT_CHANGE[], CAMPUS_EVENT[],
	CAMPUS_EVENT_STALE[];
extern const struct field CAMPUS_EVENTS[], CAMPUS_EVENTS_MADE[], CAMPUS_ROSTER[], CAMPUS_ROSTER_SET[],
	CAMPUS_EXPECTED[], CAMPUS_ROSTER_MADE[];
/* The portal's pages: routes/campus_portal.c. */
int campus_home(struct request *rq);
int campus_event_new(struct request *rq);
int campus_event_edit(struct request *rq);
int campus_event_beside(struct request *rq);
int campus_event_calendar(struct request *rq);
extern const struct field CAMPUS_CALENDAR[];
int campus_event_file(struct request *rq);
int campus_roster_beside(struct request *rq);
/* A mount's user: see http/mount.h. */
void campus_user(struct request *rq, struct json_object *into, int64_t account_id, enum role role);

#endif
