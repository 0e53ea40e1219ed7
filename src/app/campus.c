/* A campus's people: who signs in, and what one sees and changes of oneself. */
#include "app/actions/campus.h"
#include "app/token.h"
#include "store/account.h"
#include "store/campus.h"

const struct field CAMPUS_PROFILE[] = {
	{ "first_name", F_TEXT, .min = 1, .max = 60, .help = "First name" },
	{ "last_name", F_TEXT, .min = 1, .max = 60, .help = "Last name" },
	{ "year_level", F_INT, .min = 1, .max = 20, .help = "Year" },
	/* Staff's to change: told apart from what nobody knows. */
	{ "student_id", F_TEXT, .max = 40, .help = "Changed by the campus's staff" },
	{ "department", F_TEXT, .max = 160, .help = "Changed by the campus's staff" },
	{ "campus", F_TEXT, .max = 160, .help = "Changed by the campus's staff" },
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
	{ "is_active", F_BOOL, .help = "May sign in" },
	{ "locale", F_TEXT, .help = "Language" },
	{ "date_joined", F_TIME, .help = "Since when" },
	FIELDS_NAMED("campus_member"),
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

void campus_user(struct request *rq, struct json_object *into, int64_t account_id, enum role role)
{
	const struct row *member = campus_member_get(rq->db, account_id, role_name(role));

	if (member)
		answer_row(into, member);
}

/* GET auth/profile/. */
int campus_profile(struct request *rq)
{
	const struct row *member = campus_member_get(rq->db, rq->who.account_id, role_name(rq->who.role));

	if (!member)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	answer_row(rq->data, member);
	return ANSWERED;
}

static bool asks_for_staffs(struct request *rq)
{
	static const char *const STAFFS[] = { "student_id", "department", "campus", "role", "is_verified" };

	for (size_t i = 0; i < sizeof STAFFS / sizeof *STAFFS; i++)
		if (field_given(rq, STAFFS[i]) || field_cleared(rq, STAFFS[i]))
			field_fault(rq, STAFFS[i], "This is changed by the campus's staff.");
	if (has_faults(rq))
		refuse_fields(rq);
	return has_faults(rq);
}

/* PUT PATCH auth/profile/update/. Only what is sent changes. */
int campus_profile_update(struct request *rq)
{
	const char *role = role_name(rq->who.role);
	struct json_object *before, *after;
	const struct row *member;
	int64_t year;

	if (asks_for_staffs(rq))
		return ANSWERED;
	account_lock(rq->db, rq->who.account_id);
	member = campus_member_get(rq->db, rq->who.account_id, role);
	if (!member)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	before = json_object_new_object();
	answer_row(before, member);
	year = field_given(rq, "year_level")	 ? field_int(rq, "year_level")
	       : field_cleared(rq, "year_level") ? 0
						 : row_int(member, "year_level");
	campus_member_set(rq->db, rq->who.account_id,
			  field_given(rq, "first_name") ? field_text(rq, "first_name") : row_text(member, "first_name"),
			  field_given(rq, "last_name") ? field_text(rq, "last_name") : row_text(member, "last_name"),
			  year, rq->now);
	campus_profile(rq);
	after = json_object_get(rq->data);
	audit_change(rq, "update", "account", rq->who.account_id, before, after);
	return ANSWERED;
}
