/* Takes away uploaded files that no row has named for a day. The index says which; what stands on the disk without it, from an
 * upload that was undone or a process that died, is first taken into it, so there is one way to go for all. */
#include "outside/files.h"
#include "app/upload.h"
#include "jobs/jobs.h"
#include "store/file.h"
#include <stdio.h>
#include <string.h>

#define KEEP MS_DAY
enum { DIGITS = 4 };

static bool is_known(const struct rows *known, const char *name)
{
	for (size_t i = 0; i < known->n; i++) {
		struct row row = row_at(known, i);

		if (row_is(&row, "sha256", name))
			return true;
	}
	return false;
}

/* What the index does not know of a shard. Asked for by directories, which hold a few files each. */
static bool adopt(struct job_run *run, TALLOC_CTX *ctx, unsigned shard)
{
	const struct rows *known = NULL;
	struct stored *files;
	size_t n = files_in(ctx, run->config->files, shard, &files);

	for (size_t i = 0; i < n; i++) {
		char digits[DIGITS + 1] = "";

		if (!i || strncmp(files[i].name, files[i - 1].name, DIGITS)) {
			memcpy(digits, files[i].name, DIGITS);
			known = files_under(run->db, digits);
		}
		if (db_error(run->db) != DB_OK) /* all would seem unknown */
			return false;
		if (!is_known(known, files[i].name) && file_look_at(run->config->files, &files[i]))
			file_adopt(run->db, files[i].name, files[i].bytes, files[i].written);
	}
	return db_error(run->db) == DB_OK;
}

/* Of the index: what lost its last name begins its day, what has it behind it goes. */
static bool let_go(struct job_run *run, unsigned shard)
{
	const struct rows *rows;
	char digits[3];

	snprintf(digits, sizeof digits, "%02x", shard & 0xff);
	if (!files_look(run->db, digits, run->now))
		return false;
	rows = files_unnamed(run->db, digits, run->now - KEEP);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (job_should_stop(run) ||
		    !upload_take_away(run->db, run->config->files, row_text(&row, "sha256"), run->now - KEEP))
			return false;
	}
	return db_error(run->db) == DB_OK;
}

/* False: the database failed, or time is up. */
static bool sweep(struct job_run *run, unsigned shard)
{
	TALLOC_CTX *ctx = talloc_new(run->mem);
	bool done;

	db_memory(run->db, ctx);
	done = adopt(run, ctx, shard) && let_go(run, shard);
	db_memory(run->db, run->mem);
	talloc_free(ctx);
	return done;
}

bool job_files(struct job_run *run)
{
	static unsigned shard; /* where this process goes on when time was up */

	if (!shard)
		files_tidy(run->config->files, run->now - KEEP);
	while (!job_should_stop(run)) {
		if (!sweep(run, shard))
			break;
		shard = (shard + 1) % FILE_SHARDS;
		if (!shard)
			return true;
	}
	run->more = true;
	return db_error(run->db) == DB_OK;
}
