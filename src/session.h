#ifndef SESSION_H
#define SESSION_H
/* Who is asking. The API proves it with a bearer token, the portals with a cookie, one cookie a portal so that a person
 * may be signed in to several at once. */
#include "http/http.h"
#include "http/mount.h"
#include "http/request.h"
#include "rules/keys.h"

struct db;

enum session_fault { SESSION_OK, SESSION_NONE, SESSION_INVALID, SESSION_EXPIRED };

/* One request's question, and its answer. */
struct session_ask {
	const struct http *http;
	const struct mount *mount;
	bool api; /* below the mount's API, not its portal */
	enum role wanted;
	struct identity *who;
	enum session_fault fault;
};

/* Finds the sessions of n requests among their wanted roles, n ≤ HTTP_TOGETHER: the Authorization header first, all of
 * them in one query; else, where cookies may speak (pages, and mounts that say so), the cookies of those roles' portals.
 * wanted ANYONE looks for the portal's own role on pages. who->name is on db's memory.
 * A database that is away answers SESSION_NONE or _INVALID: look at db_error(). */
void sessions_find(struct db *db, ms_t now, struct session_ask asks[], size_t n);

/* "gh_customer", with the __Host- prefix (RFC 6265bis) where the site is on https. out of at least 32 bytes. */
const char *session_cookie_name(enum role role, bool https, char *out, size_t size);

/* The same for the cookie of forms before signing in, so that no neighbouring host can plant one. */
const char *form_cookie_name(bool https);

/* The CSRF token that goes with a cookie's value. Returns out. */
char *csrf_token(const char *cookie_value, char out[TOKEN_SIZE]);
/* Is it one that goes with it, also by a key that was replaced meanwhile? */
bool csrf_fits(const char *cookie_value, const char *token);

#endif
