/* Where a noun has its pages, and how one goes on from one of them. */
#include "app/resource.h"
#include "http/mount.h"

const char *resource_address(struct request *rq, const struct resource *r)
{
	return talloc_asprintf(rq->mem, "%s/%s", rq->mount->portal, r->path);
}

const char *resource_pages(struct request *rq, const struct resource *r)
{
	return r->home ? r->home : resource_address(rq, r);
}

const struct resource *resource_shown_on(const struct request *rq, const struct resource *r)
{
	const struct resource_column *tie = r->parent ? resource_column(r, r->parent) : NULL;
	const struct resource *parent = tie && tie->flags & CREATED ? resource_referred(r, tie) : NULL;

	return parent && !parent->key && parent->readers & rq->who.role ? parent : NULL;
}

const char *resource_way_on(struct request *rq, const struct resource *r)
{
	const struct resource *parent = resource_shown_on(rq, r);
	int64_t id = parent ? field_int(rq, r->parent) : 0;

	if (!id)
		return NULL;
	if (field_declared(rq, "another") && field_bool(rq, "another"))
		return talloc_asprintf(rq->mem, "%s/new?%s=%lld", resource_address(rq, r), r->parent, (long long)id);
	return talloc_asprintf(rq->mem, "%s/%lld", resource_pages(rq, parent), (long long)id);
}
