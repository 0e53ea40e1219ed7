/* Whose schema it is: what a program stores, it stores before a migration begins or not at all, and what the migration broke
 * for it is no fault of its own. */
#include "base/log.h"
#include "check_database.h"
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

Suite *upgrade_suite(void);

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db, *other;
static char *directory;

static void put(const char *name, const char *text)
{
	FILE *file = fopen(talloc_asprintf(ctx, "%s/%s", directory, name), "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

/* A program for a schema of one step, and another step that is to be made. */
static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	other = check_empty_database(ctx, "gatehouse_check_upgrade", &config);
	directory = check_directory(ctx);
	put("0001-one.sql", "CREATE TABLE one (a INT NOT NULL UNIQUE, b INT NOT NULL DEFAULT 7) ENGINE=InnoDB;");
	ck_assert(migrate_run(other, directory));
	db = db_new(ctx, config);
	db_expect_schema(db, 1);
	put("0002-two.sql",
	    "CREATE TABLE two ENGINE=InnoDB AS SELECT a FROM one;\nALTER TABLE one DROP COLUMN b, ADD COLUMN c INT;");
}

static void teardown(void)
{
	talloc_free(ctx);
}

/* In a transaction of that handle. */
static bool insert(void *with)
{
	return db_exec(with, "INSERT INTO one (a) VALUES (1)", no_args) == 1;
}

static bool inserts(struct db *by)
{
	return db_transaction(by, insert, NULL, by);
}

static pid_t migrate(void)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(!migrate_run(db_new(NULL, config), directory));
	return pid;
}

static bool wait_for(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool while_somebody_migrates(void *with)
{
	bool good = insert(db);

	*(pid_t *)with = migrate();
	while (!db_int(
		other,
		"SELECT COUNT(*) FROM information_schema.PROCESSLIST"
		" WHERE INFO LIKE '%ALTER TABLE schema_now%' AND STATE LIKE 'Waiting%' AND ID <> CONNECTION_ID()",
		no_args))
		ck_assert_int_eq(db_error(other), DB_OK);
	ck_assert_int_eq(db_schema_version(other), 1);
	return good;
}

START_TEST(a_migration_waits_for_what_is_under_way)
{
	pid_t pid;

	ck_assert(db_transaction(db, while_somebody_migrates, NULL, &pid));
	ck_assert(wait_for(pid));
	ck_assert_int_eq(db_schema_version(other), 2);
	/* What was stored beside it, the migration has seen. */
	ck_assert_int_eq(db_int(other, "SELECT COUNT(*) FROM two", no_args), 1);
}
END_TEST

/* A transaction that does not end. */
static bool while_a_migration_gives_up(void *with)
{
	struct db *third = with;
	bool good = insert(db);
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		_exit(!migrate_run_within(db_new(NULL, config), directory, 2));
	while (db_schema_fits(third))
		ck_assert_int_eq(db_error(third), DB_OK);
	ck_assert(!inserts(third));
	ck_assert_int_eq(db_error(third), DB_SCHEMA);
	db_clear(third);
	ck_assert(!wait_for(pid));
	ck_assert(db_schema_fits(third));
	return good;
}

START_TEST(a_migration_that_waits_too_long_changes_nothing)
{
	struct db *third = db_new(ctx, config);

	db_expect_schema(third, 1);
	ck_assert(db_transaction(db, while_a_migration_gives_up, NULL, third));
	ck_assert_int_eq(db_schema_version(other), 1);
	ck_assert_int_eq(db_int(other, "SELECT COUNT(*) FROM one", no_args), 1);
	/* And the next one finds all as it should be. */
	ck_assert(migrate_run(other, directory));
	ck_assert_int_eq(db_int(other, "SELECT COUNT(*) FROM two", no_args), 1);
}
END_TEST

START_TEST(nothing_is_stored_under_anothers_schema)
{
	ck_assert(db_schema_fits(db));
	ck_assert(migrate_run(other, directory));
	ck_assert(!db_schema_fits(db));
	ck_assert_int_eq(db_schema_seen(db), 2);
	ck_assert(!inserts(db));
	ck_assert_int_eq(db_error(db), DB_SCHEMA);
	ck_assert(db_unavailable(db));
	ck_assert(!db_in_transaction(db));
	db_clear(db);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM one", no_args), 0);
	ck_assert_int_eq(db_error(db), DB_OK);
}
END_TEST

static int64_t inserts_alone(struct db *by)
{
	return db_exec(by, "INSERT INTO one (a) SELECT 5 WHERE " SCHEMA_HELD, args(db_schema_expected(by)));
}

START_TEST(one_statement_may_look_itself)
{
	ck_assert_int_eq(inserts_alone(db), 1);
	ck_assert(!db_schema_refused(db));
	check_script(other, "DELETE FROM one");
	ck_assert(migrate_run(other, directory));
	ck_assert_int_eq(inserts_alone(db), 0);
	ck_assert(db_schema_refused(db));
	ck_assert_int_eq(db_error(db), DB_SCHEMA);
	db_clear(db);
	/* What expects nothing is not asked. */
	ck_assert_int_eq(inserts_alone(other), 1);
	ck_assert(!db_schema_refused(other));
}
END_TEST

START_TEST(what_the_schemas_change_broke_is_no_fault)
{
	ck_assert_int_eq(db_int(db, "SELECT COUNT(c) FROM one", no_args), 0);
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	db_clear(db);
	ck_assert(migrate_run(other, directory));
	ck_assert_int_eq(db_int(db, "SELECT COUNT(b) FROM one", no_args), 0);
	ck_assert_int_eq(db_error(db), DB_SCHEMA);
	db_clear(db);
	ck_assert_int_eq(db_exec(db, "UPDATE one SET b = 1", no_args), -1);
	ck_assert_int_eq(db_error(db), DB_SCHEMA);
	db_clear(db);
	/* Whom it is for is at fault all the same. */
	db_expect_schema(db, 2);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(b) FROM one", no_args), 0);
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	db_clear(db);
}
END_TEST

START_TEST(a_migration_that_was_cut_off_lets_nobody_in)
{
	struct db *newer = db_new(ctx, config);

	db_expect_schema(newer, 2);
	put("0002-two.sql", "CREATE TABLE half (a INT); CREATE TABLE whole (a INT");
	ck_assert(!migrate_run(other, directory));
	db_clear(other);
	ck_assert(!db_schema_fits(db));
	ck_assert(!db_schema_fits(newer));
	ck_assert_int_eq(db_schema_seen(newer), 0);
	ck_assert(!inserts(newer));
	ck_assert_int_eq(db_error(newer), DB_SCHEMA);
	db_clear(newer);
	put("0002-two.sql", "CREATE TABLE IF NOT EXISTS half (a INT); CREATE TABLE whole (a INT);");
	ck_assert(migrate_run(other, directory));
	ck_assert(db_schema_fits(newer));
	ck_assert(inserts(newer));
	ck_assert(!db_schema_fits(db));
}
END_TEST

/* Made before programs looked. */
START_TEST(a_schema_without_a_number_is_nobodys)
{
	check_script(other, "DROP TABLE schema_now");
	ck_assert(!db_schema_fits(db));
	ck_assert(!inserts(db));
	ck_assert_int_eq(db_error(db), DB_SCHEMA);
	db_clear(db);
	unlink(talloc_asprintf(ctx, "%s/0002-two.sql", directory));
	ck_assert(migrate_run(other, directory));
	ck_assert(inserts(db));
}
END_TEST

Suite *upgrade_suite(void)
{
	Suite *suite = suite_create("upgrade");
	TCase *tcase = tcase_create("upgrade");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_migration_waits_for_what_is_under_way);
	tcase_add_test(tcase, a_migration_that_waits_too_long_changes_nothing);
	tcase_add_test(tcase, nothing_is_stored_under_anothers_schema);
	tcase_add_test(tcase, one_statement_may_look_itself);
	tcase_add_test(tcase, what_the_schemas_change_broke_is_no_fault);
	tcase_add_test(tcase, a_migration_that_was_cut_off_lets_nobody_in);
	tcase_add_test(tcase, a_schema_without_a_number_is_nobodys);
	suite_add_tcase(suite, tcase);
	return suite;
}
