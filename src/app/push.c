/* The devices on which somebody wants to be told: what PushSubscription.toJSON() of their browser says, on every mount where people sign
 * in, and of portals on the profile's page. */
#include "store/push.h"
#include "app/actions/account.h"
#include "app/webhook.h"
#include "outside/guard.h"
#include "rules/keys.h"
#include "store/account.h"
#include <string.h>

/* ---- fields ---- */

/* At another port nobody may answer at all. */
static bool has_no_port(const char *url)
{
	char origin[300];
	const char *host = url_origin(url, origin, sizeof origin) ? strstr(origin, "://") : NULL;

	return host && !strchr(host + 3, ':');
}

/* What sends waits for its answer, so it is one of those that browsers are made with. */
static const char *endpoint_rule(const struct request *rq, const char *text)
{
	const char *fault = webhook_url_rule(rq, text), *services = rq->config->push_services;

	if (fault || !*services)
		return fault;
	if (host_listed(text, services) && (has_no_port(text) || host_listed(text, rq->config->webhook_private)))
		return NULL;
	return SAID("This site sends nothing through that push service.");
}

static const struct field KEYS[] = {
	{ "p256dh", F_TEXT, .required = true, .max = 120,
	  .help = "The browser's public key, base64url: a point on P-256" },
	{ "auth", F_TEXT, .required = true, .max = 40, .help = "Its secret, base64url: 16 bytes" },
	FIELDS_END,
};
const struct field PUSH_SUBSCRIBE[] = {
	{ "endpoint", F_TEXT, .required = true, .max = 1000, .rule = endpoint_rule,
	  .help = "Where the browser's push service takes messages for it, https://…" },
	{ "keys", F_OBJECT, .required = true, .of = KEYS, .help = "By whose keys they are sealed" },
	FIELDS_END,
};
const struct field PUSH_UNSUBSCRIBE[] = {
	{ "endpoint", F_TEXT, .max = 1000, .help = "The same as when it was added, or" },
	{ "id", F_ID, .help = "which of the devices, where that one is not at hand" },
	FIELDS_END,
};
static const struct field DEVICE[] = {
	{ "id", F_ID, .help = "The device" },
	{ "service", F_TEXT, .help = "The host of its browser's push service" },
	{ "created_at", F_TIME, .help = "Since when" },
	{ "updated_at", F_TIME, .help = "When it said so last" },
	FIELDS_END,
};
const struct field PUSH_DEVICES_ANSWER[] = {
	{ "application_server_key", F_TEXT,
	  .help = "This site's public key, base64url: what a browser's pushManager.subscribe() is given" },
	{ "devices", F_LIST, .of = DEVICE, .help = "Those that are told, the newest first" },
	FIELDS_END,
};
const struct field PUSH_SUBSCRIBED[] = {
	{ "id", F_ID, .help = "The device" },
	FIELDS_END,
};

/* ---- reading ---- */

static int answer_key(struct request *rq, struct json_object *into)
{
	uint8_t point[PUSH_POINT];
	char text[2 * PUSH_POINT];

	if (!push_key_point(rq->db, point))
		return refuse(rq, 503, "PUSH_KEY", "This site cannot tell anybody on a device yet. Try again later.");
	answer_text(into, "application_server_key", base64url(point, PUSH_POINT, text));
	return ANSWERED;
}

/* GET push/subscriptions/. */
int push_show(struct request *rq)
{
	answer_key(rq, rq->data);
	if (!refused(rq))
		answer_rows(rq->data, "devices", push_devices(rq->db, rq->who.account_id));
	return ANSWERED;
}

/* Where a profile's page can offer it: the key, or nothing. */
void answer_push(struct request *rq, struct json_object *into)
{
	uint8_t point[PUSH_POINT];
	char text[2 * PUSH_POINT];

	if (push_key_point(rq->db, point))
		answer_text(into, "push_key", base64url(point, PUSH_POINT, text));
	answer_text(into, "push_told", push_marks(rq->db, rq->who.account_id));
}

/* ---- changing ---- */

static bool read_key(struct json_object *keys, const char *name, uint8_t *out, size_t size)
{
	const char *text = tree_text(keys, name);
	size_t len = 0;

	return text && base64url_read(text, strcspn(text, "="), out, size, &len) && len == size;
}

static bool take_keys(struct request *rq, struct push_reader *reader)
{
	struct json_object *keys = field_tree(rq, "keys");

	if (!read_key(keys, "p256dh", reader->point, PUSH_POINT) || !push_point_fits(reader->point))
		field_fault(rq, "keys.p256dh", "This is no public key of a browser.");
	if (!read_key(keys, "auth", reader->auth, PUSH_AUTH))
		field_fault(rq, "keys.auth", "This is no secret of a browser.");
	return !has_faults(rq);
}

/* POST push/subscriptions/. A device that changed hands is whose it is now, and told what is theirs alone. */
int push_add(struct request *rq)
{
	struct push_device device = { .account_id = rq->who.account_id,
				      .session_id = rq->who.session_id,
				      .endpoint = field_text(rq, "endpoint") };

	if (!take_keys(rq, &device.reader))
		return refuse_fields(rq);
	account_lock(rq->db, rq->who.account_id);
	answer_int(rq->data, "id", push_subscribe(rq->db, &device, rq->now));
	say(rq, "You are told on this device from now on.");
	return ANSWERED;
}

/* DELETE push/subscriptions/. */
int push_remove(struct request *rq)
{
	const char *endpoint = field_text(rq, "endpoint");

	if (!endpoint && !field_given(rq, "id")) {
		field_fault(rq, "endpoint", "This is required.");
		return refuse_fields(rq);
	}
	if (!push_unsubscribe(rq->db, rq->who.account_id, endpoint, field_int(rq, "id")))
		return refuse(rq, 404, "PUSH_NOT_FOUND", "This device is not one of yours that are told.");
	say(rq, "You are not told on this device any more.");
	return ANSWERED;
}
