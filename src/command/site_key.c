/* The database keeps fingerprints of the site keys under which it holds anything. So a key that is missing is told from one that
 * never was, and no key is made over data that another has sealed. A database from before that is believed to belong to the
 * key that opens what is sealed in it. */
#include "store/site_key.h"
#include "base/clock.h"
#include "command/site_key.h"
#include "rules/key_file.h"
#include "rules/keys.h"
#include <stdio.h>
#include <string.h>

/* Of the keys that the database knows and that are not retired: how many there are, how many of them are in the file. */
struct known {
	unsigned in_database, in_both, in_file;
	const char *lacking; /* one of the database's that the file has not */
};

static bool in_file(const char *fingerprint)
{
	const char *print;

	for (unsigned i = 0; (print = key_print(i)); i++)
		if (!strcmp(print, fingerprint))
			return true;
	return false;
}

static struct known compare(struct db *db, bool have_file)
{
	const struct rows *rows = site_keys(db);
	struct known known = { 0 };

	while (have_file && key_print(known.in_file))
		known.in_file++;
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		const char *print = row_text(&row, "fingerprint");

		if (!row_null(&row, "retired_at")) {
			/* One that another node has retired may still stand in this one's file. */
			known.in_file -= have_file && in_file(print);
			continue;
		}
		known.in_database++;
		if (have_file && in_file(print))
			known.in_both++;
		else
			known.lacking = print;
	}
	return known;
}

/* Nothing is known of keys: what is sealed tells whose it is. */
static enum site_key_fault by_seals(struct db *db, bool have_file, const char **text)
{
	struct sealed_count count[SEALED_KINDS];
	int64_t all = 0, unopened = 0;

	if (!have_file) {
		if (!sealed_all(db, &all))
			return SITE_KEY_UNKNOWN;
		*text = talloc_asprintf(db,
					"there is no key file, and %lld secrets in the database are sealed under it",
					(long long)all);
		return all ? SITE_KEY_LOST : SITE_KEY_NEW;
	}
	if (!sealed_walk(db, count))
		return SITE_KEY_UNKNOWN;
	for (int kind = 0; kind < SEALED_KINDS; kind++) {
		all += count[kind].all;
		unopened += count[kind].unopened;
	}
	*text = talloc_asprintf(db, "it opens none of %lld secrets in the database", (long long)all);
	return all && unopened == all ? SITE_KEY_FOREIGN : SITE_KEY_UNRECORDED;
}

static enum site_key_fault judge(struct db *db, bool have_file, const char **text)
{
	struct known known = compare(db, have_file);

	if (db_error(db) != DB_OK)
		return SITE_KEY_UNKNOWN;
	if (!known.in_database)
		return by_seals(db, have_file, text);
	*text = talloc_asprintf(db, "the database was made under the key %s, which is not there",
				known.lacking ? known.lacking : "");
	if (!known.in_both)
		return have_file ? SITE_KEY_FOREIGN : SITE_KEY_LOST;
	if (known.lacking)
		return SITE_KEY_BEHIND;
	return known.in_file > known.in_both ? SITE_KEY_UNRECORDED : SITE_KEY_GOOD;
}

enum site_key_fault site_key_look(const struct config *config, struct db *db, const char **text)
{
	struct key_lines lines;
	const char *error = NULL;
	enum key_file found = key_file_read(config->key_file, &lines, &error);
	enum site_key_fault fault;

	key_file_wipe(&lines);
	*text = "it is the database's";
	if (found == KEY_FILE_BAD || (found == KEY_FILE_READ && !keys_load(config->key_file, false, &error))) {
		*text = error;
		return SITE_KEY_UNREADABLE;
	}
	fault = judge(db, found == KEY_FILE_READ, text);
	if (fault == SITE_KEY_UNKNOWN)
		*text = talloc_asprintf(db, "the database did not say: %s", db_message(db));
	else if (fault == SITE_KEY_NEW)
		*text = "there is none yet";
	else if (fault == SITE_KEY_UNRECORDED)
		*text = "the database does not know it yet";
	return fault;
}

const char *site_key_mend(enum site_key_fault fault)
{
	switch (fault) {
	case SITE_KEY_NEW:
	case SITE_KEY_UNRECORDED:
		return "Run `gatehouse migrate`.";
	case SITE_KEY_LOST:
	case SITE_KEY_FOREIGN:
		return "Put the key file back from its backup, or from another node, with the owner and mode it had. Where it "
		       "is lost for good, `gatehouse key replace --lost` makes another one: second factors go, events sign by "
		       "new keys.";
	case SITE_KEY_BEHIND:
		return "Copy the key file from the node where `gatehouse key rotate` was run. Where that was cut off and no "
		       "node has it, `gatehouse key replace --lost` forgets it.";
	case SITE_KEY_UNREADABLE:
		return "Put the key file back from its backup, owned by Gatehouse's account, and `chmod 600` it.";
	case SITE_KEY_UNKNOWN:
		return "See the database's log.";
	default:
		return "";
	}
}

/* What the file has and the database does not know. */
static bool make_known(struct db *db)
{
	const char *print;

	for (unsigned i = 0; (print = key_print(i)); i++) {
		const struct rows *rows = site_keys(db);
		bool there = false;

		for (size_t r = 0; r < rows->n; r++) {
			struct row row = row_at(rows, r);

			there |= row_is(&row, "fingerprint", print);
		}
		if (!there && !site_key_add(db, print, clock_now()))
			return false;
	}
	return db_error(db) == DB_OK;
}

bool site_key_settle(const struct config *config, struct db *db)
{
	const char *text, *error = NULL;
	enum site_key_fault fault = site_key_look(config, db, &text);

	if (fault == SITE_KEY_NEW) {
		if (!keys_load(config->key_file, true, &error)) {
			fprintf(stderr, "gatehouse: %s: %s\n", config->key_file, error);
			return false;
		}
		printf("made the site key %s in %s: keep a copy of it apart from the database's backups\n",
		       key_print(0), config->key_file);
	}
	if (fault == SITE_KEY_NEW || fault == SITE_KEY_UNRECORDED) {
		if (make_known(db))
			return true;
		fprintf(stderr, "gatehouse: %s\n", db_message(db));
		return false;
	}
	if (fault == SITE_KEY_GOOD)
		return true;
	fprintf(stderr, "gatehouse: %s: %s. No key was made.\n%s\n", config->key_file, text, site_key_mend(fault));
	return false;
}
