/* How ushers and staff come in: an usher to one event with a user name and a password; staff with an e-mail, a password and,
 * where they enrolled an app or the site requires it, a second factor. */
#include "app/actions/account.h"
#include "app/identity.h"
#include "app/otp.h"
#include "app/second_factor.h"
#include "app/sign_in.h"
#include "store/account.h"
#include "store/second_factor.h"
#include "store/usher.h"
#include <string.h>

/* clang-format off */
#define PASSWORD { "password", F_PASSWORD, .required = true, .max = 512, .help = "Password" }
#define NEXT { "next", F_TEXT, .max = 1000, .help = "Where to go afterwards" }
#define USHER_FIELDS                                                                                                   \
	{ "event_id", F_ID, .required = true, .help = "The event's number" },                                          \
		{ "username", F_TEXT, .required = true, .max = 60, .help = "User name" }, PASSWORD
#define EMAIL { "email", F_EMAIL, .required = true, .max = 254, .help = "E-mail" }
/* clang-format on */

const struct field LOGIN_USHER[] = { USHER_FIELDS, FIELDS_END };
const struct field SIGN_IN_USHER[] = { USHER_FIELDS, NEXT, FIELDS_END };
const struct field LOGIN_STAFF[] = { EMAIL, PASSWORD, FIELDS_END };
const struct field SIGN_IN_STAFF[] = { EMAIL, PASSWORD, NEXT, FIELDS_END };
const struct field OTP_STAFF[] = {
	EMAIL,
	{ "otp", F_OTP, .required = true, .help = "The app's code, or the one that was mailed" },
	{ "challenge", F_UUID, .help = "The challenge that came with it; enforced when sent" },
	FIELDS_END,
};

/* POST login/ of ushers. Only a right password learns why it does not suffice. */
int usher_login(struct request *rq)
{
	const char *username = field_text(rq, "username");
	int64_t event_id = field_int(rq, "event_id"), usher_id, id;
	const struct row *account = account_by_username(rq->db, username);

	account = password_or_refuse(rq, account, username, field_text(rq, "password"));
	if (!account)
		return ANSWERED;
	id = row_int(account, "id");
	if (!account_has_role(rq->db, id, "usher"))
		return refuse(rq, 403, "NOT_USHER", "This account is not an usher's.");
	usher_id = profile_id(rq->db, "usher", id);
	if (!usher_assigned(rq->db, usher_id, event_id))
		return refuse(rq, 403, "NOT_ASSIGNED", "You are not assigned to this event. Ask its organizer.");
	return sign_in(rq, account, USHER, usher_id, event_id);
}

/* GET /gate/sign-in, with the events that are near. */
int usher_sign_in_page(struct request *rq)
{
	const struct rows *events = usher_events_near(rq->db, rq->now);

	if (events->n <= USHER_EVENTS) /* where there are too many to choose from, the number is typed */
		answer_rows(rq->data, "events", events);
	return sign_in_page(rq);
}

static int enter(struct request *rq, const struct row *account)
{
	int64_t id = row_int(account, "id");
	enum role role = strongest(roles_of(rq, id) & STAFF);

	if (!role)
		return refuse_credentials(rq);
	return sign_in(rq, account, role, profile_id(rq->db, role_name(role), id), 0);
}

/* POST auth/login/. */
int staff_login(struct request *rq)
{
	const char *email = field_text(rq, "email"), *challenge;
	const struct row *account = account_by_email(rq->db, email);
	struct otp_send send = { .purpose = "login", .role = "staff" };
	bool app;

	account = password_or_refuse(rq, account, email, field_text(rq, "password"));
	if (!account)
		return ANSWERED;
	app = row_bool(account, "totp_enabled");
	if (!(roles_of(rq, row_int(account, "id")) & STAFF))
		return refuse_credentials(rq);
	if (!app && !second_factor_required(rq->db))
		return enter(rq, account);
	send.account_id = row_int(account, "id");
	send.recipient = row_text(account, "email"); /* as it stands there, not as it was typed */
	send.nobody = app;
	send.payload = app ? OTP_BY_APP : NULL;
	challenge = otp_send(rq, &send);
	if (!challenge)
		return ANSWERED;
	answer_text(rq->data, "method", app ? "app" : "mail");
	go_on_with_code(rq, "/sign-in/code", challenge);
	return ANSWERED;
}

/* POST auth/verify-otp/. The row that the right password left says which code is meant. */
int staff_login_verify(struct request *rq)
{
	struct otp_shown shown = { .purpose = "login",
				   .role = "staff",
				   .recipient = wants_page(rq) ? NULL : field_text(rq, "email"),
				   .challenge = field_text(rq, "challenge") };
	const char *code = field_text(rq, "otp");
	const struct row *otp = otp_open(rq, &shown), *account;

	if (!otp)
		return ANSWERED;
	account = account_by_id(rq->db, row_int(otp, "account_id"));
	if (!account || !row_is(account, "status", "active"))
		return refuse_credentials(rq);
	if (row_is(otp, "payload", OTP_BY_APP) ? !second_factor_right(rq, account, code) : !otp_right(otp, code))
		return otp_refuse(rq);
	if (!otp_finish(rq, otp))
		return ANSWERED;
	return enter(rq, account);
}
