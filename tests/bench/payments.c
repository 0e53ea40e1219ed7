/* People who pay, each one held order, in an open loop: so many a second begin, whatever the server does, or all at once. Each is
 * measured from the moment at which it was to begin.
 *
 *	payments PORT RATE PEOPLE TOKENS EVENT CATEGORY
 *
 * RATE 0: all at once. The orders are booked before. Prints "RATE a second, paid N of PEOPLE, refused R bad B, p50 MS p99 MS max
 * MS": the rate is of those that were paid between two seconds after the first began and the last's beginning; of all at once it
 * is that of all. refused are answers of 409, 429 and 503, bad all others that are not what was asked for. */
#include "http.h"

enum { BOOKING = 16 };

struct payer {
	int fd;
	bool pays;
	const char *token;
	unsigned long order;
	int64_t due;
	size_t len;
	char text[16384];
};

static int port, epoll;
static const char *event_id, *category_id;
static struct payer *all;
static size_t people, begun, answered, paid, refused, bad, steady;
static int64_t *took, steady_from, steady_to;

static void ask(struct payer *p, const char *path, const char *body)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = p };
	char request[2048];
	int len = snprintf(request, sizeof request,
			   "POST /api/v1/%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			   "Content-Type: application/json\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s",
			   path, port, p->token, strlen(body), body);

	p->fd = connect_port(port);
	p->len = 0;
	epoll_ctl(epoll, EPOLL_CTL_ADD, p->fd, &event);
	if (write(p->fd, request, (size_t)len) != len)
		die("write");
}

static void book_next(void)
{
	char body[200];

	if (begun == people)
		return;
	snprintf(body, sizeof body, "{\"event_id\":%s,\"items\":[{\"category_id\":%s,\"quantity\":2}]}", event_id,
		 category_id);
	ask(&all[begun++], "tickets/book", body);
}

static void booked(struct payer *p, int status)
{
	const char *at = memmem(p->text, p->len, "\"order\":{\"id\":", 14);

	if (status != 201 || !at) {
		fprintf(stderr, "not booked: %.*s\n", (int)p->len, p->text);
		exit(1);
	}
	p->order = strtoul(at + 14, NULL, 10);
	answered++;
	book_next();
}

static void pay_next(void)
{
	struct payer *p = &all[begun++];
	char body[200];

	p->pays = true;
	snprintf(body, sizeof body, "{\"order_id\":%lu,\"method\":\"card\",\"card_token\":\"pm_ok\"}", p->order);
	ask(p, "payments/process", body);
}

static void settled(struct payer *p, int status)
{
	int64_t now = now_ns();
	bool good = status == 200 && memmem(p->text, p->len, "\"status\":\"succeeded\"", 20);

	took[answered++] = now - p->due;
	if (good) {
		paid++;
		steady += now >= steady_from && now < steady_to;
	} else if (status == 409 || status == 429 || status == 503) {
		if (!refused++)
			fprintf(stderr, "refused: %.*s\n", (int)p->len, p->text);
	} else if (!bad++) {
		fprintf(stderr, "bad: %.*s\n", (int)p->len, p->text);
	}
}

static void receive(struct payer *p)
{
	ssize_t got = read(p->fd, p->text + p->len, sizeof p->text - p->len);
	size_t whole;
	int status;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got > 0)
		p->len += (size_t)got;
	status = answer_status(p->text, p->len, &whole);
	if (!status && got > 0)
		return;
	close(p->fd);
	(p->pays ? settled : booked)(p, status);
}

static void look(int wait_ms)
{
	struct epoll_event events[64];
	int got = epoll_wait(epoll, events, 64, wait_ms);

	if (got == 0 && wait_ms >= 60000) {
		fprintf(stderr, "%zu are not answered\n", people - answered);
		exit(1);
	}
	for (int i = 0; i < got; i++)
		receive(events[i].data.ptr);
}

static void book_all(char **tokens, size_t n_tokens)
{
	size_t from = (size_t)now_ns() % n_tokens; /* not the same few in every run */

	for (size_t i = 0; i < people; i++)
		all[i].token = tokens[(from + i) % n_tokens];
	for (int i = 0; i < BOOKING; i++)
		book_next();
	while (answered < people)
		look(60000);
	begun = answered = 0;
}

static void pay_all(double rate)
{
	int64_t began = now_ns() + 100000000;

	for (size_t i = 0; i < people; i++)
		all[i].due = began + (rate > 0 ? (int64_t)((double)i / rate * 1e9) : 0);
	steady_from = rate > 0 ? began + 2000000000 : began;
	steady_to = rate > 0 ? all[people - 1].due : INT64_MAX;
	while (answered < people) {
		int64_t now = now_ns();

		while (begun < people && all[begun].due <= now)
			pay_next();
		look(begun < people ? (int)((all[begun].due - now) / 1000000) : 60000);
	}
	if (rate <= 0)
		steady_to = now_ns();
}

int main(int argc, char **argv)
{
	size_t n_tokens;
	char **tokens;

	if (argc != 7) {
		fprintf(stderr, "payments PORT RATE PEOPLE TOKENS EVENT CATEGORY\n");
		return 2;
	}
	raise_fds();
	port = (int)strtol(argv[1], NULL, 10);
	people = strtoul(argv[3], NULL, 10);
	tokens = read_lines(argv[4], &n_tokens);
	event_id = argv[5];
	category_id = argv[6];
	epoll = epoll_create1(EPOLL_CLOEXEC);
	all = calloc(people, sizeof *all);
	took = calloc(people, sizeof *took);
	book_all(tokens, n_tokens);
	pay_all(strtod(argv[2], NULL));
	qsort(took, answered, sizeof *took, by_value);
	printf("%.1f a second, paid %zu of %zu, refused %zu bad %zu, p50 %.0f p99 %.0f max %.0f\n",
	       (double)steady / ((double)(steady_to - steady_from) / 1e9), paid, people, refused, bad,
	       share_ms(took, answered, 0.5), share_ms(took, answered, 0.99), share_ms(took, answered, 1));
	return 0;
}
