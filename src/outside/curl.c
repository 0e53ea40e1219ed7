/* One place for the limits of a call to the outside, so that none is forgotten: a gateway that
 * hangs must cost a worker ten seconds and not its life, and one that redirects must not lead us
 * into our own network. */
#include "outside/curl.h"

long outside_timeout_ms = 10000;

static size_t discard(char *bytes, size_t size, size_t n, void *with)
{
	(void)bytes;
	(void)with;
	return size * n;
}

CURL *curl_new(const char *url, const char *protocols)
{
	CURL *curl = curl_easy_init();

	if (!curl)
		return NULL;
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, outside_timeout_ms);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, outside_timeout_ms / 2);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
	return curl;
}
