/* Gives pictures that were stored before there were small ones theirs. Each is looked at once, in the order of their names; what is
 * done stands in its row, so whoever comes next goes on behind it. One that cannot be read is told of and shown as it is. */
#include "app/small.h"
#include "app/upload.h"
#include "base/log.h"
#include "jobs/jobs.h"
#include "outside/files.h"
#include "store/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BATCH = 50 };

/* What becomes of the run. */
enum step { NEXT, LATER, BROKEN };

static enum small_outcome make(struct job_run *run, int fd, struct small_one *small)
{
	struct stat about;

	*small = (struct small_one){ .fd = -1, .fault = PICTURE_UNREADABLE };
	return fstat(fd, &about) ? SMALL_FAILED : small_make(run->config->run_dir, fd, about.st_size, small);
}

static enum step settle(struct job_run *run, const char *name, int fd)
{
	struct small_one small;
	bool done = true;

	switch (make(run, fd, &small)) {
	case SMALL_MADE:
		done = upload_give_small(run->db, run->config->files, name, &small, run->now);
		close(small.fd);
		return done || db_error(run->db) == DB_OK ? NEXT : BROKEN;
	case SMALL_REFUSED:
		done = file_needs_no_thumb(run->db, name);
		if (done)
			log_warn("stored_picture_unreadable", F("file", name));
		break;
	case SMALL_NEEDLESS:
		done = file_needs_no_thumb(run->db, name);
		break;
	case SMALL_BUSY:
		return LATER;
	case SMALL_FAILED:
		log_error("thumb_failed", F("file", name));
		return BROKEN;
	}
	return done ? NEXT : BROKEN;
}

/* What is not there, for its disk is not, gets its small one when it is back. */
static enum step look_at(struct job_run *run, const char *name)
{
	char path[FILE_PATH_SIZE];
	enum step step;
	int fd;

	file_path(run->config->files, name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NEXT;
	step = settle(run, name, fd);
	close(fd);
	return step;
}

/* Where this process goes on: behind what it could not do, until it comes round. */
static char after[FILE_NAME_SIZE];

bool job_thumbs(struct job_run *run)
{
	const struct rows *rows = files_without_thumb(run->db, after, BATCH);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		enum step step;

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		step = look_at(run, row_text(&row, "sha256"));
		if (step == LATER)
			return true;
		snprintf(after, sizeof after, "%s", row_text(&row, "sha256"));
		if (step == BROKEN)
			return false;
	}
	if (rows->n == BATCH)
		run->more = true;
	else
		*after = '\0';
	return db_error(run->db) == DB_OK;
}
