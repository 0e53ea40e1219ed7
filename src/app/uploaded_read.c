/* What a device may send of the scans that it kept. What is wrong with one is told of it alone. */
#include "app/uploaded_batch.h"
#include "base/uuid.h"
#include <stdlib.h>
#include <string.h>

enum { LOGS = 1000 };

static const struct field LOG[] = {
	{ "scan_id", F_UUID, .required = true, .help = "The device's own id of this scan" },
	{ "seq", F_INT, .min = 0, .max = INT64_MAX, .help = "Its number among the device's scans" },
	{ "kind", F_CHOICE, .choices = "scan,hand,leave,return,undo,record", .otherwise = "scan",
	  .help = "What was done" },
	{ "card_id", F_TEXT, .max = 64, .help = "A card's UID" },
	{ "code", F_TEXT, .max = 400, .help = "A ticket's code" },
	{ "ticket_id", F_ID, .help = "Of what was done by hand; of a card: which of its tickets" },
	{ "undoes", F_UUID, .help = "The scan that an undo takes back" },
	{ "local_result", F_CHOICE, .choices = "valid,invalid,already_scanned,not_found", .otherwise = "valid",
	  .help = "What the device said" },
	{ "local_reason", F_TEXT, .max = 40, .help = "And why" },
	{ "scanned_at", F_TIME, .required = true, .help = "When, by the device's clock" },
	{ "gate", F_TEXT, .max = 40, .help = "Gate" },
	{ "direction", F_CHOICE, .choices = "in,out", .otherwise = "in", .help = "In or out" },
	{ "note", F_TEXT, .max = 200, .help = "Why, in the usher's words" },
	FIELDS_END,
};

const struct field UPLOADED_LOGS[] = {
	{ "device_id", F_TEXT, .required = true, .max = 64, .help = "The device, by a name of its own" },
	{ "device_time", F_TIME, .required = true, .help = "What its clock shows now" },
	{ "logs", F_LIST, .required = true, .max = LOGS, .of = LOG, .each = true,
	  .help = "Its scans; what is wrong with one is told of it alone" },
	FIELDS_END,
};

static ms_t time_of(struct json_object *sent, const char *name)
{
	const char *text = tree_text(sent, name);
	ms_t at = 0;

	return text && clock_parse(text, &at) ? at : 0;
}

static enum uploaded_kind kind_of(const char *name)
{
	static const char *const NAMES[] = { "scan", "hand", "leave", "return", "undo", "record" };
	size_t i = 0;

	while (strcmp(NAMES[i], name) != 0)
		i++;
	return (enum uploaded_kind)i;
}

static const char *carrier_fault(const struct uploaded *log, struct json_object *sent)
{
	bool code = tree_text(sent, "code") != NULL, card = tree_text(sent, "card_id") != NULL;

	if (log->kind == UPLOADED_UNDO)
		return tree_text(sent, "undoes") ? NULL : SAID("Say which scan this takes back.");
	if (log->kind == UPLOADED_HAND && !code && !card)
		return tree_int(sent, "ticket_id") ? NULL : SAID("Say which ticket this was.");
	return code != card ? NULL : SAID("Give a ticket's code or a card's number, one of them.");
}

/* A time before the gates could open is of a clock that was another one then; one before our era no database keeps. */
static ms_t put_right(const struct batch *b, ms_t device_at)
{
	ms_t at = device_at + b->offset;

	at = at < b->opens ? b->opens : at;
	return at > b->rq->now ? b->rq->now : at;
}

static void read_text(const char **into, struct json_object *sent, const char *name, const char *otherwise)
{
	const char *text = tree_text(sent, name);

	*into = text ? text : otherwise;
}

static void read_log(const struct batch *b, struct item *item)
{
	struct uploaded *log = &item->log;
	struct json_object *sent = item->sent;

	log->kind = kind_of(tree_text(sent, "kind"));
	log->seq = tree_int(sent, "seq");
	log->out = !strcmp(tree_text(sent, "direction"), "out");
	if (log->kind == UPLOADED_LEAVE || log->kind == UPLOADED_RETURN)
		log->out = log->kind == UPLOADED_LEAVE;
	read_text(&log->gate, sent, "gate", "");
	read_text(&log->note, sent, "note", "");
	read_text(&log->local_result, sent, "local_result", NULL);
	read_text(&log->local_reason, sent, "local_reason", NULL);
	log->insists = log->kind == UPLOADED_HAND && b->by.lead;
	log->device_at = time_of(sent, "scanned_at");
	log->at = put_right(b, log->device_at);
	log->name = "";
	uuid_parse(tree_text(sent, "scan_id"), log->scan_id);
	if (log->kind == UPLOADED_UNDO && tree_text(sent, "undoes"))
		uuid_parse(tree_text(sent, "undoes"), log->undoes);
	item->fault = carrier_fault(log, sent);
}

int uploaded_by_scan_id(const void *a, const void *b)
{
	const struct item *const *one = a, *const *other = b;
	int by = memcmp((*one)->log.scan_id, (*other)->log.scan_id, UUID_BYTES);

	if (!by)
		by = ((*one)->log.kind == UPLOADED_RECORD) - ((*other)->log.kind == UPLOADED_RECORD);
	return by ? by : (*one > *other) - (*one < *other);
}

static bool same_text(const struct item *a, const struct item *b, const char *name)
{
	const char *one = tree_text(a->sent, name), *other = tree_text(b->sent, name);

	return one && other ? !strcmp(one, other) : one == other;
}

/* Of two with one number: the same scan, or the second a record of it? */
static bool is_twin(const struct item *first, const struct item *item)
{
	int64_t named = tree_int(first->sent, "ticket_id"), also = tree_int(item->sent, "ticket_id");

	if (item->log.kind != UPLOADED_RECORD && item->log.kind != first->log.kind)
		return false;
	return item->log.out == first->log.out && same_text(first, item, "code") && same_text(first, item, "card_id") &&
	       same_text(first, item, "undoes") && (!named || !also || named == also);
}

static void refuse_number(struct uploaded *log)
{
	log->verdict = UPLOADED_REJECTED;
	log->result = "invalid";
	log->reason = "scan_id_used";
}

/* Of a scan that is there twice the first is settled; a record of it is none of its own, and another by its number is refused. */
static void find_twins(struct batch *b)
{
	size_t kept = 0;

	if (b->n_sorted)
		qsort(b->sorted, b->n_sorted, sizeof *b->sorted, uploaded_by_scan_id);
	for (size_t i = 0; i < b->n_sorted; i++) {
		struct item *item = b->sorted[i], *before = kept ? b->sorted[kept - 1] : NULL;

		if (!before || memcmp(before->log.scan_id, item->log.scan_id, UUID_BYTES) != 0)
			b->sorted[kept++] = item;
		else if (is_twin(before, item))
			item->twin = before;
		else
			refuse_number(&item->log);
	}
	b->n_sorted = kept;
}

void uploaded_read(struct batch *b, struct json_object *logs)
{
	b->n = json_object_array_length(logs);
	b->items = talloc_zero_array(b->rq->mem, struct item, (unsigned)b->n + 1);
	b->sorted = talloc_zero_array(b->rq->mem, struct item *, (unsigned)b->n + 1);
	if (!b->items || !b->sorted)
		abort();
	for (size_t i = 0; i < b->n; i++) {
		struct item *item = &b->items[i];

		item->sent = json_object_array_get_idx(logs, i);
		item->fault = tree_text(item->sent, FIELD_FAULT);
		if (!item->fault)
			read_log(b, item);
		if (!item->fault)
			b->sorted[b->n_sorted++] = item;
	}
	find_twins(b);
}
