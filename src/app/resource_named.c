/* The declarations in one array: how one is found by where it lives, and what may be wrong with one, seen before anything is served
 * by it. */
#include "app/resource.h"
#include <assert.h>
#include <string.h>

/* Ends with a NULL path. */
static struct resource declared[RESOURCES_MAX + 1];
static size_t n_declared;

size_t resource_gather(const struct resource *const families[])
{
	assert(!n_declared);
	for (; *families; families++)
		for (const struct resource *r = *families; r->path; r++) {
			assert(n_declared < RESOURCES_MAX);
			declared[n_declared++] = *r;
		}
	return n_declared;
}

const struct resource *resource_all(void)
{
	assert(n_declared);
	return declared;
}

static const char *mount_of(const char *mount)
{
	return mount ? mount : "staff";
}

const struct resource *resource_named(const char *mount, const char *path)
{
	for (const struct resource *r = resource_all(); r->path; r++)
		if (!strcmp(r->path, path) && !strcmp(mount_of(r->mount), mount_of(mount)))
			return r;
	return NULL;
}

const struct resource *resource_meant(const char *mount, const char *path)
{
	const struct resource *own = resource_named(mount, path);

	return own ? own : resource_named(NULL, path);
}

const struct resource *resource_referred(const struct resource *r, const struct resource_column *c)
{
	return c->refers ? resource_meant(r->mount, c->refers) : NULL;
}

bool word_among(const char *word, const char *words)
{
	size_t len = strlen(word);

	for (const char *at = words; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == len && !strncmp(at, word, len))
			return true;
	return false;
}

const struct resource_column *resource_column(const struct resource *r, const char *name)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/* How much of "event.status" says where it nests. */
static size_t nest_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? (size_t)(dot + 1 - name) : 0;
}

const struct resource_column *resource_beside(const struct resource *r, const struct resource_column *c,
					      const char *name)
{
	size_t len = nest_of(c->name);

	for (const struct resource_column *other = r->columns; other->name; other++)
		if (nest_of(other->name) == len && !strncmp(other->name, c->name, len) &&
		    !strcmp(other->name + len, name))
			return other;
	return NULL;
}

/* ---- soundness ---- */

static bool within(enum role some, enum role all)
{
	return !(some & ~all);
}

/* Rows that are not everybody's are looked at in the name of who reads them, and of nobody else. */
static const char *reference_fault(const struct resource *r, const struct resource_column *c)
{
	const struct resource *other = resource_referred(r, c);

	if (!c->refers)
		return NULL;
	if (!other)
		return talloc_asprintf(NULL, "%s: %s refers to nothing", r->path, c->name);
	if ((other->owner || other->scope) && !within(r->readers, other->readers))
		return talloc_asprintf(NULL, "%s: %s refers to what not all of its readers have", r->path, c->name);
	return NULL;
}

static const char *roles_fault(const struct resource *r)
{
	if (!within(r->writers, r->readers))
		return talloc_asprintf(NULL, "%s: who writes does not read", r->path);
	if (r->shown_to && (!within(r->shown_to, r->readers) || !within(r->writers, r->shown_to)))
		return talloc_asprintf(NULL, "%s: who sees one does not read, or who writes does not see", r->path);
	for (const struct act *act = r->acts; act && act->name; act++)
		if (!within(act->who ? act->who : r->writers, r->readers))
			return talloc_asprintf(NULL, "%s: who may %s does not read", r->path, act->name);
	return NULL;
}

const char *resource_fault(const struct resource *r)
{
	const char *fault = roles_fault(r);

	if (fault)
		return fault;
	for (const struct act *act = r->acts; act && act->name; act++)
		if (act->many && (act->instead || act->flags))
			return talloc_asprintf(NULL, "%s: %s is not done to many by its own action", r->path,
					       act->name);
	for (const struct resource_column *c = r->columns; !fault && c->name; c++)
		fault = reference_fault(r, c);
	return fault;
}
