/* Sessions. One query answers whether a session is alive, and it asks everything that may have changed since sign-in,
 * so no right outlives its removal by more than a request: the account here; a role or an assignment that is taken away
 * deletes its sessions (ON DELETE CASCADE). */
#include "store/session.h"
#include "base/buf.h"

int64_t session_insert(struct db *db, const struct session_start *start)
{
	struct arg cookie = start->cookie_hash ? arg_bytes(start->cookie_hash, HASH_BYTES) : arg_null();

	return db_insert(db,
			 "INSERT INTO session (account_id, role, role_id, event_id, cookie_hash, created_at, seen_at,"
			 " expires_at, ip, user_agent)"
			 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			 args(start->account_id, start->role, start->role_id, arg_id_or_null(start->event_id), cookie,
			      arg_time(start->now), arg_time(start->now), arg_time(start->expires), start->ip,
			      start->user_agent));
}

#define SESSION_SELECT                                                                                                 \
	"SELECT s.id, s.account_id, s.role, s.role_id, s.event_id, s.seen_at, a.name, a.locale,"                       \
	" s.cookie_hash IS NOT NULL AS `cookie:bool`"                                                                  \
	" FROM session s" OF_ACTIVE_ACCOUNT
/* A portal's session also ends after twelve idle hours. */
#define IDLE_END (12 * MS_HOUR)

#define SESSIONS_BY_ID SESSION_SELECT " WHERE s.id IN " DB_IN_SOME " AND s.cookie_hash IS NULL" SESSION_LIVE

const struct rows *sessions_by_id(struct db *db, const int64_t ids[], size_t n, ms_t now)
{
	struct arg values[DB_SOME + 1];

	db_some_ids(values, ids, n);
	values[DB_SOME] = arg_time(now);
	return db_query(db, SESSIONS_BY_ID, (struct args){ DB_SOME + 1, values });
}

const struct row *session_by_id(struct db *db, int64_t id, ms_t now)
{
	return db_one(db, SESSION_SELECT " WHERE s.id = ? AND s.cookie_hash IS NULL" SESSION_LIVE,
		      args(id, arg_time(now)));
}

const struct row *session_by_cookie(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now)
{
	return db_one(db, SESSION_SELECT " WHERE s.cookie_hash = ?" SESSION_LIVE " AND s.seen_at > ?",
		      args(arg_bytes(hash, HASH_BYTES), arg_time(now), arg_time(now - IDLE_END)));
}

unsigned session_rights(struct db *db, int64_t id)
{
	return (unsigned)db_int(db, "SELECT " SESSION_RIGHTS " FROM session s WHERE s.id = ?", args(id));
}

#define SEEN "UPDATE session SET seen_at = ? WHERE id = ? AND seen_at < ?"

void session_seen(struct db *db, int64_t id, ms_t now)
{
	db_attempt(db, SEEN, args(arg_time(now), id, arg_time(now - MS_MINUTE)));
}

void session_refreshed(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, SEEN, args(arg_time(now), id, arg_time(now - MS_MINUTE)));
}

/* ---- those who watch ---- */

/* Thousands in one argument: [[session, topic],…]. */
static const char *watches_text(TALLOC_CTX *ctx, const struct watch watches[], size_t n)
{
	struct buf *out = buf_new(ctx, n * 48 + 8);

	buf_text(out, "[");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s[%lld,%lld]", i ? "," : "", (long long)watches[i].session_id,
			   (long long)watches[i].topic_id);
	buf_text(out, "]");
	return out->data;
}

const struct rows *sessions_watching(struct db *db, const char *sql, const struct watch watches[], size_t n, ms_t now)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	const struct rows *rows = db_query(db, sql,
					   args(arg_time(now - 10 * MS_MINUTE), watches_text(ctx, watches, n),
						arg_time(now - IDLE_END), arg_time(now)));

	talloc_free(ctx);
	return rows;
}

const struct rows *session_watching(struct db *db, const struct watch watches[], size_t n, ms_t now)
{
	return sessions_watching(db, SESSIONS_WATCHING("w.topic_id", ""), watches, n, now);
}

void sessions_seen(struct db *db, const struct watch watches[], size_t n, ms_t now)
{
	TALLOC_CTX *ctx = talloc_new(NULL);

	db_attempt(db,
		   "UPDATE session s JOIN " WATCHES_TABLE " ON s.id = w.session_id"
		   " SET s.seen_at = ? WHERE s.cookie_hash IS NOT NULL AND s.seen_at < ?",
		   args(watches_text(ctx, watches, n), arg_time(now), arg_time(now - MS_MINUTE)));
	talloc_free(ctx);
}

void session_end(struct db *db, int64_t id, ms_t now)
{
	db_exec(db, "UPDATE session SET ended_at = ? WHERE id = ? AND ended_at IS NULL", args(arg_time(now), id));
}

void session_end_all(struct db *db, int64_t account_id, int64_t except, ms_t now)
{
	db_exec(db, "UPDATE session SET ended_at = ? WHERE account_id = ? AND id <> ? AND ended_at IS NULL",
		args(arg_time(now), account_id, except));
	db_exec(db, "DELETE FROM push_subscription WHERE account_id = ? AND session_id <> ?", args(account_id, except));
}

/* By the bytes of the addresses, for a text of IPv6 leaves zeros out, wherever they are. */
#define NETWORK(ip) "LEFT(INET6_ATON(" ip "), IF(IS_IPV4(" ip "), 3, 8))"

bool session_known_from(struct db *db, int64_t account_id, const char *ip, ms_t since)
{
	return db_int(db,
		      "SELECT EXISTS (SELECT 1 FROM session s JOIN (SELECT ? AS ip) h"
		      " WHERE s.account_id = ? AND s.created_at > ? AND " NETWORK("s.ip") " = " NETWORK("h.ip") ")",
		      args(ip, account_id, arg_time(since))) == 1;
}

bool session_begun_since(struct db *db, int64_t id, ms_t since)
{
	return db_int(db, "SELECT EXISTS (SELECT 1 FROM session WHERE id = ? AND created_at > ?)",
		      args(id, arg_time(since))) == 1;
}

void refresh_insert(struct db *db, const uint8_t hash[HASH_BYTES], int64_t session_id, ms_t now, ms_t expires)
{
	db_exec(db, "INSERT INTO refresh_token (hash, session_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
		args(arg_bytes(hash, HASH_BYTES), session_id, arg_time(now), arg_time(expires)));
}

const struct row *refresh_get(struct db *db, const uint8_t hash[HASH_BYTES])
{
	return db_one(db,
		      "SELECT t.session_id, t.used_at, t.expires_at, s.rotates AS `rotates:bool`"
		      " FROM refresh_token t JOIN session s ON s.id = t.session_id WHERE t.hash = ?",
		      args(arg_bytes(hash, HASH_BYTES)));
}

void session_rotates(struct db *db, int64_t id)
{
	db_exec(db, "UPDATE session SET rotates = 1 WHERE id = ?", args(id));
}

bool refresh_spend(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now)
{
	return db_exec(db, "UPDATE refresh_token SET used_at = ? WHERE hash = ? AND used_at IS NULL",
		       args(arg_time(now), arg_bytes(hash, HASH_BYTES))) == 1;
}
