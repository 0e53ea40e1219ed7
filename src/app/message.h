#ifndef APP_MESSAGE_H
#define APP_MESSAGE_H
/* What staff do to messages, beside what src/resources/log.c declares. */
#include "http/request.h"

/* The .also of sending one once more: it begins anew. */
void message_again(struct request *rq, const struct row *message);

#endif
