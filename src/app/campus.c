/* A campus's people: who signs in, and what one sees and changes of oneself. */
#include "app/actions/campus.h"
#include "app/campus_address.h"
#include "app/contact.h"
#include "app/identity.h"
#include "app/picture.h"
#include "app/token.h"
#include "app/upload.h"
#include "store/account.h"
#include "store/account_token.h"
#include "store/campus.h"
#include <string.h>

const struct field CAMPUS_PROFILE[] = {
	{ "first_name", F_TEXT, .min = 1, .max = 60, .help = "First name" },
	{ "last_name", F_TEXT, .min = 1, .max = 60, .help = "Last name" },
	{ "year_level", F_INT, .min = 1, .max = 20, .help = "Year" },
	{ "locale", F_CHOICE, .choices = "en,ar", .help = "Language" },
	{ "profile_photo", F_FILE, .max = UPLOAD_PICTURE_BYTES, .help = UPLOAD_PICTURE_HELP },
	{ "email", F_EMAIL, .max = 254, .help = "Another one is theirs when they have answered from it" },
	/* Staff's to change: told apart from what nobody knows. */
	{ "student_id", F_TEXT, .max = 40, .help = "Changed by the campus's staff" },
	{ "department", F_TEXT, .max = 160, .help = "Changed by the campus's staff" },
	{ "department_id", F_ID, .help = "Changed by the campus's staff" },
	{ "campus", F_TEXT, .max = 160, .help = "Changed by the campus's staff" },
	{ "campus_id", F_ID, .help = "Changed by the campus's staff" },
	{ "role", F_TEXT, .max = 20, .help = "Changed by the campus's staff" },
	{ "is_verified", F_BOOL, .help = "Changed by the campus's staff" },
	FIELDS_END,
};

const struct field CAMPUS_MEMBER[] = {
	{ "id", F_ID, .help = "The account" },
	{ "username", F_TEXT, .null = true, .help = "User name" },
	{ "email", F_EMAIL, .null = true, .help = "E-mail" },
	{ "first_name", F_TEXT, .help = "First name" },
	{ "last_name", F_TEXT, .help = "Last name" },
	{ "full_name", F_TEXT, .help = "Both" },
	{ "role", F_CHOICE, .choices = "student,supervisor,organizer,hr,admin", .help = "Of the campus" },
	{ "department", F_TEXT, .null = true, .help = "Its name" },
	{ "department_id", F_ID, .null = true, .help = "The department" },
	{ "campus", F_TEXT, .null = true, .help = "Its name" },
	{ "campus_id", F_ID, .null = true, .help = "The campus; of hr and admins of all: null" },
	{ "student_id", F_TEXT, .null = true, .help = "Number of a student, or of staff" },
	{ "year_level", F_INT, .null = true, .help = "Year" },
	{ "is_verified", F_BOOL, .help = "Has the campus looked at this account" },
	{ "email_verified", F_BOOL, .help = "Has its owner answered from the e-mail" },
	{ "email_pending", F_EMAIL, .null = true, .sometimes = true,
	  .help = "In one's own profile: the e-mail that waits for an answer" },
	{ "is_active", F_BOOL, .help = "May sign in" },
	{ "locale", F_TEXT, .help = "Language" },
	{ "profile_photo_url", F_TEXT, .null = true, .help = "Address of the picture" },
	{ "date_joined", F_TIME, .help = "Since when" },
	FIELDS_NAMED("campus_identity"),
};
const struct field TOKENS_CAMPUS[] = {
	TOKENS_(false),
	{ "user", F_OBJECT, .of = CAMPUS_MEMBER, .help = "Who signed in" },
	FIELDS_NAMED("campus_tokens"),
};
/* Tokens at once, or first the second factor. */
const struct field CAMPUS_LET_IN[] = {
	{ "otp_required", F_BOOL, .sometimes = true, .help = "A second factor is asked for" },
	{ "challenge", F_UUID, .sometimes = true, .help = "Send it back with the code" },
	{ "method", F_CHOICE, .choices = "app,mail", .sometimes = true, .help = "Where the code is" },
	TOKENS_(true),
	{ "user", F_OBJECT, .of = CAMPUS_MEMBER, .sometimes = true, .help = "Who signed in" },
	FIELDS_END,
};
const struct field REFRESHED_CAMPUS[] = {
	{ "access", F_TEXT, .help = "A new access token; the refresh token that was sent stays good" },
	{ "refresh", F_TEXT, .sometimes = true, .help = "Another, where rotation was asked for" },
	{ "token_type", F_TEXT, .sometimes = true, .help = "Bearer" },
	{ "expires_in", F_INT, .sometimes = true, .help = "Seconds that the access token is good" },
	FIELDS_NAMED("campus_access"),
};

/* As apps read it: the picture by its address. */
static void answer_member(struct request *rq, struct json_object *into, const struct row *member)
{
	answer_row(into, member);
	answer_text(into, "profile_photo_url", picture_address(rq, member, "profile_photo_url"));
}

void campus_user(struct request *rq, struct json_object *into, int64_t account_id, enum role role)
{
	const struct row *member = campus_member_get(rq->db, account_id, role_name(role));

	if (member)
		answer_member(rq, into, member);
}

static const struct row *member_or_404(struct request *rq)
{
	const struct row *member = campus_member_get(rq->db, rq->who.account_id, role_name(rq->who.role));

	if (!member)
		refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	return member;
}

/* GET auth/profile/. */
int campus_profile(struct request *rq)
{
	const struct row *member = member_or_404(rq);

	const struct row *asked = member ? account_token_email(rq->db, rq->who.account_id, rq->now) : NULL;

	if (!member)
		return ANSWERED;
	answer_member(rq, rq->data, member);
	answer_text(rq->data, "email_pending",
		    asked && !same_contact(member, "email", row_text(asked, "email")) ? row_text(asked, "email")
										      : NULL);
	return ANSWERED;
}

/* ---- changing ---- */

static void refuse_staffs(struct request *rq)
{
	static const char *const STAFFS[] = { "student_id", "department", "department_id", "campus",
					      "campus_id",  "role",	  "is_verified" };

	for (size_t i = 0; i < sizeof STAFFS / sizeof *STAFFS; i++)
		if (field_given(rq, STAFFS[i]) || field_cleared(rq, STAFFS[i]))
			field_fault(rq, STAFFS[i], "This is changed by the campus's staff.");
}

/* A name that is sent empty is none. */
static void refuse_nameless(struct request *rq)
{
	static const char *const NAMES[] = { "first_name", "last_name" };

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (field_cleared(rq, NAMES[i]))
			field_fault(rq, NAMES[i], "This is required.");
}

/* It is what people sign in with, so another one counts only when its owner has answered from it. The one that is asked for; NULL: none, or
 * a fault. */
static const char *email_wanted(struct request *rq, const struct row *member)
{
	const char *email = field_text(rq, "email");

	if (!field_given(rq, "email") || same_contact(member, "email", email))
		return NULL;
	if (!new_address_or_refuse(rq))
		field_fault(rq, "email", "%s", rq->message);
	else if (account_by_email(rq->db, email))
		field_fault(rq, "email", "This e-mail belongs to another account.");
	else
		return email;
	return NULL;
}

static void ask_address(struct request *rq, const char *email)
{
	const struct row *account = account_by_id(rq->db, rq->who.account_id);

	if (account)
		address_ask(rq, account, email, false);
}

static const char *text_or_null(const struct row *row, const char *column)
{
	return row_null(row, column) ? NULL : row_text(row, column);
}

static const char *wanted(const struct request *rq, const struct row *member, const char *name)
{
	return field_given(rq, name) ? field_text(rq, name) : row_text(member, name);
}

/* What is not sent stays. */
static struct campus_self self_after(struct request *rq, const struct row *member)
{
	const char *photo = upload_picture(rq, "profile_photo");
	bool off = !photo && field_cleared(rq, "profile_photo");

	return (struct campus_self){ .first_name = wanted(rq, member, "first_name"),
				     .last_name = wanted(rq, member, "last_name"),
				     .locale = wanted(rq, member, "locale"),
				     .photo = photo ? photo
					      : off ? NULL
						    : text_or_null(member, "profile_photo_url"),
				     .year_level = field_given(rq, "year_level")     ? field_int(rq, "year_level")
						   : field_cleared(rq, "year_level") ? 0
										     : row_int(member, "year_level") };
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool is_same(const struct row *member, const struct campus_self *self)
{
	return row_is(member, "first_name", self->first_name) && row_is(member, "last_name", self->last_name) &&
	       row_is(member, "locale", self->locale) && row_int(member, "year_level") == self->year_level &&
	       same_text(text_or_null(member, "profile_photo_url"), self->photo);
}

static void change(struct request *rq, const struct row *before, const struct campus_self *self)
{
	const struct row *after;
	struct json_object *was = json_object_new_object(), *is = json_object_new_object();

	campus_member_set(rq->db, rq->who.account_id, self, rq->now);
	answer_row(was, before);
	after = member_or_404(rq);
	if (after)
		answer_row(is, after);
	audit_change(rq, "update", "account", rq->who.account_id, was, is);
}

/* PUT PATCH auth/profile/update/. Only what is sent changes. */
int campus_profile_update(struct request *rq)
{
	const struct row *member;
	struct campus_self self;
	const char *email;

	account_lock(rq->db, rq->who.account_id);
	member = member_or_404(rq);
	if (!member)
		return ANSWERED;
	refuse_staffs(rq);
	refuse_nameless(rq);
	email = email_wanted(rq, member);
	self = self_after(rq, member);
	if (has_faults(rq) && !refused(rq))
		refuse_fields(rq);
	if (refused(rq))
		return ANSWERED;
	if (!is_same(member, &self))
		change(rq, member, &self);
	if (email)
		ask_address(rq, email);
	if (wants_page(rq)) {
		rq->plain_cookie = "gh_locale";
		rq->plain_value = self.locale;
		rq->plain_expires = rq->now + 365 * MS_DAY;
		say(rq,
		    email ? SAID("Saved. A message is on its way to the new e-mail: it is yours when you confirm it.")
			  : SAID("Saved."));
	}
	return campus_profile(rq);
}
