#ifndef DB_INTERNAL_H
#define DB_INTERNAL_H
/* What the files of db/ share. Nothing outside includes this, for it brings mysql.h. */
#include "db/db.h"
#include <mysql.h>

enum {
	STATEMENTS_MAX = 256, /* kept prepared on a connection; the least recently used goes */
	BUCKETS = 512,	      /* of the table that finds them */
	ROWS_MAX = 10000,     /* of one result */
	RETRIES = 5,	      /* after a conflict */
	RETRY_FOR_MS = 10000, /* but nothing is begun again later than this */
	MESSAGE_SIZE = 512,
	OTHER_SCHEMA = 60000 /* a code of our own, above the server's and its library's */
};

/* What a result's field looked like when its shape was made; a change means a new shape. */
struct field_key {
	enum enum_field_types type;
	unsigned flags, decimals, charset;
	unsigned long length;
	const char *name;
	const char *origin; /* "ticket.labels": the table and column that it comes from */
};

/* Where libmariadb puts one value. Text is not bound: its length comes here, its bytes are fetched to their place. */
struct value {
	int64_t i;
	double d;
	MYSQL_TIME time;
	unsigned long length;
	my_bool null;
};

/* The columns of a statement's result, worked out once, with the buffers to fetch into. */
struct shape {
	size_t n, names_len;
	struct column *columns;
	char *names; /* the columns' names, one after the other, each with its NUL */
	struct field_key *keys;
	struct value *values;
	MYSQL_BIND *binds;
};

/* A prepared statement of the present connection. */
struct statement {
	struct statement *bucket_next; /* same bucket */
	struct statement *newer, *older;
	uint64_t hash;
	char *sql;
	size_t sql_len;
	MYSQL_STMT *stmt;
	size_t n_params;
	MYSQL_BIND *params;
	MYSQL_TIME *times; /* one a parameter */
	struct shape *shape;
};

/* Rows are gathered here, for their number is not known before the last; then packed into one block. */
struct scratch {
	struct cell *cells;
	size_t n_cells, max_cells;
	char *bytes;
	size_t len, max_bytes;
};

struct db {
	const struct config *config;
	MYSQL *mysql; /* NULL: not connected */
	TALLOC_CTX *memory;
	enum db_error error, last;
	unsigned code; /* of the last failure, MariaDB's number */
	char message[MESSAGE_SIZE];
	bool in_transaction;
	bool doomed;	/* the transaction failed: nothing more may run in it */
	bool patient;	/* no time limits */
	bool no_schema; /* connect without choosing the database */
	int schema;	/* see db_expect_schema() */
	int seen;	/* see db_schema_seen() */
	struct scratch scratch;
	struct statement *buckets[BUCKETS];
	struct statement *newest, *oldest;
	size_t n_statements;
};

/* One result: rows, and the first of them as a row, in one talloc block with all they point to. */
struct result {
	struct rows rows;
	struct row first;
};

/* error.c */
/* What an error code of MariaDB or of its client library means. */
enum db_error code_means(unsigned code);
/* Is the connection of no more use after it? */
bool code_is_loss(unsigned code);
/* Remembers code and message, of which db_fail() then makes a failure. */
void db_note(struct db *db, unsigned code, const char *message);
/* See db_unavailable(). */
bool error_is_unavailable(enum db_error error);

/* connection.c */
/* Fails with what was noted: sticky unless DB_DUPLICATE or DB_REFUSED, dooms the transaction, logs; closes a connection
 * that is of no more use. sql may be NULL. */
void db_fail(struct db *db, enum db_error error, const char *sql);
/* Connected, or connects unless that would tear a transaction in two. False: failed. */
bool db_ready(struct db *db);
/* Runs one statement in the text protocol and throws its results away. False: noted, not failed. */
bool db_text(struct db *db, const char *sql, size_t len);
/* The same, with the first column of the last row that came in *number, which stays as it was where none came; number may be
 * NULL. */
bool db_text_number(struct db *db, const char *sql, size_t len, int64_t *number);
/* Rolls back; closes a connection that cannot be told to. What was noted stays. */
void db_rollback(struct db *db);
/* Waits a little, longer each time, never the same for two. */
void db_backoff(int attempt);

/* statement.c */
/* The prepared statement of this text; NULL: noted. */
struct statement *statement_get(struct db *db, const char *sql);
void statement_bind(struct statement *st, struct args args);
/* Binds n rows of arguments, their arrays on ctx, for one execution; with n 0 the statement takes one row again. */
void statement_bind_rows(struct statement *st, TALLOC_CTX *ctx, const struct args rows[], unsigned n);
/* A copy of a that lives as long as ctx. */
struct arg arg_copy(TALLOC_CTX *ctx, struct arg a);
/* Forgets one that failed. */
void statement_drop(struct db *db, struct statement *st);
void statements_drop_all(struct db *db);

/* result.c */
/* Reads the result of st, which was executed, to its end, and keeps at most keep rows in *out, on db's memory.
 * *out is NULL when keep is 0 or when there is no result set. Further result sets and the final status of a CALL are
 * read and dropped. False: the connection has the error, or it was noted that the result is not what it should be. */
bool result_read(struct db *db, struct statement *st, size_t keep, struct result **out);

/* schema.c */
/* Opens a transaction, which holds migrations up until it ends. False: noted, and none is open. */
bool schema_open(struct db *db);
/* What the failure just noted means. What would be a bug is none where the schema moved under this program; then that is
 * noted. */
enum db_error schema_excuses(struct db *db);

/* script.c */
/* Where in a script an error is: both count from 1. */
struct script_place {
	int statement, line;
};
/* Runs the statements of script one by one, up to the first failure: false, noted, *place tells which. */
bool script_run(struct db *db, const char *script, struct script_place *place);

#endif
