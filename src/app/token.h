#ifndef APP_TOKEN_H
#define APP_TOKEN_H
/* Tokens of the API: an access token that lives for minutes, and a refresh token by which another is had. */
#include "http/mount.h"

/* What is answered: who signs in is told their role's id, so each role has its own. */
/* clang-format off */
#define TOKENS_(some)                                                                                                  \
	{ "access", F_TEXT, .sometimes = some, .help = "The access token, for Authorization: Bearer" },                \
		{ "refresh", F_TEXT, .sometimes = some, .help = "The refresh token: for the address that gives new tokens" },         \
		{ "token_type", F_TEXT, .sometimes = some, .help = "Bearer" },                                         \
		{ "expires_in", F_INT, .sometimes = some, .help = "Seconds that the access token is good" }
#define USER_(some) { "user", F_OBJECT, .of = USER_ANSWER, .sometimes = some, .help = "Who signed in" }
/* clang-format on */
extern const struct field USER_ANSWER[];

/* Whose tokens they are. */
struct token_session {
	int64_t session_id, account_id, role_id, event_id;
	enum role role;
	ms_t ends;
};

/* Answers access, refresh, token_type, expires_in, user, and the role's own id, as the mount spells a sign-in. refresh: one that
 * stays good; NULL: a new one is made. */
void token_answer(struct request *rq, const struct token_session *session, const char *refresh);

#endif
