/* What a small picture of a large one takes: draws a JPEG of 4,000 by 3,000 pixels as a camera has them, asks `gatehouse pictures`
 * so often for 320 of it, and prints the median in milliseconds, of which the first is left out.
 *
 *	thumb RUN-DIR [TIMES]
 *	thumb -w FILE             only writes the JPEG */
#include "base/pass_fds.h"
#include "picture/ask.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* It wants stdio.h before it. */
#include <jpeglib.h>

enum { WIDTH = 4000, HEIGHT = 3000, TIMES_MAX = 1000 };

/* Soft shapes with a grain, which cost a decoder what a photograph does: about a byte for three pixels. */
static void draw_row(unsigned y, unsigned char *row)
{
	static unsigned grain = 1;

	for (unsigned x = 0; x < WIDTH; x++) {
		unsigned shape = (x * x / 3000 + y * y / 2000 + x * y / 5000) & 511;

		grain = grain * 1664525 + 1013904223;
		shape = shape > 255 ? 511 - shape : shape;
		for (int c = 0; c < 3; c++)
			*row++ = (unsigned char)((shape * (unsigned)(3 - c) / 3 + 20 + (grain >> (24 + c) & 15)) & 255);
	}
}

static size_t draw(unsigned char **bytes)
{
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr errors;
	static unsigned char row[3 * WIDTH];
	unsigned char *at = row;
	unsigned long len = 0;

	info.err = jpeg_std_error(&errors);
	jpeg_create_compress(&info);
	jpeg_mem_dest(&info, bytes, &len);
	info.image_width = WIDTH;
	info.image_height = HEIGHT;
	info.input_components = 3;
	info.in_color_space = JCS_RGB;
	jpeg_set_defaults(&info);
	jpeg_set_quality(&info, 88, TRUE);
	jpeg_start_compress(&info, TRUE);
	for (unsigned y = 0; y < HEIGHT; y++) {
		draw_row(y, row);
		jpeg_write_scanlines(&info, &at, 1);
	}
	jpeg_finish_compress(&info);
	jpeg_destroy_compress(&info);
	return len;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* One of them, from the connection to the answer. */
static double ask_once(const char *run, int source, long size)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const struct picture_ask ask = { .form = PICTURE_ASK, .quality = 82, .longest = 320, .size = size };
	int result = memfd_create("thumb", 0), fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	int fds[2] = { source, result };
	struct picture_told told;
	double began = now();

	snprintf(to.sun_path, sizeof to.sun_path, "%s/" PICTURE_SOCKET, run);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) || !fds_send(fd, &ask, sizeof ask, fds, 2) ||
	    fds_receive(fd, &told, sizeof told, NULL, 0) != sizeof told)
		fail(to.sun_path);
	if (told.outcome != PICTURE_MADE || told.width != 320 || told.height != 240 || told.bytes < 1000)
		fail("no small picture");
	close(fd);
	close(result);
	return now() - began;
}

static int by_size(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

int main(int argc, char **argv)
{
	unsigned char *bytes = NULL;
	size_t len = draw(&bytes);
	int n = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 40, source = memfd_create("picture", 0);
	static double took[TIMES_MAX];

	if (argc > 2 && !strcmp(argv[1], "-w")) {
		FILE *file = fopen(argv[2], "wb");

		return !file || fwrite(bytes, 1, len, file) != len || fclose(file);
	}
	if (argc < 2 || n < 1 || n > TIMES_MAX || write(source, bytes, len) != (ssize_t)len)
		fail("thumb RUN-DIR [TIMES]");
	ask_once(argv[1], source, (long)len);
	for (int i = 0; i < n; i++)
		took[i] = ask_once(argv[1], source, (long)len);
	qsort(took, (size_t)n, sizeof *took, by_size);
	printf("%.1f\n", took[n / 2]);
	return 0;
}
