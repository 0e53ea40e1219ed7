/* A child has one picture at a time, and who asked for it is told when it ends, however it does: what was told it, that it died,
 * or, when PICTURE_CHILD_MS are over, that it was ended. So a picture that breaks a child is that one's own loss. */
#include "picture/desk.h"
#include "base/log.h"
#include "base/pass_fds.h"
#include "picture/child.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FILES = 2,
	ASK_MS = 2000,	     /* what a client has to say what it wants */
	DELAY_MS = 100,	     /* before another child takes the place of one that did nothing; it doubles … */
	DELAY_MAX_MS = 5000, /* … up to this */
	NOBODY = -1
};

enum state { FREE, ASKING, WAITING, SERVED };

struct client {
	enum state state;
	int fd; /* -1: gone, while a child still has its picture */
	struct picture_ask ask;
	int files[FILES];
	ms_t since;
	uint64_t number; /* in the order in which they asked */
};

struct child {
	pid_t pid; /* 0: none */
	int fd;
	int client; /* NOBODY: it has nothing to do */
	ms_t since, due, delay;
	unsigned pictures;
	bool killed;
};

struct desk {
	unsigned n_children;
	struct child child[DESK_CHILDREN_MAX];
	struct client client[DESK_CLIENTS];
	uint64_t numbers;
	/* Whose the fds are that desk_fds() gave: a child's place, or DESK_CHILDREN_MAX + a client's. */
	unsigned whose[DESK_FDS];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- clients ---- */

static void close_files(struct client *client)
{
	for (int i = 0; i < FILES; i++)
		close_fd(&client->files[i]);
}

static void free_client(struct client *client)
{
	close_fd(&client->fd);
	close_files(client);
	client->state = FREE;
}

bool desk_has_room(const struct desk *desk)
{
	for (int i = 0; i < DESK_CLIENTS; i++)
		if (desk->client[i].state == FREE)
			return true;
	return false;
}

void desk_take(struct desk *desk, int fd)
{
	for (int i = 0; i < DESK_CLIENTS; i++) {
		struct client *client = &desk->client[i];

		if (client->state != FREE)
			continue;
		*client = (struct client){ .state = ASKING, .fd = fd, .files = { -1, -1 }, .since = clock_monotonic() };
		fcntl(fd, F_SETFL, O_NONBLOCK);
		return;
	}
	close(fd);
}

static void tell(struct client *client, const struct picture_told *told)
{
	if (client->fd >= 0)
		fds_send(client->fd, told, sizeof *told, NULL, 0);
	free_client(client);
}

/* What it wants, or that it is gone; a second message is more than anybody has to say. */
static void hear_client(struct desk *desk, struct client *client)
{
	struct picture_ask ask;
	int files[FILES];
	ssize_t len = fds_receive(client->fd, &ask, sizeof ask, files, FILES);

	if (len < 0 && errno == EAGAIN)
		return;
	if (client->state == ASKING && len == sizeof ask && ask.form == PICTURE_ASK) {
		client->ask = ask;
		memcpy(client->files, files, sizeof files);
		client->state = WAITING;
		client->number = ++desk->numbers;
		return;
	}
	for (int i = 0; i < FILES; i++)
		close_fd(&files[i]);
	if (client->state == SERVED)
		close_fd(&client->fd); /* the child ends it */
	else
		free_client(client);
}

static struct client *next_waiting(struct desk *desk)
{
	struct client *next = NULL;

	for (int i = 0; i < DESK_CLIENTS; i++) {
		struct client *client = &desk->client[i];

		if (client->state == WAITING && (!next || client->number < next->number))
			next = client;
	}
	return next;
}

/* ---- children ---- */

static void start_child(struct child *child, ms_t now)
{
	child->since = now;
	child->client = NOBODY;
	child->pictures = 0;
	child->killed = false;
	child->fd = picture_child_start(&child->pid);
	if (child->fd >= 0)
		return;
	log_error("cannot_fork", F("error", strerror(errno)));
	child->pid = 0;
	child->due = now + MS_SECOND;
}

/* What its status says to who waits. */
static struct picture_told last_words(const struct child *child, int status)
{
	struct picture_told told = { .outcome = PICTURE_DIED, .fault = PICTURE_UNREADABLE };

	if (!child->killed && picture_child_came_to_nothing(status))
		told.outcome = PICTURE_FAILED;
	return told;
}

/* A child that went after its last picture is no news. */
static void note_death(const struct child *child, int status)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status) && child->client == NOBODY)
		return;
	log_warn("picture_child_died", F("child", (int)child->pid), F("pictures", (int)child->pictures),
		 F("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
		 F("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0), F("too_long", child->killed));
}

static void end_child(struct desk *desk, struct child *child, ms_t now)
{
	int status = 0;

	/* Its socket is closed, so it is about to end; and if not, it is to. */
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	note_death(child, status);
	if (child->client != NOBODY) {
		struct picture_told told = last_words(child, status);

		tell(&desk->client[child->client], &told);
	}
	close_fd(&child->fd);
	child->delay = child->pictures ? 0 : child->delay ? child->delay * 2 : DELAY_MS;
	if (child->delay > DELAY_MAX_MS)
		child->delay = DELAY_MAX_MS;
	child->due = now + child->delay;
	child->pid = 0;
	child->client = NOBODY;
}

static void hear_child(struct desk *desk, struct child *child, ms_t now)
{
	struct picture_told told;
	ssize_t len = fds_receive(child->fd, &told, sizeof told, NULL, 0);

	if (len != sizeof told || child->client == NOBODY) {
		end_child(desk, child, now);
		return;
	}
	tell(&desk->client[child->client], &told);
	child->client = NOBODY;
}

/* False: it could not be told, for it went meanwhile. */
static bool hand_to(struct desk *desk, struct child *child, struct client *client, ms_t now)
{
	size_t n = client->files[1] >= 0 ? 2 : client->files[0] >= 0 ? 1 : 0;

	if (!fds_send(child->fd, &client->ask, sizeof client->ask, client->files, n))
		return false;
	close_files(client);
	client->state = SERVED;
	child->client = (int)(client - desk->client);
	child->since = now;
	child->pictures++;
	return true;
}

/* ---- turns ---- */

static void hand_out(struct desk *desk, ms_t now)
{
	struct client *client = next_waiting(desk);

	for (unsigned i = 0; client && i < desk->n_children; i++) {
		struct child *child = &desk->child[i];

		if (!child->pid || child->client != NOBODY)
			continue;
		if (hand_to(desk, child, client, now))
			client = next_waiting(desk);
		else
			end_child(desk, child, now);
	}
}

static void look_at_clocks(struct desk *desk, ms_t now)
{
	for (unsigned i = 0; i < desk->n_children; i++) {
		struct child *child = &desk->child[i];

		if (!child->pid && child->due <= now)
			start_child(child, now);
		if (child->pid && child->client != NOBODY && now - child->since >= PICTURE_CHILD_MS) {
			child->killed = true;
			end_child(desk, child, now);
		}
	}
	for (int i = 0; i < DESK_CLIENTS; i++)
		if (desk->client[i].state == ASKING && now - desk->client[i].since >= ASK_MS)
			free_client(&desk->client[i]);
}

unsigned desk_fds(struct desk *desk, struct pollfd *fds)
{
	unsigned n = 0;

	for (unsigned i = 0; i < desk->n_children; i++)
		if (desk->child[i].pid) {
			desk->whose[n] = i;
			fds[n++] = (struct pollfd){ .fd = desk->child[i].fd, .events = POLLIN };
		}
	for (unsigned i = 0; i < DESK_CLIENTS; i++)
		if (desk->client[i].state != FREE && desk->client[i].fd >= 0) {
			desk->whose[n] = DESK_CHILDREN_MAX + i;
			fds[n++] = (struct pollfd){ .fd = desk->client[i].fd, .events = POLLIN };
		}
	return n;
}

void desk_turn(struct desk *desk, const struct pollfd *fds, unsigned n)
{
	ms_t now = clock_monotonic();

	for (unsigned i = 0; i < n; i++) {
		unsigned whose = desk->whose[i];

		if (!fds[i].revents)
			continue;
		if (whose >= DESK_CHILDREN_MAX) {
			struct client *client = &desk->client[whose - DESK_CHILDREN_MAX];

			if (client->fd == fds[i].fd)
				hear_client(desk, client);
		} else if (desk->child[whose].pid && desk->child[whose].fd == fds[i].fd) {
			hear_child(desk, &desk->child[whose], now);
		}
	}
	look_at_clocks(desk, now);
	hand_out(desk, now);
}

ms_t desk_until_due(const struct desk *desk)
{
	ms_t now = clock_monotonic(), at = INT64_MAX;

	for (unsigned i = 0; i < desk->n_children; i++) {
		const struct child *child = &desk->child[i];
		ms_t due = child->pid ? child->since + PICTURE_CHILD_MS : child->due;

		if ((!child->pid || child->client != NOBODY) && due < at)
			at = due;
	}
	for (int i = 0; i < DESK_CLIENTS; i++)
		if (desk->client[i].state == ASKING && desk->client[i].since + ASK_MS < at)
			at = desk->client[i].since + ASK_MS;
	return at == INT64_MAX ? -1 : at > now ? at - now : 0;
}

bool desk_is_idle(const struct desk *desk)
{
	for (int i = 0; i < DESK_CLIENTS; i++)
		if (desk->client[i].state != FREE)
			return false;
	return true;
}

static int end_all(struct desk *desk)
{
	for (unsigned i = 0; i < desk->n_children; i++)
		if (desk->child[i].pid) {
			kill(desk->child[i].pid, SIGKILL);
			waitpid(desk->child[i].pid, NULL, 0);
			close_fd(&desk->child[i].fd);
		}
	for (int i = 0; i < DESK_CLIENTS; i++)
		if (desk->client[i].state != FREE)
			free_client(&desk->client[i]);
	return 0;
}

struct desk *desk_new(TALLOC_CTX *ctx, unsigned children)
{
	struct desk *desk = talloc_zero(ctx, struct desk);

	desk->n_children = children < DESK_CHILDREN_MAX ? children : DESK_CHILDREN_MAX;
	for (unsigned i = 0; i < desk->n_children; i++)
		desk->child[i] = (struct child){ .fd = -1, .client = NOBODY };
	talloc_set_destructor(desk, end_all);
	return desk;
}
