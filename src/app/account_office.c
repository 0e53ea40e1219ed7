/* Accounts as staff manage them. One account is one person, whatever roles they have, so the lists by role are views of
 * the same accounts and take the same changes. Nobody disables their own account, and only a superadmin touches staff's:
 * otherwise an admin could make a superadmin of themselves. The same holds of who has a role at an institution, where
 * ticketing's staff have none, for a password that is set here opens it; and who has roles there alone is not to be seen here
 * (resources/family.h, OF_THE_HOUSE). What staff sign in with is changed by one who signed in a short while ago, and whatever
 * anybody signs in with, they are told of a change. */
#include "app/account_office.h"
#include "app/actions/staff.h"
#include "app/contact.h"
#include "app/identity.h"
#include "app/new_password.h"
#include "app/sign_out.h"
#include "base/role.h"
#include "base/uuid.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/co_worker.h"
#include "store/office.h"
#include "store/session.h"
#include <string.h>

/* ---- who may ---- */

/* What an account opens, besides what anybody may have, is a superadmin's alone to give. */
enum { GUARDED = STAFF | INSTITUTIONS };

/* roles: the account's, all of them, or the one that it shall get. */
static bool may_touch(struct request *rq, enum role roles)
{
	if (!(roles & GUARDED) || rq->who.role == SUPERADMIN)
		return true;
	refuse(rq, 403, "SUPERADMIN_ONLY",
	       roles & STAFF ? "Only a superadmin makes or changes accounts of staff."
			     : "This account belongs to an institution too, so only a superadmin changes it here.");
	return false;
}

/* May they change what somebody signs in with? */
static bool may_identify(struct request *rq, enum role roles)
{
	return may_touch(rq, roles) && (!(roles & GUARDED) || fresh_or_refuse(rq));
}

static bool may_see(const struct request *rq, enum role roles)
{
	return !(roles & INSTITUTIONS) || roles & ANY_ROLE || rq->who.role == SUPERADMIN;
}

static enum role roles_here(struct request *rq, const struct row *account)
{
	return roles_of(rq, row_int(account, "id"));
}

/* Locked before all else is read, so that nobody becomes staff between the look and the change. as: what they are by the record
 * that led to them, whatever roles they have. */
static const struct row *account_or_refuse(struct request *rq, int64_t id, enum role as, const char *code,
					   const char *sentence)
{
	const struct row *account = account_lock(rq->db, id);
	enum role roles = account ? roles_here(rq, account) : NOBODY;

	if (!account || !may_see(rq, roles | as)) {
		refuse(rq, 404, code, "%s", sentence);
		return NULL;
	}
	return may_touch(rq, roles) ? account : NULL;
}

static const struct row *account_or_404(struct request *rq)
{
	return account_or_refuse(rq, path_id(rq, "id"), NOBODY, "USER_NOT_FOUND", "There is no such user.");
}

/* ---- making one ---- */

/* The role of a new account: said by the noun ("organizer"), or by the field "role". */
static const char *role_made(struct request *rq)
{
	const char *noun = resource_of(rq)->noun;

	return !strcmp(noun, "user") || !strcmp(noun, "admin") ? field_text(rq, "role") : noun;
}

/* Does the noun's form have this field? The lists by role differ in what they ask for. */
static bool takes(const struct request *rq, const char *name, unsigned verb)
{
	for (const struct resource_column *c = resource_of(rq)->columns; c->name; c++)
		if (c->flags & verb && !strcmp(c->name, name))
			return true;
	return false;
}

static const char *text_or_null(struct request *rq, const char *name)
{
	return takes(rq, name, CREATED) ? field_text(rq, name) : NULL;
}

static bool fit_to_make(struct request *rq, const char *role)
{
	const char *contact = contact_of(role_named(role));
	bool company = !strcmp(role, "organizer") || !strcmp(role, "merchant");

	if (!may_identify(rq, role_named(role)))
		return false;
	if (!text_or_null(rq, contact))
		field_fault(rq, contact, "This role signs in with it.");
	if (company && !text_or_null(rq, "company"))
		field_fault(rq, "company", "Give the company's name.");
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq);
}

/* Of an organizer: what the house takes of their sales, and their tax number. */
static void set_terms(struct request *rq, int64_t account_id, unsigned verb)
{
	struct organizer_terms terms = { 0 };
	int64_t rate, fixed;

	if (!takes(rq, "fee_rate", verb))
		return;
	terms.sets_rate = field_given(rq, "fee_rate") || field_cleared(rq, "fee_rate");
	terms.sets_fixed = field_given(rq, "fee_fixed") || field_cleared(rq, "fee_fixed");
	terms.sets_number = field_given(rq, "tax_number") || field_cleared(rq, "tax_number");
	rate = field_int(rq, "fee_rate");
	fixed = field_int(rq, "fee_fixed");
	terms.fee_rate = field_given(rq, "fee_rate") ? &rate : NULL;
	terms.fee_fixed = field_given(rq, "fee_fixed") ? &fixed : NULL;
	terms.tax_number = field_given(rq, "tax_number") ? field_text(rq, "tax_number") : NULL;
	if (terms.sets_rate || terms.sets_fixed || terms.sets_number)
		profile_terms(rq->db, account_id, &terms);
}

int64_t office_account_insert(struct request *rq)
{
	const char *role = role_made(rq);
	char hash[PASSWORD_HASH_SIZE];
	struct account_new account = { .name = field_text(rq, "name"),
				       .email = text_or_null(rq, "email"),
				       .mobile_number = text_or_null(rq, "mobile_number"),
				       .username = text_or_null(rq, "username"),
				       .password_hash = hash,
				       .locale = rq->config->locale,
				       .mobile_verified = text_or_null(rq, "mobile_number") != NULL };
	int64_t id;

	if (!fit_to_make(rq, role))
		return 0;
	if (!password_hash(field_text(rq, "password"), hash)) {
		rq->retry_after = 2;
		refuse(rq, 503, "BUSY", "There is no memory for this just now. Try again in a moment.");
		return 0;
	}
	id = account_insert(rq->db, &account, rq->now);
	if (!id) {
		resource_refused(rq, resource_of(rq), NOUN_DUPLICATE, "account");
		return 0;
	}
	profile_open(rq->db, role, id, text_or_null(rq, "company"), rq->now);
	set_terms(rq, id, CREATED);
	return id;
}

/* ---- changing one ---- */

/* A text as it shall be: given, emptied, or as it was. */
static const char *text_after(struct request *rq, const char *name, const struct row *account)
{
	if (!takes(rq, name, EDITED))
		return row_null(account, name) ? NULL : row_text(account, name);
	if (field_given(rq, name))
		return field_text(rq, name);
	if (field_cleared(rq, name) || row_null(account, name))
		return NULL;
	return row_text(account, name);
}

static void set_status(struct request *rq, const struct row *account, const char *status)
{
	int64_t id = row_int(account, "id");

	if (row_is(account, "status", status))
		return;
	if (id == rq->who.account_id) {
		refuse(rq, 409, "YOURSELF", "You cannot disable your own account.");
		return;
	}
	account_set_status(rq->db, id, status, rq->now);
	if (!strcmp(status, "disabled"))
		sign_out_all(rq, id, 0);
}

/* To the letter: contacts that are the same to sign in with may be written otherwise. */
static bool stands(const struct row *account, const char *column, const char *text)
{
	return text ? row_is(account, column, text) : row_null(account, column);
}

static void change(struct request *rq, const struct row *account)
{
	int64_t id = row_int(account, "id");
	const char *name = text_after(rq, "name", account), *email = text_after(rq, "email", account);
	const char *mobile = text_after(rq, "mobile_number", account);
	const char *username = text_after(rq, "username", account);

	if ((!same_contact(account, "email", email) || !same_contact(account, "mobile_number", mobile) ||
	     !same_contact(account, "username", username)) &&
	    !may_identify(rq, roles_here(rq, account)))
		return;
	if (!(stands(account, "name", name) && stands(account, "email", email) &&
	      stands(account, "mobile_number", mobile) && stands(account, "username", username)) &&
	    !account_rename(rq->db, id, name, email, mobile, username, rq->now)) {
		resource_refused(rq, resource_of(rq), NOUN_DUPLICATE, "account");
		return;
	}
	tell_renamed(rq, account, email, mobile, username);
	if (takes(rq, "status", EDITED) && field_given(rq, "status"))
		set_status(rq, account, field_text(rq, "status"));
}

void office_account_update(struct request *rq, int64_t id)
{
	const struct row *account = account_or_404(rq);
	const char *noun = resource_of(rq)->noun;

	if (!account)
		return;
	change(rq, account);
	if (!refused(rq))
		set_terms(rq, id, EDITED);
	if (refused(rq) || !takes(rq, "company", EDITED) || !field_given(rq, "company"))
		return;
	if (strcmp(noun, "merchant") && account_has_role(rq->db, id, "organizer"))
		profile_company(rq->db, "organizer", id, field_text(rq, "company"));
	if (strcmp(noun, "organizer") && account_has_role(rq->db, id, "merchant"))
		profile_company(rq->db, "merchant", id, field_text(rq, "company"));
}

void office_account_disable(struct request *rq, int64_t id)
{
	const struct row *account = account_or_404(rq);

	(void)id;
	if (!account)
		return;
	set_status(rq, account, "disabled");
	if (!refused(rq))
		say(rq, "The account is disabled. It can be enabled again.");
}

static const struct row *account_of_customer(struct request *rq, int64_t customer_id)
{
	return account_or_refuse(rq, office_customer_account(rq->db, customer_id), CUSTOMER, "CUSTOMER_NOT_FOUND",
				 "There is no such customer.");
}

void office_customer_update(struct request *rq, int64_t id)
{
	const struct row *account = account_of_customer(rq, id);

	if (account)
		change(rq, account);
}

const struct field CUSTOMER_STATUS[] = {
	{ "status", F_CHOICE, .required = true, .choices = "active,disabled", .help = "May they sign in" },
	FIELDS_END,
};

const struct field CUSTOMER_STANDS[] = {
	{ "id", F_ID, .help = "The customer" },
	{ "status", F_CHOICE, .choices = "active,disabled", .help = "May they sign in" },
	FIELDS_END,
};

int customer_status(struct request *rq)
{
	const struct row *account = account_of_customer(rq, path_id(rq, "id"));
	struct json_object *before, *after;

	if (!account)
		return ANSWERED;
	set_status(rq, account, field_text(rq, "status"));
	if (refused(rq))
		return ANSWERED;
	answer_int(rq->data, "id", path_id(rq, "id"));
	answer_text(rq->data, "status", field_text(rq, "status"));
	before = json_object_new_object();
	answer_text(before, "status", row_text(account, "status"));
	after = json_object_new_object();
	answer_text(after, "status", field_text(rq, "status"));
	audit_change(rq, "status", "customer", path_id(rq, "id"), before, after);
	return ANSWERED;
}

const struct field CUSTOMER_BOOKINGS[] = { FIELDS_PAGE, FIELDS_END };

int customer_bookings(struct request *rq)
{
	int64_t id = path_id(rq, "id");

	if (!office_customer_account(rq->db, id))
		return refuse(rq, 404, "CUSTOMER_NOT_FOUND", "There is no such customer.");
	return resource_answer_list(rq, resource_named(NULL, "orders"), "customer_id", id);
}

/* ---- passwords, verification, roles ---- */

const struct field RESET_PASSWORD[] = {
	{ "new_password", F_PASSWORD, .help = "The new password; without one it is made up and told once" },
	FIELDS_END,
};

const struct field PASSWORD_SET[] = {
	{ "id", F_ID, .help = "The account" },
	{ "name", F_TEXT, .help = "Whose" },
	{ "password", F_TEXT, .sometimes = true, .help = "Where it was made up: told this once" },
	FIELDS_END,
};
const struct field USER_VERIFIED[] = {
	{ "id", F_ID, .help = "The account" },
	{ "mobile_verified_at", F_TIME, .help = "Since when its number counts as verified" },
	FIELDS_END,
};

/* Sixteen characters that people can read out; 80 bits. */
static char *made_up(TALLOC_CTX *mem)
{
	static const char LETTERS[] = "abcdefghjkmnpqrstuvwxyz23456789";
	char *text = talloc_zero_size(mem, 20);

	for (int i = 0; i < 19; i++)
		text[i] = i % 5 == 4 ? '-' : LETTERS[random_below(sizeof LETTERS - 1)];
	return text;
}

int user_reset_password(struct request *rq)
{
	const struct row *account = account_or_404(rq);
	const char *password = field_text(rq, "new_password"), *fault;

	if (!account || !may_identify(rq, roles_here(rq, account)))
		return ANSWERED;
	if (!password) {
		password = made_up(rq->mem);
		answer_text(rq->data, "password", password);
	}
	fault = password_fault(password, row_text(account, "name"), row_text(account, "email"));
	if (fault) {
		field_fault(rq, "new_password", "%s", fault);
		return refuse_fields(rq);
	}
	if (!new_password_give(rq, account, password, rq->who.session_id))
		return ANSWERED;
	answer_int(rq->data, "id", row_int(account, "id"));
	answer_text(rq->data, "name", row_text(account, "name"));
	audit_change(rq, "reset_password", "user", row_int(account, "id"), NULL, NULL);
	say(rq, "The password is set, and all of this person's sessions have ended.");
	return ANSWERED;
}

/* The page that asks for a new password. */
int user_act(struct request *rq)
{
	const struct row *account = account_or_404(rq);

	if (!account)
		return ANSWERED;
	answer_int(rq->data, "id", row_int(account, "id"));
	answer_text(rq->data, "name", row_text(account, "name"));
	return ANSWERED;
}

int user_verify(struct request *rq)
{
	const struct row *account = account_or_404(rq);

	if (!account)
		return ANSWERED;
	account_set_verified(rq->db, row_int(account, "id"), rq->now);
	answer_int(rq->data, "id", row_int(account, "id"));
	answer_time(rq->data, "mobile_verified_at", rq->now);
	audit_change(rq, "verify", "user", row_int(account, "id"), NULL, NULL);
	say(rq, "The mobile number counts as verified.");
	return ANSWERED;
}

const struct field USER_ROLE[] = {
	{ "role", F_CHOICE, .required = true, .choices = ROLE_CHOICES, .help = "The role" },
	{ "company", F_TEXT, .max = 160, .help = "Company, of an organizer or merchant" },
	FIELDS_END,
};

const struct field ROLE_CHANGED[] = {
	{ "id", F_ID, .help = "The account" },
	{ "role", F_CHOICE, .choices = ROLE_CHOICES, .help = "The role" },
	FIELDS_NAMED("role_changed"),
};

static int answer_roles(struct request *rq, const char *action, int64_t id, const char *role)
{
	struct json_object *told = json_object_new_object();

	answer_int(rq->data, "id", id);
	answer_text(rq->data, "role", role);
	answer_text(told, "role", role);
	if (!strcmp(action, "grant_role"))
		audit_change(rq, action, "user", id, NULL, told);
	else
		audit_change(rq, action, "user", id, told, NULL);
	return ANSWERED;
}

int user_grant_role(struct request *rq)
{
	const struct row *account = account_or_404(rq);
	const char *role = field_text(rq, "role"), *contact = contact_of(role_named(role));

	if (!account || !may_identify(rq, role_named(role)))
		return ANSWERED;
	if (!strcmp(role, "organizer") && co_worker_is(rq->db, row_int(account, "id")))
		return refuse(rq, 409, "CO_WORKER",
			      "This account works for another organizer. Take the role away first.");
	if (row_null(account, contact)) {
		field_fault(rq, "role", "This role signs in with %s, which this account has not.",
			    said_to(rq, !strcmp(contact, "email")      ? SAID("an e-mail address")
					: !strcmp(contact, "username") ? SAID("a username")
								       : SAID("a mobile number")));
		return refuse_fields(rq);
	}
	if (!strcmp(role, "organizer") || !strcmp(role, "merchant"))
		if (!field_given(rq, "company")) {
			field_fault(rq, "company", "Give the company's name.");
			return refuse_fields(rq);
		}
	profile_open(rq->db, role, row_int(account, "id"), field_text(rq, "company"), rq->now);
	say(rq, "The role is granted.");
	return answer_roles(rq, "grant_role", row_int(account, "id"), role);
}

int user_revoke_role(struct request *rq)
{
	const struct row *account = account_or_404(rq);
	const char *role = path_text(rq, "role");

	if (!account)
		return ANSWERED;
	if (!account_has_role(rq->db, row_int(account, "id"), role))
		return refuse(rq, 404, "NO_SUCH_ROLE", "This account does not have this role.");
	if (row_int(account, "id") == rq->who.account_id && role_named(role) & STAFF)
		return refuse(rq, 409, "YOURSELF", "You cannot take your own role away.");
	role_revoke(rq->db, row_int(account, "id"), role);
	say(rq, "The role is taken away. Sessions with it have ended.");
	return answer_roles(rq, "revoke_role", row_int(account, "id"), role);
}

/* ---- the list ---- */

void users_narrow(struct request *rq, struct noun_ask *ask)
{
	if (!field_given(rq, "role") || !role_is_rare(rq->db, field_text(rq, "role")))
		return;
	noun_ask_also(ask, "t.id IN (SELECT r.account_id FROM account_role r WHERE r.role = ?)",
		      arg_text(field_text(rq, "role")), false);
	ask->few = true;
}
