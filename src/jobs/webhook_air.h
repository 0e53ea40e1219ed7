#ifndef JOBS_WEBHOOK_AIR_H
#define JOBS_WEBHOOK_AIR_H
/* Webhooks that are on their way to somebody, of this process. They outlive a run of the job, which looks after them again in its next. */
#include "base/config.h"
#include "base/uuid.h"
#include "outside/webhook.h"
#include "rules/webhook.h"

struct db;

/* One delivery. */
struct telling {
	struct webhook_call call;
	int64_t id, webhook_id, attempts, customer_id;
	ms_t began;
	char lease[UUID_SIZE], message_id[WEBHOOK_ID_SIZE], signatures[2 * WEBHOOK_SIGNATURE];
	char *url, *body; /* on it */
	struct telling *next;
};

/* Before the others, in each process anew. */
void air_ready(const struct config *config);
/* How many more may be under way to that webhook: none while it rests, one after that, until it is reached. */
int air_room(int64_t webhook_id);
bool air_empty(void);
/* Sends one, which has its call filled in. It is the air's from here on. */
void air_begin(struct telling *telling);
/* Notes what became of one: error "": it was taken; again: of one that was not, 0: never. False on failure. */
bool air_note(struct db *db, const struct telling *telling, const char *error, ms_t again);
/* One answer, after waiting for it up to so long, and all that follows from it. *ended: there was one. False on failure of the
 * database. */
bool air_end_one(struct db *db, const struct config *config, int wait_ms, bool *ended);
/* Waits up to so many milliseconds for all: before the process ends, or may be stopped. */
void air_finish(struct db *db, const struct config *config, int wait_ms);

#endif
