/* A sender claims deliveries by writing its lease into them, sends without a transaction, and notes what came of it. One that dies in
 * between leaves deliveries that fall due again when the lease ends: twice perhaps, under one id, and never lost. */
#include "store/webhook.h"
#include "rules/keys.h"
#include "store/copy.h"
#include "store/site_key.h"

/* ---- whom ---- */

bool webhook_secret_set(struct db *db, int64_t id, const void *sealed, size_t len, ms_t until, ms_t now)
{
	/* From left to right: the old one is read before it is written over. */
	return db_exec(db,
		       "UPDATE webhook\n"
		       "SET old_until = IF(secret IS NULL, NULL, ?), old_secret = secret, secret = ?, secret_at = ?\n"
		       "WHERE id = ? AND EXISTS (SELECT 1 FROM " SITE_KEY_HELD ")",
		       args(arg_time(until), arg_bytes(sealed, len), arg_time(now), id, key_print(0))) == 1;
}

void webhook_begin(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE webhook SET since = ?, failing_since = NULL, off_because = NULL WHERE id = ?",
		args(arg_time(now), id));
}

void webhook_rest(struct db *db, int64_t id, const char *because)
{
	db_exec(db, "UPDATE webhook SET off_because = ? WHERE id = ?", args(because, id));
}

const struct rows *webhooks_due(struct db *db, ms_t now)
{
	return db_query(
		db,
		"SELECT w.id, w.url, w.organizer_id IS NULL OR (SELECT value FROM setting\n"
		"	WHERE name = 'organizer_sees_contacts') = 'show' AS `contacts:bool`, w.secret AS `secret:hex`,\n"
		"	IF(w.old_until > ?, w.old_secret, NULL) AS `old_secret:hex`\n"
		"FROM webhook w\n"
		"WHERE w.status = 'active' AND w.deleted_at IS NULL AND w.secret IS NOT NULL AND EXISTS\n"
		"	(SELECT 1 FROM webhook_delivery d\n"
		"	WHERE d.webhook_id = w.id AND d.status = 'queued' AND d.due_at <= ?)\n"
		"ORDER BY w.id\n"
		"LIMIT 1000",
		args(arg_time(now), arg_time(now)));
}

void webhook_took(struct db *db, int64_t id, const char *url, ms_t now)
{
	db_exec(db,
		"UPDATE webhook SET failing_since = NULL, answered_at = ?\n"
		"WHERE id = ? AND url = ? AND (failing_since IS NOT NULL OR answered_at IS NULL OR answered_at < ?)",
		args(arg_time(now), id, url, arg_time(now - MS_MINUTE)));
}

void webhook_refused(struct db *db, int64_t id, const char *url, ms_t now)
{
	db_exec(db, "UPDATE webhook SET failing_since = ? WHERE id = ? AND url = ? AND failing_since IS NULL",
		args(arg_time(now), id, url));
}

bool webhook_switch_off(struct db *db, int64_t id, const char *url, const char *because, ms_t failing_before, ms_t now)
{
	return db_exec(db,
		       "UPDATE webhook SET status = 'off', off_because = ?, updated_at = ?\n"
		       "WHERE id = ? AND url = ? AND status = 'active' AND (? = 'gone' OR failing_since <= ?)",
		       args(because, arg_time(now), id, url, because, arg_time(failing_before))) == 1;
}

const struct rows *webhook_keepers(struct db *db)
{
	return db_query(db,
			"SELECT a.name, a.email, a.locale FROM account a\n"
			"WHERE a.status = 'active' AND a.email IS NOT NULL AND EXISTS (SELECT 1 FROM account_role r\n"
			"	WHERE r.account_id = a.id AND r.role IN ('superadmin', 'admin'))\n"
			"ORDER BY a.id LIMIT 100",
			no_args);
}

const char *webhook_url(struct db *db, int64_t id)
{
	const struct row *row = db_one(db, "SELECT url FROM webhook WHERE id = ?", args(id));

	return row ? row_text(row, "url") : "";
}

/* ---- deliveries ---- */

struct claim {
	struct db *db;
	int64_t webhook_id;
	ms_t now, until;
	const char *lease;
	int limit;
};

static bool claim_work(void *with)
{
	const struct claim *c = with;

	return db_exec(c->db,
		       "UPDATE webhook_delivery\n"
		       "SET lease = ?, due_at = ?, attempts = attempts + 1\n"
		       "WHERE webhook_id = ? AND status = 'queued' AND due_at <= ? AND " NOT_A_COPY "\n"
		       "ORDER BY due_at\n"
		       "LIMIT ?",
		       args(c->lease, arg_time(c->until), c->webhook_id, arg_time(c->now), c->limit)) >= 0;
}

const struct rows *delivery_claim(struct db *db, int64_t webhook_id, ms_t now, const char *lease, ms_t until, int limit)
{
	struct claim claim = { db, webhook_id, now, until, lease, limit };

	db_transaction(db, claim_work, NULL, &claim);
	return db_query(
		db,
		"SELECT id, webhook_id, type, noun_id, uuid AS `uuid:uuid`, happened_at, attempts, body, customer_id, created_at\n"
		"FROM webhook_delivery\n"
		"WHERE webhook_id = ? AND status = 'queued' AND due_at = ? AND lease = ?\n"
		"ORDER BY id",
		args(webhook_id, arg_time(until), lease));
}

bool delivery_note(struct db *db, const struct delivery_result *r, ms_t now)
{
	bool taken = !*r->error;

	return db_exec(db,
		       "UPDATE webhook_delivery\n"
		       "SET status = ?, lease = NULL, due_at = COALESCE(?, due_at), tried_at = ?, body = ?, customer_id = ?,\n"
		       "	status_code = ?, took_ms = ?, answer = ?, error = ?, updated_at = ?\n"
		       "WHERE id = ? AND lease = ?",
		       args(taken      ? "sent"
			    : r->again ? "queued"
				       : "failed",
			    arg_time_or_null(taken ? 0 : r->again), arg_time(now), r->body,
			    arg_id_or_null(r->customer_id), r->status ? arg_int(r->status) : arg_null(), r->took,
			    *r->answer ? arg_text(r->answer) : arg_null(), taken ? arg_null() : arg_text(r->error),
			    arg_time(now), r->id, r->lease)) >= 0;
}

int64_t delivery_test(struct db *db, int64_t webhook_id, ms_t now)
{
	uint8_t uuid[UUID_BYTES];

	uuid_make(uuid);
	return db_insert(
		db,
		"INSERT INTO webhook_delivery (webhook_id, type, uuid, happened_at, due_at, created_at, updated_at)\n"
		"VALUES (?, 'webhook.ping', ?, ?, ?, ?, ?)",
		args(webhook_id, arg_bytes(uuid, sizeof uuid), arg_time(now), arg_time(now), arg_time(now),
		     arg_time(now)));
}

/* The body goes along: it is what was sent. */
#define ANEW                                                                                                           \
	"INSERT INTO webhook_delivery\n"                                                                               \
	"	(webhook_id, type, noun_id, uuid, customer_id, happened_at, body, due_at, created_at, updated_at)\n"         \
	"SELECT d.webhook_id, d.type, d.noun_id, d.uuid, d.customer_id, d.happened_at, d.body, n.at, n.at, n.at\n"     \
	"FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id AND w.deleted_at IS NULL\n"                     \
	"JOIN (SELECT ? AS at) n\n"

int64_t delivery_anew(struct db *db, int64_t id, ms_t now)
{
	return db_insert(db, ANEW "WHERE d.id = ? AND d.status <> 'queued'", args(arg_time(now), id));
}

int64_t deliveries_anew(struct db *db, int64_t webhook_id, ms_t since, ms_t now)
{
	return db_exec(db,
		       ANEW "WHERE d.webhook_id = ? AND d.status = 'failed' AND d.created_at >= ?\n"
			    "AND NOT EXISTS (SELECT 1 FROM webhook_delivery l\n"
			    "	WHERE l.webhook_id = d.webhook_id AND l.uuid = d.uuid AND l.id > d.id)",
		       args(arg_time(now), webhook_id, arg_time(since)));
}
