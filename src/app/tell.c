/* What a message is about goes into its row as it was when it happened: what is sent later, or once more, says the same. */
#include "app/tell.h"
#include "http/request.h"
#include "store/guess.h"
#include "store/outbox.h"
#include <string.h>

static void put(struct db *db, ms_t now, const char *channel, const char *to, const char *locale,
		const struct telling *t)
{
	struct message message = { .channel = channel,
				   .to = to,
				   .kind = t->kind,
				   .locale = locale,
				   .event_id = t->event_id,
				   .optional = t->optional,
				   .with = strcmp(channel, "mail") ? NULL : t->with,
				   .with_id = strcmp(channel, "mail") ? 0 : t->with_id,
				   .data = json_object_to_json_string_ext(t->data, JSON_C_TO_STRING_PLAIN) };

	outbox_put(db, now, &message);
	json_object_put(t->data);
}

void tell(struct db *db, ms_t now, const struct telling *t)
{
	const char *mail = row_text(t->to, "email"), *mobile = row_text(t->to, "mobile_number");
	bool by_mail = !row_null(t->to, "email") && *mail;

	if (!row_null(t->to, "name"))
		answer_text(t->data, "name", row_text(t->to, "name"));
	if (by_mail || (!row_null(t->to, "mobile_number") && *mobile))
		put(db, now, by_mail ? "mail" : "sms", by_mail ? mail : mobile,
		    row_null(t->to, "locale") ? NULL : row_text(t->to, "locale"), t);
	else
		json_object_put(t->data);
}

void tell_number(struct db *db, ms_t now, const char *mobile_number, const char *locale, const struct telling *t)
{
	put(db, now, "sms", mobile_number, locale, t);
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
