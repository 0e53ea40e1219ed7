#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H
/* A WebSocket's frames as a client has them (RFC 6455, 5.2), as few of them as the load here needs: whole messages, each masked
 * with zeros, which is a mask like any other and leaves the text as it is. */
#include "http.h"

enum { FRAME_TEXT = 1, FRAME_CLOSE = 8, FRAME_HEAD = 14 /* the most that a head has */ };

struct frame {
	unsigned opcode;
	const char *text; /* in the bytes that it was read from */
	size_t len;
};

/* A masked frame into out, which has FRAME_HEAD bytes more than the text: how many it has. */
static inline size_t frame_make(char *out, unsigned opcode, const char *text, size_t len)
{
	size_t head = len < 126 ? 2 : 4;

	out[0] = (char)(0x80 | opcode);
	out[1] = (char)(0x80 | (len < 126 ? len : 126));
	if (len >= 126) {
		out[2] = (char)(len >> 8);
		out[3] = (char)len;
	}
	memset(out + head, 0, 4);
	memcpy(out + head + 4, text, len);
	return head + 4 + len;
}

/* The first frame of have bytes, as a server sends it; how many it has. 0: it is not whole yet. */
static inline size_t frame_read(const char *bytes, size_t have, struct frame *frame)
{
	size_t head = 2, len;

	if (have < 2)
		return 0;
	len = (unsigned char)bytes[1] & 0x7F;
	if (len == 126 || len == 127) {
		size_t more = len == 126 ? 2 : 8;

		if (have < head + more)
			return 0;
		len = 0;
		for (size_t i = 0; i < more; i++)
			len = len << 8 | (unsigned char)bytes[head + i];
		head += more;
	}
	if (have < head + len)
		return 0;
	*frame = (struct frame){ (unsigned char)bytes[0] & 0x0F, bytes + head, len };
	return head + len;
}

/* What asks for a WebSocket at that path, at most 1,000 bytes: how many. The key is nobody's secret. */
static inline int upgrade_make(char out[1000], const char *path, int port)
{
	return snprintf(out, 1000,
			"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
			path, port);
}

/* Begins to connect, without waiting: to a Unix socket's path, or to a local port where that is NULL. -1: refused at once, or no
 * room in the queue. */
static inline int connect_soon(const char *path, int port)
{
	struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct sockaddr_un here = { .sun_family = AF_UNIX };
	int fd = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, failed;

	if (fd < 0)
		die("socket");
	there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (path) {
		snprintf(here.sun_path, sizeof here.sun_path, "%s", path);
		failed = connect(fd, (struct sockaddr *)&here, sizeof here);
	} else {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		failed = connect(fd, (struct sockaddr *)&there, sizeof there);
	}
	if (!failed || errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

#endif
