/* The least that a FastCGI program can do: workers that answer "ok" through libfcgi and nothing else. What a page costs
 * above this is our own doing.
 *
 *	empty SOCKET WORKERS      until SIGTERM */
#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void serve(int listener)
{
	FCGX_Request request;

	FCGX_InitRequest(&request, listener, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS("Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nok", request.out);
		FCGX_Finish_r(&request);
	}
}

int main(int argc, char **argv)
{
	int listener, workers;

	if (argc < 3) {
		fprintf(stderr, "empty SOCKET WORKERS\n");
		return 2;
	}
	workers = (int)strtol(argv[2], NULL, 10);
	umask(0077);
	FCGX_Init();
	listener = FCGX_OpenSocket(argv[1], 1024);
	if (listener < 0)
		return 1;
	for (int i = 0; i < workers; i++)
		if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			serve(listener);
			_exit(0);
		}
	close(listener);
	while (wait(NULL) > 0)
		;
	return 0;
}
