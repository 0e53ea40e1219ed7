/* What MariaDB's numbers mean to us: who must act, and whether the connection is of more use. Most of what goes wrong there
 * is nobody's fault who asks, so it is told apart by what helps: to wait, to make room, to write elsewhere, to come again. */
#include "db/internal.h"
#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <string.h>

/* Codes not named here are DB_BROKEN; those of the client library cost the connection, named or not. */
static const struct {
	unsigned code;
	enum db_error means;
	bool loss;
} CODES[] = {
	{ ER_DUP_ENTRY, DB_DUPLICATE, false },
	{ ER_DUP_ENTRY_WITH_KEY_NAME, DB_DUPLICATE, false },
	{ ER_CONSTRAINT_FAILED, DB_REFUSED, false },
	{ ER_NO_REFERENCED_ROW, DB_REFUSED, false },
	{ ER_ROW_IS_REFERENCED, DB_REFUSED, false },
	{ ER_ROW_IS_REFERENCED_2, DB_REFUSED, false },
	{ ER_NO_REFERENCED_ROW_2, DB_REFUSED, false },
	{ ER_SIGNAL_EXCEPTION, DB_REFUSED, false }, /* SQLSTATE 45000: one of our routines said no */
	{ ER_CHECKREAD, DB_CONFLICT, false },
	{ ER_LOCK_WAIT_TIMEOUT, DB_CONFLICT, false },
	{ ER_LOCK_DEADLOCK, DB_CONFLICT, false },
	{ ER_TABLE_DEF_CHANGED, DB_CONFLICT, false },
	{ ER_NEED_REPREPARE, DB_CONFLICT, false },
	{ ER_DISK_FULL, DB_FULL, false },
	{ ER_RECORD_FILE_FULL, DB_FULL, false },
	/* A node that was turned into a replica, or is under repair: another may take writes. */
	{ ER_OPTION_PREVENTS_STATEMENT, DB_READ_ONLY, true },
	{ ER_READ_ONLY_MODE, DB_READ_ONLY, true },
	{ ER_OPEN_AS_READONLY, DB_READ_ONLY, true },
	/* All connections are taken, this account's or the server's, or what each of them needs. */
	{ ER_CON_COUNT_ERROR, DB_BUSY, true },
	{ ER_TOO_MANY_USER_CONNECTIONS, DB_BUSY, true },
	{ ER_USER_LIMIT_REACHED, DB_BUSY, true },
	{ ER_CANT_CREATE_THREAD, DB_BUSY, true },
	{ ER_MAX_PREPARED_STMT_COUNT_REACHED, DB_BUSY, true },
	{ OTHER_SCHEMA, DB_SCHEMA, false },
	/* A node outside of its cluster's quorum, or going down: another may serve us. */
	{ ER_UNKNOWN_COM_ERROR, DB_AWAY, true },
	{ ER_SERVER_SHUTDOWN, DB_AWAY, true },
	{ ER_QUERY_INTERRUPTED, DB_AWAY, true },
	{ ER_CONNECTION_KILLED, DB_AWAY, true },
	{ ER_NET_READ_ERROR, DB_AWAY, true },
	{ ER_NET_READ_INTERRUPTED, DB_AWAY, true },
	{ ER_NET_ERROR_ON_WRITE, DB_AWAY, true },
	{ ER_NET_WRITE_INTERRUPTED, DB_AWAY, true },
	{ ER_NET_PACKETS_OUT_OF_ORDER, DB_AWAY, true },
	{ ER_NET_PACKET_TOO_LARGE, DB_BROKEN, true },
	{ CR_CONNECTION_ERROR, DB_AWAY, true },
	{ CR_CONN_HOST_ERROR, DB_AWAY, true },
	{ CR_UNKNOWN_HOST, DB_AWAY, true },
	{ CR_SERVER_GONE_ERROR, DB_AWAY, true },
	{ CR_SERVER_HANDSHAKE_ERR, DB_AWAY, true },
	{ CR_SERVER_LOST, DB_AWAY, true },
	{ CR_SERVER_LOST_EXTENDED, DB_AWAY, true },
	{ CR_SSL_CONNECTION_ERROR, DB_AWAY, true },
	{ CR_MALFORMED_PACKET, DB_AWAY, true },
	{ CR_NEW_STMT_METADATA, DB_AWAY, true }, /* the table was altered: prepare anew */
};

enum db_error code_means(unsigned code)
{
	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++)
		if (CODES[i].code == code)
			return CODES[i].means;
	return DB_BROKEN;
}

bool code_is_loss(unsigned code)
{
	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++)
		if (CODES[i].code == code)
			return CODES[i].loss;
	return (code >= CR_MIN_ERROR && code <= CR_MAX_ERROR) || (code >= CER_MIN_ERROR && code <= CER_MAX_ERROR);
}

/* A disk without room is told in several ways, by the file that could not grow: mysys' own numbers below 1000, and these. */
static bool of_file(unsigned code)
{
	return code < 1000 || code == ER_CANT_CREATE_FILE || code == ER_CANT_CREATE_TABLE ||
	       code == ER_ERROR_ON_WRITE || code == ER_GET_ERRNO || code == ER_TEMP_FILE_WRITE_FAILURE;
}

/* The code itself, or the one of a full disk where the message says that that is the reason. */
static unsigned code_of(unsigned code, const char *message)
{
	return of_file(code) && strstr(message, "No space left on device") ? ER_DISK_FULL : code;
}

void db_note(struct db *db, unsigned code, const char *message)
{
	db->code = code_of(code, message);
	snprintf(db->message, sizeof(db->message), "%s", message);
}

bool error_is_unavailable(enum db_error error)
{
	return error == DB_AWAY || error == DB_FULL || error == DB_READ_ONLY || error == DB_BUSY || error == DB_SCHEMA;
}
