/* curl asks for a socket to the very address that it is about to connect to: there is nothing between what is looked at and what is
 * reached. */
#include "outside/guard.h"
#include "base/address.h"
#include "base/list.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* ---- addresses ---- */

static bool is_host(const char *host, const char *item, size_t len)
{
	size_t all = strlen(host);

	if (len > 2 && item[0] == '*' && item[1] == '.')
		return all >= len && !strncasecmp(host + all - (len - 1), item + 1, len - 1);
	return len == all && !strncasecmp(item, host, len);
}

/* A part of an address; the caller gives it to curl_free(). NULL: there is none. */
static char *part_of(const char *url, CURLUPart part, unsigned flags)
{
	CURLU *parts = curl_url();
	char *text = NULL;

	if (!parts || curl_url_set(parts, CURLUPART_URL, url, 0) || curl_url_get(parts, part, &text, flags))
		text = NULL;
	curl_url_cleanup(parts);
	return text;
}

bool host_listed(const char *url, const char *list)
{
	char *host = part_of(url, CURLUPART_HOST, 0);
	const char *at = list, *item;
	bool listed = false;
	size_t len;

	while (host && !listed && (item = list_next(&at, ',', &len)))
		listed = is_host(host, item, len);
	curl_free(host);
	return listed;
}

bool url_origin(const char *url, char *out, size_t size)
{
	char *scheme = part_of(url, CURLUPART_SCHEME, 0), *host = part_of(url, CURLUPART_HOST, 0),
	     *port = part_of(url, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
	int len = scheme && host ? snprintf(out, size, "%s://%s%s%s", scheme, host, port ? ":" : "", port ? port : "")
				 : -1;

	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return len > 0 && (size_t)len < size;
}

/* ---- calls ---- */

static curl_socket_t open_socket(void *with, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct guard *guard = with;

	if (purpose != CURLSOCKTYPE_IPCXN || (!guard->may_be_private && !address_is_public(&address->addr))) {
		guard->kept_out = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

const char *guard_protocols(const struct config *config)
{
	return config->webhook_http ? "http,https" : "https";
}

void guard_set(struct guard *guard, CURL *curl, const struct config *config, const char *url)
{
	const char *trusted = getenv("CURL_CA_BUNDLE");

	*guard = (struct guard){ .may_be_private = host_listed(url, config->webhook_private) };
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, guard);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs is not waited for */
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Gatehouse/" GATEHOUSE_VERSION);
	if (trusted && *trusted)
		curl_easy_setopt(curl, CURLOPT_CAINFO, trusted);
}
