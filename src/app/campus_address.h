#ifndef APP_CAMPUS_ADDRESS_H
#define APP_CAMPUS_ADDRESS_H
/* Addresses of a campus's people that count when their owner has answered from them: by a code, or the link that has it, which are good
 * once and for a day. */
#include "http/request.h"

/* Sends account (account_by_id()'s row) at that address what proves it to be theirs. listed: it verifies the account too, for the campus
 * has them on its list. */
void address_ask(struct request *rq, const struct row *account, const char *email, bool listed);
/* Is an address of one of a campus's domains (row of registration_campus())? ADDRESS_ANY: it has none. */
enum address_of { ADDRESS_ANY, ADDRESS_OWN, ADDRESS_ELSEWHERE };
enum address_of address_is(const struct row *campus, const char *email);
/* Does that address, once it is proved, verify who has it there: does the campus go by its domains, and is it of one? NULL: of none. */
bool address_vouches(const struct row *campus, const char *email);

#endif
