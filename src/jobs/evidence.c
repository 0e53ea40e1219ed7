/* Looks at photos and signatures that came: each is decoded, in the process that is for that, made upright and small enough, and known by 64
 * bits; what came goes. And purges those whose days are over. One row is one transaction, so whoever comes next goes on behind it. */
#include "store/evidence.h"
#include "app/small.h"
#include "app/upload.h"
#include "base/log.h"
#include "http/request.h"
#include "jobs/jobs.h"
#include "live/hint.h"
#include "outside/files.h"
#include "store/attendance_flag.h"
#include "store/audit.h"
#include "store/file.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	BATCH = 50,
	ALIKE_BITS = 5,
	INK_LEAST = 1000 /* millionths: 0.1 % */
};

enum step { NEXT, LATER, BROKEN };

/* One of them, and what was made of it. */
struct look {
	struct db *db;
	const char *dir, *was;
	int64_t id, attendance_id;
	bool drawing;
	struct small_one kept, thumb;
	int64_t doubted; /* the event of a record that waits for a person now; 0: it does not */
	ms_t now;
};

/* ---- in a transaction ---- */

static bool store(struct look *look, const struct small_one *one, const char *thumb, char name[FILE_NAME_SIZE])
{
	return file_digest(one->fd, name) && file_bring(look->db, name, thumb, one->bytes, 0, look->now) &&
	       file_store(look->dir, one->fd, name);
}

static bool raise_flag(struct look *look, const char *code, double score)
{
	look->doubted = flag_raise_late(look->db, look->attendance_id, code, score, NULL, look->now);
	return db_error(look->db) == DB_OK;
}

static bool flags(struct look *look)
{
	if (look->drawing)
		return look->kept.ink >= INK_LEAST || raise_flag(look, "blank_signature", look->kept.ink / 1e6);
	return !evidence_like(look->db, look->attendance_id, look->kept.hash, ALIKE_BITS) ||
	       raise_flag(look, "photo_reused", 0);
}

static bool keep(void *with)
{
	struct look *look = with;
	char name[FILE_NAME_SIZE], thumb[FILE_NAME_SIZE];
	bool small = look->thumb.fd >= 0;

	look->doubted = 0;

	return (!small || store(look, &look->thumb, NULL, thumb)) &&
	       store(look, &look->kept, small ? thumb : NULL, name) &&
	       evidence_looked(look->db, look->id, look->was, name, &look->kept.hash, look->now) && flags(look);
}

static bool give_up(void *with)
{
	struct look *look = with;

	look->doubted = 0;
	return evidence_looked(look->db, look->id, look->was, NULL, NULL, look->now) &&
	       raise_flag(look, "unreadable", 0);
}

/* ---- outside of one ---- */

/* It is not named by this row any more; unless another names it, it goes. */
static bool take_away(struct db *db, const char *dir, const char *name, ms_t now)
{
	file_let_go(db, name, now);
	return upload_take_away(db, dir, name, now + 1);
}

static enum step finish(struct look *look)
{
	bool done = db_transaction(look->db, keep, NULL, look);

	if (look->thumb.fd >= 0)
		close(look->thumb.fd);
	close(look->kept.fd);
	if (done)
		done = take_away(look->db, look->dir, look->was, look->now);
	return done || db_error(look->db) == DB_OK ? NEXT : BROKEN;
}

static enum step settle(struct look *look, const char *run_dir, int fd, int64_t bytes)
{
	switch (small_kept(run_dir, fd, bytes, look->drawing, &look->kept)) {
	case SMALL_MADE:
		if (small_make(run_dir, look->kept.fd, look->kept.bytes, &look->thumb) != SMALL_MADE)
			look->thumb.fd = -1;
		return finish(look);
	case SMALL_REFUSED:
		return db_transaction(look->db, give_up, NULL, look) || db_error(look->db) == DB_OK ? NEXT : BROKEN;
	case SMALL_BUSY:
		return LATER;
	default:
		log_error("evidence_failed", F("evidence_id", look->id));
		return BROKEN;
	}
}

/* What is not there, for its disk is not, is looked at when it is back. */
static enum step look_at(struct job_run *run, const struct row *row)
{
	struct look look = { .db = run->db,
			     .dir = run->config->files,
			     .was = row_text(row, "file_sha256"),
			     .id = row_int(row, "id"),
			     .attendance_id = row_int(row, "attendance_id"),
			     .drawing = row_is(row, "kind", "signature"),
			     .thumb = { .fd = -1 },
			     .now = run->now };
	char path[FILE_PATH_SIZE];
	struct stat about;
	enum step step;
	int fd;

	file_path(look.dir, look.was, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NEXT;
	step = fstat(fd, &about) ? BROKEN : settle(&look, run->config->run_dir, fd, about.st_size);
	if (step == NEXT && look.doubted)
		live_hint(run->config->run_dir, TOPIC_CAMPUS, look.doubted);
	close(fd);
	return step;
}

static bool look_at_all(struct job_run *run)
{
	static int64_t after; /* behind what is not there, until it comes round */
	const struct rows *rows = evidence_unseen(run->db, after, BATCH);

	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		enum step step;

		if (job_should_stop(run)) {
			run->more = true;
			return true;
		}
		step = look_at(run, &row);
		if (step == LATER)
			return true;
		if (step == BROKEN)
			return false;
		after = row_int(&row, "id");
	}
	if (rows->n < BATCH)
		after = 0;
	run->more = rows->n == BATCH;
	return db_error(run->db) == DB_OK;
}

/* ---- purged ---- */

struct purge {
	struct db *db;
	int64_t id, attendance_id;
	ms_t now;
};

static bool purge(void *with)
{
	const struct purge *p = with;
	const struct audit_entry entry = { .at = p->now,
					   .role = "system",
					   .action = "purge",
					   .noun = "attendance_evidence",
					   .noun_id = p->attendance_id,
					   .ip = "",
					   .request_id = "" };

	return evidence_purge(p->db, p->id, p->now) && audit_add(p->db, &entry);
}

/* The small one after that which names it. */
static void purge_files(struct job_run *run, const struct row *row)
{
	take_away(run->db, run->config->files, row_text(row, "file_sha256"), run->now);
	if (!row_null(row, "thumb"))
		take_away(run->db, run->config->files, row_text(row, "thumb"), run->now);
}

static bool purge_all(struct job_run *run)
{
	const struct rows *rows = evidence_due(run->db, BATCH, run->now);

	for (size_t i = 0; i < rows->n && !job_should_stop(run); i++) {
		struct row row = row_at(rows, i);
		struct purge p = { run->db, row_int(&row, "id"), row_int(&row, "attendance_id"), run->now };

		if (db_transaction(run->db, purge, NULL, &p) && !row_null(&row, "file_sha256"))
			purge_files(run, &row);
		if (db_error(run->db) != DB_OK)
			return false;
	}
	run->more = run->more || rows->n == BATCH;
	return true;
}

bool job_evidence(struct job_run *run)
{
	return look_at_all(run) && purge_all(run);
}
