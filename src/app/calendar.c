/* Events in calendars, as a file and at other people's addresses; and what every paper has in common. */
#include "app/calendar.h"
#include "app/actions/customer.h"
#include "base/buf.h"
#include "base/uuid.h"
#include "store/paper.h"
#include <string.h>

enum { ADDRESS_MAX = 8000 };

static const char *url_of(const struct paper_wish *wish, const char *path, int64_t id)
{
	return talloc_asprintf(wish->mem, "%s/%s/%lld", wish->config->base_url, path, (long long)id);
}

struct paper_head paper_head_of(const struct paper_wish *wish, const char *path, int64_t id)
{
	return (struct paper_head){ wish->tongue, wish->config->name, url_of(wish, path, id) };
}

const char *paper_joined(TALLOC_CTX *mem, const char *first, const char *then)
{
	return talloc_asprintf(mem, "%s%s%s", first, *first && *then ? ", " : "", then);
}

struct paper_wish paper_wish_of(struct request *rq)
{
	return (struct paper_wish){ rq->db, rq->config, rq->mem, rq->tongue, rq->who.role_id };
}

int paper_show(struct request *rq, const struct drawing *drawing)
{
	answer_paper(rq, drawing->kind, drawing->what, drawing->name);
	return ANSWERED;
}

/* ---- the entry ---- */

static const char *host_of(const char *url, size_t *len)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	*len = strcspn(host, ":/");
	return host;
}

/* However it comes into a calendar, and however often: it is the same event, so the same entry. */
static const char *uid_of(const struct paper_wish *wish, const struct row *event)
{
	char uuid[UUID_SIZE];
	size_t len;
	const char *host = host_of(wish->config->base_url, &len);

	uuid_text((const uint8_t *)row_cell(event, "uuid")->s, uuid);
	return talloc_asprintf(wish->mem, "%s@%.*s", uuid, (int)len, host);
}

static const char *place_of(TALLOC_CTX *mem, const struct row *event)
{
	return paper_joined(mem, row_text(event, "venue"),
			    paper_joined(mem, row_text(event, "address"), row_text(event, "city")));
}

static bool set_calendar(const struct paper_wish *wish, int64_t event_id, struct paper_head head, const char *order,
			 struct drawing *out)
{
	const struct row *event = paper_event(wish->db, event_id);
	struct calendar_paper *paper = talloc(wish->mem, struct calendar_paper);

	if (!event)
		return false;
	*paper = (struct calendar_paper){
		.head = head,
		.uid = uid_of(wish, event),
		.title = row_text(event, "title"),
		.text = order ? tongue_say(wish->tongue, wish->mem, "Order %s. Your tickets: %s", order, head.url)
			      : tongue_say(wish->tongue, wish->mem, "More of it: %s", head.url),
		.place = place_of(wish->mem, event),
		.starts_at = row_time(event, "starts_at"),
		.ends_at = row_time(event, "ends_at"),
		.changed_at = row_time(event, "changed_at"),
		.zone = row_text(event, "time_zone"),
		.sequence = (int)row_int(event, "sequence"),
		.off = row_bool(event, "off"),
	};
	*out = (struct drawing){ .kind = DRAW_CALENDAR,
				 .what = paper,
				 .name = order ? talloc_asprintf(wish->mem, "event-%s", order)
					       : talloc_asprintf(wish->mem, "event-%lld", (long long)event_id) };
	return true;
}

bool paper_calendar_of_event(const struct paper_wish *wish, int64_t event_id, struct drawing *out)
{
	return set_calendar(wish, event_id, paper_head_of(wish, "events", event_id), NULL, out);
}

bool paper_calendar_of_order(const struct paper_wish *wish, int64_t order_id, struct drawing *out)
{
	const struct row *order = paper_order(wish->db, order_id, wish->customer_id);

	return order && set_calendar(wish, row_int(order, "event_id"), paper_head_of(wish, "orders", order_id),
				     row_text(order, "reference"), out);
}

bool paper_calendar_of_ticket(const struct paper_wish *wish, int64_t ticket_id, struct drawing *out)
{
	const struct row *ticket = paper_of_ticket(wish->db, ticket_id, wish->customer_id);

	return ticket && set_calendar(wish, row_int(ticket, "event_id"), paper_head_of(wish, "tickets", ticket_id),
				      row_text(ticket, "reference"), out);
}

/* ---- calendars that are asked by an address ---- */

static void add_query(struct buf *url, const char *name, const char *value)
{
	buf_printf(url, "%s%s=", url->len ? "&" : "", name);
	buf_url(url, value, "");
}

static const char *moment(TALLOC_CTX *mem, ms_t at, const char *format)
{
	char *text = talloc_size(mem, 40);

	clock_format(at, "UTC", format, text, 40);
	return text;
}

/* What stands behind the "?" of theirs: where they are, the page says. */
static const char *google(struct request *rq, const struct row *event, const char *about)
{
	struct buf *url = buf_new(rq->mem, ADDRESS_MAX);
	static const char *const FORM = "%Y%m%dT%H%M%SZ";

	add_query(url, "action", "TEMPLATE");
	add_query(url, "text", row_text(event, "title"));
	add_query(url, "dates",
		  talloc_asprintf(rq->mem, "%s/%s", moment(rq->mem, row_time(event, "starts_at"), FORM),
				  moment(rq->mem, row_time(event, "ends_at"), FORM)));
	add_query(url, "ctz", row_text(event, "time_zone"));
	add_query(url, "location", place_of(rq->mem, event));
	add_query(url, "details", about);
	return url->data;
}

static const char *outlook(struct request *rq, const struct row *event, const char *about)
{
	struct buf *url = buf_new(rq->mem, ADDRESS_MAX);
	static const char *const FORM = "%Y-%m-%dT%H:%M:%SZ";

	add_query(url, "rru", "addevent");
	add_query(url, "subject", row_text(event, "title"));
	add_query(url, "startdt", moment(rq->mem, row_time(event, "starts_at"), FORM));
	add_query(url, "enddt", moment(rq->mem, row_time(event, "ends_at"), FORM));
	add_query(url, "location", place_of(rq->mem, event));
	add_query(url, "body", about);
	return url->data;
}

void calendar_beside(struct request *rq, int64_t event_id, const char *file)
{
	const struct row *event = paper_event(rq->db, event_id);
	struct json_object *into;
	const char *about;

	if (!event || row_bool(event, "off") || row_time(event, "ends_at") <= rq->now)
		return;
	/* Of the event alone: what these addresses hold, their owners' servers read. */
	about = talloc_asprintf(rq->mem, "%s/events/%lld", rq->config->base_url, (long long)event_id);
	into = answer_object(rq->beside, "calendar");
	answer_text(into, "file", file);
	answer_text(into, "google", google(rq, event, about));
	answer_text(into, "outlook", outlook(rq, event, about));
}

/* ---- actions ---- */

int order_calendar(struct request *rq)
{
	struct paper_wish wish = paper_wish_of(rq);
	struct drawing drawing;

	if (!paper_calendar_of_order(&wish, path_id(rq, "order_id"), &drawing))
		return refuse(rq, 404, "ORDER_NOT_FOUND", "There is no such order.");
	return paper_show(rq, &drawing);
}

int ticket_calendar(struct request *rq)
{
	struct paper_wish wish = paper_wish_of(rq);
	struct drawing drawing;

	if (!paper_calendar_of_ticket(&wish, path_id(rq, "id"), &drawing))
		return refuse(rq, 404, "TICKET_NOT_FOUND", "There is no such ticket.");
	return paper_show(rq, &drawing);
}

int event_calendar(struct request *rq)
{
	struct paper_wish wish = paper_wish_of(rq);
	struct drawing drawing;

	if (!paper_calendar_of_event(&wish, path_id(rq, "event_id"), &drawing))
		return refuse(rq, 404, "EVENT_NOT_FOUND", "There is no such event.");
	return paper_show(rq, &drawing);
}
