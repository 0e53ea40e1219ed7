/* What a report was asked for is read from JSON, in a request and by jobs alike; and what all kinds have in common as files. */
#include "app/attendance.h"
#include "app/campus_event.h"
#include "app/report.h"
#include "http/mount.h"
#include "store/campus.h"
#include <string.h>

struct kept {
	struct json_object *json;
};

static int let_go(struct kept *kept)
{
	json_object_put(kept->json);
	return 0;
}

struct json_object *report_kept(TALLOC_CTX *mem, struct json_object *owned)
{
	struct kept *kept = talloc(mem, struct kept);

	kept->json = owned;
	talloc_set_destructor(kept, let_go);
	return owned;
}

static const char *text(struct json_object *asked, const char *name)
{
	return json_object_get_string(json_object_object_get(asked, name));
}

static int64_t number(struct json_object *asked, const char *name)
{
	return json_object_get_int64(json_object_object_get(asked, name));
}

static const char *zone_of(const struct report_wish *wish, const struct report *r)
{
	const int64_t id = r->filter.campus_id ? r->filter.campus_id : campus_of_account(wish->db, wish->account_id);
	const struct row *campus = id ? campus_get(wish->db, id) : NULL;

	return campus && clock_zone_known(row_text(campus, "time_zone")) ? row_text(campus, "time_zone")
									 : wish->config->time_zone;
}

void report_read(const struct report_wish *wish, const char *kind, const char *format, struct json_object *asked,
		 struct report *out)
{
	const char *event = text(asked, "event_id");

	*out = (struct report){ .kind = kind,
				.format = format,
				.asked = asked,
				.eye = attendance_eye_in(wish->db, wish->role, wish->account_id),
				.filter = { .user_id = number(asked, "user_id"),
					    .campus_id = number(asked, "campus_id"),
					    .department_id = number(asked, "department_id"),
					    .status = text(asked, "status"),
					    .verification = text(asked, "verification_status"),
					    .series = text(asked, "series"),
					    .from = text(asked, "date_from"),
					    .to = text(asked, "date_to") },
				.signatures = json_object_get_boolean(json_object_object_get(asked, "signatures")),
				.blank = json_object_get_boolean(json_object_object_get(asked, "blank")) };
	/* It is a UUID, or it would not have been taken; what cannot be read is of no event. */
	if (event) {
		if (!uuid_parse(event, out->event))
			memset(out->event, 0, UUID_BYTES);
		out->filter.event = talloc_memdup(wish->mem, out->event, UUID_BYTES);
	}
	out->zone = zone_of(wish, out);
}

bool report_scope_or_404(struct request *rq, const struct report *r)
{
	const struct campus_eye eye = campus_eye_of(rq);
	const struct attendance_filter *f = &r->filter;

	if (f->event && !campus_event_get(rq->db, &eye, f->event, rq->now, false))
		refuse(rq, 404, "EVENT_NOT_FOUND", "Event not found.");
	else if (f->campus_id && !report_campus_seen(rq->db, &r->eye, f->campus_id))
		refuse(rq, 404, "NOT_FOUND", "There is no such campus.");
	else if (f->department_id && !report_department_seen(rq->db, &r->eye, f->department_id))
		refuse(rq, 404, "NOT_FOUND", "There is no such department.");
	else if (f->user_id && !report_person(rq->db, &r->eye, f->user_id))
		refuse(rq, 404, "NOT_FOUND", "There is no such member.");
	return !refused(rq);
}

struct report_wish report_wish_of(struct request *rq)
{
	return (struct report_wish){ .db = rq->db,
				     .config = rq->config,
				     .mem = rq->mem,
				     .tongue = rq->tongue,
				     .dialect = rq->mount->dialect,
				     .account_id = rq->who.account_id,
				     .role = rq->who.role,
				     .now = rq->now,
				     .ip = rq->ip,
				     .request_id = rq->id };
}

/* ---- as files ---- */

const char *report_days(const struct report_wish *wish, const struct report *r)
{
	const char *from = r->filter.from, *to = r->filter.to;

	if (from && to)
		return tongue_say(wish->tongue, wish->mem, "%s to %s", from, to);
	if (from)
		return tongue_say(wish->tongue, wish->mem, "From %s", from);
	return to ? tongue_say(wish->tongue, wish->mem, "Until %s", to) : "";
}

struct paper_head report_head(const struct report_wish *wish)
{
	return (struct paper_head){ wish->tongue, wish->config->name, wish->config->base_url };
}

const char *report_number(const struct report_wish *wish, const struct row *row, const char *name)
{
	return talloc_asprintf(wish->mem, "%lld", (long long)row_int(row, name));
}

void report_sheet(const struct report_wish *wish, const struct report *r, struct row_source *rows,
		  const struct fact *before, size_t n_before, const struct fact *behind, size_t n_behind,
		  struct drawing *out)
{
	struct sheet *sheet = talloc(wish->mem, struct sheet);

	*sheet = (struct sheet){ .rows = rows,
				 .name = r->kind,
				 .dialect = wish->dialect,
				 .before = before,
				 .behind = behind,
				 .n_before = n_before,
				 .n_behind = n_behind };
	*out = (struct drawing){ .kind = DRAW_ROWS, .what = sheet, .name = r->kind, .form = r->format };
}

void report_pages_drawn(const struct report_wish *wish, const struct report *r, struct register_paper *paper,
			struct drawing *out)
{
	paper->head = report_head(wish);
	paper->zone = r->zone;
	paper->made_at = wish->now;
	*out = (struct drawing){ .kind = DRAW_REGISTER, .what = paper, .name = r->kind, .form = "pdf" };
}
