/* Pages name a picture by its path alone: a browser may have come by another name of the site than the one in its settings,
 * and would not load what lies elsewhere. */
#include "app/picture.h"
#include "app/actions/account.h"
#include "outside/files.h"
#include "rules/link.h"
#include "store/profile.h"

const struct field PICTURE_SIGNED[] = {
	{ "until", F_INT, .min = 1, .max = 100000000000, .help = "Until when the address is good" },
	{ "sign", F_TEXT, .max = 64, .help = "Its signature" },
	FIELDS_END,
};

static const char *site(const struct request *rq)
{
	return wants_page(rq) ? "" : rq->config->base_url;
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

static void publish(struct request *rq, struct json_object *object, const char *key)
{
	const char *sha = tree_text(object, key);

	if (sha)
		answer_text(object, key, talloc_asprintf(rq->mem, "%s/files/%s", site(rq), sha));
}

void picture_public_in(struct request *rq, struct json_object *answer, const char *key)
{
	if (!json_object_is_type(answer, json_type_array))
		publish(rq, answer, key);
	else
		for (size_t i = 0; i < json_object_array_length(answer); i++)
			publish(rq, json_object_array_get_idx(answer, i), key);
}

/* May the one who asks have it? */
static bool may_have(struct request *rq, const char *sha)
{
	bool works_here = rq->who.role & (STAFF | USHER | MERCHANT);

	return link_good(sha, field_int(rq, "until"), field_text(rq, "sign"), rq->now) || picture_public(rq->db, sha) ||
	       (rq->who.role != NOBODY && picture_visible(rq->db, sha, rq->who.account_id, works_here));
}

/* GET /files/:sha. */
int file_show(struct request *rq)
{
	const char *sha = path_text(rq, "sha"), *type = NULL, *path = file_find(rq->mem, rq->config->files, sha, &type);

	if (!path || !may_have(rq, sha))
		return refuse(rq, 404, "FILE_NOT_FOUND", "There is no such file.");
	answer_file(rq, path, type);
	return ANSWERED;
}
