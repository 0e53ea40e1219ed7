/* A file is a row of the index and bytes on the disk, which do not change in one act, while the same bytes may be brought and
 * taken away at the same moment, by any node. Both begin with the file's row, and lock it for as long as their transaction
 * lasts. So on one server one waits for the other: either the file is brought after it went, and its bytes are written anew; or
 * who would take it away finds that its day began anew. Nodes of a cluster do not wait: both go on, and whoever commits second
 * is refused. Is that who brings, then it runs again and writes the bytes anew; is it who takes away, the bytes come back from
 * aside. What is undone, or cut off by a death, leaves bytes that no row knows or that stand aside: jobs/files.c finds them. */
#include "app/upload.h"
#include "outside/files.h"
#include "outside/picture.h"
#include "store/file.h"
#include <unistd.h>

static bool is_taken(struct request *rq, const char *field, const struct upload *upload)
{
	switch (picture_fault(upload->fd, upload->size)) {
	case PICTURE_WRONG_KIND:
		field_fault(rq, field, "Send a JPEG or PNG picture.");
		break;
	case PICTURE_TOO_LARGE:
		field_fault(rq, field, "This picture has more than 40 million pixels.");
		break;
	case PICTURE_GOOD:
		break;
	}
	return !has_faults(rq) && !refused(rq);
}

/* The picture as it is kept, under its own digest. NULL: it was not stored. */
static const char *keep(struct request *rq, const struct upload *upload)
{
	char name[FILE_NAME_SIZE];
	int64_t bytes;
	int fd = picture_plain(upload->fd, upload->size, &bytes);
	bool kept = fd >= 0 && file_digest(fd, name) && file_bring(rq->db, name, bytes, rq->who.account_id, rq->now) &&
		    file_store(rq->config->files, fd, name);

	if (fd >= 0)
		close(fd);
	return kept ? talloc_strdup(rq->mem, name) : NULL;
}

const char *upload_picture(struct request *rq, const char *field)
{
	const struct upload *upload = field_file(rq, field);
	const char *name;

	if (!upload || !upload->size || !is_taken(rq, field, upload))
		return NULL;
	name = keep(rq, upload);
	if (!name && db_error(rq->db) == DB_OK)
		refuse(rq, 500, "FILE_FAILED", "The picture could not be stored. It has been noted.");
	return name;
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
