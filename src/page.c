/* An action answers pages and the API alike. What a page shows beside that answer (the choices of a filter, the event around
 * a list) is filled after it, by what the page's row names. A refused form's page is filled the same way: by the action that
 * showed it, then by what stands beside. */
#include "page.h"
#include "db/db.h"
#include "gates.h"
#include "routes/routes.h"
#include <string.h>

/* Is this somebody to whom the route's page may be shown? Who was refused at a gate before they were known is nobody. */
static bool may_see(const struct request *rq)
{
	return rq->route->who & ANYONE ||
	       (rq->who.role & rq->route->who && (rq->route->flags & OWN || has_right(&rq->who, rq->route->right)));
}

static void fill_beside(struct request *rq)
{
	if (!rq->route->beside || refused(rq))
		return;
	rq->beside = json_object_new_object();
	rq->route->beside(rq);
}

/* Is it the form that is at fault? */
static bool mends_in_form(const struct request *rq)
{
	const char *code = rq->code;

	return rq->route->again && rq->status != 401 && rq->status != 404 && rq->status != 500 &&
	       !(code && (!strcmp(code, "CSRF") || !strncmp(code, "DATABASE_", 9)));
}

/* What the refused action answered stays, where the page has nothing of that name. */
static void add_missing(struct json_object *to, struct json_object *from)
{
	json_object_object_foreach(from, key, value) if (!json_object_object_get_ex(to, key, NULL))
		json_object_object_add(to, key, json_object_get(value));
}

static void fill_again(struct exchange *x)
{
	struct request *rq = &x->rq;
	int status = rq->status, retry_after = rq->retry_after;
	const char *code = rq->code, *message = rq->message;
	struct json_object *errors = json_object_get(rq->errors), *own = json_object_get(rq->data);

	form_token(x);
	if (!x->http->input) /* refused before it was read */
		http_read_body(x->http, rq->config, rq->route->body_kb, BODY_TYPED);
	db_clear(rq->db);
	exchange_reset(x);
	rq->route->again(rq);
	add_missing(rq->data, own);
	fill_beside(rq);
	x->refilled = db_error(rq->db) == DB_OK && !refused(rq);
	json_object_put(own);
	json_object_put(rq->errors);
	rq->errors = errors;
	rq->status = status;
	rq->code = code;
	rq->message = message;
	rq->retry_after = retry_after;
}

/* A form that lost its session: the portal's sign-in is shown, with what was sent in it, to be gone on with. */
static void fill_sign_in(struct exchange *x)
{
	struct request *rq = &x->rq;
	struct json_object *none = NULL;
	const char *allow;

	http_read_body(x->http, rq->config, rq->route->body_kb, BODY_TYPED);
	if (!form_was_own(x))
		return;
	rq->route = route_match("POST", talloc_asprintf(rq->mem, "%s/sign-in", rq->mount->portal), &none, &allow);
	json_object_put(none);
	form_token(x);
	db_clear(rq->db);
	exchange_reset(x);
	rq->route->again(rq);
	x->refilled = x->carried = db_error(rq->db) == DB_OK && !refused(rq);
	refuse(rq, 401, "TOKEN_INVALID", "Sign in first.");
}

/* What a field is at fault for is mended in the form, whatever an app would be told. */
static void blame_form(struct request *rq)
{
	if (rq->route->again && has_faults(rq) && (rq->status == 401 || rq->status == 404 || rq->status == 409))
		rq->status = 422;
}

/* Is what will be sent the page, and nothing else? */
static bool shows_page(const struct request *rq)
{
	return !rq->redirect && !rq->route->then && !rq->drawing.kind;
}

void page_fill(struct exchange *x)
{
	struct request *rq = &x->rq;

	if (x->api || x->sent || !rq->route || !rq->route->page)
		return;
	if (rq->status == 401 && rq->route->flags & CARRIED)
		fill_sign_in(x);
	if (!may_see(rq) || x->carried)
		return;
	blame_form(rq);
	if (!refused(rq) && shows_page(rq)) {
		fill_beside(rq);
		gate_database(x);
	} else if (refused(rq) && mends_in_form(rq)) {
		fill_again(x);
	}
}
