/* The child that decodes: what it says, that it can do nothing else, and that whoever waits for it is told when it dies. */
#include "base/local_socket.h"
#include "base/log.h"
#include "base/pass_fds.h"
#include "check_temp.h"
#include "outside/pictures.h"
#include "picture/cage.h"
#include "picture/child.h"
#include "picture/desk.h"
#include "picture/write.h"
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *picture_child_suite(void);

enum { WIDTH = 900, HEIGHT = 600 };

static int picture, small;
static int64_t size;
static struct picture_ask ask;

static void setup(void)
{
	struct picture drawn = { WIDTH, HEIGHT, 3, calloc(WIDTH * 3, HEIGHT) };
	enum picture_kind kind = PICTURE_JPEG;

	log_threshold(LOG_ERROR_);
	picture = memfd_create("picture", MFD_CLOEXEC);
	small = memfd_create("small", MFD_CLOEXEC);
	ck_assert(picture_write(picture, &drawn, &kind, 80, &size));
	free(drawn.pixels);
	ask = (struct picture_ask){ .form = PICTURE_ASK, .quality = 82, .longest = 320, .size = size };
}

static void teardown(void)
{
	close(picture);
	close(small);
}

static bool is_made(const struct picture_told *told)
{
	struct picture_head head;

	return told->outcome == PICTURE_MADE && told->width == 320 && told->height == 213 &&
	       told->kind == PICTURE_JPEG && told->bytes > 100 &&
	       picture_look_at(small, told->bytes, &head) == PICTURE_GOOD && head.width == 320;
}

START_TEST(a_child_makes_a_small_picture)
{
	struct picture_told told = picture_child_once(&ask, picture, small);

	ck_assert(is_made(&told));
	ck_assert(picture_child_works());
	ask.only_read = 1;
	told = picture_child_once(&ask, picture, -1);
	ck_assert(told.outcome == PICTURE_MADE && told.width == 320 && !told.bytes);
}
END_TEST

START_TEST(what_cannot_be_read_is_told)
{
	struct picture_told told;

	ck_assert_int_eq(pwrite(picture, "\0\0\0\0\0\0\0\0", 8, 20), 8);
	told = picture_child_once(&ask, picture, small);
	ck_assert(told.outcome == PICTURE_REFUSED && told.fault == PICTURE_UNREADABLE);
	ck_assert_int_eq(pwrite(picture, "no picture", 10, 0), 10);
	told = picture_child_once(&ask, picture, small);
	ck_assert(told.outcome == PICTURE_REFUSED && told.fault == PICTURE_WRONG_KIND);
}
END_TEST

START_TEST(an_ask_that_makes_no_sense_is_answered)
{
	const struct picture_ask good = ask;
	struct picture_told told;

	for (int i = 0; i < 6; i++) {
		ask = good;
		if (i == 0)
			ask.form = 1;
		else if (i == 1)
			ask.size = 0;
		else if (i == 2)
			ask.size = INT64_MAX;
		else if (i == 3)
			ask.longest = PICTURE_LONGEST_MAX + 1;
		else if (i == 4)
			ask.shape_width = UINT32_MAX;
		else
			ask.kind = 77;
		told = picture_child_once(&ask, picture, small);
		ck_assert_msg(told.outcome == PICTURE_FAILED, "%d: %u", i, told.outcome);
	}
	told = picture_child_once(&good, picture, -1); /* nowhere to write it */
	ck_assert_int_eq(told.outcome, PICTURE_FAILED);
}
END_TEST

/* A file that is shorter than it is said to be ends whoever reads behind its end. */
START_TEST(a_picture_that_kills_its_child_is_told)
{
	struct picture_told told;

	ask.size = size + 100000;
	ck_assert_int_eq(ftruncate(picture, size / 2), 0);
	told = picture_child_once(&ask, picture, small);
	ck_assert(told.outcome == PICTURE_DIED && told.fault == PICTURE_UNREADABLE);
}
END_TEST

/* ---- the cage ---- */

static void try_open(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void try_socket(void)
{
	(void)!socket(AF_INET, SOCK_STREAM, 0);
}

static void try_fork(void)
{
	if (!fork())
		_exit(0);
}

static void try_exec(void)
{
	execl("/bin/true", "true", NULL);
}

static void try_run_memory(void)
{
	(void)!mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void try_kill(void)
{
	kill(getppid(), 0);
}

static void try_nothing(void)
{
	volatile char *memory = malloc(1 << 20);

	memory[1000] = 1;
}

/* How a process ends that does this in a cage: the signal, or 0. */
static int ends_by(void (*tries)(void))
{
	static const struct cage CAGE = { .memory = 512 << 20, .processor_s = 10, .file = 1 << 20 };
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!cage_enter(&CAGE))
			_exit(1);
		tries();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(who_is_caged_can_do_nothing_else)
{
	static void (*const TRIES[])(void) = { try_open, try_socket, try_fork, try_exec, try_run_memory, try_kill };

	ck_assert_int_eq(ends_by(try_nothing), 0);
#if !defined(__SANITIZE_ADDRESS__)
	for (size_t i = 0; i < sizeof TRIES / sizeof *TRIES; i++)
		ck_assert_msg(ends_by(TRIES[i]) == SIGSYS, "%zu", i);
#else
	(void)TRIES;
#endif
}
END_TEST

/* ---- a desk, in a process of its own, as `gatehouse pictures` is ---- */

static char run_dir[CHECK_TEMP_SIZE];

static void be_desk(int listener)
{
	struct desk *desk = desk_new(NULL, 2);

	for (;;) {
		struct pollfd fds[DESK_FDS + 1] = { { .fd = listener, .events = POLLIN } };
		unsigned n = desk_fds(desk, fds + 1);
		ms_t wait = desk_until_due(desk);

		poll(fds, n + 1, wait < 0 ? 1000 : (int)wait);
		if (fds[0].revents)
			desk_take(desk, accept4(listener, NULL, NULL, SOCK_CLOEXEC));
		desk_turn(desk, fds + 1, n);
	}
}

static pid_t start_desk(void)
{
	const char *error = NULL;
	int listener = local_socket(check_temp(run_dir), PICTURE_SOCKET, SOCK_SEQPACKET, &error);
	pid_t pid;

	ck_assert_msg(listener >= 0, "%s", error);
	pid = fork();
	if (!pid)
		be_desk(listener);
	close(listener);
	return pid;
}

static void end_desk(pid_t desk)
{
	ck_assert_int_eq(kill(desk, SIGKILL), 0);
	ck_assert_int_eq(waitpid(desk, NULL, 0), desk);
}

static struct picture_told asked(void)
{
	struct picture_told told = { .outcome = PICTURE_FAILED };

	ck_assert_int_eq(ftruncate(small, 0), 0);
	ck_assert_int_eq(lseek(small, 0, SEEK_SET), 0);
	ck_assert(pictures_ask(run_dir, &ask, picture, small, &told));
	return told;
}

START_TEST(a_child_that_dies_costs_its_own_picture_alone)
{
	pid_t desk = start_desk();
	struct picture_told told;

	for (int i = 0; i < 6; i++) {
		told = asked();
		ck_assert_msg(is_made(&told), "%d", i);
	}
	for (int i = 0; i < 4; i++) { /* more than there are children */
		int64_t whole = size;

		ask.size = size + 100000;
		ck_assert_int_eq(ftruncate(picture, whole / 2), 0);
		told = asked();
		ck_assert_msg(told.outcome == PICTURE_DIED, "%d: %u", i, told.outcome);
		teardown();
		setup();
		told = asked();
		ck_assert_msg(is_made(&told), "%d", i);
	}
	end_desk(desk);
}
END_TEST

START_TEST(where_nobody_listens_a_child_of_ones_own_does_it)
{
	pid_t desk = start_desk();
	struct picture_told told;

	end_desk(desk);
	told = asked();
	ck_assert(is_made(&told));
}
END_TEST

/* Children stand still, the one that has it is killed or, in time, ended; the desk dies itself. */
static pid_t child_of(pid_t desk)
{
	char path[80], text[80] = "";
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)desk, (int)desk);
	for (int i = 0; i < 500 && strtol(text, NULL, 10) < 1; i++) {
		usleep(10000);
		file = fopen(path, "r");
		if (file && !fgets(text, sizeof text, file))
			*text = '\0';
		if (file)
			fclose(file);
	}
	return (pid_t)strtol(text, NULL, 10);
}

static int64_t reads_of(pid_t pid)
{
	char path[80], line[200];
	long long n = -1;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "State: %c", &line[100]) == 1)
			n = line[100];
	if (file)
		fclose(file);
	return n;
}

START_TEST(a_desk_that_dies_in_the_middle_is_replaced_by_oneself)
{
	pid_t desk = start_desk(), asking;
	int status;

	kill(desk, SIGSTOP);
	while (reads_of(desk) != 'T')
		usleep(1000);
	asking = fork();
	if (!asking) {
		struct picture_told told = asked();

		_exit(is_made(&told) ? 0 : 1);
	}
	while (reads_of(asking) != 'S') /* it waits for the answer */
		usleep(1000);
	end_desk(desk);
	ck_assert_int_eq(waitpid(asking, &status, 0), asking);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

START_TEST(a_child_that_takes_too_long_is_ended)
{
	pid_t desk = start_desk(), child;
	struct picture_told told = asked();
	ms_t began = clock_monotonic();

	ck_assert(is_made(&told));
	child = child_of(desk); /* the first, which has the next picture too */
	ck_assert_int_gt(child, 1);
	ck_assert_int_eq(kill(child, SIGSTOP), 0);
	while (reads_of(child) != 'T')
		usleep(1000);
	told = asked();
	ck_assert_int_eq(told.outcome, PICTURE_DIED);
	ck_assert_int_ge(clock_monotonic() - began, PICTURE_CHILD_MS - 100);
	ck_assert_int_lt(clock_monotonic() - began, 2 * PICTURE_CHILD_MS);
	told = asked();
	ck_assert(is_made(&told));
	end_desk(desk);
}
END_TEST

Suite *picture_child_suite(void)
{
	Suite *suite = suite_create("picture_child");
	TCase *tests = tcase_create("picture_child");

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_child_makes_a_small_picture);
	tcase_add_test(tests, what_cannot_be_read_is_told);
	tcase_add_test(tests, an_ask_that_makes_no_sense_is_answered);
	tcase_add_test(tests, a_picture_that_kills_its_child_is_told);
	tcase_add_test(tests, who_is_caged_can_do_nothing_else);
	tcase_add_test(tests, a_child_that_dies_costs_its_own_picture_alone);
	tcase_add_test(tests, where_nobody_listens_a_child_of_ones_own_does_it);
	tcase_add_test(tests, a_desk_that_dies_in_the_middle_is_replaced_by_oneself);
	tcase_add_test(tests, a_child_that_takes_too_long_is_ended);
	suite_add_tcase(suite, tests);
	return suite;
}
