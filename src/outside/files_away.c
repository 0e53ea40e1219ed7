/* Files that go. A file's bytes and its row in the index cannot be changed in one act, so the bytes are moved aside first and
 * removed when the row is known to be gone; until then they can be put back by a rename. */
#include "base/log.h"
#include "outside/files.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void aside_of(const char *dir, const char *name, char out[FILE_PATH_SIZE])
{
	snprintf(out, FILE_PATH_SIZE, "%s/" FILE_ASIDE "%s", dir, name);
}

bool file_set_aside(const char *dir, const char *name)
{
	char path[FILE_PATH_SIZE], aside[FILE_PATH_SIZE];

	file_path(dir, name, path);
	aside_of(dir, name, aside);
	if (rename(path, aside) == 0)
		return true;
	if (errno != ENOENT)
		log_error("file_not_set_aside", F("path", path), F("error", strerror(errno)));
	return false;
}

void file_put_back(const char *dir, const char *name)
{
	char path[FILE_PATH_SIZE], aside[FILE_PATH_SIZE];

	file_path(dir, name, path);
	aside_of(dir, name, aside);
	if (rename(aside, path) && errno != ENOENT)
		log_error("file_not_put_back", F("path", path), F("error", strerror(errno)));
}

void file_forget(const char *dir, const char *name)
{
	char aside[FILE_PATH_SIZE];

	aside_of(dir, name, aside);
	if (unlink(aside) && errno != ENOENT)
		log_error("file_not_removed", F("path", aside), F("error", strerror(errno)));
}

/* What is in a directory that is no file of ours belongs to somebody else. */
static size_t list_directory(TALLOC_CTX *ctx, const char *path, struct stored **files, size_t n)
{
	struct dirent *entry;
	DIR *open = opendir(path);

	while (open && (entry = readdir(open))) {
		if (!file_is_name(entry->d_name))
			continue;
		*files = talloc_realloc(ctx, *files, struct stored, (unsigned)n + 1);
		memcpy((*files)[n++].name, entry->d_name, FILE_NAME_SIZE);
	}
	if (open)
		closedir(open);
	return n;
}

size_t files_in(TALLOC_CTX *ctx, const char *dir, unsigned shard, struct stored **files)
{
	char path[FILE_PATH_SIZE], below[FILE_PATH_SIZE + 4];
	struct dirent *entry;
	size_t n = 0;
	DIR *open;

	*files = NULL;
	snprintf(path, sizeof path, "%s/%02x", dir, shard & 0xff);
	open = opendir(path);
	while (open && (entry = readdir(open))) {
		if (strlen(entry->d_name) != 2 || entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof below, "%s/%.2s", path, entry->d_name);
		n = list_directory(ctx, below, files, n);
	}
	if (open)
		closedir(open);
	return n;
}

static bool look_at(const char *path, int64_t *bytes, ms_t *written)
{
	struct stat st;

	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	*bytes = st.st_size;
	*written = (ms_t)st.st_mtim.tv_sec * MS_SECOND + st.st_mtim.tv_nsec / 1000000;
	return true;
}

bool file_look_at(const char *dir, struct stored *file)
{
	char path[FILE_PATH_SIZE];

	file_path(dir, file->name, path);
	return look_at(path, &file->bytes, &file->written);
}

static void tidy_one(const char *dir, const char *name, ms_t before)
{
	char path[FILE_PATH_SIZE];
	int64_t bytes;
	ms_t written;

	if (!strncmp(name, FILE_ASIDE, strlen(FILE_ASIDE)) && file_is_name(name + strlen(FILE_ASIDE))) {
		file_put_back(dir, name + strlen(FILE_ASIDE));
		return;
	}
	if (strncmp(name, FILE_HALF, strlen(FILE_HALF)))
		return;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	if (look_at(path, &bytes, &written) && written < before)
		unlink(path);
}

void files_tidy(const char *dir, ms_t before)
{
	struct dirent *entry;
	DIR *open = opendir(dir);

	while (open && (entry = readdir(open)))
		tidy_one(dir, entry->d_name, before);
	if (open)
		closedir(open);
}
