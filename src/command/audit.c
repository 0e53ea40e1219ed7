/* `gatehouse audit`: proves the invariants on a live database, in one consistent snapshot, one line each. The torture
 * tests run it after every fault; an operator may run it at any time. */
#include "base/clock.h"
#include "command/command.h"
#include "db/db.h"
#include "store/audit.h"
#include "store/invariant.h"
#include <stdio.h>

static bool holds(struct db *db, const struct invariant *invariant)
{
	const struct rows *broken = db_query(db, invariant->query, no_args);

	if (db_error(db) != DB_OK) {
		printf("?  %s: %s\n", invariant->sentence, db_message(db));
		db_clear(db);
		return false;
	}
	printf("%s %s\n", broken->n ? "NO" : "ok", invariant->sentence);
	for (size_t i = 0; i < broken->n; i++) {
		struct row row = row_at(broken, i);

		printf("     %s\n", row_text(&row, "what"));
	}
	return broken->n == 0;
}

static bool chain_holds(struct db *db)
{
	int64_t bad = 0;
	bool whole = audit_verify(db, &bad);

	printf("%s the audit log's hash chain is unbroken\n", whole ? "ok" : "NO");
	if (!whole)
		printf("     row %lld is changed, missing or out of place\n", (long long)bad);
	return whole;
}

int command_audit(const struct config *config, int argc, char **argv)
{
	struct db *db = db_new(NULL, config);
	unsigned failed = 0, n = 0;

	(void)argc;
	(void)argv;
	db_patient(db);
	if (!db_connect(db) || !db_snapshot_begin(db)) {
		fprintf(stderr, "gatehouse: the database does not answer: %s\n", db_message(db));
		talloc_free(db);
		return 1;
	}
	for (const struct invariant *i = INVARIANTS; i->sentence; i++, n++)
		failed += !holds(db, i);
	failed += !chain_holds(db);
	db_snapshot_end(db);
	talloc_free(db);
	printf("%u of %u invariants hold\n", n + 1 - failed, n + 1);
	return failed ? 1 : 0;
}
