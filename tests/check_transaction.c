/* Transactions: what is stored when work refuses, fails, meets another or loses its connection at any point. */
#include "base/log.h"
#include "check_database.h"
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db, *other;

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	db = check_empty_database(ctx, "gatehouse_check_db", &config);
	other = db_new(ctx, config);
	check_script(db, "CREATE TABLE stock (id BIGINT NOT NULL PRIMARY KEY, n INT NOT NULL) ENGINE=InnoDB;"
			 "CREATE TABLE sale (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, what VARCHAR(20) NOT NULL)"
			 " ENGINE=InnoDB;"
			 "INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30), (4, 40), (5, 50)");
}

static void teardown(void)
{
	talloc_free(ctx);
}

static int64_t sales(void)
{
	return db_int(other, "SELECT COUNT(*) FROM sale", no_args);
}

static int64_t stock(int id)
{
	return db_int(other, "SELECT n FROM stock WHERE id = ?", args(id));
}

/* What a test's work does and counts. */
struct job {
	int attempts, resets;
	int kills; /* attempts whose connection is killed half-way */
	int sockets[2];
	bool answer;
	int64_t connection;
};

static void count_reset(void *with)
{
	struct job *job = with;

	job->resets++;
	ck_assert(!db_in_transaction(db));
}

static bool sell(void *with)
{
	struct job *job = with;

	job->attempts++;
	ck_assert(db_in_transaction(db));
	ck_assert_int_gt(db_insert(db, "INSERT INTO sale (what) VALUES (?)", args("ticket")), 0);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = n - 1 WHERE id = 1", no_args), 1);
	return job->answer;
}

START_TEST(true_commits_and_false_rolls_back)
{
	struct job job = { .answer = false };

	ck_assert(!db_transaction(db, sell, count_reset, &job));
	ck_assert_int_eq(db_error(db), DB_OK);
	ck_assert_int_eq(sales(), 0);
	ck_assert_int_eq(stock(1), 10);
	job.answer = true;
	ck_assert(db_transaction(db, sell, count_reset, &job));
	ck_assert(!db_in_transaction(db));
	ck_assert_int_eq(job.attempts, 2);
	ck_assert_int_eq(job.resets, 2);
	ck_assert_int_eq(sales(), 1);
	ck_assert_int_eq(stock(1), 9);
	ck_assert(db_transaction(db, sell, NULL, &job));
}
END_TEST

/* Sells in one part, which stays or goes by job->answer, between two sales of the whole. */
static bool sell_in_parts(void *with)
{
	struct job *job = with;

	ck_assert_int_gt(db_insert(db, "INSERT INTO sale (what) VALUES ('before')", no_args), 0);
	ck_assert(db_part(db, sell, job) == job->answer);
	ck_assert_int_eq(db_error(db), DB_OK);
	ck_assert_int_gt(db_insert(db, "INSERT INTO sale (what) VALUES ('after')", no_args), 0);
	return true;
}

START_TEST(a_part_is_undone_by_itself)
{
	struct job job = { .answer = false };

	ck_assert(db_transaction(db, sell_in_parts, NULL, &job));
	ck_assert_int_eq(sales(), 2);
	ck_assert_int_eq(stock(1), 10);
	job.answer = true;
	ck_assert(db_transaction(db, sell_in_parts, NULL, &job));
	ck_assert_int_eq(sales(), 5);
	ck_assert_int_eq(stock(1), 9);
}
END_TEST

static bool meet_duplicate(void *with)
{
	(void)with;
	db_exec(db, "UPDATE stock SET n = 11 WHERE id = 1", no_args);
	ck_assert_int_eq(db_exec(db, "INSERT INTO stock VALUES (2, 2)", no_args), -1);
	ck_assert_int_eq(db_last(db), DB_DUPLICATE);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 22 WHERE id = 2", no_args), 1);
	return true;
}

START_TEST(a_duplicate_lets_the_transaction_live)
{
	ck_assert(db_transaction(db, meet_duplicate, NULL, NULL));
	ck_assert_int_eq(stock(1), 11);
	ck_assert_int_eq(stock(2), 22);
}
END_TEST

struct lack {
	int line;
	int code;
	enum db_error means;
	int attempts; /* a server that takes no writes is left once for another */
	int tried;
};

static bool sell_and_lack(void *with)
{
	struct lack *lack = with;

	lack->tried++;
	db_insert(db, "INSERT INTO sale (what) VALUES ('half')", no_args);
	db_exec(db, "UPDATE stock SET n = n - 1 WHERE id = 1", no_args);
	ck_assert_int_eq(db_exec(db, "CALL lacks(?)", args(lack->code)), -1);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = n - 1 WHERE id = 2", no_args), -1);
	return true;
}

START_TEST(what_the_server_refuses_leaves_nothing_half_done)
{
	struct lack lacks[] = { { __LINE__, 1114, DB_FULL, 1, 0 },
				{ __LINE__, 1021, DB_FULL, 1, 0 },
				{ __LINE__, 1290, DB_READ_ONLY, 2, 0 },
				{ __LINE__, 1461, DB_BUSY, 1, 0 } };
	struct job job = { .answer = true };

	check_script(db, "DELIMITER //\n"
			 "CREATE PROCEDURE lacks(p_code INT)\n"
			 "BEGIN\n"
			 "	SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = p_code;\n"
			 "END//\n");
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++) {
		ck_assert_msg(!db_transaction(db, sell_and_lack, NULL, &lacks[i]), "line %d", lacks[i].line);
		ck_assert_msg(db_error(db) == lacks[i].means, "line %d: %d", lacks[i].line, (int)db_error(db));
		ck_assert_msg(lacks[i].tried == lacks[i].attempts, "line %d: %d", lacks[i].line, lacks[i].tried);
		ck_assert(!db_in_transaction(db));
		db_clear(db);
		ck_assert_int_eq(sales(), 0);
		ck_assert_int_eq(stock(1), 10);
		ck_assert_int_eq(stock(2), 20);
	}
	ck_assert(db_transaction(db, sell, NULL, &job));
	ck_assert_int_eq(sales(), 1);
}
END_TEST

static bool ignore_failure(void *with)
{
	struct job *job = with;

	job->attempts++;
	db_insert(db, "INSERT INTO sale (what) VALUES ('half')", no_args);
	db_exec(db, "UPDATE nowhere SET n = 1", no_args);
	db_clear(db);
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 0", no_args), -1);
	return true;
}

START_TEST(a_failure_cannot_be_ignored)
{
	struct job job = { 0 };

	ck_assert(!db_transaction(db, ignore_failure, NULL, &job));
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	ck_assert_int_eq(job.attempts, 1);
	ck_assert_int_eq(sales(), 0);
	ck_assert(!db_transaction(db, ignore_failure, NULL, &job)); /* not before the failure was seen to */
	ck_assert_int_eq(job.attempts, 1);
	db_clear(db);
	job.answer = true;
	ck_assert(db_transaction(db, sell, NULL, &job));
}
END_TEST

static void meet(int socket)
{
	char byte = 'x';

	ck_assert_int_eq(write(socket, &byte, 1), 1);
	ck_assert_int_eq(read(socket, &byte, 1), 1);
}

/* Takes row 1, meets the other, who has row 2 and more rows changed, then wants row 2. */
static bool cross(void *with)
{
	struct job *job = with;

	job->attempts++;
	db_exec(db, "UPDATE stock SET n = n + 100 WHERE id = 1", no_args);
	if (job->attempts == 1)
		meet(job->sockets[0]);
	db_exec(db, "UPDATE stock SET n = n + 100 WHERE id = 2", no_args);
	return true;
}

static bool cross_back(void *with)
{
	struct job *job = with;

	db_exec(other, "UPDATE stock SET n = n + 1000 WHERE id >= 2", no_args);
	if (job->attempts++ == 0)
		meet(job->sockets[1]);
	db_exec(other, "UPDATE stock SET n = n + 1000 WHERE id = 1", no_args);
	return true;
}

START_TEST(a_deadlock_is_run_again)
{
	struct job job = { 0 };
	int status;
	pid_t child;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, job.sockets), 0);
	child = fork();
	if (child == 0)
		_exit(db_transaction(other, cross_back, NULL, &job) ? 0 : 1);
	ck_assert(db_transaction(db, cross, NULL, &job));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert_int_eq(job.attempts, 2);
	ck_assert_int_eq(db_error(db), DB_OK);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 1", no_args), 1110);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 2", no_args), 1120);
}
END_TEST

/* Stores something, then waits for a row that another holds: only the second statement is rolled back by the server. */
static bool store_and_wait(void *with)
{
	struct job *job = with;

	job->attempts++;
	db_insert(db, "INSERT INTO sale (what) VALUES ('waited')", no_args);
	db_exec(db, "UPDATE stock SET n = n + 1 WHERE id = 1", no_args);
	return true;
}

static void free_row_third_time(void *with)
{
	struct job *job = with;

	if (++job->resets == 3)
		check_script(other, "ROLLBACK");
}

START_TEST(a_lock_wait_rolls_all_back)
{
	struct job job = { 0 };

	check_script(db, "SET SESSION innodb_lock_wait_timeout = 0");
	check_script(other, "START TRANSACTION; UPDATE stock SET n = 99 WHERE id = 1");
	ck_assert(db_transaction(db, store_and_wait, free_row_third_time, &job));
	ck_assert_int_eq(job.attempts, 3);
	ck_assert_int_eq(sales(), 1);
	ck_assert_int_eq(stock(1), 11);
}
END_TEST

START_TEST(conflicts_are_retried_a_bounded_number_of_times)
{
	struct job job = { 0 };

	check_script(db, "SET SESSION innodb_lock_wait_timeout = 0");
	check_script(other, "START TRANSACTION; UPDATE stock SET n = 99 WHERE id = 1");
	ck_assert(!db_transaction(db, store_and_wait, NULL, &job));
	ck_assert_int_eq(job.attempts, 6);
	ck_assert_int_eq(db_error(db), DB_CONFLICT);
	db_clear(db);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 1 WHERE id = 1", no_args), -1);
	ck_assert_int_eq(db_error(db), DB_CONFLICT);
	check_script(other, "ROLLBACK");
	ck_assert_int_eq(sales(), 0);
}
END_TEST

/* Reads, sells, and finds twice that what it read has changed. */
static bool find_change(void *with)
{
	struct job *job = with;

	sell(job);
	if (job->attempts <= job->kills) {
		db_conflict(db);
		ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 0 WHERE id = 1", no_args), -1);
	}
	return true;
}

START_TEST(what_has_changed_since_it_was_read_is_read_again)
{
	struct job job = { .kills = 2, .answer = true }, never = { .kills = 99, .answer = true };

	ck_assert(db_transaction(db, find_change, count_reset, &job));
	ck_assert_int_eq(job.attempts, 3);
	ck_assert_int_eq(job.resets, 3);
	ck_assert_int_eq(sales(), 1);
	ck_assert_int_eq(stock(1), 9);
	ck_assert(!db_transaction(db, find_change, NULL, &never));
	ck_assert_int_eq(never.attempts, 6);
	ck_assert_int_eq(db_error(db), DB_CONFLICT);
	ck_assert_int_eq(stock(1), 9);
}
END_TEST

static bool lose_connection(void *with)
{
	struct job *job = with;

	job->attempts++;
	job->connection = db_int(db, "SELECT CONNECTION_ID()", no_args);
	db_insert(db, "INSERT INTO sale (what) VALUES ('first')", no_args);
	if (job->attempts <= job->kills) {
		check_kill(other, job->connection);
		ck_assert_int_eq(db_insert(db, "INSERT INTO sale (what) VALUES ('second')", no_args), 0);
		ck_assert_int_eq(db_error(db), DB_AWAY);
		/* However stubborn: nothing reaches a new connection and commits by itself there. */
		db_clear(db);
		ck_assert_int_eq(db_insert(db, "INSERT INTO sale (what) VALUES ('stray')", no_args), 0);
		ck_assert_int_eq(db_int(db, "SELECT 1", no_args), 0);
		return true;
	}
	ck_assert_int_gt(db_insert(db, "INSERT INTO sale (what) VALUES ('second')", no_args), 0);
	return true;
}

START_TEST(a_killed_connection_leaves_nothing_half_stored)
{
	struct job job = { .kills = 1 };

	ck_assert(db_transaction(db, lose_connection, count_reset, &job));
	ck_assert_int_eq(job.attempts, 2);
	ck_assert_int_eq(job.resets, 2);
	ck_assert_int_eq(sales(), 2);
	job = (struct job){ .kills = 99 };
	ck_assert(!db_transaction(db, lose_connection, NULL, &job));
	ck_assert_int_eq(db_error(db), DB_AWAY);
	ck_assert_int_eq(job.attempts, 6);
	ck_assert_int_eq(sales(), 2);
	db_clear(db);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM sale", no_args), 2);
}
END_TEST

static bool lose_before_commit(void *with)
{
	struct job *job = with;

	job->attempts++;
	db_insert(db, "INSERT INTO sale (what) VALUES ('maybe')", no_args);
	check_kill(other, db_int(db, "SELECT CONNECTION_ID()", no_args));
	return true;
}

START_TEST(lost_at_commit_is_unknown_and_not_repeated)
{
	struct job job = { 0 };

	ck_assert(!db_transaction(db, lose_before_commit, NULL, &job));
	ck_assert_int_eq(db_error(db), DB_UNKNOWN);
	ck_assert_int_eq(job.attempts, 1);
	ck_assert(!db_in_transaction(db));
	db_clear(db);
	job = (struct job){ .answer = true };
	ck_assert(db_transaction(db, sell, NULL, &job));
}
END_TEST

static bool close_half_way(void *with)
{
	struct job *job = with;

	db_insert(db, "INSERT INTO sale (what) VALUES ('first')", no_args);
	if (job->attempts++ == 0)
		db_close(db);
	db_insert(db, "INSERT INTO sale (what) VALUES ('second')", no_args);
	return true;
}

START_TEST(nothing_reconnects_inside_a_transaction)
{
	struct job job = { 0 };

	ck_assert(db_transaction(db, close_half_way, NULL, &job));
	ck_assert_int_eq(job.attempts, 2);
	ck_assert_int_eq(sales(), 2);
}
END_TEST

START_TEST(an_idle_connection_that_died_is_replaced)
{
	struct job job = { .answer = true };

	check_kill(other, db_int(db, "SELECT CONNECTION_ID()", no_args));
	ck_assert(db_transaction(db, sell, NULL, &job));
	ck_assert_int_eq(job.attempts, 1);
	ck_assert_int_eq(sales(), 1);
}
END_TEST

START_TEST(a_snapshot_stands_still)
{
	ck_assert(db_snapshot_begin(db));
	ck_assert(db_in_transaction(db));
	db_exec(other, "UPDATE stock SET n = 500 WHERE id = 5", no_args);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 5", no_args), 50);
	db_exec(other, "INSERT INTO sale (what) VALUES ('later')", no_args);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM sale", no_args), 0);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 1 WHERE id = 5", no_args), -1);
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	db_snapshot_end(db);
	db_clear(db);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 5", no_args), 500);
	ck_assert_str_eq(row_text(db_one(db, "SELECT @@tx_isolation AS level", no_args), "level"), "READ-COMMITTED");
	ck_assert(db_snapshot_begin(db));
	check_kill(other, db_int(db, "SELECT CONNECTION_ID()", no_args));
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 5", no_args), 0);
	ck_assert_int_eq(db_error(db), DB_AWAY);
	db_snapshot_end(db);
}
END_TEST

static bool nest(void *with)
{
	return db_transaction(db, sell, NULL, with);
}

START_TEST(transactions_do_not_nest)
{
	struct job job = { .answer = true };

	db_transaction(db, nest, NULL, &job);
}
END_TEST

Suite *transaction_suite(void);

Suite *transaction_suite(void)
{
	Suite *suite = suite_create("transaction");
	TCase *tcase = tcase_create("transaction");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, true_commits_and_false_rolls_back);
	tcase_add_test(tcase, a_duplicate_lets_the_transaction_live);
	tcase_add_test(tcase, what_the_server_refuses_leaves_nothing_half_done);
	tcase_add_test(tcase, a_failure_cannot_be_ignored);
	tcase_add_test(tcase, a_deadlock_is_run_again);
	tcase_add_test(tcase, a_lock_wait_rolls_all_back);
	tcase_add_test(tcase, conflicts_are_retried_a_bounded_number_of_times);
	tcase_add_test(tcase, what_has_changed_since_it_was_read_is_read_again);
	tcase_add_test(tcase, a_killed_connection_leaves_nothing_half_stored);
	tcase_add_test(tcase, a_part_is_undone_by_itself);
	tcase_add_test(tcase, lost_at_commit_is_unknown_and_not_repeated);
	tcase_add_test(tcase, nothing_reconnects_inside_a_transaction);
	tcase_add_test(tcase, an_idle_connection_that_died_is_replaced);
	tcase_add_test(tcase, a_snapshot_stands_still);
	tcase_add_test_raise_signal(tcase, transactions_do_not_nest, SIGABRT);
	suite_add_tcase(suite, tcase);
	return suite;
}
