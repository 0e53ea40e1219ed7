/* A language is a directory, with a file for each noun. What a translation lacks is there in English; what it has stands in its
 * own order, for lists that people read are sorted by what things are called. Beside the texts, t, are the time zones, zones. */
#include "render/html_catalogue.h"
#include "base/zones.h"
#include "render/asset.h"
#include "render/html_values.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct catalogue {
	const char *directory;
	bool reload;
	struct language *languages, *english;
	struct source *sources;
	unsigned n_sources;
};

static int language_destroy(struct language *language)
{
	hdf_destroy(&language->texts);
	return 0;
}

/* The names in a directory, sorted, so that languages are read alike everywhere; on ctx, *n of them. The directory is
 * remembered: files that come and go change it. */
static NEOERR *names_in(struct catalogue *catalogue, TALLOC_CTX *ctx, const char *path, char ***names, int *n)
{
	struct dirent **entries;

	source_add(catalogue, &catalogue->sources, &catalogue->n_sources, path);
	*n = scandir(path, &entries, NULL, alphasort);
	if (*n < 0)
		return nerr_raise_errno(NERR_IO, "no directory %s", path);
	*names = talloc_array(ctx, char *, (unsigned)*n);
	for (int i = 0; i < *n; i++) {
		(*names)[i] = talloc_strdup(*names, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return STATUS_OK;
}

/* The texts of one noun, below t.<noun>. */
static NEOERR *read_noun(struct catalogue *catalogue, const char *path, const char *noun, HDF *texts)
{
	char *text = NULL, *name = talloc_asprintf(catalogue, "t.%s", noun);
	HDF *below;
	NEOERR *err;

	source_add(catalogue, &catalogue->sources, &catalogue->n_sources, path);
	err = hdf_get_node(texts, name, &below);
	if (!err)
		err = ne_load_file(path, &text);
	if (!err)
		err = hdf_read_string(below, text);
	if (err)
		err = nerr_pass_ctx(err, "in %s", path);
	free(text);
	talloc_free(name);
	return err;
}

static NEOERR *read_texts(struct catalogue *catalogue, const char *locale, HDF *texts)
{
	char *directory = talloc_asprintf(catalogue, "%s/%s", catalogue->directory, locale), **names = NULL;
	int n = 0;
	NEOERR *err = names_in(catalogue, directory, directory, &names, &n);

	for (int i = 0; i < n && !err; i++) {
		char *dot = strrchr(names[i], '.'), *path = talloc_asprintf(directory, "%s/%s", directory, names[i]);

		if (!dot || dot == names[i] || strcmp(dot, ".hdf"))
			continue;
		*dot = '\0';
		err = read_noun(catalogue, path, names[i], texts);
	}
	talloc_free(directory);
	return nerr_pass(err);
}

/* Gives texts what only from has. */
static NEOERR *add_missing(HDF *texts, HDF *from)
{
	NEOERR *err = STATUS_OK;

	for (HDF *child = hdf_obj_child(from); child && !err; child = hdf_obj_next(child)) {
		const char *name = hdf_obj_name(child);
		HDF *own;

		err = hdf_get_node(texts, name, &own);
		if (!err && !hdf_obj_value(own) && hdf_obj_value(child))
			err = hdf_set_value(texts, name, hdf_obj_value(child));
		if (!err)
			err = add_missing(own, child);
	}
	return nerr_pass(err);
}

static NEOERR *add_english(struct catalogue *catalogue, HDF *texts)
{
	HDF *english;
	NEOERR *err = hdf_init(&english);

	if (err)
		return nerr_pass(err);
	err = read_texts(catalogue, "en", english);
	if (!err)
		err = add_missing(texts, english);
	hdf_destroy(&english);
	return nerr_pass(err);
}

/* zones.<n>: a region's name and its zones below it, each with its value and its label: "Europe/Berlin", "Berlin". */
static NEOERR *add_zones(struct catalogue *catalogue, HDF *texts)
{
	TALLOC_CTX *mem = talloc_new(catalogue);
	size_t n, region = 0, of_region = 0;
	const char *const *zones = zones_of_places(mem, &n);
	NEOERR *err = STATUS_OK;

	for (size_t i = 0; i < n && !err; i++) {
		int len = (int)strcspn(zones[i], "/");
		char *name = talloc_strndup(mem, zones[i], (size_t)len), *key, *label;
		bool first = i == 0 || strncmp(zones[i], zones[i - 1], (size_t)len + 1) != 0;

		region += first && i > 0;
		of_region = first ? 0 : of_region + 1;
		key = talloc_asprintf(name, "zones.%zu.zones.%zu", region, of_region);
		label = talloc_strdup(name, zones[i] + len + (zones[i][len] == '/'));
		for (char *c = label; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		if (first)
			err = hdf_set_value(texts, talloc_asprintf(name, "zones.%zu.name", region), name);
		if (!err)
			err = hdf_set_value(texts, talloc_asprintf(name, "%s.value", key), zones[i]);
		if (!err)
			err = hdf_set_value(texts, talloc_asprintf(name, "%s.label", key), label);
	}
	talloc_free(mem);
	return nerr_pass(err);
}

static NEOERR *language_add(struct catalogue *catalogue, const char *locale)
{
	struct language *language = talloc_zero(catalogue, struct language);
	NEOERR *err;

	talloc_set_destructor(language, language_destroy);
	language->locale = talloc_strdup(language, locale);
	err = hdf_init(&language->texts);
	if (!err)
		err = read_texts(catalogue, locale, language->texts);
	if (!err && strcmp(locale, "en"))
		err = add_english(catalogue, language->texts);
	if (!err)
		err = add_zones(catalogue, language->texts);
	if (err) {
		talloc_free(language);
		return nerr_pass(err);
	}
	language->next = catalogue->languages;
	catalogue->languages = language;
	if (!strcmp(locale, "en"))
		catalogue->english = language;
	return STATUS_OK;
}

static void languages_drop(struct catalogue *catalogue)
{
	while (catalogue->languages) {
		struct language *language = catalogue->languages;

		catalogue->languages = language->next;
		talloc_free(language);
	}
	catalogue->english = NULL;
	TALLOC_FREE(catalogue->sources);
	catalogue->n_sources = 0;
}

static NEOERR *languages_load(struct catalogue *catalogue)
{
	char **names = NULL;
	int n = 0;
	NEOERR *err = names_in(catalogue, catalogue, catalogue->directory, &names, &n);

	for (int i = 0; i < n && !err; i++)
		if (names[i][0] != '.')
			err = language_add(catalogue, names[i]);
	talloc_free(names);
	if (!err && !catalogue->english)
		err = nerr_raise(NERR_NOT_FOUND, "there is no lang/en");
	return nerr_pass(err);
}

struct catalogue *catalogue_new(TALLOC_CTX *ctx, const char *templates, bool reload)
{
	struct catalogue *catalogue = talloc_zero(ctx, struct catalogue);

	catalogue->directory = talloc_asprintf(catalogue, "%s/lang", templates);
	catalogue->reload = reload;
	return catalogue;
}

bool catalogue_fresh(struct catalogue *catalogue, char **error)
{
	NEOERR *err;

	if (catalogue->english && !(catalogue->reload && sources_changed(catalogue->sources, catalogue->n_sources)))
		return true;
	languages_drop(catalogue);
	err = languages_load(catalogue);
	if (!err)
		return true;
	languages_drop(catalogue); /* half of them are none */
	*error = error_text(catalogue, err);
	return false;
}

const struct language *catalogue_language(const struct catalogue *catalogue, const char *locale)
{
	size_t len = locale ? strcspn(locale, "-_") : 0;

	for (const struct language *l = catalogue->languages; l && locale; l = l->next)
		if (!strcmp(l->locale, locale))
			return l;
	for (const struct language *l = catalogue->languages; l; l = l->next)
		if (len && !strncmp(l->locale, locale, len) && !l->locale[len])
			return l;
	return catalogue->english;
}
