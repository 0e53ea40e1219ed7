/* What people do about their own accounts: register, sign in, codes, tokens, the profile and its password. These rows are made
 * from the mounts, once before the fork: a verb below says what is done, a mount where, and by whom. What one mount alone has
 * stands in its family. */
#include "app/actions/account.h"
#include "app/otp.h"
#include "routes/family.h"
#include "routes/mounts.h"
#include <assert.h>
#include <string.h>

enum { ROWS_MAX = 200, FIELDS_MAX = 16 };

struct out {
	struct route row[ROWS_MAX];
	size_t n;
};

/* Whose row it is, and what stands before its own fields. */
enum verb_flag {
	STRANGERS = 1 << 0,
	NAMES_CONTACT = 1 << 1,
	BY_CHALLENGE = 1 << 2, /* a page knows its challenge only, so that no number is ever in an address */
	NAMES_BESIDE = 1 << 3,
	USUAL_RATE = 1 << 4,
	SIGNED_IN_TOO = 1 << 5 /* who has a session is asked for it, and nobody is sent away */
};

static const struct verb {
	const char *method;
	action_fn *action; /* NULL: the mount's way in says */
	unsigned verb, flags;
	const struct field *fields;
	const char *summary;
} VERBS[ACCOUNT_VERBS] = {
	[ACCOUNT_REGISTER] = { "POST", account_register, STRANGERS | NAMES_CONTACT, WRITES | HASHES | SECRET | MAKES,
			       REGISTER, "Register; a code is sent" },
	[ACCOUNT_REGISTER_CODE] = { "POST", account_register_verify, STRANGERS | NAMES_CONTACT | BY_CHALLENGE,
				    WRITES | SECRET | PROVES, CODE, "Finish registering" },
	[ACCOUNT_SIGN_IN] = { "POST", NULL, STRANGERS | NAMES_BESIDE | NAMES_CONTACT, WRITES | SECRET | PROVES, SIGN_IN,
			      NULL },
	[ACCOUNT_SIGN_IN_CODE] = { "POST", NULL, STRANGERS | NAMES_CONTACT | BY_CHALLENGE, WRITES | SECRET | PROVES,
				   CODE, "Finish signing in" },
	[ACCOUNT_FORGOT] = { "POST", account_forgot, STRANGERS | NAMES_CONTACT, WRITES | SECRET, NULL,
			     "Ask for a code to set a new password" },
	[ACCOUNT_RESET] = { "POST", account_reset, STRANGERS | NAMES_CONTACT | BY_CHALLENGE,
			    WRITES | HASHES | SECRET | PROVES, RESET, "Set a new password; all sessions end" },
	[ACCOUNT_PROFILE] = { "GET", profile_show, USUAL_RATE, READS, NULL, "Your profile" },
	[ACCOUNT_PROFILE_CHANGE] = { "PUT", profile_update, USUAL_RATE, WRITES, NULL, "Change your profile" },
	[ACCOUNT_PASSWORD] = { "POST", account_change_password, 0, WRITES | SECRET, CHANGE_PASSWORD,
			       "Change your password; other sessions end" },
	[ACCOUNT_NUMBER] = { "POST", account_number_change, 0, WRITES | SECRET, CHANGE_NUMBER,
			     "Change your mobile number; a code is sent to the new one" },
	[ACCOUNT_NUMBER_CODE] = { "POST", account_number_verify, 0, WRITES | SECRET, NUMBER_CODE,
				  "The new number's code: it is yours; other sessions end" },
	[ACCOUNT_REFRESH] = { "POST", token_refresh, STRANGERS, WRITES | SECRET | PROVES, NULL,
			      "New tokens for a refresh token" },
	[ACCOUNT_DEVICES] = { "GET", push_show, USUAL_RATE, READS, NULL,
			      "The devices on which you are told, and the key that a browser is given for that" },
	[ACCOUNT_DEVICE_ADD] = { "POST", push_add, USUAL_RATE, WRITES | MAKES, PUSH_SUBSCRIBE,
				 "Be told on this device: what its browser's push subscription says" },
	[ACCOUNT_DEVICE_REMOVE] = { "DELETE", push_remove, USUAL_RATE, WRITES, PUSH_UNSUBSCRIBE,
				    "Be told on this device no more" },
	[ACCOUNT_SIGN_OUT] = { "POST", token_logout, STRANGERS | SIGNED_IN_TOO, WRITES | SECRET, NULL, "Sign out" },
};

/* ---- fields: what the mount asks for, then the verb's own ---- */

static void add_fields(struct field *to, size_t *n, const struct field *from)
{
	for (; from && from->name; from++) {
		assert(*n < FIELDS_MAX - 1);
		to[(*n)++] = *from;
	}
}

/* Of a page, where to go afterwards comes along. */
static const struct field *fields_of(const struct mount *m, const struct verb *v, bool page)
{
	struct field *all;
	size_t n = 0;

	if (v == &VERBS[ACCOUNT_PROFILE_CHANGE])
		return m->profile;
	if (v == &VERBS[ACCOUNT_REFRESH])
		return m->refresh == REFRESH_AS_ASKED ? TOKEN_REFRESH_AS_ASKED : TOKEN_REFRESH;
	/* Where the refresh token is kept, apps sign out without looking at the answer. */
	if (v == &VERBS[ACCOUNT_SIGN_OUT])
		return m->refresh == REFRESH_ROTATED ? TOKEN_SIGN_OUT : TOKEN_SIGN_OUT_ALWAYS;
	if (!(v->verb & (NAMES_CONTACT | NAMES_BESIDE)))
		return v->fields;
	all = talloc_zero_array(NULL, struct field, FIELDS_MAX);
	if (v->verb & NAMES_BESIDE)
		add_fields(all, &n, m->way->beside);
	if (v->verb & NAMES_CONTACT && !(v->verb & BY_CHALLENGE && (page || m->by_challenge))) {
		assert(n < FIELDS_MAX - 1);
		all[n++] = *m->contact;
	}
	add_fields(all, &n, v->fields);
	if (page)
		add_fields(all, &n, NEXT_PAGE);
	if (page && v == &VERBS[ACCOUNT_SIGN_IN])
		add_fields(all, &n, m->way->carries);
	return all;
}

/* ---- rows ---- */

static action_fn *profile_of(const struct mount *m)
{
	return m->way->profile ? m->way->profile : profile_show;
}

static action_fn *profile_beside_of(const struct mount *m)
{
	return m->way->profile_beside ? m->way->profile_beside : profile_beside;
}

static const char *profile_page(const struct mount *m)
{
	return m->way->profile_page ? m->way->profile_page : "account/profile.html";
}

static action_fn *action_of(const struct mount *m, const struct verb *v)
{
	if (v == &VERBS[ACCOUNT_PROFILE])
		return profile_of(m);
	if (v == &VERBS[ACCOUNT_PROFILE_CHANGE] && m->way->profile_change)
		return m->way->profile_change;
	if (v->action)
		return v->action;
	return v == &VERBS[ACCOUNT_SIGN_IN] ? m->way->sign_in : m->way->code;
}

/* Where a password is hashed is whose seats it takes. */
static unsigned flags_of(const struct mount *m, const struct verb *v)
{
	bool hashes = v == &VERBS[ACCOUNT_SIGN_IN] || v == &VERBS[ACCOUNT_PASSWORD] || v == &VERBS[ACCOUNT_NUMBER];

	return v->flags | OWN | (hashes ? m->way->hashes : 0);
}

static enum role who_of(const struct mount *m, const struct verb *v)
{
	unsigned who = v->verb & STRANGERS ? ANYONE : m->roles;

	return (enum role)(v->verb & SIGNED_IN_TOO ? who | m->roles : who);
}

static enum rate rate_of(const struct mount *m, const struct verb *v)
{
	if (v->verb & USUAL_RATE)
		return RATE_USUAL;
	return v == &VERBS[ACCOUNT_REFRESH] ? m->rate.refresh : m->rate.account;
}

/* What it answers below the API. */
static const struct field *answers_of(const struct mount *m, const struct verb *v)
{
	switch (v - VERBS) {
	case ACCOUNT_SIGN_IN:
		return m->answers.half ? m->answers.half : m->answers.tokens;
	case ACCOUNT_REGISTER:
	case ACCOUNT_FORGOT:
	case ACCOUNT_NUMBER:
		return OTP_SENT;
	case ACCOUNT_NUMBER_CODE:
		return NUMBER_CHANGED;
	case ACCOUNT_REGISTER_CODE:
	case ACCOUNT_SIGN_IN_CODE:
		return m->answers.tokens;
	case ACCOUNT_REFRESH:
		return m->answers.pair;
	case ACCOUNT_DEVICES:
		return PUSH_DEVICES_ANSWER;
	case ACCOUNT_DEVICE_ADD:
		return PUSH_SUBSCRIBED;
	case ACCOUNT_PROFILE:
	case ACCOUNT_PROFILE_CHANGE:
		return m->answers.own;
	default:
		return NOTHING;
	}
}

/* The workers that do it; 0: the mount's. Passwords, and all that is a page, are of the pages'. */
static unsigned char by_of(const struct mount *m, const struct verb *v, bool page)
{
	if (page || flags_of(m, v) & (HASHES | HASHES_AT_GATE))
		return BY(POOL_WEB);
	return v == &VERBS[ACCOUNT_REFRESH] && m->refresh_pool ? (unsigned char)BY(m->refresh_pool) : 0;
}

static struct route *put(struct out *out, const struct mount *m, const struct verb *v, const char *path, bool page)
{
	struct route *row = &out->row[out->n];

	assert(out->n < ROWS_MAX);
	out->n++;
	*row = (struct route){ .method = v->method,
			       .path = path,
			       .action = action_of(m, v),
			       .who = who_of(m, v),
			       .rate = rate_of(m, v),
			       .flags = flags_of(m, v),
			       .by = by_of(m, v, page),
			       .fields = fields_of(m, v, page),
			       .summary = v->summary ? v->summary : m->way->says };
	return row;
}

static const char *path_below(const char *prefix, const char *path, size_t len)
{
	return *path == '/' ? talloc_strndup(NULL, path, len)
			    : talloc_asprintf(NULL, "%s/%.*s", prefix, (int)len, path);
}

/* "PATCH:auth/profile" is a path with its method. */
static void api_row(struct out *out, const struct mount *m, const struct verb *v, const char *at, size_t len)
{
	const char *colon = memchr(at, ':', len), *path = colon ? colon + 1 : at;
	struct route *row = put(out, m, v, path_below(m->api[0], path, len - (size_t)(path - at)), false);

	row->answers = answers_of(m, v);
	if (v == &VERBS[ACCOUNT_SIGN_IN] && m->factor >= 400)
		row->tells = SECOND_FACTOR_ASKED;
	if (colon)
		row->method = talloc_strndup(NULL, at, (size_t)(colon - at));
}

/* Wherever people sign in they may say on which devices they want to be told. */
static const char *paths_of(const struct mount *m, size_t verb)
{
	if (m->contact && (verb == ACCOUNT_DEVICES || verb == ACCOUNT_DEVICE_ADD || verb == ACCOUNT_DEVICE_REMOVE))
		return m->devices ? m->devices : "push/subscriptions";
	return m->account[verb] ? m->account[verb] : "";
}

static void api_rows(struct out *out, const struct mount *m)
{
	for (size_t v = 0; v < ACCOUNT_VERBS; v++)
		for (const char *at = paths_of(m, v); *at;) {
			size_t len = strcspn(at, " ");

			api_row(out, m, &VERBS[v], at, len);
			at += len + (at[len] == ' ');
		}
}

/* ---- pages ---- */

/* What a page shows beside its answer is asked of what answers it. */
static action_fn *beside_of(const struct mount *m, action_fn *again)
{
	return again == profile_of(m) || again == account_number_page ? profile_beside_of(m) : NULL;
}

/* A page's form, and the page that shows it. again: what fills it. */
static void form(struct out *out, const struct mount *m, enum account_verb verb, const char *path, const char *page,
		 const char *then, action_fn *again, const struct field *shown)
{
	const struct verb *v = &VERBS[verb];
	const char *address = talloc_asprintf(NULL, "%s%s", m->portal, path);
	struct route *row = put(out, m, v, address, true);

	*row = (struct route){ .method = "GET",
			       .path = address,
			       .action = again,
			       .who = row->who,
			       .flags = READS | OWN | (shown == CODE_PAGE ? SECRET : 0),
			       .by = BY(POOL_WEB),
			       .fields = shown,
			       .page = page,
			       .beside = beside_of(m, again),
			       .summary = row->summary };
	row = put(out, m, v, address, true);
	row->method = "POST";
	row->flags &= ~(unsigned)MAKES;
	row->page = page;
	row->then = talloc_asprintf(NULL, "%s%s", m->portal, then);
	row->again = again;
	row->beside = beside_of(m, again);
}

/* What static/push.js of the profile's page sends. */
static void device_row(struct out *out, const struct mount *m, enum account_verb verb, const char *path)
{
	struct route *row = put(out, m, &VERBS[verb], talloc_asprintf(NULL, "%s%s", m->portal, path), true);

	row->method = "POST";
	row->flags &= ~(unsigned)MAKES;
	row->page = profile_page(m);
	row->then = talloc_asprintf(NULL, "%s/account", m->portal);
	row->again = profile_of(m);
	row->beside = profile_beside_of(m);
}

static void page_rows(struct out *out, const struct mount *m)
{
	const char *home = m->portal && *m->portal ? "" : "/";
	struct route *row;

	if (m->pages & PAGES_REGISTER) {
		form(out, m, ACCOUNT_REGISTER, "/register", "account/register.html", "/register/code", sign_in_page,
		     NEXT_PAGE);
		form(out, m, ACCOUNT_REGISTER_CODE, "/register/code", "account/code.html", home, register_code_page,
		     CODE_PAGE);
	}
	if (m->pages & PAGES_CODE)
		form(out, m, ACCOUNT_SIGN_IN_CODE, "/sign-in/code", "account/code.html", home, sign_in_code_page,
		     CODE_PAGE);
	if (m->pages & PAGES_RESET) {
		form(out, m, ACCOUNT_FORGOT, "/forgot", "account/forgot.html", "/reset", sign_in_page, NEXT_PAGE);
		form(out, m, ACCOUNT_RESET, "/reset", "account/reset.html", "/sign-in", reset_page, CODE_PAGE);
	}
	if (m->pages & PAGES_NUMBER) {
		form(out, m, ACCOUNT_NUMBER, "/account/mobile", "account/mobile.html", "/account/mobile/code",
		     account_number_page, NULL);
		form(out, m, ACCOUNT_NUMBER_CODE, "/account/mobile/code", "account/code.html", "/account",
		     account_number_code_page, CODE_PAGE);
	}
	if (!(m->pages & PAGES_SIGN_IN))
		return;
	form(out, m, ACCOUNT_SIGN_IN, "/sign-in", "account/sign-in.html", home, m->way->page, NEXT_PAGE);
	form(out, m, ACCOUNT_PROFILE_CHANGE, "/account", profile_page(m), "/account", profile_of(m), NULL);
	row = put(out, m, &VERBS[ACCOUNT_PASSWORD], talloc_asprintf(NULL, "%s/account/password", m->portal), true);
	row->page = profile_page(m);
	row->then = talloc_asprintf(NULL, "%s/account", m->portal);
	row->again = profile_of(m);
	row->beside = profile_beside_of(m);
	device_row(out, m, ACCOUNT_DEVICE_ADD, "/account/devices");
	device_row(out, m, ACCOUNT_DEVICE_REMOVE, "/account/devices/remove");
	row = put(out, m, &VERBS[ACCOUNT_SIGN_OUT], talloc_asprintf(NULL, "%s/sign-out", m->portal), false);
	row->action = session_sign_out;
	row->who = ANYONE;
	row->flags = WRITES;
	row->fields = NEXT_PAGE;
	row->then = talloc_asprintf(NULL, "%s/sign-in", m->portal);
}

size_t account_routes(struct route *to, size_t room)
{
	static struct out out;

	if (!out.n)
		for (const struct mount *m = MOUNTS; m->name; m++) {
			api_rows(&out, m);
			page_rows(&out, m);
		}
	if (out.n <= room)
		memcpy(to, out.row, out.n * sizeof *to);
	return out.n;
}
