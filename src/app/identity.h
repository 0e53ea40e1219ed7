#ifndef APP_IDENTITY_H
#define APP_IDENTITY_H
/* Who one is: what an account is found by (e-mail, mobile number, user name) and what it proves itself by (password,
 * authenticator app, codes that are mailed). All roles of an account share these, so whoever could change them in the
 * weakest could come in with the strongest. They are changed, therefore, in a session of the strongest role that the account
 * has, most of them within FRESH_MINUTES of signing in, and every address of before and after is told.
 *
 * By strength: superadmin, admin, finance, support, organizer, merchant, customer, then the roles of institutions, and ushers.
 * That is the order of what they may do, but for the last two, who sign in by a password alone; ushers' telephones go from
 * hand to hand besides. */
#include "http/request.h"

enum { FRESH_MINUTES = 30 };

/* All roles of an account, as a set. */
enum role roles_of(struct request *rq, int64_t account_id);
/* The strongest of a set; NOBODY of none. */
enum role strongest(enum role roles);
/* The column that a role signs in by: "email", "username" or "mobile_number". */
const char *contact_of(enum role role);
/* Do all of these sign in by a code that is sent to the telephone? Then such a code alone may set their password: it gives
 * away no more than it does already. */
bool telephone_suffices(enum role roles);

/* Is this session one of its account's strongest role? Else refuses 403 STRONGER_ROLE, saying where to sign in. What the
 * account has stays so until the transaction ends. */
bool strongest_or_refuse(struct request *rq);
/* And was it begun within FRESH_MINUTES? Else refuses 403 SIGN_IN_AGAIN. */
bool fresh_or_refuse(struct request *rq);
/* Both: may this session change who one is? */
bool identity_or_refuse(struct request *rq);
/* The same for a new address, which gets a message: 429 when there were more in an hour than people have. */
bool new_address_or_refuse(struct request *rq);

/* Adds identity for a page: role (the strongest), own (is it this session's?), open (identity_or_refuse() would not refuse), at
 * (the account page where the strongest role changes what this one may not). Returns open. */
bool answer_identity(struct request *rq, struct json_object *into);

/* Tells an account (its row by store/account.h or profile.h) a sentence, at every address it has and in its language. Its one
 * "%s" is the site's name. */
void tell_account(struct request *rq, const struct row *account, const char *sentence)
	__attribute__((format(printf, 3, 0)));
/* The password was changed. */
void tell_password(struct request *rq, const struct row *account);
/* What an account is found by became this (NULL: nothing): tells every address of before and after what changed; nobody when
 * nothing did. before: its row of before. */
void tell_renamed(struct request *rq, const struct row *before, const char *email, const char *mobile_number,
		  const char *username);

#endif
