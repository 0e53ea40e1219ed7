#ifndef APP_TICKET_H
#define APP_TICKET_H
/* What other nouns' actions need of a ticket. */
#include "base/row.h"
#include "rules/turning.h"

/* Its signed code, on mem, by its parts (ticket_code_parts()); NULL when its event has no key that opens. Where codes turn it is not
 * let in: see below. */
const char *ticket_code_text(TALLOC_CTX *mem, const struct row *parts);

/* A code as it is to be held up at a moment. */
struct ticket_shown {
	const char *code; /* what is signed, as above */
	const char *text; /* with its digits, where it turns; else the same */
	bool turns;
	uint8_t secret[TOTP_SECRET]; /* what its digits are made with */
	ms_t until;		     /* when they turn; 0: never */
};

/* False when its event has no key that opens. */
bool ticket_shown_at(TALLOC_CTX *mem, const struct row *parts, ms_t now, struct ticket_shown *out);

#endif
