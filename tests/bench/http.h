#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H
/* What the small clients here share: time, complaints, a keep-alive connection to 127.0.0.1, files of lines. Written for
 * a server that answers with a Content-Length and for requests that fit into one write. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static inline void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Nanoseconds of the monotonic clock. */
static inline int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* As many descriptors as we may have. */
static inline void raise_fds(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* A connection to a local port; non-blocking once it stands. */
static inline int connect_port(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		die("fcntl");
	return fd;
}

/* The status of an answer that is whole in text (0: not yet); a whole one ends at text + *len. */
static inline int answer_status(const char *text, size_t have, size_t *len)
{
	const char *end = memmem(text, have, "\r\n\r\n", 4), *length;

	if (!end)
		return 0;
	length = memmem(text, (size_t)(end - text), "\r\nContent-Length: ", 18);
	*len = (size_t)(end - text) + 4 + (length ? strtoul(length + 18, NULL, 10) : 0);
	return have < *len ? 0 : (int)strtol(text + 9, NULL, 10);
}

/* A server ends a connection after so many requests, and says so in its last answer: was this it? */
static inline bool answer_is_last(const char *text, size_t len)
{
	return memmem(text, len, "\r\nConnection: close\r\n", 21) != NULL;
}

static inline int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Of n times in ascending order (ns) the one that a share of them does not exceed, in ms. */
static inline double share_ms(const int64_t *took, size_t n, double share)
{
	return n ? (double)took[(size_t)((double)(n - 1) * share)] / 1e6 : 0;
}

/* The lines of a file, without their ends; *n of them. */
static inline char **read_lines(const char *path, size_t *n)
{
	FILE *in = fopen(path, "r");
	char **lines = NULL, *line = NULL;
	size_t room = 0, size = 0;
	ssize_t len;

	if (!in)
		die(path);
	for (*n = 0; (len = getline(&line, &size, in)) > 0; line = NULL, size = 0) {
		if (*n == room)
			lines = realloc(lines, (room = room * 2 + 1024) * sizeof *lines);
		line[strcspn(line, "\n")] = '\0';
		lines[(*n)++] = line;
	}
	fclose(in);
	return lines;
}

#endif
