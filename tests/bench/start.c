/* How long a start takes: runs a program and prints the milliseconds until a request to its FastCGI socket is answered,
 * then ends the program by SIGTERM.
 *
 *	start SOCKET PATH PROGRAM [ARGUMENT…]
 *
 * Speaks just enough FastCGI 1.0 (one request, its records' bodies below 64 KB) to need no web server. */
#include "http.h"
#include <signal.h>
#include <sys/un.h>
#include <sys/wait.h>

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, GIVE_UP_S = 30 };

static void record(char *out, size_t *len, int type, const void *body, size_t body_len)
{
	const unsigned char head[8] = {
		1, (unsigned char)type, 0, 1, (unsigned char)(body_len >> 8), (unsigned char)body_len
	};

	memcpy(out + *len, head, 8);
	memcpy(out + *len + 8, body, body_len);
	*len += 8 + body_len;
}

static void parameter(char *out, size_t *len, const char *name, const char *value)
{
	out[(*len)++] = (char)strlen(name);
	out[(*len)++] = (char)strlen(value);
	*len += (size_t)sprintf(out + *len, "%s%s", name, value);
}

/* True when the whole answer to GET path came. */
static bool answers(const char *socket_path, const char *path)
{
	static const char begin[8] = { 0, 1, 0 };
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	char out[2048], params[1024], in[65536];
	size_t len = 0, params_len = 0;
	ssize_t got, sum = 0;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(to.sun_path, sizeof to.sun_path, "%s", socket_path);
	if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
		close(fd);
		return false;
	}
	parameter(params, &params_len, "REQUEST_METHOD", "GET");
	parameter(params, &params_len, "REQUEST_URI", path);
	parameter(params, &params_len, "REMOTE_ADDR", "127.0.0.1");
	record(out, &len, BEGIN, begin, sizeof begin);
	record(out, &len, PARAMS, params, params_len);
	record(out, &len, PARAMS, "", 0);
	record(out, &len, STDIN, "", 0);
	if (write(fd, out, len) != (ssize_t)len)
		die("write");
	while ((got = read(fd, in, sizeof in)) > 0)
		sum += got;
	close(fd);
	return sum > 0;
}

int main(int argc, char **argv)
{
	const struct timespec moment = { 0, 500000 };
	int64_t began = now_ns();
	pid_t pid;

	if (argc < 4) {
		fprintf(stderr, "start SOCKET PATH PROGRAM [ARGUMENT…]\n");
		return 2;
	}
	unlink(argv[1]);
	pid = fork();
	if (!pid) {
		execvp(argv[3], argv + 3);
		die(argv[3]);
	}
	while (!answers(argv[1], argv[2])) {
		nanosleep(&moment, NULL);
		if (now_ns() - began > GIVE_UP_S * INT64_C(1000000000) || waitpid(pid, NULL, WNOHANG) == pid)
			return 1;
	}
	printf("%.0f\n", (double)(now_ns() - began) / 1e6);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	return 0;
}
