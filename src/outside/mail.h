#ifndef OUTSIDE_MAIL_H
#define OUTSIDE_MAIL_H
/* Mail (RFC 5322, UTF-8 text, quoted-printable). "sandbox" accepts everything; "smtp" hands it to config's mail_url
 * (smtp://, smtps://) through libcurl. Header injection is impossible: control characters are refused. */
#include "outside/curl.h"
#include "outside/sms.h"

/* A file that goes with a message. */
struct mail_file {
	const char *name; /* as people see it, in any script */
	const char *type; /* its media type */
	const void *bytes;
	size_t len;
};

/* A message with n files behind its text (multipart/mixed, RFC 2046; their names as RFC 2231 has them). */
enum send_outcome mail_send_with(const struct config *config, const char *to, const char *subject, const char *text,
				 const char *message_id, const struct mail_file *files, size_t n, char *error,
				 size_t size);
/* One of text alone. */
enum send_outcome mail_send(const struct config *config, const char *to, const char *subject, const char *text,
			    const char *message_id, char *error, size_t size);
/* TLS and the password, as config wants them of a connection to its mail server. */
void mail_secure(CURL *curl, const struct config *config);

#endif
