#ifndef DB_COMPOSE_H
#define DB_COMPOSE_H
/* Where sorting and filters must be composed, SQL is put together here and nowhere else. Every piece is a literal from
 * a static table of ours; what a client sent can only travel as an argument. */
#include "base/arg.h"
#include "db/db.h"

struct query;

/* A query that begins with select ("SELECT … FROM … WHERE 1" ), which must hold a WHERE. */
struct query *query_new(TALLOC_CTX *ctx, const char *select);
/* The arguments of what select asks for, before its FROM: they come before all others, and are not counted with. Copied. */
void query_select_args(struct query *q, struct args args);
/* What stands for the "?" that select has behind its FROM, and the text to count from with it; before any condition. Copied. */
void query_args(struct query *q, struct args args);
/* Puts a literal before all of it, when it is asked for rows: "SET STATEMENT … FOR ". */
void query_before(struct query *q, const char *literal);
/* Adds " AND (" condition ")" with its arguments, which are copied. */
void query_where(struct query *q, const char *condition, struct args args);
/* ORDER BY expression (a literal from a table), descending or not, then by tie in the same direction, so that one index
 * serves both. A second call replaces the first. */
void query_order(struct query *q, const char *expression, bool descending, const char *tie);
/* "-starts_at,title" as such an expression: by the first, where that is the same by the second; "-" is descending. of answers a name's
 * own expression, a literal, or NULL: the list is not sorted by that. On ctx; NULL: by something that it cannot be, or by too much. */
const char *query_orders(TALLOC_CTX *ctx, const char *by, const char *(*of)(void *with, const char *name), void *with);
/* The arguments of the order's expression, given after it. */
void query_order_args(struct query *q, struct args args);
/* Joins in the order in which the tables stand there. */
void query_straight(struct query *q);
/* An index of its first table that has its order: pages that are far down are found by that, where the server would rather sort all. */
void query_order_index(struct query *q, const char *index);
/* One of several ways to its rows, of which together it has each once: a condition with its arguments, which are copied, and an index of its
 * first table to go by (NULL: the server may choose). Of each so many rows are read as a page needs, where one OR of all would go through
 * what none of them has. select has a line that begins with FROM and has its first table alone, and no "?" behind it. For a query_list(). */
void query_branch(struct query *q, const char *condition, struct args args, const char *index);
/* One of several ways to the rows of the last branch, which together have all of them, each in the list's order where the whole branch has not. */
void query_way(struct query *q, const char *condition, struct args args, const char *index);
/* All rows of the last branch or way are the same by the order's expression, so they are sorted by its tie alone, which an index may have. */
void query_alike(struct query *q);
/* Its order begins with columns of another table, a row of which has many of the list's: leaders is "SELECT … AS id FROM … ORDER BY …" of that
 * table, in the list's order and each row once, column what names its row in the first table, and index that table's for it. The order then
 * goes on by that column, so that rows of two leaders stand apart as these do; and each row of the list has a leader. Of a long list
 * so many leaders are read as a page needs, where the server would sort all. For a query_list(), of select as above. */
void query_leaders(struct query *q, const char *leaders, const char *column, const char *index);
/* Its columns cost more than its keys: each page is found by these first. For a query_list(), and of select as above, "?" excepted. */
void query_costly(struct query *q);
/* The "?" of what select asks for is how many rows of the list stand before those that are read: "? + ROW_NUMBER() OVER …". As costly. */
void query_numbered(struct query *q);
/* So many rows are counted exactly, instead of 10,000. */
void query_exact_to(struct query *q, int64_t n);
/* Its rows are many, and to count them would cost more than a page of them: their number is an estimate from the first. */
void query_uncounted(struct query *q);
/* The page's rows; pages count from 1. */
const struct rows *query_page(struct query *q, struct db *db, int64_t page, int64_t limit);
/* The query as a list, which takes it over: its pages in its order, counted by count_from ("FROM … WHERE 1" that the conditions fit; exactly
 * to 10,000 or query_exact_to()), its source by ascending key, the
 * query's first column, a whole number. Where select has one line that begins with FROM, the pages that are far down are found by
 * their keys. On db's memory. */
struct row_list *query_list(struct query *q, struct db *db, const char *count_from, const char *key);
/* All rows of a query_list() in its order, which is sorted once for thousands of them. Lives as long as the list. */
struct row_source *query_in_order(struct row_list *list);

/* Makes n rows by one INSERT, n ≥ 1: insert is "INSERT INTO t (a, b) VALUES", each of rows has an argument a column, and
 * returning names what is answered of each row, in their order; none on failure. There is a text for each n, so n has a
 * ceiling wherever it is used. */
const struct rows *insert_rows(struct db *db, const char *insert, const struct args rows[], size_t n,
			       const char *returning);

#endif
