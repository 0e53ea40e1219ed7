/* Whoever reads an address may set its account's password. So that is all an account may be whose password is set so: one with a role
 * that signs in by more than a password, or at the office, asks there. What is told is the same for every address, and so is the work. */
#include "app/campus_token.h"
#include "app/actions/campus.h"
#include "app/identity.h"
#include "app/new_password.h"
#include "app/tell.h"
#include "rules/keys.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/account_token.h"
#include "store/outbox.h"
#include "store/registration.h"
#include <string.h>

enum { INVITED_DAYS = 7, RESETS = 3 };

const struct field CAMPUS_RESET_ASK[] = {
	{ "email", F_EMAIL, .required = true, .max = 254, .help = "E-mail" },
	FIELDS_END,
};
const struct field CAMPUS_RESET[] = {
	{ "token", F_TEXT, .required = true, .max = 100, .help = "What the mail has" },
	{ "new_password", F_PASSWORD, .required = true, .max = 512, .help = "At least 8 characters",
	  .rule = new_password_rule },
	FIELDS_END,
};

const struct field CAMPUS_TOKEN[] = {
	{ "token", F_TEXT, .max = 100, .help = "What the mail has" },
	FIELDS_END,
};

/* GET /campus/password. Looking at it does not spend it: mail programs look at every address. */
int campus_token_page(struct request *rq)
{
	answer_text(rq->data, "token", field_text(rq, "token"));
	return ANSWERED;
}

static const char *make_token(struct request *rq, int64_t account_id, ms_t life)
{
	char *token = talloc_size(rq->mem, TOKEN_SIZE);
	uint8_t hash[HASH_BYTES];

	token_make(token);
	hash_plain(token, strlen(token), hash);
	if (account_id)
		account_token_insert(rq->db, hash,
				     &(struct account_token){ .purpose = "password", .account_id = account_id },
				     rq->now, rq->now + life);
	return token;
}

static const char *address_of(struct request *rq, const char *token)
{
	return talloc_asprintf(rq->mem, "%s/campus/password?token=%s", rq->config->base_url, token);
}

void campus_invite(struct request *rq, const struct row *account)
{
	const struct tongue *tongue = tongue_of(rq, row_text(account, "locale"));
	const char *token = make_token(rq, row_int(account, "id"), INVITED_DAYS * MS_DAY);
	struct message message = {
		.channel = "mail",
		.to = row_text(account, "email"),
		.subject = tongue_say(tongue, rq->mem, "Your account at %s", rq->config->name),
		.body = tongue_say(tongue, rq->mem, "You have an account at %s. Set its password within %d days: %s",
				   rq->config->name, INVITED_DAYS, address_of(rq, token)),
		.secret_until = rq->now + INVITED_DAYS * MS_DAY,
	};

	outbox_put(rq->db, rq->now, &message);
}

/* An account of institutions alone, one of which is a campus. */
static bool may_set(enum role roles)
{
	return roles & CAMPUS && !(roles & ~(unsigned)INSTITUTIONS);
}

/* POST auth/password-reset/. */
int campus_reset_ask(struct request *rq)
{
	const char *email = field_text(rq, "email");
	const struct row *account = account_by_email(rq->db, email);
	const bool often = !within_limit(rq, talloc_asprintf(rq->mem, "password of %s", email), RESETS, MS_HOUR);
	const bool theirs = account && !often && row_is(account, "status", "active") &&
			    may_set(roles_of(rq, row_int(account, "id")));
	const struct tongue *tongue = tongue_for(rq, account ? row_text(account, "locale") : NULL);
	struct message message = { .channel = "mail",
				   .to = email,
				   .subject = tongue_say(tongue, rq->mem, "A new password at %s", rq->config->name),
				   .secret_until = rq->now + MS_HOUR };

	message.body = tongue_say(
		tongue, rq->mem,
		"Set a new password at %s within an hour: %s If you did not ask for it, there is nothing to do.",
		rq->config->name, address_of(rq, make_token(rq, theirs ? row_int(account, "id") : 0, MS_HOUR)));
	if (theirs)
		outbox_put(rq->db, rq->now, &message);
	else
		outbox_decoy(rq->db, rq->now, &message);
	rq->retry_after = 0;
	say(rq, "If this e-mail has an account, a message is on its way to it.");
	return ANSWERED;
}

/* POST auth/password-reset-confirm/. */
int campus_reset(struct request *rq)
{
	const char *token = field_text(rq, "token");
	const struct row *mailed, *account;
	uint8_t hash[HASH_BYTES];
	int64_t id;

	hash_plain(token, strlen(token), hash);
	mailed = account_token_find(rq->db, hash, "password", rq->now);
	id = mailed ? row_int(mailed, "account_id") : 0;
	account = id ? account_lock(rq->db, id) : NULL;
	if (!account || !row_is(account, "status", "active") || !may_set(roles_of(rq, id))) {
		field_fault(rq, "token", "This is not good any more. Ask for another.");
		return refuse_fields(rq);
	}
	if (!new_password_give(rq, account, field_text(rq, "new_password"), 0))
		return ANSWERED;
	registration_proved(rq->db, id, false, rq->now);
	audit_change(rq, "reset-password", "account", id, NULL, NULL);
	say(rq, "Your password is changed, and you are signed out everywhere. Sign in with the new one.");
	if (wants_page(rq)) /* which then shows no form any more */
		answer_bool(rq->data, "done", true);
	return ANSWERED;
}
