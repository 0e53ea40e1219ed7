/* The directory's people: who signs in, and what one sees and changes of oneself. */
#include "store/person.h"
#include "app/actions/people.h"
#include "app/contact.h"
#include "app/identity.h"
#include "store/account.h"
#include <string.h>
#include <strings.h>

const struct field PERSON_PROFILE[] = {
	{ "first_name", F_TEXT, .max = 60, .help = "First name" },
	{ "last_name", F_TEXT, .max = 60, .help = "Last name" },
	{ "locale", F_CHOICE, .choices = "en,ar", .help = "Language" },
	{ "email", F_EMAIL, .max = 254, .help = "As it is: it cannot be changed here yet" },
	{ "avatar_file_id", F_TEXT, .max = 20, .help = "There are no files to name yet" },
	/* Whole objects come back: told apart from what nobody knows. */
	{ "id", F_TEXT, .max = 20, .help = "As it is" },
	{ "role", F_TEXT, .max = 20, .help = "As it is" },
	{ "is_active", F_BOOL, .help = "As it is" },
	{ "status", F_TEXT, .max = 20, .help = "As it is" },
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

/* ---- changing ---- */

/* Clients send whole objects back: what grants something may be as it is, and nothing else. */
static bool is_as_sent(struct request *rq, const char *name, const struct row *person)
{
	if (!field_given(rq, name))
		return true;
	if (!strcmp(name, "is_active"))
		return field_bool(rq, name) == row_bool(person, name);
	if (!strcmp(name, "id"))
		return !strcmp(field_text(rq, name),
			       talloc_asprintf(rq->mem, "%lld", (long long)row_int(person, name)));
	return !strcasecmp(field_text(rq, name), row_text(person, name));
}

static void refuse_read_only(struct request *rq, const struct row *person)
{
	static const char *const GRANTS[] = { "role", "is_active", "status", "id" };

	for (size_t i = 0; i < sizeof GRANTS / sizeof *GRANTS; i++) {
		if (is_as_sent(rq, GRANTS[i], person))
			continue;
		field_fault(rq, GRANTS[i], "This is not yours to change.");
		refuse(rq, 403, "FIELD_READ_ONLY", "This is not yours to change.");
	}
}

/* Until there are links to be sent and files to be named, another one is no change that could be made. */
static void refuse_unmade(struct request *rq, const struct row *person)
{
	if (field_given(rq, "email") && !same_contact(person, "email", field_text(rq, "email")))
		field_fault(rq, "email", "This cannot be changed here yet. Ask an admin.");
	if (field_given(rq, "avatar_file_id"))
		field_fault(rq, "avatar_file_id", "There is no such file.");
}

/* A new text, or as it was. */
static const char *as_sent(const struct request *rq, const struct row *row, const char *name)
{
	if (field_given(rq, name))
		return field_text(rq, name);
	return field_cleared(rq, name) ? "" : row_text(row, name);
}

static void change(struct request *rq, const struct row *before)
{
	const char *first_name = as_sent(rq, before, "first_name"), *last_name = as_sent(rq, before, "last_name");
	const char *locale = field_given(rq, "locale") ? field_text(rq, "locale") : row_text(before, "locale");
	struct json_object *was, *is;
	const struct row *after;

	if (row_is(before, "first_name", first_name) && row_is(before, "last_name", last_name) &&
	    row_is(before, "locale", locale))
		return;
	if (roles_of(rq, rq->who.account_id) & STAFF) {
		refuse(rq, 409, "STAFF_ACCOUNT", "This account works at the office, and is changed there.");
		return;
	}
	person_set(rq->db, rq->who.account_id, first_name, last_name, locale, rq->now);
	after = person_get(rq->db, rq->who.account_id, role_name(rq->who.role));
	was = json_object_new_object();
	is = json_object_new_object();
	answer_row(was, before);
	if (after)
		answer_row(is, after);
	audit_change(rq, "update", "account", rq->who.account_id, was, is);
}

/* PATCH users/me. Only what is sent changes, and what is the same changes nothing. */
int person_profile_update(struct request *rq)
{
	const struct row *person;

	account_lock(rq->db, rq->who.account_id);
	person = person_get(rq->db, rq->who.account_id, role_name(rq->who.role));
	if (!person)
		return ANSWERED;
	refuse_read_only(rq, person);
	if (!refused(rq))
		refuse_unmade(rq, person);
	if (has_faults(rq) && !refused(rq))
		refuse_fields(rq);
	if (!refused(rq))
		change(rq, person);
	return refused(rq) ? ANSWERED : person_profile(rq);
}
