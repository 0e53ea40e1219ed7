#ifndef LIVE_SAY_H
#define LIVE_SAY_H
/* What Socket.IO's clients are told, in our words. */
#include "live/socketio.h"

enum { TOPICS_MOST = 200 /* topics and rooms of one client */ };

/* As it goes out; json's. */
const char *say_text(struct json_object *json);
/* ["name",{…}]; data is owned from here. */
void say_event(struct sio_socket *socket, const char *name, struct json_object *data);
/* {ok, code, message}, the caller's; code and message may be NULL. */
struct json_object *say_verdict(bool ok, const char *code, const char *message);
/* What became of a request, to whoever wants to know: a refusal is told to those too who did not ask, by the event error. data is owned from
 * here. */
void say_answer(struct sio_socket *socket, const char *error, int64_t ack, struct json_object *data);
/* Do they take what they are told? Who does not is told the newest once they do. */
bool say_takes(const struct sio_socket *socket);

#endif
