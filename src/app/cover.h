#ifndef APP_COVER_H
#define APP_COVER_H
/* An event's cover as pages show it: cut to the shape of a card (8:5) and of a bill (4:5) around what whoever brought it says matters, in
 * the widths that screens have, as WebP. They are asked for by their names, and where there are none yet the picture itself is shown. */
#include "app/small.h"
#include "db/db.h"

#define COVER_FOCUS "centre,top,bottom,left,right,top_left,top_right,bottom_left,bottom_right"
#define COVER_SIZES "wide-400,wide-800,wide-1600,tall-400,tall-800"

enum { COVER_CUTS = 5 };

struct cover {
	struct small_one cuts[COVER_CUTS]; /* each made */
};

/* Cuts the picture of so many bytes that fd holds, around focus, a word of COVER_FOCUS: decoded elsewhere, so this is no transaction's
 * work. SMALL_MADE: all of them, which cover_close() closes; else none is open. */
enum small_outcome cover_cut(const char *run_dir, int fd, int64_t bytes, const char *focus, struct cover *cover);
void cover_close(struct cover *cover);
/* Stores them as what the picture with that digest is around focus. In a transaction of its own. False: nothing was done; the database
 * failed, or the disk, which is logged. */
bool cover_store(struct db *db, const char *dir, const char *sha256, const char *focus, const struct cover *cover,
		 ms_t now);

#endif
