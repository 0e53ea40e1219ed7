#ifndef LIVE_HTTP_WIRE_H
#define LIVE_HTTP_WIRE_H
/* Requests on a wire, one after the other, and their answers. */
#include "live/http1.h"
#include "live/wire.h"

/* What was asked; good until it is answered or upgraded. */
struct ask {
	struct wire *wire;
	struct http1 head;
	const char *method, *uri; /* the latter with its query */
	const char *body;	  /* head.body bytes; good in .asked alone */
};

/* Who answers. */
struct http_use {
	size_t body_max; /* bytes of a body: more is refused with 413 */
	/* Answers by http_answer(), takes the wire over (web_socket_accept()), or keeps ask for later: then wire->paused is set, and ask is
	 * on the wire's memory until it is answered. */
	void (*asked)(struct ask *ask, void *user);
	/* The other side of one that was kept has gone. */
	void (*left)(struct ask *ask, void *user);
	void *user;
};

/* A first user of wires, whose user is a struct http_use. */
extern const struct wire_use HTTP_REQUESTS;

/* A variable of the head ("HTTP_ORIGIN"), or NULL. */
const char *ask_says(const struct ask *ask, const char *name);
/* Answers, and goes on with the wire. headers: lines, "Name: value\r\n" each; NULL: none. */
void http_answer(struct ask *ask, int status, const char *headers, const char *body, size_t len);
/* The same by bytes that are an answer as a whole, after which the wire is closed. */
void http_answer_raw(struct ask *ask, const char *bytes, size_t len);

#endif
