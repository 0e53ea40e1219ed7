/* People who mark their attendance.
 *
 *	marks PORT open SECONDS GAP-MS STUDENTS EVENTS
 *
 * A lecture hall that comes within so many seconds, whatever the server does: all of STUDENTS begin evenly, each with a connection of their
 * own and an access token that is dead; each asks, is told so (401), refreshes, shows the code, tells the place and submits, GAP-MS
 * milliseconds between two of these. Each is measured from the moment at which it should have been sent. Of EVENTS the first. Prints
 * "sent N bad N p50 MS p99 MS max MS last NS": when the last was answered, by the monotonic clock.
 *
 *	marks PORT patient SECONDS GAP-MS STUDENTS EVENTS
 *
 * The same hall while something is killed: whoever is not answered as they ought to be, or not at all, tries that step again.
 *
 *	marks PORT evidence SECONDS GAP-MS STUDENTS EVENTS
 *
 * The same with the whole evidence: the code, two photos of some 200 KB, no two alike, strokes, and the submit.
 *
 *	marks PORT closed CONNECTIONS SECONDS STUDENTS EVENTS
 *
 * Marks (code and submit) as fast as so many connections make them: everybody at the first event, then at the next. 0 seconds: each makes
 * one. Prints "RATE a second, N marks, bad B, p50 MS p99 MS".
 *
 * STUDENTS: "DEAD ACCESS REFRESH", a line each; EVENTS: "UUID CODE". bad: answers of another status than they ought to have; the first is
 * printed to standard error. */
#include "http.h"
#include <jpeglib.h>
#include <poll.h>

enum step { FIRST, REFRESHED, CODE, PLACE, FRONT, BACK, STROKES, SUBMIT, END };

static const struct {
	const char *path;
	int status;
} STEP[] = {
	[FIRST] = { "attendance/verify-qr", 401 },
	[REFRESHED] = { "auth/refresh", 200 },
	[CODE] = { "attendance/verify-qr", 200 },
	[PLACE] = { "attendance/verify-location", 200 },
	[FRONT] = { "attendance/upload-front-photo", 201 },
	[BACK] = { "attendance/upload-back-photo", 201 },
	[STROKES] = { "attendance/capture-signature", 201 },
	[SUBMIT] = { "attendance/submit", 201 },
};

static const enum step HALL[] = { FIRST, REFRESHED, CODE, PLACE, SUBMIT, END },
		       EVIDENCE[] = { CODE, FRONT, BACK, STROKES, SUBMIT, END }, SHORT[] = { CODE, SUBMIT, END };

/* Tries again so often, for so long. */
enum { AGAIN_MS = 200, PATIENCE_S = 90, BODY_SIZE = 500000 };
enum { PHOTO_WIDTH = 960, PHOTO_HEIGHT = 720 };

struct student {
	char dead[800], access[800], refresh[100];
};

struct event {
	char uuid[40], code[100];
};

struct caller {
	int fd;
	const enum step *step;
	bool asking;
	size_t who, event;
	int64_t due, began;
	size_t len;
	char text[16384];
};

static int port, epoll;
static bool patient;
static const enum step *way = SHORT;
static struct student *students;
static struct event *events;
static size_t n_students, n_events, bad, n_took, room;
static int64_t *took, last;
/* Of each student two. */
static struct {
	unsigned char *bytes;
	unsigned long len;
} * photos;

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
	last = now_ns();
	took[n_took++] = last - since;
}

/* ---- photos ---- */

/* Fields of light and dark that are this photo's alone, under noise that makes it as large as a phone's. */
static void draw_line(unsigned char *line, unsigned y, unsigned seed, unsigned *noise)
{
	for (unsigned x = 0; x < PHOTO_WIDTH; x++) {
		unsigned field = (seed * 2654435761u) ^ ((x / 80 + y / 75 * 10 + 1) * 40503u * (seed + 7));

		*noise = *noise * 1664525u + 1013904223u;
		for (unsigned c = 0; c < 3; c++)
			line[x * 3 + c] = (unsigned char)(40 + (field >> (8 + c)) % 150 + (*noise >> (24 - c)) % 40);
	}
}

static void make_photo(size_t i)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	unsigned char line[PHOTO_WIDTH * 3];
	unsigned noise = (unsigned)i + 1;
	JSAMPROW row = line;

	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &photos[i].bytes, &photos[i].len);
	jpeg.image_width = PHOTO_WIDTH;
	jpeg.image_height = PHOTO_HEIGHT;
	jpeg.input_components = 3;
	jpeg.in_color_space = JCS_RGB;
	jpeg_set_defaults(&jpeg);
	jpeg_set_quality(&jpeg, 84, TRUE);
	jpeg_start_compress(&jpeg, TRUE);
	for (unsigned y = 0; y < PHOTO_HEIGHT; y++) {
		draw_line(line, y, (unsigned)i, &noise);
		jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
}

static void make_photos(void)
{
	size_t n = n_students * 2, bytes = 0;

	photos = calloc(n, sizeof *photos);
	for (size_t i = 0; i < n; i++) {
		make_photo(i);
		bytes += photos[i].len;
	}
	fprintf(stderr, "photos of %zu bytes\n", bytes / n);
}

/* ---- asking ---- */

static void connect_caller(struct caller *c)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

	c->fd = connect_port(port);
	epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
}

static int photo_of(const struct caller *c, char *out)
{
	size_t i = c->who * 2 + (*c->step == BACK);
	int len = sprintf(out,
			  "--marks\r\nContent-Disposition: form-data; name=\"event_id\"\r\n\r\n%s\r\n"
			  "--marks\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"p.jpg\"\r\n\r\n",
			  events[c->event].uuid);

	if (photos[i].len + 1000 > BODY_SIZE)
		die("a photo is too large");
	memcpy(out + len, photos[i].bytes, photos[i].len);
	len += (int)photos[i].len;
	return len + sprintf(out + len, "\r\n--marks--\r\n");
}

/* A hand's: no two of the same, and not evenly timed. */
static int strokes_of(const struct caller *c, char *out)
{
	int len = sprintf(out, "{\"event_id\":\"%s\",\"strokes\":[[", events[c->event].uuid), t = 0;

	for (int i = 0; i < 60; i++) {
		t += 9 + (int)((c->who * 31 + (size_t)i * i * 7) % 17);
		len += sprintf(out + len, "%s[%.4f,%.4f,%d]", i ? "," : "", 0.05 + i * 0.015,
			       0.3 + 0.4 * (double)((c->who * 13 + (size_t)i * 29) % 97) / 97, t);
	}
	return len + sprintf(out + len, "]]}");
}

/* Nobody stands where another does. */
static int body_of(const struct caller *c, char *out)
{
	const struct event *event = &events[c->event];

	switch (*c->step) {
	case REFRESHED:
		return sprintf(out, "{\"refresh\":\"%s\"}", students[c->who].refresh);
	case FIRST:
	case CODE:
		return sprintf(out, "{\"qr_token\":\"%s\"}", event->code);
	case PLACE:
		return sprintf(out, "{\"event_id\":\"%s\",\"latitude\":%.6f,\"longitude\":%.6f,\"accuracy\":9}",
			       event->uuid, 41 + (double)(c->who % 40) * 1e-5, 29 + (double)(c->who / 40) * 1e-5);
	case FRONT:
	case BACK:
		return photo_of(c, out);
	case STROKES:
		return strokes_of(c, out);
	default: /* the same again is the same mark, where an answer was lost; at another event it is another */
		return patient ? sprintf(out, "{\"event_id\":\"%s\",\"client_id\":\"%.8s-0000-4000-8000-%012zx\"}",
					 event->uuid, event->uuid, c->who)
			       : sprintf(out, "{\"event_id\":\"%s\"}", event->uuid);
	}
}

/* False: the connection is gone. */
static bool send_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t sent = write(fd, bytes, len);

		if (sent < 0 && errno != EAGAIN)
			return false;
		if (sent < 0)
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, 1000);
		bytes += sent < 0 ? 0 : sent;
		len -= sent < 0 ? 0 : (size_t)sent;
	}
	return true;
}

/* Its step begins anew, soon. */
static void lost(struct caller *c, const char *why)
{
	if (!patient)
		die(why);
	close(c->fd);
	connect_caller(c);
	c->asking = false;
	c->due = now_ns() + AGAIN_MS * INT64_C(1000000);
}

static void ask(struct caller *c)
{
	static char request[BODY_SIZE + 4096], body[BODY_SIZE];
	const struct student *who = &students[c->who];
	int body_len = body_of(c, body);
	int len = sprintf(request,
			  "POST /api/campus/%s/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			  "Content-Type: %s\r\nContent-Length: %d\r\n\r\n",
			  STEP[*c->step].path, port, *c->step == FIRST ? who->dead : who->access,
			  *c->step == FRONT || *c->step == BACK ? "multipart/form-data; boundary=marks"
								: "application/json",
			  body_len);

	memcpy(request + len, body, (size_t)body_len);
	c->len = 0;
	c->asking = true;
	if (!send_all(c->fd, request, (size_t)(len + body_len)))
		lost(c, "write");
}

/* The new access token, of the answer to a refresh. */
static void take_access(struct caller *c)
{
	const char *at = strstr(c->text, "\"access\":");

	if (at && (at = strchr(at + 9, '"')))
		snprintf(students[c->who].access, sizeof students->access, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
}

/* True once its answer is whole, and who is patient has the one that they want. */
static bool receive(struct caller *c)
{
	ssize_t got = read(c->fd, c->text + c->len, sizeof c->text - 1 - c->len);
	size_t whole;
	int status;

	if (got < 0 && errno == EAGAIN)
		return false;
	/* One that asks nothing for some seconds is hung up on, as browsers know: they come again. */
	if (got <= 0 && !c->asking) {
		close(c->fd);
		connect_caller(c);
		return false;
	}
	if (got <= 0) {
		lost(c, "hung up on while it asked");
		return false;
	}
	c->len += (size_t)got;
	c->text[c->len] = '\0';
	status = answer_status(c->text, c->len, &whole);
	if (!status)
		return false;
	c->asking = false;
	if (status != STEP[*c->step].status && patient) {
		lost(c, "");
		return false;
	}
	if (status != STEP[*c->step].status && !bad++)
		fprintf(stderr, "step %d: %s\n", (int)*c->step, c->text);
	if (*c->step == REFRESHED)
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

		if (c->asking || *c->step == END)
			continue;
		if (c->due <= now)
			ask(c);
		else if (next < 0 || c->due - now < next)
			next = c->due - now;
	}
	return next;
}

static int steps_of(const enum step *of)
{
	int n = 0;

	while (of[n] != END)
		n++;
	return n;
}

static void come_all(double seconds, int64_t gap)
{
	struct caller *all = calloc(n_students, sizeof *all);
	struct epoll_event happened[256];
	size_t begun = 0, ended = 0;
	double each = (seconds * 1e9 - (double)gap * (steps_of(way) - 1)) / (double)n_students;
	int64_t began = now_ns();

	while (ended < n_students && now_ns() - began < PATIENCE_S * INT64_C(1000000000)) {
		int64_t now = now_ns(), next, first;
		int got;

		for (; begun < n_students && (first = began + (int64_t)((double)begun * each)) <= now; begun++) {
			all[begun].who = begun;
			all[begun].due = first;
			all[begun].step = way;
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
			c->due = (patient ? now_ns() : c->due) + gap;
			ended += *++c->step == END;
		}
	}
	bad += n_students - ended;
}

/* ---- as fast as it goes ---- */

static size_t next_mark;

static bool begin(struct caller *c)
{
	if (next_mark == n_students * n_events)
		return false;
	c->who = next_mark % n_students;
	c->event = next_mark++ / n_students;
	c->step = way;
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
			if (*++c->step != END) {
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
			"marks PORT open|patient|evidence SECONDS GAP-MS STUDENTS EVENTS | marks PORT closed CONNECTIONS SECONDS STUDENTS EVENTS\n");
		return 2;
	}
	port = (int)strtol(argv[1], NULL, 10);
	raise_fds();
	read_all(argv[5], argv[6]);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (strcmp(argv[2], "closed") != 0) {
		patient = !strcmp(argv[2], "patient");
		way = !strcmp(argv[2], "evidence") ? EVIDENCE : HALL;
		if (way == EVIDENCE)
			make_photos();
		come_all(strtod(argv[3], NULL), strtol(argv[4], NULL, 10) * 1000000);
		qsort(took, n_took, sizeof *took, by_value);
		printf("sent %zu bad %zu p50 %.2f p99 %.2f max %.2f last %lld\n", n_took, bad,
		       share_ms(took, n_took, 0.5), share_ms(took, n_took, 0.99), share_ms(took, n_took, 1),
		       (long long)last);
	} else {
		int64_t lasted;
		size_t made = mark_all(strtoul(argv[3], NULL, 10), strtod(argv[4], NULL), &lasted);

		qsort(took, n_took, sizeof *took, by_value);
		printf("%.0f a second, %zu marks, bad %zu, p50 %.2f p99 %.2f\n", (double)made * 1e9 / (double)lasted,
		       made, bad, share_ms(took, n_took, 0.5), share_ms(took, n_took, 0.99));
	}
	return 0;
}
