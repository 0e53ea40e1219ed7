/* Enrolling an authenticator app, and taking it off again. The secret is kept sealed, and asked for only after its first
 * code proved that the app has it. */
#include "app/second_factor.h"
#include "app/actions/account.h"
#include "app/identity.h"
#include "app/sign_in.h"
#include "app/sign_out.h"
#include "app/site_key.h"
#include "base/uuid.h"
#include "rules/keys.h"
#include "rules/totp.h"
#include "store/account.h"
#include "store/second_factor.h"
#include "store/session.h"
#include <ctype.h>

const struct field SECOND_FACTOR_CONFIRM[] = {
	{ "otp", F_OTP, .required = true, .help = "The code that the app shows now" },
	FIELDS_END,
};
const struct field SECOND_FACTOR_DISABLE[] = {
	{ "password", F_PASSWORD, .max = 512, .help = "Your password" },
	{ "otp", F_OTP, .help = "Or the code that the app shows now" },
	FIELDS_END,
};

const struct field SECOND_FACTOR_SECRET[] = {
	{ "secret", F_TEXT, .help = "What an app is told, as it is typed in" },
	{ "otpauth_url", F_TEXT, .help = "The same as an app reads it" },
	{ "qr_token", F_TEXT, .help = "The same, in the picture" },
	{ "image", F_TEXT, .help = "The picture: a data URI of a PNG" },
	{ "svg", F_TEXT, .help = "The same as SVG" },
	FIELDS_END,
};
const struct field SECOND_FACTOR_STATE[] = {
	{ "second_factor", F_BOOL, .help = "Is an app asked for from now on" },
	FIELDS_NAMED("second_factor"),
};

static bool open_secret(const struct row *account, uint8_t secret[TOTP_SECRET])
{
	const struct cell *sealed = account ? row_cell(account, "totp_secret") : NULL;

	return sealed && !sealed->null && sealed->len == TOTP_SECRET + SEAL_EXTRA &&
	       unseal((const uint8_t *)sealed->s, sealed->len, secret);
}

bool second_factor_right(struct request *rq, const struct row *account, const char *code)
{
	uint8_t secret[TOTP_SECRET];
	int64_t step;

	if (!open_secret(account, secret) || !row_bool(account, "totp_enabled"))
		return false;
	step = totp_match(secret, code, rq->now, row_int(account, "totp_last_step"));
	return step && second_factor_spend(rq->db, row_int(account, "id"), step);
}

/* The address that an app reads from the picture (Google Authenticator's Key URI Format). */
static void answer_secret(struct request *rq, const struct row *account, const uint8_t secret[TOTP_SECRET])
{
	char text[TOTP_TEXT], *issuer = talloc_strdup(rq->mem, rq->config->name);
	const char *label = row_text(account, "email"), *uri;

	/* Anything but letters and digits in the name would need escaping; the name is for people only. */
	for (char *s = issuer; *s; s++)
		if (!isalnum((unsigned char)*s))
			*s = '-';
	totp_text(secret, text);
	uri = talloc_asprintf(rq->mem, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30",
			      issuer, *label ? label : "account", text, issuer);
	answer_text(rq->data, "secret", text);
	answer_text(rq->data, "otpauth_url", uri);
	answer_qr(rq, rq->data, uri);
}

/* POST auth/2fa/enroll/: a fresh secret; nothing is asked for until it is confirmed. Whoever finds a browser signed in must
 * not lock its owner out with an app of their own, so the password was shown a short while ago. */
int second_factor_enroll(struct request *rq)
{
	uint8_t secret[TOTP_SECRET], sealed[TOTP_SECRET + SEAL_EXTRA];
	const struct row *account;

	if (!identity_or_refuse(rq))
		return ANSWERED;
	random_bytes(secret, sizeof secret);
	seal(secret, sizeof secret, sealed);
	if (!second_factor_offer(rq->db, rq->who.account_id, sealed, sizeof sealed, rq->now)) {
		if (site_key_missing(rq))
			return ANSWERED;
		return refuse(rq, 409, "SECOND_FACTOR_ON", "An authenticator app is enrolled. Take it off first.");
	}
	account = account_by_id(rq->db, rq->who.account_id);
	if (account)
		answer_secret(rq, account, secret);
	return ANSWERED;
}

/* POST auth/2fa/confirm/. Whoever was signed in without it is signed out, but for this session. */
int second_factor_confirm(struct request *rq)
{
	const struct row *account = account_by_id(rq->db, rq->who.account_id);
	uint8_t secret[TOTP_SECRET];
	int64_t step;

	if (!identity_or_refuse(rq))
		return ANSWERED;
	if (account && row_bool(account, "totp_enabled"))
		return refuse(rq, 409, "SECOND_FACTOR_ON", "An authenticator app is enrolled already.");
	if (!open_secret(account, secret))
		return refuse(rq, 409, "NOT_ENROLLED", "Begin by enrolling an authenticator app.");
	step = totp_match(secret, field_text(rq, "otp"), rq->now, 0);
	if (!step) {
		field_fault(rq, "otp", "This is not the code that the app should show. Is its clock right?");
		return refuse(rq, 422, "OTP_INVALID", "This code is not right.");
	}
	if (!second_factor_enable(rq->db, rq->who.account_id, step, rq->now))
		return refuse(rq, 409, "SECOND_FACTOR_ON", "An authenticator app is enrolled already.");
	sign_out_all(rq, rq->who.account_id, rq->who.session_id);
	tell_account(rq, account, "Your %s account asks for a code of an app. If that was not you, tell us at once.");
	audit_change(rq, "second-factor-on", "account", rq->who.account_id, NULL, NULL);
	answer_bool(rq->data, "second_factor", true);
	say(rq, "From now on you sign in with your password and the app's code.");
	return ANSWERED;
}

/* POST auth/2fa/disable/: by the password, or a code of the app, and both are not enough in a session of this morning. */
int second_factor_remove(struct request *rq)
{
	const char *otp = field_text(rq, "otp");
	const struct row *account = account_by_id(rq->db, rq->who.account_id);

	if (!identity_or_refuse(rq))
		return ANSWERED;
	if (account && !row_bool(account, "totp_enabled"))
		return refuse(rq, 409, "NOT_ENROLLED", "No authenticator app is enrolled.");
	if (!(otp && !field_given(rq, "password") && second_factor_right(rq, account, otp)) &&
	    !same_person(rq, field_given(rq, "password") || !otp ? "password" : "otp", field_text(rq, "password")))
		return ANSWERED;
	if (!second_factor_disable(rq->db, rq->who.account_id, rq->now))
		return refuse(rq, 409, "NOT_ENROLLED", "No authenticator app is enrolled.");
	tell_account(rq, account,
		     "Your %s account asks for no code of an app any more. If that was not you, tell us at once.");
	audit_change(rq, "second-factor-off", "account", rq->who.account_id, NULL, NULL);
	answer_bool(rq->data, "second_factor", false);
	say(rq, "The authenticator app is taken off. You sign in with your password alone.");
	return ANSWERED;
}

/* GET /admin/second-factor. A secret that is being enrolled is shown to nobody who could not enroll one. */
int second_factor_page(struct request *rq)
{
	const struct row *account = account_by_id(rq->db, rq->who.account_id);
	uint8_t secret[TOTP_SECRET];

	if (!account)
		return ANSWERED;
	answer_bool(rq->data, "enabled", row_bool(account, "totp_enabled"));
	answer_bool(rq->data, "required", second_factor_required(rq->db));
	if (!answer_identity(rq, rq->data))
		return ANSWERED;
	if (!row_bool(account, "totp_enabled") && open_secret(account, secret))
		answer_secret(rq, account, secret);
	return ANSWERED;
}
