/* The name is looked at, not the file: whatever a rotation does, afterwards another file bears the name, or none. */
#include "base/line_file.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_MS = 1000 };

bool line_file_open(struct line_file *to, const char *path)
{
	struct stat st;
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0)
		return false;
	if (fstat(fd, &st)) {
		close(fd);
		return false;
	}
	*to = (struct line_file){
		.path = path, .fd = fd, .device = st.st_dev, .file = st.st_ino, .looked = clock_monotonic()
	};
	return true;
}

/* Where a new one cannot be made the old one goes on. */
static void follow_name(struct line_file *to)
{
	ms_t now = clock_monotonic();
	struct stat st;
	int old = to->fd;

	if (now - to->looked < LOOK_MS)
		return;
	to->looked = now;
	if ((stat(to->path, &st) || st.st_ino != to->file || st.st_dev != to->device) && line_file_open(to, to->path))
		close(old);
}

bool line_file_add(struct line_file *to, const char *line, size_t len)
{
	if (to->fd < 0)
		return false;
	follow_name(to);
	return write(to->fd, line, len) == (ssize_t)len;
}
