/* Scripts cut into statements, migrations, and composed queries. */
#include "base/log.h"
#include "check_database.h"
#include "db/compose.h"
#include "store/search.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static TALLOC_CTX *ctx;
static struct config *config;
static struct db *db;

static void setup(void)
{
	ctx = talloc_new(NULL);
	log_threshold(LOG_ERROR_ + 1);
	db = check_empty_database(ctx, "gatehouse_check_db", &config);
	check_script(
		db,
		"CREATE TABLE said (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, t VARCHAR(100), n INT, t_words VARBINARY(1200),"
		" UNIQUE KEY said_n (n)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
}

static void teardown(void)
{
	talloc_free(ctx);
}

START_TEST(scripts_are_split)
{
	static const struct {
		int line;
		const char *script;
		int64_t rows;
		const char *last;
	} CASES[] = {
		{ __LINE__, "", 0, "" },
		{ __LINE__, " \n ; ;; \n", 0, "" },
		{ __LINE__, "-- only; a comment\n# another;\n/* a; third */", 0, "" },
		{ __LINE__, "INSERT INTO said (t) VALUES ('a')", 1, "a" },
		{ __LINE__, "INSERT INTO said (t) VALUES ('a');\nINSERT INTO said (t) VALUES ('b');\n", 2, "b" },
		{ __LINE__, "INSERT INTO said (t) VALUES ('a'); INSERT INTO said (t) VALUES ('b')", 2, "b" },
		{ __LINE__, "INSERT INTO said (t) -- why; so\nVALUES ('a;b');", 1, "a;b" },
		{ __LINE__, "INSERT INTO said (t) VALUES ('it''s; \\'so\\''); # end\n", 1, "it's; 'so'" },
		{ __LINE__, "INSERT INTO said (`t`) /* a;b */ VALUES (\"x;\n\");", 1, "x;\n" },
		{ __LINE__, "INSERT INTO said (t) VALUES (5--3); INSERT INTO said (t) VALUES (5--4);", 2, "9" },
		{ __LINE__, "INSERT INTO said (t) VALUES ('a\\'b; c');", 1, "a'b; c" },
		{ __LINE__, "/*!50000 INSERT INTO said (t) VALUES ('v') */;", 1, "v" },
		{ __LINE__,
		  "DELIMITER //\nINSERT INTO said (t) VALUES ('a;b')//\ndelimiter ;\n"
		  "INSERT INTO said (t) VALUES ('//');",
		  2, "//" },
		{ __LINE__, "DELIMITER $$\r\nBEGIN NOT ATOMIC INSERT INTO said (t) VALUES ('p'); DO 1; END$$", 1, "p" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *error;
		const struct row *row;

		db_exec(db, "DELETE FROM said", no_args);
		ck_assert_msg(db_script(db, CASES[i].script, &error), "line %d: %s", CASES[i].line, error);
		ck_assert_msg(error == NULL, "line %d", CASES[i].line);
		ck_assert_msg(db_int(db, "SELECT COUNT(*) FROM said", no_args) == CASES[i].rows, "line %d",
			      CASES[i].line);
		row = db_one(db, "SELECT t FROM said ORDER BY id DESC LIMIT 1", no_args);
		ck_assert_msg(strcmp(row ? row_text(row, "t") : "", CASES[i].last) == 0, "line %d", CASES[i].line);
	}
}
END_TEST

START_TEST(a_script_tells_where_it_failed)
{
	const char *error;

	ck_assert(!db_script(db,
			     "INSERT INTO said (n) VALUES (1);\n\n-- then\nINSERT INTO said (n)\nVALUES (1);\n"
			     "INSERT INTO said (n) VALUES (2);",
			     &error));
	ck_assert_msg(strncmp(error, "statement 2, line 4: ", 21) == 0, "%s", error);
	ck_assert_int_eq(db_error(db), DB_DUPLICATE);
	db_clear(db);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM said", no_args), 1);
}
END_TEST

static void put(const char *directory, const char *name, const char *text)
{
	char *path = talloc_asprintf(ctx, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

static void clear(const char *directory, const char *const names[])
{
	for (; *names; names++)
		unlink(talloc_asprintf(ctx, "%s/%s", directory, *names));
	rmdir(directory);
}

START_TEST(migrations_run_once_and_in_order)
{
	char *directory = check_directory(ctx);

	ck_assert_int_eq(migrate_latest(directory), 0);
	ck_assert_int_eq(db_schema_version(db), 0);
	put(directory, "0002-two.sql", "ALTER TABLE one ADD COLUMN b INT;\nINSERT INTO one VALUES (1, 2);\n");
	put(directory, "0001-one.sql", "CREATE TABLE one (a INT);");
	put(directory, "README.md", "not SQL");
	put(directory, "12-short.sql", "not SQL either");
	ck_assert_int_eq(migrate_latest(directory), 2);
	ck_assert(migrate_run(db, directory));
	ck_assert_int_eq(db_schema_version(db), 2);
	ck_assert_int_eq(db_int(db, "SELECT SUM(a + b) FROM one", no_args), 3);
	put(directory, "0010-ten.sql",
	    "DELIMITER //\nCREATE PROCEDURE twice(x INT)\nBEGIN\n\tSELECT x * 2 AS y;\nEND//\nDELIMITER ;\n");
	ck_assert(migrate_run(db, directory));
	ck_assert(migrate_run(db, directory));
	ck_assert_int_eq(db_schema_version(db), 10);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM one", no_args), 1);
	ck_assert_int_eq(db_int(db, "CALL twice(?)", args(21)), 42);
	ck_assert_int_eq(db_int(db, "SELECT COUNT(*) FROM schema_migration WHERE LENGTH(checksum) = 64", no_args), 3);
	ck_assert_int_eq(db_int(db, "SELECT @@max_statement_time", no_args), 30);
	clear(directory, (const char *const[]){ "0010-ten.sql", NULL });
	directory = check_directory(ctx);
	put(directory, "0001-one.sql", "CREATE TABLE one (a INT);");
	ck_assert(!migrate_run(db, directory)); /* a program that knows less than the schema */
	ck_assert_int_eq(db_schema_version(db), 10);
	clear(directory, (const char *const[]){ "0001-one.sql", "0002-two.sql", "0010-ten.sql", "README.md",
						"12-short.sql", NULL });
}
END_TEST

START_TEST(a_failed_migration_stops_and_can_be_mended)
{
	char *directory = check_directory(ctx);

	put(directory, "0001-one.sql", "CREATE TABLE one (a INT);");
	put(directory, "0002-two.sql", "INSERT INTO one VALUES ('no number');");
	put(directory, "0003-three.sql", "CREATE TABLE three (a INT);");
	ck_assert(!migrate_run(db, directory));
	ck_assert_int_eq(db_error(db), DB_BROKEN);
	db_clear(db);
	ck_assert_int_eq(db_schema_version(db), 1);
	put(directory, "0002-two.sql", "INSERT INTO one VALUES (2);");
	ck_assert(migrate_run(db, directory));
	ck_assert_int_eq(db_schema_version(db), 3);
	ck_assert_int_eq(db_int(db, "SELECT a FROM one", no_args), 2);
	put(directory, "0003-other.sql", "DROP TABLE three;");
	ck_assert_int_eq(migrate_latest(directory), -1);
	ck_assert(!migrate_run(db, directory));
	ck_assert_int_eq(migrate_latest("/nonexistent"), -1);
	clear(directory,
	      (const char *const[]){ "0001-one.sql", "0002-two.sql", "0003-three.sql", "0003-other.sql", NULL });
}
END_TEST

static const char SAID[] = "SELECT id, t, n FROM said WHERE 1";
static const char COUNT_SAID[] = "FROM said WHERE 1";

static void say(void)
{
	static const char *const TEXTS[] = { "100% sure",   "100 percent", "snake_case", "snakeXcase",
					     "back\\slash", "it's",	   "Quiet",	 "quiet too" };

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		db_exec(db, "INSERT INTO said (t, n, t_words) VALUES (?, ?, ?)",
			args(TEXTS[i], i * 10,
			     i ? words_beside(db, TEXTS[i]) : NULL)); /* without, the text is searched */
}

static int64_t counted(struct query *q, const char *from, bool *estimated)
{
	struct row_list *list = query_list(q, db, from, "id");

	return list->count(list, estimated);
}

/* Of a query that nobody has asked yet, for it asks once. */
static int64_t counted_of(const char *from, bool *estimated)
{
	return counted(query_new(ctx, "SELECT seq FROM seq_1_to_10000 WHERE 1"), from, estimated);
}

START_TEST(a_search_is_for_words)
{
	static const struct searched COLUMNS[] = {
		{ "t", AS_WORDS }, { "CAST(n AS CHAR)", AS_CODE }, { "id", AS_ID }, { NULL, 0 }
	};
	static const struct {
		int line;
		const char *text;
		size_t rows;
	} CASES[] = {
		{ __LINE__, "100%", 2 },	{ __LINE__, "sure 100", 1 },
		{ __LINE__, "100 % sure", 1 },	{ __LINE__, "_", 0 },
		{ __LINE__, "%", 0 },		{ __LINE__, "\\", 0 },
		{ __LINE__, "it's", 1 },	{ __LINE__, "its", 1 },
		{ __LINE__, "QUIET", 2 },	{ __LINE__, "too quiet", 1 },
		{ __LINE__, "70", 1 },		{ __LINE__, "7-0", 2 },
		{ __LINE__, "slash back", 1 },	{ __LINE__, "absent", 0 },
		{ __LINE__, "sure absent", 0 }, { __LINE__, "snake_case", 2 },
		{ __LINE__, "8", 1 },		{ __LINE__, "٨", 1 },
		{ __LINE__, "' OR 1 -- ", 0 },	{ __LINE__, "", 8 },
		{ __LINE__, NULL, 8 },		{ __LINE__, "a b c d e f g h i j k l m n", 0 },
	};

	say();
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct query *q = query_new(ctx, SAID);
		bool estimated = true;

		search_rows(q, COLUMNS, CASES[i].text);
		query_order(q, "id", false, "id");
		ck_assert_msg(query_page(q, db, 1, 100)->n == CASES[i].rows, "line %d", CASES[i].line);
		ck_assert_msg(counted(q, COUNT_SAID, &estimated) == (int64_t)CASES[i].rows && !estimated, "line %d",
			      CASES[i].line);
	}
}
END_TEST

START_TEST(pages_conditions_and_order)
{
	struct query *q = query_new(ctx, SAID);
	char word[] = "quiet%";
	const struct rows *rows;
	bool estimated;

	say();
	query_where(q, "n = ? OR t LIKE ?", args(50, (char *)word));
	memset(word, 'x', 5); /* arguments are copied */
	query_where(q, "n <> 60", no_args);
	query_order(q, "t", false, "id");
	query_order(q, "n", true, "id");
	rows = query_page(q, db, 1, 1);
	ck_assert_uint_eq(rows->n, 1);
	ck_assert_int_eq(rows->cells[2].i, 70);
	rows = query_page(q, db, 2, 1);
	ck_assert_int_eq(rows->cells[2].i, 50);
	ck_assert_uint_eq(query_page(q, db, 3, 1)->n, 0);
	ck_assert_uint_eq(query_page(q, db, INT64_MAX, 100)->n, 0);
	ck_assert_int_eq(query_page(q, db, -5, 1)->cells[2].i, 70);
	ck_assert_int_eq(counted(q, COUNT_SAID, &estimated), 2);
}
END_TEST

/* Its pages are in the order that was asked for, all of it by the key; the select's own arguments are in both, and are not
 * counted by. */
START_TEST(a_query_is_a_list)
{
	struct query *q = query_new(ctx, "SELECT id, t, n, ? AS word FROM said WHERE 1");
	struct row_list *list;
	struct row_source *source;
	const struct rows *rows;
	bool estimated = true;
	int64_t last = 0, all = 0;

	say();
	for (int i = 0; i < 1200; i++)
		db_exec(db, "INSERT INTO said (t, n) VALUES ('more', ?)", args(1000 + i));
	query_select_args(q, args("said"));
	query_where(q, "n >= ?", args(60));
	query_order(q, "n", true, "id");
	list = query_list(q, db, COUNT_SAID, "id");
	ck_assert_int_eq(list->count(list, &estimated), 1202);
	ck_assert(!estimated);
	rows = list->page(list, 2, 2);
	ck_assert_uint_eq(rows->n, 2);
	ck_assert_int_eq(rows->cells[2].i, 2197);
	ck_assert_str_eq(rows->cells[3].s, "said");
	source = list->source(list);
	while ((rows = source->next(source)))
		for (size_t i = 0; i < rows->n; i++, all++) {
			struct row row = row_at(rows, i);

			ck_assert_int_gt(row_int(&row, "id"), last);
			ck_assert_str_eq(row_text(&row, "word"), "said");
			last = row_int(&row, "id");
		}
	ck_assert_int_eq(all, 1202);
	ck_assert_int_eq(db_error(db), DB_OK);
}
END_TEST

START_TEST(large_counts_are_estimated)
{
	struct query *q = query_new(ctx, "SELECT s.seq FROM seq_1_to_400000 AS s WHERE 1");
	bool estimated = true;
	int64_t n;

	ck_assert_int_eq(counted_of("FROM seq_1_to_10000 WHERE 1", &estimated), 10000);
	ck_assert(!estimated);
	ck_assert_int_gt(counted_of("FROM seq_1_to_10001 WHERE 1", &estimated), 10000);
	ck_assert(estimated);
	ck_assert_int_eq(counted_of("FROM seq_1_to_9999 WHERE 1", &estimated), 9999);
	ck_assert(!estimated);
	n = counted_of("FROM seq_1_to_400000 AS s WHERE 1", &estimated);
	ck_assert(estimated);
	ck_assert_int_ge(n, 300000);
	ck_assert_int_le(n, 500000);
	query_where(q, "s.seq > ?", args(5));
	n = counted(q, "FROM seq_1_to_400000 AS s WHERE 1", &estimated);
	ck_assert(estimated && n > 100000);
	ck_assert_int_eq(db_error(db), DB_OK);
}
END_TEST

Suite *schema_suite(void);

Suite *schema_suite(void)
{
	Suite *suite = suite_create("schema");
	TCase *tcase = tcase_create("schema");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, scripts_are_split);
	tcase_add_test(tcase, a_script_tells_where_it_failed);
	tcase_add_test(tcase, migrations_run_once_and_in_order);
	tcase_add_test(tcase, a_failed_migration_stops_and_can_be_mended);
	tcase_add_test(tcase, a_search_is_for_words);
	tcase_add_test(tcase, pages_conditions_and_order);
	tcase_add_test(tcase, a_query_is_a_list);
	tcase_add_test(tcase, large_counts_are_estimated);
	suite_add_tcase(suite, tcase);
	return suite;
}
