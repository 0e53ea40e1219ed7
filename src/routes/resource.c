/* From the declarations in resources.c to routes: below the API of a noun's mount and, the same, in its portal. */
#include "resources.h"
#include "routes/family.h"
#include "routes/mounts.h"
#include <assert.h>
#include <string.h>

enum { ROUTES_MAX = 1000 };

/* What is being written: where it goes, of which noun, and where that lives. */
struct rows_out {
	struct route rows[ROUTES_MAX];
	size_t n;
	const struct resource *r;
	const struct resource_made *made;
	const char *api, *portal;
};

static const char *below(const char *at, const char *rest)
{
	return talloc_asprintf(NULL, "%s%s", at, rest);
}

/* ":id", or what names a row, and what follows. */
static const char *one(const struct rows_out *to, const char *at, const char *rest)
{
	return talloc_asprintf(NULL, "%s/:%s%s", at, resource_key(to->r), rest);
}

/* The same with the value of the path in it: where a form leads. */
static const char *shown(const struct rows_out *to)
{
	return talloc_asprintf(NULL, "%s/::%s", to->portal, resource_key(to->r));
}

/* A row; what is particular to a page is the caller's to add. */
static struct route *put(struct rows_out *to, const char *what, const char *method, const char *path, action_fn *action,
			 enum role who, unsigned flags, const struct field *fields)
{
	struct route *row = &to->rows[to->n++];

	assert(to->n <= ROUTES_MAX);
	*row = (struct route){ .method = method,
			       .path = path,
			       .action = action,
			       .who = who,
			       .flags = flags,
			       .fields = fields,
			       .summary = talloc_asprintf(NULL, "%s: %s", to->r->label, what),
			       .resource = to->r };
	return row;
}

static bool has(const struct resource *r, unsigned flag)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & flag)
			return r->writers != NOBODY;
	return false;
}

static bool goes(const struct resource *r)
{
	return r->writers != NOBODY && !r->permanent;
}

static enum role who_acts(const struct resource *r, const struct act *act)
{
	return act->who ? act->who : r->writers;
}

static void api_routes(struct rows_out *to)
{
	const struct resource *r = to->r;
	const struct resource_made *made = to->made;
	const char *all = to->api, *this = one(to, all, "");

	struct route *list = put(to, "list", "GET", all, resource_list, r->readers, READS | EXPORTS, made->list);

	list->items = made->row_answer;
	list->media = "text/csv";
	put(to, "one", "GET", this, resource_show, r->readers, READS, NULL)->answers = made->one_answer;
	if (has(r, CREATED))
		put(to, "make one", "POST", all, resource_create, r->writers, WRITES | MAKES | r->make_flags,
		    made->create)
			->answers = made->one_answer;
	if (has(r, EDITED))
		put(to, "change what is given", "PUT", this, resource_update, r->writers, WRITES, made->put)->answers =
			made->one_answer;
	if (goes(r))
		put(to, "delete one", "DELETE", this, resource_delete, r->writers, WRITES, NULL)->answers =
			RESOURCE_DELETED;
	for (size_t i = 0; r->acts && r->acts[i].name; i++) {
		struct route *row = put(to, r->acts[i].name, "POST", one(to, all, below("/", r->acts[i].name)),
					resource_act, who_acts(r, &r->acts[i]), WRITES, made->acts[i]);

		row->act = &r->acts[i];
		row->answers = made->one_answer;
	}
}

/* A page's form. */
static void put_form(struct rows_out *to, const char *what, const char *path, action_fn *action,
		     const struct field *fields, const char *page, action_fn *again, const char *then)
{
	const struct resource *r = to->r;
	unsigned flags = action == resource_create ? WRITES | r->make_flags : WRITES;
	struct route *row = put(to, what, "POST", path, action, r->writers, flags, fields);

	row->page = page;
	row->again = again;
	row->then = then;
}

static void make_pages(struct rows_out *to)
{
	const char *page = "resource/form.html";

	put(to, "a new one's form", "GET", below(to->portal, "/new"), resource_new, to->r->writers, READS,
	    to->made->prefill)
		->page = page;
	put_form(to, "make one", to->portal, resource_create, to->made->create_form, page, resource_new,
		 below(to->portal, "/:id"));
}

/* The page that asks before an act, or before a row is deleted (act NULL), and its form. */
static void ask_pages(struct rows_out *to, const struct act *act, const struct field *fields)
{
	const char *what = act ? act->name : "delete", *path = one(to, to->portal, below("/", what));
	const char *page = act && act->page ? act->page : "resource/act.html";
	struct route *row;

	row = put(to, below("ask before: ", what), "GET", path, resource_ask, to->r->writers, READS, NULL);
	row->page = page;
	put_form(to, what, path, act ? resource_act : resource_delete, fields, page, resource_ask,
		 act ? shown(to) : to->portal);
	for (size_t i = to->n - 2; act && i < to->n; i++) {
		to->rows[i].act = act;
		to->rows[i].who = who_acts(to->r, act);
	}
}

static void pages(struct rows_out *to)
{
	const struct resource *r = to->r;
	const char *page = r->page ? r->page : "resource/show.html", *this = one(to, to->portal, "");

	put(to, "one", "GET", this, resource_show, r->readers, READS, NULL)->page = page;
	if (has(r, CREATED))
		make_pages(to);
	if (has(r, EDITED))
		put_form(to, "change one", this, resource_update, to->made->form, page, resource_show, shown(to));
	if (goes(r))
		ask_pages(to, NULL, NULL);
	for (size_t i = 0; r->acts && r->acts[i].name; i++)
		ask_pages(to, &r->acts[i], to->made->acts[i]);
}

/* What is shown elsewhere has its forms there. */
static void forms_elsewhere(struct rows_out *to)
{
	const struct resource *r = to->r;
	const char *then = below(r->home, "/:id");

	if (has(r, CREATED))
		put_form(to, "make one", to->portal, resource_create, to->made->create, NULL, NULL, then);
	if (goes(r))
		put_form(to, "delete one", one(to, to->portal, "/delete"), resource_delete, NULL, NULL, NULL, then);
}

static void routes_of(struct rows_out *to, const struct resource *r)
{
	const struct mount *mount = mount_named(MOUNTS, r->mount ? r->mount : "staff");

	to->r = r;
	to->made = resource_made(r);
	to->api = talloc_asprintf(NULL, "%s/%s", mount->nouns, r->path);
	to->portal = mount->portal ? talloc_asprintf(NULL, "%s/%s", mount->portal, r->path) : NULL;
	api_routes(to);
	if (!to->portal)
		return;
	put(to, "list", "GET", to->portal, resource_list, r->readers, READS | EXPORTS, to->made->list)->page =
		"resource/list.html";
	if (r->home)
		forms_elsewhere(to);
	else
		pages(to);
}

size_t resource_routes(struct route *out, size_t room)
{
	static struct rows_out *to;

	if (!to) {
		to = talloc_zero(NULL, struct rows_out);
		resource_declare(RESOURCES);
		for (const struct resource *r = RESOURCES; r->path; r++)
			routes_of(to, r);
	}
	if (to->n <= room)
		memcpy(out, to->rows, to->n * sizeof *out);
	return to->n;
}
