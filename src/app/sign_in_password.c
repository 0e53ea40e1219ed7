/* How those come in whose password is the first of at most two factors: an usher to one event, with a user name; staff and the
 * people of institutions with an e-mail or a user name and, where they enrolled an app or the site requires it of staff, a second
 * factor. */
#include "app/actions/account.h"
#include "app/gate.h"
#include "app/identity.h"
#include "app/otp.h"
#include "app/second_factor.h"
#include "app/sign_in.h"
#include "app/token.h"
#include "store/account.h"
#include "store/second_factor.h"
#include "store/usher.h"
#include <string.h>

const struct field USHERS_EVENT[] = {
	{ "event_id", F_ID, .required = true, .help = "The event's number" },
	FIELDS_END,
};

/* Tokens at once, or first the second factor. */
const struct field STAFF_LET_IN[] = {
	{ "otp_required", F_BOOL, .sometimes = true, .help = "A second factor is asked for" },
	{ "challenge", F_UUID, .sometimes = true, .help = "Send it back with the code" },
	{ "method", F_CHOICE, .choices = "app,mail", .sometimes = true, .help = "Where the code is" },
	TOKENS_(true),
	USER_(true),
	{ "admin_id", F_ID, .sometimes = true, .help = "The member of the staff" },
	FIELDS_END,
};

const struct field SECOND_FACTOR_ASKED[] = {
	OTP_ANSWER,
	{ "method", F_CHOICE, .choices = "app,mail", .help = "Where the code is" },
	FIELDS_NAMED("second_factor"),
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
	sign_in(rq, account, USHER, usher_id, event_id);
	if (wants_page(rq) && (field_given(rq, "code") || field_given(rq, "card_id")) && rq->cookie_value)
		rq->afterwards = gate_scan_carried;
	return ANSWERED;
}

/* GET /gate/sign-in, with the events that are near. */
int usher_sign_in_page(struct request *rq)
{
	const struct rows *events = usher_events_near(rq->db, rq->now);

	if (events->n <= USHER_EVENTS) /* where there are too many to choose from, the number is typed */
		answer_rows(rq->data, "events", events);
	return sign_in_page(rq);
}

/* What came of it, where the mount keeps that. The row stays though the request is refused. Who has to wait leaves none, or a
 * stranger could fill the log; nor is a name kept that nobody has, for people type their passwords there. */
static int audited(struct request *rq, const struct row *account)
{
	struct json_object *told;

	if (!rq->mount->audits || rq->retry_after)
		return ANSWERED;
	told = json_object_new_object();
	answer_text(told, "user_agent", rq->user_agent);
	if (refused(rq)) {
		answer_text(told, "reason", rq->code);
		rq->keep = true;
	}
	audit_change(rq, refused(rq) ? "sign_in_failed" : "sign_in", "account", account ? row_int(account, "id") : 0,
		     NULL, told);
	return ANSWERED;
}

static int enter(struct request *rq, const struct row *account)
{
	int64_t id = row_int(account, "id");
	enum role role = strongest((enum role)(roles_of(rq, id) & rq->mount->roles));

	if (role)
		sign_in(rq, account, role, profile_id(rq->db, role_name(role), id), 0);
	else
		refuse_credentials(rq);
	return audited(rq, account);
}

/* What they name themselves by may be an e-mail or a user name, whichever the field is called. */
static const struct row *account_named(struct request *rq, const char *contact)
{
	return strchr(contact, '@') ? account_by_email(rq->db, contact) : account_by_username(rq->db, contact);
}

/* What a right password is followed by: a code of the app, or one that is mailed. */
static int ask_second_factor(struct request *rq, const struct row *account, bool app)
{
	struct otp_send send = { .purpose = "login",
				 .role = rq->mount->name,
				 .account_id = row_int(account, "id"),
				 .tongue = tongue_for(rq, row_text(account, "locale")),
				 .recipient = row_text(account, row_null(account, "email") ? "username" : "email"),
				 .nobody = app,
				 .payload = app ? OTP_BY_APP : NULL };
	const char *challenge = otp_send(rq, &send);

	if (!challenge)
		return ANSWERED;
	answer_text(rq->data, "method", app ? "app" : "mail");
	if (rq->mount->factor >= 400) {
		rq->keep = true;
		return refuse(rq, rq->mount->factor, "SECOND_FACTOR_REQUIRED", "Send the code of your second factor.");
	}
	go_on_with_code(rq, "/sign-in/code", challenge);
	return ANSWERED;
}

/* POST auth/login/ of staff, campus and people. */
int password_login(struct request *rq)
{
	const char *contact = field_text(rq, rq->mount->contact->name);
	const struct row *named = account_named(rq, contact), *account;
	enum role here;
	bool app;

	account = password_or_refuse(rq, named, contact, field_text(rq, "password"));
	if (!account)
		return audited(rq, named);
	here = roles_of(rq, row_int(account, "id")) & rq->mount->roles;
	if (!here) {
		refuse_credentials(rq);
		return audited(rq, account);
	}
	app = row_bool(account, "totp_enabled");
	if (!app && !(here & STAFF && second_factor_required(rq->db)))
		return enter(rq, account);
	return ask_second_factor(rq, account, app);
}

/* POST auth/verify-otp/ of the same. The row that the right password left says which code is meant. */
int password_login_verify(struct request *rq)
{
	bool named = !wants_page(rq) && !rq->mount->by_challenge;
	struct otp_shown shown = { .purpose = "login",
				   .role = rq->mount->name,
				   .recipient = named ? field_text(rq, rq->mount->contact->name) : NULL,
				   .challenge = field_text(rq, "challenge") };
	const char *code = field_text(rq, "otp");
	const struct row *otp = otp_open(rq, &shown), *account;

	if (!otp)
		return ANSWERED;
	account = account_by_id(rq->db, row_int(otp, "account_id"));
	if (!account || !row_is(account, "status", "active")) {
		refuse_credentials(rq);
		return audited(rq, account);
	}
	if (row_is(otp, "payload", OTP_BY_APP) ? !second_factor_right(rq, account, code) : !otp_right(otp, code)) {
		otp_refuse(rq);
		return audited(rq, account);
	}
	if (!otp_finish(rq, otp))
		return ANSWERED;
	return enter(rq, account);
}
