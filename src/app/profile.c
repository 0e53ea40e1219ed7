/* A person's own account: what they see and change of it, their password and their pictures. The e-mail and the password
 * say who one is, whatever role one comes in (app/identity.h); the e-mail that staff sign in with, user names and mobile
 * numbers are not changed here at all. */
#include "store/profile.h"
#include "app/actions/account.h"
#include "app/contact.h"
#include "app/identity.h"
#include "app/new_password.h"
#include "app/picture.h"
#include "app/sign_in.h"
#include "app/upload.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/session.h"
#include <string.h>

/* clang-format off */
#define NAME { "name", F_TEXT, .min = 1, .max = 120, .help = "Name" }
#define EMAIL { "email", F_EMAIL, .max = 254, .help = "E-mail" }
#define LOCALE { "locale", F_CHOICE, .choices = "en,ar", .help = "Language" }
#define PICTURE(field_name) { field_name, F_FILE, .max = UPLOAD_PICTURE_BYTES, .help = UPLOAD_PICTURE_HELP }
/* clang-format on */

static const struct field EMERGENCY_CONTACT[] = {
	{ "name", F_TEXT, .max = 120, .help = "Emergency contact" },
	{ "mobile_number", F_MOBILE, .help = "Their mobile number" },
	FIELDS_END,
};

const struct field PROFILE_CUSTOMER[] = {
	NAME,
	EMAIL,
	{ "birth_date", F_DATE, .help = "Date of birth", .rule = day_past_rule },
	{ "blood_type", F_CHOICE, .choices = "A+,A-,B+,B-,AB+,AB-,O+,O-", .help = "Blood type" },
	{ "emergency_contact", F_OBJECT, .of = EMERGENCY_CONTACT, .help = "Whom to call" },
	LOCALE,
	PICTURE("photo"),
	FIELDS_END,
};
const struct field PROFILE_ORGANIZER[] = {
	NAME,
	EMAIL,
	{ "company", F_TEXT, .min = 1, .max = 160, .help = "Company" },
	{ "about", F_LONG_TEXT, .max = 4000, .help = "What people should know about you" },
	LOCALE,
	PICTURE("logo"),
	FIELDS_END,
};
const struct field PROFILE_MERCHANT[] = { NAME, EMAIL, LOCALE, PICTURE("photo"), FIELDS_END };
const struct field PROFILE_PLAIN[] = { NAME, LOCALE, PICTURE("photo"), FIELDS_END };
const struct field CHANGE_PASSWORD[] = {
	{ "current_password", F_PASSWORD, .max = 512, .help = "Your password as it is" },
	{ "old_password", F_PASSWORD, .max = 512, .help = "The same by its other name" },
	{ "new_password", F_PASSWORD, .required = true, .max = 512, .help = "At least 8 characters",
	  .rule = new_password_rule },
	FIELDS_END,
};

/* clang-format off */
#define PROFILE                                                                                                        \
	{ "id", F_ID, .help = "The account" },                                                                         \
		{ "uuid", F_UUID, .help = "The same, for other systems" },                                             \
		{ "name", F_TEXT, .help = "Name" },                                                                    \
		{ "email", F_EMAIL, .null = true, .help = "E-mail" },                                                  \
		{ "mobile_number", F_MOBILE, .null = true, .help = "Mobile number" },                                  \
		{ "username", F_TEXT, .null = true, .help = "What ushers sign in with" },                              \
		{ "locale", F_TEXT, .help = "Language" },                                                              \
		{ "photo", F_TEXT, .null = true, .help = "Address of the picture" },                                   \
		{ "second_factor", F_BOOL, .help = "Does sign-in ask for an app's code" },                             \
		{ "created_at", F_TIME, .help = "Since when" },                                                        \
		{ "role", F_TEXT, .help = "The role that is signed in" }
/* clang-format on */

const struct field CUSTOMER_PROFILE[] = {
	PROFILE,
	{ "customer_id", F_ID, .help = "The customer" },
	{ "birth_date", F_DATE, .null = true, .help = "Date of birth" },
	{ "blood_type", F_TEXT, .null = true, .help = "Blood type" },
	{ "emergency_contact.name", F_TEXT, .null = true, .help = "Whom to call" },
	{ "emergency_contact.mobile_number", F_TEXT, .null = true, .help = "Their number" },
	{ "registration_fee_paid", F_BOOL, .help = "Is it paid" },
	FIELDS_NAMED("customer_profile"),
};
const struct field ORGANIZER_PROFILE[] = {
	PROFILE,
	{ "organizer_id", F_ID, .help = "The organizer" },
	{ "company", F_TEXT, .help = "Company" },
	{ "about", F_LONG_TEXT, .null = true, .help = "What people should know" },
	{ "logo", F_TEXT, .null = true, .help = "Address of the logo" },
	{ "contact_mobile", F_MOBILE, .null = true, .help = "The mobile number by its other name" },
	{ "rights", F_TEXT,
	  .help = "What you may, by commas: events,guests,money,team,gate; of the own account owner" },
	FIELDS_NAMED("organizer_profile"),
};
const struct field STAFF_PROFILE[] = {
	PROFILE,
	{ "admin_id", F_ID, .help = "The member of the staff" },
	FIELDS_NAMED("staff_profile"),
};

/* ---- reading ---- */

static const char *rights_told(struct request *rq)
{
	char *told = talloc_strdup(rq->mem, rq->who.rights & RIGHT_OWNER ? "owner" : "");

	for (unsigned i = 0; RIGHT_NAMES[i] && !(rq->who.rights & RIGHT_OWNER); i++)
		if (rq->who.rights & 1U << i)
			told = talloc_asprintf_append(told, "%s%s", *told ? "," : "", RIGHT_NAMES[i]);
	return told;
}

static void answer_profile(struct request *rq, struct json_object *into, const struct row *row)
{
	answer_row(into, row);
	answer_text(into, "role", role_name(rq->who.role));
	answer_text(into, "photo", picture_address(rq, row, "photo"));
	picture_open_in(rq, into, "logo");
	if (rq->who.role == ORGANIZER)
		answer_text(into, "rights", rights_told(rq));
}

/* GET me/, profile/, and the page /account. */
int profile_show(struct request *rq)
{
	const struct row *row = profile_get(rq->db, role_name(rq->who.role), rq->who.account_id);

	if (!row)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	answer_profile(rq, rq->data, row);
	return ANSWERED;
}

/* Which of it this session may change. */
int profile_beside(struct request *rq)
{
	answer_identity(rq, rq->beside);
	answer_push(rq, rq->beside);
	return ANSWERED;
}

/* ---- changing ---- */

static bool declares(const struct request *rq, const struct row *row, const char *name)
{
	return row_has(row, name) && (strcmp(name, "email") || !(rq->who.role & (STAFF | USHER)));
}

/* What a text column shall be: as sent, taken away, or as it was. A form sends all it has; JSON what changes. */
static const char *wanted(const struct request *rq, const struct row *row, const char *name)
{
	if (declares(rq, row, name) && field_given(rq, name))
		return field_text(rq, name);
	if ((declares(rq, row, name) && field_cleared(rq, name)) || row_null(row, name))
		return NULL;
	return row_text(row, name);
}

/* The same for what must not be empty. */
static const char *wanted_kept(struct request *rq, const struct row *row, const char *name)
{
	if (field_cleared(rq, name))
		field_fault(rq, name, "This is required.");
	return field_given(rq, name) ? field_text(rq, name) : row_text(row, name);
}

/* A picture that was sent, or taken off. One that is not spoken of is not written: it may be another by
 * now, and this one gone. */
static void set_picture(struct request *rq, const char *name, profile_picture_fn *set)
{
	const char *picture = upload_picture(rq, name);

	if (picture)
		set(rq->db, rq->who.account_id, picture);
	else if (!has_faults(rq) && field_cleared(rq, name))
		set(rq->db, rq->who.account_id, NULL);
}

/* A member of emergency_contact. */
static const char *wanted_member(struct json_object *tree, const char *name, const struct row *row, const char *column)
{
	if (tree && json_object_object_get_ex(tree, name, NULL))
		return tree_text(tree, name);
	return row_null(row, column) ? NULL : row_text(row, column);
}

static void set_customer(struct request *rq, const struct row *row)
{
	struct json_object *contact = field_tree(rq, "emergency_contact");
	struct customer_details details = { .birth_date = wanted(rq, row, "birth_date"),
					    .blood_type = wanted(rq, row, "blood_type") };

	if (!field_cleared(rq, "emergency_contact")) {
		details.emergency_name = wanted_member(contact, "name", row, "emergency_contact.name");
		details.emergency_mobile =
			wanted_member(contact, "mobile_number", row, "emergency_contact.mobile_number");
	}
	profile_set_customer(rq->db, rq->who.account_id, &details);
}

/* A co-worker changes what is theirs alone: a form or an app may send what stays as it is. */
static void keep_organizer(struct request *rq, const struct row *row)
{
	static const char *const TEXTS[] = { "company", "about", NULL };

	for (const char *const *name = TEXTS; *name; name++)
		if (field_given(rq, *name) && !row_is(row, *name, field_text(rq, *name)))
			field_fault(rq, *name, "Only the organizer's own account changes this.");
	if (field_file(rq, "logo") || field_cleared(rq, "logo"))
		field_fault(rq, "logo", "Only the organizer's own account changes this.");
}

static void set_organizer(struct request *rq, const struct row *row)
{
	const char *company = wanted_kept(rq, row, "company");

	if (!has_right(&rq->who, RIGHT_OWNER))
		keep_organizer(rq, row);
	else if (!has_faults(rq))
		profile_set_organizer(rq->db, rq->who.account_id, company, wanted(rq, row, "about"));
}

/* The e-mail as it shall be; apps send the whole profile, so one that stays asks for nothing. */
static const char *wanted_email(struct request *rq, const struct row *row)
{
	const char *email = wanted(rq, row, "email");

	if (same_contact(row, "email", email))
		return row_null(row, "email") ? NULL : row_text(row, "email");
	if (!new_address_or_refuse(rq))
		field_fault(rq, "email", "%s", rq->message);
	return email;
}

/* To the letter. */
static bool stands(const struct row *row, const char *column, const char *text)
{
	return text ? row_is(row, column, text) : row_null(row, column);
}

static void write_account(struct request *rq, const struct row *row, const char *name, const char *email,
			  const char *locale)
{
	if (profile_set_account(rq->db, rq->who.account_id, name, email, locale, rq->now))
		tell_renamed(rq, row, email, row_null(row, "mobile_number") ? NULL : row_text(row, "mobile_number"),
			     row_null(row, "username") ? NULL : row_text(row, "username"));
	else if (db_last(rq->db) == DB_DUPLICATE)
		field_fault(rq, "email", "This e-mail belongs to another account.");
}

static void set_account(struct request *rq, const struct row *row)
{
	const char *name = wanted_kept(rq, row, "name"), *locale = wanted_kept(rq, row, "locale");
	const char *email = wanted_email(rq, row);

	if (has_faults(rq))
		return;
	if (!stands(row, "name", name) || !stands(row, "locale", locale) || !stands(row, "email", email))
		write_account(rq, row, name, email, locale);
	rq->plain_cookie = "gh_locale";
	rq->plain_value = locale;
	rq->plain_expires = rq->now + 365 * MS_DAY;
}

/* PUT me/, profile/, and the page's form. */
int profile_update(struct request *rq)
{
	const char *role = role_name(rq->who.role);
	const struct row *row;
	struct json_object *before, *after;

	account_lock(rq->db, rq->who.account_id); /* what is not sent is written as it was read */
	row = profile_get(rq->db, role, rq->who.account_id);
	if (!row)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	if (rq->who.role == CUSTOMER)
		set_customer(rq, row);
	if (rq->who.role == ORGANIZER)
		set_organizer(rq, row);
	set_account(rq, row);
	if (rq->who.role == ORGANIZER && has_right(&rq->who, RIGHT_OWNER))
		set_picture(rq, "logo", profile_set_logo);
	else if (rq->who.role != ORGANIZER)
		set_picture(rq, "photo", profile_set_photo);
	if (has_faults(rq) && !refused(rq))
		refuse_fields(rq);
	if (refused(rq))
		return ANSWERED;
	before = json_object_new_object();
	answer_row(before, row);
	row = profile_get(rq->db, role, rq->who.account_id);
	after = json_object_new_object();
	if (row)
		answer_row(after, row);
	audit_change(rq, "update", "account", rq->who.account_id, before, after);
	if (row)
		answer_profile(rq, rq->data, row);
	say(rq, "Saved.");
	return ANSWERED;
}

/* POST change-password/, in the strongest role alone, for all roles have this password; of staff, whose second factor the old
 * password does not stand for, after a fresh sign-in. Everybody else who is signed in to this account is signed out. */
int account_change_password(struct request *rq)
{
	const struct row *account = account_by_id(rq->db, rq->who.account_id);
	const char *name = field_given(rq, "old_password") ? "old_password" : "current_password",
		   *password = field_text(rq, "new_password"), *fault;

	if (!account || !(rq->who.role & STAFF ? identity_or_refuse(rq) : strongest_or_refuse(rq)))
		return ANSWERED;
	fault = password_fault(password, row_text(account, "name"),
			       row_null(account, "mobile_number") ? row_text(account, "email")
								  : row_text(account, "mobile_number"));
	if (fault) {
		field_fault(rq, "new_password", "%s", fault);
		return refuse_fields(rq);
	}
	if (!field_given(rq, name)) { /* which is no guess */
		field_fault(rq, name, "This is required.");
		return refuse_fields(rq);
	}
	if (!same_person(rq, name, field_text(rq, name)))
		return ANSWERED;
	if (!new_password_give(rq, account, password, rq->who.session_id))
		return ANSWERED;
	audit_change(rq, "change-password", "account", rq->who.account_id, NULL, NULL);
	say(rq, "Your password is changed. Other devices are signed out.");
	return ANSWERED;
}
