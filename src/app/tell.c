/* What a message is about goes into its row as it was when it happened: what is sent later, or once more, says the same. */
#include "app/tell.h"
#include "http/request.h"
#include "store/guess.h"
#include "store/outbox.h"
#include "store/push.h"
#include <string.h>

/* On which way, to whom. */
struct way {
	const char *channel, *to, *locale;
	int64_t subscription_id; /* of a push */
};

static void put(struct db *db, ms_t now, const struct way *way, const struct telling *t)
{
	bool mail = !strcmp(way->channel, "mail");
	struct message message = { .channel = way->channel,
				   .to = way->to,
				   .subscription_id = way->subscription_id,
				   .kind = t->kind,
				   .locale = way->locale,
				   .event_id = t->event_id,
				   .optional = t->optional,
				   .with = mail ? t->with : NULL,
				   .with_id = mail ? t->with_id : 0,
				   .data = json_object_to_json_string_ext(t->data, JSON_C_TO_STRING_PLAIN) };

	outbox_put(db, now, &message);
}

/* Where nobody has said so there is nothing, and so it costs what one look costs. */
static void tell_devices(struct db *db, ms_t now, struct way way, const struct telling *t, const char *mail,
			 const char *mobile)
{
	const struct rows *devices = push_devices_of(db, mail, mobile);

	way.channel = "push";
	for (size_t i = 0; i < devices->n; i++) {
		struct row device = row_at(devices, i);

		way.subscription_id = row_int(&device, "id");
		put(db, now, &way, t);
	}
}

/* NULL where there is none. */
static const char *contact(const struct row *to, const char *name)
{
	return row_null(to, name) || !*row_text(to, name) ? NULL : row_text(to, name);
}

void tell(struct db *db, ms_t now, const struct telling *t)
{
	const char *mail = contact(t->to, "email"), *mobile = contact(t->to, "mobile_number");
	struct way way = { .channel = mail ? "mail" : "sms",
			   .to = mail ? mail : mobile,
			   .locale = row_null(t->to, "locale") ? NULL : row_text(t->to, "locale") };

	if (!row_null(t->to, "name"))
		answer_text(t->data, "name", row_text(t->to, "name"));
	if (way.to && !t->devices_alone)
		put(db, now, &way, t);
	if (way.to)
		tell_devices(db, now, way, t, mail, mobile);
	json_object_put(t->data);
}

void tell_number(struct db *db, ms_t now, const char *mobile_number, const char *locale, const struct telling *t)
{
	put(db, now, &(struct way){ .channel = "sms", .to = mobile_number, .locale = locale }, t);
	json_object_put(t->data);
}

static void text_of(struct json_object *into, const char *key, const struct row *row, const char *column)
{
	if (row_has(row, column) && !row_null(row, column))
		answer_text(into, key, row_text(row, column));
}

void tell_event(struct json_object *into, const char *key, const struct row *row)
{
	struct json_object *event = answer_object(into, key);

	text_of(event, "title", row, "event.title");
	text_of(event, "time_zone", row, "event.time_zone");
	text_of(event, "venue", row, row_has(row, "event.venue") ? "event.venue" : "venue.name");
	text_of(event, "city", row, "event.city");
	answer_time(event, "starts_at", row_time(row, "event.starts_at"));
}

bool within_limit(struct request *rq, const char *what, int64_t most, ms_t span)
{
	if (guess_count(rq->db, what, rq->now, span) <= most)
		return true;
	rq->retry_after = guess_wait(rq->db, what, rq->now, span);
	return false;
}
