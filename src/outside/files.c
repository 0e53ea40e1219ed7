/* File storage on a local or shared disk. A file is written under a name of its own and then renamed, so half of one is
 * never found, and two that store the same at once do not disturb each other. */
#include "outside/files.h"
#include "base/file.h"
#include "base/log.h"
#include "base/uuid.h"
#include "picture/head.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 32 * 1024, DIGEST = crypto_hash_sha256_BYTES };

bool file_digest(int fd, char name[FILE_NAME_SIZE])
{
	crypto_hash_sha256_state state;
	uint8_t chunk[CHUNK], digest[DIGEST];
	off_t at = 0;
	ssize_t got;

	crypto_hash_sha256_init(&state);
	while ((got = pread(fd, chunk, sizeof chunk, at)) > 0) {
		crypto_hash_sha256_update(&state, chunk, (unsigned long long)got);
		at += got;
	}
	crypto_hash_sha256_final(&state, digest);
	hex_text(digest, sizeof digest, name);
	return got == 0;
}

static bool copy(int in, int out)
{
	uint8_t chunk[CHUNK];
	off_t at = 0;
	ssize_t got;

	while ((got = pread(in, chunk, sizeof chunk, at)) > 0) {
		if (!write_all(out, chunk, (size_t)got))
			return false;
		at += got;
	}
	return got == 0 && fsync(out) == 0;
}

void file_path(const char *dir, const char *name, char out[FILE_PATH_SIZE])
{
	snprintf(out, FILE_PATH_SIZE, "%s/%.2s/%.2s/%s", dir, name, name + 2, name);
}

static bool make_directories(const char *dir, const char *name)
{
	char path[FILE_PATH_SIZE];

	snprintf(path, sizeof path, "%s/%.2s", dir, name);
	if (mkdir(path, 0750) && errno != EEXIST)
		return false;
	snprintf(path, sizeof path, "%s/%.2s/%.2s", dir, name, name + 2);
	return !mkdir(path, 0750) || errno == EEXIST;
}

static bool store(const char *dir, int fd, const char *name)
{
	char fresh[FILE_PATH_SIZE], path[FILE_PATH_SIZE], unique[17];
	uint8_t random[8];
	bool done;
	int out;

	file_path(dir, name, path);
	random_bytes(random, sizeof random);
	snprintf(fresh, sizeof fresh, "%s/" FILE_HALF "%s", dir, hex_text(random, sizeof random, unique));
	out = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (out < 0)
		return false;
	done = copy(fd, out);
	done = close(out) == 0 && done && make_directories(dir, name) && rename(fresh, path) == 0;
	if (!done)
		unlink(fresh);
	return done;
}

bool file_store(const char *dir, int fd, const char *name)
{
	if (store(dir, fd, name))
		return true;
	log_error("file_store_failed", F("dir", dir), F("error", strerror(errno)));
	return false;
}

bool file_is_name(const char *name)
{
	return strlen(name) == FILE_NAME_SIZE - 1 && strspn(name, "0123456789abcdef") == FILE_NAME_SIZE - 1;
}

const char *file_find(TALLOC_CTX *ctx, const char *dir, const char *name, const char **type)
{
	char path[FILE_PATH_SIZE];
	uint8_t head[24];
	ssize_t got;
	int fd;

	if (!file_is_name(name))
		return NULL;
	file_path(dir, name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	got = pread(fd, head, sizeof head, 0);
	close(fd);
	*type = got > 0 ? picture_type(picture_kind(head, (size_t)got)) : NULL;
	return *type ? talloc_strdup(ctx, path) : NULL;
}
