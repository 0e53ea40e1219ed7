/* A key file is never written into: a new one is made beside it and takes its name. So whoever reads it reads a whole one, and
 * whoever has read it knows by a look at the name whether it is still the same. */
#include "rules/key_file.h"
#include "base/file.h"
#include "base/uuid.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX = 2 * SECRET_BYTES, TEXT_MAX = KEY_LINES * (HEX + ISO_SIZE + 2) + 2048 };

/* ---- reading ---- */

/* Reads what stands in fd into text, at most size - 1 bytes. */
static size_t read_text(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t n = 1;

	while (len < size - 1 && n != 0) {
		n = read(fd, text + len, size - 1 - len);
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	return len;
}

/* One line, without blanks at its end. NULL, or what is wrong with it. */
static const char *take_line(char *text, struct key_lines *lines)
{
	struct key_line *line = &lines->line[lines->n];
	char *time = text + strcspn(text, " \t");

	if (lines->n == KEY_LINES)
		return "the key file holds more than eight keys";
	if (*time) {
		*time++ = '\0';
		time += strspn(time, " \t");
		if (!clock_parse(time, &line->from) || line->from <= 0)
			return "the key file has a time that is none";
	} else {
		line->from = 0;
	}
	if (!hex_parse(text, line->secret, SECRET_BYTES))
		return "the key file does not hold 64 hex digits a line";
	for (unsigned i = 0; i < lines->n; i++)
		if (lines->line[i].from == line->from)
			return "the key file has two keys of the same time";
	lines->n++;
	return NULL;
}

static const char *take_text(char *text, struct key_lines *lines)
{
	const char *error = NULL;
	char *next;

	for (char *at = text; at && !error; at = next) {
		size_t len = strcspn(at, "\n");

		next = at[len] ? at + len + 1 : NULL;
		while (len > 0 && strchr("\r \t", at[len - 1]))
			len--;
		at[len] = '\0';
		if (len && *at != '#')
			error = take_line(at, lines);
	}
	return error ? error : lines->n ? NULL : "the key file does not hold 64 hex digits";
}

static int newest_first(const void *a, const void *b)
{
	const struct key_line *one = a, *other = b;

	return one->from < other->from ? 1 : one->from > other->from ? -1 : 0;
}

static void note(struct key_lines *lines, const struct stat *st)
{
	lines->device = st->st_dev;
	lines->inode = st->st_ino;
	lines->changed = (ms_t)st->st_mtim.tv_sec * MS_SECOND + st->st_mtim.tv_nsec / 1000000;
}

static const char *read_fd(int fd, struct key_lines *lines)
{
	char text[TEXT_MAX];
	struct stat st;
	const char *error;

	if (fstat(fd, &st) != 0)
		return "the key file cannot be read";
	if (st.st_mode & S_IRWXO)
		return "the key file is open to everyone: chmod 600 it";
	note(lines, &st);
	read_text(fd, text, sizeof(text));
	error = take_text(text, lines);
	sodium_memzero(text, sizeof(text));
	qsort(lines->line, lines->n, sizeof(*lines->line), newest_first);
	return error;
}

enum key_file key_file_read(const char *path, struct key_lines *lines, const char **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	memset(lines, 0, sizeof(*lines));
	*error = NULL;
	if (fd < 0) {
		bool missing = errno == ENOENT;

		*error = missing ? "there is no key file" : "the key file cannot be opened";
		return missing ? KEY_FILE_MISSING : KEY_FILE_BAD;
	}
	*error = read_fd(fd, lines);
	close(fd);
	if (!*error)
		return KEY_FILE_READ;
	key_file_wipe(lines);
	return KEY_FILE_BAD;
}

bool key_file_changed(const char *path, struct key_lines *lines)
{
	uint64_t device = lines->device, inode = lines->inode;
	ms_t changed = lines->changed;
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	note(lines, &st);
	return lines->device != device || lines->inode != inode || lines->changed != changed;
}

void key_file_wipe(struct key_lines *lines)
{
	sodium_memzero(lines, sizeof(*lines));
}

/* ---- writing ---- */

/* A new name is only safe once its directory is on disk. */
static bool sync_directory(const char *path)
{
	char copy[PATH_MAX];
	bool done;
	int fd;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = fsync(fd) == 0;
	close(fd);
	return done;
}

static size_t print_line(const struct key_line *line, char *out, size_t size)
{
	char hex[HEX + 1], time[ISO_SIZE];
	int len = snprintf(out, size, "%s%s%s\n", hex_text(line->secret, SECRET_BYTES, hex), line->from ? " " : "",
			   line->from ? clock_iso(line->from, time) : "");

	sodium_memzero(hex, sizeof(hex));
	return len > 0 ? (size_t)len : 0;
}

static bool write_lines(int fd, const struct key_lines *lines)
{
	char text[TEXT_MAX];
	size_t len = 0;
	bool done;

	for (unsigned i = 0; i < lines->n; i++)
		len += print_line(&lines->line[i], text + len, sizeof(text) - len);
	done = write_all(fd, text, len) && fsync(fd) == 0;
	sodium_memzero(text, sizeof(text));
	return done;
}

/* Writes a file of a name that nobody else has: like one that is there, or for its owner alone. */
static bool write_beside(const char *path, char beside[PATH_MAX], const struct key_lines *lines,
			 const struct stat *like)
{
	uint8_t bytes[8];
	char unique[17];
	bool done;
	int fd;

	random_bytes(bytes, sizeof(bytes));
	if (snprintf(beside, PATH_MAX, "%s.%s", path, hex_text(bytes, sizeof(bytes), unique)) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	done = write_lines(fd, lines);
	if (like)
		done = done && fchown(fd, like->st_uid, like->st_gid) == 0 && fchmod(fd, like->st_mode & 07777) == 0;
	return close(fd) == 0 && done;
}

/* Linked under its name: of two that start at once one wins, and the other reads the winner's. */
bool key_file_make(const char *path)
{
	struct key_lines lines = { .n = 1 };
	char beside[PATH_MAX];
	bool done;

	random_bytes(lines.line[0].secret, SECRET_BYTES);
	done = write_beside(path, beside, &lines, NULL);
	done = done && (link(beside, path) == 0 || errno == EEXIST);
	unlink(beside);
	key_file_wipe(&lines);
	return done && sync_directory(path);
}

bool key_file_replace(const char *path, const struct key_lines *lines)
{
	char beside[PATH_MAX];
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	if (write_beside(path, beside, lines, &st) && rename(beside, path) == 0)
		return sync_directory(path);
	unlink(beside);
	return false;
}
