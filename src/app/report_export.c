/* All that is held on a person, for them: by its kinds as JSON, their records as a table, and their photos and signatures as files. It is
 * made as a report of their own records is, so who has very many finds it among their reports. */
#include "app/report.h"
#include "store/privacy.h"

static void add_part(const struct report_wish *wish, struct json_object *into, const struct held_part *part)
{
	answer_rows(into, part->name, held_rows(wish->db, part, wish->account_id, 0));
}

static const char *all_held(const struct report_wish *wish)
{
	struct json_object *all = json_object_new_object(), *held;
	const char *text;

	answer_time(all, "exported_at", wish->now);
	held = answer_object(all, "held");
	for (const struct held_part *part = CAMPUS_HELD_PARTS; part->name; part++)
		add_part(wish, held, part);
	text = talloc_strdup(wish->mem, json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY));
	json_object_put(all);
	return text;
}

static void own_picture(void *with, TALLOC_CTX *mem, const struct row *row, const char *name,
			struct register_picture *out)
{
	report_picture(with, mem, row_int(row, "number"), name, true, out);
}

void report_export_draw(const struct report_wish *wish, const struct report *r, struct drawing *out)
{
	static const char *const PICTURES[] = { "front", "back", "signature", NULL };
	struct row_list *list = attendance_list(wish->db, &r->eye, &r->filter);
	struct archive_paper *paper = talloc_zero(wish->mem, struct archive_paper);

	paper->text_name = "held.json";
	paper->text = all_held(wish);
	paper->rows = list->source(list);
	paper->again = list->source(list);
	paper->name = "attendance";
	paper->dialect = wish->dialect;
	paper->pictures = PICTURES;
	paper->picture = own_picture;
	paper->with = talloc_memdup(wish->mem, wish, sizeof *wish);
	*out = (struct drawing){ .kind = DRAW_ARCHIVE, .what = paper, .name = r->kind, .form = "zip" };
}
