/* Another mobile number, which is who one is: a code to the new number shows that it is theirs, the password and a fresh sign-in,
 * which asked for a code to the old one, that the account is. The old number is told.
 *
 * Whoever asks for a number that somebody else has is answered as for any other. No code is right then; who has that number is
 * told why, and so is whoever asked if they hold that telephone. */
#include "app/actions/account.h"
#include "app/contact.h"
#include "app/identity.h"
#include "app/otp.h"
#include "app/sign_in.h"
#include "app/sign_out.h"
#include "app/transfer.h"
#include "base/uuid.h"
#include "store/account.h"
#include "store/otp.h"
#include "store/session.h"

const struct field CHANGE_NUMBER[] = {
	{ "mobile_number", F_MOBILE, .required = true, .help = "The new number; a code is sent to it" },
	{ "password", F_PASSWORD, .required = true, .max = 512, .help = "Your password" },
	FIELDS_END,
};
const struct field NUMBER_CODE[] = {
	{ "mobile_number", F_MOBILE, .help = "The new number; not needed with the challenge" },
	{ "otp", F_OTP, .required = true, .help = "The six-digit code that came to it" },
	{ "challenge", F_UUID, .help = "The challenge that came with the code; enforced when sent" },
	FIELDS_END,
};
const struct field NUMBER_CHANGED[] = {
	{ "mobile_number", F_MOBILE, .help = "Your number from now on" },
	FIELDS_END,
};

/* A code that was asked for by one account is not right for another. */
static const char *purpose(struct request *rq)
{
	return talloc_asprintf(rq->mem, "mobile %lld", (long long)rq->who.account_id);
}

static const char *sentence_for_owner(struct request *rq, const struct row *owner)
{
	return tongue_say(
		tongue_of(rq, row_text(owner, "locale")), rq->mem,
		"Somebody, perhaps you, wanted this number for another account at %s. It belongs to an account"
		" there already, so nothing was changed.",
		rq->config->name);
}

/* POST change-mobile/, and the form below /account. */
int account_number_change(struct request *rq)
{
	const char *mobile = field_text(rq, "mobile_number"), *challenge;
	const struct row *account = account_by_id(rq->db, rq->who.account_id), *owner;
	struct otp_send send = { .purpose = purpose(rq), .role = rq->mount->name, .recipient = mobile };

	if (!account || !new_address_or_refuse(rq) || !same_person(rq, "password", field_text(rq, "password")))
		return ANSWERED;
	if (same_contact(account, "mobile_number", mobile)) {
		field_fault(rq, "mobile_number", "This is your number already.");
		return refuse_fields(rq);
	}
	owner = account_by_mobile(rq->db, mobile);
	send.account_id = rq->who.account_id;
	send.tongue = tongue_for(rq, row_text(account, "locale"));
	send.nobody = owner != NULL;
	send.instead = owner ? sentence_for_owner(rq, owner) : NULL;
	challenge = otp_send(rq, &send);
	if (challenge && wants_page(rq))
		rq->redirect =
			talloc_asprintf(rq->mem, "%s/account/mobile/code?challenge=%s", rq->mount->portal, challenge);
	return ANSWERED;
}

/* What was offered to this number is its customer's now. */
static void claim(struct request *rq, const char *mobile)
{
	int64_t customer_id = account_has_role(rq->db, rq->who.account_id, "customer")
				      ? profile_id(rq->db, "customer", rq->who.account_id)
				      : 0;

	if (customer_id)
		transfers_claim(rq, mobile, customer_id);
}

static int set(struct request *rq, const struct row *before, const char *mobile)
{
	struct json_object *was = json_object_new_object(), *is = json_object_new_object();

	answer_text(was, "mobile_number", row_null(before, "mobile_number") ? NULL : row_text(before, "mobile_number"));
	answer_text(is, "mobile_number", mobile);
	audit_change(rq, "change-mobile", "account", rq->who.account_id, was, is);
	if (!account_set_mobile(rq->db, rq->who.account_id, mobile, rq->now))
		return db_last(rq->db) == DB_DUPLICATE
			       ? refuse(rq, 409, "MOBILE_TAKEN", "This number belongs to another account.")
			       : ANSWERED;
	sign_out_all(rq, rq->who.account_id, rq->who.session_id);
	tell_renamed(rq, before, row_null(before, "email") ? NULL : row_text(before, "email"), mobile,
		     row_null(before, "username") ? NULL : row_text(before, "username"));
	claim(rq, mobile);
	answer_text(rq->data, "mobile_number", mobile);
	say(rq, "Your mobile number is changed. Other devices are signed out.");
	return ANSWERED;
}

/* POST verify-mobile-change/, and the page's form, which knows the number by the challenge alone. */
int account_number_verify(struct request *rq)
{
	const struct otp_shown shown = { .purpose = purpose(rq),
					 .role = rq->mount->name,
					 .recipient = field_text(rq, "mobile_number"),
					 .challenge = field_text(rq, "challenge") };
	const struct row *otp, *account;

	if (!shown.recipient && !shown.challenge) {
		field_fault(rq, "mobile_number", "This is required.");
		return refuse_fields(rq);
	}
	if (!strongest_or_refuse(rq))
		return ANSWERED;
	otp = otp_redeem(rq, &shown, field_text(rq, "otp"));
	account = otp ? account_by_id(rq->db, rq->who.account_id) : NULL;
	return account ? set(rq, account, row_text(otp, "recipient")) : ANSWERED;
}

/* ---- pages ---- */

/* GET /account/mobile. */
int account_number_page(struct request *rq)
{
	const struct row *account = account_by_id(rq->db, rq->who.account_id);

	if (account && !row_null(account, "mobile_number"))
		answer_text(rq->data, "mobile_number", row_text(account, "mobile_number"));
	return ANSWERED;
}

/* GET /account/mobile/code. The number in full, for a slip in it is why no code comes. */
int account_number_code_page(struct request *rq)
{
	const char *challenge = field_text(rq, "challenge");
	uint8_t bytes[UUID_BYTES];
	const struct row *otp = challenge && uuid_parse(challenge, bytes)
					? otp_by_challenge(rq->db, purpose(rq), rq->mount->name, bytes)
					: NULL;

	answer_text(rq->data, "challenge", challenge);
	if (otp)
		answer_text(rq->data, "sent_to", row_text(otp, "recipient"));
	return ANSWERED;
}
