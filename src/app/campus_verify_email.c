/* A campus's people answer from their address: the one that they registered by, or another that they shall have from then on. */
#include "app/actions/campus.h"
#include "app/campus_address.h"
#include "app/contact.h"
#include "app/identity.h"
#include "app/tell.h"
#include "rules/keys.h"
#include "store/account.h"
#include "store/account_token.h"
#include "store/campus.h"
#include "store/registration.h"
#include <ctype.h>
#include <string.h>

enum { ASKS_AN_HOUR = 3 };

const struct field CAMPUS_VERIFY_EMAIL[] = {
	{ "verification_code", F_TEXT, .max = 60, .help = "The code of the mail" },
	{ "code", F_TEXT, .max = 60, .lenient = true, .help = "The same" },
	{ "token", F_TEXT, .max = 60, .help = "The same" },
	FIELDS_END,
};
const struct field CAMPUS_EMAIL_PROVED[] = {
	{ "message", F_TEXT, .help = "That it was done" },
	{ "user", F_OBJECT, .of = CAMPUS_MEMBER, .help = "Whose address it is" },
	FIELDS_NAMED("campus_email_verified"),
};

/* ---- asking again ---- */

/* POST auth/verify-email/again/: another code, to the address that waits for one. */
int campus_email_again(struct request *rq)
{
	const struct row *account = account_by_id(rq->db, rq->who.account_id);
	const struct row *member = campus_member_get(rq->db, rq->who.account_id, role_name(rq->who.role));
	const struct row *asked = account_token_email(rq->db, rq->who.account_id, rq->now);
	const char *email = asked ? row_text(asked, "email") : NULL;

	if (!account || !member)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	if (!email && !row_bool(member, "email_verified"))
		email = row_text(account, "email");
	if (!email)
		return refuse(rq, 409, "VERIFIED", "Your e-mail is confirmed already.");
	if (!within_limit(rq, talloc_asprintf(rq->mem, "address of %lld", (long long)rq->who.account_id), ASKS_AN_HOUR,
			  MS_HOUR))
		return refuse(rq, 429, "TOO_MANY_ATTEMPTS", "Wait a while before you ask for another message.");
	address_ask(rq, account, email, asked && !row_null(asked, "payload"));
	say(rq, "A message is on its way to you.");
	return ANSWERED;
}

/* ---- answering ---- */

/* As it was made: people type small letters, and leave room between them. */
static const char *code_shown(struct request *rq)
{
	static const char *const NAMES[] = { "verification_code", "code", "token" };
	const char *text = NULL;
	char *code;
	size_t n = 0;

	for (size_t i = 0; !text && i < sizeof NAMES / sizeof *NAMES; i++)
		text = field_text(rq, NAMES[i]);
	if (!text)
		return NULL;
	code = talloc_strdup(rq->mem, text);
	for (const char *at = text; *at; at++)
		if (isalnum((unsigned char)*at))
			code[n++] = (char)toupper((unsigned char)*at);
	code[n] = '\0';
	return code;
}

static const struct row *token_or_refuse(struct request *rq)
{
	const char *code = code_shown(rq);
	const struct row *token = NULL;
	uint8_t hash[HASH_BYTES];

	if (code) {
		hash_plain(code, strlen(code), hash);
		token = account_token_find(rq->db, hash, "email", rq->now);
	}
	if (token)
		return token;
	field_fault(rq, "verification_code",
		    code ? "This is not good any more. Ask for another." : "This is required.");
	refuse_fields(rq);
	return NULL;
}

/* Another address than the account has becomes its own; false after refusing. */
static bool address_taken(struct request *rq, const struct row *account, const char *email)
{
	if (same_contact(account, "email", email))
		return true;
	if (account_rename(rq->db, row_int(account, "id"), row_text(account, "name"), email,
			   row_null(account, "mobile_number") ? NULL : row_text(account, "mobile_number"),
			   row_null(account, "username") ? NULL : row_text(account, "username"), rq->now)) {
		tell_renamed(rq, account, email,
			     row_null(account, "mobile_number") ? NULL : row_text(account, "mobile_number"),
			     row_null(account, "username") ? NULL : row_text(account, "username"));
		return true;
	}
	if (db_last(rq->db) == DB_DUPLICATE) {
		field_fault(rq, "verification_code", "This e-mail belongs to another account.");
		refuse_fields(rq);
	}
	return false;
}

/* POST auth/verify-email/. */
int campus_verify_email(struct request *rq)
{
	const struct row *token = token_or_refuse(rq), *account;
	struct json_object *after;
	const char *email;
	enum role role;
	int64_t id;

	if (!token)
		return ANSWERED;
	id = row_int(token, "account_id");
	email = row_text(token, "email");
	account = account_lock(rq->db, id);
	role = (enum role)(roles_of(rq, id) & CAMPUS);
	if (!account || !row_is(account, "status", "active") || !role)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	if (!address_taken(rq, account, email))
		return ANSWERED;
	account_tokens_drop(rq->db, id, "email");
	registration_proved(rq->db, id,
			    !row_null(token, "payload") ||
				    address_vouches(registration_campus(rq->db, campus_of_account(rq->db, id)), email),
			    rq->now);
	after = json_object_new_object();
	answer_text(after, "email", email);
	audit_change(rq, "verify-email", "account", id, NULL, after);
	campus_user(rq, answer_object(rq->data, "user"), id, strongest(role));
	answer_text(rq->data, "message", said_to(rq, "Your e-mail is confirmed."));
	say(rq, "Your e-mail is confirmed.");
	if (wants_page(rq))
		rq->redirect = rq->who.role & CAMPUS ? "/campus" : "/campus/sign-in";
	return ANSWERED;
}

/* GET /campus/verify-email. Looking at it spends nothing: mail programs look at every address. */
int campus_verify_email_page(struct request *rq)
{
	const struct row *asked =
		rq->who.role & CAMPUS ? account_token_email(rq->db, rq->who.account_id, rq->now) : NULL;

	answer_text(rq->data, "code", field_declared(rq, "code") ? field_text(rq, "code") : NULL);
	answer_text(rq->data, "sent_to", asked ? contact_hint(rq, row_text(asked, "email")) : NULL);
	answer_bool(rq->data, "again", rq->who.role & CAMPUS);
	return ANSWERED;
}
