/* The options go by a file in memory that only the child can open, under its own /proc/self/fd: nothing is left of it when either
 * process dies. */
#include "command/client.h"
#include "base/buf.h"
#include "base/file.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS = 32, OPTIONS_MAX = 8192 };

/* In quotes, for a value may begin with a blank or hold a #. */
static void option(struct buf *file, const char *name, const char *value)
{
	if (!*value)
		return;
	buf_printf(file, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			buf_char(file, '\\');
		buf_char(file, *value);
	}
	buf_text(file, "\"\n");
}

static void write_options(struct buf *file, const struct config *config)
{
	buf_text(file, "[client]\n");
	option(file, "user", config->db_user);
	option(file, "password", config->db_password);
	if (*config->db_socket) {
		option(file, "socket", config->db_socket);
	} else {
		option(file, "host", config->db_host);
		buf_printf(file, "port=%d\nprotocol=tcp\n", config->db_port);
	}
	buf_text(file, config->db_tls ? "ssl\nssl-verify-server-cert\n" : "skip-ssl\n");
}

/* -1: errno says why. The mode matters: a file that everybody may write is not read. */
static int make_options(const struct config *config)
{
	int fd = memfd_create("gatehouse-client", 0);
	struct buf *file = buf_new(NULL, OPTIONS_MAX);

	write_options(file, config);
	if (fd >= 0 && (fchmod(fd, 0600) || !write_all(fd, file->data, file->len))) {
		close(fd);
		fd = -1;
	}
	explicit_bzero(file->data, file->len);
	talloc_free(file);
	return fd;
}

static _Noreturn void be_client(const char *program, const char *const argv[], int options, int in, int out)
{
	char option[64];
	char *all[ARGS + 3];
	size_t n = 0;

	snprintf(option, sizeof option, "--defaults-file=/proc/self/fd/%d", options);
	all[n++] = strdup(program);
	all[n++] = option;
	for (; *argv && n < ARGS + 2; argv++)
		all[n++] = strdup(*argv);
	all[n] = NULL;
	if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
		execvp(program, all);
	fprintf(stderr, "gatehouse: %s cannot be run: %s%s\n", program, strerror(errno),
		errno == ENOENT ? " (Debian: mariadb-client)" : "");
	_exit(127);
}

bool client_run(const struct config *config, const char *program, const char *const argv[], int in, int out)
{
	int options = make_options(config), status = -1;
	pid_t pid;

	if (options < 0) {
		fprintf(stderr, "gatehouse: %s cannot be told how to connect: %s\n", program, strerror(errno));
		return false;
	}
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		be_client(program, argv, options, in, out);
	close(options);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	fprintf(stderr, "gatehouse: %s did not end well\n", program);
	return false;
}
