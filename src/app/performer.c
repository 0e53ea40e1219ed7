/* Who plays at an event comes with it, as a list that the database made (store/event.c); their pictures are everybody's, as its own is. */
#include "app/performer.h"
#include "app/picture.h"
#include "store/event.h"
#include <string.h>

enum { PERFORMERS_MAX = 100 };

const struct field PERFORMER_ANSWER[] = {
	{ "id", F_ID, .help = "The performer" },
	{ "name", F_TEXT, .help = "Whom people come for" },
	{ "part", F_TEXT, .help = "A role or a genre; may be empty" },
	{ "link", F_TEXT, .null = true, .help = "Where there is more about them" },
	{ "image", F_TEXT, .null = true, .help = "Address of their picture" },
	FIELDS_NAMED("event_performer"),
};

const char *web_link_rule(const struct request *rq, const char *text)
{
	const char *host = strstr(text, "://");
	size_t len;

	(void)rq;
	if (strncmp(text, "https://", 8) && strncmp(text, "http://", 7))
		return SAID("Give an address that begins with https:// or http://.");
	host += 3;
	len = strcspn(host, "/?#");
	if (!len || memchr(host, '@', len) || strpbrk(text, " \\\"<>"))
		return SAID("Give an address as a browser shows it, without blanks, a name or a password in it.");
	return NULL;
}

void performer_check(struct request *rq, int64_t id)
{
	if (!id && performers_of(rq->db, field_int(rq, "event_id")) >= PERFORMERS_MAX)
		field_fault(rq, "event_id", "An event has at most %d performers.", PERFORMERS_MAX);
}

static void open_each(struct request *rq, struct json_object *performers)
{
	for (size_t i = 0; i < json_object_array_length(performers); i++)
		picture_open_in(rq, json_object_array_get_idx(performers, i), "image");
}

void event_pictures_in(struct request *rq, struct json_object *event)
{
	picture_open_in(rq, event, "image");
	picture_open_in(rq, json_object_object_get(event, "organizer"), "logo");
	open_each(rq, json_object_object_get(event, "performers"));
}

const char *performers_open(struct request *rq, const char *json)
{
	struct json_object *all = json_tokener_parse(json);
	const char *text;

	open_each(rq, all);
	text = talloc_strdup(rq->mem, json_object_to_json_string_ext(all, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
	return text;
}

const char *performers_said(struct request *rq, const char *json)
{
	struct json_object *all = json_tokener_parse(json);
	char *said = talloc_strdup(rq->mem, "");

	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *one = json_object_array_get_idx(all, i);
		const char *part = tree_text(one, "part");

		said = talloc_asprintf_append(said, "%s%s", i ? "; " : "", tree_text(one, "name"));
		if (part && *part)
			said = talloc_asprintf_append(said, " (%s)", part);
	}
	json_object_put(all);
	return said;
}
