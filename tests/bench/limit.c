/* The database's own ceiling for the two hot transactions, with nothing else in the way: the figure that a scan or a
 * booking over HTTP is measured against.
 *
 *	limit SOCKET load TICKETS              makes the database `bench_limit`
 *	limit SOCKET scan CONNECTIONS SECONDS
 *	limit SOCKET book CONNECTIONS SECONDS
 *
 * scan: SELECT ticket and holder, guarded UPDATE of the ticket, INSERT of the log row, COMMIT.
 * book: INSERT order, INSERT 2 tickets, guarded UPDATE of one hot counter, COMMIT.
 * Prepared statements, one process a connection, the server's own durability settings. Prints operations a second. */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(MYSQL *db, const char *sql)
{
	if (mysql_query(db, sql))
		die(sql, mysql_error(db));
}

static long long number(MYSQL *db, const char *sql)
{
	MYSQL_RES *result;
	long long answer;

	run(db, sql);
	result = mysql_store_result(db);
	answer = strtoll(mysql_fetch_row(result)[0], NULL, 10);
	mysql_free_result(result);
	return answer;
}

static MYSQL *connect_to(const char *socket, const char *name)
{
	MYSQL *db = mysql_init(NULL);

	if (!mysql_real_connect(db, NULL, "root", "", name, 0, socket, 0))
		die(socket, mysql_error(db));
	return db;
}

static MYSQL_STMT *prepare(MYSQL *db, const char *sql, MYSQL_BIND *in)
{
	MYSQL_STMT *st = mysql_stmt_init(db);

	if (mysql_stmt_prepare(st, sql, strlen(sql)) || (in && mysql_stmt_bind_param(st, in)))
		die(sql, mysql_stmt_error(st));
	return st;
}

static void execute(MYSQL_STMT *st)
{
	if (mysql_stmt_execute(st))
		die("execute", mysql_stmt_error(st));
}

static void load(MYSQL *db, long tickets)
{
	char sql[256];

	run(db, "DROP DATABASE IF EXISTS bench_limit");
	run(db, "CREATE DATABASE bench_limit");
	run(db, "USE bench_limit");
	run(db, "CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR(80), contact VARCHAR(80))");
	run(db, "CREATE TABLE ticket (id BIGINT PRIMARY KEY AUTO_INCREMENT, event_id BIGINT, code BINARY(16) UNIQUE,"
		" customer_id BIGINT, status TINYINT DEFAULT 0, scanned_at DATETIME(3), KEY (event_id))");
	run(db, "CREATE TABLE checkin (id BIGINT PRIMARY KEY AUTO_INCREMENT, ticket_id BIGINT, event_id BIGINT,"
		" usher_id BIGINT, result TINYINT, at DATETIME(3), KEY (event_id, at))");
	run(db, "CREATE TABLE stock (id INT PRIMARY KEY, capacity BIGINT, held BIGINT)");
	run(db, "CREATE TABLE orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, customer_id BIGINT, total BIGINT,"
		" at DATETIME(3), KEY (customer_id))");
	run(db, "CREATE TABLE seat (id BIGINT PRIMARY KEY AUTO_INCREMENT, order_id BIGINT, code BINARY(16) UNIQUE,"
		" status TINYINT, KEY (order_id))");
	run(db, "INSERT INTO stock VALUES (1, 1000000000, 0)");
	snprintf(sql, sizeof sql, "INSERT INTO customer SELECT seq, CONCAT('Person ', seq), '' FROM seq_1_to_%ld", tickets);
	run(db, sql);
	snprintf(sql, sizeof sql,
		 "INSERT INTO ticket (event_id, code, customer_id) SELECT 1, UNHEX(MD5(seq)), seq FROM seq_1_to_%ld",
		 tickets);
	run(db, sql);
}

static void scan_until(MYSQL *db, double end, long first, long step, long long tickets, long *done)
{
	long long key, id, status;
	char name[81];
	MYSQL_BIND by_key = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &key };
	MYSQL_BIND by_id = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &id };
	MYSQL_BIND out[3] = { { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &id },
			      { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &status },
			      { .buffer_type = MYSQL_TYPE_STRING, .buffer = name, .buffer_length = sizeof name } };
	MYSQL_STMT *find = prepare(db,
				   "SELECT t.id, t.status, c.name FROM ticket t JOIN customer c ON c.id = t.customer_id"
				   " WHERE t.code = UNHEX(MD5(?)) AND t.event_id = 1",
				   &by_key);
	MYSQL_STMT *take = prepare(
		db, "UPDATE ticket SET status = 1, scanned_at = NOW(3) WHERE id = ? AND status = 0", &by_id);
	MYSQL_STMT *note = prepare(db,
				   "INSERT INTO checkin (ticket_id, event_id, usher_id, result, at)"
				   " VALUES (?, 1, 1, 0, NOW(3))",
				   &by_id);

	mysql_stmt_bind_result(find, out);
	for (key = first; seconds_now() < end && key <= tickets; key += step) {
		execute(find);
		mysql_stmt_fetch(find);
		mysql_stmt_free_result(find);
		run(db, "BEGIN");
		execute(take);
		execute(note);
		run(db, "COMMIT");
		++*done;
	}
}

static void book_until(MYSQL *db, double end, long first, long *done)
{
	long long customer = first, order, salt;
	MYSQL_BIND by_customer = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &customer };
	MYSQL_BIND two[2] = { { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &order },
			      { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &salt } };
	MYSQL_STMT *make =
		prepare(db, "INSERT INTO orders (customer_id, total, at) VALUES (?, 1000, NOW(3))", &by_customer);
	MYSQL_STMT *seat = prepare(db, "INSERT INTO seat (order_id, code, status) VALUES (?, UNHEX(MD5(?)), 0)", two);
	MYSQL_STMT *hold =
		prepare(db, "UPDATE stock SET held = held + 2 WHERE id = 1 AND held + 2 <= capacity", NULL);

	while (seconds_now() < end) {
		run(db, "BEGIN");
		execute(make);
		order = (long long)mysql_stmt_insert_id(make);
		salt = order;
		execute(seat);
		salt = -order;
		execute(seat);
		execute(hold);
		run(db, "COMMIT");
		++*done;
	}
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[2], "load")) {
		load(connect_to(argv[1], NULL), strtol(argv[3], NULL, 10));
		return 0;
	}
	if (argc < 5)
		die("usage", "limit SOCKET load TICKETS | limit SOCKET scan|book CONNECTIONS SECONDS");

	long n = strtol(argv[3], NULL, 10), seconds = strtol(argv[4], NULL, 10), sum = 0;
	long *done = mmap(NULL, sizeof *done * (size_t)n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MYSQL *db = connect_to(argv[1], "bench_limit");
	long long tickets = number(db, "SELECT COUNT(*) FROM ticket");

	run(db, "UPDATE ticket SET status = 0");
	double began = seconds_now();
	for (long i = 0; i < n; i++)
		if (!fork()) {
			MYSQL *own = connect_to(argv[1], "bench_limit");

			if (!strcmp(argv[2], "scan"))
				scan_until(own, began + (double)seconds, i + 1, n, tickets, &done[i]);
			else
				book_until(own, began + (double)seconds, i + 1, &done[i]);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	for (long i = 0; i < n; i++)
		sum += done[i];
	printf("%.0f\n", (double)sum / (seconds_now() - began));
	return 0;
}
