/* Contacts, compared and shown alike wherever they are. */
#include "app/contact.h"
#include <string.h>
#include <strings.h>

bool same_contact(const struct row *row, const char *column, const char *text)
{
	if (row_null(row, column) || !text)
		return row_null(row, column) && !text;
	return !strcasecmp(row_text(row, column), text);
}

const char *contact_hint(struct request *rq, const char *contact)
{
	const char *at = strchr(contact, '@');
	size_t len = strlen(contact);

	if (at)
		return talloc_asprintf(rq->mem, "%.1s•••%s", contact, at);
	return talloc_asprintf(rq->mem, "•••• %s", len > 2 ? contact + len - 2 : contact);
}
