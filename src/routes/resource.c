/* From the declarations in resources.c to routes, fields and SQL, worked out once before the fork and kept for the
 * process's life. So a noun's validation, its forms and its place in OpenAPI all read one declaration. */
#include "resources.h"
#include <assert.h>
#include <string.h>

enum { RESOURCES_MAX = 64, FIELDS_MAX = 60 };

static struct resource_made made_of[RESOURCES_MAX];

const struct resource *resource_of(const struct request *rq)
{
	assert(rq->route->resource);
	return rq->route->resource;
}

const struct resource *resource_named(const char *path)
{
	for (const struct resource *r = RESOURCES; r->path; r++)
		if (!strcmp(r->path, path))
			return r;
	return NULL;
}

/* ---- fields ---- */

/* An array of fields that grows; it ends with FIELDS_END by being zeroed. */
struct fields {
	struct field *v;
	size_t n;
};

static struct fields fields_new(void)
{
	return (struct fields){ talloc_zero_array(NULL, struct field, FIELDS_MAX), 0 };
}

static void field_add(struct fields *to, struct field field)
{
	assert(to->n < FIELDS_MAX - 1);
	to->v[to->n++] = field;
}

static const char *kept(const char *format, const char *name)
{
	return talloc_asprintf(NULL, "%s%s", name, format);
}

static bool is_joined(const struct resource_column *c)
{
	return c->sql && strncmp(c->sql, "t.", 2);
}

static const char *expression(const struct resource_column *c)
{
	return c->sql ? c->sql : talloc_asprintf(NULL, "t.%s", c->name);
}

const char *resource_expression(const struct resource *resource, const char *name)
{
	const struct noun *noun = &resource_made(resource)->noun;

	if (!strcmp(name, "id"))
		return "t.id";
	for (const struct noun_column *c = noun->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c->sql;
	assert(false);
	return NULL;
}

static void add_filter(struct resource_made *made, struct fields *list, const struct resource_column *c)
{
	static const char *const ENDS[] = { "_from", "_to" };
	static const char *const TESTS[] = { " >= ?", " < ?" };
	struct resource_filter *filters = (struct resource_filter *)(uintptr_t)made->filters;
	bool joined = is_joined(c) || c->filter;

	if (c->type != F_TIME) {
		filters[made->n_filters++] =
			(struct resource_filter){ .name = c->name,
						  .type = c->type,
						  .condition = c->filter ? c->filter : kept(" = ?", expression(c)),
						  .joined = joined };
		field_add(list, (struct field){ .name = c->name,
						.type = c->type == F_LONG_TEXT ? F_TEXT : c->type,
						.max = c->type == F_TEXT ? 200 : 0,
						.choices = c->choices,
						.help = c->help });
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		const char *name = kept(ENDS[i], c->name);

		filters[made->n_filters++] = (struct resource_filter){ .name = name,
								       .type = F_DATE,
								       .condition = kept(TESTS[i], expression(c)),
								       .joined = joined,
								       .until = i == 1 };
		field_add(list, (struct field){ .name = name,
						.type = F_DATE,
						.help = i ? "To this day, included (UTC)" : "From this day on (UTC)" });
	}
}

static void make_list(struct resource_made *made, const struct resource *r)
{
	static const struct field PAGE[] = { FIELDS_PAGE };
	struct fields list = fields_new();

	for (size_t i = 0; i < sizeof PAGE / sizeof *PAGE; i++)
		field_add(&list, PAGE[i]);
	field_add(&list, (struct field){ .name = "format",
					 .type = F_CHOICE,
					 .choices = "json,csv",
					 .help = "csv: the whole list as a file" });
	made->filters = talloc_zero_array(NULL, struct resource_filter, FIELDS_MAX);
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & FILTERED)
			add_filter(made, &list, c);
	made->list = list.v;
	assert(made->n_filters <= sizeof((struct noun_ask *)0)->filters / sizeof(struct noun_filter));
}

static struct field field_of(const struct resource_column *c, bool required, bool defaults)
{
	return (struct field){ .name = c->name,
			       .type = c->type,
			       .required = required,
			       .min = c->min,
			       .max = c->max,
			       .choices = c->choices,
			       .otherwise = defaults ? c->otherwise : NULL,
			       .help = c->help };
}

/* The fields of a write: POST's, PUT's or a form's. In PUT nothing is required, for what is not given stays. In a form a
 * box that is not ticked is not sent, so it has no default there. */
static const struct field *make_write(const struct resource *r, unsigned verb, bool whole, bool form)
{
	struct fields out = fields_new();

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & (verb | ALONGSIDE))
			field_add(&out, field_of(c, whole && c->flags & REQUIRED && !(c->flags & ALONGSIDE),
						 verb == CREATED && !(form && c->type == F_BOOL)));
	if (verb == EDITED && r->stamps & STAMP_UPDATED)
		field_add(&out, (struct field){ .name = "updated_at",
						.type = F_TIME,
						.help = "What it was when you read it: refused when it has changed" });
	return out.v;
}

static const struct field *make_prefill(const struct resource *r)
{
	struct fields out = fields_new();

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & CREATED && (c->refers || c->type == F_CHOICE))
			field_add(&out, field_of(c, false, false));
	return out.v;
}

/* ---- SQL ---- */

static const char *suffix_of(enum field_type type)
{
	switch (type) {
	case F_BOOL:
		return ":bool";
	case F_UUID:
		return ":uuid";
	case F_LIST:
	case F_OBJECT:
		return ":json";
	default:
		return "";
	}
}

static void make_noun(struct resource_made *made, const struct resource *r)
{
	struct noun_column *columns = talloc_zero_array(NULL, struct noun_column, FIELDS_MAX);
	const char **searched = talloc_zero_array(NULL, const char *, FIELDS_MAX);
	size_t n = 0, n_searched = 0;

	for (const struct resource_column *c = r->columns; c->name; c++) {
		const char *sql = expression(c);

		assert(n < FIELDS_MAX - 2);
		if (!(c->flags & UNSEEN))
			columns[n++] = (struct noun_column){ c->name, sql, suffix_of(c->type), c->flags & LISTED };
		if (c->flags & SEARCHED)
			searched[n_searched++] = sql;
	}
	if (r->stamps & STAMP_CREATED)
		columns[n++] = (struct noun_column){ "created_at", "t.created_at", "", true };
	if (r->stamps & STAMP_UPDATED)
		columns[n++] = (struct noun_column){ "updated_at", "t.updated_at", "", false };
	made->noun = (struct noun){ .table = r->table,
				    .joins = r->joins,
				    .in_use = r->in_use,
				    .stamps = r->stamps,
				    .soft_delete = r->soft_delete,
				    .columns = columns,
				    .searched = searched };
	noun_compose(NULL, &made->noun);
}

static bool has(const struct resource *r, unsigned flag)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & flag)
			return true;
	return false;
}

const struct resource_made *resource_made(const struct resource *r)
{
	struct resource_made *made = &made_of[r - RESOURCES];

	assert(r - RESOURCES < RESOURCES_MAX);
	if (made->list)
		return made;
	make_noun(made, r);
	make_list(made, r);
	made->prefill = make_prefill(r);
	made->create = make_write(r, CREATED, true, false);
	made->create_form = make_write(r, CREATED, true, true);
	made->put = make_write(r, EDITED, false, false);
	made->form = make_write(r, EDITED, true, true);
	made->descending = *r->order == '-';
	made->order = resource_expression(r, r->order + made->descending);
	return made;
}

/* ---- routes ---- */

struct rows_out {
	struct route *out;
	size_t n, room;
};

static const char *path_of(const char *prefix, const struct resource *r, const char *rest)
{
	return talloc_asprintf(NULL, "%s/%s%s", prefix, r->path, rest);
}

static const char *sentence(const char *what, const struct resource *r)
{
	return talloc_asprintf(NULL, "%s: %s", r->label, what);
}

static void put_route(struct rows_out *to, struct route route)
{
	if (to->n < to->room)
		to->out[to->n] = route;
	to->n++;
}

static void api_routes(struct rows_out *to, const struct resource *r, const struct resource_made *made)
{
	put_route(to, (struct route){ "GET", path_of("/api", r, ""), resource_list, r->readers, RATE_PUBLIC,
				      READS | EXPORTS, made->list, .summary = sentence("list", r), .resource = r });
	put_route(to, (struct route){ "GET", path_of("/api", r, "/:id"), resource_show, r->readers, RATE_PUBLIC, READS,
				      .summary = sentence("one", r), .resource = r });
	if (r->writers && has(r, CREATED))
		put_route(to, (struct route){ "POST", path_of("/api", r, ""), resource_create, r->writers, RATE_WRITE,
					      WRITES | r->make_flags, made->create, .summary = sentence("make one", r),
					      .resource = r });
	if (r->writers && has(r, EDITED))
		put_route(to, (struct route){ "PUT", path_of("/api", r, "/:id"), resource_update, r->writers,
					      RATE_WRITE, WRITES, made->put,
					      .summary = sentence("change what is given", r), .resource = r });
	if (r->writers && !r->permanent)
		put_route(to,
			  (struct route){ "DELETE", path_of("/api", r, "/:id"), resource_delete, r->writers, RATE_WRITE,
					  WRITES, .summary = sentence("delete one", r), .resource = r });
}

static void make_pages(struct rows_out *to, const struct resource *r, const struct resource_made *made)
{
	put_route(to, (struct route){ "GET", path_of("/admin", r, "/new"), resource_new, r->writers, RATE_PUBLIC, READS,
				      made->prefill, .page = "resource/form.html",
				      .summary = sentence("a new one's form", r), .resource = r });
	put_route(to, (struct route){ "POST", path_of("/admin", r, ""), resource_create, r->writers, RATE_WRITE,
				      WRITES | r->make_flags, made->create_form, .page = "resource/form.html",
				      .then = path_of("/admin", r, "/:id"), .again = resource_new,
				      .summary = sentence("make one", r), .resource = r });
}

static void pages(struct rows_out *to, const struct resource *r, const struct resource_made *made)
{
	const char *one = r->page ? r->page : "resource/show.html";

	put_route(to, (struct route){ "GET", path_of("/admin", r, ""), resource_list, r->readers, RATE_PUBLIC,
				      READS | EXPORTS, made->list, .page = "resource/list.html",
				      .summary = sentence("list", r), .resource = r });
	put_route(to, (struct route){ "GET", path_of("/admin", r, "/:id"), resource_show, r->readers, RATE_PUBLIC,
				      READS, .page = one, .summary = sentence("one", r), .resource = r });
	if (r->writers && has(r, CREATED))
		make_pages(to, r, made);
	if (r->writers && has(r, EDITED))
		put_route(to, (struct route){ "POST", path_of("/admin", r, "/:id"), resource_update, r->writers,
					      RATE_WRITE, WRITES, made->form, .page = one,
					      .then = path_of("/admin", r, "/::id"), .again = resource_show,
					      .summary = sentence("change one", r), .resource = r });
	if (!r->writers || r->permanent)
		return;
	put_route(to, (struct route){ "GET", path_of("/admin", r, "/:id/delete"), resource_confirm, r->writers,
				      RATE_PUBLIC, READS, .page = "resource/delete.html",
				      .summary = sentence("ask before deleting", r), .resource = r });
	put_route(to,
		  (struct route){ "POST", path_of("/admin", r, "/:id/delete"), resource_delete, r->writers, RATE_WRITE,
				  WRITES, .page = "resource/delete.html", .then = path_of("/admin", r, ""),
				  .again = resource_confirm, .summary = sentence("delete one", r), .resource = r });
}

size_t resource_routes(struct route *out, size_t room)
{
	static struct route rows[RESOURCES_MAX * 12];
	static struct rows_out to = { rows, 0, RESOURCES_MAX * 12 };
	bool worked_out = to.n > 0;

	for (const struct resource *r = RESOURCES; !worked_out && r->path; r++) {
		const struct resource_made *made = resource_made(r);

		api_routes(&to, r, made);
		pages(&to, r, made);
	}
	assert(to.n <= to.room);
	if (to.n <= room)
		memcpy(out, rows, to.n * sizeof *out);
	return to.n;
}
