/* The ticket is exchanged for what a socket signs in by anyway, so that rights, their loss and the end of the session are asked for as of
 * everybody. */
#include "live/ticket.h"
#include "db/db.h"
#include "rules/jwt.h"
#include "rules/keys.h"
#include "store/session.h"
#include "store/socket_ticket.h"
#include <stdio.h>
#include <string.h>

enum { GOOD_MS = MS_MINUTE };

static const char NO_TOKEN[] = "used";

static const char *token_of(struct live *live, TALLOC_CTX *ctx, const char *ticket, ms_t now)
{
	uint8_t hash[HASH_BYTES];
	const struct row *session;
	struct claims claims;

	hash_plain(ticket, strlen(ticket), hash);
	session = session_by_id(live->db, socket_ticket_take(live->db, hash, now), now);
	if (!session)
		return NO_TOKEN;
	claims = (struct claims){ .account_id = row_int(session, "account_id"),
				  .session_id = row_int(session, "id"),
				  .audience = "api", /* as /api/live reads it */
				  .expires = now + GOOD_MS };
	snprintf(claims.role, sizeof claims.role, "%s", row_text(session, "role"));
	return jwt_make(&claims, now, talloc_size(ctx, JWT_SIZE));
}

const char *ticket_token(struct live *live, TALLOC_CTX *ctx, const char *ticket)
{
	const ms_t began = clock_monotonic();
	TALLOC_CTX *desk = talloc_new(NULL);
	const char *token;

	db_clear(live->db);
	db_memory(live->db, desk);
	token = token_of(live, ctx, ticket, clock_now());
	if (db_error(live->db) != DB_OK)
		database_failed(live, began);
	db_clear(live->db);
	db_memory(live->db, live->db);
	talloc_free(desk);
	return token;
}
