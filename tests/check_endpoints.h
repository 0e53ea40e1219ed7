#ifndef TESTS_CHECK_ENDPOINTS_H
#define TESTS_CHECK_ENDPOINTS_H
/* Both protocols on one listener, as their official suites address them: Engine.IO on /engine.io/, Socket.IO on /socket.io/; and WebSockets that
 * speak neither, on /plain. What is said there is the caller's. */
#include "live/socketio.h"

struct endpoints {
	struct engines engines;
	struct sio_server server;	    /* of it came and left may be set before */
	const struct web_socket_use *plain; /* may be set before; NULL: there is no /plain */
	struct http_use http;		    /* for wires_open() */
};

/* Opens both with the loop and the limits of like, of which nothing else is looked at, and for Socket.IO with so long to connect. use and
 * namespaces outlive it. */
void endpoints_open(struct endpoints *e, const struct engines *like, ms_t connect_ms, const struct engine_use *use,
		    const struct sio_namespace *namespaces);
/* For a use that refuses nobody. */
const char *endpoints_let_in(struct engines *engines, struct ask *ask, const char **headers);

#endif
