/* A ticket's money, asked back: by the terms of its event, which are shown with the amount before anybody asks, and kept with the
 * request, so that a change of the terms is no change of what was asked. It goes to whoever paid. */
#include "app/refund_request.h"
#include "app/actions/customer.h"
#include "app/identity.h"
#include "app/live.h"
#include "app/tell.h"
#include "app/transfer.h"
#include "rules/transfer.h"
#include "store/refund.h"
#include "store/refund_request.h"
#include "store/transfer.h"

enum { RULES_MAX = 100 };

const struct field REFUND_ASK[] = {
	{ "reason", F_LONG_TEXT, .required = true, .max = 500, .help = "Why" },
	FIELDS_END,
};

static const struct field RULE[] = {
	{ "days_before", F_INT, .help = "Who asks so many days before the event begins, or earlier," },
	{ "percent", F_INT, .help = "gets so much of the price back" },
	FIELDS_END,
};
static const struct field REQUEST[] = {
	{ "id", F_ID, .help = "The request" },
	{ "status", F_CHOICE, .choices = "requested,approved,rejected,withdrawn", .help = "What became of it" },
	{ "reason", F_LONG_TEXT, .help = "Why it was asked" },
	{ "note", F_TEXT, .null = true, .help = "What staff say to it" },
	{ "days_before", F_INT, .help = "The rule by which it was worked out" },
	{ "percent", F_INT, .help = "The same" },
	{ "paid", F_MONEY, .help = "What the ticket cost, after discounts" },
	{ "amount", F_MONEY, .help = "What of it goes back" },
	{ "currency", F_CURRENCY, .help = "Of the amounts" },
	{ "created_at", F_TIME, .help = "When it was asked" },
	{ "decided_at", F_TIME, .null = true, .help = "When it was decided" },
	FIELDS_NAMED("own_refund_request"),
};
const struct field REFUND_OFFER[] = {
	{ "ticket_id", F_ID, .help = "The ticket" },
	{ "event.title", F_TEXT, .help = "The event" },
	{ "event.starts_at", F_TIME, .help = "When it begins" },
	{ "event.time_zone", F_ZONE, .help = "In which its times are shown" },
	{ "days_before", F_INT, .help = "The rule that applies now; 0 with percent 0: none" },
	{ "percent", F_INT, .help = "How much goes back now" },
	{ "paid", F_MONEY, .help = "What the ticket cost, after discounts" },
	{ "amount", F_MONEY, .help = "What of it would go back, if it is asked now" },
	{ "currency", F_CURRENCY, .help = "Of the amounts" },
	{ "rules", F_LIST, .of = RULE, .help = "The event's terms" },
	{ "request", F_OBJECT, .sometimes = true, .of = REQUEST, .help = "The last that was asked" },
	FIELDS_NAMED("refund_offer"),
};
const struct field REFUND_ASKED[] = {
	{ "request", F_OBJECT, .of = REQUEST, .help = "It was passed on to staff" },
	FIELDS_END,
};

static struct refund worked_out(struct request *rq, const struct row *ticket, const struct rows *rows)
{
	struct refund_rule rules[RULES_MAX];
	size_t n = 0;

	for (; n < rows->n && n < RULES_MAX; n++) {
		struct row row = row_at(rows, n);

		rules[n] = (struct refund_rule){ (int)row_int(&row, "days_before"), (int)row_int(&row, "percent") };
	}
	return refund_of(rules, n, row_int(ticket, "price"), row_int(ticket, "subtotal"), row_int(ticket, "total"),
			 row_time(ticket, "event.starts_at"), rq->now);
}

static int refuse_unknown(struct request *rq)
{
	return refuse(rq, 404, "TICKET_NOT_FOUND", "There is no such ticket.");
}

static void answer_request(struct request *rq, int64_t ticket_id)
{
	const struct row *request = refund_of_ticket(rq->db, ticket_id);

	if (request)
		answer_row(answer_object(rq->data, "request"), request);
}

/* GET users/tickets/:id/refund-request/: what would go back, before anybody asks, and what was asked. */
int refund_show(struct request *rq)
{
	const struct row *ticket = transfer_ticket_seen(rq->db, path_id(rq, "id"), rq->who.role_id);
	const struct rows *rules;
	struct refund refund;
	struct json_object *event;

	if (!ticket)
		return refuse_unknown(rq);
	rules = refund_rules(rq->db, row_int(ticket, "event_id"));
	refund = worked_out(rq, ticket, rules);
	answer_int(rq->data, "ticket_id", row_int(ticket, "id"));
	event = answer_object(rq->data, "event");
	answer_text(event, "title", row_text(ticket, "event.title"));
	answer_time(event, "starts_at", row_time(ticket, "event.starts_at"));
	answer_text(event, "time_zone", row_text(ticket, "event.time_zone"));
	answer_int(rq->data, "days_before", refund.days_before);
	answer_int(rq->data, "percent", refund.percent);
	answer_int(rq->data, "paid", refund.paid);
	answer_int(rq->data, "amount", refund.amount);
	answer_text(rq->data, "currency", row_text(ticket, "currency"));
	answer_rows(rq->data, "rules", rules);
	answer_request(rq, row_int(ticket, "id"));
	return ANSWERED;
}

void refund_tell(struct db *db, const struct refund_told *told, ms_t now)
{
	const struct row *ticket = told->ticket;
	struct json_object *data = json_object_new_object(), *of = answer_object(data, "ticket");

	answer_int(of, "id", row_int(ticket, "id"));
	answer_text(of, "category", row_text(ticket, "category"));
	answer_text(answer_object(data, "order"), "reference", row_text(ticket, "order_reference"));
	answer_int(data, "amount", told->amount);
	answer_text(data, "currency", row_text(ticket, "currency"));
	if (told->note)
		answer_text(data, "note", told->note);
	tell_event(data, "event", ticket);
	tell(db, now,
	     &(struct telling){
		     .kind = told->kind, .to = told->to, .event_id = row_int(ticket, "event_id"), .data = data });
}

static void tell_refund(struct request *rq, const struct row *ticket, const char *kind, const struct row *to,
			int64_t amount, const char *note)
{
	refund_tell(rq->db, &(struct refund_told){ ticket, to, kind, note, amount }, rq->now);
}

/* POST users/tickets/:id/refund-request/. */
int refund_ask(struct request *rq)
{
	const struct row *ticket = transfer_ticket(rq->db, path_id(rq, "id"), rq->who.role_id);
	struct refund_new n = { .ticket = ticket, .reason = field_text(rq, "reason"), .now = rq->now };
	struct refund refund;

	if (!ticket)
		return refuse_unknown(rq);
	if (!ticket_free_or_refuse(rq, ticket, true))
		return ANSWERED;
	refund = worked_out(rq, ticket, refund_rules(rq->db, row_int(ticket, "event_id")));
	if (!refund.amount)
		return refuse(rq, 409, "NOT_REFUNDABLE",
			      "By this event's terms nothing of this ticket's price goes back now.");
	n.days_before = refund.days_before;
	n.percent = refund.percent;
	n.paid = refund.paid;
	n.amount = refund.amount;
	if (!refund_insert(rq->db, &n))
		return refuse(rq, 409, "REFUND_PENDING",
			      "A refund of this ticket was asked for, so it stays as it is.");
	tell_refund(rq, ticket, "refund-asked", ticket, refund.amount, NULL);
	answer_request(rq, row_int(ticket, "id"));
	audit_change(rq, "ask-refund", "ticket", row_int(ticket, "id"), NULL,
		     json_object_get(json_object_object_get(rq->data, "request")));
	say(rq, "You asked for a refund. You will be told what becomes of it.");
	return ANSWERED;
}

/* POST users/tickets/:id/refund-request/withdraw/. */
int refund_withdraw(struct request *rq)
{
	const struct row *ticket = transfer_ticket(rq->db, path_id(rq, "id"), rq->who.role_id);

	if (!ticket)
		return refuse_unknown(rq);
	if (!refund_withdraw_row(rq->db, row_int(ticket, "id"), rq->who.role_id, rq->now))
		return refuse(rq, 409, "NO_REFUND_REQUEST", "There is no request to take back.");
	answer_request(rq, row_int(ticket, "id"));
	audit_change(rq, "withdraw-refund", "ticket", row_int(ticket, "id"), NULL,
		     json_object_get(json_object_object_get(rq->data, "request")));
	say(rq, "Your request is taken back. The ticket stays good.");
	return ANSWERED;
}

/* ---- of staff ---- */

static const char *reason_given(struct request *rq)
{
	return field_declared(rq, "reason") ? field_text(rq, "reason") : NULL;
}

/* Its owner, and who paid where that is another. */
static void tell_both(struct request *rq, const struct row *row, const struct row *ticket, const char *kind)
{
	const char *note = field_declared(rq, "note") ? field_text(rq, "note") : reason_given(rq);
	const struct row *asker = transfer_customer_by_id(rq->db, row_int(row, "customer_id"));
	int64_t payer = refund_payer(rq->db, row_int(row, "order_id"));

	if (asker)
		tell_refund(rq, ticket, kind, asker, row_int(row, "amount"), note);
	if (payer == row_int(row, "customer_id"))
		return;
	asker = transfer_customer_by_id(rq->db, payer);
	if (asker)
		tell_refund(rq, ticket, kind, asker, row_int(row, "amount"), note);
}

/* Money that goes out is not undone, so a browser that somebody left open does not suffice. */
void refund_approve(struct request *rq, const struct row *row)
{
	const struct row *ticket;
	bool paid;

	/* one that is decided is refused as that, by its status */
	if (!row_is(row, "status", "requested") || !fresh_or_refuse(rq))
		return;
	/* in the order in which whoever takes the whole order back locks them */
	paid = refund_lock_order(rq->db, row_int(row, "order_id"));
	ticket = transfer_ticket(rq->db, row_int(row, "ticket_id"), 0);
	if (!paid || !ticket || !refund_ticket(rq->db, row, rq->now)) {
		refuse(rq, 409, "TICKET_USED",
		       "This ticket was scanned, or is not valid any more: it is not refunded.");
		return;
	}
	order_changed(rq, row_int(row, "event_id"), row_int(row, "order_id"));
	tell_both(rq, row, ticket, "refund-approved");
}

void refund_again(struct request *rq, const struct row *row)
{
	if (!row_is(row, "status", "approved") || !fresh_or_refuse(rq))
		return;
	if (!refund_lock_order(rq->db, row_int(row, "order_id")) ||
	    !refund_of_ticket_again(rq->db, row_int(row, "id"), rq->now))
		refuse(rq, 409, "REFUND_NOT_FAILED",
		       "This refund did not fail, or so much of its payment is not there any more.");
}

void refund_reject(struct request *rq, const struct row *row)
{
	const struct row *ticket = transfer_ticket_seen(rq->db, row_int(row, "ticket_id"), 0);

	if (ticket && row_is(row, "status", "requested"))
		tell_both(rq, row, ticket, "refund-rejected");
}

/* ---- without a request ---- */

struct refund refund_share(const struct row *ticket, int percent, ms_t now)
{
	const struct refund_rule rule = { 0, percent };

	return refund_of(&rule, 1, row_int(ticket, "price"), row_int(ticket, "subtotal"), row_int(ticket, "total"),
			 now + 1, now);
}

const struct row *refund_granted(struct db *db, const struct row *ticket, int percent, const char *reason, ms_t now)
{
	const struct refund refund = refund_share(ticket, percent, now);

	return refund_grant(db, &(struct refund_new){ .ticket = ticket,
						      .reason = reason,
						      .percent = percent,
						      .paid = refund.paid,
						      .amount = refund.amount,
						      .now = now });
}

/* What staff give back of a ticket by themselves is a request that is put down and approved at once, so that money, seats and the
 * customer hear of it by one way. percent 0: the ticket dies, and no money goes back. */
static void give_back(struct request *rq, const struct row *row, int percent, const char *kind)
{
	const char *reason = reason_given(rq);
	const struct row *request, *ticket;

	if (!fresh_or_refuse(rq))
		return;
	if (!refund_lock_order(rq->db, row_int(row, "order_id")) ||
	    !(ticket = transfer_ticket(rq->db, row_int(row, "id"), 0))) {
		refuse(rq, 409, "ORDER_NOT_PAID", "The order of this ticket is not paid any more.");
		return;
	}
	request = refund_granted(rq->db, ticket, percent, reason ? reason : "", rq->now);
	if (!request) {
		refuse(rq, 409, "REFUND_PENDING", "%s", ticket_fault_sentence(TICKET_REFUNDING));
		return;
	}
	if (!refund_ticket(rq->db, request, rq->now)) {
		refuse(rq, 409, "TICKET_USED",
		       "This ticket was scanned, or is not valid any more: it is not refunded.");
		return;
	}
	order_changed(rq, row_int(row, "event_id"), row_int(row, "order_id"));
	tell_both(rq, request, ticket, kind);
}

void ticket_refund(struct request *rq, const struct row *row)
{
	give_back(rq, row, field_given(rq, "percent") ? (int)field_int(rq, "percent") : 100, "refund-approved");
}

void ticket_cancel(struct request *rq, const struct row *row)
{
	give_back(rq, row, 0, "ticket-cancelled");
}
