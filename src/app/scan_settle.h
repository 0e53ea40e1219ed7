#ifndef APP_SCAN_SETTLE_H
#define APP_SCAN_SETTLE_H
/* A scan from what was sent to its answer, whatever it is made by. */
#include "app/scan_look.h"

/* A form of the gate has one field, into which a reader types whatever it read: what looks like a card's number is moved to card, where
 * that is NULL; all else is a ticket's code or an order's reference. */
void scan_typed(struct request *rq, const char **code, const char **card);
/* Sets what was held up to the reader, a fault where it is not one of both. */
void scan_carry(struct request *rq, struct scan *scan, const char *code, const char *card);
/* Reads the rest of a scan of which what leads to its ticket, out, kind and note are set: gate, scan_id, and the times. False:
 * refused. */
bool scan_begin(struct request *rq, struct scan *scan);
/* Looks, decides, applies, and answers; as often as another scan of the ticket comes first. */
int scan_settle(struct scan *scan);
/* What a row of the log was answered when it was written. */
void scan_answer_logged(struct request *rq, const struct row *log);
/* scan_id and at, of an answer. */
void scan_answer_id(struct request *rq, const uint8_t scan_id[16], ms_t at);
/* By hand, with the fields note, override and what scan_begin() reads; leads: may who scans insist? rq->who says as which usher, at
 * which event. */
int scan_hand(struct request *rq, int64_t ticket_id, bool out, bool leads);
/* On leave, or back, with the fields action and reason; ticket_id: which of a card's, 0: any. */
int scan_on_leave(struct request *rq, const char *code, const char *card, int64_t ticket_id);

#endif
