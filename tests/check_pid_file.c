/* Who runs, and how they are: told by a file that is believed while its owner lives. */
#include "base/pid_file.h"
#include "check_temp.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *pid_file_suite(void);

static char directory[CHECK_TEMP_SIZE];

static void setup(void)
{
	check_temp(directory);
}

/* Takes the file in a child that says so, and waits to be killed. */
static pid_t holder(void)
{
	int ends[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		struct pid_file file;
		const char *error;

		if (!pid_file_take(&file, directory, "a", &error))
			_exit(1);
		pid_file_say(&file, PID_READY, 42);
		if (write(ends[1], "r", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

START_TEST(it_is_believed_while_its_owner_lives)
{
	ms_t before = clock_monotonic();
	struct pid_words words;
	struct pid_file file;
	const char *error = NULL;
	pid_t pid;

	ck_assert(!pid_file_read(directory, "a", &words));
	pid = holder();
	ck_assert(pid_file_read(directory, "a", &words));
	ck_assert_int_eq(words.pid, pid);
	ck_assert_int_eq(words.state, PID_READY);
	ck_assert_int_eq(words.schema, 42);
	ck_assert(words.at >= before && words.at <= clock_monotonic());
	ck_assert(!pid_file_take(&file, directory, "a", &error));
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(file.fd, -1);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert(!pid_file_read(directory, "a", &words));
	ck_assert(pid_file_take(&file, directory, "a", &error));
	close(file.fd);
}
END_TEST

START_TEST(what_was_removed_is_taken_again)
{
	char path[CHECK_TEMP_SIZE + 16];
	struct pid_words words;
	struct pid_file file;
	const char *error = NULL;

	snprintf(path, sizeof path, "%s/a.pid", directory);
	ck_assert(pid_file_take(&file, directory, "a", &error));
	ck_assert(!pid_file_lost(&file));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(pid_file_lost(&file));
	ck_assert(pid_file_again(&file));
	ck_assert(!pid_file_lost(&file));
	pid_file_say(&file, PID_REFUSED, 1);
	/* A lock is its file's, not its process': this reader is another. */
	ck_assert(pid_file_read(directory, "a", &words));
	ck_assert_int_eq(words.state, PID_REFUSED);
	close(file.fd);
}
END_TEST

Suite *pid_file_suite(void)
{
	Suite *suite = suite_create("pid_file");
	TCase *tests = tcase_create("pid_file");

	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, it_is_believed_while_its_owner_lives);
	tcase_add_test(tests, what_was_removed_is_taken_again);
	suite_add_tcase(suite, tests);
	return suite;
}
