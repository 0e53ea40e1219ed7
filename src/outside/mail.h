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

/* One mail, its texts in UTF-8. */
struct mail {
	const char *to, *subject, *message_id;
	const char *text;     /* plain */
	const char *html;     /* the same as HTML, beside it (multipart/alternative); NULL: plain alone */
	const char *reply_to; /* an address; NULL, or what is none: answers go to the sender */
	const struct mail_file
		*files; /* behind what it says (multipart/mixed, RFC 2046; their names as RFC 2231 has them) */
	size_t n_files;
	const char *unsubscribe; /* an https or http address that takes a one-click POST (RFC 8058); NULL: none */
};

/* error gets a sentence, without secrets. At most 10 s. */
enum send_outcome mail_send(const struct config *config, const struct mail *mail, char *error, size_t size);
/* TLS and the password, as config wants them of a connection to its mail server. */
void mail_secure(CURL *curl, const struct config *config);

#endif
