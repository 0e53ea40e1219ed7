#ifndef STORE_SUPERVISES_H
#define STORE_SUPERVISES_H
/* Which departments a supervisor looks after: their own, and those that the side table names. Whoever asks how far a supervisor sees asks by
 * these, so there is one answer. They say nothing of whether somebody is one: that is their role. */

enum { SUPERVISED_MOST = 50 }; /* besides their own */

/* All of an account's, as a table of department_id. What it stands in ends it with the account, "?" or a column: "IN (" SUPERVISED "?)". */
#define SUPERVISED                                                                                                     \
	"SELECT sp.id AS department_id FROM campus_member sv JOIN department sp ON sp.id = sv.department_id"           \
	" OR EXISTS (SELECT 1 FROM supervisor_department sd WHERE sd.account_id = sv.account_id"                       \
	" AND sd.department_id = sp.id) WHERE sv.account_id = "

struct db;
struct rows;
/* All of an account's: department_id, each once. */
const struct rows *supervised_by(struct db *db, int64_t account_id);

#endif
