/* One guarded UPDATE elects who runs a job: it holds on one server and on a Galera cluster alike,
 * where locks and SKIP LOCKED mean nothing on another node. */
#include "store/job.h"

const struct rows *job_list(struct db *db)
{
	return db_query(db, "SELECT name, due_at FROM job ORDER BY due_at", no_args);
}

void job_add(struct db *db, const char *name, ms_t now)
{
	db_exec(db, "INSERT INTO job (name, due_at) VALUES (?, ?)", args(name, arg_time(now)));
}

bool job_claim(struct db *db, const char *name, ms_t now, const char *lease, ms_t until)
{
	return db_exec(db,
		       "UPDATE job\n"
		       "SET lease = ?, due_at = ?\n"
		       "WHERE name = ? AND due_at <= ?",
		       args(lease, arg_time(until), name, arg_time(now))) == 1;
}

void job_done(struct db *db, const char *name, const char *lease, ms_t ran_at, ms_t due, const char *error)
{
	db_exec(db,
		"UPDATE job\n"
		"SET lease = NULL, due_at = ?, ran_at = ?, error = LEFT(?, 300)\n"
		"WHERE name = ? AND lease = ?",
		args(arg_time(due), arg_time(ran_at), error, name, lease));
}
