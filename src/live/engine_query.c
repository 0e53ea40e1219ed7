/* The values are short words, so nothing of them is escaped. */
#include "live/engine_query.h"
#include "base/list.h"
#include <string.h>
#include <talloc.h>

static void take(const char *pair, size_t len, const char *name, char *into, size_t size)
{
	size_t n = strlen(name);

	if (len <= n || memcmp(pair, name, n) || pair[n] != '=' || len - n - 1 >= size || *into)
		return;
	memcpy(into, pair + n + 1, len - n - 1);
	into[len - n - 1] = '\0';
}

void engine_query_read(const char *uri, struct engine_query *query)
{
	const char *at = strchr(uri, '?'), *pair;
	size_t len;

	memset(query, 0, sizeof *query);
	at = at ? at + 1 : "";
	while ((pair = list_next(&at, '&', &len))) {
		take(pair, len, "transport", query->transport, sizeof query->transport);
		take(pair, len, "EIO", query->version, sizeof query->version);
		take(pair, len, "sid", query->sid, sizeof query->sid);
	}
}

enum engine_fault engine_query_fault(const struct ask *ask, const struct engine_query *query)
{
	bool ws = !strcmp(query->transport, "websocket");

	if (!ws && strcmp(query->transport, "polling"))
		return ENGINE_TRANSPORT;
	if (!*query->sid && strcmp(ask->method, "GET"))
		return ENGINE_METHOD;
	if (ws != ask->head.upgrades)
		return ENGINE_REQUEST;
	return *query->sid || !strcmp(query->version, "4") ? ENGINE_FINE : ENGINE_VERSION;
}

void engine_refuse(struct ask *ask, enum engine_fault fault, const char *sentence)
{
	static const char *const SAYS[] = { "Transport unknown", "Session ID unknown", "Bad handshake method",
					    "Bad request",	 "Forbidden",	       "Unsupported protocol version" };
	const char *body =
		talloc_asprintf(ask, "{\"code\":%d,\"message\":\"%s\"}", fault, sentence ? sentence : SAYS[fault]);

	http_answer(ask, fault == ENGINE_FORBIDDEN ? 403 : 400, "Content-Type: application/json\r\n", body,
		    strlen(body));
}
