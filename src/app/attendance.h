#ifndef APP_ATTENDANCE_H
#define APP_ATTENDANCE_H
/* What the actions about records of attendance have in common. */
#include "http/request.h"
#include "store/attendance.h"

/* Which records an account sees in a role. */
struct attendance_eye attendance_eye_in(struct db *db, enum role role, int64_t account_id);
/* Which records the caller sees. */
struct attendance_eye attendance_eye_of(struct request *rq);
/* The record that the path names, as the caller sees it; NULL after a refusal. lock: until the transaction ends. */
const struct row *record_or_404(struct request *rq, bool lock);
/* What it is called, of such a row. */
const uint8_t *record_uuid(const struct row *row);
/* Tells the audit log that the caller is shown where exactly somebody was, where they are: before the record is answered to a look. */
void record_look(struct request *rq, const struct row *row);
/* As it is answered whole, into an object. */
void record_answer(struct request *rq, struct json_object *into, const struct row *row);

#endif
