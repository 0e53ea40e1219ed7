/* The directory's people: who signs in, and what one sees and changes of oneself. */
#include "store/person.h"
#include "app/actions/people.h"
#include "store/account.h"

const struct field PERSON_PROFILE[] = {
	{ "first_name", F_TEXT, .max = 60, .help = "First name" },
	{ "last_name", F_TEXT, .max = 60, .help = "Last name" },
	{ "locale", F_CHOICE, .choices = "en,ar", .help = "Language" },
	FIELDS_END,
};

const struct field PERSON_ANSWER[] = {
	{ "id", F_ID, .help = "The account" },
	{ "email", F_EMAIL, .help = "E-mail" },
	{ "first_name", F_TEXT, .help = "First name" },
	{ "last_name", F_TEXT, .help = "Last name" },
	{ "name", F_TEXT, .help = "Both, or what they are called" },
	{ "role", F_CHOICE, .choices = "USER,MODERATOR,ADMIN", .help = "What they may do here" },
	{ "is_active", F_BOOL, .help = "May sign in" },
	{ "status", F_CHOICE, .choices = "active,inactive", .help = "The same in a word" },
	{ "email_verified", F_BOOL, .help = "Was the link in the message used" },
	{ "locale", F_TEXT, .help = "Language" },
	{ "has_face", F_BOOL, .help = "Is a face enrolled" },
	{ "created_at", F_TIME, .help = "Since when" },
	{ "updated_at", F_TIME, .help = "When it was last changed" },
	{ "last_login_at", F_TIME, .null = true, .help = "When they last signed in" },
	FIELDS_NAMED("person"),
};
const struct field TOKENS_PEOPLE[] = {
	{ "token", F_TEXT, .help = "The access token, for Authorization: Bearer" },
	{ "access_token", F_TEXT, .help = "The same" },
	{ "refresh_token", F_TEXT, .help = "The refresh token; it stays good" },
	{ "token_type", F_TEXT, .help = "Bearer" },
	{ "expires_in", F_INT, .help = "Seconds that the access token is good" },
	{ "user", F_OBJECT, .of = PERSON_ANSWER, .help = "Who signed in" },
	{ "admin_id", F_ID, .sometimes = true, .help = "Of a superadmin" },
	FIELDS_NAMED("people_tokens"),
};

void person_user(struct request *rq, struct json_object *into, int64_t account_id, enum role role)
{
	const struct row *person = person_get(rq->db, account_id, role_name(role));

	if (person)
		answer_row(into, person);
}

bool person_admits(struct request *rq)
{
	if (person_admitted(rq->db, rq->who.account_id))
		return true;
	refuse(rq, 403, "EMAIL_UNVERIFIED", "Use the link in the message to your e-mail address first.");
	return false;
}

/* GET auth/me, users/me. */
int person_profile(struct request *rq)
{
	person_user(rq, rq->data, rq->who.account_id, rq->who.role);
	return ANSWERED;
}

static const char *as_sent(const struct request *rq, const struct row *row, const char *name)
{
	if (field_given(rq, name))
		return field_text(rq, name);
	return field_cleared(rq, name) ? "" : row_text(row, name);
}

/* PATCH users/me. Only what is sent changes. */
int person_profile_update(struct request *rq)
{
	const char *role = role_name(rq->who.role);
	struct json_object *before = json_object_new_object();
	const struct row *person;

	account_lock(rq->db, rq->who.account_id);
	person = person_get(rq->db, rq->who.account_id, role);
	if (person) {
		answer_row(before, person);
		person_set(rq->db, rq->who.account_id, as_sent(rq, person, "first_name"),
			   as_sent(rq, person, "last_name"),
			   field_given(rq, "locale") ? field_text(rq, "locale") : row_text(person, "locale"), rq->now);
	}
	person_profile(rq);
	audit_change(rq, "update", "account", rq->who.account_id, before, json_object_get(rq->data));
	return ANSWERED;
}
