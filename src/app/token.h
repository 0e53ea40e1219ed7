#ifndef APP_TOKEN_H
#define APP_TOKEN_H
/* Tokens of the API: an access token that lives for minutes, and a refresh token by which another is had. */
#include "http/mount.h"

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
