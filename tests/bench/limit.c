/* The database's own ceiling for what is hot, with nothing else in the way: the figure that a scan, a booking or a whole
 * order over HTTP is measured against.
 *
 *	limit SOCKET load TICKETS              makes the database `bench_limit`
 *	limit SOCKET scan CONNECTIONS SECONDS
 *	limit SOCKET book CONNECTIONS SECONDS
 *	limit SOCKET serve FASTCGI-SOCKET WORKERS
 *	limit SOCKET play CONNECTIONS SECONDS LIST CATEGORY
 *	limit - list LIST
 *
 * scan: SELECT ticket and holder, guarded UPDATE of the ticket, INSERT of the log row, COMMIT.
 * book: INSERT order, INSERT 2 tickets, guarded UPDATE of one hot counter, COMMIT.
 * Prepared statements, one process a connection, the server's own durability settings. Prints operations a second.
 *
 * play: the statements of a whole order, as they stand in LIST (play.h), on the program's own tables: orders a second.
 * list: their texts.
 *
 * serve: the same scan behind a web server and nothing more: bare libfcgi workers, an HMAC over the token, JSON in and
 * out. What it loses against scan is what HTTP, FastCGI and the load's own client cost on this machine. */
#include "play.h"
#include <fcgiapp.h>
#include <json-c/json.h>
#include <mysql.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
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

static long long ask_number(MYSQL *db, const char *sql)
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
	snprintf(sql, sizeof sql, "INSERT INTO customer SELECT seq, CONCAT('Person ', seq), '' FROM seq_1_to_%ld",
		 tickets);
	run(db, sql);
	snprintf(sql, sizeof sql,
		 "INSERT INTO ticket (event_id, code, customer_id) SELECT 1, UNHEX(MD5(seq)), seq FROM seq_1_to_%ld",
		 tickets);
	run(db, sql);
}

/* One connection's statements for a scan, and where they read and write. */
struct scan {
	MYSQL *db;
	MYSQL_STMT *find, *take, *note;
	long long key, id, status;
	char name[81];
};

static void scan_prepare(struct scan *s, MYSQL *db)
{
	MYSQL_BIND by_key = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &s->key };
	MYSQL_BIND by_id = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &s->id };
	MYSQL_BIND out[3] = {
		{ .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &s->id },
		{ .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &s->status },
		{ .buffer_type = MYSQL_TYPE_STRING, .buffer = s->name, .buffer_length = sizeof s->name }
	};

	s->db = db;
	s->find = prepare(db,
			  "SELECT t.id, t.status, c.name FROM ticket t JOIN customer c ON c.id = t.customer_id"
			  " WHERE t.code = UNHEX(MD5(?)) AND t.event_id = 1",
			  &by_key);
	s->take = prepare(db, "UPDATE ticket SET status = 1, scanned_at = NOW(3) WHERE id = ? AND status = 0", &by_id);
	s->note = prepare(db,
			  "INSERT INTO checkin (ticket_id, event_id, usher_id, result, at)"
			  " VALUES (?, 1, 1, 0, NOW(3))",
			  &by_id);
	mysql_stmt_bind_result(s->find, out);
}

static void scan_one(struct scan *s)
{
	execute(s->find);
	mysql_stmt_fetch(s->find);
	mysql_stmt_free_result(s->find);
	run(s->db, "BEGIN");
	execute(s->take);
	execute(s->note);
	run(s->db, "COMMIT");
}

/* What all connections share: they begin together, once each has prepared what it needs. */
struct race {
	int ready[2], go[2];
	double end;
	long done[];
};

static void wait_for_all(struct race *race)
{
	char byte = 0;

	close(race->go[1]);
	if (write(race->ready[1], &byte, 1) != 1 || read(race->go[0], &byte, 1) != 0)
		die("race", "no start");
}

static void scan_until(MYSQL *db, struct race *race, long number, long n)
{
	long long tickets = ask_number(db, "SELECT COUNT(*) FROM ticket");
	struct scan s = { .status = 0 };

	scan_prepare(&s, db);
	wait_for_all(race);
	for (s.key = number + 1; seconds_now() < race->end && s.key <= tickets; s.key += n) {
		scan_one(&s);
		race->done[number]++;
	}
}

static void answer(FCGX_Request *request, struct scan *s)
{
	static const unsigned char key[crypto_auth_hmacsha256_KEYBYTES];
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char body[1024];
	int len = FCGX_GetStr(body, sizeof body - 1, request->in);
	const char *token = FCGX_GetParam("HTTP_AUTHORIZATION", request->envp);
	struct json_object *in, *out = json_object_new_object();

	body[len] = '\0';
	in = json_tokener_parse(body);
	crypto_auth_hmacsha256(mac, (const unsigned char *)token, strlen(token), key);
	s->key = json_object_get_int64(json_object_object_get(in, "code"));
	scan_one(s);
	json_object_object_add(out, "result", json_object_new_string(s->status ? "already_scanned" : "valid"));
	json_object_object_add(out, "name", json_object_new_string(s->name));
	FCGX_FPrintF(request->out, "Content-Type: application/json\r\n\r\n%s", json_object_to_json_string(out));
	json_object_put(out);
	json_object_put(in);
}

static void serve(const char *socket, const char *path, long workers)
{
	int listener;

	umask(0077);
	FCGX_Init();
	listener = FCGX_OpenSocket(path, 1024);
	if (listener < 0)
		die(path, "cannot listen");
	for (long i = 0; i < workers; i++)
		if (!fork()) {
			struct scan s = { .status = 0 };
			FCGX_Request request;

			prctl(PR_SET_PDEATHSIG, SIGKILL);
			scan_prepare(&s, connect_to(socket, "bench_limit"));
			FCGX_InitRequest(&request, listener, 0);
			while (FCGX_Accept_r(&request) == 0) {
				answer(&request, &s);
				FCGX_Finish_r(&request);
			}
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
}

static void book_until(MYSQL *db, struct race *race, long number)
{
	long long customer = number + 1, order, salt;
	MYSQL_BIND by_customer = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &customer };
	MYSQL_BIND two[2] = { { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &order },
			      { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &salt } };
	MYSQL_STMT *make =
		prepare(db, "INSERT INTO orders (customer_id, total, at) VALUES (?, 1000, NOW(3))", &by_customer);
	MYSQL_STMT *seat = prepare(db, "INSERT INTO seat (order_id, code, status) VALUES (?, UNHEX(MD5(?)), 0)", two);
	MYSQL_STMT *hold = prepare(db, "UPDATE stock SET held = held + 2 WHERE id = 1 AND held + 2 <= capacity", NULL);

	wait_for_all(race);
	while (seconds_now() < race->end) {
		run(db, "BEGIN");
		execute(make);
		order = (long long)mysql_stmt_insert_id(make);
		salt = order;
		execute(seat);
		salt = -order;
		execute(seat);
		execute(hold);
		run(db, "COMMIT");
		race->done[number]++;
	}
}

static void play_until(MYSQL *db, struct race *race, long number, long n, char **argv)
{
	struct play *play = play_new(db, argv[5], strtol(argv[6], NULL, 10), number, n);

	wait_for_all(race);
	while (seconds_now() < race->end)
		race->done[number] += play_once(play);
}

/* One of n connections. */
static void work(char **argv, struct race *race, long number, long n)
{
	if (!strcmp(argv[2], "play"))
		play_until(connect_to(argv[1], "gatehouse"), race, number, n, argv);
	else if (!strcmp(argv[2], "book"))
		book_until(connect_to(argv[1], "bench_limit"), race, number);
	else
		scan_until(connect_to(argv[1], "bench_limit"), race, number, n);
}

/* Operations a second of n connections in so many seconds. */
static double run_race(char **argv, long n, double seconds)
{
	struct race *race = mmap(NULL, sizeof *race + sizeof *race->done * (size_t)n, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double began;
	long sum = 0;
	int status;
	char byte;

	if (pipe(race->ready) || pipe(race->go))
		die("pipe", "failed");
	for (long i = 0; i < n; i++)
		if (!fork()) {
			work(argv, race, i, n);
			_exit(0);
		}
	close(race->ready[1]);
	for (long i = 0; i < n; i++)
		if (read(race->ready[0], &byte, 1) != 1)
			die("a connection", "ended before it began");
	began = seconds_now();
	race->end = began + seconds;
	close(race->go[1]);
	while (wait(&status) > 0)
		if (status)
			die("a connection", strsignal(WIFSIGNALED(status) ? WTERMSIG(status) : 0));
	for (long i = 0; i < n; i++)
		sum += race->done[i];
	return (double)sum / (seconds_now() - began);
}

int main(int argc, char **argv)
{
	const char *command = argc > 3 ? argv[2] : "";

	if (!strcmp(command, "load")) {
		load(connect_to(argv[1], NULL), strtol(argv[3], NULL, 10));
		return 0;
	}
	if (!strcmp(command, "list")) {
		play_print(play_new(NULL, argv[3], 0, 0, 0));
		return 0;
	}
	if (argc < (!strcmp(command, "play") ? 7 : 5))
		die("usage",
		    "limit SOCKET load TICKETS | scan|book CONNECTIONS SECONDS | play CONNECTIONS SECONDS LIST CATEGORY"
		    " | serve PATH WORKERS, or limit - list LIST");
	if (!strcmp(command, "serve")) {
		serve(argv[1], argv[3], strtol(argv[4], NULL, 10));
		return 0;
	}
	if (!strcmp(command, "scan"))
		run(connect_to(argv[1], "bench_limit"), "UPDATE ticket SET status = 0");
	printf("%.0f\n", run_race(argv, strtol(argv[3], NULL, 10), strtod(argv[4], NULL)));
	return 0;
}
