#ifndef APP_CONTACT_H
#define APP_CONTACT_H
/* What people are found and written to by: e-mails, mobile numbers, user names. */
#include "http/request.h"

/* Is the text what the row has in a column? NULL is an empty one, and addresses are the same in any case. */
bool same_contact(const struct row *row, const char *column, const char *text);
/* What a page says about where a message went, without giving it away: "•••• 01", "a•••@site.example". On rq->mem. */
const char *contact_hint(struct request *rq, const char *contact);

#endif
