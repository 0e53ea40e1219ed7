/* What is forbidden as a password is asked of whichever names the same form gives; where these are kept already (a change of
 * one's own password), the action asks again with them. */
#include "app/new_password.h"
#include "app/identity.h"
#include "app/sign_out.h"
#include "rules/password.h"
#include "store/account.h"
#include "store/account_token.h"

static const char *said(const struct request *rq, const char *field)
{
	return field_declared(rq, field) ? field_text(rq, field) : NULL;
}

const char *new_password_rule(const struct request *rq, const char *password)
{
	static const char *const CONTACTS[] = { "mobile_number", "contact_mobile", "email", "username" };
	const char *name = said(rq, "name"), *fault = password_fault(password, name, NULL);

	for (size_t i = 0; !fault && i < sizeof CONTACTS / sizeof *CONTACTS; i++)
		fault = password_fault(password, name, said(rq, CONTACTS[i]));
	return fault;
}

bool new_password_give(struct request *rq, const struct row *account, const char *password, int64_t keeps)
{
	char hash[PASSWORD_HASH_SIZE];

	if (!password_hash(password, hash)) {
		refuse(rq, 503, "BUSY", "Too many people are doing this at once. Try again in a moment.");
		return false;
	}
	account_set_password(rq->db, row_int(account, "id"), hash, rq->now);
	account_tokens_drop(rq->db, row_int(account, "id"), NULL);
	sign_out_all(rq, row_int(account, "id"), keeps);
	tell_password(rq, account);
	return true;
}
