/* Chaining inside the transaction that writes would make every writer wait for the one before it,
 * so rows come unchained and a sealer chains them. Its guard is the chain's own end: of two sealers
 * at once one finds it moved and undoes all it did. */
#include "store/audit.h"
#include <string.h>

enum { SEAL_BATCH = 200 };

#define AUDIT_COLUMNS "id, at, account_id, role, action, noun, noun_id, before_json, after_json, ip, request_id"

bool audit_add(struct db *db, const struct audit_entry *e)
{
	return db_exec(db,
		       "INSERT INTO audit_log (at, account_id, role, action, noun, noun_id, before_json,\n"
		       "	after_json, ip, request_id)\n"
		       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		       args(arg_time(e->at), arg_id_or_null(e->account_id), e->role, e->action, e->noun, e->noun_id,
			    e->before_json, e->after_json, e->ip, e->request_id)) == 1;
}

/* False when the text holds a NUL, behind which the chain would not look: we never write one. */
static bool take_text(const struct row *row, const char *name, const char **out)
{
	const struct cell *cell = row_cell(row, name);

	*out = cell->null ? NULL : cell->s;
	return cell->null || strlen(cell->s) == cell->len;
}

static bool entry_of(const struct row *row, struct audit_entry *e)
{
	bool whole = true;

	e->at = row_time(row, "at");
	e->account_id = row_int(row, "account_id");
	e->noun_id = row_int(row, "noun_id");
	whole &= take_text(row, "role", &e->role);
	whole &= take_text(row, "action", &e->action);
	whole &= take_text(row, "noun", &e->noun);
	whole &= take_text(row, "before_json", &e->before_json);
	whole &= take_text(row, "after_json", &e->after_json);
	whole &= take_text(row, "ip", &e->ip);
	whole &= take_text(row, "request_id", &e->request_id);
	return whole;
}

/* The chain's end as it is stored. */
static bool chain_end(struct db *db, int64_t *seq, uint8_t hash[HASH_BYTES])
{
	const struct row *row = db_one(db, "SELECT seq, hash AS `hash:hex` FROM audit_chain WHERE id = 1", no_args);

	if (!row)
		return false;
	*seq = row_int(row, "seq");
	memcpy(hash, row_cell(row, "hash")->s, HASH_BYTES);
	return true;
}

struct sealing {
	struct db *db;
	int sealed;
};

static void seal_reset(void *with)
{
	struct sealing *s = with;

	s->sealed = 0;
}

static bool seal_row(struct db *db, const struct row *row, int64_t seq, uint8_t hash[HASH_BYTES])
{
	struct audit_entry entry;

	entry_of(row, &entry);
	audit_hash(hash, seq, row_int(row, "id"), &entry, hash);
	return db_exec(db, "UPDATE audit_log SET seq = ?, hash = ? WHERE id = ? AND seq IS NULL",
		       args(seq, arg_bytes(hash, HASH_BYTES), row_int(row, "id"))) == 1;
}

static bool seal_work(void *with)
{
	struct sealing *s = with;
	const struct rows *rows;
	uint8_t hash[HASH_BYTES];
	int64_t end, seq;

	if (!chain_end(s->db, &end, hash))
		return false;
	rows = db_query(s->db, "SELECT " AUDIT_COLUMNS " FROM audit_log WHERE seq IS NULL ORDER BY id LIMIT ?",
			args(SEAL_BATCH));
	if (rows->n == 0)
		return false;
	seq = end;
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (!seal_row(s->db, &row, ++seq, hash))
			return false;
	}
	s->sealed = (int)rows->n;
	return db_exec(s->db, "UPDATE audit_chain SET seq = ?, hash = ? WHERE id = 1 AND seq = ?",
		       args(seq, arg_bytes(hash, HASH_BYTES), end)) == 1;
}

int audit_seal(struct db *db)
{
	struct sealing sealing = { .db = db };

	if (db_transaction(db, seal_work, seal_reset, &sealing))
		return sealing.sealed;
	return db_error(db) == DB_OK ? 0 : -1;
}

/* Does the row stand at place seq and fit to the hash before it? That becomes its own. */
static bool link_fits(const struct row *row, int64_t seq, uint8_t hash[HASH_BYTES])
{
	const struct cell *stored = row_cell(row, "hash");
	struct audit_entry entry;

	if (row_int(row, "seq") != seq || !entry_of(row, &entry))
		return false;
	audit_hash(hash, seq, row_int(row, "id"), &entry, hash);
	return !stored->null && stored->len == HASH_BYTES && same_bytes(stored->s, hash, HASH_BYTES);
}

/* Walks all rows; *seq becomes the last that fits. */
static bool walk(struct row_source *source, int64_t *seq, uint8_t hash[HASH_BYTES])
{
	const struct rows *rows;

	while ((rows = source->next(source)) != NULL)
		for (size_t i = 0; i < rows->n; i++) {
			struct row row = row_at(rows, i);

			if (!link_fits(&row, *seq + 1, hash))
				return false;
			++*seq;
		}
	return true;
}

bool audit_verify(struct db *db, int64_t *first_bad)
{
	uint8_t hash[HASH_BYTES] = { 0 }, end_hash[HASH_BYTES];
	TALLOC_CTX *mem = talloc_new(NULL);
	int64_t seq = 0, end;
	bool fits;

	*first_bad = 0;
	fits = walk(db_source(mem, db,
			      "SELECT seq, hash AS `hash:hex`, " AUDIT_COLUMNS "\n"
			      "FROM audit_log\n"
			      "WHERE seq IS NOT NULL AND seq > ?\n"
			      "ORDER BY seq\n"
			      "LIMIT 500",
			      no_args),
		    &seq, hash);
	talloc_free(mem);
	if (!fits) {
		*first_bad = seq + 1;
		return false;
	}
	/* A failure ends the walk as the chain's end does. */
	if (!chain_end(db, &end, end_hash) || db_error(db) != DB_OK)
		return false;
	if (seq == end && same_bytes(hash, end_hash, HASH_BYTES))
		return true;
	*first_bad = seq == end ? seq : (seq < end ? seq : end) + 1;
	return false;
}
