/* What is in the way of a ticket's change, the plainest reason first. */
#include "rules/transfer.h"
#include "base/tongue.h"

enum ticket_fault ticket_fault(const struct ticket_facts *f)
{
	if (!f->valid)
		return TICKET_VOID;
	if (f->used)
		return TICKET_USED;
	if (f->off)
		return TICKET_EVENT_OFF;
	if (f->starts <= f->now)
		return TICKET_EVENT_BEGUN;
	if (!f->allowed)
		return TICKET_KEPT;
	if (f->refunding)
		return TICKET_REFUNDING;
	return f->pending ? TICKET_OFFERED : TICKET_FREE;
}

static const struct {
	const char *code, *sentence;
} FAULTS[] = {
	[TICKET_FREE] = { NULL, NULL },
	[TICKET_VOID] = { "TICKET_NOT_VALID", SAID("This ticket is not valid any more.") },
	[TICKET_USED] = { "TICKET_USED", SAID("This ticket has been scanned, so it stays as it is.") },
	[TICKET_EVENT_OFF] = { "EVENT_CANCELLED", SAID("This event was cancelled.") },
	[TICKET_EVENT_BEGUN] = { "EVENT_BEGUN", SAID("This event has begun, so the ticket stays as it is.") },
	[TICKET_KEPT] = { "NOT_ALLOWED_HERE", SAID("This event's organizer does not allow that.") },
	[TICKET_OFFERED] = { "TRANSFER_PENDING",
			     SAID("This ticket is offered to somebody. Take the offer back first.") },
	[TICKET_REFUNDING] = { "REFUND_PENDING", SAID("A refund of this ticket was asked for, so it stays as it is.") },
};

const char *ticket_fault_code(enum ticket_fault fault)
{
	return FAULTS[fault].code;
}

const char *ticket_fault_sentence(enum ticket_fault fault)
{
	return FAULTS[fault].sentence;
}
