/* Who is asking. A token is believed only as far as the session row behind it: signing out, disabling an account or
 * taking away a role ends it at the next request, though the JWT itself would last its fifteen minutes. */
#include "session.h"
#include "db/db.h"
#include "routes/mounts.h"
#include "rules/jwt.h"
#include "store/session.h"
#include <stdio.h>
#include <string.h>

const char *session_cookie_name(enum role role, bool https, char *out, size_t size)
{
	snprintf(out, size, "%sgh_%s", https ? "__Host-" : "", mount_of_role(MOUNTS, role)->cookie);
	return out;
}

const char *form_cookie_name(bool https)
{
	return https ? "__Host-gh_form" : "gh_form";
}

char *csrf_token(const char *cookie_value, char out[TOKEN_SIZE])
{
	uint8_t hash[HASH_BYTES];

	hash_keyed(KEY_CSRF, cookie_value, strlen(cookie_value), hash);
	return base64url(hash, sizeof hash, out);
}

bool csrf_fits(const char *cookie_value, const char *token)
{
	return hash_text_fits(KEY_CSRF, cookie_value, strlen(cookie_value), token);
}

static bool take(struct db *db, const struct row *session, enum role wanted, ms_t now, struct identity *who)
{
	enum role role = session ? role_named(row_text(session, "role")) : NOBODY;

	if (!session || !(role & wanted))
		return false;
	*who = (struct identity){ .role = role,
				  .account_id = row_int(session, "account_id"),
				  .role_id = row_int(session, "role_id"),
				  .event_id = row_int(session, "event_id"),
				  .session_id = row_int(session, "id"),
				  .rights = role & ORGANIZER ? session_rights(db, row_int(session, "id")) : 0,
				  .name = row_text(session, "name"),
				  .tongue = tongue_named(row_text(session, "locale")) };
	if (row_bool(session, "cookie") && now - row_time(session, "seen_at") > MS_MINUTE)
		session_seen(db, who->session_id, now);
	return true;
}

/* A token of the mount's audience, or of the other that it takes. */
static enum jwt_fault token_read(const char *token, const struct mount *mount, ms_t now, struct claims *claims)
{
	enum jwt_fault fault = jwt_read(token, mount->token_for, now, claims);

	return fault == JWT_INVALID && mount->also_for ? jwt_read(token, mount->also_for, now, claims) : fault;
}

/* The session that a bearer token names; 0 where there is none to look for. over: also of one that is over. */
static int64_t bearer_session(const char *header, const struct mount *mount, ms_t now, bool over,
			      enum session_fault *fault)
{
	struct claims claims;

	*fault = SESSION_INVALID;
	if (strncasecmp(header, "Bearer ", 7))
		return 0;
	switch (token_read(header + 7, mount, now, &claims)) {
	case JWT_OK:
		return claims.session_id;
	case JWT_EXPIRED:
		*fault = over ? SESSION_INVALID : SESSION_EXPIRED;
		return over ? claims.session_id : 0;
	default:
		return 0;
	}
}

static enum session_fault by_cookie(struct db *db, const struct http *http, ms_t now, enum role wanted,
				    struct identity *who)
{
	for (const struct mount *m = MOUNTS; m->name; m++) {
		char name[40];
		const char *value;
		uint8_t hash[HASH_BYTES];

		if (!m->cookie || !(m->roles & wanted))
			continue;
		value = http_cookie(http, session_cookie_name(m->roles, http->https, name, sizeof name));
		if (!value)
			continue;
		hash_plain(value, strlen(value), hash);
		if (take(db, session_by_cookie(db, hash, now), m->roles, now,
			 who)) /* a portal's other role is told 403 */
			return SESSION_OK;
	}
	return SESSION_NONE;
}

/* A wrong role is told apart by the caller, so any live session of a bearer counts here. */
static void by_bearers(struct db *db, ms_t now, struct session_ask *asks[], const int64_t ids[], size_t n)
{
	const struct rows *rows = NULL;
	struct row row;

	if (n == 1) {
		if (take(db, session_by_id(db, ids[0], now), EVERY_ROLE, now, asks[0]->who))
			asks[0]->fault = SESSION_OK;
		return;
	}
	if (n)
		rows = sessions_by_id(db, ids, n, now);
	for (size_t i = 0; i < n; i++)
		if (take(db, row_with_id(rows, "id", ids[i], &row), EVERY_ROLE, now, asks[i]->who))
			asks[i]->fault = SESSION_OK;
}

/* Of a request without a bearer. */
static enum session_fault by_portal(struct db *db, const struct session_ask *ask, ms_t now)
{
	const enum role named = ask->wanted & EVERY_ROLE;

	if (ask->api && !ask->mount->cookies_speak)
		return SESSION_NONE;
	return by_cookie(db, ask->http, now, named ? named : ask->mount->roles, ask->who);
}

void sessions_find(struct db *db, ms_t now, struct session_ask asks[], size_t n)
{
	struct session_ask *bearers[HTTP_TOGETHER];
	int64_t ids[HTTP_TOGETHER];
	size_t n_bearers = 0;

	for (size_t i = 0; i < n; i++) {
		struct session_ask *ask = &asks[i];
		const char *bearer = ask->api ? http_header(ask->http, "Authorization") : NULL;

		*ask->who = (struct identity){ 0 };
		if (!bearer) {
			ask->fault = by_portal(db, ask, now);
			continue;
		}
		ids[n_bearers] = bearer_session(bearer, ask->mount, now, ask->http->listens, &ask->fault);
		if (ids[n_bearers])
			bearers[n_bearers++] = ask;
	}
	by_bearers(db, now, bearers, ids, n_bearers);
}
