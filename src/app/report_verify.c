/* Was a document issued, and is a file that one has the same? Anybody may ask who has the code that stands on it: it is told what the
 * document says of itself on its first page, and nothing of the people in it. */
#include "app/actions/report.h"
#include "app/picture.h"
#include "app/report.h"
#include "outside/files.h"
#include <ctype.h>
#include <string.h>

const struct field REPORT_VERIFY_FILE[] = {
	{ "file", F_FILE, .required = true, .raw = true, .help = "The document as one has it" },
	FIELDS_END,
};

/* clang-format off */
#define ISSUED_FIELDS \
	{ "code", F_TEXT, .help = "The code that stands on it" }, \
	{ "title", F_TEXT, .help = "Of what it is" }, \
	{ "format", F_CHOICE, .choices = "csv,xlsx,pdf", .help = "As which file it was issued" }, \
	{ "rows", F_INT, .help = "How many rows it has" }, \
	{ "sha256", F_TEXT, .help = "SHA-256 of the file" }, \
	{ "issued_at", F_TIME, .help = "When it was issued" }, \
	{ "campus", F_TEXT, .null = true, .help = "Whose events it is of; null: of several" }, \
	{ "logo", F_TEXT, .null = true, .help = "Address of that campus's logo" }
/* clang-format on */
const struct field REPORT_ISSUED[] = { ISSUED_FIELDS, FIELDS_NAMED("report_issued") };
const struct field REPORT_COMPARED[] = {
	ISSUED_FIELDS,
	{ "file_sha256", F_TEXT, .sometimes = true, .help = "SHA-256 of the file that was sent" },
	{ "matches", F_BOOL, .sometimes = true, .help = "Is it the file that was issued" },
	FIELDS_NAMED("report_compared"),
};

/* As it is typed: in any case, and with blanks or dashes between. */
static const char *code_of(struct request *rq)
{
	const char *typed = path_text(rq, "code");
	char *code = talloc_zero_size(rq->mem, strlen(typed) + 1);
	size_t n = 0;

	for (; *typed; typed++)
		if (isalnum((unsigned char)*typed))
			code[n++] = (char)toupper((unsigned char)*typed);
	return code;
}

static const struct row *issued_or_404(struct request *rq)
{
	const struct row *row = report_issued(rq->db, code_of(rq));

	if (!row)
		refuse(rq, 404, "NOT_FOUND", "No document was issued under this code.");
	return row;
}

static void answer_issued(struct request *rq, const struct row *row)
{
	answer_row(rq->data, row);
	picture_open_in(rq, rq->data, "logo");
}

/* GET reports/verify/:code/. */
int report_verify(struct request *rq)
{
	const struct row *row = issued_or_404(rq);

	if (row)
		answer_issued(rq, row);
	return ANSWERED;
}

/* POST reports/verify/:code/. */
int report_verify_file(struct request *rq)
{
	const struct upload *file = field_file(rq, "file");
	const struct row *row = issued_or_404(rq);
	char digest[FILE_NAME_SIZE];

	if (!row)
		return ANSWERED;
	if (!file || !file_digest(file->fd, digest)) {
		field_fault(rq, "file", "Choose a file.");
		return refuse_fields(rq);
	}
	answer_issued(rq, row);
	answer_text(rq->data, "file_sha256", digest);
	answer_bool(rq->data, "matches", row_is(row, "sha256", digest));
	return ANSWERED;
}
