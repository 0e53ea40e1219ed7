/* Tokens: given at sign-in, had anew for a refresh token, and given back. What a client holds is random and lives in the
 * database as a hash only; the access token beside it says which session it speaks for, and dispatch asks that session at every
 * request. */
#include "app/token.h"
#include "app/actions/account.h"
#include "app/sign_out.h"
#include "base/uuid.h"
#include "http/dialect.h"
#include "rules/jwt.h"
#include "rules/keys.h"
#include "store/account.h"
#include "store/session.h"
#include <stdio.h>
#include <string.h>

/* Apps refresh several times at once: a token used again so soon after its first use was not copied. */
enum { REUSE_MS = 30 * MS_SECOND };

const struct field TOKEN_REFRESH[] = {
	{ "refresh", F_TEXT, .required = true, .max = 200, .help = "The refresh token" },
	FIELDS_END,
};
const struct field TOKEN_REFRESH_AS_ASKED[] = {
	{ "refresh", F_TEXT, .required = true, .max = 200, .help = "The refresh token" },
	{ "rotate", F_BOOL, .help = "Give another, which is good once, and so from now on" },
	FIELDS_END,
};
const struct field TOKEN_SIGN_OUT[] = {
	{ "refresh", F_TEXT, .max = 200,
	  .help = "The refresh token; without one that is known the session of the access token ends" },
	FIELDS_END,
};
const struct field TOKEN_SIGN_OUT_ALWAYS[] = {
	{ "refresh", F_TEXT, .max = 200, .lenient = true,
	  .help = "The refresh token; without one that is known the session of the access token ends, if there is one" },
	FIELDS_END,
};

/* ---- what is answered ---- */

const struct field USER_ANSWER[] = {
	{ "id", F_ID, .help = "The account" },
	{ "uuid", F_UUID, .help = "The same, for other systems" },
	{ "name", F_TEXT, .help = "Name" },
	{ "email", F_EMAIL, .null = true, .help = "E-mail" },
	{ "mobile_number", F_MOBILE, .null = true, .help = "Mobile number" },
	{ "role", F_TEXT, .help = "The role that this session has" },
	{ "locale", F_TEXT, .help = "Language" },
	FIELDS_NAMED("signed_in_user"),
};

/* clang-format off */
#define IN(id, of, ...) { TOKENS_(false), USER_(false), { id, F_ID, .help = of }, __VA_ARGS__ }
#define AGAIN(id, of, ...) { TOKENS_(false), { id, F_ID, .help = of }, __VA_ARGS__ }
#define EVENT { "event_id", F_ID, .help = "The event that the session is for" }
#define SOME(id, of) { id, F_ID, .sometimes = true, .help = of }
/* clang-format on */

const struct field TOKENS_CUSTOMER[] = IN("customer_id", "The customer", FIELDS_NAMED("customer_tokens"));
const struct field TOKENS_ORGANIZER[] = IN("organizer_id", "The organizer", FIELDS_NAMED("organizer_tokens"));
const struct field TOKENS_MERCHANT[] = IN("merchant_id", "The merchant", FIELDS_NAMED("merchant_tokens"));
const struct field TOKENS_USHER[] = IN("usher_id", "The usher", EVENT, FIELDS_NAMED("usher_tokens"));
const struct field TOKENS_STAFF[] = IN("admin_id", "The member of the staff", FIELDS_NAMED("staff_tokens"));
const struct field REFRESHED_CUSTOMER[] = AGAIN("customer_id", "The customer", FIELDS_NAMED("customer_pair"));
const struct field REFRESHED_ORGANIZER[] = AGAIN("organizer_id", "The organizer", FIELDS_NAMED("organizer_pair"));
const struct field REFRESHED_MERCHANT[] = AGAIN("merchant_id", "The merchant", FIELDS_NAMED("merchant_pair"));
const struct field REFRESHED_USHER[] = AGAIN("usher_id", "The usher", EVENT, FIELDS_NAMED("usher_pair"));
const struct field REFRESHED_STAFF[] = AGAIN("admin_id", "The member of the staff", FIELDS_NAMED("staff_pair"));
const struct field REFRESHED_ANYBODY[] = {
	TOKENS_(false),
	SOME("customer_id", "Of a customer's token"),
	SOME("organizer_id", "Of an organizer's"),
	SOME("merchant_id", "Of a merchant's"),
	SOME("usher_id", "Of an usher's"),
	SOME("event_id", "Of an usher's: the event that the session is for"),
	SOME("admin_id", "Of staff's"),
	FIELDS_NAMED("anybodys_pair"),
};

const struct field NOTHING[] = { FIELDS_NAMED("nothing") };

/* ---- answering ---- */

/* Where the session's people sign in: here, where they do, for some do at two mounts; they need not refresh where they signed in. */
static const struct mount *home_of(const struct request *rq, const struct token_session *session)
{
	bool here = rq->mount->contact && rq->mount->roles & session->role;

	return here ? rq->mount : mount_of_role(rq->mounts, session->role);
}

static void answer_profile_id(struct request *rq, struct json_object *into, const struct token_session *session)
{
	const struct mount *home = home_of(rq, session);

	if (home->profile_id)
		answer_int(into, home->profile_id, session->role_id);
	if (session->event_id)
		answer_int(into, "event_id", session->event_id);
}

static void common_user(struct request *rq, struct json_object *user, int64_t account_id, enum role role)
{
	static const char *const TEXTS[] = { "name", "email", "mobile_number" };
	const struct row *account = account_by_id(rq->db, account_id);
	char uuid[UUID_SIZE];
	uint8_t bytes[UUID_BYTES];

	if (!account)
		return;
	memcpy(bytes, row_cell(account, "uuid")->s, sizeof bytes);
	answer_int(user, "id", account_id);
	answer_text(user, "uuid", uuid_text(bytes, uuid));
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		answer_text(user, TEXTS[i], row_null(account, TEXTS[i]) ? NULL : row_text(account, TEXTS[i]));
	answer_text(user, "role", role_name(role));
	answer_text(user, "locale", row_text(account, "locale"));
}

static struct json_object *user_of(struct request *rq, const struct token_session *session)
{
	struct json_object *user = json_object_new_object();

	(home_of(rq, session)->user ? home_of(rq, session)->user : common_user)(rq, user, session->account_id,
										session->role);
	return user;
}

/* The members of user that the mount's access tokens say, in its spelling. The caller's. */
static struct json_object *claimed(const struct mount *mount, struct json_object *user)
{
	struct spoken said = { .data = json_object_new_object() };
	char name[NAME_SIZE];

	for (const char *at = mount->token_user; *at;) {
		size_t len = strcspn(at, " ");

		snprintf(name, sizeof name, "%.*s", (int)len, at);
		json_object_object_add(said.data, name, json_object_get(json_object_object_get(user, name)));
		at += len + (at[len] == ' ');
	}
	mount->dialect->shape(&said);
	return said.data;
}

static void answer_access(struct request *rq, const struct token_session *session, struct json_object *user)
{
	const struct mount *home = home_of(rq, session);
	struct claims claims = { .account_id = session->account_id,
				 .role_id = home->profile_id ? session->role_id : 0,
				 .event_id = session->event_id,
				 .session_id = session->session_id,
				 .audience = home->token_for,
				 .expires = rq->now + home->access };
	char *text = talloc_size(rq->mem, JWT_SIZE);

	snprintf(claims.role, sizeof claims.role, "%s", role_name(session->role));
	claims.user = home->token_user ? claimed(home, user) : NULL;
	answer_text(rq->data, "access", jwt_make(&claims, rq->now, text));
	json_object_put(claims.user);
}

static const char *make_refresh(struct request *rq, const struct token_session *session)
{
	char *refresh = talloc_size(rq->mem, TOKEN_SIZE);
	uint8_t hash[HASH_BYTES];

	token_make(refresh);
	hash_plain(refresh, strlen(refresh), hash);
	refresh_insert(rq->db, hash, session->session_id, rq->now, session->ends);
	return refresh;
}

/* what: how much of it. */
static void answer(struct request *rq, const struct token_session *session, const char *refresh, enum refreshed what)
{
	struct json_object *user =
		what == REFRESHED_WHOLE || home_of(rq, session)->token_user ? user_of(rq, session) : NULL;

	answer_access(rq, session, user);
	if (what != REFRESHED_ACCESS) {
		answer_text(rq->data, "refresh", refresh ? refresh : make_refresh(rq, session));
		answer_text(rq->data, "token_type", "Bearer");
		answer_int(rq->data, "expires_in", home_of(rq, session)->access / MS_SECOND);
		answer_profile_id(rq, rq->data, session);
	}
	if (what == REFRESHED_WHOLE)
		answer_add(rq->data, "user", json_object_get(user));
	json_object_put(user);
	if (rq->mount->dialect->tokens)
		rq->mount->dialect->tokens(rq->data);
}

void token_answer(struct request *rq, const struct token_session *session, const char *refresh)
{
	answer(rq, session, refresh, REFRESHED_WHOLE);
}

/* ---- refreshing ---- */

static int refuse_token(struct request *rq)
{
	return refuse(rq, rq->mount->dead.status, rq->mount->dead.code,
		      "This refresh token is not good any more. Sign in.");
}

/* It was used long before, so somebody copied it: its session ends, for the thief and the owner alike, and that must stay although
 * the request is refused. */
static int refuse_copy(struct request *rq, const struct row *token)
{
	sign_out(rq, row_int(token, "session_id"));
	rq->keep = true;
	return refuse_token(rq);
}

static bool used_just_now(const struct request *rq, const struct row *token)
{
	return rq->now - row_time(token, "used_at") <= REUSE_MS;
}

/* Takes the token's one use, or finds it taken by a twin of this request. False after refusing. */
static bool spend(struct request *rq, const uint8_t hash[HASH_BYTES], const struct row *token)
{
	if (row_null(token, "used_at") && refresh_spend(rq->db, hash, rq->now))
		return true;
	token = refresh_get(rq->db, hash);
	if (token && used_just_now(rq, token))
		return true;
	if (token)
		refuse_copy(rq, token);
	else
		refuse_token(rq);
	return false;
}

/* The live session of a token that is good, as far as that can be told before it is spent. False after refusing. */
static bool session_of(struct request *rq, const struct row *token, struct token_session *session)
{
	const struct row *row;

	if (row_time(token, "expires_at") <= rq->now) {
		refuse(rq, rq->mount->dead.status, rq->mount->dead.expired, "This refresh token has expired. Sign in.");
		return false;
	}
	row = session_by_id(rq->db, row_int(token, "session_id"), rq->now);
	if (!row || !(role_named(row_text(row, "role")) & rq->mount->roles)) {
		refuse_token(rq);
		return false;
	}
	*session = (struct token_session){ .session_id = row_int(row, "id"),
					   .account_id = row_int(row, "account_id"),
					   .role_id = row_int(row, "role_id"),
					   .event_id = row_int(row, "event_id"),
					   .role = role_named(row_text(row, "role")),
					   .ends = row_time(token, "expires_at") };
	return true;
}

/* POST token/refresh/. */
int token_refresh(struct request *rq)
{
	const char *refresh = field_text(rq, "refresh");
	bool kept = rq->mount->refresh != REFRESH_ROTATED, rotate;
	struct token_session session;
	const struct row *token;
	uint8_t hash[HASH_BYTES];

	hash_plain(refresh, strlen(refresh), hash);
	token = refresh_get(rq->db, hash);
	if (!token)
		return refuse_token(rq);
	if (!row_null(token, "used_at") && !used_just_now(rq, token))
		return refuse_copy(rq, token);
	if (!session_of(rq, token, &session) || !request_within_rate(rq, rq->account_rate(rq, session.account_id)))
		return ANSWERED;
	rotate = !kept || row_bool(token, "rotates") ||
		 (rq->mount->refresh == REFRESH_AS_ASKED && field_bool(rq, "rotate"));
	if (!rotate) {
		session_refreshed(rq->db, session.session_id, rq->now);
		answer(rq, &session, refresh, rq->mount->refreshed);
		return ANSWERED;
	}
	if (!spend(rq, hash, token))
		return ANSWERED;
	if (kept)
		session_rotates(rq->db, session.session_id);
	answer(rq, &session, NULL, kept ? REFRESHED_PAIR : rq->mount->refreshed);
	return ANSWERED;
}

/* POST logout/. A token that we do not know is as signed out as can be. */
int token_logout(struct request *rq)
{
	const char *refresh = field_text(rq, "refresh");
	const struct row *token = NULL;
	uint8_t hash[HASH_BYTES];

	if (!refresh && !rq->who.session_id && rq->mount->refresh == REFRESH_ROTATED) {
		field_fault(rq, "refresh", "This is required.");
		return refuse_fields(rq);
	}
	if (refresh) {
		hash_plain(refresh, strlen(refresh), hash);
		token = refresh_get(rq->db, hash);
	}
	if (token)
		sign_out(rq, row_int(token, "session_id"));
	else if (rq->who.session_id)
		sign_out(rq, rq->who.session_id);
	say(rq, "Signed out.");
	return ANSWERED;
}
