/* Times as people type them. What a browser sends of a control for a time has no zone and cannot tell the first from the second
 * of two; what it means follows from where its clock hangs and from what the form was filled with. This is the one place that
 * reads it; value.c has seen that it is a time at all. */
#include "http/request.h"
#include <string.h>

/* What is read: by which clocks, and beside which values. */
struct clocks {
	struct request *rq;
	const char *zone;
	const struct row *row; /* NULL: none */
};

/* "02:00", with its day where that is not the day of other. */
static const char *said(const struct clocks *in, ms_t wall, ms_t other)
{
	char iso[ISO_SIZE];
	bool same = wall / MS_DAY == other / MS_DAY;

	clock_iso(wall, iso);
	return talloc_asprintf(in->rq->mem, "%.*s%s%.5s", same ? 0 : 10, iso, same ? "" : " ", iso + 11);
}

/* The clocks skip wall at this moment. */
static void skipped(const struct clocks *in, const char *path, ms_t wall, ms_t at)
{
	ms_t last = 0, next = 0;

	clock_wall(at - 1, in->zone, &last);
	clock_wall(at, in->zone, &next);
	last++;
	field_fault(in->rq, path,
		    "There is no %s on that day in %s: the clocks go from %s to %s. Enter a time before or after.",
		    said(in, wall, wall), in->zone, said(in, last, next), said(in, next, last));
}

/* Is it what stands there now? */
static bool stands(const struct clocks *in, const char *name, ms_t wall, ms_t *at)
{
	ms_t shown;

	if (!in->row || !row_has(in->row, name) || row_null(in->row, name))
		return false;
	*at = row_time(in->row, name);
	return clock_wall(*at, in->zone, &shown) && shown == wall;
}

/* NULL after a fault. */
static struct json_object *read_wall(const struct clocks *in, const char *name, const char *path, ms_t wall)
{
	char iso[ISO_SIZE];
	ms_t at;

	if (stands(in, name, wall, &at))
		return json_object_new_string(clock_iso(at, iso));
	switch (clock_when(wall, in->zone, &at)) {
	case CLOCK_ONCE:
	case CLOCK_TWICE:
		return json_object_new_string(clock_iso(at, iso));
	case CLOCK_NEVER:
		skipped(in, path, wall, at);
		return NULL;
	case CLOCK_NOWHERE:
	default:
		field_fault(in->rq, path, "Its time zone is not known here.");
		return NULL;
	}
}

static void read_fields(struct clocks in, const struct field *fields, struct json_object *values, const char *prefix);

static void read_items(struct clocks in, const struct field *list, struct json_object *values, const char *path)
{
	in.row = NULL;
	for (size_t i = 0; i < json_object_array_length(values); i++)
		read_fields(in, list->of, json_object_array_get_idx(values, i),
			    talloc_asprintf(in.rq->mem, "%s.%zu.", path, i));
}

static void read_field(struct clocks in, const struct field *f, struct json_object *values, const char *path)
{
	struct json_object *value = json_object_object_get(values, f->name), *read;
	ms_t wall;

	if (f->type == F_LIST && f->of && json_object_is_type(value, json_type_array) && !field_plain_item(f)) {
		read_items(in, f, value, path);
	} else if (f->type == F_OBJECT && f->of && json_object_is_type(value, json_type_object)) {
		in.row = NULL;
		read_fields(in, f->of, value, talloc_asprintf(in.rq->mem, "%s.", path));
	} else if (f->type == F_TIME && value && clock_parse_wall(json_object_get_string(value), &wall)) {
		read = read_wall(&in, f->name, path, wall);
		if (read)
			json_object_object_add(values, f->name, read);
	}
}

static void read_fields(struct clocks in, const struct field *fields, struct json_object *values, const char *prefix)
{
	struct json_object *zone;

	for (const struct field *f = fields; f && f->name; f++)
		if (f->type == F_ZONE && !strcmp(f->name, "time_zone") &&
		    json_object_object_get_ex(values, f->name, &zone) && zone)
			in.zone = json_object_get_string(zone);
	for (const struct field *f = fields; f && f->name; f++)
		read_field(in, f, values, *prefix ? talloc_asprintf(in.rq->mem, "%s%s", prefix, f->name) : f->name);
}

void times_in(struct request *rq, const char *zone, const struct row *row)
{
	read_fields((struct clocks){ rq, zone ? zone : rq->config->time_zone, row }, request_fields(rq), rq->fields,
		    "");
}

bool times_typed(const struct request *rq)
{
	ms_t wall;

	for (const struct field *f = request_fields(rq); f && f->name; f++) {
		struct json_object *value = f->type == F_TIME ? json_object_object_get(rq->fields, f->name) : NULL;

		if (value && clock_parse_wall(json_object_get_string(value), &wall))
			return true;
	}
	return false;
}
