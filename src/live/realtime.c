/* Which address is whose, and who is here. */
#include "live/realtime.h"
#include "http/input.h"
#include "live/arrival.h"
#include "live/attendance.h"
#include "live/engine_query.h"
#include "shared.h"
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 45000, PAYLOAD = 100000, WAITS = 500 };

/* ---- requests ---- */

/* Would this one open something? Whoever is here already is known. */
static bool opens(const struct realtime *realtime, const struct ask *ask)
{
	struct engine_query query;

	if (!engines_own(&realtime->sio.engines, ask))
		return ask->head.upgrades;
	engine_query_read(ask->uri, &query);
	return !*query.sid && strcmp(ask->method, "OPTIONS") != 0;
}

/* Before anything is looked at, for a reconnecting crowd comes again at once. False: they were told when they may. */
static bool within_rate(const struct realtime *realtime, struct ask *ask)
{
	const struct live *live = realtime->live;
	const char *remote = ask_says(ask, "REMOTE_ADDR"), *ip;
	char *headers, *body;
	int wait;

	if (!opens(realtime, ask))
		return true;
	ip = head_client(ask, remote ? remote : "", ask_says(ask, "HTTP_X_FORWARDED_FOR"), live->config.proxies);
	wait = shared_rate(live->worker.shared, RATE_HANDSHAKE, ip, clock_now());
	if (!wait)
		return true;
	headers = talloc_asprintf(ask, "Content-Type: application/json\r\nRetry-After: %d\r\n", wait);
	body = talloc_asprintf(ask,
			       "{\"success\":false,\"error\":{\"code\":\"RATE_LIMITED\",\"message\":"
			       "\"Too many connections. Try again in %d seconds.\"}}",
			       wait);
	http_answer(ask, 429, headers, body, strlen(body));
	return false;
}

static void asked(struct ask *ask, void *user)
{
	struct realtime *realtime = user;

	if (!within_rate(realtime, ask))
		return;
	if (engines_own(&realtime->sio.engines, ask))
		engines_asked(&realtime->sio.engines, ask);
	else if (plain_owns(ask))
		plain_asked(realtime->live, ask);
	else
		http_answer(ask, 404, NULL, "", 0);
}

/* None but polls are kept. */
static void left(struct ask *ask, void *user)
{
	struct realtime *realtime = user;

	engines_left(&realtime->sio.engines, ask);
}

/* ---- the process ---- */

static struct realtime *realtime_new(struct live *live)
{
	struct realtime *realtime = talloc_zero(live, struct realtime);

	if (!realtime)
		abort();
	realtime->live = live;
	realtime->http = (struct http_use){ .body_max = PAYLOAD, .asked = asked, .left = left, .user = realtime };
	realtime->sio = (struct sio_server){ .engines = { .loop = &live->loop,
							  .path = "/socket.io/",
							  .ping_interval = REALTIME_PING_MS,
							  .ping_timeout = REALTIME_PONG_MS,
							  .max_payload = PAYLOAD,
							  .waits = WAITS,
							  .waits_bytes = SOCKET_WAITS_BYTES + PAYLOAD,
							  .most = live->max_connections },
					     .namespaces = ROOMS,
					     .connect_ms = CONNECT_MS,
					     .user = live,
					     .refused = rooms_refused,
					     .came = rooms_came,
					     .left = rooms_left };
	sio_open(&realtime->sio);
	TAILQ_INIT(&live->arrivals);
	return realtime;
}

void realtime_listen(struct live *live)
{
	wires_open(&live->wires, &live->loop, live->rt.fd, live->max_connections, &HTTP_REQUESTS,
		   &live->realtime->http);
}

bool realtime_open(struct live *live)
{
	if (!live->realtime)
		live->realtime = realtime_new(live);
	return wires_open(&live->wires, &live->loop, live->rt.fd, live->max_connections, &HTTP_REQUESTS,
			  &live->realtime->http);
}

void realtime_shut(struct live *live)
{
	wires_shut(&live->wires);
}

void realtime_stop(struct live *live)
{
	engines_stop(&live->realtime->sio.engines);
}

void realtime_settle(struct live *live)
{
	arrivals_settle(live);
	attendance_settle(live);
}

bool realtime_hurries(const struct live *live)
{
	return !TAILQ_EMPTY(&live->arrivals) || attendance_hurries(live);
}

void realtime_free_gone(struct live *live)
{
	wires_settle(&live->wires);
	engines_free_gone(&live->realtime->sio.engines);
	wires_free_gone(&live->wires);
}
