/* From a declaration to what its list keeps as a view, and to what is done with many of its rows at once. */
#include "app/bulk.h"
#include "app/resource_fields.h"
#include <string.h>

static void add_list(struct fields *out, const struct field *list, bool sorted)
{
	for (const struct field *f = list; f->name; f++)
		if (strcmp(f->name, "page") && strcmp(f->name, "limit") && strcmp(f->name, "format") &&
		    (sorted || strncmp(f->name, "sort_", 5)))
			field_add(out, *f);
}

/* A list's fields without those of its pages. */
static void make_kept(struct resource_made *made)
{
	struct fields sought = fields_new(), kept = fields_new(), page = fields_new();

	add_list(&sought, made->list, false);
	add_list(&kept, made->list, true);
	for (const struct field *f = made->list; f->name; f++)
		field_add(&page, *f);
	field_add(&page,
		  (struct field){
			  .name = "view", .type = F_INT, .max = INT64_MAX, .help = "The saved view that this is" });
	made->sought = sought.v;
	made->kept = kept.v;
	made->list_page = page.v;
}

/* "approve,reject,delete" */
static const char *bulk_words(const struct resource *r)
{
	char *words = talloc_strdup(NULL, "");

	for (const struct act *act = r->acts; act && act->name; act++)
		if (act->many)
			words = talloc_asprintf_append(words, "%s%s", *words ? "," : "", act->name);
	return r->many ? talloc_asprintf_append(words, "%sdelete", *words ? "," : "") : words;
}

/* What its acts ask for, each once: which of it is needed the act says. */
static void add_bulk_words(struct fields *out, const struct resource *r)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		for (const struct act *act = r->acts; act && act->name; act++)
			if (act->many && ((act->needs && word_among(c->name, act->needs)) ||
					  (act->takes && word_among(c->name, act->takes)))) {
				field_add(out, field_of(c, false, false));
				break;
			}
}

static void make_bulk(struct resource_made *made, const struct resource *r)
{
	const struct field action = { .name = "action",
				      .type = F_CHOICE,
				      .required = true,
				      .choices = bulk_words(r),
				      .help = "What is done to each" };
	const struct field dry = { .name = "dry_run",
				   .type = F_BOOL,
				   .help = "Say what would become of each, and change nothing" };
	struct fields bulk = fields_new(), form = fields_new(), ask = fields_new(), answer = fields_new();

	field_add(&bulk, action);
	field_add(&bulk, BULK_IDS);
	field_add(&bulk, BULK_ALL);
	field_add(&bulk, (struct field){ .name = "filter",
					 .type = F_OBJECT,
					 .of = made->sought,
					 .help = "all: those that this search finds, as the list is asked" });
	field_add(&bulk, dry);
	add_bulk_words(&bulk, r);
	field_add(&form, action);
	field_add(&form, BULK_IDS);
	field_add(&form, dry);
	add_bulk_words(&form, r);
	field_add(&ask, action);
	field_add(&ask, BULK_IDS);
	field_add(&ask, BULK_ALL);
	add_list(&ask, made->list, false);
	bulk_answer(answer.v, action.choices, BULK_ROW);
	made->bulk = bulk.v;
	made->bulk_form = form.v;
	made->bulk_ask = ask.v;
	made->bulk_answer = answer.v;
}

void resource_make_many(struct resource_made *made, const struct resource *r)
{
	make_kept(made);
	if (*bulk_words(r))
		make_bulk(made, r);
}
