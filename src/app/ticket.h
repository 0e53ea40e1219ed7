#ifndef APP_TICKET_H
#define APP_TICKET_H
/* What other nouns' actions need of a ticket. */
#include "base/row.h"

/* Its signed code, on mem, by its parts (ticket_code_parts()); NULL when its event has no key that opens. */
const char *ticket_code_text(TALLOC_CTX *mem, const struct row *parts);

#endif
