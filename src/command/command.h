#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H
/* The subcommands that are not processes, and one that is. Each answers an exit status: 0 well, 1 something is wrong, 2 bad usage. argc and
 * argv are what stands behind the subcommand's name. */
#include "base/again.h"
#include "base/config.h"
#include "db/db.h"

/* Applies sql/migrations and makes the site key when it is missing. */
int command_migrate(const struct config *config, int argc, char **argv);
/* The same, and has this node's serve, live and jobs begin anew: for a new version, and for new settings. 0 when all did. */
int command_upgrade(const struct config *config, int argc, char **argv);
/* The site's key: which there are, a new one that takes over, the old ones taken out, one in place of a lost one. */
int command_key(const struct config *config, int argc, char **argv);
/* Fills an empty database with demo data; --tickets N sets its size. */
int command_demo_data(const struct config *config, int argc, char **argv);
/* Adds a first staff account: --email E --name N, password from standard input. */
int command_account(const struct config *config, int argc, char **argv);
/* The route table, or with --openapi its OpenAPI document. */
int command_routes(const struct config *config, int argc, char **argv);
/* Proves the invariants on the live database, one line each; 1 when one fails. */
int command_audit(const struct config *config, int argc, char **argv);
/* Mends what can be computed again, saying each change, also in the audit log; with --dry-run changes nothing. 1 when
 * an invariant does not hold in the end. */
int command_repair(const struct config *config, int argc, char **argv);
/* Says what is wrong with this installation and how to mend it; 1 when something is. */
int command_doctor(const struct config *config, int argc, char **argv);

/* DIR: the database in one snapshot, the files, and what both are of, into a directory that is not there yet. */
int command_backup(const struct config *config, int argc, char **argv);
/* DIR: such a backup into an empty database, as a copy that sends no message and charges nobody. */
int command_restore(const struct config *config, int argc, char **argv);
/* Such a copy is the site from now on; what waited to be sent is failed. */
int command_resume(const struct config *config, int argc, char **argv);
/* on [--minutes N], off, or nothing: closes this node, opens it, says which it is. */
int command_maintenance(const struct config *config, int argc, char **argv);
/* EMAIL or NUMBER: sends a message at once; 1 when it was not taken. */
int command_send_test(const struct config *config, int argc, char **argv);

/* Makes pictures small in children until SIGTERM or SIGINT; at SIGHUP it begins anew. Nothing may have been kept of a key. */
int command_pictures(const struct config *config, const struct origin *origin);
/* 0 when such a child works on this machine; else why not was said. */
int command_pictures_check(void);

/* What `gatehouse audit` prints: of all invariants, or of those whose sentence has these words (NULL: all), each or only those that do not
 * hold; how many it looked at and how many of them do not. False: the database does not answer, which it says. */
bool audit_look(struct db *db, const char *words, bool only_broken, unsigned *n, unsigned *failed);

#endif
