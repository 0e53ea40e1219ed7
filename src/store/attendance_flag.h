#ifndef STORE_ATTENDANCE_FLAG_H
#define STORE_ATTENDANCE_FLAG_H
/* What speaks against a record: rules/attendance_flag.h has the codes. */
#include "db/db.h"
#include <json-c/json.h>

/* How grave: 1 is the worst. And the worst of a record's (its id, as SQL) that nobody has resolved, which the record has as `worst`; 9: none. */
#define FLAG_GRAVITY "FIELD(f.severity, 'high', 'medium', 'low', 'info')"
#define FLAGS_WORST(id)                                                                                                \
	"COALESCE((SELECT MIN(" FLAG_GRAVITY ") FROM attendance_flag f WHERE f.attendance_id = " id                    \
	" AND f.resolution IS NULL), 9)"
/* Whoever changes a record's flags has it know of its worst, in their transaction. */
void flags_weigh(struct db *db, int64_t attendance_id);

/* Raises a flag with the numbers that it follows from (detail is owned from here; NULL: none); one that is there has new ones, and
 * what a person said of it stands. Whether the record then needs a person is its caller's to say. */
void flag_raise(struct db *db, int64_t attendance_id, const char *code, double score, struct json_object *detail,
		ms_t now);
/* The same of what is found later, in a transaction: a record that nobody but the program has verified waits for a person when something grave came
 * up, and the change is kept for those who watch. Its event, who are to be told; 0: its verdict stands. */
int64_t flag_raise_late(struct db *db, int64_t attendance_id, const char *code, double score,
			struct json_object *detail, ms_t now);
/* Has it a high one that nobody has dismissed? */
bool flags_high(struct db *db, int64_t attendance_id);
/* What a person's decision says of all that weigh: verified dismisses them, rejected confirms them, pending opens them again. In its transaction. */
void flags_resolve(struct db *db, int64_t attendance_id, const char *verification);
/* They are: code, severity, score, detail (JSON), resolution, created_at; the gravest first. */
const struct rows *flags_of(struct db *db, int64_t attendance_id);

#endif
