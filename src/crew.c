/* A worker that died is replaced, at a growing distance when it died young. Those that leave go only when the new ones have
 * stood for a moment, for until then nothing shows that those are any good. Where the first of all cannot begin there is
 * nothing to be patient for: what they lack does not come by itself, and whoever started us is to be told. */
#include "crew.h"
#include "base/chronicle.h"
#include "base/log.h"
#include "worker.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	YOUNG_MS = 1000,     /* a worker that dies earlier is replaced with delay */
	DELAY_MS = 100,	     /* the first such delay; it doubles … */
	DELAY_MAX_MS = 5000, /* … up to this */
	STANDS_MS = 500,     /* how long new workers must live before the old ones leave */
	LEAVE_MS = 300000,   /* what a worker that is told to leave has for its request */
	GONE_MS = 1000,	     /* within which those that have no request are gone */
	LOOK_MS = 20,	     /* between looks whether those that were started answer … */
	LOOK_OLD_MS = 100    /* … and whether those that leave may go, or have to */
};

bool crew_lay_out(struct crew *crew)
{
	for (enum pool pool = 0; pool < POOLS; pool++)
		for (int n = pool_workers(crew->config, pool); n > 0; n--) {
			if (crew->n_places == SHARED_SLOTS) {
				log_error("too_many_workers", F("most", SHARED_SLOTS));
				return false;
			}
			crew->place[crew->n_places++].pool = pool;
		}
	return true;
}

/* ---- coming ---- */

/* The child's whole life. The parent's other sockets and its lock are not its business. */
static int be_worker(const struct crew *crew, unsigned slot, pid_t parent)
{
	enum pool pool = crew->place[slot].pool;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return 0;
	close(*crew->lock);
	for (enum pool other = 0; other < POOLS; other++)
		if (other != pool)
			close(crew->listener[other].fd);
	return worker_run(&(struct worker_place){ .config = crew->config,
						  .shared = crew->shared,
						  .schema = crew->schema,
						  .listen_fd = crew->listener[pool].fd,
						  .slot = slot,
						  .pool = pool });
}

static void start_worker(struct crew *crew, unsigned slot)
{
	struct place *place = &crew->place[slot];
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		exit(be_worker(crew, slot, parent));
	/* The parent has no database: what it has to tell staff goes along with the worker that it starts next. */
	if (pid > 0)
		chronicle_forget();
	place->started = clock_monotonic();
	if (pid < 0) {
		log_error("cannot_fork", F("error", strerror(errno)));
		place->due = place->started + MS_SECOND;
		return;
	}
	place->pid = pid;
	shared_slot(crew->shared, slot, place->pool, pid);
	log_debug("worker_started", F("pool", POOL[place->pool].name), F("worker", pid));
}

void crew_start_due(struct crew *crew)
{
	ms_t now = clock_monotonic();

	for (unsigned i = 0; i < crew->n_places && !crew->cannot_start; i++)
		if (!crew->place[i].pid && crew->place[i].due <= now)
			start_worker(crew, i);
}

/* ---- going ---- */

static void note_death(struct crew *crew, unsigned slot, int status)
{
	const struct place *place = &crew->place[slot];
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	shared_count_event(crew->shared, "worker_died");
	log_error("worker_died", F("pool", POOL[place->pool].name), F("worker", place->pid),
		  F("status", WIFEXITED(status) ? WEXITSTATUS(status) : -1), F("signal", number));
	/* Somebody's kill says nothing about those that come after it; and where others still serve, they do. */
	if (!crew->stood && !crew->n_leaving && number != SIGKILL && !shared_answers(crew->shared, slot))
		crew->cannot_start = true;
}

static void worker_ended(struct crew *crew, unsigned slot, int status)
{
	struct place *place = &crew->place[slot];
	ms_t now = clock_monotonic();

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		note_death(crew, slot, status);
	if (now - place->started >= YOUNG_MS)
		place->delay = 0;
	else
		place->delay = place->delay ? place->delay * 2 : DELAY_MS;
	if (place->delay > DELAY_MAX_MS)
		place->delay = DELAY_MAX_MS;
	place->due = now + place->delay;
	place->pid = 0;
	shared_slot(crew->shared, slot, place->pool, 0);
}

void crew_reap(struct crew *crew)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (unsigned i = 0; i < crew->n_places; i++)
			if (crew->place[i].pid == pid)
				worker_ended(crew, i, status);
		for (unsigned i = 0; i < crew->n_leaving; i++)
			if (crew->leaving[i].pid == pid)
				crew->leaving[i] = crew->leaving[--crew->n_leaving];
	}
}

void crew_see_off_also(struct crew *crew, pid_t pid)
{
	if (crew->n_leaving < LEAVING_MAX)
		crew->leaving[crew->n_leaving++] = (struct leaving){ .pid = pid };
}

void crew_renew(struct crew *crew, enum pool pool)
{
	for (unsigned i = 0; i < crew->n_places; i++) {
		struct place *place = &crew->place[i];

		if (place->pool != pool || !place->pid)
			continue;
		crew_see_off_also(crew, place->pid);
		shared_slot(crew->shared, i, pool, 0);
		*place = (struct place){ .pool = pool };
	}
}

/* Do all of them answer, and have for so long? */
static bool all_stand(const struct crew *crew, ms_t now, ms_t so_long)
{
	for (unsigned i = 0; i < crew->n_places; i++)
		if (!crew->place[i].pid || now - crew->place[i].started < so_long || !shared_answers(crew->shared, i))
			return false;
	return true;
}

bool crew_see_off(struct crew *crew)
{
	ms_t now = clock_monotonic();
	bool stand = crew->n_leaving && all_stand(crew, now, STANDS_MS), told = true;

	if (!crew->stood)
		crew->stood = all_stand(crew, now, 0);
	for (unsigned i = 0; i < crew->n_leaving; i++) {
		struct leaving *old = &crew->leaving[i];

		if (!old->deadline && stand) {
			kill(old->pid, SIGTERM);
			old->deadline = now + LEAVE_MS;
		} else if (old->deadline && old->deadline <= now) {
			log_warn("worker_killed", F("worker", old->pid));
			kill(old->pid, SIGKILL);
			old->deadline = now + MS_SECOND;
		}
		told = told && old->deadline && now >= old->deadline - LEAVE_MS + GONE_MS;
	}
	return told && crew->stood;
}

ms_t crew_until_due(const struct crew *crew)
{
	ms_t now = clock_monotonic(), wait = -1;

	for (unsigned i = 0; i < crew->n_places; i++) {
		ms_t left = crew->place[i].due > now ? crew->place[i].due - now : 0;

		if (!crew->place[i].pid && (wait < 0 || left < wait))
			wait = left;
	}
	if (!crew->stood && (wait < 0 || wait > LOOK_MS))
		wait = LOOK_MS;
	if (crew->n_leaving && (wait < 0 || wait > LOOK_OLD_MS))
		wait = LOOK_OLD_MS;
	return wait;
}

unsigned crew_signal(const struct crew *crew, int number)
{
	unsigned n = 0;

	for (unsigned i = 0; i < crew->n_places; i++)
		if (crew->place[i].pid) {
			kill(crew->place[i].pid, number);
			n++;
		}
	for (unsigned i = 0; i < crew->n_leaving; i++, n++)
		kill(crew->leaving[i].pid, number);
	return n;
}
