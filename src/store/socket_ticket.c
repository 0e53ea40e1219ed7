/* Taking one is one statement, so that of two sockets with the same ticket one alone is let in. */
#include "store/socket_ticket.h"

void socket_ticket_insert(struct db *db, const uint8_t hash[HASH_BYTES], int64_t session_id, ms_t now, ms_t expires)
{
	db_exec(db, "INSERT INTO socket_ticket (hash, session_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
		args(arg_bytes(hash, HASH_BYTES), session_id, arg_time(now), arg_time(expires)));
}

int64_t socket_ticket_take(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now)
{
	return db_int(db, "DELETE FROM socket_ticket WHERE hash = ? AND expires_at > ? RETURNING session_id",
		      args(arg_bytes(hash, HASH_BYTES), arg_time(now)));
}
