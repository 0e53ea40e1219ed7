/* Sockets that say what nobody may say, and come again as they are closed.
 *
 *	flood PORT SOCKETS SECONDS PAUSE
 *
 * Each comes again PAUSE milliseconds after it was closed, and does the next of the evils below; one that is not closed within
 * a second ends by itself. Prints "came 8123 upgraded 7411 ended 12": how often they came, were let in to say it, and ended by
 * themselves, for nobody closed them. */
#include "frames.h"

enum { PATIENCE_MS = 1000 };

static const char PATH[] = "/socket.io/?EIO=4&transport=websocket";

struct evil {
	int fd; /* -1: none now */
	unsigned turn;
	bool asked, upgraded;
	int64_t at; /* when it comes again, or ends */
	size_t len;
	char text[4096];
};

static int port, epoll, pause_ms;
static unsigned long came, upgraded, ended;

static unsigned long long chance(void)
{
	static unsigned long long state =
		88172645463325252ULL; /* xorshift, Marsaglia 2003: the same nonsense each time */

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void send_some(const struct evil *e, const void *bytes, size_t len)
{
	send(e->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void send_noise(const struct evil *e)
{
	char noise[1024];

	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (char)chance();
	send_some(e, noise, sizeof noise);
}

static void send_masked(const struct evil *e, unsigned opcode, const char *text, size_t len)
{
	char frame[1024 + FRAME_HEAD];

	send_some(e, frame, frame_make(frame, opcode, text, len));
}

#define SEND(e, bytes) send_some(e, bytes, sizeof bytes - 1)
#define SAY(e, text) send_masked(e, FRAME_TEXT, text, sizeof text - 1)

static void do_evil(const struct evil *e)
{
	switch (e->turn % 10) {
	case 0:
		send_noise(e);
		break;
	case 1: /* not masked */
		SEND(e, "\x81\x02"
			"40");
		break;
	case 2: /* four exabytes follow */
		SEND(e, "\x81\xff\x3f\xff\xff\xff\xff\xff\xff\xff"
			"\0\0\0\0"
			"40");
		break;
	case 3: /* nothing has this opcode */
		send_masked(e, 3 + (unsigned)(chance() % 5), "40", 2);
		break;
	case 4: /* a ping in pieces, and too long */
		SEND(e, "\x09\xfe\x01\x00"
			"\0\0\0\0");
		break;
	case 5: /* a bit that no extension has */
		send_masked(e, FRAME_TEXT | 0x40, "40", 2);
		break;
	case 6: /* no UTF-8 */
		SAY(e, "4\xc3\x28\xff");
		break;
	case 7: /* a billion pieces of bytes */
		SAY(e, "451000000000-[\"watch\"]");
		break;
	case 8: /* an event before the namespace */
		SAY(e, "42[\"watch\",{\"topic\":\"event:1\"}]");
		break;
	default: /* a token that is none, and again */
		SAY(e, "40{\"token\":\"eyJhbGciOiJub25lIn0.e30.\"}");
		SAY(e, "40{\"token\":[[[[[[[[[[[[[[[[[[[[[[");
	}
}

static void rest(struct evil *e)
{
	close(e->fd);
	e->fd = -1;
	e->turn++;
	e->at = now_ns() + pause_ms * INT64_C(1000000);
}

static void come(struct evil *e)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = e };

	e->asked = e->upgraded = false;
	e->len = 0;
	e->at = now_ns() + PATIENCE_MS * INT64_C(1000000);
	e->fd = connect_soon(NULL, port);
	if (e->fd < 0)
		return;
	came++;
	epoll_ctl(epoll, EPOLL_CTL_ADD, e->fd, &event);
}

/* Each fifteenth is no request either. */
static void ask(struct evil *e)
{
	char request[1000];

	e->asked = true;
	if (e->turn % 15 == 14)
		send_noise(e);
	else
		send_some(e, request, (size_t)upgrade_make(request, PATH, port));
}

/* False: it was told goodbye. */
static bool hear_frames(struct evil *e)
{
	struct frame frame;
	size_t at = 0, more;

	while ((more = frame_read(e->text + at, e->len - at, &frame))) {
		at += more;
		if (frame.opcode == FRAME_CLOSE)
			return false;
	}
	e->len -= at;
	memmove(e->text, e->text + at, e->len);
	return true;
}

static void hear_answer(struct evil *e)
{
	size_t whole;

	if (answer_status(e->text, e->len, &whole) != 101)
		return;
	e->upgraded = true;
	e->len -= whole;
	memmove(e->text, e->text + whole, e->len);
	upgraded++;
	do_evil(e);
}

/* False: nothing more comes. */
static bool hear(struct evil *e)
{
	ssize_t got;

	while ((got = read(e->fd, e->text + e->len, sizeof e->text - e->len)) > 0) {
		e->len += (size_t)got;
		if (!e->upgraded)
			hear_answer(e);
		if (e->upgraded && !hear_frames(e))
			return false;
	}
	return got < 0 && errno == EAGAIN;
}

static void turn(struct evil *e, uint32_t what)
{
	if (e->fd < 0)
		return;
	if (!e->asked && what & EPOLLOUT)
		ask(e);
	if (what & (EPOLLIN | EPOLLERR | EPOLLHUP) && !hear(e))
		rest(e);
}

static void pass_time(struct evil *all, int n)
{
	struct epoll_event events[256];
	int got = epoll_wait(epoll, events, 256, 10);
	int64_t now = now_ns();

	for (int i = 0; i < got; i++)
		turn(events[i].data.ptr, events[i].events);
	for (int i = 0; i < n; i++) {
		if (all[i].at > now)
			continue;
		if (all[i].fd >= 0) {
			ended++;
			rest(&all[i]);
		} else {
			come(&all[i]);
		}
	}
}

int main(int argc, char **argv)
{
	struct evil *all;
	int64_t until;
	int n;

	if (argc < 5) {
		fprintf(stderr, "flood PORT SOCKETS SECONDS PAUSE\n");
		return 2;
	}
	port = (int)strtol(argv[1], NULL, 10);
	n = (int)strtol(argv[2], NULL, 10);
	pause_ms = (int)strtol(argv[4], NULL, 10);
	all = calloc((size_t)n, sizeof *all);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	raise_fds();
	for (int i = 0; i < n; i++) {
		all[i].fd = -1;
		all[i].turn = (unsigned)i;
	}
	for (until = now_ns() + strtol(argv[3], NULL, 10) * INT64_C(1000000000); now_ns() < until;)
		pass_time(all, n);
	printf("came %lu upgraded %lu ended %lu\n", came, upgraded, ended);
	return 0;
}
