/* One act with many rows of a declared noun, or their deletion: POST …/bulk. Each row is done as if it had been asked for alone, by the
 * same action under the same guards, in a part of the transaction that is undone where it is refused; so one that cannot be done keeps
 * no other from it, and the answer says of each what became of it. A dry run does all that, and undoes every part. */
#include "app/bulk.h"
#include "app/resource.h"
#include "db/db.h"
#include <stdlib.h>
#include <string.h>

struct bulk {
	struct request *rq;
	const struct resource *r;
	const char *word;
	const struct act *act; /* NULL: deletion */
	const struct field *fields;
	bool dry;
	int64_t ids[BULK_MOST];
	size_t n;
};

/* ---- which rows ---- */

static int by_id(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

/* In one order whoever asks, so that two who meet wait for each other and no more; each once. */
static void put_in_order(struct bulk *b)
{
	size_t n = 0;

	qsort(b->ids, b->n, sizeof *b->ids, by_id);
	for (size_t i = 0; i < b->n; i++)
		if (!n || b->ids[n - 1] != b->ids[i])
			b->ids[n++] = b->ids[i];
	b->n = n;
}

/* All that the search finds. More than are done at once are none: nobody means some of them. */
static void take_found(struct bulk *b)
{
	struct request *rq = b->rq;
	struct noun_ask ask = { .order = resource_expression(b->r, "id"), .page = 1, .limit = BULK_MOST + 1 };
	const struct rows *rows;

	resource_ask_rows(rq, b->r, &ask);
	if (has_faults(rq))
		return;
	rows = noun_list(rq->db, resource_view(rq, b->r), &ask);
	if (rows->n > BULK_MOST) {
		field_fault(rq, "all", "More than %d are found. Ask for fewer.", (int)BULK_MOST);
		return;
	}
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		b->ids[b->n++] = row_int(&row, "id");
	}
}

static void take_all(struct bulk *b)
{
	struct request *rq = b->rq;
	struct json_object *filter;
	struct fields_turned was;

	if (!field_declared(rq, "filter")) {
		take_found(b);
		return;
	}
	filter = field_given(rq, "filter") ? field_tree(rq, "filter") : NULL;
	if (!filter) { /* whoever means all says so */
		field_fault(rq, "filter", "Say which of all: {} is every one.");
		return;
	}
	was = fields_turn(rq, resource_made(b->r)->sought, filter);
	take_found(b);
	fields_turn_back(rq, was);
}

static void take_ids(struct bulk *b)
{
	struct json_object *ids = field_tree(b->rq, "ids");

	for (size_t i = 0; ids && i < json_object_array_length(ids); i++)
		b->ids[b->n++] = json_object_get_int64(json_object_array_get_idx(ids, i));
}

/* What is asked for, with which rows. False after a refusal. */
static bool bulk_read(struct request *rq, struct bulk *b)
{
	const struct resource *r = resource_of(rq);
	bool all = field_declared(rq, "all") && field_bool(rq, "all");

	*b = (struct bulk){ .rq = rq, .r = r, .word = field_text(rq, "action") };
	if (!b->word) { /* the form was not read, and is to be shown again */
		field_fault(rq, "action", "This is required.");
		refuse_fields(rq);
		return false;
	}
	b->act = resource_act_named(r, b->word);
	b->fields = b->act ? resource_made(r)->acts[b->act - r->acts] : NULL;
	if (!resource_may_many(rq, r, b->act)) {
		refuse(rq, 403, "FORBIDDEN", "This is not yours to do.");
		return false;
	}
	if (all && field_given(rq, "ids") && field_declared(rq, "filter"))
		field_fault(rq, "ids", "Say either which, or all.");
	else if (all)
		take_all(b);
	else
		take_ids(b);
	put_in_order(b);
	if (!b->n && !has_faults(rq))
		field_fault(rq, all ? "all" : "ids", "%s",
			    all ? SAID("Nothing is found.") : SAID("Say which: choose at least one."));
	if (has_faults(rq))
		refuse_fields(rq);
	return !refused(rq);
}

/* ---- doing it ---- */

static bool do_one(void *with)
{
	struct bulk *b = with;

	if (b->act)
		resource_act(b->rq);
	else
		resource_delete(b->rq);
	return !refused(b->rq) && !b->dry;
}

static void add_row(const struct bulk *b, struct bulk_report *report, int64_t id, const struct row *row)
{
	struct request *rq = b->rq;
	bool done = !refused(rq);
	struct json_object *one = bulk_report_row(report, done);

	answer_int(one, "id", id);
	answer_text(one, "title",
		    row ? resource_told(rq, b->r, resource_column(b->r, b->r->title), row, resource_zone(rq, row))
			: NULL);
	answer_text(one, "result", done ? "done" : "refused");
	answer_text(one, "code", done ? NULL : rq->code);
	answer_text(one, "message", done ? NULL : refusal_told(rq));
}

/* What one row needs of memory goes with it. */
static void settle_one(struct bulk *b, struct bulk_report *report, int64_t id, struct json_object *asked)
{
	static const struct field NONE[] = { FIELDS_END };
	struct request *rq = b->rq;
	TALLOC_CTX *mem = rq->mem;
	struct json_object *values = NULL;
	struct fields_turned was;
	size_t audits = request_audits(rq);
	const struct row *row;

	json_object_deep_copy(asked, &values, NULL);
	db_memory(rq->db, rq->mem = talloc_new(mem));
	row = resource_row(rq, b->r, id);
	was = request_turn(rq, b->act, resource_key(b->r), id, b->fields ? b->fields : NONE, values);
	db_part(rq->db, do_one, b);
	if (db_error(rq->db) == DB_OK)
		add_row(b, report, id, row);
	request_anew(rq, b->dry || refused(rq), audits);
	fields_turn_back(rq, was);
	json_object_put(values);
	talloc_free(rq->mem);
	db_memory(rq->db, rq->mem = mem);
}

/* What the act asks for, one of each for all rows; the caller owns it. */
static struct json_object *asked_for(struct bulk *b)
{
	struct json_object *values = json_object_new_object(), *value;

	for (const struct field *f = b->fields; f && f->name; f++) {
		if (f->required && !field_given(b->rq, f->name))
			field_fault(b->rq, f->name, "This is required.");
		if (json_object_object_get_ex(b->rq->fields, f->name, &value))
			json_object_object_add(values, f->name, json_object_get(value));
	}
	return values;
}

int resource_bulk(struct request *rq)
{
	struct bulk b;
	struct bulk_report report;
	struct json_object *asked;

	if (!bulk_read(rq, &b))
		return ANSWERED;
	b.dry = field_bool(rq, "dry_run");
	asked = asked_for(&b);
	if (has_faults(rq)) {
		json_object_put(asked);
		return refuse_fields(rq);
	}
	report = bulk_report_new();
	for (size_t i = 0; i < b.n && db_error(rq->db) == DB_OK; i++)
		settle_one(&b, &report, b.ids[i], asked);
	json_object_put(asked);
	bulk_report_end(rq, &report, b.word, b.dry);
	return ANSWERED;
}

/* ---- the page ---- */

int resource_bulk_ask(struct request *rq)
{
	struct bulk b;
	struct json_object *rows;

	if (!bulk_read(rq, &b))
		return ANSWERED;
	answer_text(rq->data, "action", b.word);
	rows = answer_array(rq->data, "rows");
	for (size_t i = 0; i < b.n; i++) {
		const struct row *row = resource_row(rq, b.r, b.ids[i]);
		struct json_object *one = row ? answer_item(rows) : NULL;

		if (!one)
			continue;
		answer_int(one, "id", b.ids[i]);
		answer_text(one, "title",
			    resource_told(rq, b.r, resource_column(b.r, b.r->title), row, resource_zone(rq, row)));
		answer_text(one, "status", row_has(row, "status") ? row_text(row, "status") : NULL);
	}
	return ANSWERED;
}

/* What was typed stands in the form that follows a dry run. */
static void keep_typed(struct request *rq, const struct field *fields)
{
	json_object *value;

	for (const struct field *f = fields; f && f->name; f++)
		if (json_object_object_get_ex(rq->fields, f->name, &value) && value)
			answer_add(rq->data, f->name, json_object_get(value));
}

int resource_bulk_beside(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct act *act = resource_act_named(r, tree_text(rq->data, "action"));
	const struct field *fields = act ? resource_made(r)->acts[act - r->acts] : NULL;
	struct json_object *told, *asks;

	resource_about(rq, r);
	told = answer_object(rq->beside, "act");
	answer_text(told, "name", resource_act_key(rq, tree_text(rq->data, "action")));
	answer_bool(told, "danger", !act || act->danger);
	answer_text(told, "post", talloc_asprintf(rq->mem, "%s/bulk", resource_address(rq, r)));
	asks = answer_object(rq->beside, "asks");
	for (const struct field *f = fields; f && f->name; f++)
		if (!resource_field_seen(f))
			answer_text(asks, f->name, f->required ? "required" : "taken");
	if (fields)
		resource_form(rq, r, fields);
	if (!request_reads(rq))
		keep_typed(rq, fields);
	return ANSWERED;
}
