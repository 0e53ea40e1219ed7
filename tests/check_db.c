/* Values in and out, failures and their meaning, reconnection, routines and row sources, against a real MariaDB. */
#include "base/buf.h"
#include "base/log.h"
#include "check_database.h"
#include "db/compose.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db, *other;

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_);
	db = check_empty_database(ctx, "gatehouse_check_db", &config);
	other = db_new(ctx, config);
	check_script(db,
		     "CREATE TABLE kept (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, i BIGINT, u BIGINT UNSIGNED,"
		     " tiny TINYINT, flag TINYINT(1), d DOUBLE, f FLOAT, price DECIMAL(12,2), t LONGTEXT,"
		     " b LONGBLOB, uuid BINARY(16), at DATETIME(3), ts TIMESTAMP(3) NULL, day DATE, span TIME, y YEAR)"
		     " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;"
		     "CREATE TABLE stock (id BIGINT NOT NULL PRIMARY KEY, n INT NOT NULL, name VARCHAR(40) UNIQUE,"
		     " CONSTRAINT enough CHECK (n >= 0)) ENGINE=InnoDB;"
		     "CREATE TABLE part (id BIGINT NOT NULL PRIMARY KEY, stock_id BIGINT NOT NULL,"
		     " CONSTRAINT part_stock FOREIGN KEY (stock_id) REFERENCES stock (id)) ENGINE=InnoDB;"
		     "INSERT INTO stock VALUES (1, 10, 'one'), (2, 20, 'two')");
}

static void teardown(void)
{
	talloc_free(ctx);
}

static const struct cell *only(const char *sql, struct args arguments, enum col_type type, int line)
{
	const struct row *row = db_one(db, sql, arguments);

	ck_assert_msg(row != NULL, "line %d: %s", line, db_message(db));
	ck_assert_msg(row->columns[0].type == type, "line %d: type %d", line, (int)row->columns[0].type);
	return &row->cells[0];
}

START_TEST(integers)
{
	static const struct {
		int line;
		int64_t value;
	} CASES[] = {
		{ __LINE__, 0 },	 { __LINE__, 1 },	  { __LINE__, -1 },
		{ __LINE__, INT64_MAX }, { __LINE__, INT64_MIN }, { __LINE__, INT64_C(-3000000000) },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int64_t id = db_insert(db, "INSERT INTO kept (i) VALUES (?)", args(CASES[i].value));
		const struct cell *cell = only("SELECT i FROM kept WHERE id = ?", args(id), COL_INT, CASES[i].line);

		ck_assert_int_gt(id, 0);
		ck_assert_msg(!cell->null && cell->i == CASES[i].value, "line %d: %ld", CASES[i].line, (long)cell->i);
	}
}
END_TEST

START_TEST(texts)
{
	char *big = talloc_array(ctx, char, 300001);
	const struct {
		int line;
		const char *text;
	} CASES[] = {
		{ __LINE__, "" },
		{ __LINE__, "plain" },
		{ __LINE__, "it's \"quoted\" `so` \\ and ; -- so # on" },
		{ __LINE__, "\xf0\x9f\x8e\xab \xd8\xaa\xd8\xb0\xd9\x83\xd8\xb1\xd8\xa9 \xe2\x82\xac" },
		{ __LINE__, "line\nbreak\ttab\x01" },
		{ __LINE__, big },
	};

	memset(big, 'x', 300000);
	big[300000] = '\0';
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int64_t id = db_insert(db, "INSERT INTO kept (t) VALUES (?)", args(CASES[i].text));
		const struct cell *cell = only("SELECT t FROM kept WHERE id = ?", args(id), COL_TEXT, CASES[i].line);

		ck_assert_msg(!cell->null && cell->len == strlen(CASES[i].text) && strcmp(cell->s, CASES[i].text) == 0,
			      "line %d", CASES[i].line);
		ck_assert_msg(db_int(db, "SELECT COUNT(*) FROM kept WHERE id = ? AND BINARY t = ?",
				     args(id, CASES[i].text)) == 1,
			      "line %d", CASES[i].line);
	}
}
END_TEST

START_TEST(bytes)
{
	static const unsigned char BYTES[16] = { 0, 1, 0xff, '\'', '\\', 0, 0x80, 0, '%', 9, 10, 11, 12, 13, 14, 0 };
	int64_t id = db_insert(db, "INSERT INTO kept (b, uuid) VALUES (?, ?)",
			       args(arg_bytes(BYTES, sizeof(BYTES)), arg_bytes(BYTES, sizeof(BYTES))));
	const struct row *row = db_one(db,
				       "SELECT b, b AS `b2:hex`, uuid AS `u:uuid`, '{}' AS `j:json` FROM kept "
				       "WHERE id = ? AND uuid = ?",
				       args(id, arg_bytes(BYTES, sizeof(BYTES))));

	ck_assert_ptr_nonnull(row);
	ck_assert_int_eq(row->columns[1].type, COL_HEX);
	ck_assert_str_eq(row->columns[1].name, "b2");
	ck_assert_int_eq(row->columns[2].type, COL_UUID);
	ck_assert_str_eq(row->columns[2].name, "u");
	ck_assert_int_eq(row->columns[3].type, COL_JSON);
	ck_assert_str_eq(row_text(row, "j"), "{}");
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(row->cells[i].len, sizeof(BYTES));
		ck_assert_mem_eq(row->cells[i].s, BYTES, sizeof(BYTES));
	}
}
END_TEST

START_TEST(times)
{
	static const struct {
		int line;
		int64_t ms;
		const char *text;
	} CASES[] = {
		{ __LINE__, 0, "1970-01-01 00:00:00.000" },
		{ __LINE__, 1, "1970-01-01 00:00:00.001" },
		{ __LINE__, -1, "1969-12-31 23:59:59.999" },
		{ __LINE__, INT64_C(951782400000), "2000-02-29 00:00:00.000" },
		{ __LINE__, INT64_C(951868799987), "2000-02-29 23:59:59.987" },
		{ __LINE__, INT64_C(4107542399999), "2100-02-28 23:59:59.999" },
		{ __LINE__, INT64_C(4107542400000), "2100-03-01 00:00:00.000" },
		{ __LINE__, INT64_C(1795250700120), "2026-11-21 08:45:00.120" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int64_t id = db_insert(db, "INSERT INTO kept (at) VALUES (?)", args(arg_time(CASES[i].ms)));
		const struct cell *cell = only("SELECT at FROM kept WHERE id = ?", args(id), COL_TIME, CASES[i].line);

		ck_assert_msg(cell->i == CASES[i].ms, "line %d: %ld", CASES[i].line, (long)cell->i);
		cell = only("SELECT CAST(at AS CHAR) FROM kept WHERE id = ?", args(id), COL_TEXT, CASES[i].line);
		ck_assert_msg(strcmp(cell->s, CASES[i].text) == 0, "line %d: %s", CASES[i].line, cell->s);
	}
	db_insert(db, "INSERT INTO kept (id, ts) VALUES (99, ?)", args(arg_time(INT64_C(1795250700120))));
	ck_assert_int_eq(only("SELECT ts FROM kept WHERE id = 99", no_args, COL_TIME, __LINE__)->i, 1795250700120);
}
END_TEST

START_TEST(other_types)
{
	const struct row *row;

	ck_assert_int_eq(
		db_exec(db,
			"INSERT INTO kept (u, tiny, flag, d, f, price, day, span, y) VALUES (9223372036854775807,"
			" -128, 5, 1.5e300, -0.25, '-12.34', '2024-02-29', '-101:02:03', 2026)",
			no_args),
		1);
	row = db_one(db,
		     "SELECT u, tiny, flag, d, f, price, day, span, y, i > 0 AS `more:bool`, 7 AS `seven:bool`,"
		     " 'v' AS `venue.name` FROM kept",
		     no_args);
	ck_assert_ptr_nonnull(row);
	ck_assert(row_int(row, "u") == INT64_MAX);
	ck_assert_int_eq(row_int(row, "tiny"), -128);
	ck_assert(row_cell(row, "flag")->i == 1 && row->columns[2].type == COL_BOOL);
	ck_assert(row_cell(row, "d")->d > 1.4e300 && row->columns[3].type == COL_REAL);
	ck_assert(row_cell(row, "f")->d < -0.2 && row_cell(row, "f")->d > -0.3);
	ck_assert(row_cell(row, "price")->d < -12.33 && row_cell(row, "price")->d > -12.35);
	ck_assert_int_eq(row->columns[6].type, COL_DATE);
	ck_assert_str_eq(row_text(row, "day"), "2024-02-29");
	ck_assert_str_eq(row_text(row, "span"), "-101:02:03");
	ck_assert_int_eq(row_int(row, "y"), 2026);
	ck_assert(row_null(row, "more") && row->columns[9].type == COL_BOOL);
	ck_assert(row_cell(row, "seven")->i == 1);
	ck_assert(row_has(row, "venue.name"));
}
END_TEST

START_TEST(nulls_and_aggregates)
{
	const struct row *row;

	db_insert(db, "INSERT INTO kept (i, u, flag, d, t, b, at, day) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		  args(arg_null(), arg_null(), arg_null(), arg_null(), (const char *)NULL, arg_bytes(NULL, 0),
		       arg_time_or_null(0), arg_null()));
	row = db_one(db, "SELECT i, u, flag, d, t, b, at, day, NULL AS nothing FROM kept", no_args);
	ck_assert_ptr_nonnull(row);
	for (size_t i = 0; i < row->n_columns; i++)
		ck_assert_msg(row->cells[i].null, "column %s", row->columns[i].name);
	ck_assert_str_eq(row_text(row, "t"), "");

	row = db_one(db,
		     "SELECT SUM(n) AS sum, AVG(n) AS mean, COUNT(*) AS count, SUM(n > 10) AS many, MAX(name) AS last"
		     " FROM stock",
		     no_args);
	ck_assert_int_eq(row_int(row, "sum"), 30);
	ck_assert(row->columns[1].type == COL_REAL && row_cell(row, "mean")->d > 14.9);
	ck_assert_int_eq(row_int(row, "count"), 2);
	ck_assert_int_eq(row_int(row, "many"), 1);
	ck_assert_str_eq(row_text(row, "last"), "two");
}
END_TEST

START_TEST(a_parameters_type_may_change)
{
	static const char SAME[] = "SELECT ? AS x";

	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(only(SAME, args(41 + i), COL_INT, __LINE__)->i, 41 + i);
		ck_assert_str_eq(only(SAME, args("text"), COL_TEXT, __LINE__)->s, "text");
		ck_assert(only(SAME, args(arg_time(1500)), COL_TIME, __LINE__)->i == 1500);
		ck_assert(db_one(db, SAME, args(arg_null()))->cells[0].null);
		ck_assert_str_eq(only(SAME, args("a longer text than before"), COL_TEXT, __LINE__)->s,
				 "a longer text than before");
	}
}
END_TEST

START_TEST(rows_and_changes)
{
	const struct rows *rows = db_query(db, "SELECT id, name FROM stock ORDER BY id", no_args);
	struct row row;

	ck_assert_uint_eq(rows->n, 2);
	row = row_at(rows, 1);
	ck_assert_str_eq(row_text(&row, "name"), "two");
	ck_assert_uint_eq(db_query(db, "SELECT id FROM stock WHERE id = 99", no_args)->n, 0);
	ck_assert_ptr_null(db_one(db, "SELECT id FROM stock WHERE id = 99", no_args));
	ck_assert_int_eq(db_int(db, "SELECT id FROM stock WHERE id = 99", no_args), 0);
	ck_assert_int_eq(db_int(db, "SELECT '12'", no_args), 12);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 11 WHERE id = 1", no_args), 1);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 11 WHERE id = 1", no_args), 0);
	ck_assert_int_eq(db_exec(db, "DELETE FROM stock", no_args), 2);
	ck_assert_uint_eq(db_query(db, "SELECT seq FROM seq_1_to_10000", no_args)->n, 10000);
}
END_TEST

START_TEST(rows_are_made_at_once)
{
	struct args rows[] = { args(1, "one"), args(2, arg_null()), args(3, "three") };
	const struct rows *made = insert_rows(db, "INSERT INTO kept (i, t) VALUES", rows, 3, "id, i, t");
	int64_t last = 0;

	ck_assert_uint_eq(made->n, 3);
	for (size_t i = 0; i < 3; i++) {
		struct row row = row_at(made, i);

		ck_assert_int_eq(row_int(&row, "i"), (int64_t)i + 1);
		ck_assert_int_gt(row_int(&row, "id"), last);
		ck_assert_int_eq(row_null(&row, "t"), i == 1);
		last = row_int(&row, "id");
	}
	made = insert_rows(db, "INSERT INTO kept (i, t) VALUES", rows, 1, "id");
	ck_assert_uint_eq(made->n, 1);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM kept", no_args), 4);
	/* All or none. */
	made = insert_rows(db, "INSERT INTO stock (id, n) VALUES", (struct args[]){ args(7, 1), args(1, 1) }, 2, "id");
	ck_assert_uint_eq(made->n, 0);
	ck_assert_int_eq(db_last(db), DB_DUPLICATE);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM stock", no_args), 2);
}
END_TEST

/* What people did may make a list that long: it fails, and the connection serves the next as if nothing had been. */
START_TEST(too_many_rows_fail)
{
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(db_query(db, "SELECT seq FROM seq_1_to_10001", no_args)->n, 0);
		ck_assert_int_eq(db_error(db), DB_BROKEN);
		db_clear(db);
		ck_assert_int_eq(db_int(db, "SELECT CONNECTION_ID() > 0", no_args), 1);
	}
	ck_assert_uint_eq(db_query(db, "SELECT seq FROM seq_1_to_10000", no_args)->n, 10000);
}
END_TEST

START_TEST(statements_are_prepared_once_and_bounded)
{
	static const char PREPARED[] = "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS"
				       " WHERE VARIABLE_NAME = 'COM_STMT_PREPARE'";
	static const char OPEN[] = "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
				   " WHERE VARIABLE_NAME = 'PREPARED_STMT_COUNT'";
	const struct row *early = db_one(db, "SELECT 'early' AS word", no_args);
	int64_t before, open_before = db_int(other, OPEN, no_args);
	struct buf *sql = buf_new(ctx, 100);

	db_int(db, PREPARED, no_args);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = ?", args(1)), 10);
	before = db_int(db, PREPARED, no_args);
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = ?", args(2)), 20);
	ck_assert_int_eq(db_int(db, PREPARED, no_args), before);
	for (int i = 0; i < 700; i++) {
		buf_clear(sql);
		buf_printf(sql, "SELECT %d", i);
		ck_assert_int_eq(db_int(db, sql->data, no_args), i);
	}
	/* 256 are kept, among them the one that asks before. */
	ck_assert_int_le(db_int(other, OPEN, no_args) - open_before, 256);
	ck_assert_int_ge(db_int(other, OPEN, no_args) - open_before, 255);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = ?", args(2)), 20);
	db_close(db);
	ck_assert_str_eq(row_text(early, "word"), "early");
}
END_TEST

START_TEST(results_live_on_the_given_memory)
{
	TALLOC_CTX *attempt = talloc_new(ctx);
	size_t before = talloc_total_blocks(db);

	db_query(db, "SELECT id, name FROM stock", no_args);
	before = talloc_total_blocks(db);
	db_memory(db, attempt);
	ck_assert_uint_eq(db_query(db, "SELECT id, name FROM stock", no_args)->n, 2);
	ck_assert_uint_eq(talloc_total_blocks(attempt), 2);
	ck_assert_uint_eq(talloc_total_blocks(db), before);
	db_int(db, "SELECT 1", no_args);
	ck_assert_uint_eq(talloc_total_blocks(attempt), 2);
	talloc_free(attempt);
	db_memory(db, db);
}
END_TEST

START_TEST(the_session_is_as_promised)
{
	static const struct {
		int line;
		const char *sql, *value;
	} CASES[] = {
		{ __LINE__, "SELECT @@time_zone", "+00:00" },
		{ __LINE__, "SELECT @@tx_isolation", "READ-COMMITTED" },
		{ __LINE__, "SELECT @@character_set_client", "utf8mb4" },
		{ __LINE__, "SELECT CAST(@@innodb_lock_wait_timeout AS CHAR)", "5" },
		{ __LINE__, "SELECT CAST(@@max_statement_time AS CHAR)", "30.000000" },
	};
	const char *error;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct cell *cell = only(CASES[i].sql, no_args, COL_TEXT, CASES[i].line);

		ck_assert_msg(strcmp(cell->s, CASES[i].value) == 0, "line %d: %s", CASES[i].line, cell->s);
	}
	log_threshold(LOG_ERROR_ + 1);
	ck_assert_int_eq(db_int(db, "SELECT @@autocommit + 0", no_args), 1);
	ck_assert_int_eq(db_int(db, "SELECT @@sql_mode LIKE '%STRICT_TRANS_TABLES%NO_ZERO_DATE%'", no_args), 1);
	ck_assert(!db_script(db, "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE stock (name)", &error));
	db_clear(db);
	ck_assert_int_eq(db_exec(db, "INSERT INTO stock VALUES (7, 'no number', 'x')", no_args), -1);
	ck_assert_int_eq(db_error(db), DB_BROKEN);
}
END_TEST

START_TEST(failures_are_sticky)
{
	log_threshold(LOG_ERROR_ + 1);
	ck_assert_uint_eq(db_query(db, "SELECT nothing FROM nowhere", no_args)->n, 0);
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	ck_assert_ptr_nonnull(strstr(db_message(db), "nowhere"));
	ck_assert_uint_eq(db_query(db, "SELECT id FROM stock", no_args)->n, 0);
	ck_assert_ptr_null(db_one(db, "SELECT id FROM stock", no_args));
	ck_assert_int_eq(db_int(db, "SELECT id FROM stock", no_args), 0);
	ck_assert_int_eq(db_exec(db, "DELETE FROM stock", no_args), -1);
	ck_assert_int_eq(db_insert(db, "INSERT INTO kept (i) VALUES (1)", no_args), 0);
	ck_assert(!db_connect(db));
	db_clear(db);
	ck_assert_int_eq(db_error(db), DB_OK);
	ck_assert_str_eq(db_message(db), "");
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM stock", no_args), 2);
}
END_TEST

START_TEST(refusals_are_not_sticky)
{
	static const struct {
		int line;
		const char *sql;
		enum db_error last;
	} CASES[] = {
		{ __LINE__, "INSERT INTO stock VALUES (1, 1, 'again')", DB_DUPLICATE },
		{ __LINE__, "INSERT INTO stock VALUES (3, 1, 'two')", DB_DUPLICATE },
		{ __LINE__, "UPDATE stock SET n = n - 11 WHERE id = 1", DB_REFUSED },
		{ __LINE__, "INSERT INTO part VALUES (1, 99)", DB_REFUSED },
		{ __LINE__, "DELETE FROM stock WHERE id = 1", DB_REFUSED },
	};

	db_exec(db, "INSERT INTO part VALUES (5, 1)", no_args);
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		ck_assert_msg(db_exec(db, CASES[i].sql, no_args) == -1, "line %d", CASES[i].line);
		ck_assert_msg(db_last(db) == CASES[i].last, "line %d: %d", CASES[i].line, (int)db_last(db));
		ck_assert_msg(db_error(db) == DB_OK, "line %d", CASES[i].line);
	}
	ck_assert_int_eq(db_insert(db, "INSERT INTO stock VALUES (1, 1, 'again')", no_args), 0);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 1", no_args), 10);
	ck_assert_int_eq(db_last(db), DB_OK);
}
END_TEST

/* By the numbers and words that MariaDB 10.11 says them with. */
static const struct {
	int line;
	unsigned code;
	const char *message;
	enum db_error means;
	bool unavailable, kept; /* the connection */
} LACKS[] = {
	{ __LINE__, 1114, "The table 'orders' is full", DB_FULL, true, true },
	{ __LINE__, 1021, "Disk full (x); waiting for someone to free some space...", DB_FULL, true, true },
	{ __LINE__, 1026, "Error writing file 'x' (Errcode: 28 \"No space left on device\")", DB_FULL, true, true },
	{ __LINE__, 1030, "Got error 28 \"No space left on device\" from storage engine InnoDB", DB_FULL, true, true },
	{ __LINE__, 1030, "Got error 5 \"Input/output error\" from storage engine InnoDB", DB_BROKEN, false, true },
	{ __LINE__, 1366, "Incorrect value: 'No space left on device'", DB_BROKEN, false, true },
	{ __LINE__, 1290, "The MariaDB server is running with the --read-only option", DB_READ_ONLY, true, false },
	{ __LINE__, 1036, "Table 'orders' is read only", DB_READ_ONLY, true, false },
	{ __LINE__, 1836, "Running in read-only mode", DB_READ_ONLY, true, false },
	{ __LINE__, 1040, "Too many connections", DB_BUSY, true, false },
	{ __LINE__, 1203, "User x already has more than 'max_user_connections' active connections", DB_BUSY, true,
	  false },
	{ __LINE__, 1226, "User 'x' has exceeded the 'max_user_connections' resource", DB_BUSY, true, false },
	{ __LINE__, 1461, "Can't create more than max_prepared_stmt_count statements", DB_BUSY, true, false },
	{ __LINE__, 1053, "Server shutdown in progress", DB_UNKNOWN, false,
	  false }, /* of a write: it may have been done */
};

START_TEST(what_a_server_lacks_is_told_apart)
{
	log_threshold(LOG_ERROR_ + 1);
	check_script(db, "DELIMITER //\n"
			 "CREATE PROCEDURE lacks(p_code INT, p_message VARCHAR(200))\n"
			 "BEGIN\n"
			 "	SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = p_code, MESSAGE_TEXT = p_message;\n"
			 "END//\n");
	for (size_t i = 0; i < sizeof(LACKS) / sizeof(LACKS[0]); i++) {
		int64_t id = db_int(db, "SELECT CONNECTION_ID()", no_args);

		ck_assert_int_eq(db_exec(db, "CALL lacks(?, ?)", args((int64_t)LACKS[i].code, LACKS[i].message)), -1);
		ck_assert_msg(db_error(db) == LACKS[i].means, "line %d: %d", LACKS[i].line, (int)db_error(db));
		ck_assert_msg(db_unavailable(db) == LACKS[i].unavailable, "line %d", LACKS[i].line);
		ck_assert_str_eq(db_message(db), LACKS[i].message);
		db_clear(db);
		ck_assert_msg((db_int(db, "SELECT CONNECTION_ID()", no_args) == id) == LACKS[i].kept, "line %d",
			      LACKS[i].line);
	}
}
END_TEST

/* What may be left undone fails nobody: a reader goes on, and a failure from before stays. */
START_TEST(an_attempt_may_fail)
{
	log_threshold(LOG_ERROR_ + 1);
	db_attempt(db, "UPDATE nowhere SET n = ?", args(1));
	ck_assert_int_eq(db_error(db), DB_OK);
	db_attempt(db, "UPDATE stock SET n = ? WHERE id = 1", args(9));
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 1", no_args), 9);
	db_exec(db, "UPDATE nowhere SET n = 1", no_args);
	db_attempt(db, "UPDATE stock SET n = ? WHERE id = 1", args(8));
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	db_clear(db);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 1", no_args), 9);
}
END_TEST

START_TEST(a_read_survives_a_lost_connection)
{
	int64_t id = db_int(db, "SELECT CONNECTION_ID()", no_args);

	db_int(db, "SELECT n FROM stock WHERE id = ?", args(1));
	check_kill(other, id);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = ?", args(1)), 10);
	ck_assert_int_eq(db_error(db), DB_OK);
	ck_assert_int_ne(db_int(db, "SELECT CONNECTION_ID()", no_args), id);
	ck_assert_str_eq(only("SELECT @@tx_isolation", no_args, COL_TEXT, __LINE__)->s, "READ-COMMITTED");
}
END_TEST

START_TEST(a_lost_write_is_not_repeated)
{
	log_threshold(LOG_ERROR_ + 1);
	db_exec(db, "UPDATE stock SET n = n + ? WHERE id = 1", args(1));
	check_kill(other, db_int(db, "SELECT CONNECTION_ID()", no_args));
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = n + ? WHERE id = 1", args(1)), -1);
	ck_assert(db_error(db) == DB_AWAY || db_error(db) == DB_UNKNOWN);
	db_clear(db);
	ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 1", no_args), 11);

	ck_assert_int_eq(db_exec(db, "KILL CONNECTION_ID()", no_args), -1);
	ck_assert_int_eq(db_error(db), DB_UNKNOWN);
	db_clear(db);
	ck_assert_int_eq(db_exec(db, "UPDATE stock SET n = 5 WHERE id = 1", no_args), 1);
}
END_TEST

START_TEST(an_absent_server_is_away)
{
	struct config nowhere = *config;
	struct db *away;

	log_threshold(LOG_ERROR_ + 1);
	nowhere.db_socket = "/nonexistent/socket";
	away = db_new(ctx, &nowhere);
	ck_assert(!db_connect(away));
	ck_assert_int_eq(db_error(away), DB_AWAY);
	db_clear(away);
	ck_assert_int_eq(db_schema_version(away), -1);
	ck_assert_int_eq(db_schema_version(db), 0);
	nowhere = *config;
	nowhere.db_password = "wrong";
	nowhere.db_user = "nobody";
	away = db_new(ctx, &nowhere);
	ck_assert_int_eq(db_int(away, "SELECT 1", no_args), 0);
	ck_assert_int_eq(db_error(away), DB_AWAY);
	nowhere = *config;
	nowhere.db_tls = true; /* which the test server does not speak */
	away = db_new(ctx, &nowhere);
	ck_assert_int_eq(db_int(away, "SELECT 1", no_args), 0);
	ck_assert_int_eq(db_error(away), DB_AWAY);
}
END_TEST

static const char ROUTINES[] =
	"DELIMITER //\n"
	"CREATE PROCEDURE shapes(which INT)\n"
	"BEGIN\n"
	"	IF which = 1 THEN SELECT 'one' AS outcome;\n"
	"	ELSEIF which = 2 THEN SELECT id, name, n AS `many:bool` FROM stock ORDER BY id; SELECT 5 AS second;\n"
	"	ELSEIF which = 3 THEN SELECT id FROM stock WHERE id > 100;\n"
	"	END IF;\n"
	"END//\n"
	"CREATE PROCEDURE change_stock(p_id BIGINT, p_n INT)\n"
	"BEGIN\n"
	"	UPDATE stock SET n = p_n WHERE id = p_id;\n"
	"END//\n"
	"CREATE PROCEDURE left_open()\n"
	"BEGIN\n"
	"	START TRANSACTION;\n"
	"	UPDATE stock SET n = 77 WHERE id = 1;\n"
	"	SELECT nothing FROM nowhere;\n"
	"END//\n"
	"CREATE PROCEDURE fails_late()\n"
	"BEGIN\n"
	"	SELECT 1 AS one;\n"
	"	INSERT INTO stock VALUES (1, 1, 'again');\n"
	"END//\n";

START_TEST(routines)
{
	static const char SHAPES[] = "CALL shapes(?)";

	check_script(db, ROUTINES);
	for (int i = 0; i < 3; i++) {
		const struct rows *rows = db_query(db, SHAPES, args(2));

		ck_assert_uint_eq(rows->n, 2);
		ck_assert_str_eq(rows->cells[4].s, "two");
		ck_assert_int_eq(rows->columns[2].type, COL_BOOL);
		ck_assert_str_eq(row_text(db_one(db, SHAPES, args(1)), "outcome"), "one");
		ck_assert_str_eq(row_text(db_one(db, SHAPES, args(1)), "outcome"), "one");
		ck_assert_ptr_null(db_one(db, SHAPES, args(3)));
		ck_assert_int_ge(db_exec(db, SHAPES, args(4)), 0);
		ck_assert_int_ge(db_exec(db, SHAPES, args(2)), 0);
		ck_assert_int_eq(db_exec(db, "CALL change_stock(?, ?)", args(1, 50 + i)), 1);
		ck_assert_int_eq(db_int(db, "SELECT n FROM stock WHERE id = 1", no_args), 50 + i);
		ck_assert_uint_eq(db_query(db, "CALL fails_late()", no_args)->n, 0);
		ck_assert_int_eq(db_last(db), DB_DUPLICATE);
		ck_assert_int_eq(db_error(db), DB_OK);
	}
}
END_TEST

START_TEST(a_failed_routine_leaves_no_transaction_open)
{
	log_threshold(LOG_ERROR_ + 1);
	check_script(db, ROUTINES);
	ck_assert_int_eq(db_exec(db, "CALL left_open()", no_args), -1);
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	ck_assert_ptr_nonnull(strstr(db_message(db), "nowhere"));
	db_clear(db);
	ck_assert_int_eq(db_int(db, "SELECT @@in_transaction", no_args), 0);
	ck_assert_int_eq(db_int(other, "SELECT n FROM stock WHERE id = 1", no_args), 10);
}
END_TEST

static bool never(void *with)
{
	ck_assert_uint_eq(db_query(with, "SELECT t AS `t:json` FROM kept", no_args)->n, 0);
	return true;
}

START_TEST(damaged_json_is_not_read_as_nothing)
{
	static const struct {
		int line;
		const char *text; /* NULL: none */
		bool good;
	} CASES[] = {
		{ __LINE__, NULL, true },      { __LINE__, "null", true },
		{ __LINE__, "[]", true },      { __LINE__, "12", true },
		{ __LINE__, "\"a\"", true },   { __LINE__, "{\"a\": [1, 2]}\n", true },
		{ __LINE__, "", false },       { __LINE__, " ", false },
		{ __LINE__, "[\"VI", false },  { __LINE__, "{\"a\": 1", false },
		{ __LINE__, "VIP", false },    { __LINE__, "[1] 2", false },
		{ __LINE__, "[1]]", false },   { __LINE__, "{\"a\" 1}", false },
		{ __LINE__, "NaN", false },    { __LINE__, "[\"a\", -Infinity]", false },
		{ __LINE__, "['a']", false },  { __LINE__, "[1e999]", false },
		{ __LINE__, "[1,]", false },   { __LINE__, "{\"a\": /* b */ 1}", false },
		{ __LINE__, "[\"é\"]", true },
	};

	log_threshold(LOG_ERROR_ + 1);
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const struct row *row;

		db_exec(db, "DELETE FROM kept", no_args);
		db_insert(db, "INSERT INTO kept (i, t) VALUES (1, ?)", args(CASES[i].text));
		row = db_one(db, "SELECT i, k.t AS `named:json` FROM kept k", no_args);
		ck_assert_msg(!row == !CASES[i].good, "line %d", CASES[i].line);
		ck_assert_msg(db_error(db) == (CASES[i].good ? DB_OK : DB_BROKEN), "line %d", CASES[i].line);
		if (CASES[i].good)
			continue;
		ck_assert_str_eq(db_message(db), "kept.t is damaged: it holds no JSON");
		db_clear(db);
		ck_assert_int_eq(db_int(db, "SELECT i FROM kept", no_args), 1);
		ck_assert_msg(!db_transaction(db, never, NULL, db), "line %d", CASES[i].line);
		db_clear(db);
	}
	ck_assert_ptr_null(db_one(db, "SELECT CONCAT('[', 1) AS `made:json`", no_args));
	ck_assert_str_eq(db_message(db), ".made:json is damaged: it holds no JSON");
}
END_TEST

START_TEST(sources_give_batches)
{
	char word[] = "word";
	struct row_source *source;
	const struct rows *rows;
	TALLOC_CTX *memory = talloc_new(ctx);
	int64_t sum = 0;
	int batches = 0;

	db_memory(db, memory);
	source = db_source(ctx, db,
			   "SELECT seq AS id, ? AS word FROM seq_1_to_2500 WHERE seq <> ? AND seq > ?"
			   " ORDER BY seq LIMIT 1000",
			   args((char *)word, 7));
	memset(word, 'x', 4); /* the source has its own copy */
	while ((rows = source->next(source))) {
		batches++;
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			sum += row_int(&row, "id");
			ck_assert_str_eq(row_text(&row, "word"), "word");
		}
	}
	ck_assert_int_eq(batches, 3);
	ck_assert_int_eq(sum, 2500 * 2501 / 2 - 7);
	ck_assert_uint_eq(talloc_total_blocks(memory), 1);
	ck_assert_int_eq(db_error(db), DB_OK);
	source = db_source(ctx, db, "SELECT id FROM kept WHERE 1 AND id > ? ORDER BY id LIMIT 10", no_args);
	rows = source->next(source); /* which has the columns */
	ck_assert(rows && rows->n == 0 && rows->n_columns == 1);
	ck_assert_str_eq(rows->columns[0].name, "id");
	ck_assert_ptr_null(source->next(source));
	source = db_source(ctx, db, "SELECT id FROM missing WHERE id > ? ORDER BY id LIMIT 10", no_args);
	ck_assert_ptr_null(source->next(source));
	ck_assert_int_eq(db_error(db), DB_BROKEN);
}
END_TEST

Suite *db_suite(void);

Suite *db_suite(void)
{
	Suite *suite = suite_create("db");
	TCase *tcase = tcase_create("db");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, integers);
	tcase_add_test(tcase, texts);
	tcase_add_test(tcase, bytes);
	tcase_add_test(tcase, times);
	tcase_add_test(tcase, other_types);
	tcase_add_test(tcase, nulls_and_aggregates);
	tcase_add_test(tcase, a_parameters_type_may_change);
	tcase_add_test(tcase, rows_and_changes);
	tcase_add_test(tcase, rows_are_made_at_once);
	tcase_add_test(tcase, too_many_rows_fail);
	tcase_add_test(tcase, statements_are_prepared_once_and_bounded);
	tcase_add_test(tcase, results_live_on_the_given_memory);
	tcase_add_test(tcase, the_session_is_as_promised);
	tcase_add_test(tcase, failures_are_sticky);
	tcase_add_test(tcase, refusals_are_not_sticky);
	tcase_add_test(tcase, what_a_server_lacks_is_told_apart);
	tcase_add_test(tcase, an_attempt_may_fail);
	tcase_add_test(tcase, a_read_survives_a_lost_connection);
	tcase_add_test(tcase, a_lost_write_is_not_repeated);
	tcase_add_test(tcase, an_absent_server_is_away);
	tcase_add_test(tcase, routines);
	tcase_add_test(tcase, a_failed_routine_leaves_no_transaction_open);
	tcase_add_test(tcase, damaged_json_is_not_read_as_nothing);
	tcase_add_test(tcase, sources_give_batches);
	suite_add_tcase(suite, tcase);
	return suite;
}
