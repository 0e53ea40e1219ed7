/* A message is sealed with a pair of keys of its own, so nothing is kept from one to the next but the site's key in the database. */
#include "jobs/push.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "outside/guard.h"
#include "rules/web_push.h"
#include "store/push.h"
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

/* A title and what is below it are cut by every system; this much each of them shows, and JSON's escapes leave room. */
enum { TITLE_MAX = 200, BODY_MAX = 500, ORIGIN_MAX = 400, TAG_MAX = 33, SILENT = 30 * MS_SECOND };

/* How kinds differ from most. What gathers replaces, on the device and in the push service, what was said before of its event. */
static const struct manner {
	const char *kind, *gathers, *urgency;
	int keep_s;
} MANNERS[] = {
	{ "gate-conflict", "conflict", "high", 3600 },
	{ NULL, NULL, "normal", 24 * 3600 },
};

static const struct manner *manner_of(const struct row *message)
{
	const struct manner *m = MANNERS;

	while (m->kind && !row_is(message, "kind", m->kind))
		m++;
	return m;
}

static const char *tag_of(const struct row *message, const struct manner *manner, char tag[TAG_MAX])
{
	if (manner->gathers)
		snprintf(tag, TAG_MAX, "%s-%lld", manner->gathers, (long long)row_int(message, "event_id"));
	else
		snprintf(tag, TAG_MAX, "message-%lld", (long long)row_int(message, "id"));
	return tag;
}

/* ---- what it says ---- */

/* An operator's template may lead anywhere; a device opens this site alone. */
static const char *path_of(const struct config *config, const char *link)
{
	size_t len = strlen(config->base_url);

	return !strncmp(link, config->base_url, len) && link[len] == '/' ? link + len : "/";
}

static void put(struct json_object *to, const char *key, const char *text, size_t most)
{
	json_object_object_add(to, key, json_object_new_string_len(text, (int)utf8_prefix(text, most)));
}

static struct json_object *payload(const struct config *config, const struct row *message, const struct letter *letter,
				   const char *tag)
{
	struct json_object *said = json_object_new_object();
	const char *path = path_of(config, letter->link);

	put(said, "title", letter->subject, TITLE_MAX);
	put(said, "body", letter->text, BODY_MAX);
	put(said, "url", path, strlen(path));
	put(said, "tag", tag, TAG_MAX);
	put(said, "lang", row_null(message, "locale") ? config->locale : row_text(message, "locale"), TAG_MAX);
	return said;
}

/* ---- sealed and signed ---- */

static bool take_reader(const struct row *message, struct push_reader *reader)
{
	const struct cell *point = row_cell(message, "device.point"), *auth = row_cell(message, "device.auth");

	if (point->len != PUSH_POINT || auth->len != PUSH_AUTH)
		return false;
	memcpy(reader->point, point->s, PUSH_POINT);
	memcpy(reader->auth, auth->s, PUSH_AUTH);
	return true;
}

/* The bytes of the body; 0: it cannot be sealed. */
static size_t seal_for(const struct row *message, struct json_object *said, uint8_t body[PUSH_RECORD])
{
	const char *text =
		json_object_to_json_string_ext(said, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	struct push_reader reader;
	struct push_pair once;
	uint8_t salt[PUSH_SALT];
	size_t len = 0;

	random_bytes(salt, sizeof salt);
	if (take_reader(message, &reader) && push_pair_make(&once))
		len = push_seal(&reader, &once, salt, text, strlen(text), body);
	explicit_bzero(&once, sizeof once);
	return len;
}

/* Apple's service takes no contact at localhost, so a site's own address goes first. */
static const char *contact_of(struct job_run *run)
{
	const struct config *c = run->config;

	return !strncmp(c->base_url, "https://", 8) ? c->base_url
						    : talloc_asprintf(run->mem, "mailto:%s", c->mail_from);
}

/* Half of the day that RFC 8292 allows, so that clocks may differ. "": it cannot be made. */
static const char *authorization(struct job_run *run, const char *origin, char out[PUSH_TOKEN])
{
	struct push_pair site;

	*out = '\0';
	if (push_key_open(run->db, &site))
		push_authorization(&site, origin, contact_of(run), clock_now() + MS_DAY / 2, out);
	explicit_bzero(&site, sizeof site);
	return out;
}

/* ---- sent ---- */

static struct push_answer fail(enum send_outcome outcome, const char *why, char *error, size_t size)
{
	snprintf(error, size, "%s", why);
	return (struct push_answer){ .outcome = outcome };
}

/* The service that was silent last, which is left alone for a while: each try would hold up everybody's codes for seconds. */
static struct {
	char origin[ORIGIN_MAX];
	ms_t until;
} silent;

static struct push_answer seal_and_send(struct job_run *run, const struct row *message, const char *origin,
					struct json_object *said, const char *tag, char *error, size_t size)
{
	const struct manner *manner = manner_of(message);
	uint8_t body[PUSH_RECORD];
	char token[PUSH_TOKEN];
	struct push push = { .endpoint = row_text(message, "device.endpoint"),
			     .authorization = authorization(run, origin, token),
			     .topic = tag,
			     .urgency = manner->urgency,
			     .keep_s = manner->keep_s,
			     .body = body,
			     .len = seal_for(message, said, body) };

	if (!*token)
		return fail(SEND_LATER, "The site's key for push services does not open.", error, size);
	if (!push.len)
		return fail(SEND_NEVER, "It cannot be sealed for its device.", error, size);
	return push_send(run->config, &push, error, size);
}

struct push_answer push_hand_out(struct job_run *run, const struct row *message, const struct letter *letter,
				 char *error, size_t size)
{
	char tag[TAG_MAX], origin[ORIGIN_MAX];
	struct json_object *said;
	struct push_answer answer;

	if (row_null(message, "device.id"))
		return (struct push_answer){ .outcome = SEND_NEVER, .gone = true };
	tag_of(message, manner_of(message), tag);
	if (!url_origin(row_text(message, "device.endpoint"), origin, sizeof origin))
		return fail(SEND_NEVER, "Its push service has no address.", error, size);
	if (clock_now() < silent.until && !strcmp(origin, silent.origin))
		return fail(SEND_LATER, "Its push service did not answer a moment ago.", error, size);
	said = payload(run->config, message, letter, tag);
	answer = seal_and_send(run, message, origin, said, tag, error, size);
	json_object_put(said);
	if (answer.silent) {
		memcpy(silent.origin, origin, sizeof origin);
		silent.until = clock_now() + SILENT;
	}
	if (answer.gone)
		push_gone(run->db, row_int(message, "device.id"));
	return answer;
}
