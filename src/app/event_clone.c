/* Another evening of the same: a draft like an event that there is, at its own time. */
#include "store/event_clone.h"
#include "app/event_office.h"
#include "app/site_key.h"

int event_clone(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *old = resource_or_404(rq, r, path_id(rq, "id")), *made;
	int64_t id;

	if (!old)
		return ANSWERED;
	times_in(rq, resource_zone(rq, old), old);
	if (!has_faults(rq) && !clock_sums(event_clone_last(rq->db, row_int(old, "id")),
					   field_time(rq, "starts_at") - row_time(old, "starts_at")))
		field_fault(rq, "starts_at", "What belongs to it would be later than any calendar goes.");
	if (has_faults(rq))
		return refuse_fields(rq);
	id = event_clone_row(rq->db, row_int(old, "id"), field_text(rq, "title"), field_time(rq, "starts_at"), rq->now);
	if (id)
		event_key_give(rq, id);
	made = id ? resource_row(rq, r, id) : NULL;
	if (!made)
		return ANSWERED;
	resource_answer(rq, r, rq->data, made);
	audit_change(rq, "clone", r->noun, id, NULL, resource_json(made));
	if (wants_page(rq))
		rq->redirect = talloc_asprintf(rq->mem, "%s/%lld", resource_pages(rq, r), (long long)id);
	say(rq, "The draft is made.");
	return ANSWERED;
}
