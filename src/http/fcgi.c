/* FastCGI through libfcgi. A worker takes one request, and beside it others that already wait when they can be answered
 * together: see http_accept_waiting().
 *
 * The listener is non-blocking and waited for with epoll, all signals blocked but for the wait
 * itself. So a signal to stop is neither missed between a look at the flag and the wait, nor can
 * it break a request that is just being read, which libfcgi would take for a client gone.
 * EPOLLEXCLUSIVE wakes one worker for a request, not all of them. */
#include "base/clock.h"
#include "base/log.h"
#include "http/input.h"
#include "http/param.h"
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct timeval SILENCE = { .tv_sec = 10 };

enum { MAX_NAME = 100 };
/* How long a web server may be silent, and how long it may send in all, once it was answered. */
enum { LINGER_IDLE = 2 * MS_SECOND, LINGER_MOST = 10 * MS_SECOND };

/* One connection: the web server makes one a request. */
struct place {
	FCGX_Request request;
	bool taken; /* until its answer was sent */
};

struct http_server {
	struct place place[HTTP_TOGETHER];
	int listen_fd, epoll_fd;
	const struct config *config;
	sigset_t waiting; /* blocked while a head is read */
	volatile sig_atomic_t stop;
};

static int server_close(struct http_server *server)
{
	for (int i = 0; i < HTTP_TOGETHER; i++)
		FCGX_Free(&server->place[i].request, 1);
	if (server->epoll_fd >= 0)
		close(server->epoll_fd);
	return 0;
}

static bool watch(struct http_server *server)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int flags = fcntl(server->listen_fd, F_GETFL);

	if (flags < 0 || fcntl(server->listen_fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return false;
	server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	return server->epoll_fd >= 0 && epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, server->listen_fd, &event) == 0;
}

static bool init_places(struct http_server *server)
{
	for (int i = 0; i < HTTP_TOGETHER; i++)
		if (FCGX_InitRequest(&server->place[i].request, server->listen_fd, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
			return false;
	return true;
}

struct http_server *http_server_new(TALLOC_CTX *ctx, int listen_fd, const struct config *config)
{
	struct http_server *server = talloc_zero(ctx, struct http_server);

	if (!server)
		abort();
	/* How long (ms) libfcgi waits for the first bytes, which a busy web server sends late, and for the peer's close. */
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "1000", 0);
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0);
	signal(SIGPIPE, SIG_IGN);
	server->listen_fd = listen_fd;
	server->epoll_fd = -1;
	server->config = config;
	sigfillset(&server->waiting);
	for (int i = 0; i < 5; i++) /* our own faults must not wait */
		sigdelset(&server->waiting, (int[]){ SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT }[i]);
	if (FCGX_Init() != 0 || !init_places(server) || !watch(server)) {
		log_error("listen_failed", F("error", strerror(errno)));
		if (server->epoll_fd >= 0)
			close(server->epoll_fd);
		talloc_free(server);
		return NULL;
	}
	talloc_set_destructor(server, server_close);
	return server;
}

void http_server_stop(struct http_server *server)
{
	server->stop = 1;
	FCGX_ShutdownPending();
}

/* ---- a request's head ---- */

/* A copy that is safe to store and to log. */
static char *clean_copy(TALLOC_CTX *ctx, const char *text)
{
	size_t len = strlen(text);
	char *copy = talloc_strndup(ctx, text, len);
	bool plain = true;

	if (!copy)
		abort();
	for (char *p = copy; *p; p++) {
		plain &= !(*p & 0x80);
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			*p = '?';
	}
	if (plain || utf8_valid(text, len))
		return copy;
	for (char *p = copy; *p; p++)
		if (*p & 0x80)
			*p = '?';
	return copy;
}

const char *http_header(const struct http *http, const char *name)
{
	char key[MAX_NAME + 8] = "HTTP_";
	size_t len = strlen(name);
	const char *value;

	assert(len < MAX_NAME);
	if (!http->fcgi)
		return NULL;
	if (!strcasecmp(name, "Content-Type") || !strcasecmp(name, "Content-Length"))
		key[0] = '\0'; /* CGI/1.1 gives these two without the prefix (RFC 3875, 4.1) */
	for (char *p = key + strlen(key); *name; name++) {
		*p++ = (char)(*name == '-' ? '_' : toupper((unsigned char)*name));
		*p = '\0';
	}
	value = param_given(http, key);
	/* A shared host's rewrite rule hands the one header on that Apache would hide from CGI. */
	if (!value && !strcmp(key, "HTTP_AUTHORIZATION"))
		value = param_given(http, "REDIRECT_HTTP_AUTHORIZATION");
	return value ? clean_copy((TALLOC_CTX *)(uintptr_t)http, value) : NULL;
}

const char *http_cookie(const struct http *http, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(http->cookies, name, &value) ? json_object_get_string(value) : NULL;
}

/* Path and query from the URI as the client sent it: a web server that rewrites or maps a
 * directory to us changes the other variables. */
static void read_target(struct http *http)
{
	const char *uri = param(http, "REQUEST_URI"), *mark;

	if (*uri) {
		http->path = head_path(http, uri);
		mark = strchr(uri, '?');
		http->query = clean_copy(http, mark ? mark + 1 : "");
		return;
	}
	/* These two are decoded already. */
	http->path = talloc_asprintf(http, "%s%s", param(http, "SCRIPT_NAME"), param(http, "PATH_INFO"));
	if (!http->path || strcmp(clean_copy(http, http->path), http->path) != 0)
		http->path = NULL;
	http->query = clean_copy(http, param(http, "QUERY_STRING"));
}

static void read_peer(struct http *http, const struct config *config)
{
	const char *https = param(http, "HTTPS");
	struct peer peer = { .address = param(http, "REMOTE_ADDR"),
			     .for_whom = param_once(http, "HTTP_X_FORWARDED_FOR"),
			     .how = param_once(http, "HTTP_X_FORWARDED_PROTO"),
			     .tls = !strcasecmp(https, "on") || !strcmp(https, "1") };

	head_peer(http, &peer, config);
}

static int http_release(struct http *http)
{
	struct json_object *held[] = { http->cookies, http->input, http->repeated, http->query_names, http->sent_as };

	for (size_t i = 0; i < sizeof held / sizeof *held; i++)
		json_object_put(held[i]);
	return 0;
}

struct http *http_from_head(TALLOC_CTX *ctx, void *front, char *const envp[], const struct config *config)
{
	struct http *http = talloc_zero(ctx, struct http);
	const char *cookies;

	if (!http)
		abort();
	talloc_set_destructor(http, http_release);
	http->fcgi = front;
	params_read(http, envp);
	http->method = clean_copy(http, param(http, "REQUEST_METHOD"));
	http->protocol = clean_copy(http, param(http, "SERVER_PROTOCOL"));
	http->content_type = clean_copy(http, param(http, "CONTENT_TYPE"));
	read_target(http);
	read_peer(http, config);
	cookies = param_given(http, "HTTP_COOKIE");
	http->cookies = cookies ? head_cookies(cookies) : NULL;
	return http;
}

struct http *http_from_fcgi(TALLOC_CTX *ctx, void *fcgi, const struct config *config)
{
	return http_from_head(ctx, fcgi, ((const FCGX_Request *)fcgi)->envp, config);
}

/* Is this failure of accept(2) another's, or over by itself? */
static bool passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED || error == EPROTO;
}

static struct place *free_place(struct http_server *server)
{
	for (int i = 0; i < HTTP_TOGETHER; i++)
		if (!server->place[i].taken)
			return &server->place[i];
	return NULL;
}

/* The next request in the listener's queue. NULL: there is none (*failure 0), or accepting failed (its errno). */
static struct http *take(struct http_server *server, TALLOC_CTX *ctx, int *failure)
{
	struct place *place = free_place(server);

	*failure = 0;
	if (!place)
		return NULL;
	*failure = -FCGX_Accept_r(&place->request);
	if (*failure) {
		if (passing(*failure))
			*failure = 0;
		return NULL;
	}
	/* A web server that passes a body on as it comes (mod_proxy_fcgi) must not hold the worker by silence. */
	setsockopt(place->request.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &SILENCE, sizeof SILENCE);
	place->taken = true;
	return http_from_fcgi(ctx, &place->request, server->config);
}

struct http *http_accept(struct http_server *server, TALLOC_CTX *ctx)
{
	struct http *http = NULL;
	sigset_t before;
	int failure = 0;

	sigprocmask(SIG_BLOCK, &server->waiting, &before);
	while (!server->stop && !http && !failure) {
		struct epoll_event event;

		if (epoll_pwait(server->epoll_fd, &event, 1, -1, &before) >= 0)
			http = take(server, ctx, &failure);
		else if (errno != EINTR)
			failure = errno;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (failure)
		log_error("accept_failed", F("error", strerror(failure)));
	return http;
}

struct http *http_accept_waiting(struct http_server *server, TALLOC_CTX *ctx)
{
	struct http *http = NULL;
	sigset_t before;
	int failure = 0;

	sigprocmask(SIG_BLOCK, &server->waiting, &before);
	if (!server->stop)
		http = take(server, ctx, &failure);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (failure)
		log_error("accept_failed", F("error", strerror(failure)));
	return http;
}

/* ---- the body ---- */

struct fcgi_source {
	struct body_source source;
	FCGX_Stream *in;
};

static long fcgi_read(struct body_source *source, char *into, size_t max)
{
	FCGX_Stream *in = ((struct fcgi_source *)source)->in;
	int got = FCGX_GetStr(into, max > INT_MAX ? INT_MAX : (int)max, in);

	return got == 0 && FCGX_GetError(in) ? -1 : got;
}

void http_read_body(struct http *http, const struct config *config, int body_kb, enum body_wish wish)
{
	FCGX_Request *request = http->fcgi;
	struct fcgi_source source = { { fcgi_read }, request->in };

	body_read(http, config, body_kb, wish, &source.source, param_given(http, "CONTENT_LENGTH"));
}

/* ---- the answer ---- */

/* A body of any length from its file, a piece at a time. */
static bool put_file(FCGX_Stream *out, int fd, size_t len)
{
	char piece[16384];

	for (size_t at = 0; at < len;) {
		size_t want = len - at < sizeof(piece) ? len - at : sizeof(piece);
		ssize_t got = pread(fd, piece, want, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || FCGX_PutStr(piece, (int)got, out) < 0)
			return false;
		at += (size_t)got;
	}
	return true;
}

static bool put_body(FCGX_Stream *out, const struct response *response)
{
	if (response->body_fd)
		return put_file(out, response->body_fd, response->body_len);
	assert(response->body_len <= INT_MAX);
	return FCGX_PutStr(response->body, (int)response->body_len, out) >= 0;
}

/* A web server that started us (fd 0) is a host's own and may not know X-Sendfile: then the file goes as a body. */
static void send_file_ourselves(const struct http_server *server, struct response *response)
{
	struct stat st;

	if (!response->send_file || server->listen_fd != 0)
		return;
	response->body_fd = open(response->send_file, O_RDONLY | O_CLOEXEC);
	if (response->body_fd > 0 && fstat(response->body_fd, &st) == 0)
		response->body_len = (size_t)st.st_size;
	else
		response->status = 404;
	response->send_file = NULL;
}

/* Has all been taken that the web server sent? The end of an empty body comes with the head; for a body that nobody
 * read, nobody waits here. */
static bool all_taken(const struct http *http, FCGX_Request *request)
{
	const char *length = param(http, "CONTENT_LENGTH");
	bool reads = !strcmp(http->method, "GET") || !strcmp(http->method, "HEAD");
	char rest;

	if (reads && (!*length || !strcmp(length, "0")) && FCGX_GetStr(&rest, 1, request->in))
		return false;
	return FCGX_HasSeenEOF(request->in) && !FCGX_GetError(request->in);
}

/* Until the web server has seen the end of the answer and closes, what it still sends of a body that nobody read is taken: Apache sends on
 * while its client does, and says 503 for us where we were gone meanwhile. libfcgi waits a tenth of a second, which is less than a client
 * on the road needs. */
static void linger(int fd)
{
	const ms_t end = clock_monotonic() + LINGER_MOST;
	struct pollfd from = { .fd = fd, .events = POLLIN };
	char piece[16384];

	if (fd < 0 || shutdown(fd, SHUT_WR))
		return;
	while (clock_monotonic() < end && poll(&from, 1, LINGER_IDLE) > 0 && read(fd, piece, sizeof piece) > 0)
		;
}

/* Where all was taken, closing at once loses nothing: what was written stays readable. Otherwise the web server would see
 * a reset. */
static void hang_up(FCGX_Request *request, bool at_once)
{
	if (at_once)
		request->keepConnection = 1;
	else
		linger(request->ipcFd);
	FCGX_Finish_r(request);
	if (request->ipcFd >= 0 && at_once) {
		close(request->ipcFd);
		request->ipcFd = -1;
	} else if (request->ipcFd >= 0) {
		/* A connection that the web server would keep would pin this worker to it. */
		FCGX_Free(request, 1);
	}
}

static const char CGI_STATUS[] = "Status:";

bool http_write(struct http *http, const struct response *response)
{
	FCGX_Stream *out = ((FCGX_Request *)http->fcgi)->out;
	bool bodyless = response->status == 204 || response->status == 304;
	struct buf *head = response_head_text(http, response, bodyless, CGI_STATUS);
	bool sent = FCGX_PutStr(head->data, (int)head->len, out) >= 0;

	talloc_free(head);
	if (sent && !bodyless && !response->send_file && response->body_len && strcmp(http->method, "HEAD") != 0)
		sent = put_body(out, response);
	return sent;
}

bool http_send(struct http_server *server, struct http *http, const struct response *given)
{
	struct response own = *given, *response = &own;
	FCGX_Request *request = http->fcgi;
	bool taken = all_taken(http, request), sent;

	send_file_ourselves(server, response);
	sent = http_write(http, response);
	/* In this order the last bytes of the body and the end of the request go out in one write. */
	if (FCGX_FClose(request->err) != 0 || FCGX_FClose(request->out) != 0)
		sent = false;
	hang_up(request, taken);
	((struct place *)request)->taken = false;
	http->fcgi = NULL;
	if (own.body_fd > 0 && own.body_fd != given->body_fd)
		close(own.body_fd);
	return sent;
}
