/* The server that the protocols' official suites speak to: what they ask of one, and what the product must not do. Not installed.
 *
 *	protocol-server SOCKET      behind a web server
 *	protocol-server PORT        by itself, at 127.0.0.1 and ::1
 *
 * On /engine.io/ each message comes back. On /socket.io/ the namespaces "/" and "/custom" emit "auth" with what the connect packet held,
 * answer "message" by "message-back" with the same arguments, and acknowledge "message-with-ack" with them. */
#include "base/local_socket.h"
#include "check_endpoints.h"
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	INTERVAL_MS = 300,
	TIMEOUT_MS = 200,
	CONNECT_MS = 1000,
	PAYLOAD = 1000000,
	WAITS = 1000,
	WAITS_BYTES = 4000000,
	MOST = 1000
};

static struct loop loop;
static struct wires wires[2];
static volatile sig_atomic_t stopping;

/* ---- /engine.io/ ---- */

static void opened(struct engine *engine, const struct ask *ask)
{
	(void)engine;
	(void)ask;
}

static void echo(struct engine *engine, bool binary, const char *bytes, size_t len)
{
	engine_send(engine, binary, bytes, len);
}

static void gone(struct engine *engine)
{
	(void)engine;
}

static const struct engine_use ECHO = { .opened = opened, .message = echo, .gone = gone, .refused = endpoints_let_in };

/* ---- /socket.io/ ---- */

static enum sio_answer connects(struct sio_socket *socket, struct json_object *auth, struct sio_refusal *refusal)
{
	(void)refusal;
	socket->user = auth ? json_object_get(auth) : json_object_new_object();
	return SIO_IN;
}

static void emit(struct sio_socket *socket, struct json_object *args, const struct sio_parts *parts)
{
	sio_emit(socket, json_object_to_json_string_ext(args, JSON_C_TO_STRING_PLAIN), parts);
}

static void connected(struct sio_socket *socket)
{
	struct json_object *args = json_object_new_array();

	json_object_array_add(args, json_object_new_string("auth"));
	json_object_array_add(args, socket->user);
	emit(socket, args, NULL);
	json_object_put(args);
}

static void event(struct sio_socket *socket, struct json_object *args, int64_t ack, const struct sio_parts *parts)
{
	const char *name = json_object_get_string(json_object_array_get_idx(args, 0));

	if (!strcmp(name, "message")) {
		json_object_array_put_idx(args, 0, json_object_new_string("message-back"));
		emit(socket, args, parts);
	} else if (!strcmp(name, "message-with-ack")) {
		json_object_array_del_idx(args, 0, 1);
		sio_ack(socket, ack, json_object_to_json_string_ext(args, JSON_C_TO_STRING_PLAIN), parts);
	}
}

static void left(struct sio_socket *socket)
{
	(void)socket;
}

static const struct sio_use ROOM = { .connects = connects, .connected = connected, .event = event, .gone = left };
static const struct sio_namespace NAMESPACES[] = { { "/", &ROOM }, { "/custom", &ROOM }, { NULL, NULL } };

/* ---- both ---- */

static const struct engines LIMITS = { .loop = &loop,
				       .ping_interval = INTERVAL_MS,
				       .ping_timeout = TIMEOUT_MS,
				       .max_payload = PAYLOAD,
				       .waits = WAITS,
				       .waits_bytes = WAITS_BYTES,
				       .most = MOST };
static struct endpoints both;

static void stop(int signal)
{
	(void)signal;
	stopping = 1;
}

/* name: for who reads what went wrong. */
static void take_from(struct wires *from, int fd, const void *address, size_t len, const char *name)
{
	if (fd < 0 || bind(fd, address, (socklen_t)len) || listen(fd, SOMAXCONN) ||
	    !wires_open(from, &loop, fd, MOST, &HTTP_REQUESTS, &both.http)) {
		perror(name);
		exit(1);
	}
}

static void listen_on_path(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	unlink(path);
	take_from(&wires[0], socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), &address, sizeof address,
		  path);
}

/* Nothing waits for an acknowledgement: those who are accepted have it from the listener. */
static int tcp(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

static void listen_on_port(uint16_t port)
{
	struct sockaddr_in four = { .sin_family = AF_INET,
				    .sin_port = htons(port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_loopback };

	take_from(&wires[0], tcp(AF_INET), &four, sizeof four, "127.0.0.1");
	take_from(&wires[1], tcp(AF_INET6), &six, sizeof six, "::1");
}

static int until_due(void)
{
	ms_t due = alarms_due(&loop), now = clock_monotonic();

	if (due == INT64_MAX)
		return -1;
	return due <= now ? 0 : (int)(due - now);
}

static void run(void)
{
	struct epoll_event events[64];

	while (!stopping) {
		int n = epoll_wait(loop.epoll, events, 64, until_due());

		loop.now = clock_monotonic();
		for (int i = 0; i < n; i++) {
			struct source *source = events[i].data.ptr;

			source->turn(source, events[i].events);
		}
		alarms_ring(&loop);
		for (size_t i = 0; i < 2; i++)
			wires_settle(&wires[i]);
		engines_free_gone(&both.engines);
		engines_free_gone(&both.server.engines);
		for (size_t i = 0; i < 2; i++)
			wires_free_gone(&wires[i]);
	}
}

int main(int argc, char **argv)
{
	char *end;
	long port = argc == 2 ? strtol(argv[1], &end, 10) : 0;

	if (argc != 2 || sodium_init() < 0)
		return 2;
	signal(SIGTERM, stop);
	signal(SIGINT, stop);
	loop.epoll = epoll_create1(EPOLL_CLOEXEC);
	loop.now = clock_monotonic();
	endpoints_open(&both, &LIMITS, CONNECT_MS, &ECHO, NAMESPACES);
	if (port > 0 && port <= UINT16_MAX && !*end)
		listen_on_port((uint16_t)port);
	else
		listen_on_path(argv[1]);
	run();
	engines_stop(&both.engines);
	engines_stop(&both.server.engines);
	return 0;
}
