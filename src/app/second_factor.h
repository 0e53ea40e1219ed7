#ifndef APP_SECOND_FACTOR_H
#define APP_SECOND_FACTOR_H
/* The second factor of an account by an authenticator app. */
#include "http/request.h"

/* The payload of a one-time code that the app shows, not we. */
/* clang-format off */
#define OTP_BY_APP "{\"by\":\"app\"}"
/* clang-format on */

/* Is code the app's, now, for account (its row by store/account.h), and was it not used before? It is used up by this. */
bool second_factor_right(struct request *rq, const struct row *account, const char *code);

#endif
