/* Old clients' addresses stand beside our own: what is behind them is the same. */
#include "live/address.h"
#include "base/uuid.h"
#include "live/say.h"
#include <string.h>

static const struct address ADDRESSES[] = { { "/ws/live/", "/api/live/", false },
					    { "/ws/events/", "/api/live/campus/", true },
					    { "/api/campus/analytics/realtime/ws/", "/api/live/campus/", true },
					    { NULL, NULL, false } };

const struct address *address_of(const struct ask *ask)
{
	const struct address *at = ADDRESSES;

	while (at->here && strncmp(ask->uri, at->here, strlen(at->here)) != 0)
		at++;
	return at->here ? at : NULL;
}

char *address_name(struct ask *ask, const struct address *at)
{
	const char *rest = ask->uri + strlen(at->here);
	size_t len = strcspn(rest, "?");
	uint8_t uuid[UUID_BYTES];
	char *name;

	if (!at->by_change)
		return strspn(rest, "abcdefghijklmnopqrstuvwxyz0123456789/-") == len ? talloc_strndup(ask, rest, len)
										     : NULL;
	if (len && rest[len - 1] == '/')
		len--;
	name = talloc_strndup(ask, rest, len);
	return uuid_parse(name, uuid) ? uuid_text(uuid, name) : NULL;
}

void address_tell(struct ask *ask, const struct address *at, const char *name)
{
	struct json_object *ways = json_object_new_object(), *protocols = json_object_new_array();
	const char *url = talloc_asprintf(ask, "%s%s%s", at->here, name, at->by_change ? "/" : ""),
		   *poll_url = talloc_asprintf(ask, "%s%s", at->there, name), *text;

	json_object_array_add(protocols, json_object_new_string("gatehouse.v1"));
	json_object_object_add(ways, "url", json_object_new_string(url));
	json_object_object_add(ways, "protocols", protocols);
	json_object_object_add(ways, "poll_url", json_object_new_string(poll_url));
	json_object_object_add(ways, "sse_url", json_object_new_string(poll_url));
	text = talloc_strdup(ask, say_text(ways));
	json_object_put(ways);
	http_answer(ask, 200, "Content-Type: application/json\r\n", text, strlen(text));
}
