#ifndef APP_ACTIONS_ACCOUNT_H
#define APP_ACTIONS_ACCOUNT_H
/* The actions of routes/account.c and the fields they take. What each does stands at its definition. */
#include "http/request.h"

/* sign_in.c, login.c, sign_in_staff.c, second_factor.c, profile.c, new_number.c, picture.c */
int token_refresh(struct request *rq);
int token_logout(struct request *rq);
int session_sign_out(struct request *rq);
int locale_choose(struct request *rq);
int sign_in_page(struct request *rq);
int sign_in_code_page(struct request *rq);
int register_code_page(struct request *rq);
int reset_page(struct request *rq);
int account_register(struct request *rq);
int account_register_verify(struct request *rq);
int account_login(struct request *rq);
int account_login_verify(struct request *rq);
int account_forgot(struct request *rq);
int account_reset(struct request *rq);
int account_change_password(struct request *rq);
int account_number_change(struct request *rq);
int account_number_verify(struct request *rq);
int account_number_page(struct request *rq);
int account_number_code_page(struct request *rq);
int usher_login(struct request *rq);
int usher_sign_in_page(struct request *rq);
int password_login(struct request *rq);
int password_login_verify(struct request *rq);
int second_factor_enroll(struct request *rq);
int second_factor_confirm(struct request *rq);
int second_factor_remove(struct request *rq);
int second_factor_page(struct request *rq);
int profile_show(struct request *rq);
int profile_beside(struct request *rq);
int profile_update(struct request *rq);
int file_show(struct request *rq);

/* push.c */
int push_show(struct request *rq);
int push_add(struct request *rq);
int push_remove(struct request *rq);
/* into.push_key, where people can be told on their devices: what a browser is given for that. */
void answer_push(struct request *rq, struct json_object *into);
extern const struct field PUSH_SUBSCRIBE[], PUSH_UNSUBSCRIBE[], PUSH_DEVICES_ANSWER[], PUSH_SUBSCRIBED[];

/* mail_choice.c */
int mail_choice_show(struct request *rq);
int mail_choice_change(struct request *rq);
extern const struct field MAIL_CHOICE[];

/* What they take besides what the mount names people by (routes/account.c puts it before them). */
extern const struct field SIGN_IN[], REGISTER[], CODE[], RESET[], USHERS_EVENT[], TOKEN_REFRESH[],
	TOKEN_REFRESH_AS_ASKED[], TOKEN_SIGN_OUT[], TOKEN_SIGN_OUT_ALWAYS[], NEXT_PAGE[], CODE_PAGE[],
	SECOND_FACTOR_CONFIRM[], SECOND_FACTOR_DISABLE[], PROFILE_CUSTOMER[], PROFILE_ORGANIZER[], PROFILE_MERCHANT[],
	PROFILE_PLAIN[], CHANGE_PASSWORD[], CHANGE_NUMBER[], NUMBER_CODE[], PICTURE_SIGNED[];

/* What they answer. Who signs in is told their role's id, so each role has its own. NOTHING: only a sentence. */
extern const struct field NOTHING[], TOKENS_CUSTOMER[], TOKENS_ORGANIZER[], TOKENS_MERCHANT[], TOKENS_USHER[],
	TOKENS_STAFF[], REFRESHED_CUSTOMER[], REFRESHED_ORGANIZER[], REFRESHED_MERCHANT[], REFRESHED_USHER[],
	REFRESHED_STAFF[], REFRESHED_ANYBODY[], STAFF_LET_IN[], SECOND_FACTOR_ASKED[], SECOND_FACTOR_SECRET[],
	SECOND_FACTOR_STATE[], NUMBER_CHANGED[], CUSTOMER_PROFILE[], ORGANIZER_PROFILE[], STAFF_PROFILE[];

#endif
