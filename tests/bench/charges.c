/* Charges of cards in a closed loop: each connection is a counter that takes one cent from the next card, and then from another.
 *
 *	charges PORT CONNECTIONS SECONDS TOKENS CARDS
 *
 * TOKENS: of merchants; CARDS: numbers of cards, one a line. After so many seconds nobody begins another; 0 seconds: each counter
 * makes one. Prints "RATE a second, N charges, refused R bad B, p50 MS p99 MS": refused are answers of 409, 429 and 503, bad all
 * others that are not what was asked for. */
#include "http.h"

struct counter {
	int fd;
	const char *token;
	int64_t began;
	size_t len;
	char text[16384];
};

static int port, epoll;
static char **cards;
static size_t n_cards, next_card, made, refused, bad, room;
static int64_t end, *took;
static int still;

static void connect_counter(struct counter *c)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	c->fd = connect_port(port);
	epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static void charge(struct counter *c)
{
	char body[200], request[2048];
	int body_len, len;

	body_len = snprintf(body, sizeof body, "{\"card_uid\":\"%s\",\"amount\":1}", cards[next_card++ % n_cards]);
	len = snprintf(request, sizeof request,
		       "POST /api/merchant/charge/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
		       "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		       port, c->token, body_len, body);
	c->len = 0;
	c->began = now_ns();
	if (write(c->fd, request, (size_t)len) != len)
		die("write");
}

static void answered(struct counter *c, int status)
{
	int64_t now = now_ns();

	c->text[c->len] = '\0';
	if (status == 201 && strstr(c->text, "\"balance\":")) {
		if (made == room)
			took = realloc(took, (room = room * 2 + 4096) * sizeof *took);
		took[made++] = now - c->began;
	} else if (status == 409 || status == 429 || status == 503) {
		if (!refused++)
			fprintf(stderr, "refused: %s\n", c->text);
	} else if (!bad++) {
		fprintf(stderr, "bad: %s\n", c->text);
	}
	if (answer_is_last(c->text, c->len)) {
		close(c->fd);
		connect_counter(c);
	}
	if (now >= end)
		still--;
	else
		charge(c);
}

static void receive(struct counter *c)
{
	ssize_t got = read(c->fd, c->text + c->len, sizeof c->text - 1 - c->len);
	size_t whole;
	int status;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0)
		die("read");
	c->len += (size_t)got;
	status = answer_status(c->text, c->len, &whole);
	if (status)
		answered(c, status);
}

static void begin_all(char **tokens, size_t n_tokens)
{
	struct counter *all = calloc((size_t)still, sizeof *all);

	for (int i = still - 1; i >= 0; i--) {
		all[i].token = tokens[(size_t)i % n_tokens];
		connect_counter(&all[i]);
		charge(&all[i]);
	}
}

static void serve_all(void)
{
	while (still) {
		struct epoll_event events[64];
		int got = epoll_wait(epoll, events, 64, 30000);

		if (got == 0) {
			fprintf(stderr, "%d are not answered\n", still);
			exit(1);
		}
		for (int i = 0; i < got; i++)
			receive(events[i].data.ptr);
	}
}

int main(int argc, char **argv)
{
	size_t n_tokens;
	char **tokens;
	int64_t began;
	double rate;

	if (argc != 6) {
		fprintf(stderr, "charges PORT CONNECTIONS SECONDS TOKENS CARDS\n");
		return 2;
	}
	port = (int)strtol(argv[1], NULL, 10);
	still = (int)strtol(argv[2], NULL, 10);
	tokens = read_lines(argv[4], &n_tokens);
	cards = read_lines(argv[5], &n_cards);
	next_card = (size_t)now_ns() % n_cards; /* not the same few in every run */
	epoll = epoll_create1(EPOLL_CLOEXEC);
	began = now_ns();
	end = began + (int64_t)(strtod(argv[3], NULL) * 1e9);
	begin_all(tokens, n_tokens);
	serve_all();
	rate = (double)made / ((double)(now_ns() - began) / 1e9);
	qsort(took, made, sizeof *took, by_value);
	printf("%.1f a second, %zu charges, refused %zu bad %zu, p50 %.1f p99 %.1f\n", rate, made, refused, bad,
	       share_ms(took, made, 0.5), share_ms(took, made, 0.99));
	return 0;
}
