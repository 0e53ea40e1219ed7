/* A file is a row of the index and bytes on the disk, which do not change in one act, while the same bytes may be brought and
 * taken away at the same moment, by any node. Both begin with the file's row, and lock it for as long as their transaction
 * lasts. So on one server one waits for the other: either the file is brought after it went, and its bytes are written anew; or
 * who would take it away finds that its day began anew. Nodes of a cluster do not wait: both go on, and whoever commits second
 * is refused. Is that who brings, then it runs again and writes the bytes anew; is it who takes away, the bytes come back from
 * aside. What is undone, or cut off by a death, leaves bytes that no row knows or that stand aside: jobs/files.c finds them. */
#include "app/upload.h"
#include "base/file.h"
#include "outside/files.h"
#include "outside/pictures.h"
#include "picture/plain.h"
#include "store/file.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
	THUMB_SIDE = 320, /* the longer side of a small one */
	THUMB_QUALITY = 82,
	THUMB_BYTES = 1 << 20, /* more than that no small one has */
	SMALL_BYTES = 64 << 10 /* what has less, and is no larger than a small one, is one itself */
};

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

/* The same file, in which whoever is given it can write nothing. -1 where the system has no way. */
static int reopened(int fd)
{
	char path[40];

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static bool is_small(const struct picture_head *head, int64_t bytes)
{
	return head->width <= THUMB_SIDE && head->height <= THUMB_SIDE && head->frames == 1 && bytes <= SMALL_BYTES;
}

/* What came back is a picture and small, or it is not kept: who breaks a decoder chooses what it writes. Nor is more of it than
 * what draws it. */
static bool take_thumb(struct kept_picture *kept, int fd)
{
	struct picture_head head;
	off_t bytes = lseek(fd, 0, SEEK_END);

	if (bytes <= 0 || bytes > THUMB_BYTES || picture_look_at(fd, bytes, &head) != PICTURE_GOOD ||
	    head.width > THUMB_SIDE || head.height > THUMB_SIDE || head.frames > 1)
		return false;
	kept->thumb = picture_plain(fd, bytes, &kept->thumb_bytes);
	return kept->thumb >= 0;
}

/* By what a child told; false: refused. */
static bool heed(struct request *rq, const char *field, struct kept_picture *kept, const struct picture_told *told,
		 int thumb)
{
	if (told->outcome == PICTURE_REFUSED)
		return refuse_picture(rq, field,
				      told->fault == PICTURE_TOO_LARGE ? PICTURE_TOO_LARGE : PICTURE_UNREADABLE);
	if (told->outcome == PICTURE_DIED)
		return refuse_picture(rq, field, PICTURE_UNREADABLE);
	if (told->outcome != PICTURE_MADE)
		return fail(rq);
	return thumb < 0 || take_thumb(kept, thumb) || refuse_picture(rq, field, PICTURE_UNREADABLE);
}

/* Decodes what will be kept, whether or not a small one is to be made of it: what nobody can read is not stored. */
static bool decode(struct request *rq, const char *field, struct kept_picture *kept, bool small)
{
	const struct picture_ask ask = { .form = PICTURE_ASK,
					 .quality = THUMB_QUALITY,
					 .longest = THUMB_SIDE,
					 .only_read = small,
					 .size = kept->plain_bytes };
	int source = reopened(kept->plain), thumb = small ? -1 : open_nameless(NULL);
	struct picture_told told = { .outcome = PICTURE_FAILED };
	bool good = false;

	if (!small && thumb < 0) {
		fail(rq);
	} else if (!pictures_ask(rq->config->run_dir, &ask, source < 0 ? kept->plain : source, thumb, &told)) {
		rq->retry_after = 2;
		refuse(rq, 503, "BUSY", "Too many people are doing this at once. Try again in a moment.");
	} else {
		good = heed(rq, field, kept, &told, thumb);
	}
	if (source >= 0)
		close(source);
	if (thumb >= 0)
		close(thumb);
	return good;
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
	fault = picture_look_at(kept->plain, kept->plain_bytes, &head);
	if (fault != PICTURE_GOOD)
		return refuse_picture(rq, field, fault);
	return decode(rq, field, kept, is_small(&head, kept->plain_bytes));
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
