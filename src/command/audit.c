/* `gatehouse audit`: proves the invariants on a live database, in one consistent snapshot, one line each. The torture
 * tests run it after every fault; an operator may run it at any time. */
#include "store/audit.h"
#include "base/clock.h"
#include "command/change.h"
#include "command/command.h"
#include "db/db.h"
#include "store/event_key.h"
#include "store/figure.h"
#include "store/invariant.h"
#include "store/mark.h"
#include "store/sought.h"
#include "store/tally.h"
#include "store/words.h"
#include <stdio.h>
#include <string.h>

/* What is looked at row by row: no query can tell. */
static const struct {
	const char *sentence;
	bool (*holds)(struct db *db, int64_t *bad);
	const char *what, *fault;
} WALKS[] = {
	{ "every event's signing key opens and fits its public half", event_keys_verify, "key",
	  "does not open with the site key, or belongs to another public half" },
	{ "sums by day are those of their rows", tally_verify, "day",
	  "has other sums than its rows: gatehouse repair makes them anew" },
	{ "a row that is marked stands at its place", marks_verify, "place",
	  "has more or fewer rows before it: gatehouse repair makes the marks anew" },
	{ "a text is searched by its own words", words_verify, "row",
	  "has the words of another text beside it: gatehouse repair makes them anew" },
	{ "whoever is in the index of words is found by all of theirs", sought_verify, "account",
	  "has a name, address or number that leads nowhere: gatehouse repair makes the index anew" },
	{ "the audit log's hash chain is unbroken", audit_verify, "row", "is changed, missing or out of place" },
};

/* What a look found. */
struct look {
	struct db *db;
	const char *words; /* those alone whose sentence has them; NULL: all */
	bool only_broken;  /* says nothing of those that hold */
	unsigned n, failed;
};

static bool wanted(const struct look *look, const char *sentence)
{
	return !look->words || strstr(sentence, look->words);
}

static bool verdict(struct look *look, const char *sentence, bool holds)
{
	look->n++;
	look->failed += !holds;
	if (!holds || !look->only_broken)
		printf("%s %s\n", holds ? "ok" : "NO", sentence);
	return holds;
}

/* A look that failed proves nothing. */
static bool unproved(struct look *look, const char *sentence)
{
	if (db_error(look->db) == DB_OK)
		return false;
	printf("?  %s: %s\n", sentence, db_message(look->db));
	db_clear(look->db);
	look->n++;
	look->failed++;
	return true;
}

/* The rows that break it; NULL when there are none. */
static const struct rows *broken(struct look *look, const char *sentence, const char *query)
{
	const struct rows *rows = db_query(look->db, query, no_args);

	if (unproved(look, sentence))
		return NULL;
	return verdict(look, sentence, rows->n == 0) ? NULL : rows;
}

static void look_at_figure(struct look *look, const struct figure *figure)
{
	const struct rows *rows = broken(look, figure->sentence, figure->wrong);

	for (size_t i = 0; rows && i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct change *change = change_of(NULL, &row);

		printf("     %s %lld: %s\n", figure->what, (long long)row_int(&row, "id"),
		       change_text(change, change, ", should be "));
		talloc_free(change);
	}
}

static void look_at_invariant(struct look *look, const struct invariant *invariant)
{
	const struct rows *rows = broken(look, invariant->sentence, invariant->query);

	for (size_t i = 0; rows && i < rows->n; i++) {
		struct row row = row_at(rows, i);

		printf("     %s\n", row_text(&row, "what"));
	}
}

static void look_at_walk(struct look *look, size_t i)
{
	int64_t bad = 0;
	bool holds = WALKS[i].holds(look->db, &bad);

	if (!unproved(look, WALKS[i].sentence) && !verdict(look, WALKS[i].sentence, holds))
		printf("     %s %lld %s\n", WALKS[i].what, (long long)bad, WALKS[i].fault);
}

bool audit_look(struct db *db, const char *words, bool only_broken, unsigned *n, unsigned *failed)
{
	struct look look = { .db = db, .words = words, .only_broken = only_broken };

	if (!db_connect(db) || !db_snapshot_begin(db)) {
		fprintf(stderr, "gatehouse: the database does not answer: %s\n", db_message(db));
		return false;
	}
	for (const struct figure *f = FIGURES; f->sentence; f++)
		if (wanted(&look, f->sentence))
			look_at_figure(&look, f);
	for (const struct invariant *i = INVARIANTS; i->sentence; i++)
		if (wanted(&look, i->sentence))
			look_at_invariant(&look, i);
	for (size_t i = 0; i < sizeof WALKS / sizeof *WALKS; i++)
		if (wanted(&look, WALKS[i].sentence))
			look_at_walk(&look, i);
	db_snapshot_end(db);
	*n = look.n;
	*failed = look.failed;
	return true;
}

int command_audit(const struct config *config, int argc, char **argv)
{
	const char *words = argc ? argv[0] : NULL;
	struct db *db;
	unsigned n = 0, failed = 0;
	bool looked;

	if (argc > 1) {
		fprintf(stderr, "usage: gatehouse audit ['WORDS']\n");
		return 2;
	}
	db = db_new(NULL, config);
	db_patient(db);
	looked = audit_look(db, words, false, &n, &failed);
	talloc_free(db);
	if (!looked)
		return 1;
	if (!n) {
		fprintf(stderr, "gatehouse: no invariant says '%s'\n", words);
		return 2;
	}
	printf("%u of %u invariants hold\n", n - failed, n);
	return failed ? 1 : 0;
}
