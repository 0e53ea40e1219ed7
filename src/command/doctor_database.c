/* The database: whether it answers and how it is set, whether it is this program's, and what in it says that something does not
 * work: jobs that do not run, messages that nobody got, secrets that do not open. */
#include "base/clock.h"
#include "command/doctor.h"
#include "command/site_key.h"
#include "db/migrate.h"
#include "rules/keys.h"
#include "store/copy.h"
#include "store/doctor.h"
#include "store/event_key.h"
#include "store/outbox.h"
#include "store/push.h"
#include "store/site_key.h"
#include <string.h>

/* ---- the server ---- */

static void connect_to_it(struct visit *v)
{
	v->connected = db_connect(v->db);
	if (v->connected)
		well(v, "database %s answers", v->config->db_name);
	else if (db_error(v->db) == DB_BUSY)
		wrong(v,
		      "Raise max_connections, or the account's MAX_USER_CONNECTIONS, or lower the workers in [serve].",
		      "the database has no connection free: %s", db_message(v->db));
	else
		wrong(v,
		      "Is MariaDB running, are [database] socket or host, user and password right, and may that user do everything on [database] name?",
		      "the database does not answer: %s", db_message(v->db));
}

/* Is it this program's? */
static bool check_schema(struct visit *v)
{
	int have = db_schema_version(v->db), latest = migrate_latest(v->config->migrations);

	if (unanswered(v, "the schema"))
		return false;
	db_expect_schema(v->db, latest);
	if (have == latest && !db_schema_fits(v->db))
		wrong(v, "Run `gatehouse upgrade`.", "the schema is shut, for a migration runs or was cut off");
	else if (have == latest)
		well(v, "schema is at version %d", have);
	else if (have < latest)
		wrong(v, "Run `gatehouse migrate`.", "the schema is at version %d, this program wants %d", have,
		      latest);
	else
		wrong(v, "Install the newer program; it was here before.", "the schema is at version %d, newer than %d",
		      have, latest);
	return have == latest;
}

/* Server settings that decide whether an acknowledged sale survives a power cut, or a hung client blocks a table. */
static void check_server(struct visit *v)
{
	for (const struct server_wish *wish = SERVER_WISHES; wish->name; wish++) {
		const char *value = doctor_variable(v->db, wish->name);

		if (unanswered(v, wish->name))
			continue;
		if (!value)
			doubt(v, "An old or foreign server.", "%s is not known to this server", wish->name);
		else if (!strcmp(value, wish->value))
			well(v, "%s = %s", wish->name, value);
		else if (wish->must)
			wrong(v, wish->mend, "%s = %s, should be %s", wish->name, value, wish->value);
		else
			doubt(v, wish->mend, "%s = %s, better %s", wish->name, value, wish->value);
	}
}

static void check_writes(struct visit *v)
{
	switch (doctor_try_write(v->db)) {
	case DB_OK:
		well(v, "the database takes changes");
		break;
	case DB_READ_ONLY:
		wrong(v, "SET GLOBAL read_only = OFF there, or point [database] at the server that takes them.",
		      "the database takes no changes: it can only be read");
		break;
	default:
		wrong(v, "See its log.", "the database does not take changes");
	}
}

static bool database_is_here(const struct config *config)
{
	const char *host = config->db_host;

	return (config->db_socket && *config->db_socket) || !host || !*host || !strcmp(host, "localhost") ||
	       !strcmp(host, "127.0.0.1") || !strcmp(host, "::1");
}

/* The room on the disk of a directory that the server names; that of another machine cannot be seen from here. */
static void check_its_room(struct visit *v, const char *variable)
{
	const char *path = database_is_here(v->config) ? doctor_variable(v->db, variable) : NULL;

	if (!unanswered(v, variable) && path)
		check_room(v, variable, path);
}

/* While serve reloads, old workers still have their connections when new ones come. */
static void check_connections(struct visit *v)
{
	static const char *const MEND =
		"Raise max_connections and the account's MAX_USER_CONNECTIONS, or lower the numbers of workers in [serve].";
	int64_t have = doctor_connections(v->db), workers = workers_of_all(v->config), others = 8;

	if (unanswered(v, "connections"))
		return;
	if (have >= 2 * workers + others)
		well(v, "%lld connections are allowed, for %lld workers, twice while they are replaced, and jobs",
		     (long long)have, (long long)workers);
	else if (have >= workers + others)
		doubt(v, MEND, "%lld connections are allowed, enough for %lld workers, but a reload wants %lld",
		      (long long)have, (long long)workers, (long long)(2 * workers + others));
	else
		wrong(v, MEND, "%lld connections are allowed, this node alone wants %lld", (long long)have,
		      (long long)(workers + others));
}

static void check_clock(struct visit *v)
{
	ms_t theirs = doctor_clock(v->db), apart = clock_now() - theirs;

	if (unanswered(v, "its clock"))
		return;
	if (apart > -2 * MS_SECOND && apart < 2 * MS_SECOND)
		well(v, "this clock and the database's agree");
	else
		wrong(v, "Run an NTP client on both machines.", "this clock and the database's are %lld s apart",
		      (long long)(apart / MS_SECOND));
}

/* Whoever gets into the program gets its account's rights. */
static void check_rights(struct visit *v)
{
	const struct rows *rows = doctor_rights_too_many(v->db);
	const char *account = doctor_account(v->db), *name = v->config->db_name;
	struct row row;

	if (unanswered(v, "this account's rights"))
		return;
	if (!rows->n) {
		well(v, "%s has rights to its own database alone", account);
		return;
	}
	row = row_at(rows, 0);
	doubt(v,
	      talloc_asprintf(
		      v->mem,
		      "REVOKE ALL PRIVILEGES, GRANT OPTION FROM %s; GRANT ALL ON `%s`.* TO %s; FLUSH PRIVILEGES;",
		      account, name, account),
	      "%s has %zu rights beyond its own database: %s%s (where another site works with them, give that an account of its own first)",
	      account, rows->n, row_text(&row, "what"), rows->n > 1 ? ", …" : "");
}

/* ---- the keys ---- */

static void check_key_file(struct visit *v)
{
	const char *text;
	enum site_key_fault found = site_key_look(v->config, v->db, &text);

	if (found == SITE_KEY_UNKNOWN) {
		unanswered(v, "the site key");
		return;
	}
	if (found == SITE_KEY_GOOD)
		well(v, "site key %s, in %s", key_print(0), v->config->key_file);
	else
		wrong(v, site_key_mend(found), "the site key %s: %s", v->config->key_file, text);
	if (found == SITE_KEY_GOOD && key_print(1) && key_from(0) && key_from(0) + 2 * MS_DAY < clock_now())
		doubt(v, "Run `gatehouse key retire`.", "the old key %s is still read, and needed by nobody",
		      key_print(1));
}

static void check_push_key(struct visit *v, const struct sealed_count *keys)
{
	struct push_pair pair;

	if (keys->unopened)
		wrong(v, site_key_mend(SITE_KEY_FOREIGN),
		      "the key for push services does not open with the site key: no device is told anything");
	else if (!keys->all)
		doubt(v, "Run `gatehouse migrate`.",
		      "there is no key for push services: nobody can be told on a device");
	else if (!push_key_open(v->db, &pair))
		wrong(v, "Put push_key back from a backup.",
		      "the key for push services is not that of its public half");
	explicit_bzero(&pair, sizeof pair);
}

/* The key alone proves nothing: does it open what is there? */
static void check_sealed(struct visit *v)
{
	struct sealed_count count[SEALED_KINDS];
	const struct sealed_count *keys = &count[SEALED_EVENT_KEY], *factors = &count[SEALED_SECOND_FACTOR];
	int64_t bad = 0, missing = doctor_events_without_key(v->db);

	if (!key_print(0)) /* said already */
		return;
	if (!sealed_walk(v->db, count) || (!keys->unopened && !event_keys_verify(v->db, &bad) && !bad)) {
		unanswered(v, "what is sealed");
		return;
	}
	if (missing)
		wrong(v,
		      "Their tickets cannot show codes. Put event_key back from a backup; a new key opens none of the codes that are out.",
		      "%lld events have no signing key", (long long)missing);
	if (keys->unopened)
		wrong(v, site_key_mend(SITE_KEY_FOREIGN),
		      "%lld of %lld events' signing keys do not open with the site key, key %lld among them: their tickets show no codes",
		      (long long)keys->unopened, (long long)keys->all, (long long)keys->first_unopened);
	else if (bad)
		wrong(v, "Put event_key back from a backup.", "the signing key %lld is not that of its public half",
		      (long long)bad);
	else if (!missing)
		well(v, "%lld events' signing keys open", (long long)keys->all);
	if (factors->unopened)
		wrong(v, site_key_mend(SITE_KEY_FOREIGN),
		      "%lld of %lld second factors do not open with the site key, account %lld's among them: they cannot sign in",
		      (long long)factors->unopened, (long long)factors->all, (long long)factors->first_unopened);
	else
		well(v, "%lld second factors open", (long long)factors->all);
	if (count[SEALED_WEBHOOK].unopened)
		wrong(v, site_key_mend(SITE_KEY_FOREIGN),
		      "%lld of %lld webhooks' secrets do not open with the site key, webhook %lld's among them: nothing is sent to them",
		      (long long)count[SEALED_WEBHOOK].unopened, (long long)count[SEALED_WEBHOOK].all,
		      (long long)count[SEALED_WEBHOOK].first_unopened);
	check_push_key(v, &count[SEALED_PUSH]);
	if (count[SEALED_PLATFORM].unopened)
		wrong(v, site_key_mend(SITE_KEY_FOREIGN),
		      "%lld of %lld keys for platforms for learning do not open with the site key, platform %lld's among them: they get no scores",
		      (long long)count[SEALED_PLATFORM].unopened, (long long)count[SEALED_PLATFORM].all,
		      (long long)count[SEALED_PLATFORM].first_unopened);
}

/* ---- what goes on ---- */

static void check_jobs(struct visit *v)
{
	ms_t now = clock_now(), waits = outbox_pending_age(v->db, now);
	const struct row *due = doctor_job_due(v->db, now - 2 * MS_MINUTE);
	const struct row *failed = doctor_job_failed(v->db);
	int64_t lapsed = doctor_overdue_holds(v->db, now);

	if (unanswered(v, "jobs"))
		return;
	if (due || waits > 2 * MS_MINUTE || lapsed)
		doubt(v,
		      "Start `gatehouse jobs` (systemctl restart gatehouse-jobs). Stock is usable anyway; messages are not sent without it.",
		      "jobs do not run: %s%s is due for %lld s, a message waits for %lld s, %lld holds lapsed more than five minutes ago",
		      due ? "job " : "no job", due ? row_text(due, "name") : "",
		      (long long)(due ? (now - row_time(due, "due_at")) / MS_SECOND : 0),
		      (long long)(waits / MS_SECOND), (long long)lapsed);
	else
		well(v, "jobs keep up");
	if (failed)
		doubt(v, "Mend what it says; the job is tried again by itself.", "the job %s failed: %s",
		      row_text(failed, "name"), row_text(failed, "error"));
}

static void check_messages(struct visit *v)
{
	const struct row *failed = doctor_messages_failed(v->db, clock_now() - MS_DAY);

	if (unanswered(v, "messages"))
		return;
	if (failed && row_int(failed, "n"))
		doubt(v,
		      "Mend what it says, and send them again in the back office, under Messages; this is told for a day.",
		      "%lld messages were given up since yesterday, the last %s: %s", (long long)row_int(failed, "n"),
		      row_text(failed, "channel"), row_text(failed, "error"));
	else
		well(v, "no message was given up since yesterday");
}

static void check_staff(struct visit *v)
{
	int64_t staff = doctor_staff(v->db);

	if (unanswered(v, "staff accounts"))
		return;
	if (staff)
		well(v, "there is a staff account");
	else
		doubt(v, "gatehouse account --email you@example.com --name You", "nobody can sign in as staff yet");
}

/* A zone that is gone from this machine leaves its events without a time that people can read. */
static void check_events_zones(struct visit *v)
{
	const struct rows *rows = doctor_zones(v->db);
	unsigned unknown = 0;

	if (unanswered(v, "the events' time zones"))
		return;
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (!clock_zone_known(row_text(&row, "time_zone")) && !unknown++)
			wrong(v, "apt-get install tzdata-legacy, or give these events a zone that is known.",
			      "events are in the time zone %s, which is not known here", row_text(&row, "time_zone"));
	}
	if (!unknown)
		well(v, "the events' time zones are known");
}

/* There is one provider yet, and it moves no money. */
static void check_payments(struct visit *v)
{
	int64_t priced = doctor_priced(v->db);

	if (unanswered(v, "what costs something") || v->config->demo || strcmp(v->config->payment_provider, "sandbox"))
		return;
	if (priced)
		wrong(v,
		      "Set [payment] provider and its keys, as docs/payments.md has it. Until then give them the price 0, or take their events off sale.",
		      "%lld kinds of tickets on sale cost money, but no payments are taken (sandbox)",
		      (long long)priced);
	else
		well(v, "no payments are taken (sandbox), and nothing on sale costs any");
}

/* Browsers give a page the camera and NFC, and keep it for the time without a network, only over https. */
static void check_gate(struct visit *v)
{
	const char *url = v->config->base_url;
	const struct row *event;

	if (!strncmp(url, "https://", 8) || doctor_is_local(url))
		return;
	event = doctor_to_scan(v->db, clock_now());
	if (!unanswered(v, "what is to be scanned") && event)
		doubt(v, "Put TLS before the site (docs/deploying.md) and set [site] base_url to its https address.",
		      "%s is to be scanned, but without https phones have no camera, no NFC and no app at the gate",
		      row_text(event, "title"));
}

static void check_copy(struct visit *v)
{
	const char *of = copy_of(v->db);

	if (!unanswered(v, "whether this is a restored copy") && of)
		doubt(v, "Where it is to be the site: gatehouse resume.",
		      "this was restored from the backup of %s: no message is sent and no payment taken", of);
}

static void check_content(struct visit *v)
{
	check_copy(v);
	check_writes(v);
	check_key_file(v);
	check_sealed(v);
	check_jobs(v);
	check_messages(v);
	check_staff(v);
	check_events_zones(v);
	check_payments(v);
	check_gate(v);
}

/* Where the database cannot tell whose it is, the file can still be looked at. */
static void check_key_alone(struct visit *v)
{
	const char *error = NULL;

	if (!keys_load(v->config->key_file, false, &error))
		wrong(v, site_key_mend(SITE_KEY_UNREADABLE), "the site key %s: %s", v->config->key_file, error);
	else
		well(v, "site key %s, in %s", key_print(0), v->config->key_file);
}

void doctor_database(struct visit *v)
{
	bool fits = false;

	connect_to_it(v);
	if (v->connected) {
		fits = check_schema(v);
		check_server(v);
		check_rights(v);
		check_its_room(v, "DATADIR");
		check_its_room(v, "TMPDIR");
		check_connections(v);
		check_clock(v);
	}
	if (fits)
		check_content(v);
	else
		check_key_alone(v);
}
