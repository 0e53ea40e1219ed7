/* A report that is not answered at once: it is taken up, and told where it will be. */
#include "app/report.h"

static const char *url_of(const struct request *rq, const char *id, const char *what)
{
	return talloc_asprintf(rq->mem, "%s/api/campus/reports/jobs/%s/%s", rq->config->base_url, id, what);
}

int64_t report_take_up(struct request *rq, const struct report *r)
{
	const struct report_queued queued = {
		.account_id = rq->who.account_id,
		.rows = r->rows,
		.role = role_name(rq->who.role),
		.kind = r->kind,
		.format = r->format,
		.locale = tongue_locale(rq->tongue),
		.asked = json_object_to_json_string_ext(r->asked, JSON_C_TO_STRING_PLAIN),
	};
	uint8_t uuid[UUID_BYTES];
	char id[UUID_SIZE];
	const int64_t number = report_queue(rq->db, &queued, uuid, rq->now);

	if (!number)
		return 0;
	uuid_text(uuid, id);
	answer_text(rq->data, "report_id", id);
	answer_text(rq->data, "status", "queued");
	answer_text(rq->data, "status_url", url_of(rq, id, ""));
	answer_text(rq->data, "download_url", url_of(rq, id, "download/"));
	rq->status = 202;
	return number;
}
