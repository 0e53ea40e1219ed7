#ifndef LIVE_ENGINE_QUERY_H
#define LIVE_ENGINE_QUERY_H
/* What an Engine.IO request says in its query, and how one is refused. */
#include "live/http_wire.h"

struct engine_query {
	char transport[16], version[4], sid[24]; /* "" where nothing, or too much, was said */
};

/* In the protocol's own numbers. */
enum engine_fault {
	ENGINE_TRANSPORT,
	ENGINE_UNKNOWN,
	ENGINE_METHOD,
	ENGINE_REQUEST,
	ENGINE_FORBIDDEN,
	ENGINE_VERSION,
	ENGINE_FINE
};

void engine_query_read(const char *uri, struct engine_query *query);
/* What is wrong with a request, before anybody looks who has its sid. */
enum engine_fault engine_query_fault(const struct ask *ask, const struct engine_query *query);
/* Answers it by that. sentence NULL: the usual one. */
void engine_refuse(struct ask *ask, enum engine_fault fault, const char *sentence);

#endif
