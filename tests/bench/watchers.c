/* Many clients that wait for an event's live counts, in one process.
 *
 *	TOKEN=… watchers PORT EVENT CLIENTS sse|poll
 *	TOKEN=… watchers PORT EVENT CLIENTS socket TOKENS [PATH]      each with a token of its own, by the port or a Unix socket
 *	TOKEN=… watchers PORT PERSON CLIENTS campus TOKENS GENERAL [polls]   the same in that person's room, and so many of them in
 *	                                                              general; by polling
 *
 * Prints "ready" once all of them wait, and how many milliseconds they came for. Then, for each line on standard input:
 *
 *	scan CODE     scans that code and prints how many milliseconds passed from sending the scan until the last of them had the
 *	              new counts, and how many had none after ten seconds: "told 312 missing 0"
 *	mark QR TOKEN the same of a mark that a person makes by that code and token: until all in their room had it, and general
 *	news          how many answers or frames came so far
 *	general N AT  waits until so many came to those in general, and prints how many milliseconds after AT (ns of the monotonic clock)
 *	              the last did, and how many are missing after ten seconds
 *	again         lets all be closed, and prints how many milliseconds passed from the first that was until each had its counts
 *	              again, and how often they tried: "back 2312 tried 5100". Of sockets alone; who is in general has what it missed
 *	              too by then, each once
 *
 * Ends at the input's end. */
#include "watchers.h"

enum { GIVE_UP_S = 10, BACK_S = 60 };

struct plan plan;

static const char MARK[] = "event: counts";

static bool stream, sockets;
static struct watcher *all;
static int n_all;
static unsigned long n_news, n_general;

void put(int fd, const char *request, size_t len)
{
	if (write(fd, request, len) != (ssize_t)len && !plan.again)
		die("write");
}

static void ask(struct watcher *w)
{
	char request[2048];
	int len =
		snprintf(request, sizeof request,
			 "GET /api/live/events/%s%s%s%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			 "%s\r\n",
			 plan.event_id, stream ? "" : "?wait=25", *w->tag ? "&since=" : "", w->tag, plan.port,
			 plan.token, stream ? "Accept: text/event-stream\r\n" : "");

	w->len = 0;
	put(w->fd, request, (size_t)len);
}

void waits(struct watcher *w)
{
	if (!w->joined) {
		w->joined = true;
		plan.n_joined++;
	}
}

void news(struct watcher *w)
{
	w->heard = now_ns();
	n_news++;
	waits(w);
}

void general_news(struct watcher *w)
{
	w->told = now_ns();
	n_general++;
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
	int next = sockets_again(),
	    got = epoll_wait(plan.epoll, events, 256, next >= 0 && next < wait_ms ? next : wait_ms);
	bool input = false;

	for (int i = 0; i < got; i++)
		if (events[i].data.ptr && sockets)
			socket_turn(events[i].data.ptr, events[i].events);
		else if (events[i].data.ptr)
			hear(events[i].data.ptr);
		else
			input = true;
	return input;
}

/* When the last of them had news since then; *missing: how many had none. */
static int64_t last_since(int64_t began, int *missing)
{
	int64_t last = began;

	*missing = 0;
	for (int i = 0; i < n_all; i++) {
		const struct watcher *w = &all[i];

		*missing += w->heard <= began || (w->general && w->told <= began);
		if (w->heard > last)
			last = w->heard;
		if (w->told > last)
			last = w->told;
	}
	return last;
}

/* Sends that, and waits until all have heard of it. */
static void tell(const char *path, const char *token, const char *body)
{
	int fd = connect_port(plan.port), missing;
	char request[2048];
	int len = snprintf(request, sizeof request,
			   "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			   "Connection: close\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
			   path, plan.port, token, strlen(body), body);
	int64_t began = now_ns(), last;

	put(fd, request, (size_t)len);
	do {
		pass_time(100);
		last = last_since(began, &missing);
	} while (missing && now_ns() - began < GIVE_UP_S * INT64_C(1000000000));
	close(fd);
	printf("told %.0f missing %d\n", (double)(last - began) / 1e6, missing);
	fflush(stdout);
}

static void scan(const char *code)
{
	char body[2100];

	snprintf(body, sizeof body, "{\"code\":\"%s\"}", code);
	tell("/api/usher/scan/result/", plan.token, body);
}

static void mark(char *words)
{
	char *token, *qr = strtok_r(words, " ", &token), body[2100];

	snprintf(body, sizeof body, "{\"qr_token\":\"%s\"}", qr);
	tell("/api/campus/attendance/submit/", token, body);
}

static void general(const char *words)
{
	unsigned long n = 0;
	long long at = 0;
	int64_t began = now_ns(), last = 0;

	sscanf(words, "%lu %lld", &n, &at);
	while (n_general < n && now_ns() - began < GIVE_UP_S * INT64_C(1000000000))
		pass_time(100);
	for (int i = 0; i < n_all; i++)
		if (all[i].told > last)
			last = all[i].told;
	printf("told %.0f missing %ld\n", (double)(last - at) / 1e6, (long)n - (long)n_general);
	fflush(stdout);
}

/* Says so at once, for whoever is to close them. */
static void come_again(void)
{
	int64_t began = now_ns();

	plan.again = plan.caught_up = true;
	plan.n_closed = plan.tries = 0;
	printf("waits\n");
	fflush(stdout);
	while ((plan.n_closed < n_all || plan.n_joined < n_all) && now_ns() - began < BACK_S * INT64_C(1000000000))
		pass_time(100);
	printf("back %.0f tried %d missing %d\n", (double)(now_ns() - plan.closed) / 1e6, plan.tries,
	       n_all - plan.n_joined);
	fflush(stdout);
	plan.again = false;
}

/* False at the end of input. */
static bool obey(void)
{
	char line[2048];
	ssize_t len = read(0, line, sizeof line - 1);

	if (len <= 0)
		return false;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "scan ", 5)) {
		scan(line + 5);
	} else if (!strncmp(line, "mark ", 5)) {
		mark(line + 5);
	} else if (!strncmp(line, "general ", 8)) {
		general(line + 8);
	} else if (!strcmp(line, "again")) {
		come_again();
	} else {
		printf("news %lu\n", n_news);
		fflush(stdout);
	}
	return true;
}

static void join(struct watcher *w)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = w };

	w->text = malloc(TEXT_SIZE);
	if (plan.polls)
		w->says = malloc(SAYS_SIZE);
	if (w->general)
		w->seen = calloc(1, SEEN_SIZE);
	if (sockets) {
		socket_begin(w);
		return;
	}
	w->fd = connect_port(plan.port);
	epoll_ctl(plan.epoll, EPOLL_CTL_ADD, w->fd, &event);
	ask(w);
}

static void join_all(void)
{
	int64_t began = now_ns();

	for (int i = 0; i < n_all; i++) {
		join(&all[i]);
		while (plan.n_joined < i - 50) /* no flood: this is about waiting, not about arriving */
			pass_time(1000);
	}
	while (plan.n_joined < n_all)
		pass_time(1000);
	printf("ready %.0f\n", (double)(now_ns() - began) / 1e6);
}

static void take_tokens(const char *file)
{
	size_t n;
	char **tokens = read_lines(file, &n);

	if (n < (size_t)n_all) {
		fprintf(stderr, "watchers: %zu tokens are too few\n", n);
		exit(2);
	}
	for (int i = 0; i < n_all; i++)
		all[i].token = tokens[i];
}

int main(int argc, char **argv)
{
	struct epoll_event event = { .events = EPOLLIN };

	if (argc < 5 || !(plan.token = getenv("TOKEN"))) {
		fprintf(stderr,
			"TOKEN=… watchers PORT EVENT CLIENTS sse|poll|socket [TOKENS [PATH]], or PORT PERSON CLIENTS campus TOKENS GENERAL [polls]\n");
		return 2;
	}
	plan.port = (int)strtol(argv[1], NULL, 10);
	plan.event_id = argv[2];
	n_all = (int)strtol(argv[3], NULL, 10);
	stream = !strcmp(argv[4], "sse");
	sockets = argc > 5;
	all = calloc((size_t)n_all, sizeof *all);
	if (argc > 6 && !strcmp(argv[4], "campus")) {
		plan.room = plan.event_id;
		for (long i = strtol(argv[6], NULL, 10); i-- > 0;)
			all[i].general = true;
		plan.polls = argc > 7;
	} else if (argc > 6) {
		plan.path = argv[6];
	}
	if (sockets)
		take_tokens(argv[5]);
	plan.epoll = epoll_create1(EPOLL_CLOEXEC);
	raise_fds();
	join_all();
	/* Who polls has its counts now, and waits from its second question on. */
	for (int64_t until = now_ns() + INT64_C(1000000000); now_ns() < until;)
		pass_time(100);
	fflush(stdout);
	epoll_ctl(plan.epoll, EPOLL_CTL_ADD, 0, &event);
	while (!pass_time(1000) || obey())
		;
	return 0;
}
