/* SQL scripts, cut into statements here rather than by the server, so that an error can name its statement and line and
 * so that a stored routine's own semicolons can be hidden behind a DELIMITER line, as in the mariadb client. */
#include "db/internal.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { DELIMITER_MAX = 8 };

struct splitter {
	const char *at;
	int line;
	char delimiter[DELIMITER_MAX + 1];
	size_t delimiter_len;
};

struct piece {
	const char *text;
	size_t len;
	int line;
};

/* The end of a comment at s; s where there is none. */
static const char *skip_comment(const char *s)
{
	if (*s == '#' || (strncmp(s, "--", 2) == 0 && (s[2] == '\0' || isspace((unsigned char)s[2]))))
		return s + strcspn(s, "\n");
	if (strncmp(s, "/*", 2) == 0) {
		const char *end = strstr(s + 2, "*/");

		return end ? end + 2 : s + strlen(s);
	}
	return s;
}

/* The end of a string or quoted name at s; s where there is none. */
static const char *skip_quoted(const char *s)
{
	char quote = *s;

	if (quote != '\'' && quote != '"' && quote != '`')
		return s;
	for (s++; *s && *s != quote; s++)
		if (*s == '\\' && quote != '`' && s[1])
			s++;
	return *s ? s + 1 : s;
}

/* The end of what begins at s and may hold a delimiter; s itself where nothing does. Unterminated, it ends with the
 * script. */
static const char *skip_opaque(const char *s)
{
	const char *end = skip_comment(s);

	return end != s ? end : skip_quoted(s);
}

/* Of what skip_opaque() skips: is it nothing but a comment? Those for some versions of the server are statements. */
static bool is_comment(const char *s)
{
	return *s == '#' || *s == '-' || (*s == '/' && s[2] != '!' && s[2] != 'M');
}

static void advance(struct splitter *sp, const char *to)
{
	for (; sp->at < to; sp->at++)
		sp->line += *sp->at == '\n';
}

/* Takes a line "DELIMITER //" at the splitter's place. False when there is none. */
static bool take_delimiter(struct splitter *sp)
{
	static const char WORD[] = "DELIMITER";
	const char *value = sp->at + sizeof(WORD) - 1;
	size_t len;

	if (strncasecmp(sp->at, WORD, sizeof(WORD) - 1) != 0 || (*value != ' ' && *value != '\t'))
		return false;
	value += strspn(value, " \t");
	len = strcspn(value, " \t\r\n");
	if (len == 0 || len > DELIMITER_MAX)
		return false;
	memcpy(sp->delimiter, value, len);
	sp->delimiter[len] = '\0';
	sp->delimiter_len = len;
	advance(sp, value + strcspn(value, "\n"));
	return true;
}

/* Moves to where the next statement begins, past blanks, comments, DELIMITER lines and empty statements. */
static bool find_start(struct splitter *sp)
{
	while (*sp->at) {
		const char *end = skip_opaque(sp->at);

		if (isspace((unsigned char)*sp->at))
			advance(sp, sp->at + 1);
		else if (end != sp->at && is_comment(sp->at))
			advance(sp, end);
		else if (strncmp(sp->at, sp->delimiter, sp->delimiter_len) == 0)
			advance(sp, sp->at + sp->delimiter_len);
		else if (!take_delimiter(sp))
			return true;
	}
	return false;
}

static bool next_piece(struct splitter *sp, struct piece *piece)
{
	const char *s;

	if (!find_start(sp))
		return false;
	*piece = (struct piece){ .text = sp->at, .line = sp->line };
	for (s = sp->at; *s && strncmp(s, sp->delimiter, sp->delimiter_len) != 0;) {
		const char *end = skip_opaque(s);

		s = end == s ? s + 1 : end;
	}
	piece->len = (size_t)(s - sp->at);
	advance(sp, *s ? s + sp->delimiter_len : s);
	return true;
}

bool script_run(struct db *db, const char *script, struct script_place *place)
{
	struct splitter sp = { .at = script, .line = 1, .delimiter = ";", .delimiter_len = 1 };
	struct piece piece;

	*place = (struct script_place){ 0, 1 };
	while (next_piece(&sp, &piece)) {
		place->statement++;
		place->line = piece.line;
		if (!db_text(db, piece.text, piece.len))
			return false;
	}
	return true;
}

bool db_script(struct db *db, const char *sql, const char **error)
{
	struct script_place place = { 0, 1 };

	*error = NULL;
	if (!db->error && db_ready(db)) {
		db->last = DB_OK;
		if (script_run(db, sql, &place))
			return true;
		db_fail(db, code_means(db->code), NULL);
		/* Not even a duplicate can be passed over: the rest of the script did not run. */
		if (!db->error)
			db->error = db->last;
	}
	*error = talloc_asprintf(db->memory, "statement %d, line %d: %s", place.statement, place.line, db->message);
	return false;
}

bool db_analyze(struct db *db, const char **error)
{
	const struct row *row =
		db_one(db,
		       "SELECT CONCAT('ANALYZE TABLE ', GROUP_CONCAT('`', TABLE_NAME, '`' SEPARATOR ', ')) AS script"
		       " FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
		       no_args);

	*error = row ? NULL : db->message;
	return row && db_script(db, row_text(row, "script"), error);
}
