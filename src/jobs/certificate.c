/* Looks every hour until when the site's certificate is good: one that ends in the night before the doors open is nobody's news
 * until browsers refuse the site. What was found is kept for the page and its warnings (store/status.h). */
#include "jobs/jobs.h"
#include "outside/probe.h"
#include "store/status.h"
#include <string.h>

bool job_certificate(struct job_run *run)
{
	const char *url = run->config->base_url;
	struct probe probe;
	ms_t ends = 0;

	if (strncmp(url, "https://", 8))
		status_certificate_forget(run->db);
	else if (probe_certificate(url, &probe, &ends))
		status_certificate_put(run->db, ends, "", run->now);
	else
		status_certificate_put(run->db, 0, probe.error, run->now);
	return db_error(run->db) == DB_OK;
}
