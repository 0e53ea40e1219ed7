/* What a message is about goes into its row as it was when it happened: what is sent later, or once more, says the same. */
#include "app/tell.h"
#include "http/request.h"
#include "store/guess.h"
#include "store/outbox.h"
#include <string.h>

static struct message message_of(const struct telling *t, const char *channel, const char *to, const char *locale)
{
	bool mail = channel && !strcmp(channel, "mail");

	return (struct message){ .channel = channel,
				 .to = to,
				 .kind = t->kind,
				 .locale = locale,
				 .event_id = t->event_id,
				 .optional = t->optional,
				 .with = mail ? t->with : NULL,
				 .with_id = mail ? t->with_id : 0,
				 .data = json_object_to_json_string_ext(t->data, JSON_C_TO_STRING_PLAIN) };
}

/* NULL where there is none. */
static const char *contact(const struct row *to, const char *name)
{
	return row_null(to, name) || !*row_text(to, name) ? NULL : row_text(to, name);
}

void tell(struct db *db, ms_t now, const struct telling *t)
{
	const char *mail = contact(t->to, "email"), *mobile = contact(t->to, "mobile_number");
	const char *channel = t->devices_alone ? NULL : mail ? "mail" : "sms";

	if (!row_null(t->to, "name"))
		answer_text(t->data, "name", row_text(t->to, "name"));
	if (mail || mobile) {
		struct message message = message_of(t, channel, mail ? mail : mobile, contact(t->to, "locale"));

		outbox_put_each(db, now, &message, mail, mobile);
	}
	json_object_put(t->data);
}

void tell_number(struct db *db, ms_t now, const char *mobile_number, const char *locale, const struct telling *t)
{
	struct message message = message_of(t, "sms", mobile_number, locale);

	outbox_put(db, now, &message);
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
