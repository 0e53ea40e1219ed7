#ifndef APP_SIGN_IN_H
#define APP_SIGN_IN_H
/* What every way to sign in has in common. */
#include "http/mount.h"

/* The account that has this contact and this password, active; else NULL after refusing, in the same words and time
 * whether or not there is such an account. Wrong passwords are counted an account and network; too many are refused with
 * 429 unless they come from where the owner was before. account: what was found for contact, NULL for nobody. */
const struct row *password_or_refuse(struct request *rq, const struct row *account, const char *contact,
				     const char *password);
/* The same for somebody signed in who must prove who they are again: false after refusing with a fault of the field. */
bool same_person(struct request *rq, const char *field, const char *password);
/* 401 INVALID_CREDENTIALS; on a page 422, where the form is shown again. */
int refuse_credentials(struct request *rq);

/* Begins a session of account (its row by store/account.h) and answers it: tokens for the API, a cookie for a page, whose
 * earlier session ends. event_id: an usher's, else 0. */
int sign_in(struct request *rq, const struct row *account, enum role role, int64_t role_id, int64_t event_id);
/* Who asks, as far as tries are counted apart: an address, of IPv6 a network, for who has one address of that has at least
 * 2^64 of them. On rq->mem. */
const char *caller_of(struct request *rq);
/* The network that asks, for names of counters: 24 bits of IPv4, 64 of IPv6. On rq->mem. */
const char *network_of(struct request *rq);
/* Sends a page on to path below its portal with challenge and next in the query; without effect for the API. */
void go_on_with_code(struct request *rq, const char *path, const char *challenge);
/* Where a page that was asked for before signing in lies; NULL when next is missing or leads elsewhere than into this
 * site. The route declares next. */
const char *next_page(const struct request *rq);

#endif
