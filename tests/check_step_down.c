/* Whom root becomes. Only root can see it; anybody else sees that they stay who they are. */
#include "base/step_down.h"
#include "check_temp.h"
#include <check.h>
#include <pwd.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *step_down_suite(void);

enum { STRANGER = 64321 /* has no line in passwd */ };

struct after {
	bool done, back; /* back: it could become root again */
	uid_t uid;
	gid_t gid;
	int groups;
	gid_t group;
};

/* In a process of its own, for there is no way back. */
static struct after stepped_down(const char *path)
{
	struct after after = { .done = false };
	const char *error = NULL;
	int ends[2], status;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		after.done = step_down(path, &error);
		after.uid = getuid();
		after.gid = getgid();
		after.groups = getgroups(0, NULL);
		if (after.groups == 1)
			after.groups = getgroups(1, &after.group);
		after.back = geteuid() != 0 && (seteuid(0) == 0 || setuid(0) == 0);
		_exit(write(ends[1], &after, sizeof after) == sizeof after ? 0 : 1);
	}
	ck_assert_int_eq(read(ends[0], &after, sizeof after), sizeof after);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	close(ends[0]);
	close(ends[1]);
	return after;
}

START_TEST(root_becomes_the_owner)
{
	const struct passwd *nobody = getpwnam("nobody");
	char directory[CHECK_TEMP_SIZE];
	struct after after;

	check_temp(directory);
	ck_assert_ptr_nonnull(nobody);
	if (geteuid() != 0) {
		after = stepped_down("/");
		ck_assert(after.done);
		ck_assert_int_eq(after.uid, getuid());
		return;
	}
	ck_assert_int_eq(chown(directory, nobody->pw_uid, 0), 0);
	after = stepped_down(directory);
	ck_assert(after.done);
	ck_assert_int_eq(after.uid, nobody->pw_uid);
	ck_assert_int_eq(after.gid, nobody->pw_gid); /* its own group, and none of root's */
	ck_assert_int_eq(after.groups, 1);
	ck_assert_int_eq(after.group, nobody->pw_gid);
	ck_assert(!after.back);
	/* One without a name has the group of what it owns. */
	ck_assert_int_eq(chown(directory, STRANGER, STRANGER), 0);
	after = stepped_down(directory);
	ck_assert(after.done);
	ck_assert_int_eq(after.uid, STRANGER);
	ck_assert_int_eq(after.gid, STRANGER);
	ck_assert_int_eq(after.groups, 1);
	ck_assert(!after.back);
}
END_TEST

START_TEST(root_stays_where_it_is_its_own_or_is_not_there)
{
	char directory[CHECK_TEMP_SIZE];
	struct after after;

	after = stepped_down(check_temp(directory));
	ck_assert(after.done);
	ck_assert_int_eq(after.uid, getuid());
	ck_assert_int_eq(rmdir(directory), 0);
	after = stepped_down(directory);
	ck_assert(after.done);
	ck_assert_int_eq(after.uid, getuid());
}
END_TEST

Suite *step_down_suite(void)
{
	Suite *suite = suite_create("step_down");
	TCase *tests = tcase_create("step_down");

	tcase_add_test(tests, root_becomes_the_owner);
	tcase_add_test(tests, root_stays_where_it_is_its_own_or_is_not_there);
	suite_add_tcase(suite, tests);
	return suite;
}
