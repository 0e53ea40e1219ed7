/* A file rather than a row, for the database may be what is being looked after; and on the disk rather than in memory, so that
 * a machine that is started again in the middle of it does not open the site. */
#include "base/maintenance.h"
#include "base/file.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Of one whose end is not known, or is late. */
enum { AGAIN_S = 60, AGAIN_MAX_S = 3600 };

bool maintenance_on(const char *path, ms_t *until)
{
	char text[ISO_SIZE + 1];
	ssize_t len;
	int fd;

	*until = 0;
	if (access(path, F_OK))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	len = read(fd, text, sizeof text - 1);
	close(fd);
	text[len > 0 ? len : 0] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	if (!clock_parse(text, until))
		*until = 0;
	return true;
}

bool maintenance_begin(const char *path, ms_t until)
{
	char text[ISO_SIZE] = "";
	bool done;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return false;
	if (until)
		clock_iso(until, text);
	done = write_all(fd, text, strlen(text)) && fsync(fd) == 0;
	return close(fd) == 0 && done;
}

bool maintenance_end(const char *path)
{
	return unlink(path) == 0;
}

int maintenance_retry_after(ms_t until, ms_t now)
{
	ms_t left = (until - now + MS_SECOND - 1) / MS_SECOND;

	if (left < AGAIN_S)
		return AGAIN_S;
	return left < AGAIN_MAX_S ? (int)left : AGAIN_MAX_S;
}
