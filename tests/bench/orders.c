/* Whole orders in a closed loop: each connection is a buyer who books two tickets, pays, asks once more how it stands, and
 * begins again as the next customer. Who is refused gives this order up and begins another at once, as impatient people do.
 *
 *	orders PORT CONNECTIONS SECONDS TOKENS EVENT CATEGORY
 *
 * After so many seconds nobody begins a new order; 0 seconds: each buyer makes one. Prints "RATE a second, N orders, refused R
 * bad B, p50 MS p99 MS": refused are answers of 409, 429 and 503, bad all others that are not what was asked for; times are
 * those of whole orders. */
#include "http.h"

enum step { BOOK, PAY, CONFIRM, STEPS };

struct buyer {
	int fd;
	enum step step;
	const char *token;
	unsigned long order, payment;
	int64_t began; /* this order */
	size_t len;
	char text[32768];
};

static int port, epoll;
static const char *event_id, *category_id;
static char **tokens;
static size_t n_tokens, next_token;
static int64_t end;
static size_t made, refused, bad, room;
static int64_t *took;
static int still;

static void connect_buyer(struct buyer *b)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = b };

	b->fd = connect_port(port);
	epoll_ctl(epoll, EPOLL_CTL_ADD, b->fd, &event);
}

static int body_of(const struct buyer *b, char *out, size_t size)
{
	switch (b->step) {
	case BOOK:
		return snprintf(out, size, "{\"event_id\":%s,\"items\":[{\"category_id\":%s,\"quantity\":2}]}",
				event_id, category_id);
	case PAY:
		return snprintf(out, size, "{\"order_id\":%lu,\"method\":\"card\",\"card_token\":\"tok_ok\"}",
				b->order);
	default:
		return snprintf(out, size, "{\"payment_id\":%lu}", b->payment);
	}
}

static void ask(struct buyer *b)
{
	static const char *const PATHS[STEPS] = { "tickets/book", "payments/process", "payments/confirm" };
	char body[256], request[2048];
	int body_len = body_of(b, body, sizeof body);
	int len = snprintf(request, sizeof request,
			   "POST /api/v1/%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			   "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			   PATHS[b->step], port, b->token, body_len, body);

	b->len = 0;
	if (write(b->fd, request, (size_t)len) != len)
		die("write");
}

static void begin(struct buyer *b)
{
	int64_t now = now_ns();

	if (b->token && now >= end) {
		still--;
		return;
	}
	b->step = BOOK;
	b->token = tokens[next_token++ % n_tokens];
	b->began = now;
	ask(b);
}

/* The id of what the answer is about; 0 when there is none. */
static unsigned long id_in(const struct buyer *b, const char *before)
{
	const char *at = memmem(b->text, b->len, before, strlen(before));

	return at ? strtoul(at + strlen(before), NULL, 10) : 0;
}

static void finish(struct buyer *b)
{
	if (made == room)
		took = realloc(took, (room = room * 2 + 4096) * sizeof *took);
	took[made++] = now_ns() - b->began;
	begin(b);
}

static void answered(struct buyer *b, int status)
{
	b->text[b->len] = '\0';
	if (answer_is_last(b->text, b->len)) {
		close(b->fd);
		connect_buyer(b);
	}
	if (status == 409 || status == 429 || status == 503) {
		if (!refused++)
			fprintf(stderr, "step %d is refused: %s\n", (int)b->step, b->text);
		begin(b);
		return;
	}
	if (b->step == BOOK)
		b->order = status == 201 ? id_in(b, "\"order\":{\"id\":") : 0;
	else if (b->step == PAY)
		b->payment = status == 200 ? id_in(b, "\"payment\":{\"id\":") : 0;
	if (b->step == BOOK ? !b->order : b->step == PAY ? !b->payment : status != 200) {
		if (!bad++)
			fprintf(stderr, "step %d: %s\n", (int)b->step, b->text);
		begin(b);
	} else if (b->step == CONFIRM) {
		finish(b);
	} else {
		b->step++;
		ask(b);
	}
}

static void receive(struct buyer *b)
{
	ssize_t got = read(b->fd, b->text + b->len, sizeof b->text - 1 - b->len);
	size_t whole;
	int status;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0)
		die("read");
	b->len += (size_t)got;
	status = answer_status(b->text, b->len, &whole);
	if (status)
		answered(b, status);
}

int main(int argc, char **argv)
{
	struct buyer *all;
	int64_t began;
	double rate;

	if (argc != 7) {
		fprintf(stderr, "orders PORT CONNECTIONS SECONDS TOKENS EVENT CATEGORY\n");
		return 2;
	}
	port = (int)strtol(argv[1], NULL, 10);
	still = (int)strtol(argv[2], NULL, 10);
	tokens = read_lines(argv[4], &n_tokens);
	next_token = (size_t)now_ns() % n_tokens; /* not the same few in every run */
	event_id = argv[5];
	category_id = argv[6];
	epoll = epoll_create1(EPOLL_CLOEXEC);
	all = calloc((size_t)still, sizeof *all);
	began = now_ns();
	end = began + (int64_t)(strtod(argv[3], NULL) * 1e9);
	for (int i = still - 1; i >= 0; i--) {
		connect_buyer(&all[i]);
		begin(&all[i]);
	}
	while (still) {
		struct epoll_event events[64];
		int got = epoll_wait(epoll, events, 64, 30000);

		if (got == 0) {
			fprintf(stderr, "%d are not answered\n", still);
			return 1;
		}
		for (int i = 0; i < got; i++)
			receive(events[i].data.ptr);
	}
	rate = (double)made / ((double)(now_ns() - began) / 1e9);
	qsort(took, made, sizeof *took, by_value);
	printf("%.1f a second, %zu orders, refused %zu bad %zu, p50 %.1f p99 %.1f\n", rate, made, refused, bad,
	       share_ms(took, made, 0.5), share_ms(took, made, 0.99));
	return 0;
}
