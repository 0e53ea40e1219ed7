/* Who is asking. A token is believed only as far as the session row behind it: signing out, disabling an account or
 * taking away a role ends it at the next request, though the JWT itself would last its fifteen minutes. */
#include "session.h"
#include "db/db.h"
#include "routes.h"
#include "rules/jwt.h"
#include "store/session.h"
#include <stdio.h>
#include <string.h>

static const enum role COOKIE_ROLES[] = { CUSTOMER, ORGANIZER, MERCHANT, USHER, STAFF };

const char *session_cookie_name(enum role role, bool https, char *out, size_t size)
{
	const char *name = role & STAFF ? "staff" : role_name(role);

	snprintf(out, size, "%sgh_%s", https ? "__Host-" : "", name);
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
				  .name = row_text(session, "name") };
	if (row_bool(session, "cookie") && now - row_time(session, "seen_at") > MS_MINUTE)
		session_seen(db, who->session_id, now);
	return true;
}

/* A wrong role is told apart by the caller, so any live session of a bearer counts here. */
static enum session_fault by_bearer(struct db *db, const char *header, ms_t now, struct identity *who)
{
	struct claims claims;
	enum jwt_fault fault;

	if (strncasecmp(header, "Bearer ", 7))
		return SESSION_INVALID;
	fault = jwt_read(header + 7, now, &claims);
	if (fault == JWT_EXPIRED)
		return SESSION_EXPIRED;
	if (fault != JWT_OK || !take(db, session_by_id(db, claims.session_id, now), ANY_ROLE, now, who))
		return SESSION_INVALID;
	return SESSION_OK;
}

static enum session_fault by_cookie(struct db *db, const struct http *http, ms_t now, enum role wanted,
				    struct identity *who)
{
	for (size_t i = 0; i < sizeof COOKIE_ROLES / sizeof *COOKIE_ROLES; i++) {
		char name[40];
		const char *value;
		uint8_t hash[HASH_BYTES];

		if (!(COOKIE_ROLES[i] & wanted))
			continue;
		value = http_cookie(http, session_cookie_name(COOKIE_ROLES[i], http->https, name, sizeof name));
		if (!value)
			continue;
		hash_plain(value, strlen(value), hash);
		if (take(db, session_by_cookie(db, hash, now), COOKIE_ROLES[i], now, who)) /* a portal's other role is told 403 */
			return SESSION_OK;
	}
	return SESSION_NONE;
}

enum session_fault session_find(struct db *db, const struct http *http, ms_t now, enum role wanted,
				struct identity *who)
{
	const char *bearer = http_header(http, "Authorization");
	bool api = !strncmp(http->path, "/api/", 5);

	*who = (struct identity){ 0 };
	if (api && bearer)
		return by_bearer(db, bearer, now, who);
	if (api && strncmp(http->path, "/api/live/", 10))
		return SESSION_NONE;
	if (wanted & ANYONE)
		wanted = portal_of(http->path)->roles;
	return by_cookie(db, http, now, wanted, who);
}
