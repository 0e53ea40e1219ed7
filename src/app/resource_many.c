/* Which acts of a declared noun may be done to many of its rows at once, and who may. How they are is in resource_bulk.c. */
#include "app/resource.h"
#include <string.h>

enum role resource_bulk_who(const struct resource *r)
{
	enum role who = r->many ? r->writers : NOBODY;

	for (const struct act *act = r->acts; act && act->name; act++)
		if (act->many)
			who |= act_who(r, act);
	return who;
}

bool resource_may_many(const struct request *rq, const struct resource *r, const struct act *act)
{
	return (act ? act->many : r->many) && rq->who.role & act_who(r, act);
}

static void add_act(struct request *rq, struct json_object *to, const char *name, bool danger)
{
	struct json_object *one = answer_item(to);

	answer_text(one, "name", name);
	answer_text(one, "key", resource_act_key(rq, name));
	answer_bool(one, "danger", danger);
}

void resource_bulk_acts(struct request *rq, const struct resource *r, struct json_object *to)
{
	for (const struct act *act = r->acts; act && act->name; act++)
		if (resource_may_many(rq, r, act))
			add_act(rq, to, act->name, act->danger);
	if (resource_may_many(rq, r, NULL))
		add_act(rq, to, "delete", true);
}

const struct act *resource_act_named(const struct resource *r, const char *word)
{
	for (const struct act *act = r->acts; act && act->name; act++)
		if (!strcmp(act->name, word))
			return act;
	return NULL;
}
