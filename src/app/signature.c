/* A signature comes as a pen drew it, and then is drawn here, or as a PNG, or as a typed name. What is signed stands in a hash with the ink, so that neither can
 * be put to another record. */
#include "app/evidence_keep.h"
#include "base/file.h"
#include "base/json_in.h"
#include "outside/files.h"
#include "picture/head.h"
#include "picture/ink.h"
#include "picture/name.h"
#include "picture/plain.h"
#include "rules/keys.h"
#include "rules/strokes.h"
#include "store/attendance_flag.h"
#include <string.h>
#include <unistd.h>

enum { PNG_KB = 200, PNG_WIDTH = 2000, PNG_HEIGHT = 1000, INK_MOST = 1 << 20 };
static const char STATEMENT[] = "I attend this event myself, now.", URI[] = "data:image/png;base64,";

static bool fault(struct request *rq, const char *field, const char *sentence)
{
	field_fault(rq, field, "%s", sentence);
	refuse_fields(rq);
	return false;
}

bool evidence_signature_sent(const struct request *rq)
{
	return field_tree(rq, "strokes") || field_text(rq, "signature") || field_file(rq, "signature") ||
	       field_given(rq, "typed_name");
}

static bool keep(struct request *rq, int fd, int64_t bytes, struct evidence *evidence, struct evidence_kept *kept)
{
	const struct row *of = evidence_agreed(rq, evidence->attendance_id);
	uint8_t hash[HASH_BYTES];
	char *text;

	if (!of)
		return false;
	text = talloc_asprintf(rq->mem, "%lld %lld %lld %s %s", (long long)evidence->attendance_id,
			       (long long)row_int(of, "event_id"), (long long)row_int(of, "account_id"), STATEMENT,
			       evidence->sent_sha256);
	hash_plain(text, strlen(text), hash);
	evidence->ink_hash = hash;
	return evidence_keep(rq, fd, bytes, evidence, kept);
}

/* ---- drawn ---- */

/* The digest of what a drawing is known again by. */
static bool ink_digest(struct request *rq, const struct strokes *strokes, char out[FILE_NAME_SIZE])
{
	struct buf *ink = buf_new(rq->mem, INK_MOST);
	int fd = open_nameless(NULL);
	bool good;

	strokes_ink(strokes, ink);
	good = fd >= 0 && write_all(fd, ink->data, ink->len) && file_digest(fd, out);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool keep_drawing(struct request *rq, const struct strokes *strokes, struct evidence *evidence,
			 struct evidence_kept *kept)
{
	char *sent = talloc_size(rq->mem, FILE_NAME_SIZE);
	int fd = open_nameless(NULL);
	double spread = 0;
	int64_t bytes = 0;
	bool good;

	evidence->sent_sha256 = sent;
	evidence->width = STROKES_WIDTH;
	evidence->height = STROKES_HEIGHT;
	good = fd >= 0 && ink_digest(rq, strokes, sent) &&
	       ink_draw(fd, strokes->at, strokes->begins, strokes->n, STROKES_WIDTH, STROKES_HEIGHT, &bytes);
	if (!good)
		refuse(rq, 500, "FILE_FAILED", "The picture could not be stored. It has been noted.");
	good = good && keep(rq, fd, bytes, evidence, kept);
	if (fd >= 0)
		close(fd);
	if (good &&
	    (strokes_replayed(strokes, &spread) || evidence_came_before(rq->db, evidence->attendance_id, true, sent)))
		flag_raise(rq->db, evidence->attendance_id, "signature_replay", spread, NULL, rq->now);
	return good;
}

/* In a form they are a text. */
static bool take_strokes(struct request *rq, struct json_object *tree, struct evidence *evidence,
			 struct evidence_kept *kept)
{
	struct json_object *read = NULL;
	struct strokes strokes;
	enum strokes_fault found;

	if (json_object_is_type(tree, json_type_string)) {
		if (json_read(json_object_get_string(tree), (size_t)json_object_get_string_len(tree), &read))
			return fault(rq, "strokes", strokes_sentence(STROKES_MALFORMED));
		tree = read;
	}
	found = strokes_read(rq->mem, tree, &strokes);
	evidence->strokes = talloc_strdup(rq->mem, json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN));
	json_object_put(read);
	if (found != STROKES_GOOD)
		return fault(rq, "strokes", strokes_sentence(found));
	return keep_drawing(rq, &strokes, evidence, kept);
}

/* ---- a picture ---- */

static bool take_picture(struct request *rq, int sent, int64_t size, struct evidence *evidence,
			 struct evidence_kept *kept)
{
	struct picture_head head;
	char *digest = talloc_size(rq->mem, FILE_NAME_SIZE);
	int64_t bytes = 0;
	int plain;
	bool good;

	if (!size)
		return fault(rq, "signature", "This file is empty.");
	if (size > PNG_KB * 1024)
		return evidence_too_many_bytes(rq, "signature", PNG_KB);
	if (picture_look_at(sent, size, &head) == PICTURE_WRONG_KIND || head.kind != PICTURE_PNG)
		return evidence_wrong_kind(rq, "signature", "Send a signature as a PNG picture.");
	if (head.width > PNG_WIDTH || head.height > PNG_HEIGHT)
		return fault(rq, "signature", "A signature has at most 2,000 by 1,000 pixels.");
	evidence->width = head.width;
	evidence->height = head.height;
	evidence->sent_sha256 = digest;
	plain = file_digest(sent, digest) ? picture_plain(sent, size, &bytes) : -1;
	good = plain >= 0 && keep(rq, plain, bytes, evidence, kept);
	if (plain >= 0)
		close(plain);
	if (good && evidence_came_before(rq->db, evidence->attendance_id, true, digest))
		flag_raise(rq->db, evidence->attendance_id, "signature_replay", 0, NULL, rq->now);
	return good;
}

/* Base64 (RFC 4648, 4) as that of addresses has it. */
static bool take_uri(struct request *rq, const char *text, struct evidence *evidence, struct evidence_kept *kept)
{
	size_t len = strlen(text), got = 0, most = PNG_KB * 1024 + 3;
	uint8_t *bytes = talloc_size(rq->mem, most);
	char *url;
	int fd;
	bool good;

	if (strncmp(text, URI, sizeof URI - 1) != 0)
		return evidence_wrong_kind(rq, "signature", "Send a signature as a PNG picture.");
	url = talloc_strdup(rq->mem, text + sizeof URI - 1);
	len = strlen(url);
	while (len && url[len - 1] == '=')
		len--;
	if (len > PNG_KB * 1024 / 3 * 4 + 4)
		return evidence_too_many_bytes(rq, "signature", PNG_KB);
	for (size_t i = 0; i < len; i++)
		url[i] = url[i] == '+' ? '-' : url[i] == '/' ? '_' : url[i];
	if (!base64url_read(url, len, bytes, most, &got))
		return fault(rq, "signature", "This data URI cannot be read.");
	fd = open_nameless(NULL);
	good = fd >= 0 && write_all(fd, bytes, got) && take_picture(rq, fd, (int64_t)got, evidence, kept);
	if (fd >= 0)
		close(fd);
	return good;
}

/* ---- a name ---- */

/* Who cannot draw types their name. It becomes a picture, as every signature is one, and says of itself that no hand wrote it; the same
 * name is typed for each event, so that it came before says nothing. */
static bool take_name(struct request *rq, const char *name, struct evidence *evidence, struct evidence_kept *kept)
{
	char *digest = talloc_size(rq->mem, FILE_NAME_SIZE);
	int fd = open_nameless(NULL);
	int64_t bytes = 0;
	bool good = fd >= 0 && name_draw(fd, name, said_to(rq, SAID("Typed, not written by hand")), STROKES_WIDTH,
					 STROKES_HEIGHT, &bytes);

	evidence->width = STROKES_WIDTH;
	evidence->height = STROKES_HEIGHT;
	evidence->sent_sha256 = digest;
	good = good && file_digest(fd, digest);
	if (!good)
		refuse(rq, 500, "FILE_FAILED", "The picture could not be stored. It has been noted.");
	good = good && keep(rq, fd, bytes, evidence, kept);
	if (fd >= 0)
		close(fd);
	return good;
}

bool evidence_take_signature(struct request *rq, int64_t attendance_id, struct evidence_kept *kept)
{
	struct evidence evidence = { .attendance_id = attendance_id, .kind = "signature" };
	const struct upload *upload = field_file(rq, "signature");

	if (field_tree(rq, "strokes"))
		return take_strokes(rq, field_tree(rq, "strokes"), &evidence, kept);
	if (upload)
		return take_picture(rq, upload->fd, upload->size, &evidence, kept);
	if (field_text(rq, "signature"))
		return take_uri(rq, field_text(rq, "signature"), &evidence, kept);
	if (field_given(rq, "typed_name"))
		return take_name(rq, field_text(rq, "typed_name"), &evidence, kept);
	return fault(rq, "signature", "Sign.");
}
