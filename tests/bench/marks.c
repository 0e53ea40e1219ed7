/* People who mark their attendance.
 *
 *	marks PORT open SECONDS GAP-MS STUDENTS EVENTS
 *
 * A lecture hall that comes within so many seconds, whatever the server does: all of STUDENTS begin evenly, each with a connection of their
 * own and an access token that is dead; each asks, is told so (401), refreshes, shows the code, tells the place and submits, GAP-MS
 * milliseconds between two of these. Each is measured from the moment at which it should have been sent. Of EVENTS the first. Prints
 * "sent N bad N p50 MS p99 MS max MS".
 *
 *	marks PORT closed CONNECTIONS SECONDS STUDENTS EVENTS
 *
 * Marks (code and submit) as fast as so many connections make them: everybody at the first event, then at the next. 0 seconds: each makes
 * one. Prints "RATE a second, N marks, bad B, p50 MS p99 MS".
 *
 * STUDENTS: "DEAD ACCESS REFRESH", a line each; EVENTS: "UUID CODE". bad: answers of another status than they ought to have; the first is
 * printed to standard error. */
#include "http.h"

enum { FIRST, REFRESHED, CODE, PLACE, SUBMIT, STEPS };

static const struct {
	const char *path;
	int status;
} STEP[STEPS] = {
	[FIRST] = { "attendance/verify-qr", 401 }, [REFRESHED] = { "auth/refresh", 200 },
	[CODE] = { "attendance/verify-qr", 200 },  [PLACE] = { "attendance/verify-location", 200 },
	[SUBMIT] = { "attendance/submit", 201 },
};

struct student {
	char dead[800], access[800], refresh[100];
};

struct event {
	char uuid[40], code[100];
};

struct caller {
	int fd, step;
	bool asking;
	size_t who, event;
	int64_t due, began;
	size_t len;
	char text[16384];
};

static int port, epoll;
static struct student *students;
static struct event *events;
static size_t n_students, n_events, bad, n_took, room;
static int64_t *took;

static void read_all(const char *of_students, const char *of_events)
{
	char **lines = read_lines(of_students, &n_students);

	students = calloc(n_students, sizeof *students);
	for (size_t i = 0; i < n_students; i++)
		if (sscanf(lines[i], "%799s %799s %99s", students[i].dead, students[i].access, students[i].refresh) !=
		    3)
			die(of_students);
	lines = read_lines(of_events, &n_events);
	events = calloc(n_events, sizeof *events);
	for (size_t i = 0; i < n_events; i++)
		if (sscanf(lines[i], "%39s %99s", events[i].uuid, events[i].code) != 2)
			die(of_events);
}

static void note(int64_t since)
{
	if (n_took == room)
		took = realloc(took, (room = room * 2 + 4096) * sizeof *took);
	took[n_took++] = now_ns() - since;
}

static void connect_caller(struct caller *c)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	c->fd = connect_port(port);
	epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

/* Nobody stands where another does. */
static int body_of(const struct caller *c, char *out, size_t size)
{
	const struct event *event = &events[c->event];

	switch (c->step) {
	case REFRESHED:
		return snprintf(out, size, "{\"refresh\":\"%s\"}", students[c->who].refresh);
	case FIRST:
	case CODE:
		return snprintf(out, size, "{\"qr_token\":\"%s\"}", event->code);
	case PLACE:
		return snprintf(out, size, "{\"event_id\":\"%s\",\"latitude\":%.6f,\"longitude\":%.6f,\"accuracy\":9}",
				event->uuid, 41 + (double)(c->who % 40) * 1e-5, 29 + (double)(c->who / 40) * 1e-5);
	default:
		return snprintf(out, size, "{\"event_id\":\"%s\"}", event->uuid);
	}
}

static void ask(struct caller *c)
{
	const struct student *who = &students[c->who];
	char body[512], request[4096];
	int body_len = body_of(c, body, sizeof body);
	int len = snprintf(request, sizeof request,
			   "POST /api/campus/%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			   "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			   STEP[c->step].path, port, c->step == FIRST ? who->dead : who->access, body_len, body);

	c->len = 0;
	c->asking = true;
	if (write(c->fd, request, (size_t)len) != len)
		die("write");
}

/* The new access token, of the answer to a refresh. */
static void take_access(struct caller *c)
{
	const char *at = strstr(c->text, "\"access\":");

	if (at && (at = strchr(at + 9, '"')))
		snprintf(students[c->who].access, sizeof students->access, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
}

/* True once its answer is whole. */
static bool receive(struct caller *c)
{
	ssize_t got = read(c->fd, c->text + c->len, sizeof c->text - 1 - c->len);
	size_t whole;
	int status;

	if (got < 0 && errno == EAGAIN)
		return false;
	if (got <= 0)
		die("read");
	c->len += (size_t)got;
	c->text[c->len] = '\0';
	status = answer_status(c->text, c->len, &whole);
	if (!status)
		return false;
	c->asking = false;
	if (status != STEP[c->step].status && !bad++)
		fprintf(stderr, "step %d: %s\n", c->step, c->text);
	if (c->step == REFRESHED)
		take_access(c);
	if (answer_is_last(c->text, c->len)) {
		close(c->fd);
		connect_caller(c);
	}
	return true;
}

/* ---- a lecture hall ---- */

/* The earliest that is still to be sent, and to be sent now where it is due. Gives how long until then, in ns; -1: nothing is. */
static int64_t send_due(struct caller *all, size_t begun, int64_t now)
{
	int64_t next = -1;

	for (size_t i = 0; i < begun; i++) {
		struct caller *c = &all[i];

		if (c->asking || c->step == STEPS)
			continue;
		if (c->due <= now)
			ask(c);
		else if (next < 0 || c->due - now < next)
			next = c->due - now;
	}
	return next;
}

static void come_all(double seconds, int64_t gap)
{
	struct caller *all = calloc(n_students, sizeof *all);
	struct epoll_event happened[256];
	size_t begun = 0, ended = 0;
	double each = (seconds * 1e9 - (double)gap * (STEPS - 1)) / (double)n_students;
	int64_t began = now_ns();

	while (ended < n_students) {
		int64_t now = now_ns(), next, first;
		int got;

		for (; begun < n_students && (first = began + (int64_t)((double)begun * each)) <= now; begun++) {
			all[begun].who = begun;
			all[begun].due = first;
			connect_caller(&all[begun]);
		}
		next = send_due(all, begun, now);
		if (begun < n_students && (next < 0 || next > 1000000))
			next = 1000000;
		got = epoll_pwait2(epoll, happened, 256,
				   &(struct timespec){ 0, next < 0 || next > 999999999 ? 999999999 : (long)next },
				   NULL);
		for (int i = 0; i < got; i++) {
			struct caller *c = happened[i].data.ptr;

			if (!receive(c))
				continue;
			note(c->due);
			c->due += gap;
			ended += ++c->step == STEPS;
		}
	}
}

/* ---- as fast as it goes ---- */

static size_t next_mark;

static bool begin(struct caller *c)
{
	if (next_mark == n_students * n_events)
		return false;
	c->who = next_mark % n_students;
	c->event = next_mark++ / n_students;
	c->step = CODE;
	c->began = now_ns();
	ask(c);
	return true;
}

/* How many marks were made; so long it took. */
static size_t mark_all(size_t connections, double seconds, int64_t *lasted)
{
	struct caller *all = calloc(connections, sizeof *all);
	struct epoll_event happened[64];
	size_t still = 0, made = 0;
	int64_t began = now_ns(), end = began + (int64_t)(seconds * 1e9);

	for (size_t i = 0; i < connections; i++) {
		connect_caller(&all[i]);
		still += begin(&all[i]);
	}
	while (still) {
		int got = epoll_wait(epoll, happened, 64, 1000);

		for (int i = 0; i < got; i++) {
			struct caller *c = happened[i].data.ptr;

			if (!receive(c))
				continue;
			if (c->step == CODE) {
				c->step = SUBMIT;
				ask(c);
				continue;
			}
			note(c->began);
			made++;
			still -= now_ns() >= end || !begin(c);
		}
	}
	*lasted = now_ns() - began;
	return made;
}

int main(int argc, char **argv)
{
	if (argc != 7) {
		fprintf(stderr,
			"marks PORT open SECONDS GAP-MS STUDENTS EVENTS | marks PORT closed CONNECTIONS SECONDS STUDENTS EVENTS\n");
		return 2;
	}
	port = (int)strtol(argv[1], NULL, 10);
	raise_fds();
	read_all(argv[5], argv[6]);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (!strcmp(argv[2], "open")) {
		come_all(strtod(argv[3], NULL), strtol(argv[4], NULL, 10) * 1000000);
		qsort(took, n_took, sizeof *took, by_value);
		printf("sent %zu bad %zu p50 %.2f p99 %.2f max %.2f\n", n_took, bad, share_ms(took, n_took, 0.5),
		       share_ms(took, n_took, 0.99), share_ms(took, n_took, 1));
	} else {
		int64_t lasted;
		size_t made = mark_all(strtoul(argv[3], NULL, 10), strtod(argv[4], NULL), &lasted);

		qsort(took, n_took, sizeof *took, by_value);
		printf("%.0f a second, %zu marks, bad %zu, p50 %.2f p99 %.2f\n", (double)made * 1e9 / (double)lasted,
		       made, bad, share_ms(took, n_took, 0.5), share_ms(took, n_took, 0.99));
	}
	return 0;
}
