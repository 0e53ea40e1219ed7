/* A language is English with its own texts over it: so what a translation lacks is there in English. */
#include "render/html_catalogue.h"
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

static NEOERR *read_texts(struct catalogue *catalogue, const char *locale, HDF *texts)
{
	char *path = talloc_asprintf(catalogue, "%s/%s.hdf", catalogue->directory, locale), *text = NULL;
	HDF *top;
	NEOERR *err;

	source_add(catalogue, &catalogue->sources, &catalogue->n_sources, path);
	err = hdf_get_node(texts, "t", &top);
	if (!err)
		err = ne_load_file(path, &text);
	if (!err)
		err = hdf_read_string(top, text);
	if (err)
		err = nerr_pass_ctx(err, "in %s", path);
	free(text);
	talloc_free(path);
	return err;
}

static NEOERR *language_add(struct catalogue *catalogue, const char *locale)
{
	struct language *language = talloc_zero(catalogue, struct language);
	NEOERR *err;

	talloc_set_destructor(language, language_destroy);
	language->locale = talloc_strdup(language, locale);
	err = hdf_init(&language->texts);
	if (!err)
		err = read_texts(catalogue, "en", language->texts);
	if (!err && strcmp(locale, "en"))
		err = read_texts(catalogue, locale, language->texts);
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
	DIR *dir = opendir(catalogue->directory);
	struct dirent *entry;
	NEOERR *err = STATUS_OK;

	if (!dir)
		return nerr_raise_errno(NERR_IO, "no directory %s", catalogue->directory);
	while (!err && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);
		char locale[sizeof(entry->d_name)];

		if (len < 5 || entry->d_name[0] == '.' || strcmp(entry->d_name + len - 4, ".hdf"))
			continue;
		memcpy(locale, entry->d_name, len - 4);
		locale[len - 4] = '\0';
		err = language_add(catalogue, locale);
	}
	closedir(dir);
	if (!err && !catalogue->english)
		err = nerr_raise(NERR_NOT_FOUND, "there is no lang/en.hdf");
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
