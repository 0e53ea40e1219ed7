#ifndef RULES_TRANSFER_H
#define RULES_TRANSFER_H
/* May a ticket change hands, or its name? A pure decision; store/transfer.c's statements hold the same once more, for what was read
 * may not be so any more. */
#include "base/clock.h"
#include <stdbool.h>

struct ticket_facts {
	bool valid;	  /* the ticket */
	bool used;	  /* it went in, ever */
	bool off;	  /* the event does not take place */
	bool allowed;	  /* the event's own switch for this */
	bool pending;	  /* it is offered to somebody */
	bool refunding;	  /* its money was asked back */
	ms_t starts, now; /* the event's; the clock */
};

enum ticket_fault {
	TICKET_FREE, /* nothing is in the way */
	TICKET_VOID,
	TICKET_USED,
	TICKET_EVENT_OFF,
	TICKET_EVENT_BEGUN,
	TICKET_KEPT, /* the event does not allow it */
	TICKET_OFFERED,
	TICKET_REFUNDING
};

/* The first that is in the way. */
enum ticket_fault ticket_fault(const struct ticket_facts *facts);
/* As a code of the API and a sentence; NULL, NULL for TICKET_FREE. */
const char *ticket_fault_code(enum ticket_fault fault);
const char *ticket_fault_sentence(enum ticket_fault fault);

#endif
