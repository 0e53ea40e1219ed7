#ifndef CHECK_DATABASE_H
#define CHECK_DATABASE_H
/* A fresh, empty database on the test server, whose socket is in GATEHOUSE_TEST_SOCKET (root without a password). Without
 * it the tests fail: what was not tried must not look proved. */
#include "base/config.h"
#include "check_temp.h"
#include "db/db.h"
#include "db/migrate.h"
#include <check.h>
#include <stdlib.h>
#include <talloc.h>
#include <unistd.h>

/* The defaults, with the test server and a database of this name. */
static inline struct config *check_config(TALLOC_CTX *ctx, const char *database)
{
	const char *error, *socket = getenv("GATEHOUSE_TEST_SOCKET");
	struct config *config = config_load(ctx, NULL, &error);

	ck_assert_msg(socket && *socket, "GATEHOUSE_TEST_SOCKET must name the socket of a MariaDB for tests");
	ck_assert_msg(config != NULL, "%s", error);
	config->db_socket = socket;
	config->db_user = "root";
	config->db_password = "";
	config->db_name = database;
	return config;
}

/* Runs a script and fails the test with the server's words. */
static inline void check_script(struct db *db, const char *sql)
{
	const char *error;

	ck_assert_msg(db_script(db, sql, &error), "%s", error);
}

/* The database of config dropped, made anew and migrated with directory. */
static inline struct db *check_database(TALLOC_CTX *ctx, const struct config *config, const char *directory)
{
	struct config server = *config;
	struct db *db;

	server.db_name = "information_schema";
	db = db_new(ctx, &server);
	ck_assert_int_ge(db_exec(db, "SET @gatehouse_schema = ?", args(config->db_name)), 0);
	check_script(db, "EXECUTE IMMEDIATE CONCAT('DROP DATABASE IF EXISTS `', @gatehouse_schema, '`')");
	talloc_free(db);
	db = db_new(ctx, config);
	ck_assert(migrate_run(db, directory));
	return db;
}

/* A new directory for files of a test, on ctx. */
static inline char *check_directory(TALLOC_CTX *ctx)
{
	return check_temp(talloc_array(ctx, char, CHECK_TEMP_SIZE));
}

/* An empty database of this name; its config in *config. */
static inline struct db *check_empty_database(TALLOC_CTX *ctx, const char *name, struct config **config)
{
	char *directory = check_directory(ctx);
	struct db *db;

	*config = check_config(ctx, name);
	db = check_database(ctx, *config, directory);
	rmdir(directory);
	return db;
}

/* Ends the connection of victim from another one, and sees it gone. */
static inline void check_kill(struct db *killer, int64_t connection_id)
{
	ck_assert_int_ge(db_exec(killer, "KILL ?", args(connection_id)), 0);
	while (db_int(killer, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = ?", args(connection_id)))
		ck_assert_int_eq(db_error(killer), DB_OK);
}

#endif
