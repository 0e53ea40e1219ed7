/* The index of words by which people are found: what is in it, and how it is kept, see sought.h. */
#include "base/utf8.h"
#include "store/sought.h"
#include <string.h>

enum { BATCH = 500, OVERLAP_S = 120 /* what is younger does not commit in the order of its times */ };

/* ---- where it ends ---- */

struct sought_end sought_end(struct db *db, const char *what, bool lock)
{
	const struct row *row = db_one(db,
				       lock ? "SELECT changed_at, id FROM sought_upto WHERE what = ? FOR UPDATE"
					    : "SELECT changed_at, id FROM sought_upto WHERE what = ?",
				       args(what));

	return row ? (struct sought_end){ row_time(row, "changed_at"), row_int(row, "id") }
		   : (struct sought_end){ 0, 0 };
}

static bool move_end(struct db *db, const char *what, struct sought_end to)
{
	return db_exec(db,
		       "INSERT INTO sought_upto (what, changed_at, id) VALUES (?, ?, ?)"
		       " ON DUPLICATE KEY UPDATE changed_at = VALUES(changed_at), id = VALUES(id)",
		       args(what, arg_time(to.at), to.id)) >= 0;
}

/* ---- the words ---- */

struct pair {
	struct arg v[2]; /* a word, and whom it finds */
};

/* Rows on their way, for one statement. */
struct rows_made {
	struct pair *values;
	struct args *rows;
	size_t n, max;
};

static void make(struct rows_made *to, const char *word, size_t len, int64_t account_id)
{
	char *kept = talloc_strndup(to, word, len);

	kept[utf8_prefix(kept, SOUGHT_WORD)] = '\0';
	if (!*kept)
		return;
	if (to->n == to->max) {
		to->max = to->max ? 2 * to->max : 1024;
		to->values = talloc_realloc_size(to, to->values, to->max * sizeof *to->values);
	}
	to->values[to->n].v[0] = arg_text(kept);
	to->values[to->n++].v[1] = arg_int(account_id);
}

/* From Thai on, scripts are written without blanks: whoever looks for a word there may begin anywhere. */
static bool is_unparted(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)word[i] > 0xE0 ||
		    ((unsigned char)word[i] == 0xE0 && (unsigned char)word[i + 1] >= 0xB8))
			return true;
	return false;
}

#define ARTICLE "\xD8\xA7\xD9\x84" /* Arabic "al" */

static void make_word(struct rows_made *to, const char *word, size_t len, int64_t account_id)
{
	const size_t article = sizeof ARTICLE - 1;

	make(to, word, len, account_id);
	if (len > article && !memcmp(word, ARTICLE, article))
		make(to, word + article, len - article, account_id);
	for (size_t at = 1; at < len && is_unparted(word, len); at++)
		if (((unsigned char)word[at] & 0xC0) != 0x80)
			make(to, word + at, len - at, account_id);
}

static void make_words(struct rows_made *to, const char *words, int64_t account_id)
{
	while (*words) {
		size_t len = strcspn(words, " ");

		make_word(to, words, len, account_id);
		words += len + (words[len] == ' ');
	}
}

static void make_number(struct rows_made *to, const char *number, int64_t account_id)
{
	number += *number == '+';
	for (size_t len = strlen(number); len >= SOUGHT_ENDING; len--)
		make(to, number++, len, account_id);
}

#define OF_ACCOUNT                                                                                                     \
	"a.id, a.changed_at, a.name, CONVERT(a.name_words USING utf8mb4) AS words, a.email, a.username,"               \
	" a.mobile_number, a.changed_at > a.created_at + INTERVAL 1 SECOND AS changed"

static void make_account(struct rows_made *to, const struct row *account)
{
	static const char *const TEXTS[] = { "email", "username" };
	int64_t id = row_int(account, "id");

	make_words(to,
		   row_null(account, "words") ? words_of(to, row_text(account, "name"), LINE_WORDS)
					      : row_text(account, "words"),
		   id);
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		if (!row_null(account, TEXTS[i]))
			make_words(to, words_of(to, row_text(account, TEXTS[i]), LINE_WORDS), id);
	if (!row_null(account, "mobile_number"))
		make_number(to, row_text(account, "mobile_number"), id);
}

/* ---- keeping ---- */

#define INTO_INDEX "INSERT IGNORE INTO sought_word (word, account_id) VALUES (?, ?)"
/* Of millions at once: as they come, to be sorted before they go into the index. */
#define INTO_HEAP "INSERT INTO sought_heap (word, account_id) VALUES (?, ?)"

static bool store(struct db *db, const char *into, struct rows_made *made)
{
	made->rows = talloc_array(made, struct args, (unsigned)made->n + 1);
	for (size_t i = 0; i < made->n; i++)
		made->rows[i] = (struct args){ 2, made->values[i].v };
	return !made->n || db_bulk(db, into, made->rows, made->n) >= 0;
}

/* What stood on an account that was changed is forgotten, and what is on its tickets with it, which comes again. */
static void make_anew(struct db *db, struct rows_made *to, int64_t account_id)
{
	const struct rows *names;

	db_exec(db, "DELETE FROM sought_word WHERE account_id = ?", args(account_id));
	names = db_query(db,
			 "SELECT DISTINCT CONVERT(t.holder_name_words USING utf8mb4) AS words FROM customer k"
			 " JOIN ticket t ON t.customer_id = k.id"
			 " WHERE k.account_id = ? AND t.holder_name_words IS NOT NULL",
			 args(account_id));
	for (size_t i = 0; i < names->n; i++) {
		struct row name = row_at(names, i);

		make_words(to, row_text(&name, "words"), account_id);
	}
}

/* What changed next, from the end on, in the order of its changes. Of what changed at one moment, as after a load, the rest by id. */
#define NEXT(select, x)                                                                                                \
	select " AND " x ".changed_at = ? AND " x ".id > ? ORDER BY " x ".id LIMIT 500 LOCK IN SHARE MODE",            \
		select " AND " x ".changed_at > ? AND " x ".changed_at < ? ORDER BY " x ".changed_at, " x              \
		       ".id LIMIT 500 LOCK IN SHARE MODE"

/* clang-format off */
static const struct kind {
	const char *what, *same, *next;
} KINDS[] = {
	{ "account", NEXT("SELECT " OF_ACCOUNT " FROM account a WHERE 1", "a") },
	{ "ticket", NEXT("SELECT t.id, t.changed_at, k.account_id, IF(t.holder_name_words <=> a.name_words, NULL,"
			 " CONVERT(t.holder_name_words USING utf8mb4)) AS words FROM ticket t JOIN customer k ON k.id = t.customer_id"
			 " JOIN account a ON a.id = k.account_id WHERE 1", "t") },
};
/* clang-format on */
enum { N_KINDS = sizeof KINDS / sizeof *KINDS };

struct adding {
	struct db *db;
	const struct kind *kind;
	bool empty; /* the index is: all goes into the heap, and nothing stood there before */
	ms_t until;
	bool more;
};

static void make_batch(struct adding *a, struct rows_made *made, const struct rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		if (a->kind == &KINDS[0]) {
			if (row_int(&row, "changed") && !a->empty)
				make_anew(a->db, made, row_int(&row, "id"));
			make_account(made, &row);
		} else if (!row_null(&row, "words")) {
			make_words(made, row_text(&row, "words"), row_int(&row, "account_id"));
		}
	}
}

/* Of two at once one waits, and goes on from where the other ended. */
static bool add(void *with)
{
	struct adding *a = with;
	struct db *db = a->db;
	struct sought_end end = sought_end(db, a->kind->what, true);
	const struct rows *rows = db_query(db, a->kind->same, args(arg_time(end.at), end.id));
	struct rows_made *made;
	struct row last;
	bool good;

	if (!rows->n)
		rows = db_query(db, a->kind->next, args(arg_time(end.at), arg_time(a->until)));
	a->more = rows->n == BATCH;
	if (!rows->n)
		return true;
	made = talloc_zero(NULL, struct rows_made);
	make_batch(a, made, rows);
	last = row_at(rows, rows->n - 1);
	good = store(db, a->empty ? INTO_HEAP : INTO_INDEX, made) &&
	       move_end(db, a->kind->what, (struct sought_end){ row_time(&last, "changed_at"), row_int(&last, "id") });
	talloc_free(made);
	return good;
}

static bool add_until(struct db *db, ms_t until, bool *more)
{
	*more = false;
	for (size_t i = 0; i < N_KINDS; i++) {
		struct adding a = { .db = db, .kind = &KINDS[i], .until = until };

		if (!db_transaction(db, add, NULL, &a))
			return db_error(db) == DB_OK;
		*more |= a.more;
	}
	return true;
}

bool sought_add(struct db *db, ms_t now, bool *more)
{
	return add_until(db, now - OVERLAP_S * MS_SECOND, more);
}

/* A hundred steps in one transaction, for each would wait for the disk. */
static bool add_many(void *with)
{
	struct adding *a = with;

	a->more = true;
	for (int i = 0; i < 100 && a->more; i++)
		if (!add(a))
			return false;
	return true;
}

static bool add_all_of(struct db *db, const struct kind *kind, ms_t until)
{
	struct adding a = { .db = db, .kind = kind, .empty = true, .until = until, .more = true };

	while (a.more)
		if (!db_transaction(db, add_many, NULL, &a))
			return false;
	return true;
}

bool sought_add_all(struct db *db, ms_t now)
{
	bool good =
		db_exec(db,
			"CREATE TEMPORARY TABLE sought_heap (word VARBINARY(40) NOT NULL, account_id BIGINT NOT NULL)"
			" ENGINE=Aria",
			no_args) >= 0;

	for (size_t i = 0; i < N_KINDS; i++)
		good = good && add_all_of(db, &KINDS[i], now + MS_DAY);
	/* An empty table that checks nothing is filled index by index. */
	return good &&
	       db_exec(db,
		       "SET STATEMENT unique_checks = 0, foreign_key_checks = 0 FOR INSERT INTO sought_word (word, account_id)"
		       " SELECT SQL_BIG_RESULT word, account_id FROM sought_heap GROUP BY word, account_id",
		       no_args) >= 0 &&
	       db_exec(db, "DROP TEMPORARY TABLE sought_heap", no_args) >= 0;
}

void sought_reset(struct db *db)
{
	sought_end(db, "account", true);
	sought_end(db, "ticket", true);
	db_exec(db, "DELETE FROM sought_upto", no_args);
	db_exec(db, "DELETE FROM sought_word", no_args);
}

/* ---- proving ---- */

#define KEPT(account)                                                                                                   \
	"(SELECT CONCAT(' ', GROUP_CONCAT(w.word SEPARATOR ' '), ' ') FROM sought_word w WHERE w.account_id = " account \
	")"
#define IN_IT(x) "NOT " SOUGHT_BEHIND(x)

static bool all_kept(const struct rows_made *made, const char *kept)
{
	for (size_t i = 0; i < made->n; i++) {
		const char *word = talloc_asprintf(made, " %s ", made->values[i].v[0].s);

		if (!strstr(kept, word))
			return false;
	}
	return true;
}

static int64_t first_lost(const struct kind *kind, const struct rows *batch)
{
	int64_t lost = 0;

	for (size_t i = 0; i < batch->n && !lost; i++) {
		struct row row = row_at(batch, i);
		struct rows_made *made = talloc_zero(NULL, struct rows_made);
		int64_t account_id = row_int(&row, kind == &KINDS[0] ? "id" : "account_id");

		if (kind == &KINDS[0])
			make_account(made, &row);
		else
			make_words(made, row_text(&row, "words"), account_id);
		if (!all_kept(made, row_null(&row, "kept") ? "" : row_text(&row, "kept")))
			lost = account_id;
		talloc_free(made);
	}
	return lost;
}

/* clang-format off */
static const char *const ALL_IN[N_KINDS] = {
	"SELECT " OF_ACCOUNT ", CONVERT(" KEPT("a.id") " USING utf8mb4) AS kept FROM account a"
	" WHERE " IN_IT("a") " AND a.id > ? ORDER BY a.id LIMIT 500",
	"SELECT t.id, k.account_id, CONVERT(t.holder_name_words USING utf8mb4) AS words, CONVERT(" KEPT("k.account_id") " USING utf8mb4) AS kept"
	" FROM ticket t JOIN customer k ON k.id = t.customer_id JOIN account a ON a.id = k.account_id"
	" WHERE NOT (t.holder_name_words <=> a.name_words) AND t.holder_name_words IS NOT NULL AND " IN_IT("t")
	" AND t.id > ? ORDER BY t.id LIMIT 500",
};
/* clang-format on */

bool sought_verify(struct db *db, int64_t *bad)
{
	*bad = 0;
	for (size_t i = 0; i < N_KINDS && !*bad && db_error(db) == DB_OK; i++) {
		struct sought_end end = sought_end(db, KINDS[i].what, false);
		struct row_source *source =
			db_source(NULL, db, ALL_IN[i], args(arg_time(end.at), arg_time(end.at), end.id));
		const struct rows *batch;

		while (!*bad && (batch = source->next(source)))
			*bad = first_lost(&KINDS[i], batch);
		talloc_free(source);
	}
	return !*bad && db_error(db) == DB_OK;
}
