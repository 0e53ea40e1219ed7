#ifndef OUTSIDE_MAIL_H
#define OUTSIDE_MAIL_H
/* Mail (RFC 5322, UTF-8 text, quoted-printable). "sandbox" accepts everything; "smtp" hands it to config's mail_url
 * (smtp://, smtps://) through libcurl. Header injection is impossible: control characters are refused. */
#include "outside/sms.h"

enum send_outcome mail_send(const struct config *config, const char *to, const char *subject, const char *text,
			    const char *message_id, char *error, size_t size);

#endif
