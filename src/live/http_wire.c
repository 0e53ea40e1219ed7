/* A request is asked once all of it is here: bodies are short, and nobody is worked for by halves. */
#include "live/http_wire.h"
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { IDLE_MS = 15000 /* a connection that asks nothing for so long, or half of something */ };

/* What a wire that speaks HTTP knows. */
struct talk {
	const struct http_use *http;
	struct ask *ask; /* that is being answered; NULL: none */
	struct wire *wire;
	struct alarm idle;
};

static const char *reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 204:
		return "No Content";
	case 400:
		return "Bad Request";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 413:
		return "Content Too Large";
	case 426:
		return "Upgrade Required";
	case 429:
		return "Too Many Requests";
	case 503:
		return "Service Unavailable";
	default:
		return "Status";
	}
}

static void idled(struct alarm *alarm)
{
	wire_drop(LOOP_OF(alarm, struct talk, idle)->wire);
}

static int stop_idling(struct talk *talk)
{
	alarm_stop(&talk->idle);
	return 0;
}

/* The talk of a wire, made with its first bytes: what stood as its user then is who answers. */
static struct talk *talk_of(struct wire *wire)
{
	struct talk *talk = wire->user;

	if (wire->use != &HTTP_REQUESTS)
		return talk;
	talk = talloc_zero(wire, struct talk);
	if (!talk)
		abort();
	talloc_set_destructor(talk, stop_idling);
	talk->http = wire->user;
	talk->wire = wire;
	talk->idle.ring = idled;
	wire->user = talk;
	return talk;
}

const char *ask_says(const struct ask *ask, const char *name)
{
	size_t len = strlen(name);

	for (char **variable = ask->head.envp; *variable; variable++)
		if (!strncmp(*variable, name, len) && (*variable)[len] == '=')
			return *variable + len + 1;
	return NULL;
}

static size_t read_request(struct wire *wire, const char *bytes, size_t len);
static void lost(struct wire *wire);
static const struct wire_use TALKING = { .read = read_request, .gone = lost };

static void answered(struct ask *ask, bool closes)
{
	struct wire *wire = ask->wire;
	struct talk *talk = wire->user;

	talk->ask = NULL;
	talloc_free(ask);
	if (closes) {
		wire_end(wire);
		return;
	}
	alarm_set(wire->of->loop, &talk->idle, IDLE_MS);
	wire->paused = false;
	wire_again(wire);
}

void http_answer(struct ask *ask, int status, const char *headers, const char *body, size_t len)
{
	char *head =
		talloc_asprintf(ask, "HTTP/1.1 %d %s\r\nContent-Length: %zu\r\nCache-Control: no-store\r\n%s%s\r\n",
				status, reason(status), len, ask->head.keeps ? "" : "Connection: close\r\n",
				headers ? headers : "");

	size_t head_len = head ? strlen(head) : 0;

	if (!strcmp(ask->method, "HEAD"))
		len = 0;
	head = talloc_realloc(ask, head, char, (unsigned)(head_len + len + 1));
	if (!head)
		abort();
	memcpy(head + head_len, body, len);
	wire_write(ask->wire, head, head_len + len);
	answered(ask, !ask->head.keeps);
}

void http_answer_raw(struct ask *ask, const char *bytes, size_t len)
{
	wire_write(ask->wire, bytes, len);
	answered(ask, true);
}

static void refuse(struct ask *ask, int status)
{
	ask->head.keeps = false;
	http_answer(ask, status, NULL, "", 0);
}

static size_t ask_now(struct talk *talk, struct ask *ask, const char *bytes, size_t len)
{
	size_t all = ask->head.len + ask->head.body;

	if (ask->head.body > talk->http->body_max) {
		refuse(ask, 413);
		return len;
	}
	if (len < all) {
		talk->ask = NULL;
		talloc_free(ask);
		return 0;
	}
	alarm_stop(&talk->idle);
	ask->body = bytes + ask->head.len;
	talk->http->asked(ask, talk->http->user);
	return all;
}

static size_t read_request(struct wire *wire, const char *bytes, size_t len)
{
	struct talk *talk = talk_of(wire);
	struct ask *ask = talloc_zero(wire, struct ask);
	enum http1_state state;

	if (!ask)
		abort();
	wire->use = &TALKING;
	ask->wire = wire;
	ask->method = "GET";
	state = http1_read(ask, bytes, len, &ask->head);
	if (!talk->idle.of)
		alarm_set(wire->of->loop, &talk->idle, IDLE_MS);
	if (state == HTTP1_MORE) {
		talloc_free(ask);
		return 0;
	}
	talk->ask = ask;
	if (state == HTTP1_BAD) {
		refuse(ask, 400);
		return len;
	}
	ask->method = ask_says(ask, "REQUEST_METHOD");
	ask->uri = ask_says(ask, "REQUEST_URI");
	return ask_now(talk, ask, bytes, len);
}

static void lost(struct wire *wire)
{
	struct talk *talk = wire->user;

	if (talk->ask && wire->paused)
		talk->http->left(talk->ask, talk->http->user);
}

const struct wire_use HTTP_REQUESTS = { .read = read_request, .gone = NULL };
