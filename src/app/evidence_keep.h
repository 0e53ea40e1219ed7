#ifndef APP_EVIDENCE_KEEP_H
#define APP_EVIDENCE_KEEP_H
/* Between what takes photos and what takes signatures (app/evidence.h); nobody else's. */
#include "app/evidence.h"
#include "store/evidence.h"

/* Stores what fd holds and names it in the record, for which evidence lacks that alone. False: refused, or the database failed. */
bool evidence_keep(struct request *rq, int fd, int64_t bytes, struct evidence *evidence, struct evidence_kept *kept);
/* Whose record it is and of which event (evidence_of()); NULL after a refusal: they have not agreed to the notice. */
const struct row *evidence_agreed(struct request *rq, int64_t attendance_id);
/* 415 and 413, at the field; false. */
bool evidence_wrong_kind(struct request *rq, const char *field, const char *sentence);
bool evidence_too_many_bytes(struct request *rq, const char *field, int kb);

#endif
