#ifndef APP_VIEW_H
#define APP_VIEW_H
/* Saved views: what somebody sees of a declared list (search, filters, order) under a name, for themselves or, if they are managers,
 * for all staff. A view is a query and nothing else: whoever opens it sees what the list shows them. */
#include "app/resource.h"

enum { VIEWS_MOST = 50 };

/* What their declaration has of its own: see struct resource. */
void view_check(struct request *rq, int64_t id);
int64_t view_insert(struct request *rq);
void view_made(struct request *rq, int64_t id);
void view_update(struct request *rq, int64_t id);
void view_remove(struct request *rq, int64_t id);

/* Does the caller save views of this list? */
bool views_kept(const struct request *rq, const struct resource *list);
/* The address that a list opens with for the caller where none was asked for; NULL: as it is. */
const char *view_opens(struct request *rq, const struct resource *list);
/* What a list's page shows of its views, into rq->beside: views and save. */
void views_beside(struct request *rq, const struct resource *list);

#endif
