/* A node that was given another key than the database's must not make what no other node can open. */
#include "app/site_key.h"
#include "rules/keys.h"
#include "store/site_key.h"

bool site_key_missing(struct request *rq)
{
	if (site_key_known(rq->db, key_print(0)) || db_error(rq->db) != DB_OK)
		return false;
	rq->retry_after = 60;
	refuse(rq, 503, "SITE_KEY",
	       "This server does not have the site's key, so nothing secret can be stored. Whoever runs this site has to"
	       " see to it; try again in a few minutes.");
	return true;
}
