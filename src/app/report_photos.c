/* Records with their photos: on pages, in the cells of a sheet, or as files beside a table. Each photo that goes into one is a look at it, which the audit log is told
 * as it is read. */
#include "app/report.h"
#include "store/audit.h"
#include <string.h>

/* As they are kept, small, or as a sheet has them, which draws no lines: small, but for signatures. */
enum size { WHOLE, SMALL, IN_SHEET };

struct photos {
	struct report_wish wish;
	enum size size;
};

static const char *const BOTH[] = { "front", "back", NULL }, *const ALL[] = { "front", "back", "signature", NULL };

static void note_look(const struct report_wish *wish, int64_t attendance_id, const char *kind)
{
	struct json_object *what = json_object_new_object();

	answer_text(what, "kind", kind);
	answer_text(what, "report", "export-with-photos");
	audit_add(wish->db, &(struct audit_entry){ .at = wish->now,
						   .account_id = wish->account_id,
						   .role = role_name(wish->role),
						   .action = "look",
						   .noun = "attendance_evidence",
						   .noun_id = attendance_id,
						   .after_json = json_object_to_json_string(what),
						   .ip = wish->ip ? wish->ip : "",
						   .request_id = wish->request_id ? wish->request_id : "" });
	json_object_put(what);
}

static void photo(void *with, void *mem, const struct row *row, const char *name, struct register_picture *out)
{
	const struct photos *photos = with;
	const int64_t id = row_int(row, "number");
	const bool whole = photos->size == WHOLE || (photos->size == IN_SHEET && !strcmp(name, "signature"));

	report_picture(&photos->wish, mem, id, name, whole, out);
	if (out->len || out->n)
		note_look(&photos->wish, id, name);
}

static struct photos *photos_of(const struct report_wish *wish, enum size size)
{
	struct photos *photos = talloc(wish->mem, struct photos);

	*photos = (struct photos){ *wish, size };
	return photos;
}

static void draw_archive(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct row_list *list = attendance_list(wish->db, &r->eye, &r->filter);
	struct archive_paper *paper = talloc_zero(wish->mem, struct archive_paper);

	paper->rows = list->source(list);
	paper->again = list->source(list);
	paper->name = "attendance";
	paper->dialect = wish->dialect;
	paper->pictures = r->signatures ? ALL : BOTH;
	paper->picture = photo;
	paper->with = photos_of(wish, WHOLE);
	*out = (struct drawing){ .kind = DRAW_ARCHIVE, .what = paper, .name = r->kind, .form = "zip" };
}

static void draw_sheet(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct row_list *list = attendance_list(wish->db, &r->eye, &r->filter);
	struct sheet *sheet = talloc_zero(wish->mem, struct sheet);

	sheet->rows = report_in_order(list);
	sheet->name = r->kind;
	sheet->dialect = wish->dialect;
	sheet->pictures = r->signatures ? ALL : BOTH;
	sheet->picture = photo;
	sheet->with = photos_of(wish, IN_SHEET);
	*out = (struct drawing){ .kind = DRAW_ROWS, .what = sheet, .name = r->kind, .form = "xlsx" };
}

void report_photos_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	struct register_section *section = talloc_zero(wish->mem, struct register_section);
	struct register_paper *paper = talloc_zero(wish->mem, struct register_paper);
	const double photo_share = r->signatures ? 0.16 : 0.2;
	const struct register_column columns[] = {
		{ "student.full_name", tongue_says(wish->tongue, "Name"), CELL_TEXT, 0.16 },
		{ "student.student_id", tongue_says(wish->tongue, "Number"), CELL_TEXT, r->signatures ? 0.08 : 0.1 },
		{ "event.title", tongue_says(wish->tongue, "Event"), CELL_TEXT, r->signatures ? 0.12 : 0.14 },
		{ "submitted_at", tongue_says(wish->tongue, "Recorded"), CELL_TIME, r->signatures ? 0.09 : 0.1 },
		{ "status", tongue_says(wish->tongue, "Status"), CELL_WORD, r->signatures ? 0.07 : 0.1 },
		{ "front", tongue_says(wish->tongue, "Photo"), CELL_PICTURE, photo_share },
		{ "back", tongue_says(wish->tongue, "Room"), CELL_PICTURE, photo_share },
		{ "signature", tongue_says(wish->tongue, "Signature"), CELL_PICTURE, 0.16 },
	};

	if (*r->format == 'z') {
		draw_archive(wish, r, out);
		return;
	}
	if (*r->format == 'x') {
		draw_sheet(wish, r, out);
		return;
	}
	section->title = tongue_says(wish->tongue, "Records of attendance");
	section->n_rows = (size_t)r->rows;
	section->rows = report_in_order(attendance_list(wish->db, &r->eye, &r->filter));
	paper->columns = talloc_memdup(wish->mem, columns, sizeof columns);
	paper->n_columns = sizeof columns / sizeof *columns - !r->signatures;
	paper->high = 74;
	paper->sections = section;
	paper->n = 1;
	paper->picture = photo;
	paper->with = photos_of(wish, SMALL);
	report_pages_drawn(wish, r, paper, out);
}
