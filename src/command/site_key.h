#ifndef COMMAND_SITE_KEY_H
#define COMMAND_SITE_KEY_H
/* The key file and the database that belong together. */
#include "base/config.h"
#include "db/db.h"

enum site_key_fault {
	SITE_KEY_GOOD,
	SITE_KEY_NEW,	     /* there is none yet, and nothing that was made under one */
	SITE_KEY_UNRECORDED, /* a key that opens what is there, but not all of its file is known to the database */
	SITE_KEY_LOST,	     /* there is no key file, but what one was needed for */
	SITE_KEY_FOREIGN,    /* a key file, but not of this database */
	SITE_KEY_BEHIND, /* of this database, but it lacks one that the database knows: one that was made on another node */
	SITE_KEY_UNREADABLE, /* a file that cannot be read, or is not a key file */
	SITE_KEY_UNKNOWN     /* the database did not say */
};

/* Loads the keys, where there are any, and says how they stand to the database, whose schema is this program's. *text, on
 * db's memory: a sentence about it. */
enum site_key_fault site_key_look(const struct config *config, struct db *db, const char **text);
/* What helps against that fault. */
const char *site_key_mend(enum site_key_fault fault);
/* Makes the key of a new database, and makes known to the database what is right. False: it has said why not. */
bool site_key_settle(const struct config *config, struct db *db);

#endif
