/* The lists of every declared noun: what was asked for (search, filters, order, page), as an answer or as a file. */
#include "app/picture.h"
#include "app/resource.h"
#include "store/day.h"
#include "store/marked_list.h"
#include <string.h>

static bool sortable(const struct resource *r, const char *name)
{
	if (!strcmp(name, "id") || (!strcmp(name, "created_at") && r->stamps & STAMP_CREATED))
		return true;
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & SORTED && !strcmp(c->name, name))
			return true;
	return false;
}

/* Of amounts in several currencies none is the higher: they stand by currency, and within it by what they are. */
static const char *order_by(struct request *rq, const struct resource *r, const char *name)
{
	const struct resource_column *c = resource_column(r, name);
	const char *expression = resource_expression(r, name);

	if (!c || c->type != F_MONEY || !resource_column(r, "currency"))
		return expression;
	return talloc_asprintf(rq->mem, "%s, %s", resource_expression(r, "currency"), expression);
}

struct sorted {
	struct request *rq;
	const struct resource *r;
};

static const char *order_named(void *with, const char *name)
{
	const struct sorted *list = with;

	return sortable(list->r, name) ? order_by(list->rq, list->r, name) : NULL;
}

static const char *orders(struct request *rq, const struct resource *r, const char *by)
{
	return query_orders(rq->mem, by, order_named, &(struct sorted){ rq, r });
}

bool resource_sorts(struct request *rq, const struct resource *r, const char *by)
{
	return orders(rq, r, by);
}

static void ask_order(struct request *rq, const struct resource *r, struct noun_ask *ask)
{
	const struct resource_made *made = resource_made(r);
	const char *by = field_text(rq, "sort_by");
	bool several = by && strpbrk(by, "-,");

	ask->order = by ? orders(rq, r, by) : made->order;
	ask->descending = !by && made->descending;
	if (!ask->order)
		field_fault(rq, "sort_by", "This list cannot be sorted by that.");
	else if (!several && (by || field_given(rq, "sort_order")))
		ask->descending = !strcmp(field_text(rq, "sort_order"), "desc");
}

static struct arg filter_value(struct request *rq, const struct resource_filter *filter)
{
	switch (filter->type) {
	case F_BOOL:
		return arg_int(field_bool(rq, filter->name));
	case F_INT:
	case F_ID:
	case F_MONEY:
	case F_RATE:
		return arg_int(field_int(rq, filter->name));
	default:
		return arg_text(field_text(rq, filter->name));
	}
}

static void ask_moment(struct request *rq, const struct resource *r, const struct resource_filter *filter,
		       struct noun_ask *ask, ms_t moment)
{
	noun_ask_also(ask, filter->condition, arg_time(moment), filter->joined);
	marked_narrow(rq->db, &resource_made(r)->noun, ask, filter->condition, moment, filter->until);
}

/* A day, among days or moments. Of rows in many zones the condition stands first that holds whatever the zone: where all zones turn at
 * one moment it is enough. What is on the right side of the turn in each zone is not asked for its own. */
static void ask_day(struct request *rq, const struct resource *r, const struct resource_filter *filter,
		    struct noun_ask *ask)
{
	const char *date = field_text(rq, filter->name);
	struct day_edge edge;
	ms_t from = 0, to = 0;

	if (!filter->each) {
		clock_day(date, filter->moment ? rq->config->time_zone : "UTC", &from, &to);
		ask_moment(rq, r, filter, ask, filter->until ? to : from);
		return;
	}
	edge = day_edge(rq->mem, rq->db, date, filter->until, rq->config->time_zone);
	ask_moment(rq, r, filter, ask, filter->until ? edge.last : edge.first);
	if (!edge.same)
		ask->filters[ask->n_filters++] =
			(struct noun_filter){ filter->each,
					      filter->each_joined,
					      2,
					      { arg_time(filter->until ? edge.first : edge.last),
						arg_text(edge.zones) } };
}

void resource_ask_rows(struct request *rq, const struct resource *r, struct noun_ask *ask)
{
	const struct resource_made *made = resource_made(r);

	ask->search = field_text(rq, "search");
	for (size_t i = 0; i < made->n_filters; i++) {
		const struct resource_filter *filter = &made->filters[i];

		if (!field_given(rq, filter->name))
			continue;
		if (filter->type == F_DATE)
			ask_day(rq, r, filter, ask);
		else
			noun_ask_also(ask, filter->condition, filter_value(rq, filter), filter->joined);
	}
}

/* The fields are those of the resource's own list, or, for a list inside another noun, may be just the paging ones. */
static void ask_fields(struct request *rq, const struct resource *r, struct noun_ask *ask, bool own)
{
	ask_order(rq, r, ask);
	if (own)
		resource_ask_rows(rq, r, ask);
	else
		ask->search = field_text(rq, "search");
}

/* "logs/audit" is kept as "logs-audit". */
static const char *file_name(struct request *rq, const struct resource *r)
{
	char *name = talloc_strdup(rq->mem, r->path);

	for (char *s = name; *s; s++)
		if (*s == '/')
			*s = '-';
	return name;
}

int resource_answer_list(struct request *rq, const struct resource *r, const char *column, int64_t value)
{
	struct noun_ask ask = { 0 };
	struct pictures pictures;

	ask_fields(rq, r, &ask, !column);
	if (has_faults(rq))
		return refuse_fields(rq);
	if (column) {
		const char *expression = resource_expression(r, column);

		noun_ask_also(&ask, talloc_asprintf(rq->mem, "%s = ?", expression), arg_int(value),
			      strncmp(expression, "t.", 2) != 0);
	} else if (r->narrow) {
		r->narrow(rq, &ask);
	}
	pictures = resource_pictures(rq, r);
	return answer_whole_list(rq, file_name(rq, r),
				 picture_list(rq, marked_rows(rq->db, resource_view(rq, r), &ask), &pictures));
}

int resource_list(struct request *rq)
{
	return resource_answer_list(rq, resource_of(rq), NULL, 0);
}
