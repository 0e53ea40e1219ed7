#ifndef LIVE_ENGINE_INSIDE_H
#define LIVE_ENGINE_INSIDE_H
/* What engine_door.c needs of engine.c: a session from within. */
#include "live/engine.h"

unsigned engine_bucket(const char *sid);
/* The session of that name; NULL: there is none. */
struct engine *engine_find(struct engines *engines, const char *sid);
/* The other side has gone, or did what it must not: its user is told. */
void engine_lose(struct engine *engine);
/* Nothing stands for it any more, and nobody is told. */
void engine_forget(struct engine *engine);
/* What waits goes to whatever stands. */
void engine_flush(struct engine *engine);
void engine_answer(struct alarm *alarm); /* the same */
/* A message that came. */
void engine_message(struct engine *engine, bool binary, const char *bytes, size_t len);
/* One packet that came. False: it is none, or none that a client sends. */
bool engine_heard(struct engine *engine, const char *text, size_t len);
/* Answers the request that waits. */
void engine_answer_poll(struct engine *engine, const char *body, size_t len);
/* The lines of an answer's head, with those that its user adds. */
const char *engine_headers(struct ask *ask, const char *more);
const char *engine_extra(struct engine *engine, struct ask *ask);
/* A ping is due; no pong came, or time is over for other reasons. */
void engine_ping(struct beat *beat);
void engine_silent(struct beat *beat);
/* Who hears the WebSocket that a session goes over. */
extern const struct web_socket_use ENGINE_TALK;

#endif
