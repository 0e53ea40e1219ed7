/* Each kind is kept for a while beyond its end: a spent refresh token must still be recognised when
 * a thief shows it, and people ask about messages of last week. Small batches hold few locks and
 * fit a Galera write set. */
#include "store/tidy.h"
#include "store/co_worker.h"
#include <assert.h>

enum { BATCH = 500 };

static const struct {
	const char *sql;
	ms_t keep;
} KINDS[] = {
	{ "DELETE FROM otp WHERE expires_at < ? LIMIT ?", MS_DAY },
	{ "DELETE FROM account_token WHERE expires_at < ? LIMIT ?", MS_DAY },
	{ "DELETE FROM socket_ticket WHERE expires_at < ? LIMIT ?", MS_HOUR },
	{ "DELETE FROM campus_import WHERE created_at < ? LIMIT ?", 30 * MS_DAY },
	{ "DELETE FROM guess WHERE window_start < ? LIMIT ?", MS_DAY },
	{ "DELETE FROM idempotency WHERE created_at < ? LIMIT ?", MS_DAY },
	{ "DELETE FROM refresh_token WHERE expires_at < ? LIMIT ?", 7 * MS_DAY },
	{ "DELETE FROM session WHERE expires_at < ? LIMIT ?", 30 * MS_DAY },
	{ "DELETE FROM outbox WHERE status = 'sent' AND due_at < ? LIMIT ?", 7 * MS_DAY },
	{ "DELETE FROM outbox WHERE status = 'failed' AND due_at < ? LIMIT ?", 30 * MS_DAY },
	{ "DELETE FROM system_log WHERE at < ? LIMIT ?", 90 * MS_DAY },
	{ "DELETE FROM webhook_delivery WHERE status = 'sent' AND created_at < ? LIMIT ?", 30 * MS_DAY },
	{ "DELETE FROM webhook_delivery WHERE status = 'failed' AND created_at < ? LIMIT ?", 30 * MS_DAY },
	{ "DELETE FROM webhook_delivery WHERE status = 'queued' AND created_at < ? LIMIT ?", 30 * MS_DAY },
	{ "DELETE FROM co_worker WHERE account_id IS NULL AND created_at < ? LIMIT ?",
	  (CO_WORKER_INVITED_DAYS + 1) * MS_DAY },
	{ "DELETE FROM outbox_decoy WHERE status = 'queued' AND due_at < ? LIMIT ?", MS_HOUR },
};

int tidy_kinds(void)
{
	return sizeof(KINDS) / sizeof(KINDS[0]);
}

bool tidy_batch(struct db *db, int kind, ms_t now, bool *more)
{
	int64_t deleted;

	assert(kind >= 0 && kind < tidy_kinds());
	deleted = db_exec(db, KINDS[kind].sql, args(arg_time(now - KINDS[kind].keep), (int)BATCH));
	*more = deleted == BATCH;
	return deleted >= 0;
}
