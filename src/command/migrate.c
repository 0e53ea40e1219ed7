/* `gatehouse migrate`: the schema, the directories that hold state, and the site key, which is made for a new database only.
 * Run again it changes nothing. */
#include "db/migrate.h"
#include "base/chronicle.h"
#include "command/command.h"
#include "command/site_key.h"
#include "store/push.h"
#include "store/system_log.h"
#include "store/words.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool make_directory(const char *path)
{
	if (!mkdir(path, 0750) || errno == EEXIST)
		return true;
	fprintf(stderr, "gatehouse: %s cannot be made: %s\n", path, strerror(errno));
	return false;
}

/* Of what was written before they were kept. What sells and scans goes on meanwhile. */
static bool make_words(struct db *db)
{
	int64_t made = words_make(db, WORDS_MISSING, false);

	if (made > 0)
		printf("made the words of %lld texts for the search\n", (long long)made);
	return made >= 0;
}

static bool make_push_key(struct db *db)
{
	if (push_key_settle(db, clock_now()))
		return true;
	fprintf(stderr, "gatehouse: the key for push services could not be made: %s\n", db_message(db));
	return false;
}

/* Is there another schema than before? */
static void note(struct db *db, int from)
{
	int to = db_schema_version(db);

	if (to <= 0 || to == from)
		return;
	chronicle_note("migrated", F("from", from), F("to", to));
	db_memory(db, db);
	system_log_say(db);
}

int command_migrate(const struct config *config, int argc, char **argv)
{
	struct db *db;
	bool done;
	int from;

	(void)argc;
	(void)argv;
	if (!make_directory(config->files))
		return 1;
	db = db_new(NULL, config);
	db_patient(db);
	from = db_schema_version(db);
	db_clear(db);
	done = migrate_run(db, config->migrations) && make_words(db);
	if (!done)
		fprintf(stderr, "gatehouse: the schema could not be brought up to date: %s\n",
			*db_message(db) ? db_message(db) : "see above");
	done = done && site_key_settle(config, db) && make_push_key(db);
	note(db, from);
	talloc_free(db);
	return done ? 0 : 1;
}
