#ifndef APP_UPLOADED_CARD_H
#define APP_UPLOADED_CARD_H
/* Whose a card's scans were that came late, where the device named no ticket. */
#include "app/scan_look.h"
#include "rules/keys.h"
#include "store/uploaded.h"

struct carded {
	struct scan *scan; /* NULL: it takes another back */
	const struct uploaded *log;
	/* what is worked out here */
	char uid[CARD_UID_SIZE];
	int64_t customer_id; /* whose ticket or card it is, 0: nobody's */
	ms_t at;	     /* when it was made; no two of a customer at once */
	bool known;	     /* it was logged before */
};

/* Looks each card up once for all its scans, which have not been looked up yet. Orders scans. False: the database failed. */
bool uploaded_hold(struct carded scans[], size_t n);
/* n scans that were looked up, and what takes scans back. Those that were logged before are of the ticket that the log names. A card
 * alone is of the one of its holder's tickets that was the next at the moment at which it was held up, by all that is logged of them and
 * what comes with it; where the device refused it, of one that it would have refused then. Each that is of another ticket than its look
 * found is looked up again by that one's name. Orders scans. False: the database failed. */
bool uploaded_cards(struct carded scans[], size_t n, const struct gate_days *days);

#endif
