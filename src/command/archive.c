/* What a backup's directory holds, read and written. Whatever fails is said on the standard error, for somebody stands before it. */
#include "command/archive.h"
#include "base/file.h"
#include "base/json_in.h"
#include "outside/files.h"
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef GATEHOUSE_VERSION
#define GATEHOUSE_VERSION "0"
#endif

static const char NAME[] = "backup.json";

enum { DESCRIPTION_MAX = 64 << 10 };

char *archive_path(TALLOC_CTX *ctx, const char *dir, const char *name)
{
	return talloc_asprintf(ctx, "%s/%s", dir, name);
}

static bool complain(const char *path, const char *why)
{
	fprintf(stderr, "gatehouse: %s: %s\n", path, why);
	return false;
}

bool archive_digest(const char *path, char digest[DIGEST_SIZE])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && file_digest(fd, digest);

	if (!good)
		complain(path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

/* ---- the description ---- */

static void add_text(struct json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, json_object_new_string(text));
}

bool archive_write(const char *dir, const struct archive *archive)
{
	char *path = archive_path(NULL, dir, NAME), at[ISO_SIZE];
	struct json_object *o = json_object_new_object();
	const char *text;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good;

	json_object_object_add(o, "format", json_object_new_int(ARCHIVE_FORMAT));
	add_text(o, "made_at", clock_iso(archive->made_at, at));
	add_text(o, "program", GATEHOUSE_VERSION);
	json_object_object_add(o, "schema", json_object_new_int(archive->schema));
	add_text(o, "key", archive->key);
	add_text(o, ARCHIVE_DATA, archive->data);
	add_text(o, ARCHIVE_SCHEMA, archive->versions);
	json_object_object_add(o, ARCHIVE_FILES, json_object_new_int64(archive->files));
	text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY);
	good = fd >= 0 && write_all(fd, text, strlen(text)) && write_all(fd, "\n", 1) && fsync(fd) == 0;
	if (!good)
		complain(path, strerror(errno));
	if (fd >= 0)
		close(fd);
	json_object_put(o);
	talloc_free(path);
	return good;
}

static struct json_object *read_description(const char *path)
{
	char text[DESCRIPTION_MAX];
	struct json_object *o = NULL;
	const char *fault;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text);

	if (len < 0)
		complain(path, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (len < 0)
		return NULL;
	fault = json_read(text, (size_t)len, &o);
	if (!fault && json_object_is_type(o, json_type_object))
		return o;
	complain(path, fault ? fault : "This is no description of a backup.");
	json_object_put(o);
	return NULL;
}

/* A text member of exactly size - 1 bytes. */
static bool take(struct json_object *o, const char *key, char *out, size_t size)
{
	struct json_object *value = json_object_object_get(o, key);

	if (!json_object_is_type(value, json_type_string) || (size_t)json_object_get_string_len(value) != size - 1)
		return false;
	memcpy(out, json_object_get_string(value), size);
	return true;
}

bool archive_read(const char *dir, struct archive *archive)
{
	char *path = archive_path(NULL, dir, NAME), at[ISO_SIZE];
	struct json_object *o = read_description(path);
	bool good = o != NULL;

	if (good && json_object_get_int(json_object_object_get(o, "format")) != ARCHIVE_FORMAT)
		good = complain(path, "this backup is of a format that this program does not read");
	else if (good && !(take(o, "made_at", at, sizeof at) && clock_parse(at, &archive->made_at) &&
			   take(o, "key", archive->key, sizeof archive->key) &&
			   take(o, ARCHIVE_DATA, archive->data, sizeof archive->data) &&
			   take(o, ARCHIVE_SCHEMA, archive->versions, sizeof archive->versions)))
		good = complain(path, "this describes no whole backup");
	if (good) {
		archive->schema = json_object_get_int(json_object_object_get(o, "schema"));
		archive->files = json_object_get_int64(json_object_object_get(o, ARCHIVE_FILES));
	}
	json_object_put(o);
	talloc_free(path);
	return good;
}

/* ---- files ---- */

/* What is stored under a digest is what has it, or it is of no use to anybody. One that went meanwhile was nobody's any more. */
static bool copy_one(const char *from, const char *to, const char *name, int64_t *copied, int64_t *damaged)
{
	char path[FILE_PATH_SIZE], digest[FILE_NAME_SIZE];
	int fd;
	bool good;

	file_path(from, name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return true;
	good = fd >= 0 && file_digest(fd, digest);
	if (!good) {
		complain(path, strerror(errno));
	} else if (strcmp(digest, name)) {
		complain(path, "left out: it does not hold what its name says, so it is damaged");
		++*damaged;
	} else {
		good = file_store(to, fd, name);
		*copied += good;
	}
	if (fd >= 0)
		close(fd);
	return good;
}

bool archive_copy_files(const char *from, const char *to, int64_t *copied, int64_t *damaged)
{
	bool good = !mkdir(to, 0750) || errno == EEXIST;

	*copied = *damaged = 0;
	if (!good)
		return complain(to, strerror(errno));
	for (unsigned shard = 0; good && shard < FILE_SHARDS; shard++) {
		TALLOC_CTX *ctx = talloc_new(NULL);
		struct stored *files;
		size_t in = files_in(ctx, from, shard, &files);

		for (size_t i = 0; good && i < in; i++)
			good = copy_one(from, to, files[i].name, copied, damaged);
		talloc_free(ctx);
	}
	return good;
}
