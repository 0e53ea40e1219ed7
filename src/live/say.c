/* JSON is written plainly, as clients of Socket.IO write it themselves. */
#include "live/say.h"
#include "live/realtime.h"

const char *say_text(struct json_object *json)
{
	return json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

void say_event(struct sio_socket *socket, const char *name, struct json_object *data)
{
	struct json_object *event = json_object_new_array();

	json_object_array_add(event, json_object_new_string(name));
	json_object_array_add(event, data);
	sio_emit(socket, say_text(event), NULL);
	json_object_put(event);
}

struct json_object *say_verdict(bool ok, const char *code, const char *message)
{
	struct json_object *data = json_object_new_object();

	json_object_object_add(data, "ok", json_object_new_boolean(ok));
	if (code)
		json_object_object_add(data, "code", json_object_new_string(code));
	if (message)
		json_object_object_add(data, "message", json_object_new_string(message));
	return data;
}

void say_answer(struct sio_socket *socket, const char *error, int64_t ack, struct json_object *data)
{
	struct json_object *args;

	if (ack == SIO_NO_ACK && !json_object_get_boolean(json_object_object_get(data, "ok"))) {
		say_event(socket, error, data);
		return;
	}
	args = json_object_new_array();
	json_object_array_add(args, data);
	sio_ack(socket, ack, say_text(args), NULL);
	json_object_put(args);
}

bool say_takes(const struct sio_socket *socket)
{
	size_t messages;

	return engine_waits(sio_engine(socket), &messages) < SOCKET_WAITS_BYTES && messages < SOCKET_WAITS;
}
