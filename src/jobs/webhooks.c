/* Finds what happened, and tells those who want to know. Other people's servers are slow, or do not answer at all, so a run moves on
 * what is under way for a moment, begins what there is room for, and leaves the rest to the next; the other jobs have their turns
 * between. */
#include "app/webhook.h"
#include "base/log.h"
#include "base/trace.h"
#include "base/uuid.h"
#include "jobs/jobs.h"
#include "jobs/webhook_air.h"
#include "rules/keys.h"
#include "rules/webhook.h"
#include "store/webhook.h"
#include <stdio.h>
#include <string.h>

enum { MOMENT_MS = 400 /* that a run takes when there is something under way */ };
/* It outlives a call of ten seconds, and the jobs that may run while that is under way. */
#define LEASE (3 * MS_MINUTE)

/* ---- beginning ---- */

/* Each secret signs: "v1,… v1,…". False: the one in force does not open. */
static bool sign(struct telling *t, const struct row *webhook)
{
	static const char *const SECRETS[] = { "secret", "old_secret" };

	for (size_t i = 0; i < 2; i++) {
		const struct cell *sealed = row_cell(webhook, SECRETS[i]);
		uint8_t secret[WEBHOOK_SECRET];
		char one[WEBHOOK_SIGNATURE];
		bool opens = !sealed->null && sealed->len == WEBHOOK_SECRET + SEAL_EXTRA &&
			     unseal((const uint8_t *)sealed->s, sealed->len, secret);

		if (!opens && i == 0)
			return false;
		if (!opens)
			continue;
		webhook_sign(secret, sizeof secret, t->message_id, t->call.at_s, t->body, one);
		snprintf(t->signatures + strlen(t->signatures), sizeof t->signatures - strlen(t->signatures), "%s%s",
			 i ? " " : "", one);
		explicit_bzero(secret, sizeof secret);
	}
	return true;
}

static struct telling *telling_of(const struct row *d, const char *url, const char *lease)
{
	struct telling *t = talloc_zero(NULL, struct telling);

	t->id = row_int(d, "id");
	t->webhook_id = row_int(d, "webhook_id");
	t->attempts = row_int(d, "attempts");
	t->began = row_time(d, "created_at");
	t->url = talloc_strdup(t, url);
	snprintf(t->lease, sizeof t->lease, "%s", lease);
	webhook_id_text((const uint8_t *)row_cell(d, "uuid")->s, t->message_id);
	return t;
}

/* What was not said before is said as things are now, and the same whenever it is tried again. */
static void write_body(struct job_run *run, struct telling *t, const struct row *webhook, const struct row *d)
{
	const char *text;

	if (row_null(d, "body")) {
		text = webhook_body(run->mem, run->db, d, row_bool(webhook, "contacts"), &t->customer_id);
		t->body = talloc_strdup(t, text);
	} else {
		t->body = talloc_strdup(t, row_text(d, "body"));
		t->customer_id = row_int(d, "customer_id");
	}
}

/* False on failure of the database. */
static bool begin(struct job_run *run, const struct row *webhook, const struct row *d, const char *lease)
{
	struct telling *t = telling_of(d, row_text(webhook, "url"), lease);
	bool good;

	write_body(run, t, webhook, d);
	t->call.at_s = clock_now() / MS_SECOND;
	if (db_error(run->db) != DB_OK) {
		good = false;
	} else if (!t->body) {
		good = air_note(run->db, t, "What it is about is not there any more.", 0);
	} else if (!sign(t, webhook)) {
		good = air_note(run->db, t, "Its secret does not open with the site key.",
				webhook_again(t->attempts, t->began, clock_now(), 0));
	} else {
		t->call.url = t->url;
		t->call.id = t->message_id;
		t->call.signatures = t->signatures;
		t->call.body = t->body;
		t->call.len = strlen(t->body);
		air_begin(t);
		return true;
	}
	talloc_free(t);
	return good;
}

/* As many as there is room for. */
static bool begin_for(struct job_run *run, const struct row *webhook, bool *begun)
{
	int64_t id = row_int(webhook, "id");
	int room = air_room(id);
	uint8_t bytes[UUID_BYTES];
	char lease[UUID_SIZE];
	const struct rows *rows;
	ms_t now = clock_now();

	if (room <= 0)
		return true;
	uuid_make(bytes);
	rows = delivery_claim(run->db, id, now, uuid_text(bytes, lease), now + LEASE, room);
	for (size_t i = 0; i < rows->n; i++) {
		struct row d = row_at(rows, i);

		if (!begin(run, webhook, &d, lease))
			return false;
	}
	*begun |= rows->n > 0;
	return db_error(run->db) == DB_OK;
}

static bool begin_due(struct job_run *run, bool *begun)
{
	const struct rows *due = webhooks_due(run->db, clock_now());

	for (size_t i = 0; i < due->n && !job_should_stop(run); i++) {
		struct row webhook = row_at(due, i);

		if (!begin_for(run, &webhook, begun))
			return false;
	}
	return db_error(run->db) == DB_OK;
}

/* ---- a run ---- */

/* What happened is looked for once a second, however often the job runs while calls are under way. */
static bool find(struct job_run *run, bool *more)
{
	static ms_t looked;
	ms_t now = clock_monotonic();

	if (looked && now - looked < MS_SECOND)
		return true;
	looked = now;
	if (!webhook_find(run->db, run->now, more))
		return false;
	if (*more)
		looked = 0;
	return true;
}

/* Those that have ended; the first is waited for. */
static bool end_some(struct job_run *run, ms_t until, bool *any)
{
	ms_t left = until - clock_monotonic();
	bool ended = true;

	*any = false;
	for (int wait = left > 0 ? (int)left : 0; ended && !air_empty(); wait = 0) {
		if (!air_end_one(run->db, run->config, wait, &ended))
			return false;
		*any |= ended;
	}
	return true;
}

bool job_webhooks(struct job_run *run)
{
	ms_t until = clock_monotonic() + MOMENT_MS;
	bool more = false, begun, ended;

	if (until > run->deadline)
		until = run->deadline;
	air_ready(run->config);
	if (!find(run, &more))
		return false;
	do {
		begun = false;
		if (!begin_due(run, &begun) || !end_some(run, until, &ended))
			return false;
	} while ((begun || ended) && clock_monotonic() < until && !job_should_stop(run));
	run->more = more || begun || ended || !air_empty();
	return db_error(run->db) == DB_OK;
}
