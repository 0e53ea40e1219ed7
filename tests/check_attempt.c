/* What a record's key and the conditions in its statements hold by themselves. Requests lock a row before they read it, so there none of these
 * is ever needed; here nobody does. */
#include "base/log.h"
#include "check_database.h"
#include "store/attempt.h"
#include "store/attendance_decision.h"

Suite *attempt_suite(void);

enum { OWNER = 7, JUDGE = 8, ANOTHER = 9, RECORD = 1 };

static const ms_t NOW = INT64_C(1795000000000);

static TALLOC_CTX *ctx;
static struct db *db;

static void make_database(void)
{
	TALLOC_CTX *top = talloc_new(NULL);

	log_threshold(LOG_ERROR_ + 1);
	check_database(top, check_config(top, "gatehouse_check_attempt"), "sql/migrations");
	talloc_free(top);
}

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	db = db_new(ctx, check_config(ctx, "gatehouse_check_attempt"));
	db_memory(db, ctx);
	check_script(db, "SET foreign_key_checks = 0; DELETE FROM attendance;");
}

static void teardown(void)
{
	talloc_free(ctx);
}

/* The owner's attempt at event 1, of version 3. */
static int64_t make_attempt(void)
{
	return db_exec(
		db,
		"INSERT INTO attendance (id, uuid, event_id, account_id, campus_id, event_starts_at, session_at,"
		" version, created_at, updated_at) VALUES (?, UNHEX(REPLACE(UUID(), '-', '')), 1, ?, 1, ?, ?, 3, ?, ?)",
		args(RECORD, OWNER, arg_time(NOW), arg_time(NOW), arg_time(NOW), arg_time(NOW)));
}

/* The same, submitted, of that status and checked so. */
static void make_record(const char *status, const char *verification)
{
	ck_assert_int_eq(make_attempt(), 1);
	ck_assert_int_eq(db_exec(db,
				 "UPDATE attendance SET state = 'submitted', status = ?, verification_status = ?,"
				 " submitted_at = ? WHERE id = ?",
				 args(status, verification, arg_time(NOW), RECORD)),
			 1);
}

static void change(const char *sql)
{
	ck_assert_int_eq(db_exec(db, sql, no_args), 1);
}

static bool is(const char *condition)
{
	return db_int(db, talloc_asprintf(ctx, "SELECT COUNT(*) FROM attendance WHERE id = 1 AND %s", condition),
		      no_args) == 1;
}

START_TEST(a_person_has_one_record_of_an_event_whoever_writes_it)
{
	ck_assert_int_eq(make_attempt(), 1);
	ck_assert_int_lt(
		db_exec(db,
			"INSERT INTO attendance (uuid, event_id, account_id, campus_id, event_starts_at, created_at,"
			" updated_at) SELECT UNHEX(REPLACE(UUID(), '-', '')), event_id, account_id, campus_id,"
			" event_starts_at, created_at, updated_at FROM attendance WHERE id = ?",
			args(RECORD)),
		0);
	ck_assert_int_eq(db_last(db), DB_DUPLICATE);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM attendance", no_args), 1);
}
END_TEST

static bool submit(int64_t version)
{
	const struct attempt_end end = { "present", "verified", "mine", NULL, "[\"qr\"]" };

	return attempt_submit(db, RECORD, version, &end, NOW);
}

START_TEST(a_mark_is_submitted_once_and_as_it_was_read)
{
	make_attempt();
	ck_assert(!submit(2));
	ck_assert(is("state = 'started' AND version = 3"));
	ck_assert(submit(3));
	ck_assert(is("state = 'submitted' AND version = 4"));
	/* of the same version, by who took no notice of it */
	change("UPDATE attendance SET notes = 'first' WHERE id = 1");
	ck_assert(!submit(4));
	ck_assert(is("notes = 'first' AND version = 4"));
}
END_TEST

START_TEST(a_step_is_taken_of_what_was_read)
{
	const struct attempt_place place = { 41, 29, 5, 0, NOW, "Hall A", "inside" };
	const struct attempt_code code = { 9, "192.0.2.1", "", "[\"qr\"]", NULL, "self", NOW, true, false };

	make_attempt();
	ck_assert(!attempt_steps(db, RECORD, 2, "[]", NULL, NOW));
	ck_assert(!attempt_place(db, RECORD, 2, &place, "[]", NOW));
	ck_assert(!attempt_renew(db, RECORD, 2, &code, NOW));
	ck_assert(is("version = 3 AND latitude IS NULL AND qr_at IS NULL"));
	ck_assert(attempt_place(db, RECORD, 3, &place, "[]", NOW));
	ck_assert(attempt_renew(db, RECORD, 4, &code, NOW));
	ck_assert(submit(5));
	ck_assert(!attempt_place(db, RECORD, 6, &place, "[]", NOW));
	ck_assert(!attempt_renew(db, RECORD, 6, &code, NOW));
	ck_assert(!attempt_reopen(db, RECORD, 6, NOW)); /* nobody's absence */
	ck_assert(is("version = 6 AND state = 'submitted'"));
}
END_TEST

static bool decide(int64_t version, int64_t by, const char *verification)
{
	return attendance_decide(db, RECORD, version, &(struct decision){ by, NULL, verification }, NOW);
}

START_TEST(a_decision_is_of_what_was_read_and_of_nobody_s_own)
{
	make_attempt();
	ck_assert(!decide(3, JUDGE, "verified")); /* it was not submitted */
	change("DELETE FROM attendance");
	make_record("present", "pending");
	ck_assert(!decide(2, JUDGE, "rejected"));
	ck_assert(!decide(3, OWNER, "verified"));
	ck_assert(is("version = 3 AND verification_status = 'pending' AND decided_by IS NULL"));
	ck_assert(decide(3, JUDGE, "rejected"));
	/* an appeal is for another than who decided */
	ck_assert(!attendance_appeal(db, RECORD, 3, OWNER, NOW + 1));
	ck_assert(!attendance_appeal(db, RECORD, 4, ANOTHER, NOW + 1));
	ck_assert(!attendance_appeal(db, RECORD, 4, OWNER, NOW + (APPEAL_DAYS + 1) * MS_DAY));
	ck_assert(attendance_appeal(db, RECORD, 4, OWNER, NOW + 1));
	ck_assert(!attendance_appeal(db, RECORD, 5, OWNER, NOW + 1));
	ck_assert(!decide(5, JUDGE, "verified"));
	ck_assert(is("version = 5 AND verification_status = 'pending'"));
	ck_assert(decide(5, ANOTHER, "verified"));
}
END_TEST

START_TEST(nobody_marks_by_hand_over_what_somebody_made)
{
	const struct hand_mark mark = { NULL, NULL, "present", "manual", JUDGE };

	make_record("present", "verified");
	ck_assert(!hand_update(db, RECORD, 3, &mark, NOW));
	change("UPDATE attendance SET method = 'auto', status = 'absent', decided_by = 8, decided_at = created_at WHERE id = 1");
	ck_assert(!hand_update(db, RECORD, 3, &mark, NOW));
	change("UPDATE attendance SET decided_by = NULL WHERE id = 1");
	ck_assert(!hand_update(db, RECORD, 2, &mark, NOW));
	ck_assert(is("version = 3 AND status = 'absent'"));
	ck_assert(hand_update(db, RECORD, 3, &mark, NOW));
}
END_TEST

Suite *attempt_suite(void)
{
	Suite *suite = suite_create("attempt");
	TCase *tests = tcase_create("guards");

	tcase_add_unchecked_fixture(tests, make_database, NULL);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_person_has_one_record_of_an_event_whoever_writes_it);
	tcase_add_test(tests, a_mark_is_submitted_once_and_as_it_was_read);
	tcase_add_test(tests, a_step_is_taken_of_what_was_read);
	tcase_add_test(tests, a_decision_is_of_what_was_read_and_of_nobody_s_own);
	tcase_add_test(tests, nobody_marks_by_hand_over_what_somebody_made);
	suite_add_tcase(suite, tests);
	return suite;
}
