/* Hands over what organizers write to their guests, some at a time, so that one to a hundred thousand is no long transaction and a stop
 * is heeded. */
#include "jobs/jobs.h"
#include "store/guest_message.h"

enum { AT_ONCE = 200 };

bool job_guest_messages(struct job_run *run)
{
	const struct row *message;
	int64_t done = 0;
	bool over;

	while ((message = guest_message_next(run->db, done))) {
		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		if (!guest_message_pass_on(run->db, message, AT_ONCE, run->now, &over))
			return false;
		if (over)
			done = row_int(message, "id");
	}
	return db_error(run->db) == DB_OK;
}
