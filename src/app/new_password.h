#ifndef APP_NEW_PASSWORD_H
#define APP_NEW_PASSWORD_H
/* A password that somebody chooses. */
#include "http/request.h"

/* The field's .rule: what a password must be, and that it is not what its owner is called here, as far as the same fields say
 * that. So what is wrong with it stands beside what else is wrong, in the first answer. */
field_rule new_password_rule;

/* Gives it to an account (account_by_id()'s row): all of that person's sessions end but the one that keeps names (0: none), what was
 * mailed to them before is good no more, and they are told. False after a refusal: too many are doing this at once (503). */
bool new_password_give(struct request *rq, const struct row *account, const char *password, int64_t keeps);

#endif
