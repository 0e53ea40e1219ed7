/* Before an event is published, and after: what it takes from its venue, what it lacks, how it will look, and where people find it. */
#include "app/actions/staff.h"
#include "app/event_office.h"
#include "app/performer.h"
#include "app/picture.h"
#include "store/event.h"
#include "store/office.h"

static const struct field CHECK[] = {
	{ "code", F_TEXT, .help = "categories, on_sale, places, ushers, description, image, future" },
	{ "done", F_BOOL, .help = "There is nothing to do" },
	{ "must", F_BOOL, .help = "Without it, it cannot be published" },
	{ "n", F_INT, .help = "How many there are" },
	FIELDS_END,
};
const struct field EVENT_CHECKLIST[] = {
	{ "checks", F_LIST, .of = CHECK, .help = "In the order in which one comes to them" },
	{ "ready", F_BOOL, .help = "It could be published" },
	FIELDS_END,
};
const struct field EVENT_LINK[] = {
	{ "url", F_TEXT, .help = "Where the public finds it" },
	{ "qr_token", F_TEXT, .help = "The same, in the picture" },
	{ "image", F_TEXT, .help = "The picture: a data URI of a PNG" },
	{ "svg", F_TEXT, .help = "The same as SVG" },
	FIELDS_END,
};

static void check(struct json_object *items, const char *code, bool must, bool done, int64_t n, bool *ready)
{
	struct json_object *item = answer_item(items);

	answer_text(item, "code", code);
	answer_bool(item, "done", done);
	answer_bool(item, "must", must);
	answer_int(item, "n", n);
	*ready = *ready && (done || !must);
}

bool event_checklist_put(struct request *rq, struct json_object *into, int64_t id)
{
	const struct row *event = office_event_ready(rq->db, id, rq->now);
	struct json_object *items;
	int64_t places, holds;
	bool ready = true;

	if (!event)
		return false;
	items = answer_array(into, "checks");
	places = row_int(event, "places");
	holds = row_null(event, "holds") ? places : row_int(event, "holds");
	check(items, "categories", true, row_int(event, "categories"), row_int(event, "categories"), &ready);
	check(items, "on_sale", false, row_int(event, "on_sale") || row_int(event, "later"), row_int(event, "on_sale"),
	      &ready);
	check(items, "places", false, places <= holds, places - holds, &ready);
	check(items, "ushers", false, row_int(event, "ushers"), row_int(event, "ushers"), &ready);
	check(items, "description", false, row_bool(event, "described"), row_bool(event, "described"), &ready);
	check(items, "image", false, row_bool(event, "pictured"), row_bool(event, "pictured"), &ready);
	check(items, "future", true, row_time(event, "ends_at") > rq->now, 0, &ready);
	answer_bool(into, "ready", ready);
	return true;
}

void office_event_fill(struct request *rq)
{
	const struct row *venue = field_given(rq, "venue_id") ? office_venue(rq->db, field_int(rq, "venue_id")) : NULL;

	if (!venue)
		return;
	if (!field_given(rq, "time_zone"))
		field_fill(rq, "time_zone", row_text(venue, "time_zone"));
	if (!field_given(rq, "currency"))
		field_fill(rq, "currency",
			   row_null(venue, "currency") ? rq->config->fee_currency : row_text(venue, "currency"));
}

void office_event_ask(struct request *rq)
{
	const struct row *event = office_event(rq->db, tree_int(rq->data, "id"));
	const struct row *totals = office_event_totals(rq->db, tree_int(rq->data, "id"), rq->now);

	if (event)
		answer_int(rq->beside, "categories", row_int(event, "categories"));
	answer_bool(rq->beside, "another",
		    !office_cancel_may(rq->db, tree_int(rq->data, "id"), rq->who.account_id, rq->config->cancel_alone,
				       rq->now));
	event_checklist_put(rq, answer_object(rq->beside, "checklist"), tree_int(rq->data, "id"));
	if (totals)
		answer_add(rq->beside, "totals", resource_json(totals));
}

static int no_such_event(struct request *rq)
{
	return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
}

int event_checklist(struct request *rq)
{
	return event_checklist_put(rq, rq->data, path_id(rq, "id")) ? ANSWERED : no_such_event(rq);
}

const char *event_link(struct request *rq, int64_t id)
{
	return talloc_asprintf(rq->mem, "%s/events/%lld", rq->config->base_url, (long long)id);
}

/* The address of the one that path names; NULL after a refusal. */
static const char *public_link(struct request *rq)
{
	if (event_get(rq->db, path_id(rq, "id"), rq->now))
		return event_link(rq, path_id(rq, "id"));
	refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event, or it is not published yet.");
	return NULL;
}

int event_link_show(struct request *rq)
{
	const char *url = public_link(rq);

	if (url) {
		answer_text(rq->data, "url", url);
		answer_qr(rq, rq->data, url);
	}
	return ANSWERED;
}

int event_link_picture(struct request *rq)
{
	const char *url = public_link(rq);

	if (url)
		answer_qr_picture(rq, url);
	return ANSWERED;
}

int event_preview_show(struct request *rq)
{
	const struct row *event = event_preview(rq->db, path_id(rq, "id"), rq->now);

	if (!event)
		return no_such_event(rq);
	answer_row(rq->data, event);
	event_pictures_in(rq, rq->data);
	return ANSWERED;
}
