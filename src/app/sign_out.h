#ifndef APP_SIGN_OUT_H
#define APP_SIGN_OUT_H
/* Ending sessions, in the transaction of what they end for. Who watches something by one of them is sent away within moments. */
#include "http/request.h"

void sign_out(struct request *rq, int64_t session_id);
/* All of an account's but one; except 0: none is spared. Their devices are told nothing any more. */
void sign_out_all(struct request *rq, int64_t account_id, int64_t except);
/* Sessions ended otherwise than by these. */
void sessions_ended(struct request *rq);

#endif
