/* Messages in the back office. Their texts are not shown: what people are told is theirs. */
#include "app/message.h"
#include "store/outbox.h"

void message_again(struct request *rq, const struct row *message)
{
	outbox_again(rq->db, row_int(message, "id"));
}
