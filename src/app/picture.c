/* Pages name a picture by its path alone: a browser may have come by another name of the site than the one in its settings,
 * and would not load what lies elsewhere. A file that a page leads to is read somewhere else. */
#include "app/picture.h"
#include "app/actions/account.h"
#include "app/cover.h"
#include "outside/files.h"
#include "rules/link.h"
#include "store/cut.h"
#include "store/file.h"
#include "store/profile.h"
#include <stddef.h>
#include <string.h>

const struct field PICTURE_SIGNED[] = {
	{ "until", F_INT, .min = 1, .max = 100000000000, .help = "Until when the address is good" },
	{ "sign", F_TEXT, .max = 64, .help = "Its signature" },
	{ "size", F_CHOICE, .choices = "thumb," COVER_SIZES,
	  .help = "thumb: small, its longer side at most 320 pixels. Of an event's cover: cut to 8:5 (wide) or 4:5 (tall),"
		  " so many pixels wide, as WebP; until it is made the picture itself comes" },
	{ "focus", F_CHOICE, .choices = COVER_FOCUS, .otherwise = "centre",
	  .help = "Around what a cover is cut: its event's image_focus" },
	FIELDS_END,
};

static const char *site(const struct request *rq)
{
	return wants_page(rq) && !list_format(rq) ? "" : rq->config->base_url;
}

const char *picture_signed(struct request *rq, const char *sha)
{
	int64_t until = link_until(rq->now);
	char sign[TOKEN_SIZE];

	if (!sha)
		return NULL;
	return talloc_asprintf(rq->mem, "%s/files/%s?until=%lld&sign=%s", site(rq), sha, (long long)until,
			       link_sign(sha, until, sign));
}

const char *picture_address(struct request *rq, const struct row *row, const char *column)
{
	return picture_signed(rq, row_null(row, column) ? NULL : row_text(row, column));
}

const char *picture_open(struct request *rq, const char *sha)
{
	return sha ? talloc_asprintf(rq->mem, "%s/files/%s", site(rq), sha) : NULL;
}

void picture_open_in(struct request *rq, struct json_object *answer, const char *key)
{
	const char *sha = tree_text(answer, key);

	if (sha)
		answer_text(answer, key, picture_open(rq, sha));
}

/* ---- in lists ---- */

static bool is_picture(const struct pictures *pictures, const char *column)
{
	const char *const *name = pictures->columns;

	while (*name && strcmp(*name, column))
		name++;
	return *name != NULL;
}

const struct rows *picture_rows(TALLOC_CTX *ctx, struct request *rq, const struct rows *rows,
				const struct pictures *pictures)
{
	struct rows *out = talloc_memdup(ctx, rows, sizeof *rows);
	size_t n = rows->n * rows->n_columns;
	struct cell *cells = n ? talloc_memdup(out, rows->cells, n * sizeof *cells) : NULL;

	out->cells = cells;
	for (size_t col = 0; col < rows->n_columns; col++) {
		if (!is_picture(pictures, rows->columns[col].name))
			continue;
		for (size_t i = col; i < n; i += rows->n_columns)
			if (!cells[i].null) {
				cells[i].s = talloc_steal(out, pictures->address(rq, cells[i].s));
				cells[i].len = strlen(cells[i].s);
			}
	}
	return out;
}

/* Another list whose rows are looked through on their way. */
struct shown {
	struct row_list list;
	struct row_source source;
	struct request *rq;
	struct row_list *inner;
	struct row_source *inner_source;
	struct pictures pictures;
	TALLOC_CTX *batch;
};

static const struct rows *shown_page(struct row_list *list, int64_t page, int64_t limit)
{
	struct shown *shown = (struct shown *)(void *)list;

	return picture_rows(shown, shown->rq, shown->inner->page(shown->inner, page, limit), &shown->pictures);
}

static int64_t shown_count(struct row_list *list, bool *estimated)
{
	struct shown *shown = (struct shown *)(void *)list;

	return shown->inner->count(shown->inner, estimated);
}

static const struct rows *shown_next(struct row_source *source)
{
	struct shown *shown = (struct shown *)(void *)((char *)source - offsetof(struct shown, source));
	const struct rows *rows = shown->inner_source->next(shown->inner_source);

	talloc_free_children(shown->batch);
	return rows ? picture_rows(shown->batch, shown->rq, rows, &shown->pictures) : NULL;
}

static struct row_source *shown_source(struct row_list *list)
{
	struct shown *shown = (struct shown *)(void *)list;

	shown->inner_source = shown->inner->source(shown->inner);
	return &shown->source;
}

struct row_list *picture_list(struct request *rq, struct row_list *list, const struct pictures *pictures)
{
	struct shown *shown = talloc_zero(rq->mem, struct shown);

	shown->list = (struct row_list){ shown_page, shown_count, shown_source };
	shown->source.next = shown_next;
	shown->rq = rq;
	shown->inner = list;
	shown->pictures = *pictures;
	shown->batch = talloc_new(shown);
	return &shown->list;
}

/* May the one who asks have it? */
static bool may_have(struct request *rq, const char *sha)
{
	bool works_here = rq->who.role & (STAFF | USHER | MERCHANT);

	return link_good(sha, field_int(rq, "until"), field_text(rq, "sign"), rq->now) || picture_public(rq->db, sha) ||
	       (rq->who.role != NOBODY && picture_visible(rq->db, sha, rq->who.account_id, works_here));
}

/* Where its small one is; NULL: it has none, and is shown itself. */
static const char *small_one(struct request *rq, const char *sha, const char **type)
{
	const char *size = field_text(rq, "size");
	const char *small = !size		     ? NULL
			    : !strcmp(size, "thumb") ? file_thumb(rq->db, sha)
						     : cut_find(rq->db, sha, field_text(rq, "focus"), size);

	return small ? file_find(rq->mem, rq->config->files, small, type) : NULL;
}

/* GET /files/:sha. Who may have a picture may have it small. */
int file_show(struct request *rq)
{
	const char *sha = path_text(rq, "sha"), *type = NULL, *path = NULL;

	if (file_is_name(sha) && may_have(rq, sha)) {
		path = small_one(rq, sha, &type);
		if (!path)
			path = file_find(rq->mem, rq->config->files, sha, &type);
	}
	if (!path)
		return refuse(rq, 404, "FILE_NOT_FOUND", "There is no such file.");
	answer_file(rq, path, type);
	return ANSWERED;
}
