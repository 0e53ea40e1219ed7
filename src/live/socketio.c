/* A packet is "type[n-][/namespace,][id][json]"; one with bytes is whole once all n pieces have come behind it. A client that breaks the
 * rules has lost its way, and its connection is closed. */
#include "live/socketio.h"
#include "base/json_in.h"
#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum type { CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK };

struct packet {
	enum type type;
	char namespace[SIO_NAMESPACE];
	int64_t id;
	struct json_object *json; /* NULL: none */
	struct sio_parts parts;
	unsigned awaited; /* of the parts, those that have not come */
};

/* A message that came while its client was held. */
struct kept {
	STAILQ_ENTRY(kept) behind;
	bool binary;
	size_t len;
	char bytes[];
};

/* One Engine.IO session. */
struct sio_client {
	struct engine *engine;
	struct sio_server *server;
	void *user;
	LIST_HEAD(, sio_socket) sockets;
	struct packet packet;	   /* that waits for its bytes; awaited 0: none */
	struct sio_socket *coming; /* whether it is let in is not known yet; NULL: none */
	bool held;
	unsigned n_kept;
	size_t kept_bytes;
	STAILQ_HEAD(, kept) kept;
	struct alarm connecting;
	bool ended;
};

/* ---- going ---- */

static void packet_clear(struct packet *packet)
{
	for (unsigned i = 0; i < packet->parts.n; i++)
		free(packet->parts.part[i].bytes);
	json_object_put(packet->json);
	*packet = (struct packet){ .id = SIO_NO_ACK };
}

static struct kept *take_kept(struct sio_client *client)
{
	struct kept *kept = STAILQ_FIRST(&client->kept);

	if (!kept)
		return NULL;
	STAILQ_REMOVE_HEAD(&client->kept, behind);
	client->n_kept--;
	client->kept_bytes -= kept->len;
	return kept;
}

static void forget_kept(struct sio_client *client)
{
	struct kept *kept;

	while ((kept = take_kept(client)))
		free(kept);
}

static void leave(struct sio_socket *socket)
{
	LIST_REMOVE(socket, beside);
	socket->of->use->gone(socket);
	talloc_free(socket);
}

static void end(struct sio_client *client)
{
	if (client->ended)
		return;
	client->ended = true;
	alarm_stop(&client->connecting);
	while (!LIST_EMPTY(&client->sockets))
		leave(LIST_FIRST(&client->sockets));
	packet_clear(&client->packet);
	forget_kept(client);
	talloc_free(client->coming);
	client->coming = NULL;
	if (client->server->left)
		client->server->left(client->user);
}

static void close_client(struct sio_client *client)
{
	engine_close(client->engine, 1000);
	end(client);
}

static void nobody_came(struct alarm *alarm)
{
	close_client(LOOP_OF(alarm, struct sio_client, connecting));
}

void sio_end(struct sio_socket *socket)
{
	close_client(socket->client);
}

static void gone(struct engine *engine)
{
	end(engine->user);
}

/* ---- out ---- */

static bool tell(struct sio_client *client, enum type type, const char *namespace, int64_t id, const char *json,
		 const struct sio_parts *parts)
{
	unsigned n = parts ? parts->n : 0;
	char *text, parted[16] = "", numbered[24] = "";
	bool named = strcmp(namespace, "/") != 0, sent;

	if (n) {
		type = type == EVENT ? BINARY_EVENT : BINARY_ACK;
		snprintf(parted, sizeof parted, "%u-", n);
	}
	if (id != SIO_NO_ACK)
		snprintf(numbered, sizeof numbered, "%lld", (long long)id);
	text = talloc_asprintf(client->engine, "%d%s%s%s%s%s", type, parted, named ? namespace : "", named ? "," : "",
			       numbered, json);
	if (!text)
		abort();
	sent = engine_send(client->engine, false, text, strlen(text));
	talloc_free(text);
	for (unsigned i = 0; i < n && sent; i++)
		sent = engine_send(client->engine, true, parts->part[i].bytes, parts->part[i].len);
	return sent;
}

bool sio_emit(struct sio_socket *socket, const char *json, const struct sio_parts *parts)
{
	return tell(socket->client, EVENT, socket->of->name, SIO_NO_ACK, json, parts);
}

bool sio_ack(struct sio_socket *socket, int64_t ack, const char *json, const struct sio_parts *parts)
{
	return ack == SIO_NO_ACK || tell(socket->client, ACK, socket->of->name, ack, json, parts);
}

void *sio_user(const struct sio_socket *socket)
{
	return socket->client->user;
}

struct engine *sio_engine(const struct sio_socket *socket)
{
	return socket->client->engine;
}

/* ---- coming to a namespace ---- */

static struct sio_socket *socket_in(const struct sio_client *client, const char *namespace)
{
	struct sio_socket *socket;

	LIST_FOREACH(socket, &client->sockets, beside)
	if (!strcmp(socket->of->name, namespace))
		return socket;
	return NULL;
}

static void refuse(struct sio_client *client, const char *namespace, const struct sio_refusal *refusal)
{
	struct json_object *told = json_object_new_object(), *data;

	json_object_object_add(told, "message", json_object_new_string(refusal->message));
	if (refusal->code) {
		data = json_object_new_object();
		json_object_object_add(data, "code", json_object_new_string(refusal->code));
		json_object_object_add(data, "status", json_object_new_int(refusal->status));
		json_object_object_add(told, "data", data);
	}
	tell(client, CONNECT_ERROR, namespace, SIO_NO_ACK,
	     json_object_to_json_string_ext(told, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE), NULL);
	json_object_put(told);
}

static void welcome(struct sio_socket *socket)
{
	struct sio_client *client = socket->client;
	char *json = talloc_asprintf(socket, "{\"sid\":\"%s\"}", socket->sid);

	alarm_stop(&client->connecting);
	LIST_INSERT_HEAD(&client->sockets, socket, beside);
	if (tell(client, CONNECT, socket->of->name, SIO_NO_ACK, json, NULL) && socket->of->use->connected)
		socket->of->use->connected(socket);
}

static void turn_away(struct sio_socket *socket, const struct sio_refusal *refusal)
{
	refuse(socket->client, socket->of->name, refusal);
	talloc_free(socket);
}

static struct sio_socket *socket_new(struct sio_client *client, const struct sio_namespace *of)
{
	struct sio_socket *socket = talloc_zero(NULL, struct sio_socket);
	unsigned char name[15];

	if (!socket)
		abort();
	randombytes_buf(name, sizeof name);
	sodium_bin2base64(socket->sid, sizeof socket->sid, name, sizeof name, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	socket->client = client;
	socket->of = of;
	return socket;
}

static void let_in(struct sio_client *client, const struct sio_namespace *of, struct json_object *auth)
{
	struct sio_refusal refusal = { .message = "Not allowed" };
	struct sio_socket *socket = socket_new(client, of);

	switch (of->use->connects(socket, auth, &refusal)) {
	case SIO_REFUSED:
		turn_away(socket, &refusal);
		break;
	case SIO_IN:
		welcome(socket);
		break;
	case SIO_LATER:
		client->coming = socket;
		client->held = true;
		break;
	}
}

static bool connects(struct sio_client *client, const struct packet *packet)
{
	const struct sio_namespace *of = client->server->namespaces;

	if (packet->json && !json_object_is_type(packet->json, json_type_object))
		return false;
	while (of->name && strcmp(of->name, packet->namespace))
		of++;
	if (of->name)
		let_in(client, of, packet->json);
	else
		refuse(client, packet->namespace, &(struct sio_refusal){ .message = "Invalid namespace" });
	return true;
}

/* ---- in ---- */

static bool is_reserved(const char *name)
{
	static const char *const RESERVED[] = { "connect",	 "connect_error", "disconnect",
						"disconnecting", "newListener",	  "removeListener" };

	for (size_t i = 0; i < sizeof RESERVED / sizeof *RESERVED; i++)
		if (!strcmp(name, RESERVED[i]))
			return true;
	return false;
}

static bool is_event(struct json_object *json)
{
	struct json_object *name =
		json_object_is_type(json, json_type_array) ? json_object_array_get_idx(json, 0) : NULL;

	return json_object_is_type(name, json_type_string) && !is_reserved(json_object_get_string(name));
}

/* A whole packet. False: it breaks the rules. */
static bool heard(struct sio_client *client, const struct packet *packet)
{
	struct sio_socket *socket = socket_in(client, packet->namespace);

	if (packet->type == CONNECT)
		return !socket && connects(client, packet);
	if (!socket)
		return false;
	switch (packet->type) {
	case DISCONNECT:
		if (packet->json)
			return false;
		leave(socket);
		if (LIST_EMPTY(&client->sockets)) /* nobody stays who is nowhere */
			alarm_set(client->engine->of->loop, &client->connecting, client->server->connect_ms);
		return true;
	case EVENT:
	case BINARY_EVENT:
		if (!is_event(packet->json))
			return false;
		socket->of->use->event(socket, packet->json, packet->id, &packet->parts);
		return true;
	case ACK: /* nothing is ever asked of a client */
	case BINARY_ACK:
		return json_object_is_type(packet->json, json_type_array) && packet->id != SIO_NO_ACK;
	default:
		return false;
	}
}

static bool read_number(const char **at, const char *end, int64_t *number)
{
	const char *first = *at;

	*number = 0;
	while (*at < end && isdigit((unsigned char)**at) && *at - first < 18)
		*number = *number * 10 + (*(*at)++ - '0');
	return *at > first;
}

static bool read_namespace(const char **at, const char *end, char into[SIO_NAMESPACE])
{
	const char *comma = *at < end && **at == '/' ? memchr(*at, ',', (size_t)(end - *at)) : NULL;
	size_t len = (size_t)((comma ? comma : end) - *at);

	if (*at >= end || **at != '/') {
		memcpy(into, "/", 2);
		return true;
	}
	if (memchr(*at, '?', len))
		len = (size_t)((const char *)memchr(*at, '?', len) - *at);
	if (len >= SIO_NAMESPACE)
		return false;
	memcpy(into, *at, len);
	into[len] = '\0';
	*at = comma ? comma + 1 : end;
	return true;
}

static bool read_packet(const char *text, size_t len, struct packet *packet)
{
	const char *at = text, *end = text + len;
	int64_t parts = 0;

	*packet = (struct packet){ .id = SIO_NO_ACK };
	if (!len || *at < '0' || *at > '6')
		return false;
	packet->type = (enum type)(*at++ - '0');
	if (packet->type >= BINARY_EVENT &&
	    (!read_number(&at, end, &parts) || at >= end || *at++ != '-' || parts < 1 || parts > SIO_PARTS))
		return false;
	packet->awaited = (unsigned)parts;
	if (!read_namespace(&at, end, packet->namespace))
		return false;
	if (at < end && isdigit((unsigned char)*at))
		read_number(&at, end, &packet->id);
	return at == end || (!json_read(at, (size_t)(end - at), &packet->json) && packet->json);
}

/* Keeps a piece of bytes. False: none was awaited. */
static bool add_part(struct packet *packet, const char *bytes, size_t len)
{
	char *copy;

	if (!packet->awaited)
		return false;
	copy = malloc(len ? len : 1);
	if (!copy)
		abort();
	memcpy(copy, bytes, len);
	packet->parts.part[packet->parts.n].bytes = copy;
	packet->parts.part[packet->parts.n++].len = len;
	packet->awaited--;
	return true;
}

static bool take(struct sio_client *client, bool binary, const char *bytes, size_t len)
{
	struct packet *waiting = &client->packet, packet;
	bool good;

	if (binary ? !add_part(waiting, bytes, len) : waiting->awaited > 0)
		return false;
	if (!binary && !read_packet(bytes, len, waiting))
		return false;
	if (waiting->awaited)
		return true;
	packet = *waiting;
	*waiting = (struct packet){ .id = SIO_NO_ACK };
	good = heard(client, &packet);
	packet_clear(&packet);
	return good;
}

/* False: it is too much. */
static bool keep(struct sio_client *client, bool binary, const char *bytes, size_t len)
{
	struct kept *kept;

	if (client->n_kept >= SIO_KEPT || client->kept_bytes + len > client->server->engines.max_payload)
		return false;
	kept = malloc(sizeof *kept + len);
	if (!kept)
		abort();
	kept->binary = binary;
	kept->len = len;
	memcpy(kept->bytes, bytes, len);
	STAILQ_INSERT_TAIL(&client->kept, kept, behind);
	client->n_kept++;
	client->kept_bytes += len;
	return true;
}

static void hear(struct sio_client *client, bool binary, const char *bytes, size_t len)
{
	if (!client->ended && !(client->held ? keep : take)(client, binary, bytes, len))
		close_client(client);
}

static void message(struct engine *engine, bool binary, const char *bytes, size_t len)
{
	hear(engine->user, binary, bytes, len);
}

static void go_on(struct sio_client *client)
{
	struct kept *kept;

	client->held = false;
	while (!client->held && (kept = take_kept(client))) {
		hear(client, kept->binary, kept->bytes, kept->len);
		free(kept);
	}
}

void sio_hold(struct sio_socket *socket)
{
	socket->client->held = true;
}

void sio_go_on(struct sio_socket *socket)
{
	go_on(socket->client);
}

void sio_connect(struct sio_socket *socket, const struct sio_refusal *refusal)
{
	struct sio_client *client = socket->client;

	client->coming = NULL;
	if (refusal)
		turn_away(socket, refusal);
	else
		welcome(socket);
	go_on(client);
}

/* ---- coming ---- */

static void opened(struct engine *engine, const struct ask *ask)
{
	struct sio_client *client = talloc_zero(engine, struct sio_client);

	if (!client)
		abort();
	client->engine = engine;
	client->server = engine->of->user;
	client->packet.id = SIO_NO_ACK;
	LIST_INIT(&client->sockets);
	STAILQ_INIT(&client->kept);
	client->connecting.ring = nobody_came;
	alarm_set(engine->of->loop, &client->connecting, client->server->connect_ms);
	engine->user = client;
	if (client->server->came)
		client->server->came(engine, ask, &client->user);
}

static const char *refused(struct engines *engines, struct ask *ask, const char **headers)
{
	const struct sio_server *server = engines->user;

	return server->refused ? server->refused(engines, ask, headers) : NULL;
}

void sio_open(struct sio_server *server)
{
	static const struct engine_use USE = { .opened = opened, .message = message, .gone = gone, .refused = refused };

	server->engines.use = &USE;
	server->engines.user = server;
	engines_open(&server->engines);
}
