/* Finding by an index of words, see sought.h. A search asks first how many people its rarest word finds, by a short look into the
 * index, and takes that word to come to the rows; where every word finds many, two of them together; else nothing, and the
 * list is walked. */
#include "store/sought.h"
#include "base/utf8.h"
#include <string.h>

enum {
	PEOPLE_MOST = 1000, /* few people */
	ROWS_MOST = 5000,   /* and few rows of theirs */
	WORD_LEAST = 2	    /* letters that are looked for */
};

/* Accounts that a word finds, each once and at most so many (the last "?" of each part): in the index by its beginning, or that of its digits as
 * numbers have them, and among those that changed since. */
#define HAS "LIKE ?"
#define PEOPLE                                                                                                         \
	"((SELECT DISTINCT w.account_id FROM sought_word w WHERE w.word " HAS " OR w.word " HAS " LIMIT ?)"            \
	" UNION (SELECT y.id FROM account y WHERE " SOUGHT_BEHIND(                                                     \
		"y") " AND (COALESCE(y.name_words, LOWER(y.name)) " HAS " OR y.email " HAS " OR y.username " HAS       \
		     " OR y.mobile_number " HAS ") LIMIT ?)"                                                           \
		     " UNION (SELECT DISTINCT k.account_id FROM ticket z"                                              \
		     " JOIN customer k ON k.id = z.customer_id"                                                        \
		     " WHERE " SOUGHT_BEHIND("z") " AND"                                                               \
						  " COALESCE(z.holder_name_words, LOWER(z.holder_name)) " HAS          \
						  " LIMIT ?))"
/* The same of two words that many have each: by both in the index; who changed since by either. */
#define PAIR                                                                                                           \
	"((SELECT DISTINCT w.account_id FROM sought_word w JOIN sought_word v ON v.account_id = w.account_id"          \
	" WHERE w.word " HAS " AND v.word " HAS " LIMIT ?)"                                                            \
	" UNION (SELECT y.id FROM account y WHERE " SOUGHT_BEHIND(                                                     \
		"y") " AND (COALESCE(y.name_words, LOWER(y.name)) " HAS                                                \
		     " OR COALESCE(y.name_words, LOWER(y.name)) " HAS " OR y.email " HAS " OR y.email " HAS            \
		     " OR y.username " HAS " OR y.username " HAS ") LIMIT ?)"                                          \
		     " UNION (SELECT DISTINCT k.account_id FROM ticket z"                                              \
		     " JOIN customer k ON k.id = z.customer_id"                                                        \
		     " WHERE " SOUGHT_BEHIND("z") " AND"                                                               \
						  " (COALESCE(z.holder_name_words, LOWER(z.holder_name)) " HAS         \
						  " OR COALESCE(z.holder_name_words, LOWER(z.holder_name)) " HAS       \
						  ") LIMIT ?))"

enum { VALUES = PEOPLE_MOST + 24 };

struct finding {
	struct db *db;
	const struct sought_way *way;
	struct sought_end accounts, tickets;
	const struct rows *people; /* account_id */
	struct arg values[VALUES];
	size_t n;
};

static void mark(struct finding *f, struct arg value)
{
	f->values[f->n++] = value;
}

static void mark_end(struct finding *f, struct sought_end end)
{
	mark(f, arg_time(end.at));
	mark(f, arg_time(end.at));
	mark(f, arg_int(end.id));
}

static const char *like(struct finding *f, const char *before, const char *word)
{
	return talloc_asprintf(db_results(f->db), "%s%s%%", before, word);
}

/* What is kept is cut, and so is what is looked for in it. */
static const char *beginning(struct finding *f, const char *word)
{
	return talloc_asprintf(db_results(f->db), "%.*s%%", (int)utf8_prefix(word, SOUGHT_WORD), word);
}

static void mark_people(struct finding *f, const char *word, const char *digits)
{
	const char *any = like(f, "%", word);

	mark(f, arg_text(beginning(f, word)));
	mark(f, arg_text(beginning(f, digits)));
	mark(f, arg_int(PEOPLE_MOST + 1));
	mark_end(f, f->accounts);
	for (int i = 0; i < 3; i++)
		mark(f, arg_text(any));
	mark(f, arg_text(like(f, "%", digits)));
	mark(f, arg_int(PEOPLE_MOST + 1));
	mark_end(f, f->tickets);
	mark(f, arg_text(any));
	mark(f, arg_int(PEOPLE_MOST + 1));
}

/* The people of a statement: how many, more than PEOPLE_MOST where there are more. They become those that are looked at. */
static int64_t ask_people(struct finding *f, const char *sql)
{
	f->people = db_query(f->db, sql, (struct args){ f->n, f->values });
	return (int64_t)f->people->n;
}

static int64_t people_of(struct finding *f, const char *word, const char *digits)
{
	f->n = 0;
	mark_people(f, word, digits);
	return ask_people(f, "SELECT n.account_id FROM " PEOPLE " n");
}

/* Adds the ids of a statement to those that were found. False: there are more than a few. */
static bool take(struct finding *f, struct sought_found *found, const char *sql)
{
	const struct rows *rows = db_query(f->db, sql, (struct args){ f->n, f->values });
	int64_t *ids = talloc_array(db_results(f->db), int64_t, (unsigned)(found->n + rows->n) + 1);

	if (found->n)
		memcpy(ids, found->ids, found->n * sizeof *ids);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);

		ids[found->n + i] = row_int(&row, "id");
	}
	found->ids = ids;
	found->n += rows->n;
	return rows->n <= ROWS_MOST && found->n <= ROWS_MOST;
}

/* A statement of literals, one behind the other. */
static const char *joined(struct finding *f, const char *const pieces[])
{
	char *sql = talloc_strdup(db_results(f->db), "");

	for (; *pieces; pieces++)
		sql = talloc_strdup_append_buffer(sql, *pieces);
	return sql;
}

/* The people who were asked for, as a table; of as many "?" as a few texts have: what is left over is the last one again. */
static const char *mark_them(struct finding *f)
{
	size_t max = f->people->n > 100 ? PEOPLE_MOST : f->people->n > 10 ? 100 : 10;
	char *sql = talloc_strdup(db_results(f->db), "(SELECT y.id AS account_id FROM account y WHERE y.id IN (?");

	f->n = 0;
	for (size_t i = 0; i < max; i++) {
		struct row person = row_at(f->people, i < f->people->n ? i : f->people->n - 1);

		mark(f, arg_int(row_int(&person, "account_id")));
		if (i)
			sql = talloc_strdup_append_buffer(sql, ", ?");
	}
	mark(f, arg_int(ROWS_MOST + 1));
	return talloc_strdup_append_buffer(sql, "))");
}

static bool take_people(struct finding *f, struct sought_found *found)
{
	const char *them = f->people && f->people->n ? mark_them(f) : NULL;

	for (size_t i = 0; them && i < 2 && f->way->people[i]; i++) {
		const char *const pieces[] = {
			"SELECT DISTINCT x.id FROM ", them, " n ", f->way->people[i], " LIMIT ?", NULL
		};

		if (!take(f, found, joined(f, pieces)))
			return false;
	}
	return true;
}

/* By the codes that begin so, and the number that it is. */
static bool take_codes(struct finding *f, struct sought_found *found, const char *word)
{
	enum { DIGITS_MOST = 18 };

	for (size_t i = 0; i < 2 && f->way->codes[i]; i++) {
		const char *const pieces[] = { f->way->codes[i], " LIMIT ?", NULL };

		f->n = 0;
		mark(f, arg_text(like(f, "", word)));
		mark(f, arg_int(ROWS_MOST + 1));
		if (!take(f, found, joined(f, pieces)))
			return false;
	}
	if (!f->way->number || word[strspn(word, "0123456789")] || strlen(word) > DIGITS_MOST)
		return true;
	f->n = 0;
	mark(f, arg_text(word));
	return take(f, found, f->way->number);
}

static bool is_long(const char *word)
{
	return strlen(word) >= (word[strspn(word, "0123456789")] ? WORD_LEAST : SOUGHT_ENDING);
}

static void mark_pair(struct finding *f, const char *const words[2])
{
	const char *one = like(f, "%", words[0]), *other = like(f, "%", words[1]);

	f->n = 0;
	mark(f, arg_text(beginning(f, words[0])));
	mark(f, arg_text(beginning(f, words[1])));
	mark(f, arg_int(PEOPLE_MOST + 1));
	mark_end(f, f->accounts);
	for (int i = 0; i < 3; i++) {
		mark(f, arg_text(one));
		mark(f, arg_text(other));
	}
	mark(f, arg_int(PEOPLE_MOST + 1));
	mark_end(f, f->tickets);
	mark(f, arg_text(one));
	mark(f, arg_text(other));
	mark(f, arg_int(PEOPLE_MOST + 1));
}

static bool has_digits(const char *word)
{
	return word[strcspn(word, "0123456789")] != '\0';
}

/* Two words are both one person's where rows are known by one only, and where no digits stand for a number that is written otherwise. */
static bool are_pair(const struct finding *f, const struct sought *sought)
{
	return sought->n > 1 && is_long(sought->words[1]) && f->way->people[0] && !f->way->people[1] &&
	       !has_digits(sought->words[0]) && !has_digits(sought->words[1]);
}

/* All that has both words in its people, or either as a code. */
static bool take_pair(struct finding *f, struct sought_found *found, const struct sought *sought)
{
	mark_pair(f, sought->words);
	if (ask_people(f, "SELECT n.account_id FROM " PAIR " n") > PEOPLE_MOST)
		return false;
	return take_people(f, found) && take_codes(f, found, sought->words[0]) &&
	       take_codes(f, found, sought->words[1]);
}

/* All words as one, for what is kept without what parts them. */
static bool take_joined(struct finding *f, struct sought_found *found, const struct sought *sought)
{
	const char *number = sought->number ? sought->number : sought->joined;

	return (!f->way->people[0] || people_of(f, sought->joined, number) <= PEOPLE_MOST) && take_people(f, found) &&
	       take_codes(f, found, sought->joined);
}

/* The first word that finds few, the longest first; its place, or n. */
static size_t rare(struct finding *f, const struct sought *sought, struct sought_found *found)
{
	size_t i = 0;

	for (; i < sought->n; i++) {
		int64_t people;

		if (!is_long(sought->words[i]))
			continue;
		people = f->way->people[0] ? people_of(f, sought->words[i], sought->digits[i]) : 0;
		if (people <= PEOPLE_MOST)
			break;
		found->at_least = people;
	}
	return i;
}

struct sought_found sought_find(struct db *db, const struct sought_way *way, const struct sought *sought)
{
	struct finding f = { .db = db,
			     .way = way,
			     .accounts = sought_end(db, "account", false),
			     .tickets = sought_end(db, "ticket", false) };
	struct sought_found found = { .n = 0 };
	size_t at = rare(&f, sought, &found);

	if (at < sought->n)
		found.few = take_people(&f, &found) && take_codes(&f, &found, sought->words[at]);
	else if (are_pair(&f, sought))
		found.few = take_pair(&f, &found, sought);
	if (found.few && sought->joined)
		found.few = take_joined(&f, &found, sought);
	return found;
}
