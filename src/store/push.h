#ifndef STORE_PUSH_H
#define STORE_PUSH_H
/* The site's key for push services, and the devices on which people want to be told. */
#include "db/db.h"
#include "rules/web_push.h"

enum { PUSH_DEVICES = 10, PUSH_SEALED = 72 /* PUSH_SECRET + SEAL_EXTRA */ };

/* Makes the site's key where there is none. False on failure, and where the database does not know the site key
 * (store/site_key.h). */
bool push_key_settle(struct db *db, ms_t now);
/* Its public half. False: there is none, or the database failed. */
bool push_key_point(struct db *db, uint8_t point[PUSH_POINT]);
/* The whole; the caller wipes it. False as well where the site key does not open it, or its halves do not
 * belong together. */
bool push_key_open(struct db *db, struct push_pair *pair);

struct push_device {
	int64_t account_id, session_id; /* who says so, and in which session */
	const char *endpoint;
	struct push_reader reader;
};

/* A device is an account's from now on, whosever it was; said again it has what is said last. Of an account's devices, which
 * the caller has locked, the PUSH_DEVICES that said so last stay. Its id; 0 on failure. */
int64_t push_subscribe(struct db *db, const struct push_device *device, ms_t now);
/* It is told no more. False: it is none of this account's. id: where the endpoint is not known, NULL. */
bool push_unsubscribe(struct db *db, int64_t account_id, const char *endpoint, int64_t id);
/* Its browser wants nothing any more. */
void push_gone(struct db *db, int64_t id);

/* An account's devices, the newest first: id, service (the push service's host), created_at, updated_at. */
const struct rows *push_devices(struct db *db, int64_t account_id);
/* By what a browser knows which of an account's devices it is itself: of each endpoint the first 16 digits of its SHA-256, parted by blanks. */
const char *push_marks(struct db *db, int64_t account_id);

/* The host of a column of endpoints. */
#define PUSH_SERVICE(endpoint) "SUBSTRING_INDEX(SUBSTRING_INDEX(" endpoint ", '/', 3), '/', -1)"

#endif
