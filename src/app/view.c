/* Saved views. What is kept is the list's query, cleaned of its page; it is held against the list's filters again whenever the view is
 * shown, for a filter may have gone, or a word that it takes. */
#include "app/view.h"
#include "http/mount.h"
#include "http/query.h"
#include "store/view.h"
#include <string.h>

static struct view_list view_list(const struct request *rq, const char *list)
{
	return (struct view_list){ rq->who.account_id, rq->mount->name, list };
}

/* A list that the caller may read; NULL: there is none. */
static const struct resource *list_named(const struct request *rq, const char *name)
{
	const struct resource *list = resource_named(rq->mount->name, name);

	return list && !list->elsewhere && list->readers & rq->who.role && has_right(&rq->who, list->right) ? list
													    : NULL;
}

/* ---- queries ---- */

/* What is left of a query, on rq->mem; what its list does not have any more is added to gone. */
static const char *query_left(struct request *rq, const struct resource *list, const char *query,
			      struct json_object *gone)
{
	struct json_object *pairs = query_read(rq, resource_made(list)->kept, query, gone);
	const char *by = tree_text(pairs, "sort_by"), *left;

	if (by && !resource_sorts(rq, list, by)) {
		json_object_array_add(gone, json_object_new_string("sort_by"));
		json_object_object_del(pairs, "sort_by");
	}
	left = query_write(rq, pairs);
	json_object_put(pairs);
	return left;
}

static bool of_page(const char *name)
{
	return !strcmp(name, "page") || !strcmp(name, "limit") || !strcmp(name, "format") || !strcmp(name, "view");
}

/* What was sent becomes what is kept; a name that the list has not is a fault. */
static void clean_query(struct request *rq, const struct resource *list)
{
	struct json_object *gone = json_object_new_array();
	const char *left = query_left(rq, list, field_text(rq, "query"), gone);

	for (size_t i = 0; i < json_object_array_length(gone); i++) {
		const char *name = json_object_get_string(json_object_array_get_idx(gone, i));

		if (!of_page(name))
			field_fault(rq, "query", "This list cannot be asked for that: %s.", name);
	}
	json_object_put(gone);
	field_fill(rq, "query", left);
}

/* ---- writing ---- */

static bool asks_for(struct request *rq, const char *name)
{
	return field_declared(rq, name) && field_given(rq, name) && field_bool(rq, name);
}

/* Where nobody has any but their own, a row does not say whose it is. */
static bool is_mine(const struct request *rq, const struct row *view)
{
	return !row_has(view, "account_id") || row_int(view, "account_id") == rq->who.account_id;
}

static bool is_shared(const struct row *view)
{
	return row_has(view, "shared") && row_bool(view, "shared");
}

/* Their own; or one that all have, which managers keep in order, and nobody else, whoever made it. */
static bool may_change(struct request *rq, const struct row *view)
{
	bool manages = rq->who.role & MANAGERS;

	if (is_shared(view) ? manages : is_mine(rq, view))
		return true;
	refuse(rq, 403, "FORBIDDEN",
	       is_mine(rq, view) ? "Only managers save views for all." : "This view is somebody else's.");
	return false;
}

static void check_sharing(struct request *rq)
{
	if (!asks_for(rq, "shared") || rq->who.role & MANAGERS)
		return;
	field_fault(rq, "shared", "Only managers save views for all.");
	refuse(rq, 403, "FORBIDDEN", "Only managers save views for all.");
}

static void check_change(struct request *rq, int64_t id)
{
	const struct row *view = resource_row(rq, resource_of(rq), id);
	const struct resource *list = view ? list_named(rq, row_text(view, "list")) : NULL;

	if (!view || !may_change(rq, view))
		return;
	if (asks_for(rq, "usual") && !is_mine(rq, view) && !row_bool(view, "usual"))
		field_fault(rq, "usual", "Whose view it is says what their list opens with.");
	check_sharing(rq);
	if (list && field_given(rq, "query") && !row_is(view, "query", field_text(rq, "query")))
		clean_query(rq, list);
}

void view_check(struct request *rq, int64_t id)
{
	const struct resource *list;

	if (id) {
		check_change(rq, id);
		return;
	}
	list = list_named(rq, field_text(rq, "list"));
	if (!list)
		field_fault(rq, "list", "There is no such list.");
	else if (field_given(rq, "query"))
		clean_query(rq, list);
	check_sharing(rq);
}

/* There is room for another, and none but it opens the list. */
static bool make_room(struct request *rq)
{
	struct view_list of = view_list(rq, field_text(rq, "list"));

	if (views_own(rq->db, &of) >= VIEWS_MOST) {
		refuse(rq, 409, "TOO_MANY", "You have %d views of this list. Delete one first.", (int)VIEWS_MOST);
		return false;
	}
	if (asks_for(rq, "usual"))
		view_usual_clear(rq->db, &of, 0, rq->now);
	return true;
}

int64_t view_insert(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	struct noun_value values[RESOURCE_VALUES];
	size_t n;
	int64_t id = 0;

	if (!make_room(rq))
		return 0;
	n = resource_values(rq, r, CREATED, NULL, values);
	values[n++] = (struct noun_value){ .column = "mount", .value = arg_text(rq->mount->name) };
	if (!r->owner)
		values[n++] = (struct noun_value){ .column = "account_id", .value = arg_int(rq->who.account_id) };
	resource_refused(rq, r, noun_insert(rq->db, resource_view(rq, r), values, n, rq->now, &id), r->table);
	return refused(rq) ? 0 : id;
}

static const char *address_of(struct request *rq, const struct resource *list, int64_t id, const char *query)
{
	return talloc_asprintf(rq->mem, "%s?view=%lld%s%s", resource_address(rq, list), (long long)id,
			       *query ? "&" : "", query);
}

void view_made(struct request *rq, int64_t id)
{
	const struct resource *list = list_named(rq, field_text(rq, "list"));

	say(rq, "The view was saved.");
	if (wants_page(rq))
		rq->redirect = address_of(rq, list, id, field_text(rq, "query") ? field_text(rq, "query") : "");
}

void view_update(struct request *rq, int64_t id)
{
	const struct row *view = resource_row(rq, resource_of(rq), id);
	struct view_list of = view_list(rq, view ? row_text(view, "list") : "");

	if (view && asks_for(rq, "usual") && is_mine(rq, view))
		view_usual_clear(rq->db, &of, id, rq->now);
}

void view_remove(struct request *rq, int64_t id)
{
	const struct resource *r = resource_of(rq);
	const struct row *view = resource_row(rq, r, id);

	if (view && may_change(rq, view))
		noun_delete(rq->db, resource_view(rq, r), id, NULL, rq->now);
}

/* ---- on a list's page ---- */

bool views_kept(const struct request *rq, const struct resource *list)
{
	const struct resource *views = resource_named(rq->mount->name, "views");

	return views && views != list && views->writers & rq->who.role && !list->elsewhere;
}

const char *view_opens(struct request *rq, const struct resource *list)
{
	struct view_list of = view_list(rq, list->path);
	const struct row *view = views_kept(rq, list) ? view_usual(rq->db, &of) : NULL;
	struct json_object *gone;
	const char *left;

	if (!view)
		return NULL;
	gone = json_object_new_array();
	left = query_left(rq, list, row_text(view, "query"), gone);
	json_object_put(gone);
	return address_of(rq, list, row_int(view, "id"), left);
}

static void add_view(struct request *rq, const struct resource *list, struct json_object *to, const struct row *row)
{
	struct json_object *view = answer_item(to), *gone = answer_array(view, "gone");
	int64_t id = row_int(row, "id");

	answer_int(view, "id", id);
	answer_text(view, "name", row_text(row, "name"));
	answer_text(view, "href", address_of(rq, list, id, query_left(rq, list, row_text(row, "query"), gone)));
	answer_bool(view, "shared", row_bool(row, "shared"));
	answer_bool(view, "mine", row_bool(row, "mine"));
	answer_bool(view, "current", field_given(rq, "view") && field_int(rq, "view") == id);
}

void views_beside(struct request *rq, const struct resource *list)
{
	struct view_list of = view_list(rq, list->path);
	struct json_object *save, *views;
	const struct rows *rows;

	if (!views_kept(rq, list))
		return;
	views = answer_array(rq->beside, "views");
	rows = views_of(rq->db, &of);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		add_view(rq, list, views, &row);
		if (row_bool(&row, "usual") && row_bool(&row, "mine"))
			answer_bool(rq->beside, "opens", true);
	}
	save = answer_object(rq->beside, "save");
	answer_text(save, "post", talloc_asprintf(rq->mem, "%s/views", rq->mount->portal));
	answer_text(save, "list", list->path);
	answer_bool(save, "shares", rq->who.role & MANAGERS);
}
