#ifndef OUTSIDE_STRIPE_CALL_H
#define OUTSIDE_STRIPE_CALL_H
/* A call of Stripe's API: a form there, JSON back. Only stripe*.c include this. */
#include "base/buf.h"
#include "base/config.h"
#include <json-c/json.h>

/* The form of Stripe's answers that the code was written against; an account's own version has no effect. */
#define STRIPE_VERSION "2024-06-20"

enum stripe_said {
	STRIPE_OK,
	STRIPE_REFUSED,	 /* 4xx: nothing was done, and body says why */
	STRIPE_NO_ANSWER /* cut off, too late, overloaded, or no JSON: it may have been done */
};

struct stripe_reply {
	enum stripe_said said;
	long status;		  /* of HTTP; 0: none */
	struct json_object *body; /* an object; NULL without one */
};

/* Adds name=value to a form; value may be NULL, which adds nothing. */
void form_text(struct buf *form, const char *name, const char *value);
void form_int(struct buf *form, const char *name, int64_t value);

/* POST path ("/v1/refunds") with form and this idempotency key. GET with form NULL and key NULL. Tried twice where trying again
 * may help and there is time; the key makes that one. The caller gives it to stripe_done(). */
struct stripe_reply stripe_call(const struct config *config, const char *path, const struct buf *form, const char *key);
/* DELETE path, which twice is once. As above. */
struct stripe_reply stripe_delete(const struct config *config, const char *path);
void stripe_done(struct stripe_reply *reply);

/* Members of an answer, by a path of names ("latest_charge.id"). Text: "" when it is not there or is no text. */
struct json_object *stripe_member(struct json_object *object, const char *path);
const char *stripe_text(struct json_object *object, const char *path);
int64_t stripe_int(struct json_object *object, const char *path);

#endif
