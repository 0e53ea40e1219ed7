#ifndef STORE_SESSION_H
#define STORE_SESSION_H
/* Sessions and refresh tokens. What a client holds is random; here is only its hash. */
#include "db/db.h"
#include "rules/keys.h"
#include "store/co_worker.h"

struct session_start {
	int64_t account_id, role_id, event_id;
	const char *role, *ip, *user_agent;
	ms_t now, expires;
	const uint8_t *cookie_hash; /* HASH_BYTES, NULL for an API session */
};

/* Answers the new session's id, 0 on failure. */
int64_t session_insert(struct db *db, const struct session_start *start);
/* The live session by id or by cookie hash, with its account: id, account_id, role, role_id, event_id, name, locale,
 * seen_at, cookie:bool. Live means: not ended, not expired, the account active, the role still granted and, for an
 * usher, the assignment still there, so that a right taken away bites at the next request. NULL otherwise. */
const struct row *session_by_id(struct db *db, int64_t id, ms_t now);
/* The live ones of 1 to DB_SOME. */
const struct rows *sessions_by_id(struct db *db, const int64_t ids[], size_t n, ms_t now);
const struct row *session_by_cookie(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now);
/* What an organizer's session may (SESSION_RIGHTS); 0 where that is nothing, and on failure. A question of its own, for they are few, and
 * whoever else asks for something would pay for it: the tables that it joins made a scan 7 % slower. */
unsigned session_rights(struct db *db, int64_t id);
/* Notes that it was used; at most once a minute, for idle expiry. */
void session_seen(struct db *db, int64_t id, ms_t now);

/* A session by which a topic is watched: an event, or whatever else has a number. */
struct watch {
	int64_t session_id, topic_id;
};
enum { WATCHES = 4000 };
/* The statement of sessions_watching() for topics of one kind. columns: what of a topic says who may watch it, "e.organizer_id";
 * join: what finds it, " JOIN event e ON e.id = w.topic_id". Both literal. */
#define SESSIONS_WATCHING(columns, join)                                                                               \
	"SELECT w.place, s.id, s.account_id, s.role, s.role_id, s.event_id, " SESSION_RIGHTS " AS rights, " columns    \
	","                                                                                                            \
	" s.cookie_hash IS NOT NULL AND s.seen_at < ? AS `stale:bool`"                                                 \
	" FROM " WATCHES_TABLE " STRAIGHT_JOIN session s ON s.id = w.session_id" OF_ACTIVE_ACCOUNT join                \
	" WHERE (s.cookie_hash IS NULL OR s.seen_at > ?)" SESSION_LIVE
#define WATCHES_TABLE                                                                                                  \
	"JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY, session_id BIGINT PATH '$[0]', topic_id BIGINT PATH '$[1]')) w"
/* From the session to its account, whatever the server takes the tables' sizes for. */
#define OF_ACTIVE_ACCOUNT " STRAIGHT_JOIN account a ON a.id = s.account_id AND a.status = 'active'"
#define SESSION_LIVE " AND s.ended_at IS NULL AND s.expires_at > ?"
/* Of n watches (1 to WATCHES), those whose session is alive as above, or idle in its portal for twelve hours at most, and whose
 * topic is there: place (in watches, from 1), id (the session's), account_id, role, role_id, event_id (an usher's), stale:bool (a
 * cookie's session whose last use was noted ten minutes ago or more), and the topic's columns. One query. */
const struct rows *sessions_watching(struct db *db, const char *sql, const struct watch watches[], size_t n, ms_t now);
/* The same where a session watches itself: no columns of a topic. */
const struct rows *session_watching(struct db *db, const struct watch watches[], size_t n, ms_t now);
/* Notes that the cookies' sessions of these were used, in one statement. */
void sessions_seen(struct db *db, const struct watch watches[], size_t n, ms_t now);
/* The same inside a transaction, where its refresh token stays good. */
void session_refreshed(struct db *db, int64_t id, ms_t now);
void session_end(struct db *db, int64_t id, ms_t now);
/* All of an account's, for a new password or a disabled account; except: one that stays (0: none). */
void session_end_all(struct db *db, int64_t account_id, int64_t except, ms_t now);
/* For so long a network is the owner's: strangers elsewhere cannot lock them out there. */
enum { SESSION_KNOWN_DAYS = 90 };
/* Did this account sign in since then from the network of this address (24 bits of IPv4, 64 of IPv6)? */
bool session_known_from(struct db *db, int64_t account_id, const char *ip, ms_t since);

/* Did the person sign in to this session since then? */
bool session_begun_since(struct db *db, int64_t id, ms_t since);

void refresh_insert(struct db *db, const uint8_t hash[HASH_BYTES], int64_t session_id, ms_t now, ms_t expires);
/* The token's row: session_id, used_at, expires_at, rotates:bool (its session's: each token is good once, whatever the mount
 * says); NULL when unknown. */
const struct row *refresh_get(struct db *db, const uint8_t hash[HASH_BYTES]);
/* From now on this session's tokens are good once. */
void session_rotates(struct db *db, int64_t id);
/* Spends it; false when it was spent before. */
bool refresh_spend(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now);

#endif
