/* Many clients that wait for an event's live counts, in one process.
 *
 *	TOKEN=… watchers PORT EVENT CLIENTS sse|poll
 *
 * Prints "ready" once all of them wait. Then, for each line "scan CODE" on standard input, scans that code and prints how
 * many milliseconds passed from sending the scan until the last of them had the new counts, and how many had none after
 * ten seconds: "told 312 missing 0". "news" prints how many answers or frames came so far. Ends at the input's end. */
#include "http.h"

enum { GIVE_UP_S = 10 };

struct watcher {
	int fd;
	bool joined;   /* has had its first counts */
	int64_t heard; /* when news came last */
	size_t match;  /* sse: bytes of MARK that ended the last piece */
	size_t len;    /* poll: bytes of text */
	char tag[80];
	char *text;
};

static const char MARK[] = "event: counts";
enum { TEXT_SIZE = 32768 };

static int port, epoll;
static const char *token, *event_id;
static bool stream;
static struct watcher *all;
static int n_all, n_joined;
static unsigned long n_news;

static void put(int fd, const char *request, int len)
{
	if (write(fd, request, (size_t)len) != len)
		die("write");
}

static void ask(struct watcher *w)
{
	char request[2048];
	int len =
		snprintf(request, sizeof request,
			 "GET /api/live/events/%s%s%s%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			 "%s\r\n",
			 event_id, stream ? "" : "?wait=25", *w->tag ? "&since=" : "", w->tag, port, token,
			 stream ? "Accept: text/event-stream\r\n" : "");

	w->len = 0;
	put(w->fd, request, len);
}

static void news(struct watcher *w)
{
	w->heard = now_ns();
	n_news++;
	if (!w->joined) {
		w->joined = true;
		n_joined++;
	}
}

/* A frame of counts is news; comments and the framing of the transport are not. */
static void hear_stream(struct watcher *w, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		w->match = bytes[i] == MARK[w->match] ? w->match + 1 : bytes[i] == MARK[0];
		if (w->match == sizeof MARK - 1) {
			news(w);
			w->match = 0;
		}
	}
}

static void take_tag(struct watcher *w, size_t whole)
{
	const char *tag = memmem(w->text, whole, "\"tag\":\"", 7);

	if (tag)
		snprintf(w->tag, sizeof w->tag, "%.*s", (int)strcspn(tag + 7, "\""), tag + 7);
}

/* A whole answer is followed by the next question. */
static void hear_answer(struct watcher *w)
{
	size_t whole;
	int status = answer_status(w->text, w->len, &whole);

	if (!status)
		return;
	if (status != 200) {
		fprintf(stderr, "watchers: %.*s\n", (int)whole, w->text);
		exit(1);
	}
	if (memmem(w->text, whole, "\"changed\":true", 14))
		news(w);
	take_tag(w, whole);
	ask(w);
}

static void hear(struct watcher *w)
{
	ssize_t got = read(w->fd, w->text + w->len, TEXT_SIZE - w->len);

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		fprintf(stderr, "watchers: a connection was closed\n");
		exit(1);
	}
	if (stream) {
		hear_stream(w, w->text, (size_t)got);
		return;
	}
	w->len += (size_t)got;
	hear_answer(w);
}

/* Lets time pass until something came or wait_ms are over; true when standard input has something. */
static bool pass_time(int wait_ms)
{
	struct epoll_event events[256];
	int got = epoll_wait(epoll, events, 256, wait_ms);
	bool input = false;

	for (int i = 0; i < got; i++)
		if (events[i].data.ptr)
			hear(events[i].data.ptr);
		else
			input = true;
	return input;
}

static void scan(const char *code)
{
	int fd = connect_port(port), missing;
	char body[512], request[2048];
	int body_len = snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
	int len = snprintf(request, sizeof request,
			   "POST /api/usher/scan/result/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			   "Connection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			   port, token, body_len, body);
	int64_t began = now_ns(), last;

	put(fd, request, len);
	do {
		pass_time(100);
		missing = 0;
		last = began;
		for (int i = 0; i < n_all; i++) {
			missing += all[i].heard <= began;
			if (all[i].heard > last)
				last = all[i].heard;
		}
	} while (missing && now_ns() - began < GIVE_UP_S * INT64_C(1000000000));
	close(fd);
	printf("told %.0f missing %d\n", (double)(last - began) / 1e6, missing);
	fflush(stdout);
}

/* False at the end of input. */
static bool obey(void)
{
	char line[1024];
	ssize_t len = read(0, line, sizeof line - 1);

	if (len <= 0)
		return false;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "scan ", 5)) {
		scan(line + 5);
	} else {
		printf("news %lu\n", n_news);
		fflush(stdout);
	}
	return true;
}

static void join_all(void)
{
	for (int i = 0; i < n_all; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = &all[i] };

		all[i].fd = connect_port(port);
		all[i].text = malloc(TEXT_SIZE);
		epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event);
		ask(&all[i]);
		while (n_joined < i - 50) /* no flood: this is about waiting, not about arriving */
			pass_time(1000);
	}
	while (n_joined < n_all)
		pass_time(1000);
	/* Who polls has its counts now, and waits from its second question on. */
	for (int64_t until = now_ns() + INT64_C(1000000000); now_ns() < until;)
		pass_time(100);
}

int main(int argc, char **argv)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (argc < 5 || !(token = getenv("TOKEN"))) {
		fprintf(stderr, "TOKEN=… watchers PORT EVENT CLIENTS sse|poll\n");
		return 2;
	}
	port = (int)strtol(argv[1], NULL, 10);
	event_id = argv[2];
	n_all = (int)strtol(argv[3], NULL, 10);
	stream = !strcmp(argv[4], "sse");
	all = calloc((size_t)n_all, sizeof *all);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	raise_fds();
	join_all();
	printf("ready\n");
	fflush(stdout);
	epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event);
	while (!pass_time(1000) || obey())
		;
	return 0;
}
