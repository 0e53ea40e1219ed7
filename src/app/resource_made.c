/* From the declarations to fields and SQL, worked out once before the fork and kept for the process's life. So a noun's
 * validation, its forms and its place in OpenAPI all read one declaration. */
#include "app/resource.h"
#include "base/log.h"
#include "store/day.h"
#include <assert.h>
#include <string.h>

enum { RESOURCES_MAX = 128, FIELDS_MAX = 60 };

/* Of all families in one array; ends with a NULL path. */
static struct resource declared[RESOURCES_MAX + 1];
static size_t n_declared;
static struct resource_made made_of[RESOURCES_MAX];

/* ---- finding one ---- */

const struct resource *resource_all(void)
{
	assert(n_declared);
	return declared;
}

static const char *mount_of(const char *mount)
{
	return mount ? mount : "staff";
}

const struct resource *resource_named(const char *mount, const char *path)
{
	for (const struct resource *r = resource_all(); r->path; r++)
		if (!strcmp(r->path, path) && !strcmp(mount_of(r->mount), mount_of(mount)))
			return r;
	return NULL;
}

const struct resource *resource_meant(const char *mount, const char *path)
{
	const struct resource *own = resource_named(mount, path);

	return own ? own : resource_named(NULL, path);
}

const struct resource *resource_referred(const struct resource *r, const struct resource_column *c)
{
	return c->refers ? resource_meant(r->mount, c->refers) : NULL;
}

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

const struct resource_column *resource_column(const struct resource *r, const char *name)
{
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/* How much of "event.status" says where it nests. */
static size_t nest_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? (size_t)(dot + 1 - name) : 0;
}

const struct resource_column *resource_beside(const struct resource *r, const struct resource_column *c,
					      const char *name)
{
	size_t len = nest_of(c->name);

	for (const struct resource_column *other = r->columns; other->name; other++)
		if (nest_of(other->name) == len && !strncmp(other->name, c->name, len) &&
		    !strcmp(other->name + len, name))
			return other;
	return NULL;
}

const char *resource_key(const struct resource *r)
{
	return r->id ? r->id : "id";
}

struct noun_view resource_view(const struct request *rq, const struct resource *r)
{
	assert(!(r->owner || r->scope) || rq->who.role & r->readers);
	return (struct noun_view){ &resource_made(r)->noun, r->owner || r->scope ? rq->who.role_id : 0 };
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

/* ---- soundness ---- */

static bool within(enum role some, enum role all)
{
	return !(some & ~all);
}

/* Rows that are not everybody's are looked at in the name of who reads them, and of nobody else. */
static const char *reference_fault(const struct resource *r, const struct resource_column *c)
{
	const struct resource *other = resource_referred(r, c);

	if (!c->refers)
		return NULL;
	if (!other)
		return talloc_asprintf(NULL, "%s: %s refers to nothing", r->path, c->name);
	if ((other->owner || other->scope) && !within(r->readers, other->readers))
		return talloc_asprintf(NULL, "%s: %s refers to what not all of its readers have", r->path, c->name);
	return NULL;
}

const char *resource_fault(const struct resource *r)
{
	const char *fault = NULL;

	if (!within(r->writers, r->readers))
		return talloc_asprintf(NULL, "%s: who writes does not read", r->path);
	for (const struct act *act = r->acts; act && act->name; act++)
		if (!within(act->who ? act->who : r->writers, r->readers))
			return talloc_asprintf(NULL, "%s: who may %s does not read", r->path, act->name);
	for (const struct resource_column *c = r->columns; !fault && c->name; c++)
		fault = reference_fault(r, c);
	return fault;
}

/* ---- acts ---- */

const struct resource *resource_parent(const struct resource *r)
{
	return r->parent ? resource_referred(r, resource_column(r, r->parent)) : NULL;
}

bool word_among(const char *word, const char *words)
{
	size_t len = strlen(word);

	for (const char *at = words; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == len && !strncmp(at, word, len))
			return true;
	return false;
}

bool act_fits(const struct request *rq, const struct resource *r, const struct act *act, struct json_object *row)
{
	if (act->unless && json_object_get_boolean(json_object_object_get(row, act->unless)))
		return false;
	return rq->who.role & (act->who ? act->who : r->writers) && word_among(tree_text(row, "status"), act->from);
}

/* ---- fields ---- */

/* An array of fields that grows; it ends with FIELDS_END by being zeroed. */
struct fields {
	struct field *v;
	size_t n;
};

static struct fields fields_new(void)
{
	return (struct fields){ talloc_zero_array(NULL, struct field, FIELDS_MAX), 0 };
}

static void field_add(struct fields *to, struct field field)
{
	assert(to->n < FIELDS_MAX - 1);
	to->v[to->n++] = field;
}

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

static struct field field_of(const struct resource_column *c, bool required, bool defaults)
{
	return (struct field){ .name = c->name,
			       .type = c->type,
			       .required = required,
			       .min = c->min,
			       .max = c->max,
			       .choices = c->choices,
			       .house = c->flags & HOUSE,
			       .otherwise = defaults ? c->otherwise : NULL,
			       .of = c->of,
			       .rule = c->flags & PAST ? day_past_rule : c->rule,
			       .help = c->help };
}

/* The fields of a write: POST's, PUT's or a form's. In PUT nothing is required, for what is not given stays. In a form a
 * box that is not ticked is not sent, so it has no default there. */
static const struct field *make_write(const struct resource *r, unsigned verb, bool whole, bool form)
{
	struct fields out = fields_new();

	for (const struct resource_column *c = r->columns; c->name; c++)
		if (c->flags & (verb | ALONGSIDE))
			field_add(&out, field_of(c, whole && c->flags & REQUIRED && !(c->flags & ALONGSIDE),
						 verb == CREATED && !(form && c->type == F_BOOL)));
	if (verb == CREATED && form && r->parent)
		field_add(&out, (struct field){ .name = "another", .type = F_BOOL, .help = "And then another" });
	if (verb == EDITED && r->stamps & STAMP_UPDATED)
		field_add(&out, (struct field){ .name = "updated_at",
						.type = F_TIME,
						.help = "What it was when you read it: refused when it has changed" });
	return out.v;
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
		if (!(c->flags & UNSEEN))
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
			       .null = !always_set(c) };
}

/* One by itself, called as the noun, with its mount's name where that is not staff's; or a row of the list. */
static const struct field *make_answer(const struct resource *r, bool row)
{
	struct fields out = fields_new();
	const char *name = r->mount ? talloc_asprintf(NULL, "%s_%s", r->mount, r->noun) : r->noun;

	field_add(&out, (struct field){ .name = "id", .type = F_ID, .help = "Its id" });
	for (const struct resource_column *c = r->columns; c->name; c++)
		if (!(c->flags & UNSEEN) && (c->flags & LISTED || !row))
			add_once(&out, answer_of(c));
	if (r->stamps & STAMP_CREATED)
		add_once(&out, (struct field){ .name = "created_at", .type = F_TIME, .help = "When it was made" });
	if (r->stamps & STAMP_UPDATED && !row)
		add_once(&out,
			 (struct field){ .name = "updated_at", .type = F_TIME, .help = "When it was last changed" });
	out.v[out.n] = (struct field)FIELDS_NAMED(row ? talloc_asprintf(NULL, "%s_row", name) : name);
	return out.v;
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
	made->descending = *r->order == '-';
	made->order = resource_expression(r, r->order + made->descending);
	make_acts(made, r);
}

void resource_declare(const struct resource *const families[])
{
	assert(!n_declared);
	for (; *families; families++)
		for (const struct resource *r = *families; r->path; r++) {
			assert(n_declared < RESOURCES_MAX);
			declared[n_declared++] = *r;
		}
	for (size_t i = 0; i < n_declared; i++) {
		const char *fault = resource_fault(&declared[i]);

		if (fault)
			log_error("declaration", F("fault", fault));
		assert(!fault);
		work_out(&made_of[i], &declared[i]);
	}
}
