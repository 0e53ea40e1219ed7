/* Tickets that change hands. A transfer to somebody who is here is done at once; a gift, and whatever goes to a number that nobody
 * here has yet, waits: until it is accepted, or until that number registers by its code. Until then the ticket is the giver's, its
 * code good and the offer theirs to take back. The order stays the buyer's, and so does its money. */
#include "app/transfer.h"
#include "app/actions/customer.h"
#include "app/actions/staff.h"
#include "app/contact.h"
#include "app/tell.h"
#include "rules/transfer.h"
#include "store/transfer.h"
#include <string.h>

enum { A_DAY = 30 }; /* that one may pass on */

const struct field TICKET_TRANSFER[] = {
	{ "mobile_number", F_MOBILE, .required = true, .help = "Who gets the ticket" },
	FIELDS_END,
};
const struct field TICKET_GIFT[] = {
	{ "mobile_number", F_MOBILE, .required = true, .help = "Who gets the ticket" },
	{ "message", F_LONG_TEXT, .max = 500, .help = "A few words that go with it" },
	FIELDS_END,
};
const struct field TICKET_RENAME[] = {
	{ "holder_name", F_TEXT, .required = true, .max = 120, .help = "Who will come" },
	FIELDS_END,
};
const struct field TRANSFER_LIST[] = {
	FIELDS_PAGE_SORTED("created_at"),
	{ "direction", F_CHOICE, .choices = "sent,received", .otherwise = "received", .help = "Given, or got" },
	{ "status", F_CHOICE, .choices = "pending,claimed,declined,cancelled,expired", .help = "Only these" },
	FIELDS_END,
};

const struct field TRANSFER_ANSWER[] = {
	{ "id", F_ID, .help = "What an answer to it names" },
	{ "kind", F_CHOICE, .choices = "transfer,gift", .help = "How it was given" },
	{ "status", F_CHOICE, .choices = "pending,claimed,declined,cancelled,expired", .help = "What became of it" },
	{ "ticket_id", F_ID, .help = "The ticket" },
	{ "mobile_number", F_MOBILE, .help = "To whom" },
	{ "message", F_LONG_TEXT, .null = true, .help = "The giver's words" },
	{ "from", F_TEXT, .help = "The giver's name" },
	{ "created_at", F_TIME, .help = "When it was given" },
	{ "expires_at", F_TIME, .help = "Until when it waits at most" },
	{ "settled_at", F_TIME, .null = true, .help = "When it was taken, or ended" },
	{ "event.id", F_ID, .help = "The event" },
	{ "event.title", F_TEXT, .help = "Its title" },
	{ "event.starts_at", F_TIME, .help = "When it begins" },
	{ "event.time_zone", F_ZONE, .help = "In which its times are shown" },
	{ "event.venue", F_TEXT, .help = "Where" },
	{ "event.city", F_TEXT, .help = "In which city" },
	{ "category", F_TEXT, .help = "Ticket category" },
	FIELDS_NAMED("ticket_transfer"),
};
const struct field TRANSFER_GIVEN[] = {
	{ "transfer", F_OBJECT, .of = TRANSFER_ANSWER,
	  .help = "claimed: the ticket is theirs. pending: it waits for them" },
	FIELDS_END,
};
const struct field TICKET_RENAMED[] = {
	{ "id", F_ID, .help = "The ticket" },
	{ "holder_name", F_TEXT, .help = "Who will come" },
	FIELDS_END,
};

/* ---- what is in the way ---- */

bool ticket_free_or_refuse(struct request *rq, const struct row *t, bool allowed)
{
	struct ticket_facts facts = { .valid = row_is(t, "status", "valid"),
				      .used = row_int(t, "entries") > 0 || !row_is(t, "presence", "never"),
				      .off = !row_is(t, "event.status", "published"),
				      .allowed = allowed,
				      .pending = row_bool(t, "pending"),
				      .refunding = row_bool(t, "refunding"),
				      .starts = row_time(t, "event.starts_at"),
				      .now = rq->now };
	enum ticket_fault fault = ticket_fault(&facts);

	if (fault)
		refuse(rq, 409, ticket_fault_code(fault), "%s", ticket_fault_sentence(fault));
	return !fault;
}

static const struct row *ticket_or_404(struct request *rq, int64_t customer_id)
{
	const struct row *ticket = transfer_ticket(rq->db, path_id(rq, "id"), customer_id);

	if (!ticket)
		refuse(rq, 404, "TICKET_NOT_FOUND", "There is no such ticket.");
	return ticket;
}

static int refuse_changed(struct request *rq)
{
	return refuse(rq, 409, "TICKET_CHANGED",
		      "This ticket was changed by somebody else just now. Look at it again.");
}

/* Each passing on sends somebody a message that they did not ask for. */
static bool within_a_day(struct request *rq)
{
	const char *what = talloc_asprintf(rq->mem, "transfers of %lld", (long long)rq->who.account_id);

	if (within_limit(rq, what, A_DAY, MS_DAY))
		return true;
	refuse(rq, 429, "TRANSFER_LIMIT", "You have passed on %d tickets within a day. Wait before you pass on more.",
	       A_DAY);
	return false;
}

/* ---- telling ---- */

struct passing {
	struct db *db;
	const struct row *ticket; /* or a transfer: id or ticket_id, event.…, category */
	int64_t ticket_id, event_id;
	ms_t now;
};

static void tell_of(const struct passing *p, const char *kind, const struct row *to, const char *key, const char *text,
		    const char *message)
{
	struct json_object *data = json_object_new_object(), *ticket = answer_object(data, "ticket");

	answer_int(ticket, "id", p->ticket_id);
	answer_text(ticket, "category", row_text(p->ticket, "category"));
	tell_event(data, "event", p->ticket);
	if (text)
		answer_text(data, key, text);
	if (message)
		answer_text(data, "message", message);
	answer_bool(data, "known", true);
	answer_bool(data, "turning", row_has(p->ticket, "turning") && row_bool(p->ticket, "turning"));
	if (row_has(p->ticket, "expires_at"))
		answer_time(data, "until", row_time(p->ticket, "expires_at"));
	else
		answer_time(data, "until", row_time(p->ticket, "event.starts_at"));
	tell(p->db, p->now,
	     &(struct telling){ .kind = kind, .to = to, .event_id = p->event_id, .optional = true, .data = data });
}

/* The same to a number that has no account: what it is told is how to come by it. */
static void tell_stranger(struct request *rq, const struct passing *p, const char *mobile_number, const char *from)
{
	struct json_object *data = json_object_new_object();

	answer_text(data, "from", from);
	answer_bool(data, "known", false);
	answer_time(data, "until", row_time(p->ticket, "event.starts_at"));
	tell_event(data, "event", p->ticket);
	tell_number(
		p->db, p->now, mobile_number, tongue_locale(rq->tongue),
		&(struct telling){ .kind = "ticket-offered", .event_id = p->event_id, .optional = true, .data = data });
}

/* ---- giving ---- */

struct giving {
	struct request *rq;
	const struct row *ticket, *receiver; /* receiver NULL: nobody has the number */
	const char *kind, *mobile_number, *message;
	bool at_once;
	int64_t id;
};

/* A transfer to who is here is theirs; all else waits. */
static bool give(struct giving *g)
{
	struct request *rq = g->rq;
	struct transfer_new transfer = { .ticket = g->ticket,
					 .kind = g->kind,
					 .to_customer_id = g->receiver ? row_int(g->receiver, "id") : 0,
					 .mobile_number = g->mobile_number,
					 .message = g->message,
					 .account_id = rq->who.role & STAFF ? rq->who.account_id : 0,
					 .now = rq->now };

	g->id = transfer_insert(rq->db, &transfer);
	g->at_once = g->receiver && !strcmp(g->kind, "transfer");
	return g->id && (!g->at_once || transfer_move(rq->db, g->id, g->receiver, rq->now));
}

static void tell_given(const struct giving *g)
{
	struct request *rq = g->rq;
	struct passing p = { rq->db, g->ticket, row_int(g->ticket, "id"), row_int(g->ticket, "event_id"), rq->now };
	const char *from = row_text(g->ticket, "name");

	if (!g->receiver) {
		tell_stranger(rq, &p, g->mobile_number, from);
		return;
	}
	tell_of(&p, g->at_once ? "ticket-received" : "ticket-offered", g->receiver, "from", from, g->message);
	if (g->at_once)
		tell_of(&p, "ticket-sent", g->ticket, "to", contact_hint(rq, g->mobile_number), NULL);
}

static void answer_transfer(struct request *rq, struct json_object *into, int64_t id)
{
	const struct row *transfer = transfer_any(rq->db, id);

	if (!transfer)
		return;
	answer_row(into, transfer);
	json_object_object_del(into, "from_customer_id");
	json_object_object_del(into, "to_customer_id");
}

static int pass_on(struct request *rq, const char *kind, int64_t customer_id, bool allowed_here)
{
	struct giving g = { .rq = rq,
			    .kind = kind,
			    .ticket = ticket_or_404(rq, customer_id),
			    .mobile_number = field_text(rq, "mobile_number"),
			    .message = field_declared(rq, "message") ? field_text(rq, "message") : NULL };

	if (!g.ticket || !ticket_free_or_refuse(rq, g.ticket, allowed_here || row_bool(g.ticket, "transfers")))
		return ANSWERED;
	g.receiver = transfer_customer(rq->db, g.mobile_number);
	if (g.receiver ? row_int(g.receiver, "id") == row_int(g.ticket, "customer_id")
		       : row_is(g.ticket, "mobile_number", g.mobile_number)) {
		field_fault(rq, "mobile_number", "This ticket is theirs already.");
		return refuse_fields(rq);
	}
	if (!within_a_day(rq))
		return ANSWERED;
	if (!give(&g))
		return db_last(rq->db) == DB_DUPLICATE
			       ? refuse(rq, 409, "TRANSFER_PENDING", "%s", ticket_fault_sentence(TICKET_OFFERED))
			       : refuse_changed(rq);
	tell_given(&g);
	answer_transfer(rq, answer_object(rq->data, "transfer"), g.id);
	audit_change(rq, kind, "ticket", row_int(g.ticket, "id"), NULL,
		     json_object_get(json_object_object_get(rq->data, "transfer")));
	if (g.at_once)
		say(rq, "The ticket is theirs now. Your code no longer opens the gate.");
	else
		say(rq, "The ticket waits for them. Until they take it, it is yours.");
	return ANSWERED;
}

/* POST users/tickets/:id/transfer/. */
int ticket_transfer(struct request *rq)
{
	return pass_on(rq, "transfer", rq->who.role_id, false);
}

/* POST users/tickets/:id/gift/. */
int ticket_gift(struct request *rq)
{
	return pass_on(rq, "gift", rq->who.role_id, false);
}

/* POST /api/tickets/:id/transfer/ of staff: whatever the event says of its guests' own. */
int ticket_office_transfer(struct request *rq)
{
	return pass_on(rq, "transfer", 0, true);
}

/* POST users/tickets/:id/rename/. */
int ticket_rename(struct request *rq)
{
	const struct row *ticket = ticket_or_404(rq, rq->who.role_id);
	const char *name = field_text(rq, "holder_name");
	struct json_object *before, *after;

	if (!ticket || !ticket_free_or_refuse(rq, ticket, row_bool(ticket, "renames")))
		return ANSWERED;
	if (!transfer_rename(rq->db, ticket, name, rq->now))
		return refuse_changed(rq);
	before = json_object_new_object();
	after = json_object_new_object();
	answer_text(before, "holder_name", row_text(ticket, "holder_name"));
	answer_text(after, "holder_name", name);
	audit_change(rq, "rename", "ticket", row_int(ticket, "id"), before, after);
	answer_int(rq->data, "id", row_int(ticket, "id"));
	answer_text(rq->data, "holder_name", name);
	say(rq, "The ticket has its new name.");
	return ANSWERED;
}

/* ---- taking ---- */

/* GET users/transfers/. */
int transfer_index(struct request *rq)
{
	return answer_whole_list(rq, "transfers",
				 transfer_list(rq->db, rq->who.role_id, field_text(rq, "direction"),
					       field_text(rq, "status"), list_descending(rq, true)));
}

/* What waits for who looks, and what of theirs waits for others. */
int transfer_page(struct request *rq)
{
	answer_rows(rq->data, "received", transfers_open(rq->db, rq->who.role_id, true));
	answer_rows(rq->data, "sent", transfers_open(rq->db, rq->who.role_id, false));
	return ANSWERED;
}

static const struct row *transfer_or_404(struct request *rq, const char *side)
{
	const struct row *transfer = transfer_get(rq->db, path_id(rq, "transfer_id"), rq->who.role_id);

	if (transfer && row_int(transfer, side) == rq->who.role_id)
		return transfer;
	refuse(rq, 404, "TRANSFER_NOT_FOUND", "There is no such offer.");
	return NULL;
}

static int refuse_over(struct request *rq)
{
	return refuse(rq, 409, "TRANSFER_OVER", "This offer is over: it was taken, taken back, or not taken in time.");
}

static struct passing passing_of(struct db *db, const struct row *transfer, ms_t now)
{
	return (struct passing){ db, transfer, row_int(transfer, "ticket_id"), row_int(transfer, "event.id"), now };
}

/* The ticket becomes the receiver's, and the giver is told. */
static bool claim(struct request *rq, const struct row *transfer, const struct row *receiver)
{
	struct passing p = passing_of(rq->db, transfer, rq->now);
	const struct row *giver = transfer_customer_by_id(rq->db, row_int(transfer, "from_customer_id"));

	if (!transfer_ticket(rq->db, p.ticket_id, 0) ||
	    !transfer_move(rq->db, row_int(transfer, "id"), receiver, rq->now))
		return false;
	if (giver)
		tell_of(&p, "ticket-sent", giver, "to", contact_hint(rq, row_text(transfer, "mobile_number")), NULL);
	return true;
}

/* POST users/transfers/:transfer_id/accept/. */
int transfer_accept(struct request *rq)
{
	const struct row *transfer = transfer_or_404(rq, "to_customer_id");
	const struct row *me = transfer_customer_by_id(rq->db, rq->who.role_id);

	if (!transfer || !me)
		return ANSWERED;
	if (!claim(rq, transfer, me))
		return refuse_over(rq);
	answer_transfer(rq, answer_object(rq->data, "transfer"), row_int(transfer, "id"));
	audit_change(rq, "accept", "ticket", row_int(transfer, "ticket_id"), NULL,
		     json_object_get(json_object_object_get(rq->data, "transfer")));
	say(rq, "The ticket is yours.");
	return ANSWERED;
}

static int end(struct request *rq, const struct row *transfer, const char *status, int64_t told)
{
	struct passing p;
	const struct row *to;

	if (!transfer)
		return ANSWERED;
	if (!transfer_end(rq->db, row_int(transfer, "id"), status, rq->now))
		return refuse_over(rq);
	p = passing_of(rq->db, transfer, rq->now);
	to = told ? transfer_customer_by_id(rq->db, told) : NULL;
	if (to)
		tell_of(&p, "offer-ended", to, "how", status, NULL);
	answer_transfer(rq, answer_object(rq->data, "transfer"), row_int(transfer, "id"));
	audit_change(rq, status, "ticket", p.ticket_id, NULL,
		     json_object_get(json_object_object_get(rq->data, "transfer")));
	return ANSWERED;
}

/* POST users/transfers/:transfer_id/decline/. */
int transfer_decline(struct request *rq)
{
	const struct row *transfer = transfer_or_404(rq, "to_customer_id");

	say(rq, "You did not take the ticket.");
	return end(rq, transfer, "declined", transfer ? row_int(transfer, "from_customer_id") : 0);
}

/* POST users/transfers/:transfer_id/cancel/: its giver takes it back. */
int transfer_cancel(struct request *rq)
{
	const struct row *transfer = transfer_or_404(rq, "from_customer_id");

	say(rq, "The offer is taken back. The ticket is yours.");
	return end(rq, transfer, "cancelled", transfer ? row_int(transfer, "to_customer_id") : 0);
}

void transfers_claim(struct request *rq, const char *mobile_number, int64_t customer_id)
{
	const struct rows *waiting = transfers_waiting(rq->db, mobile_number);
	const struct row *me = waiting->n ? transfer_customer_by_id(rq->db, customer_id) : NULL;

	for (size_t i = 0; me && i < waiting->n; i++) {
		struct row transfer = row_at(waiting, i);

		claim(rq, &transfer, me);
	}
}

bool transfer_expire(struct db *db, int64_t transfer_id, ms_t now)
{
	const struct row *transfer = transfer_any(db, transfer_id);
	const struct row *giver = transfer ? transfer_customer_by_id(db, row_int(transfer, "from_customer_id")) : NULL;
	struct passing p;

	if (!transfer || !transfer_end(db, transfer_id, "expired", now))
		return false;
	p = passing_of(db, transfer, now);
	if (giver)
		tell_of(&p, "offer-ended", giver, "how", "expired", NULL);
	return true;
}
