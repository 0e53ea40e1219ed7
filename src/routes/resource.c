/* From the declarations in src/resources/ to routes: below the API of a noun's mount and, the same, in its portal. */
#include "http/dialect.h"
#include "resources/resources.h"
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
	const struct mount *mount;
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
			       .right = to->r->right,
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

/* Both are partial: what is not sent stays. */
static void change_rows(struct rows_out *to, const char *path)
{
	static const char *const METHODS[] = { "PUT", "PATCH" };

	for (size_t i = 0; i < (to->mount->dialect->patched ? 2 : 1); i++)
		put(to, "change what is given", METHODS[i], path, resource_update, to->r->writers, WRITES | ZONED,
		    to->made->put)
			->answers = to->made->one_answer;
}

static unsigned act_flags(const struct act *act)
{
	return act->flags ? act->flags : act->instead ? WRITES : WRITES | ZONED;
}

static action_fn *act_action(const struct act *act)
{
	return act->instead ? act->instead : resource_act;
}

static void act_row(struct rows_out *to, const struct act *act, const struct field *fields)
{
	struct route *row = put(to, act->name, "POST", one(to, to->api, below("/", act->name)), act_action(act),
				act_who(to->r, act), act_flags(act), fields);

	row->act = act;
	row->answers = act->answers ? act->answers : to->made->one_answer;
	memcpy(row->refuses, act->refuses, sizeof row->refuses);
}

static void api_routes(struct rows_out *to)
{
	const struct resource *r = to->r;
	const struct resource_made *made = to->made;
	const char *all = to->api, *this = one(to, all, "");

	put(to, "list", "GET", all, resource_list, r->readers, READS, made->list)->items = made->row_answer;
	put(to, "one", "GET", this, resource_show, r->shown_to ? r->shown_to : r->readers, READS, NULL)->answers =
		made->one_answer;
	if (has(r, CREATED))
		put(to, "make one", "POST", all, resource_create, r->writers, WRITES | MAKES | ZONED | r->make_flags,
		    made->create)
			->answers = made->one_answer;
	if (has(r, EDITED))
		change_rows(to, this);
	if (goes(r))
		put(to, "delete one", "DELETE", this, resource_delete, r->writers, WRITES, NULL)->answers =
			RESOURCE_DELETED;
	for (size_t i = 0; r->acts && r->acts[i].name; i++)
		act_row(to, &r->acts[i], made->acts[i]);
	if (made->bulk)
		put(to, "one act with many", "POST", below(all, "/bulk"), resource_bulk, resource_bulk_who(r),
		    WRITES | ZONED | STRICT, made->bulk)
			->answers = made->bulk_answer;
}

/* A page, what answers it and what it shows beside. */
struct shown {
	const char *page;
	action_fn *action, *beside;
};

static struct route *put_page(struct rows_out *to, const char *what, const char *path, enum role who,
			      struct shown shown, const struct field *fields)
{
	struct route *row = put(to, what, "GET", path, shown.action, who, READS, fields);

	row->page = shown.page;
	row->beside = shown.beside;
	return row;
}

/* A page's form; it is shown again after a refusal. */
static struct route *put_form(struct rows_out *to, const char *what, const char *path, action_fn *action,
			      unsigned flags, const struct field *fields, struct shown shown)
{
	struct route *row = put(to, what, "POST", path, action, to->r->writers, WRITES | ZONED | flags, fields);

	row->page = shown.page;
	row->again = shown.action;
	row->beside = shown.beside;
	return row;
}

static void make_pages(struct rows_out *to)
{
	struct shown form = { to->r->form ? to->r->form : "resource/form.html", resource_new, resource_new_beside };

	put_page(to, "a new one's form", below(to->portal, "/new"), to->r->writers, form, to->made->prefill);
	put_form(to, "make one", to->portal, resource_create, WHOLE | to->r->make_flags, to->made->create_form, form)
		->then = to->r->form_stays ? NULL : below(to->portal, "/:id");
}

/* The page that asks before an act, or before a row is deleted (act NULL), and its form. */
static void ask_pages(struct rows_out *to, const struct act *act, const struct field *fields)
{
	const char *what = act ? act->name : "delete", *path = one(to, to->portal, below("/", what));
	struct shown asks = { act && act->page ? act->page : "resource/act.html", resource_show, resource_ask_beside };

	put_page(to, below("ask before: ", what), path, to->r->writers, asks, NULL);
	put_form(to, what, path, act ? act_action(act) : resource_delete, 0, fields, asks)->then = !act ? to->portal
												   : act->stays
													   ? NULL
													   : shown(to);
	if (!act)
		return;
	to->rows[to->n - 1].flags = act_flags(act) & ~(unsigned)MAKES;
	for (size_t i = to->n - 2; i < to->n; i++) {
		to->rows[i].act = act;
		to->rows[i].who = act_who(to->r, act);
	}
}

/* The page that asks before something is done to many, which also shows what became of each. */
static void bulk_pages(struct rows_out *to)
{
	struct shown asks = { "resource/bulk.html", resource_bulk_ask, resource_bulk_beside };
	const char *path = below(to->portal, "/bulk");
	enum role who = resource_bulk_who(to->r);

	put_page(to, "ask before: one act with many", path, who, asks, to->made->bulk_ask);
	put_form(to, "one act with many", path, resource_bulk, 0, to->made->bulk_form, asks)->who = who;
}

static void pages(struct rows_out *to)
{
	const struct resource *r = to->r;
	struct shown it = { r->page ? r->page : "resource/show.html", resource_show, resource_show_beside };
	const char *this = one(to, to->portal, "");

	put_page(to, "one", this, r->readers, it, NULL)->flags |= r->page_flags;
	if (has(r, CREATED))
		make_pages(to);
	if (has(r, EDITED))
		put_form(to, "change one", this, resource_update, WHOLE, to->made->form, it)->then = shown(to);
	if (goes(r))
		ask_pages(to, NULL, NULL);
	for (size_t i = 0; r->acts && r->acts[i].name; i++)
		ask_pages(to, &r->acts[i], to->made->acts[i]);
	if (to->made->bulk)
		bulk_pages(to);
}

/* What is shown elsewhere has its forms there. */
static void forms_elsewhere(struct rows_out *to)
{
	const struct resource *r = to->r;
	struct shown nowhere = { NULL, NULL, NULL };
	const char *then = below(r->home, "/:id");

	if (has(r, CREATED))
		put_form(to, "make one", to->portal, resource_create, r->make_flags, to->made->create, nowhere)->then =
			then;
	if (goes(r))
		put_form(to, "delete one", one(to, to->portal, "/delete"), resource_delete, 0, NULL, nowhere)->then =
			then;
}

/* What is written from here on is of that noun. */
static void turn_to(struct rows_out *to, const struct resource *r, const struct mount *mount)
{
	to->r = r;
	to->made = resource_made(r);
	to->mount = mount;
	to->api = talloc_asprintf(NULL, "%s/%s", mount->nouns, r->path);
	to->portal = mount->portal ? talloc_asprintf(NULL, "%s/%s", mount->portal, r->path) : NULL;
}

size_t resource_rows(const struct resource *r, const struct mount *mount, struct route out[RESOURCE_ROWS])
{
	struct rows_out *to = talloc_zero(NULL, struct rows_out);
	size_t n;

	turn_to(to, r, mount);
	api_routes(to);
	n = to->n;
	assert(n <= RESOURCE_ROWS);
	memcpy(out, to->rows, n * sizeof *out);
	talloc_free(to);
	return n;
}

static void routes_of(struct rows_out *to, const struct resource *r)
{
	if (r->elsewhere)
		return;
	turn_to(to, r, mount_named(MOUNTS, r->mount ? r->mount : "staff"));
	assert(to->n + RESOURCE_ROWS <= ROUTES_MAX);
	to->n += resource_rows(r, to->mount, to->rows + to->n);
	if (!to->portal)
		return;
	put_page(to, "list", to->portal, r->readers,
		 (struct shown){ "resource/list.html", resource_list_page, resource_list_beside }, to->made->list_page);
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
		resource_declare(RESOURCE_FAMILIES);
		for (const struct resource *r = resource_all(); r->path; r++)
			routes_of(to, r);
	}
	if (to->n <= room)
		memcpy(out, to->rows, to->n * sizeof *out);
	return to->n;
}
