#ifndef OUTSIDE_PROBE_H
#define OUTSIDE_PROBE_H
/* Does what is outside answer? Nothing is sent to anybody. For `gatehouse doctor` and jobs; each ends after ten seconds. */
#include "base/clock.h"
#include "base/config.h"
#include <stdbool.h>
#include <stddef.h>

enum { PROBE_BODY = 4096 };

struct probe {
	long status;	       /* of HTTP */
	char type[80];	       /* Content-Type */
	char body[PROBE_BODY]; /* its beginning, as text */
	char error[160];       /* where it did not answer */
};

/* GET url, without following a redirect. False: it was not answered, and error says why. Certificates are those that this
 * machine trusts, or of $CURL_CA_BUNDLE, as the curl command has it. */
bool probe_get(const char *url, struct probe *probe);
/* Greets the mail server of config, over TLS and with its password where there is one, and takes leave. */
bool probe_mail(const struct config *config, struct probe *probe);
/* Until when the certificate is good that url, an https address, shows: *ends. False: it does not answer, or shows none that this machine
 * trusts, and error says why. */
bool probe_certificate(const char *url, struct probe *probe, ms_t *ends);
/* Connects to the SMS gateway of config, over TLS where its address says so. */
bool probe_sms(const struct config *config, struct probe *probe);

#endif
