/* Sessions begin and end here. What a client holds is random and lives in the database as a hash only; the access token
 * beside it says which session it speaks for, and dispatch asks that session at every request. */
#include "app/sign_in.h"
#include "app/actions/account.h"
#include "base/uuid.h"
#include "rules/jwt.h"
#include "rules/keys.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/guess.h"
#include "store/session.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { ACCESS_SECONDS = 900 };

static const struct audience AUDIENCES[] = {
	{ "organizer", ORGANIZER, "contact_mobile", "/organizer", 7 * MS_DAY },
	{ "merchant", MERCHANT, "mobile_number", "/merchant", 7 * MS_DAY },
	{ "usher", USHER, "username", "/gate", 12 * MS_HOUR },
	{ "staff", STAFF, "email", "/admin", 12 * MS_HOUR },
	{ "customer", CUSTOMER, "mobile_number", "", 30 * MS_DAY },
};

static const struct {
	const char *prefix, *name;
} MOUNTS[] = {
	{ "/organizer/", "organizer" },
	{ "/api/organizer/", "organizer" },
	{ "/merchant/", "merchant" },
	{ "/api/merchant/", "merchant" },
	{ "/gate/", "usher" },
	{ "/api/usher/", "usher" },
	{ "/admin/", "staff" },
	{ "/api/auth/", "staff" },
	{ "/", "customer" },
};

const struct audience *audience_of(const struct request *rq)
{
	const struct audience *audience = AUDIENCES;
	size_t i = 0;

	while (strncmp(rq->path, MOUNTS[i].prefix, strlen(MOUNTS[i].prefix)))
		i++;
	while (strcmp(audience->name, MOUNTS[i].name))
		audience++;
	return audience;
}

const struct audience *audience_for(enum role role)
{
	const struct audience *audience = AUDIENCES, *last = AUDIENCES + sizeof AUDIENCES / sizeof *AUDIENCES - 1;

	while (audience < last && !(audience->roles & role))
		audience++;
	return audience;
}

/* ---- passwords ---- */

const char *caller_of(struct request *rq)
{
	return strchr(rq->ip, ':') ? network_of(rq) : rq->ip;
}

const char *network_of(struct request *rq)
{
	unsigned char v6[16];

	if (inet_pton(AF_INET6, rq->ip, v6) == 1)
		return talloc_asprintf(rq->mem, "%x:%x:%x:%x:", v6[0] << 8 | v6[1], v6[2] << 8 | v6[3],
				       v6[4] << 8 | v6[5], v6[6] << 8 | v6[7]);
	return strrchr(rq->ip, '.') ? talloc_strndup(rq->mem, rq->ip, (size_t)(strrchr(rq->ip, '.') + 1 - rq->ip))
				    : rq->ip;
}

struct tries {
	const char *here, *all; /* names of the counters */
};

/* Takes a try at a password; false after refusing with 429. Of all the tries that one account is allowed in an hour, one
 * network gets a fifth, and keeps it when strangers have used up the rest, if the owner was there before. */
static bool take_try(struct request *rq, const struct row *account, const char *contact, struct tries *tries)
{
	int64_t limit = rq->config->login_failures_per_hour, here, all;
	const char *net = network_of(rq);

	tries->all = account ? talloc_asprintf(rq->mem, "password %lld", (long long)row_int(account, "id"))
			     : talloc_asprintf(rq->mem, "password of nobody %s", contact);
	tries->here = talloc_asprintf(rq->mem, "%s from %s", tries->all, net);
	here = guess_count(rq->db, tries->here, rq->now, MS_HOUR);
	all = guess_count(rq->db, tries->all, rq->now, MS_HOUR);
	if (here <= (limit + 4) / 5 &&
	    (all <= limit || session_known_from(rq->db, account ? row_int(account, "id") : 0, rq->ip,
						rq->now - SESSION_KNOWN_DAYS * MS_DAY)))
		return true;
	rq->retry_after = guess_wait(rq->db, here > (limit + 4) / 5 ? tries->here : tries->all, rq->now, MS_HOUR);
	refuse(rq, 429, "TOO_MANY_ATTEMPTS", "Too many wrong passwords. Try again in %d minutes.",
	       rq->retry_after / 60 + 1);
	return false;
}

static void give_back(struct request *rq, const struct tries *tries)
{
	guess_take_back(rq->db, tries->here, rq->now, MS_HOUR);
	guess_take_back(rq->db, tries->all, rq->now, MS_HOUR);
}

/* A hash made with the costs of years ago is made anew while the password is at hand. */
static void renew_hash(struct request *rq, const struct row *account, const char *password)
{
	char hash[PASSWORD_HASH_SIZE];

	if (password_stale(row_text(account, "password_hash")) && password_hash(password, hash))
		account_set_password(rq->db, row_int(account, "id"), hash, rq->now);
}

int refuse_credentials(struct request *rq)
{
	static const struct {
		const char *contact, *sentence;
	} WORDS[] = {
		{ "username", "The user name or the password is wrong." },
		{ "email", "The e-mail or the password is wrong." },
	};
	const char *sentence = "The mobile number or the password is wrong.";

	for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
		if (!strcmp(WORDS[i].contact, audience_of(rq)->contact))
			sentence = WORDS[i].sentence;
	return refuse(rq, wants_page(rq) ? 422 : 401, "INVALID_CREDENTIALS", "%s", sentence);
}

const struct row *password_or_refuse(struct request *rq, const struct row *account, const char *contact,
				     const char *password)
{
	struct tries tries;

	if (!take_try(rq, account, contact, &tries))
		return NULL;
	if (!password_matches(account ? row_text(account, "password_hash") : NULL, password)) {
		rq->keep = true;
		refuse_credentials(rq);
		return NULL;
	}
	give_back(rq, &tries);
	if (!row_is(account, "status", "active")) {
		refuse(rq, 403, "ACCOUNT_DISABLED", "This account is disabled. Ask whoever runs this site.");
		return NULL;
	}
	renew_hash(rq, account, password);
	return account;
}

bool same_person(struct request *rq, const char *field, const char *password)
{
	const struct row *account = account_by_id(rq->db, rq->who.account_id);
	struct tries tries;

	if (!take_try(rq, account, "", &tries))
		return false;
	if (password && password_matches(account ? row_text(account, "password_hash") : NULL, password)) {
		give_back(rq, &tries);
		return true;
	}
	field_fault(rq, field, strcmp(field, "otp") ? "This is not your password." : "This code is not right.");
	refuse_fields(rq);
	rq->keep = true;
	return false;
}

/* ---- beginning a session ---- */

/* "customer_id"; staff's four roles are one kind of profile. */
static void answer_role_id(struct json_object *into, enum role role, int64_t role_id)
{
	char key[24];

	snprintf(key, sizeof key, "%s_id", role & STAFF ? "admin" : role_name(role));
	answer_int(into, key, role_id);
}

static void answer_user(struct json_object *into, const struct row *account, enum role role)
{
	char uuid[UUID_SIZE];
	uint8_t bytes[UUID_BYTES];
	static const char *const TEXTS[] = { "name", "email", "mobile_number" };
	struct json_object *user = answer_object(into, "user");

	memcpy(bytes, row_cell(account, "uuid")->s, sizeof bytes);
	answer_int(user, "id", row_int(account, "id"));
	answer_text(user, "uuid", uuid_text(bytes, uuid));
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		answer_text(user, TEXTS[i], row_null(account, TEXTS[i]) ? NULL : row_text(account, TEXTS[i]));
	answer_text(user, "role", role_name(role));
	answer_text(user, "locale", row_text(account, "locale"));
}

/* An access token, and a refresh token that ends when its session does. */
static void answer_tokens(struct request *rq, struct claims *claims, ms_t session_ends)
{
	char access[JWT_SIZE], refresh[TOKEN_SIZE];
	uint8_t hash[HASH_BYTES];

	claims->expires = rq->now + ACCESS_SECONDS * MS_SECOND;
	token_make(refresh);
	hash_plain(refresh, strlen(refresh), hash);
	refresh_insert(rq->db, hash, claims->session_id, rq->now, session_ends);
	answer_text(rq->data, "access", jwt_make(claims, rq->now, access));
	answer_text(rq->data, "refresh", refresh);
	answer_text(rq->data, "token_type", "Bearer");
	answer_int(rq->data, "expires_in", ACCESS_SECONDS);
}

static void begin_cookie(struct request *rq, const struct session_start *start)
{
	char token[TOKEN_SIZE];
	uint8_t hash[HASH_BYTES];
	struct session_start begun = *start;

	token_make(token);
	hash_plain(token, strlen(token), hash);
	begun.cookie_hash = hash;
	if (rq->who.session_id)
		session_end(rq->db, rq->who.session_id, rq->now);
	if (!session_insert(rq->db, &begun))
		return;
	rq->cookie_value = talloc_strdup(rq->mem, token);
	rq->cookie_role = role_named(start->role);
	rq->cookie_expires = start->expires;
}

int sign_in(struct request *rq, const struct row *account, enum role role, int64_t role_id, int64_t event_id)
{
	const struct audience *audience = audience_of(rq);
	struct session_start start = { .account_id = row_int(account, "id"),
				       .role_id = role_id,
				       .event_id = event_id,
				       .role = role_name(role),
				       .ip = rq->ip,
				       .user_agent = rq->user_agent,
				       .now = rq->now,
				       .expires = rq->now + audience->lifetime };
	struct claims claims = { .account_id = start.account_id, .role_id = role_id, .event_id = event_id };

	if (wants_page(rq)) {
		const char *next = next_page(rq);

		begin_cookie(rq, &start);
		rq->redirect = next ? next : *audience->portal ? audience->portal : "/";
		return ANSWERED;
	}
	snprintf(claims.role, sizeof claims.role, "%s", start.role);
	claims.session_id = session_insert(rq->db, &start);
	if (!claims.session_id)
		return ANSWERED;
	answer_tokens(rq, &claims, start.expires);
	answer_user(rq->data, account, role);
	answer_role_id(rq->data, role, role_id);
	if (event_id)
		answer_int(rq->data, "event_id", event_id);
	return ANSWERED;
}

/* ---- pages before and after ---- */

const char *next_page(const struct request *rq)
{
	const char *next = field_text(rq, "next");

	if (!next || next[0] != '/' || next[1] == '/')
		return NULL;
	for (const char *s = next; *s; s++)
		if (*s == '\\' || (unsigned char)*s < ' ' || *s == 0x7f)
			return NULL;
	return next;
}

static const char *query_escape(TALLOC_CTX *mem, const char *text)
{
	static const char HEX[] = "0123456789ABCDEF";
	char *out = talloc_size(mem, 3 * strlen(text) + 1), *at = out;

	for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
		if ((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    strchr("/-_.~", *s)) {
			*at++ = (char)*s;
		} else {
			*at++ = '%';
			*at++ = HEX[*s >> 4];
			*at++ = HEX[*s & 15];
		}
	}
	*at = '\0';
	return out;
}

void go_on_with_code(struct request *rq, const char *path, const char *challenge)
{
	const char *next;

	if (!wants_page(rq))
		return;
	next = next_page(rq);
	rq->redirect = talloc_asprintf(rq->mem, "%s%s?challenge=%s%s%s", audience_of(rq)->portal, path, challenge,
				       next ? "&next=" : "", next ? query_escape(rq->mem, next) : "");
}

/* ---- tokens ---- */

const struct field TOKEN_REFRESH[] = {
	{ "refresh", F_TEXT, .required = true, .max = 200, .help = "The refresh token" },
	FIELDS_END,
};

static int refuse_token(struct request *rq)
{
	return refuse(rq, 401, "TOKEN_INVALID", "This refresh token is not good any more. Sign in.");
}

/* May a session of this role be refreshed here? /api/token/refresh is everybody's, the mounts are their own people's. */
static bool fits_mount(const struct request *rq, enum role role)
{
	return !strncmp(rq->path, "/api/token/", 11) || role & audience_of(rq)->roles;
}

/* POST token/refresh/. The token is spent and a new one given. One that was spent before has been copied by somebody: its
 * session ends, for the thief and the owner alike, and that must stay although the request is refused. */
int token_refresh(struct request *rq)
{
	uint8_t hash[HASH_BYTES];
	const char *refresh = field_text(rq, "refresh");
	const struct row *token, *session;
	struct claims claims = { 0 };

	hash_plain(refresh, strlen(refresh), hash);
	token = refresh_get(rq->db, hash);
	if (!token)
		return refuse_token(rq);
	if (row_bool(token, "used")) {
		session_end(rq->db, row_int(token, "session_id"), rq->now);
		rq->keep = true;
		return refuse_token(rq);
	}
	if (row_time(token, "expires_at") <= rq->now)
		return refuse(rq, 401, "TOKEN_EXPIRED", "This refresh token has expired. Sign in.");
	session = session_by_id(rq->db, row_int(token, "session_id"), rq->now);
	if (!session || !fits_mount(rq, role_named(row_text(session, "role"))))
		return refuse_token(rq);
	if (!refresh_spend(rq->db, hash, rq->now)) {
		session_end(rq->db, row_int(token, "session_id"), rq->now);
		rq->keep = true;
		return refuse_token(rq);
	}
	claims.account_id = row_int(session, "account_id");
	claims.role_id = row_int(session, "role_id");
	claims.event_id = row_int(session, "event_id");
	claims.session_id = row_int(session, "id");
	snprintf(claims.role, sizeof claims.role, "%s", row_text(session, "role"));
	answer_tokens(rq, &claims, row_time(token, "expires_at"));
	answer_role_id(rq->data, role_named(claims.role), claims.role_id);
	if (claims.event_id)
		answer_int(rq->data, "event_id", claims.event_id);
	return ANSWERED;
}

/* POST logout/. A token that we do not know is as signed out as can be. */
int token_logout(struct request *rq)
{
	uint8_t hash[HASH_BYTES];
	const char *refresh = field_text(rq, "refresh");
	const struct row *token;

	hash_plain(refresh, strlen(refresh), hash);
	token = refresh_get(rq->db, hash);
	if (token)
		session_end(rq->db, row_int(token, "session_id"), rq->now);
	rq->message = "Signed out.";
	return ANSWERED;
}

/* ---- pages ---- */

const struct field NEXT_PAGE[] = {
	{ "next", F_TEXT, .max = 1000, .help = "Where to go afterwards" },
	FIELDS_END,
};

/* POST /sign-out of each portal. With next, to sign in again and go on there. */
int session_sign_out(struct request *rq)
{
	const struct audience *audience = audience_of(rq);
	const char *next = next_page(rq);

	if (rq->who.session_id) {
		session_end(rq->db, rq->who.session_id, rq->now);
		rq->cookie_value = "";
		rq->cookie_role = rq->who.role;
	}
	if (next)
		rq->redirect =
			talloc_asprintf(rq->mem, "%s/sign-in?next=%s", audience->portal, query_escape(rq->mem, next));
	else
		rq->redirect = *audience->portal ? talloc_asprintf(rq->mem, "%s/sign-in", audience->portal) : "/";
	rq->message = "You are signed out.";
	return ANSWERED;
}

/* GET /locale/:locale. The one thing that a GET changes: a cookie of the reader's own. */
int locale_choose(struct request *rq)
{
	const char *locale = path_text(rq, "locale"), *next = next_page(rq);

	if (strcmp(locale, "en") && strcmp(locale, "ar"))
		return refuse(rq, 404, "NOT_FOUND", "There is no such language here.");
	rq->plain_cookie = "gh_locale";
	rq->plain_value = talloc_strdup(rq->mem, locale);
	rq->plain_expires = rq->now + 365 * MS_DAY;
	rq->redirect = next ? next : "/";
	return ANSWERED;
}
