#ifndef APP_NEW_PASSWORD_H
#define APP_NEW_PASSWORD_H
/* A password that somebody chooses. */
#include "http/request.h"

/* The field's .rule: what a password must be, and that it is not what its owner is called here, as far as the same fields say
 * that. So what is wrong with it stands beside what else is wrong, in the first answer. */
field_rule new_password_rule;

#endif
