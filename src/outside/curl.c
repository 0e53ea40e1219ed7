/* One place for the limits of a call to the outside, so that none is forgotten: a gateway that
 * hangs must cost a worker ten seconds and not its life, and one that redirects must not lead us
 * into our own network. */
#include "outside/curl.h"
#include "base/trace.h"
#include <stdio.h>
#include <stdlib.h>

enum { LINE = 2300 };
_Static_assert((int)LINE > (int)TRACESTATE_SIZE + 20, "a trace fits a line");

long outside_timeout_ms = 10000;

static size_t discard(char *bytes, size_t size, size_t n, void *with)
{
	(void)bytes;
	(void)with;
	return size * n;
}

static void limit(CURL *curl, const char *url, const char *protocols)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, outside_timeout_ms);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, outside_timeout_ms / 2);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
}

CURL *curl_new(const char *url, const char *protocols)
{
	CURL *curl = curl_easy_init();

	if (curl)
		limit(curl, url, protocols);
	return curl;
}

CURL *curl_again(CURL *kept, const char *url, const char *protocols)
{
	if (!kept)
		return curl_new(url, protocols);
	curl_easy_reset(kept);
	limit(kept, url, protocols);
	return kept;
}

struct curl_slist *curl_line(struct curl_slist *head, const char *name, const char *value)
{
	char line[LINE];
	struct curl_slist *longer;

	snprintf(line, sizeof line, "%s: %s", name, value);
	longer = curl_slist_append(head, line);
	if (!longer)
		abort();
	return longer;
}

struct curl_slist *curl_traced(struct curl_slist *head)
{
	const struct trace *trace = trace_current();
	char parent[TRACEPARENT_SIZE];

	if (!trace)
		return head;
	head = curl_line(head, "traceparent", trace_parent(trace, parent));
	return *trace->state ? curl_line(head, "tracestate", trace->state) : head;
}
