/* One table of the texts that are searched. Its statements are guarded by the text that was read: whoever changes that writes its
 * words too. */
#include "store/words.h"
#include "rules/words.h"
#include <string.h>

enum { AT_ONCE = 500 };

struct text {
	size_t size;		   /* of its words */
	const char *missing, *all; /* row sources': id, text, words */
	const char *write;
};

/* clang-format off */
#define TEXT_READ(table, column)                                                                                       \
	"SELECT id, " column " AS text, CONVERT(" column "_words USING utf8mb4) AS words FROM " table                   \
	" WHERE " column " IS NOT NULL"
#define TEXT(table, column, size)                                                                                      \
	{ size, TEXT_READ(table, column) " AND " column "_words IS NULL AND id > ? ORDER BY id LIMIT 500",             \
	  TEXT_READ(table, column) " AND id > ? ORDER BY id LIMIT 500",                                                \
	  "UPDATE " table " SET " column "_words = ? WHERE id = ? AND " column " = ?" }
#define LINE(table, column) TEXT(table, column, LINE_WORDS)
/* clang-format on */

static const struct text TEXTS[] = {
	LINE("account", "name"),
	LINE("organizer", "company"),
	LINE("merchant", "company"),
	LINE("campus", "name"),
	LINE("department", "name"),
	LINE("campus_event", "title"),
	LINE("campus_event", "location"),
	LINE("campus_member", "first_name"),
	LINE("campus_member", "last_name"),
	LINE("person", "first_name"),
	LINE("person", "last_name"),
	LINE("venue", "name"),
	LINE("venue", "address"),
	LINE("venue", "city"),
	LINE("event_category", "name"),
	LINE("event", "title"),
	TEXT("event", "description", TEXT_WORDS),
	LINE("performer", "name"),
	LINE("ticket_category", "name"),
	LINE("expense", "title"),
	LINE("shareholder", "name"),
	LINE("co_worker", "name"),
	LINE("webhook", "description"),
	LINE("saved_view", "name"),
	LINE("system_log", "subject"),
	LINE("dependent", "name"),
	LINE("ticket", "holder_name"),
	LINE("scan_log", "attendee_name"),
	TEXT("incident", "description", TEXT_WORDS),
};

enum { N_TEXTS = sizeof TEXTS / sizeof *TEXTS };

/* The words of a row's text where none are beside it, or others; else NULL. */
static const char *due(TALLOC_CTX *mem, const struct text *text, const struct row *row, enum words_make which)
{
	const char *words;

	if (row_null(row, "words") != (which == WORDS_MISSING))
		return NULL;
	words = words_of(mem, row_text(row, "text"), text->size);
	return which == WORDS_MISSING || strcmp(row_text(row, "words"), words) != 0 ? words : NULL;
}

/* Rows on their way. */
struct batch {
	struct db *db;
	const char *write;
	struct arg values[AT_ONCE][3];
	struct args rows[AT_ONCE];
	size_t n;
	int64_t made;
};

/* One transaction a batch: one a row would wait for the disk a million times, one for all hold locks that sales wait for. */
static bool write_batch(void *with)
{
	struct batch *b = with;

	b->made = db_bulk(b->db, b->write, b->rows, b->n);
	return b->made >= 0;
}

static int64_t make_batch(struct db *db, const struct text *text, const struct rows *rows, enum words_make which,
			  bool dry)
{
	struct batch *b = talloc_zero(NULL, struct batch);
	int64_t made;

	b->db = db;
	b->write = text->write;
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		const char *words = due(b, text, &row, which);

		if (!words)
			continue;
		b->rows[b->n] = args_into(args(words, row_int(&row, "id"), row_text(&row, "text")), b->values[b->n]);
		b->n++;
	}
	b->made = (int64_t)b->n;
	made = !b->n || dry || db_transaction(db, write_batch, NULL, b) ? b->made : -1;
	talloc_free(b);
	return made;
}

static int64_t make_text(struct db *db, const struct text *text, enum words_make which, bool dry)
{
	struct row_source *source = db_source(NULL, db, which == WORDS_MISSING ? text->missing : text->all, no_args);
	const struct rows *batch;
	int64_t made = 0, more = 0;

	while (more >= 0 && (batch = source->next(source))) {
		more = make_batch(db, text, batch, which, dry);
		made += more;
	}
	talloc_free(source);
	return db_error(db) == DB_OK && more >= 0 ? made : -1;
}

int64_t words_make(struct db *db, enum words_make which, bool dry)
{
	int64_t made = 0;

	for (size_t i = 0; i < N_TEXTS; i++) {
		int64_t more = make_text(db, &TEXTS[i], which, dry);

		if (more < 0)
			return -1;
		made += more;
	}
	return made;
}

static int64_t first_wrong(const struct text *text, const struct rows *batch)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	int64_t id = 0;

	for (size_t i = 0; i < batch->n && !id; i++) {
		struct row row = row_at(batch, i);

		if (due(mem, text, &row, WORDS_WRONG))
			id = row_int(&row, "id");
	}
	talloc_free(mem);
	return id;
}

/* What is missing is no fault: the text itself is searched until its words are there. */
bool words_verify(struct db *db, int64_t *bad)
{
	*bad = 0;
	for (size_t i = 0; i < N_TEXTS && !*bad && db_error(db) == DB_OK; i++) {
		struct row_source *source = db_source(NULL, db, TEXTS[i].all, no_args);
		const struct rows *batch;

		while (!*bad && (batch = source->next(source)))
			*bad = first_wrong(&TEXTS[i], batch);
		talloc_free(source);
	}
	return !*bad && db_error(db) == DB_OK;
}
