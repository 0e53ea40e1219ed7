#ifndef OUTSIDE_SMS_H
#define OUTSIDE_SMS_H
/* Text messages. "sandbox" accepts everything (the outbox keeps the text); "http" posts JSON {from, to, text} with a
 * bearer token to a gateway's URL. Never called inside a transaction. */
#include "base/config.h"
#include <stdbool.h>
#include <stddef.h>

enum send_outcome { SEND_OK, SEND_LATER /* try again */, SEND_NEVER /* refused for good */ };

/* error gets a sentence, without secrets. At most 10 s. */
enum send_outcome sms_send(const struct config *config, const char *to, const char *text, char *error, size_t size);

#endif
