#ifndef STORE_MAIL_CHOICE_H
#define STORE_MAIL_CHOICE_H
/* Who wants no mail but receipts. Each address has a random token, in the mails that are sent to it: who has it may choose. */
#include "db/db.h"

enum { MAIL_TOKEN = 32 }; /* characters: hex of 16 random bytes */

/* The token of an address, made where it has none, on the database's memory; NULL where it declined, or on failure. Outside a
 * transaction. */
const char *mail_choice_token(struct db *db, const char *recipient, ms_t now);
/* recipient, declined:bool; NULL: nobody's token. */
const struct row *mail_choice_get(struct db *db, const char *token);
/* Declines, or takes that back. The same twice is no other. */
void mail_choice_set(struct db *db, const char *token, bool declined, ms_t now);

#endif
