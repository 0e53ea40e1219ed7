/* From the declarations to fields and SQL, worked out once before the fork and kept for the process's life. So a noun's
 * validation, its forms and its place in OpenAPI all read one declaration. */
#include "app/resource_fields.h"
#include "base/log.h"
#include "store/day.h"
#include <assert.h>
#include <string.h>

static struct resource_made made_of[RESOURCES_MAX];

/* ---- finding one ---- */

const struct resource_made *resource_made(const struct resource *r)
{
	return &made_of[r - resource_all()];
}

const struct resource *resource_of(const struct request *rq)
{
	const struct resource *r = request_resource(rq);

	assert(r);
	return r;
}

const char *resource_key(const struct resource *r)
{
	return r->id ? r->id : "id";
}

struct noun_view resource_view(const struct request *rq, const struct resource *r)
{
	assert(!(r->owner || r->scope) || rq->who.role & r->readers);
	return (struct noun_view){ &resource_made(r)->noun, !(r->owner || r->scope) ? 0
							    : r->by_account	    ? rq->who.account_id
										    : rq->who.role_id };
}

const char *resource_expression(const struct resource *r, const char *name)
{
	const struct noun *noun = &resource_made(r)->noun;

	if (!strcmp(name, "id"))
		return noun->row;
	for (const struct noun_column *c = noun->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c->sql;
	assert(false);
	return NULL;
}

/* ---- acts ---- */

const struct resource *resource_parent(const struct resource *r)
{
	return r->parent ? resource_referred(r, resource_column(r, r->parent)) : NULL;
}

enum role act_who(const struct resource *r, const struct act *act)
{
	return act && act->who ? act->who : r->writers;
}

bool act_fits(const struct request *rq, const struct resource *r, const struct act *act, struct json_object *row)
{
	if (act->unless && json_object_get_boolean(json_object_object_get(row, act->unless)))
		return false;
	return rq->who.role & act_who(r, act) && (!*act->from || word_among(tree_text(row, "status"), act->from));
}

/* ---- fields ---- */

static const char *kept(const char *format, const char *name)
{
	return talloc_asprintf(NULL, "%s%s", name, format);
}

static bool is_joined(const struct resource_column *c)
{
	return c->sql && strncmp(c->sql, "t.", 2) && strcmp(c->sql, ZONE_OF_EVENT);
}

static const char *expression(const struct resource_column *c)
{
	return c->sql ? c->sql : talloc_asprintf(NULL, "t.%s", c->name);
}

static void add_value_filter(struct resource_filter *filter, struct fields *list, const struct resource_column *c)
{
	*filter = (struct resource_filter){ .name = c->name,
					    .type = c->type,
					    .condition = c->filter ? c->filter : kept(" = ?", expression(c)),
					    .joined = is_joined(c) || c->filter };
	field_add(list, (struct field){ .name = c->name,
					.type = c->type == F_LONG_TEXT ? F_TEXT : c->type,
					.min = c->type == F_INT ? c->min : 0,
					.max = c->type == F_TEXT  ? 200
					       : c->type == F_INT ? c->max
								  : 0,
					.choices = c->choices,
					.help = c->help });
}

/* From a day on, or to its end. */
static void add_day_filter(struct resource_filter *filter, struct fields *list, const struct resource *r,
			   const struct resource_column *c, bool until)
{
	const struct resource_column *zone = c->type == F_TIME ? resource_beside(r, c, "time_zone") : NULL;
	const char *test = until ? " < " : " >= ", *where = "";

	*filter = (struct resource_filter){ .name = kept(until ? "_to" : "_from", c->name),
					    .type = F_DATE,
					    .condition = talloc_asprintf(NULL, "%s%s?", expression(c), test),
					    .joined = is_joined(c),
					    .until = until,
					    .moment = c->type == F_TIME };
	if (zone) {
		filter->each = talloc_asprintf(NULL, "(%s%s? OR %s%s" DAY_EDGE("%s") ")", expression(c), test,
					       expression(c), test, expression(zone));
		filter->each_joined = is_joined(c) || is_joined(zone);
	}
	if (filter->moment)
		where = zone ? ", where its event is" : ", in the site's time zone";
	field_add(list, (struct field){ .name = filter->name,
					.type = F_DATE,
					.help = talloc_asprintf(NULL, "%s%s",
								until ? "To this day, included" : "From this day on",
								where) });
}

static void add_filter(struct resource_made *made, struct fields *list, const struct resource *r,
		       const struct resource_column *c)
{
	struct resource_filter *filters = (struct resource_filter *)(uintptr_t)made->filters;

	if (c->type != F_TIME && c->type != F_DATE) {
		add_value_filter(&filters[made->n_filters++], list, c);
		return;
	}
	add_day_filter(&filters[made->n_filters++], list, r, c, false);
	add_day_filter(&filters[made->n_filters++], list, r, c, true);
}

static void make_list(struct resource_made *made, const struct resource *r)
{
	static const struct field PAGE[] = { FIELDS_PAGE };
	struct fields list = fields_new();

	for (size_t i = 0; i < sizeof PAGE / sizeof *PAGE; i++)
		field_add(&list, PAGE[i]);
	made->filters = talloc_zero_array(NULL, struct resource_filter, FIELDS_MAX);
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & FILTERED)
			add_filter(made, &list, r, c);
	made->list = list.v;
	/* a day may take two */
	assert(2 * made->n_filters <= sizeof((struct noun_ask *)0)->filters / sizeof(struct noun_filter));
}

/* By which an asker says what they have seen. */
static void add_seen(struct fields *out, const struct resource *r)
{
	if (r->stamps & STAMP_UPDATED)
		field_add(out, (struct field){ .name = "updated_at",
					       .type = F_TIME,
					       .help = "What it was when you read it: refused when it has changed" });
}

/* The fields of a write: POST's, PUT's or a form's. In PUT nothing is required, for what is not given stays. In a form a
 * box that is not ticked is not sent, so it has no default there. */
static const struct field *make_write(const struct resource *r, unsigned verb, bool whole, bool form)
{
	struct fields out = fields_new();

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & (verb | ALONGSIDE) && !(form && c->flags & BY_NAME))
			field_add(&out, field_of(c, whole && c->flags & REQUIRED && !(c->flags & (ALONGSIDE | FILLED)),
						 verb == CREATED && !(form && c->type == F_BOOL)));
	if (verb == CREATED && form && r->parent)
		field_add(&out, (struct field){ .name = "another", .type = F_BOOL, .help = "And then another" });
	if (verb != CREATED)
		add_seen(&out, r);
	if (verb == EDITED && resource_versioned(r))
		field_add(&out, (struct field){ .name = "version",
						.type = F_TEXT,
						.max = 64,
						.help = "What it was when you read it: refused when it has changed" });
	return out.v;
}

/* What whose row it is asks for: with a word to staff, in the fields of a form or as a tree of its own. */
static void make_asked(struct resource_made *made, const struct resource *r)
{
	static const struct field NOTE = { .name = "note",
					   .type = F_LONG_TEXT,
					   .max = 1000,
					   .otherwise = "",
					   .help = "For whoever decides about it" };
	struct fields ask = fields_new(), form = fields_new(), wishes = fields_new();

	made->asked = make_write(r, WISHED, false, false);
	for (const struct field *f = make_write(r, WISHED, true, true); f->name; f++)
		field_add(&form, *f);
	field_add(&form, NOTE);
	for (const struct field *f = made->asked; f->name; f++)
		if (f->type != F_FILE)
			field_add(&wishes, *f);
	made->wishes = wishes.v;
	field_add(&ask, (struct field){ .name = "changes",
					.type = F_OBJECT,
					.required = true,
					.of = made->wishes,
					.help = "What shall be another, by its name; null: empty" });
	field_add(&ask, NOTE);
	made->ask = ask.v;
	made->ask_form = form.v;
}

static const struct field *make_prefill(const struct resource *r)
{
	struct fields out = fields_new();

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & CREATED && (c->refers || c->type == F_CHOICE))
			field_add(&out, field_of(c, false, false));
	return out.v;
}

/* The columns of words, in the declaration's order. */
static void add_words(struct fields *out, const struct resource *r, const char *words, bool required)
{
	for (const struct resource_column *c = r->columns; words && c->name; c++)
		if (word_among(c->name, words))
			field_add(out, field_of(c, required, false));
}

static void make_acts(struct resource_made *made, const struct resource *r)
{
	for (size_t i = 0; r->acts && r->acts[i].name; i++) {
		struct fields out = fields_new();

		assert(i < RESOURCE_ACTS);
		add_words(&out, r, r->acts[i].needs, true);
		add_words(&out, r, r->acts[i].takes, false);
		add_seen(&out, r);
		made->acts[i] = out.v;
	}
}

/* ---- SQL ---- */

static const char *suffix_of(enum field_type type)
{
	switch (type) {
	case F_BOOL:
		return ":bool";
	case F_UUID:
		return ":uuid";
	case F_MONEY:
		return ":money";
	case F_RATE:
		return ":rate";
	case F_LIST:
	case F_OBJECT:
		return ":json";
	default:
		return "";
	}
}

static const enum searched_as SEARCHED_AS[] = {
	[F_TEXT] = AS_WORDS, [F_LONG_TEXT] = AS_WORDS, [F_EMAIL] = AS_CODE, [F_MOBILE] = AS_MOBILE, [F_ID] = AS_ID,
};

static void make_noun(struct resource_made *made, const struct resource *r)
{
	struct noun_column *columns = talloc_zero_array(NULL, struct noun_column, FIELDS_MAX);
	struct searched *searched = talloc_zero_array(NULL, struct searched, FIELDS_MAX);
	size_t n = 0, n_searched = 0;

	for (const struct resource_column *c = r->columns; c->name; c++) {
		const char *sql = expression(c);

		assert(n < FIELDS_MAX - 2);
		if (!(c->flags & (UNSEEN | ASKED | ONCE)))
			columns[n++] = (struct noun_column){ c->name, sql, suffix_of(c->type), c->flags & LISTED };
		if (c->flags & SEARCHED)
			searched[n_searched++] =
				(struct searched){ c->sought ? c->sought : sql, c->as ? c->as : SEARCHED_AS[c->type] };
	}
	if (r->stamps & STAMP_CREATED && !resource_column(r, "created_at"))
		columns[n++] = (struct noun_column){ "created_at", "t.created_at", "", true };
	if (r->stamps & STAMP_UPDATED)
		columns[n++] = (struct noun_column){ "updated_at", "t.updated_at", "", false };
	made->noun = (struct noun){ .table = r->table,
				    .id = resource_key(r),
				    .owner = r->owner,
				    .scope = r->scope,
				    .part = r->part,
				    .order_index = r->order_index,
				    .walked = r->walked,
				    .straight = r->straight,
				    .found_by = r->found_by,
				    .tie = r->tie,
				    .joins = r->joins,
				    .in_use = r->in_use,
				    .stamps = r->stamps,
				    .soft_delete = r->soft_delete,
				    .columns = columns,
				    .searched = searched };
	noun_compose(NULL, &made->noun);
}

/* ---- answers ---- */

/* What may not be null: what must be given, what has a value when it is not, and what is made here. */
static bool always_set(const struct resource_column *c)
{
	return (c->flags & REQUIRED && !(c->flags & LEAVES)) || c->otherwise || c->type == F_BOOL || c->type == F_UUID;
}

static void add_once(struct fields *to, struct field field)
{
	for (size_t i = 0; i < to->n; i++)
		if (!strcmp(to->v[i].name, field.name))
			return;
	field_add(to, field);
}

/* A picture is answered by its address. */
static struct field answer_of(const struct resource_column *c)
{
	return (struct field){ .name = c->name,
			       .type = c->type == F_FILE ? F_TEXT : c->type,
			       .choices = c->choices,
			       .otherwise = c->otherwise,
			       .of = c->of,
			       .help = c->help ? c->help : resource_label(NULL, c),
			       .null = !always_set(c) && !(c->flags & ONCE),
			       .sometimes = c->flags & ONCE };
}

/* One by itself, called as the noun, with its mount's name where that is not staff's; or a row of the list. */
static const struct field *make_answer(const struct resource *r, bool row)
{
	struct fields out = fields_new();
	const char *name = r->mount ? talloc_asprintf(NULL, "%s_%s", r->mount, r->noun) : r->noun;

	field_add(&out, (struct field){ .name = "id", .type = F_ID, .help = "Its id" });
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (!(c->flags & (UNSEEN | ASKED)) && (c->flags & LISTED || !row))
			add_once(&out, answer_of(c));
	if (r->stamps & STAMP_CREATED)
		add_once(&out, (struct field){ .name = "created_at", .type = F_TIME, .help = "When it was made" });
	if (r->stamps & STAMP_UPDATED && !row)
		add_once(&out,
			 (struct field){ .name = "updated_at", .type = F_TIME, .help = "When it was last changed" });
	if (resource_versioned(r) && !row)
		add_once(&out,
			 (struct field){ .name = "version", .type = F_TEXT, .help = "Another after each change" });
	out.v[out.n] = (struct field)FIELDS_NAMED(row ? talloc_asprintf(NULL, "%s_row", name) : name);
	return out.v;
}

static const struct field *make_asked_answer(const struct resource *r)
{
	struct fields out = fields_new();

	field_add(&out, (struct field){ .name = "id", .type = F_ID, .help = "Its id" });
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & WISHED)
			field_add(&out, answer_of(c));
	field_add(&out, (struct field){ .name = "updated_at", .type = F_TIME, .help = "When it was last changed" });
	out.v[out.n] = (struct field)FIELDS_NAMED(talloc_asprintf(NULL, "own_%s", r->noun));
	return out.v;
}

static bool is_asked_for(const struct resource *r)
{
	const struct resource_column *c = r->columns;

	while (c->name && !(c->flags & WISHED))
		c++;
	return c->name;
}

static void work_out(struct resource_made *made, const struct resource *r)
{
	make_noun(made, r);
	make_list(made, r);
	made->row_answer = make_answer(r, true);
	made->one_answer = make_answer(r, false);
	made->prefill = make_prefill(r);
	made->create = make_write(r, CREATED, true, false);
	made->create_form = make_write(r, CREATED, true, true);
	made->put = make_write(r, EDITED, false, false);
	made->form = make_write(r, EDITED, true, true);
	if (is_asked_for(r)) {
		make_asked(made, r);
		made->asked_answer = make_asked_answer(r);
	}
	made->descending = *r->order == '-';
	made->order = resource_expression(r, r->order + made->descending);
	make_acts(made, r);
	resource_make_many(made, r);
}

void resource_declare(const struct resource *const families[])
{
	size_t n = resource_gather(families);

	for (size_t i = 0; i < n; i++) {
		const struct resource *r = resource_all() + i;
		const char *fault = resource_fault(r);

		if (fault)
			log_error("declaration", F("fault", fault));
		assert(!fault);
		work_out(&made_of[i], r);
	}
}
