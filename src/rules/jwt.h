#ifndef RULES_JWT_H
#define RULES_JWT_H
/* Access tokens: JWT (RFC 7519) with HS256 and nothing else. */
#include "base/clock.h"
#include <json-c/json.h>
#include <stddef.h>

enum { JWT_SIZE = 4096 };

struct claims {
	int64_t account_id, role_id, event_id, session_id;
	char role[20];
	ms_t expires;
	const char *audience; /* of one that is made: "api" */
	struct json_object
		*user; /* of one that is made: for clients that look into tokens, or NULL; we never read it */
};

enum jwt_fault { JWT_OK, JWT_INVALID, JWT_EXPIRED };

/* sub, role, <role>_id (customer_id, …; admin_id for staff; institutions' roles have none), event_id for ushers, sid, iat, exp,
 * iss "gatehouse", aud, user. Every sign that base64url would spell with "-" or "_", or that is not ASCII, is written as an
 * escape of JSON, so that browsers' atob(), which knows neither, reads the payload. Returns out; "" when user is too long. */
char *jwt_make(const struct claims *claims, ms_t now, char out[JWT_SIZE]);
/* Checks algorithm, signature (constant time), issuer, audience, times. claims get audience and user as NULL. */
enum jwt_fault jwt_read(const char *token, const char *audience, ms_t now, struct claims *claims);

#endif
