/* Cuts the covers of events that were brought, or whose focus was moved, and forgets the cuts that no event shows any more. One that
 * cannot be read is told of once, and shown as it is. */
#include "app/cover.h"
#include "base/log.h"
#include "jobs/jobs.h"
#include "outside/files.h"
#include "store/cut.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH = 20 };

/* What becomes of the run. */
enum step { NEXT, LATER, BROKEN };

static enum step settle(struct job_run *run, const char *name, const char *focus, int fd, int64_t bytes)
{
	struct cover cover;
	bool done;

	switch (cover_cut(run->config->run_dir, fd, bytes, focus, &cover)) {
	case SMALL_MADE:
		done = cover_store(run->db, run->config->files, name, focus, &cover, run->now);
		cover_close(&cover);
		return done || db_error(run->db) == DB_OK ? NEXT : BROKEN;
	case SMALL_REFUSED:
		log_warn("cover_unreadable", F("file", name));
		return cut_put(run->db, name, focus, "none", NULL) || db_error(run->db) == DB_OK ? NEXT : BROKEN;
	case SMALL_BUSY:
	case SMALL_NEEDLESS:
		return LATER;
	case SMALL_FAILED:
		break;
	}
	log_error("cover_failed", F("file", name));
	return BROKEN;
}

/* What is not there, for its disk is not, is cut when it is back. */
static enum step look_at(struct job_run *run, const char *name, const char *focus)
{
	char path[FILE_PATH_SIZE];
	struct stat about;
	enum step step;
	int fd;

	file_path(run->config->files, name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return LATER;
	step = fstat(fd, &about) ? BROKEN : settle(run, name, focus, fd, about.st_size);
	close(fd);
	return step;
}

bool job_covers(struct job_run *run)
{
	const struct rows *rows = cuts_missing(run->db, BATCH);
	size_t done = 0;

	for (size_t i = 0; i < rows->n && !job_should_stop(run); i++) {
		struct row row = row_at(rows, i);
		enum step step = look_at(run, row_text(&row, "image"), row_text(&row, "image_focus"));

		if (step == BROKEN)
			return false;
		done += step == NEXT;
	}
	run->more = done && rows->n == BATCH;
	return cuts_forget(run->db) && db_error(run->db) == DB_OK;
}
