/* A node that was given another key than the database's must not make what no other node can open. */
#include "app/site_key.h"
#include "base/log.h"
#include "rules/keys.h"
#include "store/event_key.h"
#include "store/site_key.h"

bool site_key_missing(struct request *rq)
{
	if (site_key_known(rq->db, key_print(0)) || db_error(rq->db) != DB_OK)
		return false;
	log_error("site_key_missing", F("key", key_print(0)), F("path", rq->path));
	rq->retry_after = 60;
	refuse(rq, 503, "SITE_KEY",
	       "This server does not have the site's key, so nothing secret can be stored. Whoever runs this site has to"
	       " see to it; try again in a few minutes.");
	return true;
}

static void tell_key(struct request *rq)
{
	log_info("event_key_made", F("event", tree_int(rq->data, "id")), F("account", rq->who.account_id));
}

void event_key_give(struct request *rq, int64_t event_id)
{
	if (event_key_insert(rq->db, event_id, rq->now))
		rq->afterwards = tell_key;
	else
		site_key_missing(rq);
}
