/* What guards an account with several roles from its weakest one. A telephone number can be taken from its owner in a shop;
 * that must not be worth more than what is signed in to by telephone. */
#include "app/identity.h"
#include "app/contact.h"
#include "app/sign_in.h"
#include "app/tell.h"
#include "store/account.h"
#include "store/outbox.h"
#include "store/session.h"
#include <assert.h>
#include <string.h>

/* Of new addresses an hour: each gets a message that its owner did not ask for. */
enum { NEW_ADDRESSES = 5 };

static const struct {
	enum role role;
	const char *contact, *who; /* who: in "Sign in as …" */
} STRENGTH[] = {
	{ SUPERADMIN, "email", SAID("staff") },
	{ ADMIN, "email", SAID("staff") },
	{ FINANCE, "email", SAID("staff") },
	{ SUPPORT, "email", SAID("staff") },
	{ ORGANIZER, "mobile_number", SAID("an organizer") },
	{ MERCHANT, "mobile_number", SAID("a merchant") },
	{ CUSTOMER, "mobile_number", SAID("a customer") },
	/* A password alone lets these in, so they change nothing of who has a telephone besides. */
	{ CAMPUS_ADMIN, "email", SAID("campus staff") },
	{ PEOPLE_ADMIN, "email", SAID("an admin of the directory") },
	{ HR, "email", SAID("campus staff") },
	{ CAMPUS_ORGANIZER, "email", SAID("campus staff") },
	{ MODERATOR, "email", SAID("a moderator") },
	{ SUPERVISOR, "email", SAID("campus staff") },
	{ STUDENT, "email", SAID("a student") },
	{ PEOPLE_USER, "email", SAID("a person of the directory") },
	{ USHER, "username", SAID("an usher") },
};

enum { ROLES = sizeof STRENGTH / sizeof *STRENGTH };

/* ---- roles ---- */

enum role roles_of(struct request *rq, int64_t account_id)
{
	const struct rows *rows = account_roles(rq->db, account_id);
	unsigned roles = NOBODY;

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		roles |= role_named(row_text(&row, "role"));
	}
	return (enum role)roles;
}

/* ROLES when there is none. */
static size_t strongest_at(enum role roles)
{
	size_t i = 0;

	while (i < ROLES && !(STRENGTH[i].role & roles))
		i++;
	return i;
}

enum role strongest(enum role roles)
{
	size_t i = strongest_at(roles);

	return i < ROLES ? STRENGTH[i].role : NOBODY;
}

const char *contact_of(enum role role)
{
	size_t i = strongest_at(role);

	assert(i < ROLES);
	return STRENGTH[i].contact;
}

bool telephone_suffices(enum role roles)
{
	for (size_t i = 0; i < ROLES; i++)
		if (STRENGTH[i].role & roles && strcmp(STRENGTH[i].contact, "mobile_number"))
			return false;
	return true;
}

/* ---- may this session ---- */

bool strongest_or_refuse(struct request *rq)
{
	size_t i;

	account_lock(rq->db, rq->who.account_id);
	i = strongest_at(roles_of(rq, rq->who.account_id));
	if (i == ROLES || STRENGTH[i].role == rq->who.role)
		return true;
	if (STRENGTH[i].role & STAFF && rq->who.role & STAFF)
		refuse(rq, 403, "STRONGER_ROLE",
		       "You have a stronger role since you signed in. Sign out and in again first.");
	else if (STRENGTH[i].role & STAFF)
		refuse(rq, 403, "STRONGER_ROLE",
		       "This account works here too, so this is not changed from here. Sign in as staff, or ask a superadmin.");
	else
		refuse(rq, 403, "STRONGER_ROLE", "This account has another role too. Sign in as %s to change this.",
		       said_to(rq, STRENGTH[i].who));
	return false;
}

static bool fresh(struct request *rq)
{
	return session_begun_since(rq->db, rq->who.session_id, rq->now - FRESH_MINUTES * MS_MINUTE);
}

bool fresh_or_refuse(struct request *rq)
{
	if (fresh(rq))
		return true;
	refuse(rq, 403, "SIGN_IN_AGAIN", "Sign out and in again first: this needs a sign-in of the last %d minutes.",
	       FRESH_MINUTES);
	return false;
}

bool identity_or_refuse(struct request *rq)
{
	return strongest_or_refuse(rq) && fresh_or_refuse(rq);
}

bool new_address_or_refuse(struct request *rq)
{
	const char *what = talloc_asprintf(rq->mem, "new address of %lld", (long long)rq->who.account_id);

	if (!identity_or_refuse(rq))
		return false;
	if (within_limit(rq, what, NEW_ADDRESSES, MS_HOUR))
		return true;
	refuse(rq, 429, "TOO_MANY_CHANGES", "This was changed %d times within an hour. Try again later.",
	       NEW_ADDRESSES);
	return false;
}

/* NULL: there is none, for nobody and where there is no portal. */
static const char *account_page_of(struct request *rq, enum role role)
{
	const struct mount *mount = mount_of_role(rq->mounts, role);

	return mount && mount->portal ? talloc_asprintf(rq->mem, "%s/account", mount->portal) : NULL;
}

bool answer_identity(struct request *rq, struct json_object *into)
{
	enum role role = strongest(roles_of(rq, rq->who.account_id));
	struct json_object *identity = answer_object(into, "identity");
	bool own = role == rq->who.role, open = own && fresh(rq);

	answer_text(identity, "role", role_name(role));
	answer_bool(identity, "own", own);
	answer_bool(identity, "open", open);
	answer_text(identity, "at", account_page_of(rq, role));
	return open;
}

/* ---- telling ---- */

static const char *text_or_null(const struct row *row, const char *column)
{
	return row_null(row, column) ? NULL : row_text(row, column);
}

static void tell_one(struct request *rq, const struct tongue *tongue, const char *channel, const char *to,
		     const char *sentence)
{
	const char *subject =
		strcmp(channel, "mail") ? "" : tongue_say(tongue, rq->mem, "Your %s account", rq->config->name);

	if (to)
		outbox_add(rq->db, rq->now, channel, to, subject, sentence);
}

/* Who is not signed in and changes something brought a code for it. */
static const struct tongue *tongue_of_account(const struct request *rq, const struct row *account)
{
	bool own = rq->who.role == NOBODY || rq->who.account_id == row_int(account, "id");

	return own ? tongue_for(rq, row_text(account, "locale")) : tongue_of(rq, row_text(account, "locale"));
}

static void tell_everywhere(struct request *rq, const struct row *account, const char *sentence)
{
	const struct tongue *tongue = tongue_of_account(rq, account);

	tell_one(rq, tongue, "mail", text_or_null(account, "email"), sentence);
	tell_one(rq, tongue, "sms", text_or_null(account, "mobile_number"), sentence);
}

void tell_account(struct request *rq, const struct row *account, const char *sentence)
{
	tell_everywhere(rq, account, tongue_say(tongue_of_account(rq, account), rq->mem, sentence, rq->config->name));
}

void tell_password(struct request *rq, const struct row *account)
{
	tell_account(rq, account, "Your %s password was changed. If that was not you, tell us at once.");
}

/* "The e-mail of your Gatehouse account is a•••@site.example now. …": whoever reads it at the old address learns no more of
 * the new one than its owner needs to know it again. */
static const char *sentence_of(struct request *rq, const struct tongue *tongue, const char *what, const char *after)
{
	const char *name = rq->config->name, *said = tongue_says(tongue, what);

	if (!after)
		return tongue_say(tongue, rq->mem,
				  "Your %s account has no %s any more. If that was not you, tell us at once.", name,
				  said);
	return tongue_say(tongue, rq->mem, "The %s of your %s account is %s now. If that was not you, tell us at once.",
			  said, name, strcmp(what, "user name") ? contact_hint(rq, after) : after);
}

void tell_renamed(struct request *rq, const struct row *before, const char *email, const char *mobile_number,
		  const char *username)
{
	const struct {
		const char *column, *what, *after;
	} contacts[] = {
		{ "email", SAID("e-mail"), email },
		{ "mobile_number", SAID("mobile number"), mobile_number },
		{ "username", SAID("user name"), username },
	};
	const struct tongue *tongue = tongue_of_account(rq, before);

	for (size_t i = 0; i < sizeof contacts / sizeof *contacts; i++) {
		const char *sentence;

		if (same_contact(before, contacts[i].column, contacts[i].after))
			continue;
		sentence = sentence_of(rq, tongue, contacts[i].what, contacts[i].after);
		tell_everywhere(rq, before, sentence);
		if (!same_contact(before, "email", email))
			tell_one(rq, tongue, "mail", email, sentence);
		if (!same_contact(before, "mobile_number", mobile_number))
			tell_one(rq, tongue, "sms", mobile_number, sentence);
	}
}
