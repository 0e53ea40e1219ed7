/* Names with a hash. The hash is of the content, not of the time, so that all nodes of a cluster and all deploys of the
 * same file agree. The web server strips it again (httpd/). */
#include "render/asset.h"
#include "base/uuid.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { HASH_BYTES = 6 };

struct asset {
	const char *name, *path;
	struct source *source;
	unsigned n;
	struct asset *next;
};

struct assets {
	const char *directory;
	bool reload;
	struct asset *first;
};

static struct source source_now(const char *path)
{
	struct source source = { .path = path, .size = -1 };
	struct stat st;

	if (!stat(path, &st)) {
		source.mtime = st.st_mtim;
		source.size = st.st_size;
	}
	return source;
}

void source_add(TALLOC_CTX *ctx, struct source **sources, unsigned *n, const char *path)
{
	*sources = talloc_realloc(ctx, *sources, struct source, *n + 1);
	(*sources)[(*n)++] = source_now(talloc_strdup(*sources, path));
}

bool sources_changed(const struct source *sources, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct source now = source_now(sources[i].path);

		if (now.size != sources[i].size || now.mtime.tv_sec != sources[i].mtime.tv_sec ||
		    now.mtime.tv_nsec != sources[i].mtime.tv_nsec)
			return true;
	}
	return false;
}

static bool hash_file(const char *path, char hex[2 * HASH_BYTES + 1])
{
	unsigned char hash[crypto_generichash_BYTES], block[16 * 1024];
	crypto_generichash_state state;
	FILE *file = fopen(path, "rbe");
	size_t n;

	if (!file)
		return false;
	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	while ((n = fread(block, 1, sizeof(block), file)))
		crypto_generichash_update(&state, block, n);
	fclose(file);
	crypto_generichash_final(&state, hash, sizeof(hash));
	hex_text(hash, HASH_BYTES, hex);
	return true;
}

static struct asset *asset_make(struct assets *assets, const char *name)
{
	const char *slash = strrchr(name, '/'), *dot = strrchr(name, '.');
	struct asset *asset;
	char hex[2 * HASH_BYTES + 1], *file;

	if (!dot || (slash && dot < slash) || strstr(name, "..") || name[0] == '/')
		return NULL;
	asset = talloc_zero(assets, struct asset);
	file = talloc_asprintf(asset, "%s/%s", assets->directory, name);
	source_add(asset, &asset->source, &asset->n, file);
	if (!hash_file(file, hex)) {
		talloc_free(asset);
		return NULL;
	}
	asset->name = talloc_strdup(asset, name);
	asset->path = talloc_asprintf(asset, "/static/%.*s.%s%s", (int)(dot - name), name, hex, dot);
	return asset;
}

struct assets *assets_new(TALLOC_CTX *ctx, const char *directory, bool reload)
{
	struct assets *assets = talloc_zero(ctx, struct assets);

	assets->directory = talloc_strdup(assets, directory);
	assets->reload = reload;
	return assets;
}

const char *assets_path(struct assets *assets, const char *name)
{
	struct asset **link = &assets->first, *asset;

	while (*link && strcmp((*link)->name, name))
		link = &(*link)->next;
	asset = *link;
	if (asset && assets->reload && sources_changed(asset->source, asset->n)) {
		*link = asset->next;
		talloc_free(asset);
		asset = NULL;
	}
	if (!asset) {
		asset = asset_make(assets, name);
		if (!asset)
			return NULL;
		asset->next = assets->first;
		assets->first = asset;
	}
	return asset->path;
}
