/* What is forbidden as a password is asked of whichever names the same form gives; where these are kept already (a change of
 * one's own password), the action asks again with them. */
#include "app/new_password.h"
#include "rules/password.h"

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
