/* Sessions begin and end here: of a portal with a cookie, of the API with tokens (app/token.c). */
#include "app/sign_in.h"
#include "app/actions/account.h"
#include "app/sign_out.h"
#include "app/token.h"
#include "base/buf.h"
#include "rules/keys.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/guess.h"
#include "store/session.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

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
	return refuse(rq, wants_page(rq) ? 422 : 401, "INVALID_CREDENTIALS", "%s", rq->mount->mistaken);
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

static void begin_cookie(struct request *rq, const struct session_start *start)
{
	char token[TOKEN_SIZE];
	uint8_t hash[HASH_BYTES];
	struct session_start begun = *start;

	token_make(token);
	hash_plain(token, strlen(token), hash);
	begun.cookie_hash = hash;
	if (rq->who.session_id)
		sign_out(rq, rq->who.session_id);
	if (!session_insert(rq->db, &begun))
		return;
	rq->cookie_value = talloc_strdup(rq->mem, token);
	rq->cookie_role = role_named(start->role);
	rq->cookie_expires = start->expires;
}

/* Staff are remembered nowhere longer than at their own portal. */
static ms_t session_length(const struct request *rq, enum role role)
{
	return rq->mount->remembered && !(role & STAFF) && field_declared(rq, "remember_me") &&
			       field_bool(rq, "remember_me")
		       ? rq->mount->remembered
		       : rq->mount->session;
}

int sign_in(struct request *rq, const struct row *account, enum role role, int64_t role_id, int64_t event_id)
{
	struct session_start start = { .account_id = row_int(account, "id"),
				       .role_id = role_id,
				       .event_id = event_id,
				       .role = role_name(role),
				       .ip = rq->ip,
				       .user_agent = rq->user_agent,
				       .now = rq->now,
				       .expires = rq->now + session_length(rq, role) };
	struct token_session tokens = { .account_id = start.account_id,
					.role_id = role_id,
					.event_id = event_id,
					.role = role,
					.ends = start.expires };

	if (wants_page(rq)) {
		const char *next = next_page(rq);

		begin_cookie(rq, &start);
		rq->redirect = next ? next : mount_home(rq->mount);
		return ANSWERED;
	}
	tokens.session_id = session_insert(rq->db, &start);
	if (tokens.session_id)
		token_answer(rq, &tokens, NULL);
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
	struct buf *out = buf_new(mem, 3 * strlen(text));

	buf_url(out, text, "/");
	return out->data;
}

void go_on_with_code(struct request *rq, const char *path, const char *challenge)
{
	const char *next;

	if (!wants_page(rq))
		return;
	next = next_page(rq);
	rq->redirect = talloc_asprintf(rq->mem, "%s%s?challenge=%s%s%s", rq->mount->portal, path, challenge,
				       next ? "&next=" : "", next ? query_escape(rq->mem, next) : "");
}

/* ---- pages ---- */

const struct field NEXT_PAGE[] = {
	{ "next", F_TEXT, .max = 1000, .help = "Where to go afterwards" },
	FIELDS_END,
};

/* POST /sign-out of each portal. With next, to sign in again and go on there. */
int session_sign_out(struct request *rq)
{
	const char *next = next_page(rq);

	if (rq->who.session_id) {
		sign_out(rq, rq->who.session_id);
		rq->cookie_value = "";
		rq->cookie_role = rq->who.role;
	}
	if (next)
		rq->redirect =
			talloc_asprintf(rq->mem, "%s/sign-in?next=%s", rq->mount->portal, query_escape(rq->mem, next));
	else
		rq->redirect = *rq->mount->portal ? talloc_asprintf(rq->mem, "%s/sign-in", rq->mount->portal) : "/";
	say(rq, "You are signed out.");
	return ANSWERED;
}

/* GET /locale/:locale. The one thing that a GET changes: a cookie of the reader's own. */
int locale_choose(struct request *rq)
{
	const char *locale = path_text(rq, "locale"), *next = next_page(rq);

	if (!tongue_named(locale))
		return refuse(rq, 404, "NOT_FOUND", "There is no such language here.");
	rq->plain_cookie = "gh_locale";
	rq->plain_value = tongue_locale(tongue_named(locale));
	rq->plain_expires = rq->now + 365 * MS_DAY;
	rq->redirect = next ? next : "/";
	return ANSWERED;
}
