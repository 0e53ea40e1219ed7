#ifndef LIVE_ENGINE_QUEUE_H
#define LIVE_ENGINE_QUEUE_H
/* Packets that wait for somebody to take them. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

struct engine_packet {
	TAILQ_ENTRY(engine_packet) beside;
	char type; /* '4' a message … */
	bool binary;
	size_t len;
	char bytes[];
};

struct engine_queue {
	TAILQ_HEAD(, engine_packet) all;
	size_t n, bytes;
};

void queue_init(struct engine_queue *queue);
void queue_put(struct engine_queue *queue, char type, bool binary, const char *bytes, size_t len);
/* The first, which is the caller's to free(); NULL: none. */
struct engine_packet *queue_take(struct engine_queue *queue);
/* All of them as one payload of polling, taken out, with a goodbye behind them; the caller's to free(), *len bytes. NULL: there is nothing. */
char *queue_payload(struct engine_queue *queue, bool goodbye, size_t *len);
void queue_free(struct engine_queue *queue);

#endif
