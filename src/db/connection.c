/* The connection, and what its failures mean. The client library's own reconnecting stays off: it would put half of a
 * transaction into a new session and commit it. So this file decides when a lost connection may be replaced, and after
 * every failure what was lost: nothing, the transaction, or the knowledge whether it was stored. */
#include "base/log.h"
#include "base/uuid.h"
#include "db/internal.h"
#include <assert.h>
#include <errmsg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_S = 86400 };

#define SQL(text) (text), sizeof(text) - 1

/* Two indexes' rows are never cut with each other: that loses the order of either, and a page of a list needs twenty rows of it. */
static const char SESSION[] =
	"SET SESSION time_zone = '+00:00', autocommit = 1, tx_isolation = 'READ-COMMITTED',"
	" sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
	" innodb_lock_wait_timeout = 5, max_statement_time = 30, optimizer_switch = 'index_merge_intersection=off'";

static int db_free(struct db *db)
{
	db_close(db);
	return 0;
}

struct db *db_new(TALLOC_CTX *ctx, const struct config *config)
{
	struct db *db = talloc_zero(ctx, struct db);

	db->config = config;
	db->memory = db;
	talloc_set_destructor(db, db_free);
	return db;
}

void db_memory(struct db *db, TALLOC_CTX *ctx)
{
	db->memory = ctx;
}

TALLOC_CTX *db_results(const struct db *db)
{
	return db->memory;
}

void db_close(struct db *db)
{
	if (db->mysql) {
		/* First the connection: then closing its statements sends nothing. */
		mysql_close(db->mysql);
		db->mysql = NULL;
	}
	statements_drop_all(db);
}

void db_patient(struct db *db)
{
	assert(!db->in_transaction);
	if (!db->patient)
		db_close(db);
	db->patient = true;
}

static const char *or_null(const char *s)
{
	return s && *s ? s : NULL;
}

static void set_options(MYSQL *mysql, const struct config *config, bool patient)
{
	unsigned connect_s = (unsigned)config->db_timeout_s, io_s = patient ? PATIENCE_S : connect_s;
	unsigned off = 0, tcp = MYSQL_PROTOCOL_TCP;
	my_bool no = 0, tls = config->db_tls;

	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &io_s);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_s);
	mysql_options(mysql, MYSQL_OPT_RECONNECT, &no);
	mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
	/* result.c fetches text by its length; a report would only stop mysql_stmt_fetch() half-way. */
	mysql_options(mysql, MYSQL_REPORT_DATA_TRUNCATION, &no);
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!or_null(config->db_socket))
		/* Otherwise the name "localhost" would mean a socket of the library's own choice. */
		mysql_options(mysql, MYSQL_OPT_PROTOCOL, &tcp);
	/* Asking for encryption alone would be content with none; checking the certificate is not. Newer libraries do both
	 * unless told, also of a server on a socket that has neither. */
	mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &tls);
	mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &tls);
}

/* Whatever kept us out, to us the database is away, unless it says that it is full of others. */
static bool not_connected(struct db *db)
{
	enum db_error means = code_means(db->code);

	db_close(db);
	db_fail(db, error_is_unavailable(means) ? means : DB_AWAY, NULL);
	return false;
}

bool db_connect(struct db *db)
{
	const struct config *config = db->config;
	const char *socket = or_null(config->db_socket), *host = socket ? NULL : or_null(config->db_host);
	const char *schema = db->no_schema ? NULL : config->db_name;

	if (db->error)
		return false;
	if (db->mysql)
		return true;
	db->mysql = mysql_init(NULL);
	if (!db->mysql)
		abort();
	set_options(db->mysql, config, db->patient);
	if (!mysql_real_connect(db->mysql, host, config->db_user, config->db_password, schema,
				socket ? 0 : (unsigned)config->db_port, socket, CLIENT_MULTI_RESULTS)) {
		db_note(db, mysql_errno(db->mysql), mysql_error(db->mysql));
		return not_connected(db);
	}
	return (db_text(db, SESSION, sizeof(SESSION) - 1) &&
		(!db->patient || db_text(db, SQL("SET SESSION max_statement_time = 0")))) ||
	       not_connected(db);
}

bool db_ready(struct db *db)
{
	if (db->mysql)
		return true;
	if (db->in_transaction) {
		db_note(db, CR_SERVER_GONE_ERROR, "The connection was lost inside a transaction");
		db_fail(db, DB_AWAY, NULL);
		return false;
	}
	return db_connect(db);
}

/* What the log calls them; the others have a line of their own, or none. */
static const char *const EVENTS[] = { [DB_AWAY] = "db_away", [DB_FULL] = "db_full",	[DB_READ_ONLY] = "db_read_only",
				      [DB_BUSY] = "db_busy", [DB_SCHEMA] = "db_schema", [DB_UNKNOWN] = "db_unknown" };

void db_fail(struct db *db, enum db_error error, const char *sql)
{
	db->last = error;
	if (code_is_loss(db->code))
		db_close(db);
	if (error == DB_DUPLICATE || error == DB_REFUSED)
		return;
	db->error = error;
	db->doomed = db->in_transaction;
	if (error == DB_BROKEN)
		log_error("db_broken", F("code", db->code), F("message", db->message), F("sql", sql));
	else if (error == DB_CONFLICT)
		log_debug("db_conflict", F("code", db->code), F("sql", sql));
	else
		log_warn(EVENTS[error], F("code", db->code), F("message", db->message));
}

bool db_text_number(struct db *db, const char *sql, size_t len, int64_t *number)
{
	int more = mysql_real_query(db->mysql, sql, (unsigned long)len);

	while (more == 0) {
		MYSQL_RES *result = mysql_store_result(db->mysql);
		MYSQL_ROW row = result && number ? mysql_fetch_row(result) : NULL;

		if (row && row[0])
			*number = strtoll(row[0], NULL, 10);
		mysql_free_result(result);
		if (mysql_errno(db->mysql))
			break;
		more = mysql_next_result(db->mysql);
	}
	if (!mysql_errno(db->mysql))
		return true;
	db_note(db, mysql_errno(db->mysql), mysql_error(db->mysql));
	return false;
}

bool db_text(struct db *db, const char *sql, size_t len)
{
	return db_text_number(db, sql, len, NULL);
}

void db_rollback(struct db *db)
{
	unsigned code = db->code;
	char message[MESSAGE_SIZE];

	if (!db->mysql)
		return;
	memcpy(message, db->message, sizeof(message));
	if (!db_text(db, SQL("ROLLBACK")))
		db_close(db);
	db_note(db, code, message);
}

void db_backoff(int attempt)
{
	uint32_t ms = UINT32_C(4) << attempt;
	struct timespec pause = { 0, (long)(ms / 2 * 1000000) + (long)random_below(ms * 1000000) };

	nanosleep(&pause, NULL);
}

enum db_error db_error(const struct db *db)
{
	return db->error;
}

enum db_error db_last(const struct db *db)
{
	return db->last;
}

const char *db_message(const struct db *db)
{
	return db->last ? db->message : "";
}

bool db_unavailable(const struct db *db)
{
	return error_is_unavailable(db->error);
}

void db_clear(struct db *db)
{
	if (db->doomed)
		return;
	db->error = db->last = DB_OK;
}

bool db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

unsigned long db_server(const struct db *db)
{
	return db->mysql ? mysql_get_server_version(db->mysql) : 0;
}
