/* A request is whose path it asks for, and nobody's otherwise. Plain sockets are asked by pings as often as others are by their protocol. */
#include "check_endpoints.h"
#include <stdio.h>
#include <string.h>

static struct engines *endpoint_of(struct endpoints *e, const struct ask *ask)
{
	if (engines_own(&e->engines, ask))
		return &e->engines;
	return engines_own(&e->server.engines, ask) ? &e->server.engines : NULL;
}

static void plain_asked(const struct endpoints *e, struct ask *ask)
{
	struct web_socket *ws = web_socket_accept(ask->wire, ask_says(ask, "HTTP_SEC_WEBSOCKET_KEY"), NULL, NULL,
						  e->engines.max_payload, e->plain, NULL);

	web_socket_beat(ws, e->engines.ping_interval, e->engines.ping_timeout);
}

static void asked(struct ask *ask, void *user)
{
	const struct endpoints *e = user;
	struct engines *endpoint = endpoint_of(user, ask);

	if (endpoint)
		engines_asked(endpoint, ask);
	else if (e->plain && ask->head.upgrades && !strcmp(ask->uri, "/plain"))
		plain_asked(e, ask);
	else
		http_answer(ask, 404, NULL, "", 0);
}

/* None but polls are kept, and those are of one of the two. */
static void left(struct ask *ask, void *user)
{
	engines_left(endpoint_of(user, ask), ask);
}

void endpoints_open(struct endpoints *e, const struct engines *like, ms_t connect_ms, const struct engine_use *use,
		    const struct sio_namespace *namespaces)
{
	e->engines = e->server.engines = *like;
	snprintf(e->engines.path, sizeof e->engines.path, "/engine.io/");
	e->engines.use = use;
	snprintf(e->server.engines.path, sizeof e->server.engines.path, "/socket.io/");
	e->server.namespaces = namespaces;
	e->server.connect_ms = connect_ms;
	e->http = (struct http_use){ .body_max = like->max_payload, .asked = asked, .left = left, .user = e };
	engines_open(&e->engines);
	sio_open(&e->server);
}

const char *endpoints_let_in(struct engines *engines, struct ask *ask, const char **headers)
{
	(void)engines;
	(void)ask;
	*headers = "";
	return NULL;
}
