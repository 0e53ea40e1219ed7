/* The site map, put together: every address Gatehouse answers, who may use it, what it takes and how it is shown. Its rows
 * stand in the files beside this one, a family each.
 *
 * To add a page or a route:
 *   1. its SQL: a function in store/<noun>.c
 *   2. its action: int <noun>_<verb>(struct request *rq) in app/<noun>.c, declared in app/actions/<family>.h, with the
 *      fields it takes, and what it answers below /api, in arrays beside it
 *   3. its row in routes/<family>.c: method, path, action, who may, rate class, flags, fields, answer or template, one line of
 *      summary; and what it refuses with that follows from none of these (.refuses, .tells; a field's .names)
 *   4. for a page, its template in templates/<noun>/ and its texts in templates/lang/
 * Dispatch, /api/openapi.json, /api/docs and the permission tests read the row; there is nothing else to register.
 *
 * One action may have several rows: as JSON below /api, as a page below a portal. A row with .page is HTML; a page's POST
 * has .then (where a success goes) and .again (the action that answers its page after a refusal). The action answers both
 * alike, and the template reads it below data.; what a page shows with it (a filter's choices, the event around a list) fills
 * the action in .beside, below beside. A noun that is only listed, shown, made, changed and deleted is a declaration in
 * src/resources/ instead. A row with .together is for the few
 * addresses that a crowd asks at the same moment: what waits is answered in one transaction. */
#include "app/actions/account.h"
#include "app/resource.h"
#include "http/dialect.h"
#include "routes/family.h"
#include "routes/mounts.h"
#include <assert.h>
#include <string.h>

static const struct route *const FAMILIES[] = { ROUTES_SITE,
						ROUTES_EVENT,
						ROUTES_CUSTOMER,
						ROUTES_ORGANIZER,
						ROUTES_MERCHANT,
						ROUTES_GATE,
						ROUTES_LIVE,
						ROUTES_STAFF,
						ROUTES_FINANCE,
						ROUTES_CAMPUS,
						ROUTES_CAMPUS_MARK,
						ROUTES_CAMPUS_EVIDENCE,
						ROUTES_CAMPUS_MARK_PAGE,
						ROUTES_CAMPUS_RECORD,
						ROUTES_CAMPUS_PORTAL,
						ROUTES_CAMPUS_FIGURES,
						ROUTES_CAMPUS_REVIEW,
						ROUTES_CAMPUS_REPORT };

enum { FAMILIES_N = sizeof FAMILIES / sizeof *FAMILIES };

static size_t length(const struct route *family)
{
	size_t n = 0;

	while (family[n].method)
		n++;
	return n;
}

/* Is it a deletion of an API? What that answers is its dialect's to say. */
static bool deletes(const struct route *row)
{
	return row->api && !strcmp(row->method, "DELETE");
}

int route_success(const struct route *route)
{
	if (route && deletes(route) && route->mount->dialect->deletion == DELETION_IS_EMPTY)
		return 204;
	return route && route->flags & MAKES ? 201 : 200;
}

bool route_keeps(const struct route *route)
{
	return !strcmp(route->method, "POST") && route->flags & (WRITES | OWN_TX) && !(route->flags & SECRET) &&
	       route->who != ANYONE;
}

static void complete_asking(struct route *row, const struct resource_made *made)
{
	if (strcmp(row->method, "GET"))
		row->fields = row->asks == ASKS_REQUEST ? made->ask
			      : row->asks == ASKS_FORM	? made->ask_form
							: made->asked;
	if (!row->answers && !row->page)
		row->answers = made->asked_answer;
}

/* What follows from where a row lies, and from what it names. */
void route_complete(struct route *row)
{
	row->mount = mount_find(MOUNTS, row->path, &row->api);
	row->pool = row->by ? (enum pool)(row->by - 1) : row->flags & CALLS ? POOL_OUTSIDE : row->mount->pool;
	if (row->rate == RATE_USUAL)
		row->rate = strcmp(row->method, "GET") ? row->mount->rate.writes : row->mount->rate.reads;
	if (deletes(row) && row->mount->dialect->deletion != DELETION_TELLS_ID)
		row->answers = row->mount->dialect->deletion == DELETION_IS_EMPTY ? NULL : NOTHING;
	if (row->items_of)
		row->items = resource_made(resource_meant(row->mount->name, row->items_of))->row_answer;
	if (row->one_of)
		row->answers = resource_made(resource_meant(row->mount->name, row->one_of))->one_answer;
	if (row->asks_of)
		complete_asking(row, resource_made(resource_named(NULL, row->asks_of)));
}

/* The families' rows, the accounts' and the resources' in one array, made at first use, which is before the fork. */
const struct route *routes_all(size_t *n)
{
	static struct route *all;
	static size_t total;

	if (!all) {
		size_t accounts = account_routes(NULL, 0), made = resource_routes(NULL, 0), own = accounts + made;

		for (size_t i = 0; i < FAMILIES_N; i++)
			own += length(FAMILIES[i]);
		all = talloc_zero_array(NULL, struct route, (unsigned)own);
		for (size_t i = 0; i < FAMILIES_N; i++) {
			memcpy(all + total, FAMILIES[i], length(FAMILIES[i]) * sizeof *all);
			total += length(FAMILIES[i]);
		}
		total += account_routes(all + total, accounts);
		total += resource_routes(all + total, made);
		for (size_t i = 0; i < total; i++)
			route_complete(&all[i]);
	}
	*n = total;
	return all;
}
