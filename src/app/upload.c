/* A file is a row of the index and bytes on the disk, which do not change in one act, while the same bytes may be brought and
 * taken away at the same moment, by any node. Both begin with the file's row, and lock it for as long as their transaction
 * lasts. So on one server one waits for the other: either the file is brought after it went, and its bytes are written anew; or
 * who would take it away finds that its day began anew. Nodes of a cluster do not wait: both go on, and whoever commits second
 * is refused. Is that who brings, then it runs again and writes the bytes anew; is it who takes away, the bytes come back from
 * aside. What is undone, or cut off by a death, leaves bytes that no row knows or that stand aside: jobs/files.c finds them. */
#include "app/upload.h"
#include "app/small.h"
#include "outside/files.h"
#include "picture/plain.h"
#include "store/file.h"
#include <unistd.h>

/* What is kept of an upload. */
struct kept_picture {
	int plain, thumb; /* -1: none */
	int64_t plain_bytes, thumb_bytes;
};

static int close_both(struct kept_picture *kept)
{
	if (kept->plain >= 0)
		close(kept->plain);
	if (kept->thumb >= 0)
		close(kept->thumb);
	return 0;
}

/* ---- before the transaction ---- */

static bool refuse_picture(struct request *rq, const char *field, enum picture_fault fault)
{
	static const char
		WRONG[] = "Send a JPEG, PNG, WebP or GIF picture.",
		LARGE[] = "This picture is too large: more than 40 million pixels, 16,384 a side or 500 frames.",
		UNREADABLE[] = "This picture is damaged and cannot be read.";

	if (fault == PICTURE_WRONG_KIND) {
		field_fault(rq, field, WRONG);
		refuse_fields(rq);
	} else if (fault == PICTURE_TOO_LARGE) {
		field_fault(rq, field, LARGE);
		refuse(rq, 422, "PICTURE_TOO_LARGE", LARGE);
	} else {
		field_fault(rq, field, UNREADABLE);
		refuse(rq, 422, "PICTURE_UNREADABLE", UNREADABLE);
	}
	return false;
}

static bool fail(struct request *rq)
{
	refuse(rq, 500, "FILE_FAILED", "The picture could not be stored. It has been noted.");
	return false;
}

/* The small one, by what became of it; false: refused. */
static bool take_small(struct request *rq, const char *field, struct kept_picture *kept)
{
	struct small_one small;

	switch (small_make(rq->config->run_dir, kept->plain, kept->plain_bytes, &small)) {
	case SMALL_MADE:
		kept->thumb = small.fd;
		kept->thumb_bytes = small.bytes;
		return true;
	case SMALL_NEEDLESS:
		return true;
	case SMALL_REFUSED:
		return refuse_picture(rq, field, small.fault);
	case SMALL_BUSY:
		rq->retry_after = 2;
		refuse(rq, 503, "BUSY", "Too many people are doing this at once. Try again in a moment.");
		return false;
	case SMALL_FAILED:
		break;
	}
	return fail(rq);
}

static bool prepare(struct request *rq, const char *field, const struct upload *upload, struct kept_picture *kept)
{
	struct picture_head head;
	enum picture_fault fault = picture_look_at(upload->fd, upload->size, &head);

	if (fault != PICTURE_GOOD)
		return refuse_picture(rq, field, fault);
	kept->plain = picture_plain(upload->fd, upload->size, &kept->plain_bytes);
	if (kept->plain < 0)
		return fail(rq);
	return take_small(rq, field, kept);
}

bool upload_prepare(TALLOC_CTX *ctx, struct request *rq, const char *field)
{
	const struct upload *upload = field_file(rq, field);
	struct kept_picture *kept;

	if (!upload || !upload->size)
		return true;
	if (!rq->pictures)
		rq->pictures = talloc_zero_array(ctx, struct kept_picture *, (unsigned)rq->n_uploads);
	kept = rq->pictures[upload - rq->uploads] = talloc(rq->pictures, struct kept_picture);
	*kept = (struct kept_picture){ .plain = -1, .thumb = -1 };
	talloc_set_destructor(kept, close_both);
	return prepare(rq, field, upload, kept);
}

/* ---- in it ---- */

/* A file and its row in the index, under its own digest; thumb: its small one's, or NULL. */
static bool store(struct request *rq, int fd, int64_t bytes, const char *thumb, char name[FILE_NAME_SIZE])
{
	return file_digest(fd, name) && file_bring(rq->db, name, thumb, bytes, rq->who.account_id, rq->now) &&
	       file_store(rq->config->files, fd, name);
}

/* The small one first, for the other's row names it. */
static bool keep(struct request *rq, const struct kept_picture *kept, char name[FILE_NAME_SIZE])
{
	char thumb[FILE_NAME_SIZE];

	if (kept->thumb < 0)
		return store(rq, kept->plain, kept->plain_bytes, NULL, name);
	return store(rq, kept->thumb, kept->thumb_bytes, NULL, thumb) &&
	       store(rq, kept->plain, kept->plain_bytes, thumb, name);
}

const char *upload_picture(struct request *rq, const char *field)
{
	const struct upload *upload = field_file(rq, field);
	const struct kept_picture *kept = upload && rq->pictures ? rq->pictures[upload - rq->uploads] : NULL;
	char name[FILE_NAME_SIZE];

	if (!kept || has_faults(rq) || refused(rq))
		return NULL;
	if (keep(rq, kept, name))
		return talloc_strdup(rq->mem, name);
	if (db_error(rq->db) == DB_OK)
		fail(rq);
	return NULL;
}

/* ---- of what was stored before there were small ones ---- */

struct late {
	struct db *db;
	const char *dir, *name;
	const struct small_one *small;
	ms_t now;
};

static bool give(void *with)
{
	struct late *late = with;
	char thumb[FILE_NAME_SIZE];

	return file_digest(late->small->fd, thumb) &&
	       file_bring(late->db, thumb, NULL, late->small->bytes, 0, late->now) &&
	       file_store(late->dir, late->small->fd, thumb) && file_give_thumb(late->db, late->name, thumb);
}

bool upload_give_small(struct db *db, const char *dir, const char *sha256, const struct small_one *small, ms_t now)
{
	struct late late = { .db = db, .dir = dir, .name = sha256, .small = small, .now = now };

	return db_transaction(db, give, NULL, &late);
}

/* ---- and away ---- */

struct going {
	struct db *db;
	const char *dir, *name;
	ms_t before;
	bool aside;
};

static void come_back(void *with)
{
	struct going *going = with;

	if (going->aside)
		file_put_back(going->dir, going->name);
	going->aside = false;
}

static bool go(void *with)
{
	struct going *going = with;

	if (file_drop(going->db, going->name, going->before) != 1)
		return false;
	going->aside = file_set_aside(going->dir, going->name);
	return true;
}

bool upload_take_away(struct db *db, const char *dir, const char *sha256, ms_t before)
{
	struct going going = { .db = db, .dir = dir, .name = sha256, .before = before };

	if (!db_transaction(db, go, come_back, &going))
		come_back(&going);
	else if (going.aside)
		file_forget(dir, sha256);
	return db_error(db) == DB_OK;
}
