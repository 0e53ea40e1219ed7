/* One table says which events of the process's log staff are told, under which kind, and by which of its fields two of them are
 * alike: of a job that fails a thousand times a minute there is one entry and its count. A subject is made of these fields; all that is
 * printed is what our own code logs, and no secret is logged. */
#include "base/chronicle.h"
#include "base/utf8.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INFO "info"
#define WARNING "warning"
#define ERROR "error"

enum { LIKES = 3, MOST = 24 };

static const struct heeded {
	const char *event, *kind, *severity;
	const char *by[LIKES]; /* the fields by which its likes are told */
} HEEDED[] = {
	{ "serve_started", "start", INFO, { NULL } },
	{ "live_started", "start", INFO, { NULL } },
	{ "live_stopping", "start", INFO, { NULL } },
	{ "jobs_started", "start", INFO, { NULL } },
	{ "jobs_stopping", "start", INFO, { NULL } },
	{ "pictures_seen", "start", INFO, { "process_id" } },
	{ "reload_refused", "start", ERROR, { "program" } },
	{ "reload_failed", "start", ERROR, { "program" } },
	{ "templates_unusable", "start", ERROR, { "directory" } },
	{ "worker_died", "fault", ERROR, { "pool", "signal" } },
	{ "worker_killed", "fault", WARNING, { NULL } },
	{ "workers_killed", "fault", WARNING, { NULL } },
	{ "render_failed", "fault", ERROR, { "page" } },
	{ "drawing_failed", "fault", ERROR, { NULL } },
	{ "message_template", "fault", ERROR, { "kind", "form" } },
	{ "db_broken", "fault", ERROR, { "code" } },
	{ "file_store_failed", "fault", ERROR, { "error" } },
	{ "picture_child_died", "fault", WARNING, { NULL } },
	{ "proxy_not_named", "fault", WARNING, { "address" } },
	{ "job_failed", "job", ERROR, { "job" } },
	{ "message_failed", "message", ERROR, { "channel", "error" } },
	{ "payment_provider", "provider", WARNING, { "status", "error", "code" } },
	{ "payment_differs", "provider", ERROR, { "provider" } },
	{ "payment_desk_too_long", "provider", ERROR, { "path" } },
	{ "refund_failed", "provider", ERROR, { "payment" } },
	{ "refund_not_entered", "provider", WARNING, { "payment" } },
	{ "payment_dispute", "provider", WARNING, { "payment" } },
	{ "setting_changed", "setting", INFO, { "names" } },
	{ "keys_read_again", "key", INFO, { "in_force" } },
	{ "keys_unreadable", "key", ERROR, { "file" } },
	{ "site_key_missing", "key", ERROR, { NULL } },
	{ "site_key_rotated", "key", INFO, { "key" } },
	{ "site_key_retired", "key", INFO, { "keys" } },
	{ "site_key_replaced", "key", WARNING, { "key" } },
	{ "event_key_made", "key", INFO, { "event" } },
	{ "webhook_off", "webhook", WARNING, { "webhook", "because" } },
	{ "migrated", "schema", INFO, { "to" } },
	{ "restored", "restore", WARNING, { "of" } },
	{ "resumed", "restore", INFO, { NULL } },
	{ "maintenance_began", "maintenance", INFO, { NULL } },
	{ "maintenance_ended", "maintenance", INFO, { NULL } },
};

enum { N_HEEDED = sizeof HEEDED / sizeof *HEEDED };

static struct {
	const char *process;
	char node[CHRONICLE_NAME];
	struct chronicle_entry entry[MOST]; /* the oldest first */
	int n;
} kept = { .process = "gatehouse" };

void chronicle_process(const char *name)
{
	kept.process = name;
}

const char *chronicle_process_name(void)
{
	return kept.process;
}

const char *chronicle_node(void)
{
	if (!*kept.node && gethostname(kept.node, sizeof kept.node - 1))
		snprintf(kept.node, sizeof kept.node, "?");
	return kept.node;
}

static const struct heeded *heeded_named(const char *event)
{
	for (int i = 0; i < N_HEEDED; i++)
		if (!strcmp(HEEDED[i].event, event))
			return &HEEDED[i];
	return NULL;
}

static bool is_like(const struct heeded *h, const char *key)
{
	for (int i = 0; i < LIKES && h->by[i]; i++)
		if (!strcmp(h->by[i], key))
			return true;
	return false;
}

/* A value as people read it, cut to what fits into size; bytes are not shown. */
static void value_text(struct arg value, char *out, size_t size)
{
	char at[ISO_SIZE];
	size_t len = value.len < size ? value.len : size - 1;

	switch (value.type) {
	case ARG_INT:
		snprintf(out, size, "%" PRId64, value.i);
		break;
	case ARG_TIME:
		snprintf(out, size, "%s", clock_iso(value.i, at));
		break;
	case ARG_TEXT:
		memcpy(out, value.s, len);
		out[len] = '\0';
		break;
	default:
		*out = '\0';
	}
}

static void add_subject(struct chronicle_entry *e, struct arg value)
{
	size_t have = strlen(e->subject);

	if (value.type == ARG_NULL || have + 3 >= sizeof e->subject)
		return;
	if (have) {
		memcpy(e->subject + have, " ", 2);
		have++;
	}
	value_text(value, e->subject + have, sizeof e->subject - have);
}

/* What is no whole UTF-8, or would break a line or a string of JSON, becomes a "?". */
static size_t safe(const char *s, size_t len, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0, step; i < len; i += step) {
		size_t whole = utf8_length(s + i, len - i);

		step = whole ? whole : 1;
		if (n + step >= size)
			break;
		if (!whole || (unsigned char)s[i] < ' ' || s[i] == 0x7f || s[i] == '"' || s[i] == '\\')
			out[n++] = s[i] == '"' ? '\'' : '?';
		else
			for (size_t k = 0; k < step; k++)
				out[n++] = s[i + k];
	}
	out[n] = '\0';
	return n;
}

/* Adds "key":"value" to an object without its end; left out where it does not fit whole. */
static void add_detail(struct chronicle_entry *e, const char *key, struct arg value)
{
	char text[300], clean[300], member[400];
	size_t have = strlen(e->detail);
	int len;

	if (value.type == ARG_NULL || value.type == ARG_BYTES)
		return;
	value_text(value, text, sizeof text);
	safe(text, strlen(text), clean, sizeof clean);
	len = snprintf(member, sizeof member, value.type == ARG_INT ? "%s\"%s\":%s" : "%s\"%s\":\"%s\"",
		       have > 1 ? "," : "", key, clean);
	if (len > 0 && (size_t)len < sizeof member && have + (size_t)len + 2 < sizeof e->detail)
		memcpy(e->detail + have, member, (size_t)len + 1);
}

static void fill(struct chronicle_entry *e, const struct heeded *h, const struct log_field *fields)
{
	char clean[CHRONICLE_SUBJECT];

	*e = (struct chronicle_entry){
		.event = h->event, .kind = h->kind, .severity = h->severity, .at = clock_now(), .times = 1
	};
	e->last_at = e->at;
	memcpy(e->detail, "{", 2);
	for (const struct log_field *f = fields; f->key; f++) {
		if (is_like(h, f->key))
			add_subject(e, f->value);
		if (strcmp(f->key, "message") != 0) /* the database's own words may hold somebody's data */
			add_detail(e, f->key, f->value);
	}
	memcpy(e->detail + strlen(e->detail), "}", 2);
	safe(e->subject, strlen(e->subject), clean, sizeof clean);
	memcpy(e->subject, clean, sizeof clean);
}

static struct chronicle_entry *like(const struct chronicle_entry *e)
{
	for (int i = 0; i < kept.n; i++)
		if (kept.entry[i].event == e->event && !strcmp(kept.entry[i].subject, e->subject) &&
		    kept.entry[i].at / MS_MINUTE == e->at / MS_MINUTE)
			return &kept.entry[i];
	return NULL;
}

void chronicle_heed(const char *event, const struct log_field *fields)
{
	const struct heeded *h = heeded_named(event);
	struct chronicle_entry entry, *before;

	if (!h)
		return;
	fill(&entry, h, fields);
	before = like(&entry);
	if (before) {
		before->times++;
		before->last_at = entry.at;
	} else if (kept.n < MOST) {
		kept.entry[kept.n++] = entry;
	}
}

const struct chronicle_entry *chronicle_first(void)
{
	return kept.n ? &kept.entry[0] : NULL;
}

void chronicle_drop(void)
{
	if (kept.n)
		memmove(kept.entry, kept.entry + 1, (size_t)--kept.n * sizeof *kept.entry);
}

void chronicle_forget(void)
{
	kept.n = 0;
}
