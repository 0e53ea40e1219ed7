#ifndef RULES_JWT_H
#define RULES_JWT_H
/* Access tokens: JWT (RFC 7519) with HS256 and nothing else. */
#include "base/clock.h"
#include <stddef.h>

enum { JWT_SIZE = 600 };

struct claims {
	int64_t account_id, role_id, event_id, session_id;
	char role[16];
	ms_t expires;
};

enum jwt_fault { JWT_OK, JWT_INVALID, JWT_EXPIRED };

/* sub, role, <role>_id (customer_id, …; admin_id for staff), event_id for ushers, sid, iat, exp, iss "gatehouse",
 * aud "api". Returns out. */
char *jwt_make(const struct claims *claims, ms_t now, char out[JWT_SIZE]);
/* Checks algorithm, signature (constant time), issuer, audience, times. */
enum jwt_fault jwt_read(const char *token, ms_t now, struct claims *claims);

#endif
