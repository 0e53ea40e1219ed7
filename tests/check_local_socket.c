/* Who may take a socket's place: nobody while somebody answers there, everybody after. */
#include "base/local_socket.h"
#include "check_temp.h"
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *local_socket_suite(void);

static char directory[CHECK_TEMP_SIZE];

static void setup(void)
{
	check_temp(directory);
}

static void teardown(void)
{
	struct sockaddr_un address;

	ck_assert(local_address(directory, "a.sock", &address));
	unlink(address.sun_path);
	ck_assert_int_eq(rmdir(directory), 0);
}

static const int TYPES[] = { SOCK_STREAM, SOCK_DGRAM };

START_TEST(a_dead_socket_is_replaced_and_a_live_one_is_not)
{
	const char *error = NULL;
	int type = TYPES[_i], first, second;

	first = local_socket(directory, "a.sock", type, &error);
	ck_assert_int_ge(first, 0);
	ck_assert_int_eq(local_socket(directory, "a.sock", type, &error), -1);
	ck_assert_str_eq(error, "another process answers there");
	close(first); /* its file stays */
	second = local_socket(directory, "a.sock", type, &error);
	ck_assert_int_ge(second, 0);
	ck_assert_int_eq(is_listening(second), type == SOCK_STREAM);
	close(second);
}
END_TEST

START_TEST(the_web_servers_group_may_connect_and_nobody_else)
{
	const char *error = NULL;
	int fd = local_socket(directory, "a.sock", SOCK_STREAM, &error);
	struct sockaddr_un address;
	struct stat is;

	ck_assert_int_ge(fd, 0);
	ck_assert(local_address(directory, "a.sock", &address));
	ck_assert_int_eq(stat(address.sun_path, &is), 0);
	ck_assert_int_eq(is.st_mode & 0777, 0660);
	close(fd);
}
END_TEST

START_TEST(a_path_must_fit_and_exist)
{
	const char *error = NULL;
	struct sockaddr_un address;
	char path[200];

	memset(path, 'a', sizeof path);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	ck_assert(!local_address(path, "a.sock", &address));
	ck_assert_int_eq(local_socket(path, "a.sock", SOCK_STREAM, &error), -1);
	ck_assert_str_eq(error, "the path is too long for a socket");
	path[20] = '\0';
	ck_assert_int_eq(local_socket(path, "a.sock", SOCK_STREAM, &error), -1);
	ck_assert_str_eq(error, "the directory is missing");
	ck_assert(!is_listening(-1));
	ck_assert(!is_listening(1));
}
END_TEST

START_TEST(a_socket_whose_file_is_gone_is_opened_anew)
{
	struct own_socket socket = { .fd = -1, .dir = directory, .name = "a.sock", .type = TYPES[_i] };
	struct sockaddr_un address;
	const char *error = NULL;
	int old, thief;

	ck_assert(own_socket_open(&socket, &error));
	ck_assert(!own_socket_lost(&socket));
	ck_assert(is_socket_named(socket.fd, "a.sock"));
	ck_assert(!is_socket_named(socket.fd, "b.sock") && !is_socket_named(STDERR_FILENO, "a.sock"));
	ck_assert(local_address(directory, "a.sock", &address));
	ck_assert_int_eq(unlink(address.sun_path), 0);
	ck_assert(own_socket_lost(&socket));
	old = socket.fd;
	ck_assert(own_socket_open(&socket, &error));
	ck_assert(!own_socket_lost(&socket));
	close(old);
	/* Another's file in its place is not its own, and is left there. */
	unlink(address.sun_path);
	thief = local_socket(directory, "a.sock", TYPES[_i], &error);
	ck_assert_int_ge(thief, 0);
	ck_assert(own_socket_lost(&socket));
	own_socket_close(&socket);
	ck_assert_int_eq(access(address.sun_path, F_OK), 0);
	close(thief);
}
END_TEST

Suite *local_socket_suite(void)
{
	Suite *suite = suite_create("local_socket");
	TCase *tests = tcase_create("local_socket");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, a_dead_socket_is_replaced_and_a_live_one_is_not, 0,
			    (int)(sizeof TYPES / sizeof *TYPES));
	tcase_add_loop_test(tests, a_socket_whose_file_is_gone_is_opened_anew, 0, (int)(sizeof TYPES / sizeof *TYPES));
	tcase_add_test(tests, the_web_servers_group_may_connect_and_nobody_else);
	tcase_add_test(tests, a_path_must_fit_and_exist);
	suite_add_tcase(suite, tests);
	return suite;
}
