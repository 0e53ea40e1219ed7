/* In a payload packets are parted by a sign that no JSON has, and bytes are in base64 (Engine.IO 4, "HTTP long-polling"). */
#include "live/engine_queue.h"
#include "live/engine.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void queue_init(struct engine_queue *queue)
{
	TAILQ_INIT(&queue->all);
}

void queue_put(struct engine_queue *queue, char type, bool binary, const char *bytes, size_t len)
{
	struct engine_packet *packet = malloc(sizeof *packet + len);

	if (!packet)
		abort();
	packet->type = type;
	packet->binary = binary;
	packet->len = len;
	memcpy(packet->bytes, bytes, len);
	TAILQ_INSERT_TAIL(&queue->all, packet, beside);
	queue->n++;
	queue->bytes += len;
}

struct engine_packet *queue_take(struct engine_queue *queue)
{
	struct engine_packet *packet = TAILQ_FIRST(&queue->all);

	if (!packet)
		return NULL;
	TAILQ_REMOVE(&queue->all, packet, beside);
	queue->n--;
	queue->bytes -= packet->len;
	return packet;
}

void queue_free(struct engine_queue *queue)
{
	struct engine_packet *packet;

	while ((packet = queue_take(queue)))
		free(packet);
}

/* With its type, and the sign before it. */
static size_t length_of(const struct engine_packet *packet)
{
	return 2 +
	       (packet->binary ? sodium_base64_encoded_len(packet->len, sodium_base64_VARIANT_ORIGINAL) : packet->len);
}

static char *write_packet(char *at, const struct engine_packet *packet)
{
	size_t len = sodium_base64_encoded_len(packet->len, sodium_base64_VARIANT_ORIGINAL);

	*at++ = packet->binary ? 'b' : packet->type;
	if (!packet->binary) {
		memcpy(at, packet->bytes, packet->len);
		return at + packet->len;
	}
	sodium_bin2base64(at, len, (const unsigned char *)packet->bytes, packet->len, sodium_base64_VARIANT_ORIGINAL);
	return at + len - 1;
}

char *queue_payload(struct engine_queue *queue, bool goodbye, size_t *len)
{
	struct engine_packet *packet;
	size_t room = 2;
	char *text, *at;

	if (!queue->n && !goodbye)
		return NULL;
	TAILQ_FOREACH(packet, &queue->all, beside)
	room += length_of(packet);
	text = at = malloc(room);
	if (!text)
		abort();
	while ((packet = queue_take(queue))) {
		if (at > text)
			*at++ = ENGINE_SEPARATOR;
		at = write_packet(at, packet);
		free(packet);
	}
	if (goodbye && at > text)
		*at++ = ENGINE_SEPARATOR;
	if (goodbye)
		*at++ = '1';
	*len = (size_t)(at - text);
	return text;
}
