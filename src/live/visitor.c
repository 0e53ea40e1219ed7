/* The token of a WebSocket stands where a browser can put one: in the address, or among the sub-protocols. */
#include "live/visitor.h"
#include "base/list.h"
#include "base/log.h"
#include "live/connection.h"
#include "reply.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char PROTOCOL[] = "gatehouse.bearer.";

/* ---- what was said ---- */

char *ask_value(struct ask *ask, const char *name)
{
	const char *at = strchr(ask->uri, '?'), *pair;
	size_t len, n = strlen(name);
	char *value;

	at = at ? at + 1 : "";
	while ((pair = list_next(&at, '&', &len))) {
		if (len <= n || memcmp(pair, name, n) || pair[n] != '=')
			continue;
		value = talloc_size(ask, len - n);
		if (!value)
			abort();
		return percent_decode(pair + n + 1, len - n - 1, true, value) < 0 ? NULL : value;
	}
	return NULL;
}

static const char *token_among_protocols(struct ask *ask)
{
	const char *list = ask_says(ask, "HTTP_SEC_WEBSOCKET_PROTOCOL"), *item;
	size_t len;

	while (list && (item = list_next(&list, ',', &len)))
		if (len > sizeof PROTOCOL - 1 && !memcmp(item, PROTOCOL, sizeof PROTOCOL - 1))
			return talloc_strndup(ask, item + sizeof PROTOCOL - 1, len - (sizeof PROTOCOL - 1));
	return NULL;
}

bool visitor_at_home(const struct ask *ask, const struct config *config)
{
	const char *origin = ask_says(ask, "HTTP_ORIGIN"), *host = ask_says(ask, "HTTP_HOST"), *mark;

	if (!origin)
		return true;
	if (list_has(config->cors_origins, ',', origin))
		return true;
	if (!strncmp(config->base_url, origin, strlen(origin)) && strchr("/", config->base_url[strlen(origin)]))
		return true;
	mark = strstr(origin, "://");
	return host && mark && !strcasecmp(mark + 3, host);
}

/* ---- who ---- */

static void keep(struct visitor *visitor, const char *name, const char *value)
{
	char *variable = value ? talloc_asprintf(visitor, "%s=%s", name, value) : NULL;

	if (variable)
		visitor->head[visitor->n++] = variable;
}

struct visitor *visitor_new(TALLOC_CTX *ctx, struct live *live, struct ask *ask)
{
	static const char *const KEPT[] = { "REMOTE_ADDR",	    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO",
					    "HTTP_ACCEPT_LANGUAGE", "HTTP_USER_AGENT",	    "HTTP_X_REQUEST_ID" };
	struct visitor *visitor = talloc_zero(ctx, struct visitor);
	const char *token = ask_value(ask, "token"), *bearer = ask_says(ask, "HTTP_AUTHORIZATION");

	if (!visitor)
		abort();
	visitor->live = live;
	visitor->ask = ask;
	for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++)
		keep(visitor, KEPT[i], ask_says(ask, KEPT[i]));
	if (visitor_at_home(ask, &live->config))
		keep(visitor, "HTTP_COOKIE", ask_says(ask, "HTTP_COOKIE"));
	keep(visitor, "HTTP_ACCEPT", "application/json");
	if (!token)
		token = token_among_protocols(ask);
	visitor_token(visitor, token ? token : bearer);
	return visitor;
}

void visitor_token(struct visitor *visitor, const char *token)
{
	if (token && !strncasecmp(token, "Bearer ", 7))
		token += 7;
	if (!token || !*token || strlen(token) > VISITOR_TOKEN || strpbrk(token, " \r\n\t"))
		return;
	visitor->token = talloc_asprintf(visitor, "HTTP_AUTHORIZATION=Bearer %s", token);
}

struct exchange *visitor_asks(struct visitor *visitor, const char *path)
{
	TALLOC_CTX *desk = talloc_new(visitor->live);
	char **head = talloc_array(desk, char *, VISITOR_PARAMS + 5);
	unsigned n = visitor->n;
	struct http *http;
	struct exchange *x;

	if (!head)
		abort();
	memcpy(head, visitor->head, n * sizeof *head);
	if (visitor->token)
		head[n++] = talloc_strdup(desk, visitor->token);
	head[n++] = talloc_strdup(desk, "REQUEST_METHOD=GET");
	head[n++] = talloc_strdup(desk, "SERVER_PROTOCOL=HTTP/1.1");
	head[n++] = talloc_asprintf(desk, "REQUEST_URI=%s", path);
	head[n] = NULL;
	http = http_from_head(desk, visitor, head, &visitor->live->config);
	http->listens = true;
	x = exchange_new(&visitor->live->worker, http);
	log_request_id(x->rq.id);
	trace_turn_to(&x->trace);
	return x;
}

static bool send_text(struct http_server *server, struct http *http, const struct response *response)
{
	struct visitor *visitor = http->fcgi;
	struct ask *ask = visitor->ask;
	size_t len;
	const char *text = http_text(http, response, &len);

	(void)server;
	http->fcgi = NULL;
	visitor->ask = NULL;
	http_answer_raw(ask, text, len);
	return true;
}

void visitor_turn_away(struct visitor *visitor, struct exchange *x)
{
	struct worker front = visitor->live->worker;

	front.send = send_text;
	x->worker = &front;
	x->api = true;
	reply(x);
	x->worker = &visitor->live->worker;
}
