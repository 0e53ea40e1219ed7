/* That a session ended stands in its row; that one did is hinted to `gatehouse live`, which then asks at once who may stay. */
#include "app/sign_out.h"
#include "store/session.h"

void sessions_ended(struct request *rq)
{
	topic_changed(rq, TOPIC_SESSION, ALL_SESSIONS);
}

void sign_out(struct request *rq, int64_t session_id)
{
	session_end(rq->db, session_id, rq->now);
	sessions_ended(rq);
}

void sign_out_all(struct request *rq, int64_t account_id, int64_t except)
{
	session_end_all(rq->db, account_id, except, rq->now);
	sessions_ended(rq);
}
