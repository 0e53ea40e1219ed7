#ifndef RENDER_ASSET_H
#define RENDER_ASSET_H
/* Static files under names that carry their content's hash, so that browsers may keep them for a year; and the watch on
 * files that something was made of. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <talloc.h>
#include <time.h>

/* A file as it was when something was made of it. */
struct source {
	const char *path;
	struct timespec mtime;
	off_t size; /* -1: it was not there */
};

/* Appends path, as it is now, to the array *sources of *n on ctx. */
void source_add(TALLOC_CTX *ctx, struct source **sources, unsigned *n, const char *path);
/* Has one of them been touched, made or removed since? */
bool sources_changed(const struct source *sources, unsigned n);

struct assets;

/* reload: look at a file's mtime at every question. */
struct assets *assets_new(TALLOC_CTX *ctx, const char *directory, bool reload);
/* "/static/gate/app.3fa9c1d20b77.js" for "gate/app.js"; NULL when there is no such file, its name has no extension or
 * leads out of the directory. Valid until the file changes. */
const char *assets_path(struct assets *assets, const char *name);

#endif
