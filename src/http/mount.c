/* Finding a mount. The table has a dozen rows and is walked once a request. */
#include "http/mount.h"
#include <assert.h>
#include <string.h>

/* How much of path this prefix is; -1: it is none of it. */
static long covers(const char *prefix, const char *path)
{
	size_t len = strlen(prefix);

	return !strncmp(path, prefix, len) && (path[len] == '/' || !path[len] || !len) ? (long)len : -1;
}

const struct mount *mount_find(const struct mount *table, const char *path, bool *api)
{
	const struct mount *best = NULL;
	long longest = -1;

	for (const struct mount *m = table; m->name; m++) {
		long len = m->portal ? covers(m->portal, path) : -1;
		bool below_api = false;

		for (size_t i = 0; m->api[i]; i++)
			if (covers(m->api[i], path) > len) {
				len = covers(m->api[i], path);
				below_api = true;
			}
		if (len > longest) {
			longest = len;
			best = m;
			*api = below_api;
		}
	}
	assert(best);
	return best;
}

const struct mount *mount_named(const struct mount *table, const char *name)
{
	while (table->name && strcmp(table->name, name))
		table++;
	assert(table->name);
	return table;
}

const struct mount *mount_of_role(const struct mount *table, enum role roles)
{
	for (const struct mount *m = table; m->name; m++)
		if (m->contact && m->roles & roles)
			return m;
	return NULL;
}

const char *mount_home(const struct mount *mount)
{
	return *mount->portal ? mount->portal : "/";
}
