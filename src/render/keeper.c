/* All files below a directory of static/ are kept, so a new one cannot be forgotten. The templates that the kept page is made from are
 * named in the version alone: a page that changed is another version too. */
#include "render/keeper.h"
#include "base/uuid.h"
#include "render/asset.h"
#include <dirent.h>
#include <json-c/json.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 4, VERSION_BYTES = 8 };

struct keeper {
	TALLOC_CTX *mem;
	const struct kept_files *what;
	struct assets *assets;
	struct json_object *files;
};

/* What web servers send in place of a file, and what is nobody's. */
static int is_shown(const struct dirent *entry)
{
	const char *ending = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && (!ending || strcmp(ending, ".gz") != 0);
}

static void add_file(struct keeper *k, const char *name)
{
	const char *path = assets_path(k->assets, name);

	if (path && strcmp(name, k->what->script) != 0)
		json_object_array_add(k->files, json_object_new_string(path));
}

static void add_directory(struct keeper *k, const char *name, int depth)
{
	struct dirent **entries;
	int n = scandir(talloc_asprintf(k->mem, "%s/%s", k->what->statics, name), &entries, is_shown, alphasort);

	for (int i = 0; i < n; i++) {
		const char *inner = talloc_asprintf(k->mem, "%s/%s", name, entries[i]->d_name);
		struct stat st;

		if (stat(talloc_asprintf(k->mem, "%s/%s", k->what->statics, inner), &st) == 0 && S_ISDIR(st.st_mode)) {
			if (depth > 1)
				add_directory(k, inner, depth - 1);
		} else {
			add_file(k, inner);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* The page's own templates as their hashes. */
static const char *page_version(struct keeper *k)
{
	struct assets *templates = assets_new(k->mem, k->what->templates, false);
	char *all = talloc_strdup(k->mem, "");

	for (const char *const *name = k->what->page; *name; name++) {
		const char *path = assets_path(templates, *name);

		all = talloc_asprintf_append(all, "%s ", path ? path : "-");
	}
	return all;
}

static void version_of(struct keeper *k, const char *script, char hex[2 * VERSION_BYTES + 1])
{
	const char *all = talloc_asprintf(k->mem, "%s%s%s", page_version(k), script,
					  json_object_to_json_string_ext(k->files, JSON_C_TO_STRING_PLAIN));
	unsigned char hash[crypto_generichash_BYTES];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)all, strlen(all), NULL, 0);
	hex_text(hash, VERSION_BYTES, hex);
}

bool keeper_script(struct buf *out, const struct kept_files *what)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct keeper k = { mem, what, assets_new(mem, what->statics, false), json_object_new_array() };
	const char *script = assets_path(k.assets, what->script);
	char version[2 * VERSION_BYTES + 1];

	if (script) {
		add_directory(&k, what->directory, DEPTH);
		version_of(&k, script, version);
		buf_printf(out, "const VERSION = \"%s\";\nconst FILES = %s;\nimportScripts(\"%s\");\n", version,
			   json_object_to_json_string_ext(k.files,
							  JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
			   script);
	}
	json_object_put(k.files);
	talloc_free(mem);
	return script && !buf_over(out);
}
