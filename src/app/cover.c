/* All of a picture's cuts are made and stored together, so that one of them says that there are all. */
#include "app/cover.h"
#include "outside/files.h"
#include "store/cut.h"
#include "store/file.h"
#include <string.h>
#include <unistd.h>

static const struct size {
	const char *name;
	unsigned longest, shape_width, shape_height;
} SIZES[COVER_CUTS] = {
	{ "wide-400", 400, 8, 5 }, { "wide-800", 800, 8, 5 },  { "wide-1600", 1600, 8, 5 },
	{ "tall-400", 500, 4, 5 }, { "tall-800", 1000, 4, 5 },
};

/* "top_left": start across, start down. */
static enum picture_part part(const char *focus, const char *start, const char *end)
{
	return strstr(focus, start) ? PICTURE_START : strstr(focus, end) ? PICTURE_END : PICTURE_MIDDLE;
}

void cover_close(struct cover *cover)
{
	for (int i = 0; i < COVER_CUTS; i++) {
		if (cover->cuts[i].fd >= 0)
			close(cover->cuts[i].fd);
		cover->cuts[i].fd = -1;
	}
}

enum small_outcome cover_cut(const char *run_dir, int fd, int64_t bytes, const char *focus, struct cover *cover)
{
	enum small_outcome outcome = SMALL_MADE;

	for (int i = 0; i < COVER_CUTS; i++)
		cover->cuts[i].fd = -1;
	for (int i = 0; i < COVER_CUTS && outcome == SMALL_MADE; i++) {
		const struct small_wish wish = { .longest = SIZES[i].longest,
						 .shape_width = SIZES[i].shape_width,
						 .shape_height = SIZES[i].shape_height,
						 .across = part(focus, "left", "right"),
						 .down = part(focus, "top", "bottom") };

		outcome = small_cut(run_dir, fd, bytes, &wish, &cover->cuts[i]);
	}
	if (outcome != SMALL_MADE)
		cover_close(cover);
	return outcome;
}

/* ---- stored ---- */

struct storing {
	struct db *db;
	const char *dir, *sha256, *focus;
	const struct cover *cover;
	ms_t now;
};

static bool store(void *with)
{
	const struct storing *s = with;
	char name[FILE_NAME_SIZE];

	for (int i = 0; i < COVER_CUTS; i++) {
		const struct small_one *one = &s->cover->cuts[i];

		if (!file_digest(one->fd, name) || !file_bring(s->db, name, NULL, one->bytes, 0, s->now) ||
		    !file_store(s->dir, one->fd, name) || !cut_put(s->db, s->sha256, s->focus, SIZES[i].name, name))
			return false;
	}
	return true;
}

bool cover_store(struct db *db, const char *dir, const char *sha256, const char *focus, const struct cover *cover,
		 ms_t now)
{
	struct storing storing = { .db = db, .dir = dir, .sha256 = sha256, .focus = focus, .cover = cover, .now = now };

	return db_transaction(db, store, NULL, &storing);
}
