#ifndef OUTSIDE_GUARD_H
#define OUTSIDE_GUARD_H
/* Calls to addresses that anybody may have typed: nothing of a private network is ever reached. What counts is the address that a
 * connection is made to, whatever the name was said to be a moment before; no proxy of the environment's is used. */
#include "base/config.h"
#include "outside/curl.h"
#include <stdbool.h>
#include <stddef.h>

struct guard {
	bool may_be_private; /* the host is one of [webhooks] private_hosts */
	bool kept_out;	     /* it led to an address that is not public: the call failed for that */
};

/* Puts it over a handle for url; guard must live as long as the call. The certificates that are trusted are this machine's, or
 * those of $CURL_CA_BUNDLE. */
void guard_set(struct guard *guard, CURL *curl, const struct config *config, const char *url);
/* "http,https" where [webhooks] http allows that, else "https". */
const char *guard_protocols(const struct config *config);
/* Is the host of that address one of the comma-separated list, as curl reads it, so that both mean the same? "*.example" is
 * whatever lies below example. */
bool host_listed(const char *url, const char *list);
/* The origin of an address, "https://push.example:8443", without the port that is usual (RFC 6454 §6.2). False: it has none, or it
 * does not fit. */
bool url_origin(const char *url, char *out, size_t size);

#endif
