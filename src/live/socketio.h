#ifndef LIVE_SOCKETIO_H
#define LIVE_SOCKETIO_H
/* Socket.IO 5 in Engine.IO's messages: namespaces, events, acknowledgements, and bytes beside their JSON (the protocol's own
 * description, revision 5). It knows nothing of what the events say. */
#include "live/engine.h"
#include <json-c/json.h>

struct sio_socket;

enum {
	SIO_PARTS = 10,	    /* pieces of bytes that a packet may have */
	SIO_NAMESPACE = 64, /* bytes of a namespace's name, and NUL */
	SIO_KEPT = 64,	    /* messages that are kept of a client that is held; whoever says more is sent away */
	SIO_NO_ACK = -1
};

/* Bytes beside a packet's JSON, which names them by {"_placeholder":true,"num":0}. */
struct sio_parts {
	unsigned n;
	struct {
		char *bytes;
		size_t len;
	} part[SIO_PARTS];
};

/* Why somebody is not let in: what the client's connect_error gets. */
struct sio_refusal {
	const char *message, *code; /* code NULL: none, and no status */
	int status;
};

enum sio_answer {
	SIO_REFUSED,
	SIO_IN,
	SIO_LATER /* sio_connect() says what became of it */
};

/* What is behind a namespace. Each function but gone may emit, and end the socket. */
struct sio_use {
	/* auth: what the connect packet held, an object, or NULL. SIO_REFUSED with *refusal; SIO_LATER: nothing more of them is heard before
	 * that, and of whoever goes meanwhile left() alone is told. */
	enum sio_answer (*connects)(struct sio_socket *socket, struct json_object *auth, struct sio_refusal *refusal);
	/* They were told that they are in. NULL: nothing more is done then. */
	void (*connected)(struct sio_socket *socket);
	/* args: an array, of which the first is the event's name; ack: to be answered by sio_ack(), or SIO_NO_ACK. Both, and parts, are
	 * good until it returns. */
	void (*event)(struct sio_socket *socket, struct json_object *args, int64_t ack, const struct sio_parts *parts);
	/* It is over; the socket is freed after that. Told of those that were let in alone. */
	void (*gone)(struct sio_socket *socket);
};

struct sio_namespace {
	const char *name; /* "/"; NULL ends the list */
	const struct sio_use *use;
};

/* Who uses the engines of a server: their user is it. */
struct sio_server {
	struct engines engines; /* user and use are set here */
	const struct sio_namespace *namespaces;
	ms_t connect_ms; /* within which somebody must have come to a namespace */
	void *user;
	const char *(*refused)(struct engines *engines, struct ask *ask,
			       const char **headers); /* as engine_use has it */
	void (*came)(struct engine *engine, const struct ask *ask,
		     void **user); /* *user is what sio_user() gives, or NULL */
	void (*left)(void *user);  /* and this frees it; both may be NULL */
};

struct sio_socket {
	struct sio_client *client;
	const struct sio_namespace *of;
	LIST_ENTRY(sio_socket) beside;
	char sid[ENGINE_SID];
	void *user; /* the use's */
};

/* All but engines.user and .use is the caller's to set before. */
void sio_open(struct sio_server *server);
/* What came() set. */
void *sio_user(const struct sio_socket *socket);
struct engine *sio_engine(const struct sio_socket *socket);

/* What became of one that was told SIO_LATER; refusal NULL: they are in. The socket is freed where they are not. */
void sio_connect(struct sio_socket *socket, const struct sio_refusal *refusal);
/* Until sio_go_on() what its client says is kept and not heard. */
void sio_hold(struct sio_socket *socket);
/* Hears what was kept, which may end the socket. */
void sio_go_on(struct sio_socket *socket);
/* An event: json is an array whose first is its name; parts may be NULL. False: it is over. */
bool sio_emit(struct sio_socket *socket, const char *json, const struct sio_parts *parts);
/* Answers an event: json is an array. */
bool sio_ack(struct sio_socket *socket, int64_t ack, const char *json, const struct sio_parts *parts);
/* Ends the whole connection, once what was emitted has been taken. gone() is told of each of its sockets. */
void sio_end(struct sio_socket *socket);

#endif
