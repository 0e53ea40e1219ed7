/* How customers, organizers and merchants come in: a mobile number, a password, and a code sent to that number. Registering
 * and asking for a new password answer a stranger the same whether or not the number is known here; what differs is only
 * the message that its owner gets. */
#include "app/actions/account.h"
#include "app/co_worker.h"
#include "app/contact.h"
#include "app/identity.h"
#include "app/new_password.h"
#include "app/otp.h"
#include "app/second_factor.h"
#include "app/sign_in.h"
#include "app/sign_out.h"
#include "app/transfer.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/otp.h"
#include "store/session.h"
#include <string.h>

const struct field SIGN_IN[] = {
	{ "password", F_PASSWORD, .required = true, .max = 512, .help = "Password" },
	FIELDS_END,
};
const struct field REGISTER[] = {
	{ "password", F_PASSWORD, .required = true, .max = 512, .help = "At least 8 characters",
	  .rule = new_password_rule },
	{ "name", F_TEXT, .required = true, .max = 120, .help = "Name" },
	{ "email", F_EMAIL, .max = 254, .help = "E-mail" },
	FIELDS_END,
};
const struct field CODE[] = {
	{ "otp", F_OTP, .required = true, .help = "The six-digit code" },
	{ "challenge", F_UUID, .help = "The challenge that came with the code; enforced when sent" },
	FIELDS_END,
};
const struct field RESET[] = {
	{ "otp", F_OTP, .required = true, .help = "The six-digit code" },
	{ "new_password", F_PASSWORD, .required = true, .max = 512, .help = "At least 8 characters",
	  .rule = new_password_rule },
	{ "challenge", F_UUID, .help = "The challenge that came with the code; enforced when sent" },
	FIELDS_END,
};
const struct field CODE_PAGE[] = {
	{ "challenge", F_UUID, .help = "The challenge that came with the code" },
	{ "next", F_TEXT, .max = 1000, .help = "Where to go afterwards" },
	FIELDS_END,
};

/* Whose code a form or a client shows: a page knows its challenge only, so that no number is ever in an address. */
static struct otp_shown shown(const struct request *rq, const char *purpose)
{

	return (struct otp_shown){ .purpose = purpose,
				   .role = rq->mount->name,
				   .recipient = wants_page(rq) ? NULL : field_text(rq, rq->mount->contact->name),
				   .challenge = field_text(rq, "challenge") };
}

/* ---- registering ---- */

/* POST users/register/. The account is made when the code comes back: nobody can occupy a number that is not theirs. */
int account_register(struct request *rq)
{
	const char *mobile = field_text(rq, "mobile_number"), *name = field_text(rq, "name"), *challenge;
	struct otp_send send = { .purpose = "register", .role = "customer", .recipient = mobile, .tongue = rq->tongue };
	struct json_object *payload;
	char hash[PASSWORD_HASH_SIZE];

	if (!password_hash(field_text(rq, "password"), hash))
		return refuse(rq, 503, "BUSY", "Too many people are doing this at once. Try again in a moment.");
	send.nobody = account_by_mobile(rq->db, mobile) != NULL;
	if (send.nobody)
		send.instead =
			tongue_say(send.tongue, rq->mem,
				   "Somebody, perhaps you, tried to register this number at %s. It already has an"
				   " account: sign in instead, or ask there for a new password.",
				   rq->config->name);
	payload = json_object_new_object();
	answer_text(payload, "name", name);
	answer_text(payload, "email", field_text(rq, "email"));
	answer_text(payload, "password_hash", hash);
	send.payload = talloc_strdup(rq->mem, json_object_to_json_string(payload));
	json_object_put(payload);
	challenge = otp_send(rq, &send);
	if (!challenge)
		return ANSWERED;
	go_on_with_code(rq, "/register/code", challenge);
	return ANSWERED;
}

/* The account that a registration asked for; 0 when its number was taken meanwhile. An e-mail that another account has is
 * left out: to say so here would tell a stranger whose it is. */
static int64_t account_from(struct request *rq, const char *mobile, struct json_object *payload)
{
	struct account_new account = { .name = tree_text(payload, "name"),
				       .email = tree_text(payload, "email"),
				       .mobile_number = mobile,
				       .password_hash = tree_text(payload, "password_hash"),
				       .locale = tongue_locale(rq->tongue),
				       .mobile_verified = true };
	int64_t id;

	if (account.email && account_by_email(rq->db, account.email))
		account.email = NULL;
	id = account_insert(rq->db, &account, rq->now);
	if (!id && db_last(rq->db) == DB_DUPLICATE && account.email) {
		account.email = NULL;
		id = account_insert(rq->db, &account, rq->now);
	}
	return id;
}

/* POST users/verify-otp/: the account is there, and signed in. */
int account_register_verify(struct request *rq)
{
	struct otp_shown of = shown(rq, "register");
	const struct row *otp = otp_redeem(rq, &of, field_text(rq, "otp")), *account;
	struct json_object *payload;
	int64_t id, customer_id;

	if (!otp)
		return ANSWERED;
	payload = json_tokener_parse(row_text(otp, "payload"));
	id = account_from(rq, row_text(otp, "recipient"), payload);
	json_object_put(payload);
	if (!id)
		return refuse(rq, 409, "ACCOUNT_EXISTS", "This number has an account already. Sign in.");
	customer_id = profile_open(rq->db, "customer", id, NULL, rq->now);
	if (!customer_id)
		return ANSWERED;
	transfers_claim(rq, row_text(otp, "recipient"), customer_id);
	account = account_by_id(rq->db, id);
	return account ? sign_in(rq, account, CUSTOMER, customer_id, 0) : ANSWERED;
}

/* ---- signing in ---- */

/* POST login/: a right password is answered by a code. */
int account_login(struct request *rq)
{
	const char *mobile = field_text(rq, rq->mount->contact->name), *challenge;
	const struct row *account = account_by_mobile(rq->db, mobile);
	struct otp_send send = { .purpose = "login", .role = rq->mount->name, .recipient = mobile };

	account = password_or_refuse(rq, account, mobile, field_text(rq, "password"));
	if (!account)
		return ANSWERED;
	send.account_id = row_int(account, "id");
	send.tongue = tongue_for(rq, row_text(account, "locale"));
	if (!account_has_role(rq->db, send.account_id, rq->mount->name) && !invitation_of(rq, mobile))
		return refuse_credentials(rq);
	challenge = otp_send(rq, &send);
	if (challenge)
		go_on_with_code(rq, "/sign-in/code", challenge);
	return ANSWERED;
}

/* Have they the mount's role, or get it now by an invitation of the number that the code was sent to? */
static bool comes_in(struct request *rq, const struct row *account)
{
	int64_t id = row_int(account, "id");
	const struct row *invitation;

	if (account_has_role(rq->db, id, rq->mount->name))
		return true;
	invitation = invitation_of(rq, row_null(account, "mobile_number") ? NULL : row_text(account, "mobile_number"));
	return invitation && invitation_take_up(rq, invitation, id);
}

/* POST verify-login-otp/, verify-otp/ of organizers and merchants. */
int account_login_verify(struct request *rq)
{
	struct otp_shown of = shown(rq, "login");
	const struct row *otp = otp_redeem(rq, &of, field_text(rq, "otp")), *account;

	if (!otp)
		return ANSWERED;
	account = account_by_id(rq->db, row_int(otp, "account_id"));
	if (!account || !row_is(account, "status", "active") || !comes_in(rq, account))
		return refused(rq) ? ANSWERED : refuse_credentials(rq);
	return sign_in(rq, account, rq->mount->roles, profile_id(rq->db, rq->mount->name, row_int(account, "id")), 0);
}

/* ---- a new password ---- */

enum reset { RESET_NOBODY, RESET_BY_COLLEAGUE, RESET_BY_SMS };

/* How whoever asks here gets a new password, or, where their number is invited, their first one. All roles of an account have the one password, so a code by SMS sets it only
 * where each of them signs in by such a code; staff and ushers get one from a colleague. The same is asked for nobody. */
static enum reset reset_of(struct request *rq, const struct row *account, const struct row *invitation)
{
	enum role roles = roles_of(rq, account ? row_int(account, "id") : 0);

	if (!account && invitation)
		return RESET_BY_SMS;
	if (!account || !row_is(account, "status", "active") || (!(roles & rq->mount->roles) && !invitation))
		return RESET_NOBODY;
	return telephone_suffices(roles) ? RESET_BY_SMS : RESET_BY_COLLEAGUE;
}

/* POST forgot-password/. It does the same for every number, known or not, down to the message that nobody gets. */
int account_forgot(struct request *rq)
{
	const char *mobile = field_text(rq, rq->mount->contact->name), *challenge;
	const struct row *account = account_by_mobile(rq->db, mobile);
	enum reset reset = reset_of(rq, account, invitation_of(rq, mobile));
	struct otp_send send = { .purpose = "reset", .role = rq->mount->name, .recipient = mobile };

	send.nobody = reset != RESET_BY_SMS;
	send.account_id = send.nobody || !account ? 0 : row_int(account, "id");
	send.tongue = tongue_for(rq, account ? row_text(account, "locale") : NULL);
	if (reset == RESET_BY_COLLEAGUE)
		send.instead =
			tongue_say(send.tongue, rq->mem,
				   "Somebody, perhaps you, asked for a new password at %s. You work there: ask an"
				   " admin for one.",
				   rq->config->name);
	challenge = otp_send(rq, &send);
	if (!challenge)
		return ANSWERED;
	say(rq, "If this number has an account, a code is on its way to it.");
	go_on_with_code(rq, "/reset", challenge);
	return ANSWERED;
}

/* The account of somebody who was invited and had none. 0 after refusing. */
static int64_t account_invited(struct request *rq, const char *mobile, const struct row *invitation)
{
	struct account_new account = { .name = row_text(invitation, "name"),
				       .mobile_number = mobile,
				       .locale = tongue_locale(rq->tongue),
				       .mobile_verified = true };
	int64_t id = account_insert(rq->db, &account, rq->now);

	if (!id)
		refuse(rq, 409, "ACCOUNT_EXISTS", "This number has an account already. Sign in.");
	return id;
}

/* Whose password it shall be: that of who has the number now, or of who is invited by it. NULL after refusing. */
static const struct row *account_to_reset(struct request *rq, const struct row *otp)
{
	const char *mobile = row_text(otp, "recipient");
	const struct row *invitation = invitation_of(rq, mobile), *account;
	int64_t id = row_null(otp, "account_id") ? 0 : row_int(otp, "account_id");

	if (!id && invitation && !account_by_mobile(rq->db, mobile))
		id = account_invited(rq, mobile, invitation);
	account = id && !refused(rq) ? account_by_id(rq->db, id) : NULL;
	if (!account)
		return refused(rq) ? NULL : (refuse_credentials(rq), NULL);
	switch (reset_of(rq, account, invitation)) {
	case RESET_NOBODY:
		return refuse_credentials(rq), NULL;
	case RESET_BY_COLLEAGUE:
		refuse(rq, 403, "STRONGER_ROLE", "This account works here: ask an admin for a new password.");
		return NULL;
	case RESET_BY_SMS:
		break;
	}
	if (invitation && !account_has_role(rq->db, id, rq->mount->name) && !invitation_take_up(rq, invitation, id))
		return NULL;
	return account;
}

/* POST reset-password/. Every session ends, and nobody is signed in by it: what else sign-in asks for stays asked for. The
 * password was looked at before (its field's rule), so that a weak one does not cost the code; what roles there are last, for since the code was
 * sent there may be more. */
int account_reset(struct request *rq)
{
	struct otp_shown of = shown(rq, "reset");
	const char *password = field_text(rq, "new_password");
	const struct row *otp, *account;
	int64_t id;

	otp = otp_redeem(rq, &of, field_text(rq, "otp"));
	if (!otp)
		return ANSWERED;
	account = account_to_reset(rq, otp);
	if (!account)
		return ANSWERED;
	id = row_int(account, "id");
	if (!new_password_give(rq, account, password, 0))
		return ANSWERED;
	audit_change(rq, "reset-password", "account", id, NULL, NULL);
	say(rq, "Your password is changed, and you are signed out everywhere. Sign in with the new one.");
	if (wants_page(rq))
		rq->redirect = talloc_asprintf(rq->mem, "%s/sign-in", rq->mount->portal);
	return ANSWERED;
}

/* ---- pages ---- */

/* The forms before a sign-in. Who is signed in already goes on. */
int sign_in_page(struct request *rq)
{
	const char *next = next_page(rq);

	if (rq->who.role != NOBODY)
		rq->redirect = next ? next : mount_home(rq->mount);
	answer_text(rq->data, "next", next);
	answer_text(rq->data, "contact", rq->mount->contact->name);
	return ANSWERED;
}

static int show_code(struct request *rq, const char *purpose)
{
	const char *challenge = field_text(rq, "challenge");
	uint8_t bytes[UUID_BYTES];
	const struct row *otp;

	answer_text(rq->data, "next", next_page(rq));
	answer_text(rq->data, "challenge", challenge);
	if (!challenge || !uuid_parse(challenge, bytes))
		return ANSWERED;
	otp = otp_by_challenge(rq->db, purpose, rq->mount->name, bytes);
	if (!otp)
		return ANSWERED;
	answer_text(rq->data, "sent_to", contact_hint(rq, row_text(otp, "recipient")));
	answer_bool(rq->data, "app", row_is(otp, "payload", OTP_BY_APP));
	return ANSWERED;
}

/* GET /sign-in/code, /register/code, /reset: where the code is typed in. */
int sign_in_code_page(struct request *rq)
{
	return show_code(rq, "login");
}

int register_code_page(struct request *rq)
{
	return show_code(rq, "register");
}

int reset_page(struct request *rq)
{
	return show_code(rq, "reset");
}
