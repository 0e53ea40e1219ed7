#ifndef APP_CARD_OFFICE_H
#define APP_CARD_OFFICE_H
/* How the declaration of staff's cards is written; see struct resource. */
#include "app/resource.h"

/* A sentence when the text is no card's number; NULL: it is. */
field_rule card_uid_rule;
/* Makes one, its number as it is kept. */
int64_t card_office_insert(struct request *rq);
/* Whose card is blocked, or good again, is told. */
void card_office_check(struct request *rq, int64_t id);

#endif
