/* Registering at a campus. Tokens are in the first answer, for its apps want them, and the address is proved afterwards: so a stranger
 * learns here whether an address is known, and an account counts as nobody's until somebody has answered from it. Who was put on the
 * campus's list claims that account; who has an account elsewhere gets a link by which its password adds the role. */
#include "app/actions/account.h"
#include "app/actions/campus.h"
#include "app/campus_address.h"
#include "app/campus_user.h"
#include "app/identity.h"
#include "app/new_password.h"
#include "app/sign_in.h"
#include "app/tell.h"
#include "app/token.h"
#include "rules/keys.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/account_token.h"
#include "store/campus.h"
#include "store/outbox.h"
#include "store/registration.h"
#include <string.h>

enum { JOIN_HOURS = 24, JOINS_AN_HOUR = 3 };

/* clang-format off */
#define REGISTER_FIELDS \
	{ "username", F_TEXT, .required = true, .max = 60, .rule = user_name_rule, .help = "User name" }, \
	{ "email", F_EMAIL, .required = true, .max = 254, .help = "E-mail; a code is sent there" }, \
	{ "password", F_PASSWORD, .required = true, .max = 512, .help = "At least 8 characters", \
	  .rule = new_password_rule }, \
	{ "first_name", F_TEXT, .required = true, .max = 60, .help = "First name" }, \
	{ "last_name", F_TEXT, .required = true, .max = 60, .help = "Last name" }, \
	{ "student_id", F_TEXT, .max = 40, .help = "Number of a student" }, \
	{ "campus", F_TEXT, .max = 160, .numbered = true, .help = "Which: its number, code or name; left out: the only one" }, \
	{ "campus_id", F_ID, .help = "The same by its number" }, \
	{ "department", F_TEXT, .max = 160, .numbered = true, .help = "Its number, code or name" }, \
	{ "department_id", F_ID, .help = "The same by its number" }, \
	{ "year_level", F_INT, .min = 1, .max = 20, .help = "Year" }, \
	{ "role", F_TEXT, .max = 20, .help = "student: what one registers as" }, \
	{ "is_verified", F_BOOL, .help = "Said by the campus's staff" }
/* clang-format on */
const struct field CAMPUS_REGISTER[] = { REGISTER_FIELDS, FIELDS_END };
const struct field CAMPUS_REGISTER_PAGE[] = {
	REGISTER_FIELDS,
	{ "next", F_TEXT, .max = 1000, .help = "Where to go afterwards" },
	FIELDS_END,
};
static const struct field TOKENS_MADE[] = { TOKENS_(false), FIELDS_NAMED("campus_first_tokens") };
const struct field CAMPUS_REGISTERED[] = {
	{ "message", F_TEXT, .help = "What comes next" },
	{ "user", F_OBJECT, .of = CAMPUS_MEMBER, .help = "Who registered" },
	{ "tokens", F_OBJECT, .of = TOKENS_MADE, .help = "Of the session that begins" },
	FIELDS_NAMED("campus_registered"),
};
const struct field CAMPUS_JOIN[] = {
	{ "token", F_TEXT, .required = true, .max = 100, .help = "What the mail has" },
	{ "password", F_PASSWORD, .required = true, .max = 512, .help = "That of the account that there is" },
	FIELDS_END,
};

/* ---- where ---- */

/* What was named, by whichever of the two; NULL: nothing. */
static const char *named(struct request *rq, const char *text, const char *number)
{
	if (field_given(rq, text) || !field_given(rq, number))
		return field_text(rq, text);
	return talloc_asprintf(rq->mem, "%lld", (long long)field_int(rq, number));
}

/* The campus, open to them; NULL after a fault or a refusal. */
static const struct row *campus_or_refuse(struct request *rq)
{
	const char *name = named(rq, "campus", "campus_id");
	const int64_t id = name ? campus_named(rq->db, name) : registration_only_campus(rq->db);
	const struct row *campus = id ? registration_campus(rq->db, id) : NULL;

	if (!campus && name)
		field_fault(rq, "campus", "There is no such campus.");
	else if (!campus)
		field_fault(rq, "campus", "Say which campus you belong to.");
	else if (row_is(campus, "registration", "closed"))
		refuse(rq, 403, "REGISTRATION_CLOSED", "This campus makes its accounts itself. Ask its staff for one.");
	return refused(rq) ? NULL : campus;
}

/* What they are there; faults where that cannot be. */
static struct campus_member member_asked(struct request *rq, const struct row *campus)
{
	struct campus_member member = { .campus_id = row_int(campus, "id"),
					.first_name = field_text(rq, "first_name"),
					.last_name = field_text(rq, "last_name"),
					.student_id = field_text(rq, "student_id"),
					.year_level = field_int(rq, "year_level") };

	const char *department = named(rq, "department", "department_id");

	if (department)
		member.department_id = department_named(rq->db, member.campus_id, department);
	if (department && !member.department_id)
		field_fault(rq, "department", "There is no such department.");
	return member;
}

static void check_campus(struct request *rq, const struct row *campus, int64_t listed)
{
	if (field_given(rq, "role") && strcmp(field_text(rq, "role"), "student") != 0)
		field_fault(rq, "role", "One registers as a student. Other roles are given by the campus's staff.");
	if (field_given(rq, "is_verified"))
		field_fault(rq, "is_verified", "This is changed by the campus's staff.");
	if (listed)
		return;
	if (row_is(campus, "registration", "imported"))
		field_fault(rq, "student_id", "Nobody on the campus's list has this number with this e-mail.");
	else if (row_is(campus, "registration", "domain") &&
		 address_is(campus, field_text(rq, "email")) == ADDRESS_ELSEWHERE)
		field_fault(rq, "email", "This campus takes addresses of its own alone.");
}

/* ---- who is known ---- */

static struct json_object *kept(const struct campus_member *member)
{
	struct json_object *json = json_object_new_object();

	answer_int(json, "campus_id", member->campus_id);
	answer_int(json, "department_id", member->department_id);
	answer_int(json, "year_level", member->year_level);
	answer_text(json, "first_name", member->first_name);
	answer_text(json, "last_name", member->last_name);
	answer_text(json, "student_id", member->student_id);
	return json;
}

/* Their address is somebody's elsewhere: whoever reads it may add the role, by that account's password. */
static void offer_join(struct request *rq, const struct row *account, const struct campus_member *member)
{
	const struct tongue *tongue = tongue_for(rq, row_text(account, "locale"));
	const int64_t id = row_int(account, "id");
	const ms_t until = rq->now + JOIN_HOURS * MS_HOUR;
	struct message message = { .channel = "mail", .to = row_text(account, "email"), .secret_until = until };
	struct json_object *json;
	char token[TOKEN_SIZE];
	uint8_t hash[HASH_BYTES];

	if (!registration_may_join(rq->db, id) ||
	    !within_limit(rq, talloc_asprintf(rq->mem, "join of %lld", (long long)id), JOINS_AN_HOUR, MS_HOUR))
		return;
	token_make(token);
	hash_plain(token, strlen(token), hash);
	json = kept(member);
	account_tokens_drop(rq->db, id, "join");
	account_token_insert(
		rq->db, hash,
		&(struct account_token){ .purpose = "join",
					 .account_id = id,
					 .payload = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN) },
		rq->now, until);
	json_object_put(json);
	message.subject = tongue_say(tongue, rq->mem, "Your account at %s", rq->config->name);
	message.body = tongue_say(
		tongue, rq->mem,
		"Somebody, perhaps you, registered this e-mail at a campus of %s. It has an account here already: with its password you add the campus to it within a day: %s If it was not you, there is nothing to do.",
		rq->config->name, talloc_asprintf(rq->mem, "%s/campus/join?token=%s", rq->config->base_url, token));
	outbox_put(rq->db, rq->now, &message);
}

/* Are the address and the user name free, but for the account that is claimed? Faults where not. */
static void check_taken(struct request *rq, int64_t listed, const struct campus_member *member)
{
	const struct row *by_email = account_by_email(rq->db, field_text(rq, "email")),
			 *by_name = account_by_username(rq->db, field_text(rq, "username"));

	if (by_name && row_int(by_name, "id") != listed)
		field_fault(rq, "username", "Another one has this already.");
	if (!by_email || row_int(by_email, "id") == listed)
		return;
	field_fault(rq, "email", "This e-mail belongs to another account.");
	offer_join(rq, by_email, member);
	rq->retry_after = 0;
	rq->keep = true;
}

/* ---- the account ---- */

/* Makes it. 0 after a fault, or on failure. */
static int64_t account_make(struct request *rq, const struct campus_member *member, const char *hash)
{
	const struct account_new account = { .name = account_full_name(rq->db, member->first_name, member->last_name),
					     .email = field_text(rq, "email"),
					     .username = field_text(rq, "username"),
					     .password_hash = hash,
					     .locale = tongue_locale(rq->tongue) };
	const int64_t id = account_insert(rq->db, &account, rq->now);

	if (!id && db_last(rq->db) == DB_DUPLICATE)
		field_fault(rq, account_by_username(rq->db, account.username) ? "username" : "email",
			    "Another one has this already.");
	if (!id)
		return 0;
	role_grant(rq->db, id, "student", rq->now);
	if (campus_member_insert(rq->db, id, member, rq->now))
		return id;
	if (db_last(rq->db) == DB_DUPLICATE)
		field_fault(rq, "student_id", "Another one has this already.");
	return 0;
}

/* Takes the one that the campus's list has. 0 after a fault, or on failure. */
static int64_t account_claim(struct request *rq, int64_t listed, const char *hash)
{
	if (registration_claim(rq->db, listed, field_text(rq, "username"), hash, tongue_locale(rq->tongue), rq->now))
		return listed;
	if (db_error(rq->db) == DB_OK)
		field_fault(rq, db_last(rq->db) == DB_DUPLICATE ? "username" : "email",
			    "Another one has this already.");
	return 0;
}

/* The tokens that a sign-in answers, in an object of their own. */
static void gather_tokens(struct request *rq)
{
	static const char *const NAMES[] = { "refresh", "access", "token_type", "expires_in" };
	struct json_object *tokens = answer_object(rq->data, "tokens"), *value;

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (json_object_object_get_ex(rq->data, NAMES[i], &value)) {
			json_object_object_add(tokens, NAMES[i], json_object_get(value));
			json_object_object_del(rq->data, NAMES[i]);
		}
}

static int let_in(struct request *rq, int64_t id, bool listed)
{
	const struct row *account = account_by_id(rq->db, id);
	struct json_object *after;

	if (!account)
		return ANSWERED;
	registration_unproved(rq->db, id, rq->now);
	address_ask(rq, account, row_text(account, "email"), listed);
	after = json_object_new_object();
	answer_text(after, "email", row_text(account, "email"));
	answer_bool(after, "listed", listed);
	audit_change(rq, "register", "account", id, NULL, after);
	sign_in(rq, account, STUDENT, profile_id(rq->db, "student", id), 0);
	say(rq, "Your account is there. A code is on its way to your e-mail: confirm it with that.");
	if (wants_page(rq)) {
		rq->redirect = "/campus/verify-email";
		return ANSWERED;
	}
	gather_tokens(rq);
	answer_text(rq->data, "message", rq->message);
	return ANSWERED;
}

/* POST auth/register/. */
int campus_register(struct request *rq)
{
	const struct row *campus = campus_or_refuse(rq);
	struct campus_member member;
	char hash[PASSWORD_HASH_SIZE];
	int64_t listed = 0, id;

	if (!campus)
		return refused(rq) ? ANSWERED : refuse_fields(rq);
	member = member_asked(rq, campus);
	if (member.student_id)
		listed = registration_listed(rq->db, member.campus_id, field_text(rq, "email"), member.student_id);
	check_campus(rq, campus, listed);
	if (!has_faults(rq))
		check_taken(rq, listed, &member);
	if (has_faults(rq))
		return refuse_fields(rq);
	if (!password_hash(field_text(rq, "password"), hash))
		return refuse(rq, 503, "BUSY", "Too many people are doing this at once. Try again in a moment.");
	id = listed ? account_claim(rq, listed, hash) : account_make(rq, &member, hash);
	if (id)
		return let_in(rq, id, listed);
	return has_faults(rq) ? refuse_fields(rq) : ANSWERED;
}

/* ---- a role for an account that there is ---- */

static struct campus_member member_kept(struct json_object *json)
{
	return (struct campus_member){ .campus_id = json_object_get_int64(json_object_object_get(json, "campus_id")),
				       .department_id =
					       json_object_get_int64(json_object_object_get(json, "department_id")),
				       .year_level = json_object_get_int64(json_object_object_get(json, "year_level")),
				       .first_name = tree_text(json, "first_name"),
				       .last_name = tree_text(json, "last_name"),
				       .student_id = tree_text(json, "student_id") };
}

static int refuse_token(struct request *rq)
{
	field_fault(rq, "token", "This is not good any more. Register once more.");
	return refuse_fields(rq);
}

/* Makes a member of them; the address is proved by what they hold. */
static bool join(struct request *rq, int64_t id, const char *email, const char *payload)
{
	struct json_object *json = json_tokener_parse(payload);
	const struct campus_member member = member_kept(json);
	const struct row *campus = registration_campus(rq->db, member.campus_id);
	bool good;

	role_grant(rq->db, id, "student", rq->now);
	good = campus_member_insert(rq->db, id, &member, rq->now);
	json_object_put(json);
	if (good)
		registration_proved(rq->db, id, address_vouches(campus, email), rq->now);
	return good;
}

/* POST auth/join/. A wrong password leaves what was mailed as good as it was. */
int campus_join(struct request *rq)
{
	const char *token = field_text(rq, "token"), *email;
	const struct row *row, *account;
	uint8_t hash[HASH_BYTES];
	int64_t id;

	hash_plain(token, strlen(token), hash);
	row = account_token_find(rq->db, hash, "join", rq->now);
	account = row ? account_lock(rq->db, row_int(row, "account_id")) : NULL;
	if (!account || !registration_may_join(rq->db, row_int(account, "id")))
		return refuse_token(rq);
	id = row_int(account, "id");
	email = row_text(account, "email");
	if (!password_or_refuse(rq, account, email, field_text(rq, "password")))
		return ANSWERED;
	account_tokens_drop(rq->db, id, "join");
	if (!join(rq, id, email, row_text(row, "payload"))) {
		if (db_last(rq->db) != DB_DUPLICATE)
			return ANSWERED;
		return refuse_token(rq);
	}
	audit_change(rq, "join-campus", "account", id, NULL, NULL);
	say(rq, "The campus is added to your account. Sign in with the password that it has.");
	if (wants_page(rq))
		rq->redirect = "/campus/sign-in";
	return ANSWERED;
}

/* ---- pages ---- */

/* GET /campus/register: where one can. Who is signed in already goes on. */
int campus_register_page(struct request *rq)
{
	if (rq->who.role & CAMPUS)
		rq->redirect = "/campus";
	answer_rows(rq->data, "campuses", registration_campuses(rq->db));
	answer_rows(rq->data, "departments", registration_departments(rq->db));
	return ANSWERED;
}
