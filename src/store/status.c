/* Each question is a look at an index's end or at what the server knows by itself, so that whoever watches costs nothing. */
#include "store/status.h"

const struct rows *status_jobs(struct db *db, ms_t now)
{
	return db_query(db,
			"SELECT name, due_at, ran_at, lease IS NOT NULL AND due_at > ? AS `running:bool`,"
			" due_at < ? - " STATUS_LATE " AS `late:bool`, error FROM job ORDER BY name",
			args(arg_time(now), arg_time(now)));
}

/* clang-format off */
#define QUEUE(code, table, waits, failed)                                                                              \
	"SELECT '" code "' AS code, (SELECT COUNT(*) FROM " table " WHERE " waits ") AS waiting,"                      \
	" (SELECT MIN(created_at) FROM " table " WHERE " waits ") AS since, " failed " AS failed"
#define LATELY(table, failed, when)                                                                                    \
	"(SELECT COUNT(*) FROM " table " WHERE " failed " AND " when " > ? - INTERVAL 7 DAY)"
#define QUEUES                                                                                                         \
	QUEUE("messages", "outbox", "status = 'queued'", LATELY("outbox", "status = 'failed'", "created_at"))          \
	" UNION ALL "                                                                                                  \
	QUEUE("notices", "event_notice", "done_at IS NULL", "0")                                                       \
	" UNION ALL "                                                                                                  \
	QUEUE("webhooks", "webhook_delivery", "status = 'queued'",                                                     \
	      LATELY("webhook_delivery", "status = 'failed'", "updated_at"))                                           \
	" UNION ALL "                                                                                                  \
	QUEUE("payments", "payment", "status IN ('processing', 'requires_action')",                                    \
	      LATELY("payment", "status = 'declined'", "updated_at"))                                                    \
	" UNION ALL "                                                                                                  \
	QUEUE("refunds", "payment_refund", "state = 'asked'", LATELY("payment_refund", "state = 'failed'", "updated_at"))
/* clang-format on */

const struct rows *status_queues(struct db *db, ms_t now)
{
	struct arg at = arg_time(now);

	return db_query(db, QUEUES, args(at, at, at, at));
}

#define SAYS(what, name)                                                                                               \
	"(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_" what " WHERE VARIABLE_NAME = '" name "')"

const struct row *status_server(struct db *db, ms_t now)
{
	return db_one(
		db,
		"SELECT s.version, s.since, s.connections, s.allowed, s.read_only AS `read_only:bool`, s.replicas, s.nodes,"
		" IF(s.nodes IS NULL, NULL, s.node) AS state,"
		" IF(s.nodes IS NULL, NULL, s.ready = 'ON') AS `ready:bool` FROM (SELECT VERSION() AS version,"
		" CAST(? AS DATETIME(3)) - INTERVAL " SAYS(
			"STATUS",
			"UPTIME") " SECOND AS since,"
				  " CAST(" SAYS(
					  "STATUS",
					  "THREADS_CONNECTED") " AS INT) AS connections,"
							       " CAST(" SAYS(
								       "VARIABLES",
								       "MAX_CONNECTIONS") " AS INT) AS allowed,"
											  " " SAYS(
												  "VARIABLES",
												  "READ_ONLY") " <> 'OFF' AS read_only,"
													       " CAST(COALESCE(" SAYS(
														       "STATUS",
														       "SLAVES_CONNECTED") ", 0) AS INT) AS replicas,"
																	   " CAST(NULLIF(" SAYS(
																		   "STATUS",
																		   "WSREP_CLUSTER_SIZE") ", 0) AS INT) AS nodes,"
																					 " " SAYS(
																						 "STATUS",
																						 "WSREP_LOCAL_STATE_COMMENT") " AS node,"
																									      " " SAYS(
																										      "STATUS",
																										      "WSREP_READY") " AS ready) s",
		args(arg_time(now)));
}

const struct row *status_certificate(struct db *db, ms_t now)
{
	return db_one(db,
		      "SELECT ends_at, error, looked_at, ends_at IS NULL OR ends_at < ? + " STATUS_CERTIFICATE
		      " AS `soon:bool` FROM certificate",
		      args(arg_time(now)));
}

void status_certificate_put(struct db *db, ms_t ends, const char *error, ms_t now)
{
	db_exec(db, "REPLACE INTO certificate (id, ends_at, error, looked_at) VALUES (1, ?, LEFT(?, 160), ?)",
		args(ends ? arg_time(ends) : arg_null(), error, arg_time(now)));
}

void status_certificate_forget(struct db *db)
{
	db_exec(db, "DELETE FROM certificate", no_args);
}
