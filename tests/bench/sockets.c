/* Watchers by Socket.IO 5 over a WebSocket or by polling, by hand: node would be slower than what is measured. Each has a token of its own. */
#include "frames.h"
#include "watchers.h"

enum {
	AGAIN_MS =
		500, /* after it was closed or refused: the soonest that a client of the protocol comes, but all of these at once */
	MISSED =
		100, /* of what was missed so many come at once if there are, 200 less those that are about to be told anyway … */
	LATE = 100 /* … from so far before the last that came, for what has lower numbers may have been committed later */
};

static const char PATH[] = "/socket.io/?EIO=4&transport=websocket", POLLS[] = "/socket.io/?EIO=4&transport=polling";
static struct watcher *first, **last = &first;

/* ---- coming again ---- */

/* Whoever waits, in the order in which they were closed. */
static void later(struct watcher *w)
{
	w->due = now_ns() + AGAIN_MS * INT64_C(1000000);
	w->next = NULL;
	*last = w;
	last = &w->next;
}

static void closed(struct watcher *w, const char *why)
{
	if (!plan.again) {
		fprintf(stderr, "watchers: a socket was closed: %s\n", why);
		exit(1);
	}
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	if (w->joined) {
		w->joined = false;
		plan.n_joined--;
		if (!plan.n_closed++)
			plan.closed = now_ns();
	}
	later(w);
}

int sockets_again(void)
{
	int64_t now = now_ns();

	while (first && first->due <= now) {
		struct watcher *w = first;

		first = w->next;
		if (!first)
			last = &first;
		socket_begin(w);
	}
	return first ? (int)((first->due - now) / 1000000) + 1 : -1;
}

/* ---- what it says ---- */

static void say(struct watcher *w, const char *text)
{
	char frame[2048 + FRAME_HEAD];
	size_t have = plan.polls ? strlen(w->says) : 0;

	if (plan.polls) {
		snprintf(w->says + have, SAYS_SIZE - have, "%s%s", have ? "\x1e" : "", text);
		return;
	}
	put(w->fd, frame, frame_make(frame, FRAME_TEXT, text, strlen(text)));
}

/* By polling: one request at a time, of which those that say something come first. */
static void poll_on(struct watcher *w)
{
	char request[SAYS_SIZE + 512];

	put(w->fd, request,
	    (size_t)snprintf(request, sizeof request,
			     "%s %s%s%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %zu\r\n\r\n%s",
			     *w->says ? "POST" : "GET", POLLS, *w->sid ? "&sid=" : "", w->sid, plan.port,
			     strlen(w->says), w->says));
	*w->says = '\0';
}

static void ask(struct watcher *w)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = w };
	char request[1000];

	w->asked = true;
	epoll_ctl(plan.epoll, EPOLL_CTL_MOD, w->fd, &event);
	if (plan.polls) {
		poll_on(w);
		return;
	}
	put(w->fd, request, (size_t)upgrade_make(request, PATH, plan.port));
}

/* The second step of each: the namespace, with a token; then what it watches, or the rooms that it comes into. */
static void sign_in(struct watcher *w)
{
	char text[2048];

	snprintf(text, sizeof text, "40{\"token\":\"%s\"}", w->token);
	say(w, text);
}

/* General, by whoever was there before: what they missed comes before the second is acknowledged. */
static void catch_up(struct watcher *w, int64_t since)
{
	char text[128];

	snprintf(text, sizeof text, "421[\"join_general_attendance\",{\"since\":%lld}]", (long long)since);
	say(w, text);
	say(w, "422[\"join_general_attendance\"]");
	w->rooms += 2;
}

static void watch(struct watcher *w)
{
	char text[128];

	if (plan.room) {
		snprintf(text, sizeof text, "420[\"join_attendance_room\",\"%s\"]", plan.room);
		say(w, text);
		w->rooms = 1;
		if (w->last > LATE) {
			catch_up(w, w->last - LATE);
		} else if (w->general) {
			say(w, "421[\"join_general_attendance\"]");
			w->rooms++;
		}
		return;
	}
	snprintf(text, sizeof text, "420[\"watch\",{\"topic\":\"event:%s\"}]", plan.event_id);
	say(w, text);
}

/* ---- what it hears ---- */

static bool begins(const struct frame *frame, const char *with)
{
	size_t len = strlen(with);

	return frame->len >= len && !memcmp(frame->text, with, len);
}

/* False: it was refused. */
static bool is_let_in(struct watcher *w, const struct frame *frame)
{
	if (!begins(frame, "430[{\"ok\":true") && !begins(frame, "431[{\"ok\":true") &&
	    !begins(frame, "432[{\"ok\":true"))
		return false;
	if (begins(frame, "431"))
		w->missed = 0;
	if (!plan.room || --w->rooms)
		return true;
	if (w->missed >= MISSED) {
		w->last = w->missed_last;
		catch_up(w, w->last);
		return true;
	}
	w->last = w->high;
	waits(w);
	return true;
}

/* What came a second time, for it was asked for from before the last, is no news. */
static void hear_general(struct watcher *w, const struct frame *frame)
{
	static const char KEY[] = "\"update_id\":";
	const char *key = memmem(frame->text, frame->len, KEY, sizeof KEY - 1);
	int64_t id = key ? strtoll(key + sizeof KEY - 1, NULL, 10) : 0;
	unsigned char *seen = &w->seen[id / 8 % SEEN_SIZE], bit = (unsigned char)(1 << id % 8);

	if (++w->missed == MISSED)
		w->missed_last = id;
	if (id > w->high)
		w->high = id;
	if (w->joined)
		w->last = w->high;
	if (!plan.caught_up || !(*seen & bit))
		general_news(w);
	*seen |= bit;
}

/* False: it was refused. */
static bool hear_packet(struct watcher *w, const struct frame *frame)
{
	if (frame->opcode != FRAME_TEXT)
		return frame->opcode != FRAME_CLOSE;
	if (begins(frame, "0"))
		sign_in(w);
	else if (begins(frame, "2"))
		say(w, "3");
	else if (begins(frame, "40"))
		watch(w);
	else if (begins(frame, "42[\"snapshot\"") || begins(frame, "42[\"attendance_update\""))
		news(w);
	else if (begins(frame, "42[\"general_attendance_update\""))
		hear_general(w, frame);
	else
		return is_let_in(w, frame);
	return true;
}

/* False: it is no WebSocket yet. */
static bool is_upgraded(struct watcher *w)
{
	size_t whole;
	int status = w->upgraded ? 101 : answer_status(w->text, w->len, &whole);

	if (!status)
		return false;
	if (status != 101) {
		closed(w, "no upgrade");
		return false;
	}
	if (!w->upgraded) {
		w->upgraded = true;
		w->len -= whole;
		memmove(w->text, w->text + whole, w->len);
	}
	return true;
}

static void hear_frames(struct watcher *w)
{
	struct frame frame;
	size_t at = 0, more;

	while ((more = frame_read(w->text + at, w->len - at, &frame))) {
		at += more;
		if (!hear_packet(w, &frame)) {
			closed(w, frame.opcode == FRAME_CLOSE ? "goodbye" : "refused");
			return;
		}
	}
	w->len -= at;
	memmove(w->text, w->text + at, w->len);
}

/* All packets of an answer, and then the next question; "ok" is what one that said something gets. */
static void hear_answer(struct watcher *w)
{
	size_t whole;
	int status = answer_status(w->text, w->len, &whole);
	const char *at = status == 200 ? memmem(w->text, whole, "\r\n\r\n", 4) + 4 : NULL, *end = w->text + whole;

	if (!status)
		return;
	while (at && at < end) {
		const char *mark = memchr(at, '\x1e', (size_t)(end - at));
		struct frame frame = { FRAME_TEXT, at, (size_t)((mark ? mark : end) - at) };

		at = mark ? mark + 1 : end;
		if (begins(&frame, "0{\"sid\":\""))
			snprintf(w->sid, sizeof w->sid, "%.20s", frame.text + 9);
		if (!begins(&frame, "ok") && !hear_packet(w, &frame))
			at = NULL;
	}
	w->len = 0;
	if (at)
		poll_on(w);
	else
		closed(w, "a poll was refused");
}

static void hear(struct watcher *w)
{
	ssize_t got = read(w->fd, w->text + w->len, TEXT_SIZE - w->len);

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		closed(w, got ? strerror(errno) : "end");
		return;
	}
	w->len += (size_t)got;
	if (plan.polls)
		hear_answer(w);
	else if (is_upgraded(w))
		hear_frames(w);
}

/* ---- both ---- */

void socket_begin(struct watcher *w)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT, .data.ptr = w };

	plan.tries++;
	w->asked = w->upgraded = false;
	w->len = 0;
	*w->sid = '\0';
	if (w->says)
		*w->says = '\0';
	w->fd = connect_soon(plan.path, plan.port);
	if (w->fd < 0)
		later(w);
	else
		epoll_ctl(plan.epoll, EPOLL_CTL_ADD, w->fd, &event);
}

void socket_turn(struct watcher *w, uint32_t what)
{
	if (w->fd >= 0 && !w->asked && what & (EPOLLERR | EPOLLHUP))
		closed(w, "no connection");
	if (w->fd >= 0 && !w->asked && what & EPOLLOUT)
		ask(w);
	if (w->fd >= 0 && what & (EPOLLIN | EPOLLERR | EPOLLHUP))
		hear(w);
}
