#ifndef STORE_SOCKET_TICKET_H
#define STORE_SOCKET_TICKET_H
/* Tickets by which a socket is opened: for one session, once, within seconds. Here is only their hash. */
#include "db/db.h"
#include "rules/keys.h"

void socket_ticket_insert(struct db *db, const uint8_t hash[HASH_BYTES], int64_t session_id, ms_t now, ms_t expires);
/* The session of a ticket that is good, which it is no more then. 0: it is not (or the database is away). */
int64_t socket_ticket_take(struct db *db, const uint8_t hash[HASH_BYTES], ms_t now);

#endif
