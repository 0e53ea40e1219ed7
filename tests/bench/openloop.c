/* Scans at a constant rate, whatever the server does, and measures each from the moment at which it should have been sent.
 * A closed loop waits with the server and so hides its pauses; this does not.
 *
 *	TOKEN=… openloop PORT RATE SECONDS CODES OFFSET [CONNECTIONS]
 *
 * Prints "sent N bad N p50 MS p99 MS max MS rate N": the last is what was answered a second, to the last of them. An arrival that finds every connection taken waits, and its wait counts. */
#include "http.h"

struct connection {
	int fd;
	int64_t due; /* when its request should have gone out */
	size_t len;
	char text[16384];
};

static int port;
static char **codes;
static size_t n_codes, next_code;
static const char *token;

static void send_scan(struct connection *c, int64_t due)
{
	char body[512], request[2048];
	int body_len = snprintf(body, sizeof body, "{\"code\":\"%s\"}", codes[next_code++ % n_codes]);
	int len = snprintf(request, sizeof request,
			   "POST /api/usher/scan/result/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			   "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			   port, token, body_len, body);

	c->due = due;
	c->len = 0;
	if (write(c->fd, request, (size_t)len) != len)
		die("write");
}

static void renew(struct connection *c, int epoll)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	if (!answer_is_last(c->text, c->len))
		return;
	close(c->fd);
	c->fd = connect_port(port);
	epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

/* The status of the answer when it is whole, else 0. */
static int receive(struct connection *c)
{
	ssize_t got = read(c->fd, c->text + c->len, sizeof c->text - c->len);
	size_t whole;

	if (got < 0 && errno == EAGAIN)
		return 0;
	if (got <= 0)
		die("read");
	c->len += (size_t)got;
	return answer_status(c->text, c->len, &whole);
}

int main(int argc, char **argv)
{
	if (argc < 6 || !(token = getenv("TOKEN"))) {
		fprintf(stderr, "TOKEN=… openloop PORT RATE SECONDS CODES OFFSET [CONNECTIONS]\n");
		return 2;
	}
	port = (int)strtol(argv[1], NULL, 10);
	double rate = strtod(argv[2], NULL);
	size_t total = (size_t)(rate * strtod(argv[3], NULL)), sent = 0, done = 0, bad = 0;
	int n = argc > 6 ? (int)strtol(argv[6], NULL, 10) : 64, idle = 0, epoll = epoll_create1(EPOLL_CLOEXEC);
	struct connection *all = calloc((size_t)n, sizeof *all), **free_ones = calloc((size_t)n, sizeof *free_ones);
	int64_t *took = calloc(total + 1, sizeof *took), began;

	codes = read_lines(argv[4], &n_codes);
	next_code = strtoul(argv[5], NULL, 10);
	for (int i = 0; i < n; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = &all[i] };

		all[i].fd = connect_port(port);
		epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
		free_ones[idle++] = &all[i];
	}
	began = now_ns();
	while (done < total) {
		struct epoll_event events[64];
		struct timespec wait = { 1, 0 };
		int64_t due = began + (int64_t)((double)sent * 1e9 / rate);
		int got;

		while (sent < total && idle && due <= now_ns()) {
			send_scan(free_ones[--idle], due);
			due = began + (int64_t)((double)++sent * 1e9 / rate);
		}
		if (sent < total && idle) {
			int64_t left = due - now_ns();

			wait = (struct timespec){ 0, left < 0 ? 0 : left > 999999999 ? 999999999 : (long)left };
		}
		got = epoll_pwait2(epoll, events, 64, &wait, NULL);
		for (int i = 0; i < got; i++) {
			struct connection *c = events[i].data.ptr;
			int status = receive(c);

			if (!status)
				continue;
			bad += status != 200;
			took[done++] = now_ns() - c->due;
			renew(c, epoll);
			free_ones[idle++] = c;
		}
	}
	began = now_ns() - began;
	qsort(took, done, sizeof *took, by_value);
	printf("sent %zu bad %zu p50 %.2f p99 %.2f max %.2f rate %.0f\n", done, bad, share_ms(took, done, 0.5),
	       share_ms(took, done, 0.99), share_ms(took, done, 1), (double)done * 1e9 / (double)began);
	return 0;
}
