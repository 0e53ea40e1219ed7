/* A list is read once, and each value of each statement is bound once, to the place where that value lies. So an order is
 * nothing but new values there and the statements one after the other. */
#include "play.h"
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { VALUES = 96, STATEMENTS = 96, PARAMETERS = 40, TEXT = 400, CUSTOMERS = 20000, STUDENTS = 1500, LECTURES = 20 };

struct value {
	char name[TEXT]; /* a text is its own name */
	enum enum_field_types type;
	long long number;
	char text[TEXT];
	unsigned long len; /* of text */
	MYSQL_TIME time;
};

struct step {
	char *sql;
	MYSQL_STMT *prepared; /* NULL: START TRANSACTION and the like */
	struct value *keeps;  /* what the first column of its first row, or the id of the row it made, goes to */
	struct value *values[PARAMETERS];
	MYSQL_BIND binds[PARAMETERS];
	unsigned n;
};

struct card {
	long long id;
	char uid[40];
};

struct play {
	MYSQL *db;
	struct value values[VALUES];
	struct step steps[STATEMENTS];
	unsigned n_values, n_steps;
	long long (*people)[2]; /* session, customer */
	struct card *cards;
	long long (*students)[2]; /* session, account */
	struct {
		long long id;
		char uuid[16];
	} lectures[LECTURES];
	long n_people, n_cards, n_students, n_lectures, next, stride;
};

static void give_up(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(1);
}

/* ---- values ---- */

static struct value *value_named(struct play *p, const char *name, size_t len)
{
	struct value *v;

	for (unsigned i = 0; i < p->n_values; i++)
		if (strlen(p->values[i].name) == len && !strncmp(p->values[i].name, name, len))
			return &p->values[i];
	if (p->n_values == VALUES || len >= sizeof v->name)
		give_up(name, "too many or too long");
	v = &p->values[p->n_values++];
	memcpy(v->name, name, len);
	v->type = MYSQL_TYPE_LONGLONG;
	if (*name == '\'') { /* 'text' */
		v->type = MYSQL_TYPE_STRING;
		v->len = len - 2;
		memcpy(v->text, name + 1, v->len);
	} else if (strchr("-0123456789", *name)) {
		v->number = strtoll(name, NULL, 10);
	} else if (!strcmp(v->name, "null")) {
		v->type = MYSQL_TYPE_NULL;
	} else if (!strncmp(v->name, "bytes", 5)) { /* bytes16…: so many random ones, new for each order */
		v->type = MYSQL_TYPE_BLOB;
		v->len = strtoul(name + 5, NULL, 10);
	} else if (!strncmp(v->name, "letters", 7)) {
		v->type = MYSQL_TYPE_STRING;
		v->len = strtoul(name + 7, NULL, 10);
	} else if (!strcmp(v->name, "uid")) {
		v->type = MYSQL_TYPE_STRING;
	} else if (!strcmp(v->name, "lecture_uuid")) {
		v->type = MYSQL_TYPE_BLOB;
		v->len = 16;
	} else if (!strcmp(v->name, "now") || !strcmp(v->name, "soon")) {
		v->type = MYSQL_TYPE_DATETIME;
	}
	return v;
}

static void set_time(struct value *v, int minutes)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += minutes * 60;
	gmtime_r(&now.tv_sec, &tm);
	v->time = (MYSQL_TIME){ .year = (unsigned)tm.tm_year + 1900,
				.month = (unsigned)tm.tm_mon + 1,
				.day = (unsigned)tm.tm_mday,
				.hour = (unsigned)tm.tm_hour,
				.minute = (unsigned)tm.tm_min,
				.second = (unsigned)tm.tm_sec,
				.second_part = (unsigned long)now.tv_nsec / 1000000 * 1000,
				.time_type = MYSQL_TIMESTAMP_DATETIME };
}

static void renew(struct value *v)
{
	if (v->type == MYSQL_TYPE_DATETIME)
		set_time(v, *v->name == 's' ? 10 : 0);
	if (strncmp(v->name, "bytes", 5) != 0 && strncmp(v->name, "letters", 7) != 0)
		return;
	if (getrandom(v->text, v->len, 0) != (ssize_t)v->len)
		give_up("getrandom", "failed");
	for (unsigned long i = 0; v->type == MYSQL_TYPE_STRING && i < v->len; i++)
		v->text[i] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(unsigned char)v->text[i] % 32];
}

static void set(struct play *p, const char *name, long long number)
{
	value_named(p, name, strlen(name))->number = number;
}

/* ---- reading ---- */

/* "> a b c*16": the values of a statement's question marks. */
static void read_values(struct play *p, struct step *step, char *line)
{
	for (char *word; (word = strtok_r(line, " \n", &line));) {
		char *star = strchr(word, '*');
		long times = star ? strtol(star + 1, NULL, 10) : 1;

		if (star)
			*star = '\0';
		for (; times > 0; times--) {
			if (step->n == PARAMETERS)
				give_up(word, "too many values");
			step->values[step->n++] = value_named(p, word, strlen(word));
		}
	}
}

static void add_line(struct play *p, struct step *step, char *line)
{
	size_t have = step->sql ? strlen(step->sql) : 0, len = strcspn(line, "\n");

	if (*line == '>') {
		read_values(p, step, line + 1);
	} else if (*line == '<') {
		step->keeps = value_named(p, line + 2, strcspn(line + 2, "\n"));
	} else {
		step->sql = realloc(step->sql, have + len + 2);
		snprintf(step->sql + have, len + 2, "%s%.*s", have ? " " : "", (int)len, line);
	}
}

static void read_list(struct play *p, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;

	if (!in)
		give_up(path, "cannot be read");
	while (getline(&line, &size, in) > 0) {
		if (*line == '#')
			continue;
		if (*line == '\n') {
			p->n_steps += p->steps[p->n_steps].sql != NULL;
			continue;
		}
		if (p->n_steps == STATEMENTS)
			give_up(path, "too many statements");
		add_line(p, &p->steps[p->n_steps], line);
	}
	p->n_steps += p->steps[p->n_steps].sql != NULL;
	free(line);
	fclose(in);
}

/* ---- preparing ---- */

static void bind(MYSQL_BIND *bind, struct value *v)
{
	bind->buffer_type = v->type;
	switch (v->type) {
	case MYSQL_TYPE_LONGLONG:
		bind->buffer = &v->number;
		break;
	case MYSQL_TYPE_DATETIME:
		bind->buffer = &v->time;
		break;
	default:
		bind->buffer = v->text;
		bind->buffer_length = TEXT;
		bind->length = &v->len;
	}
}

static void prepare(struct play *p, struct step *step)
{
	if (!strncmp(step->sql, "START", 5) || !strncmp(step->sql, "COMMIT", 6))
		return;
	step->prepared = mysql_stmt_init(p->db);
	if (mysql_stmt_prepare(step->prepared, step->sql, strlen(step->sql)))
		give_up(step->sql, mysql_stmt_error(step->prepared));
	if (mysql_stmt_param_count(step->prepared) != step->n)
		give_up(step->sql, "not as many values as question marks");
	for (unsigned i = 0; i < step->n; i++)
		bind(&step->binds[i], step->values[i]);
	if (step->n && mysql_stmt_bind_param(step->prepared, step->binds))
		give_up(step->sql, mysql_stmt_error(step->prepared));
}

static MYSQL_RES *query(MYSQL *db, const char *sql)
{
	MYSQL_RES *result;

	if (mysql_query(db, sql) || !(result = mysql_store_result(db)))
		give_up(sql, mysql_error(db));
	return result;
}

/* Customers who signed in last, each with the session. */
static void find_people(struct play *p)
{
	MYSQL_RES *result = query(p->db, "SELECT id, role_id FROM session WHERE role = 'customer'"
					 " AND cookie_hash IS NULL ORDER BY id DESC LIMIT 20000");
	MYSQL_ROW row;

	p->people = calloc(CUSTOMERS, sizeof *p->people);
	while (p->n_people < CUSTOMERS && (row = mysql_fetch_row(result))) {
		p->people[p->n_people][0] = strtoll(row[0], NULL, 10);
		p->people[p->n_people++][1] = strtoll(row[1], NULL, 10);
	}
	mysql_free_result(result);
	if (!p->n_people)
		give_up("session", "nobody is signed in");
}

/* What can be charged for long, and a counter at which that is done. */
static void find_cards(struct play *p)
{
	MYSQL_RES *result = query(
		p->db,
		"SELECT n.id, n.uid FROM nfc_card n JOIN ledger_account x ON x.kind = 'card' AND x.owner_id = n.id"
		" WHERE n.status = 'active' AND x.balance > 500 ORDER BY n.id DESC LIMIT 20000");
	MYSQL_ROW row;

	p->cards = calloc(CUSTOMERS, sizeof *p->cards);
	while (p->n_cards < CUSTOMERS && (row = mysql_fetch_row(result))) {
		p->cards[p->n_cards].id = strtoll(row[0], NULL, 10);
		snprintf(p->cards[p->n_cards++].uid, sizeof p->cards->uid, "%s", row[1]);
	}
	mysql_free_result(result);
	result = query(
		p->db,
		"SELECT id, role_id FROM session WHERE role = 'merchant' AND cookie_hash IS NULL ORDER BY id DESC LIMIT 1");
	row = mysql_fetch_row(result);
	if (row) {
		set(p, "counter", strtoll(row[0], NULL, 10));
		set(p, "merchant", strtoll(row[1], NULL, 10));
	}
	mysql_free_result(result);
}

/* A program of before has no tables of these. */
static MYSQL_RES *query_if_there(MYSQL *db, const char *sql)
{
	return mysql_query(db, sql) ? NULL : mysql_store_result(db);
}

/* A hall of students who are signed in, and lectures at which none of them has been. */
static void find_hall(struct play *p)
{
	MYSQL_RES *result = query_if_there(p->db, "SELECT id, account_id FROM session WHERE role = 'student'"
						  " AND user_agent = 'load test' ORDER BY id DESC LIMIT 1500");
	MYSQL_ROW row;

	p->students = calloc(STUDENTS, sizeof *p->students);
	while (result && p->n_students < STUDENTS && (row = mysql_fetch_row(result))) {
		p->students[p->n_students][0] = strtoll(row[0], NULL, 10);
		p->students[p->n_students++][1] = strtoll(row[1], NULL, 10);
	}
	mysql_free_result(result);
	result = query_if_there(p->db,
				"SELECT id, uuid FROM campus_event WHERE title = 'Lecture' ORDER BY id DESC LIMIT 20");
	while (result && p->n_lectures < LECTURES && (row = mysql_fetch_row(result))) {
		p->lectures[p->n_lectures].id = strtoll(row[0], NULL, 10);
		memcpy(p->lectures[p->n_lectures++].uuid, row[1], 16);
	}
	mysql_free_result(result);
}

/* All of the hall at the first lecture, then at the next. */
static void turn_to_student(struct play *p)
{
	if (!p->n_students || !p->n_lectures)
		return;
	set(p, "seat", p->students[p->next % p->n_students][0]);
	set(p, "student", p->students[p->next % p->n_students][1]);
	set(p, "lecture", p->lectures[p->next / p->n_students % p->n_lectures].id);
	memcpy(value_named(p, "lecture_uuid", 12)->text, p->lectures[p->next / p->n_students % p->n_lectures].uuid, 16);
}

static void turn_to_card(struct play *p)
{
	const struct card *card = p->n_cards ? &p->cards[p->next % p->n_cards] : NULL;
	struct value *uid = value_named(p, "uid", 3);

	if (!card)
		return;
	set(p, "card", card->id);
	uid->len = strlen(card->uid);
	memcpy(uid->text, card->uid, uid->len);
}

static void find_sale(struct play *p, long long category)
{
	static const char *const NAMES[] = {
		"category", "event", "price", "total", "minus_total", "organizer", "most"
	};
	char sql[256];
	MYSQL_RES *result;
	MYSQL_ROW row;

	snprintf(sql, sizeof sql,
		 "SELECT c.id, e.id, c.price, c.price * 2, c.price * -2, e.organizer_id, c.max_per_order"
		 " FROM ticket_category c JOIN event e ON e.id = c.event_id WHERE c.id = %lld",
		 category);
	result = query(p->db, sql);
	row = mysql_fetch_row(result);
	if (!row)
		give_up("category", "there is none such");
	for (int i = 0; i < 7; i++)
		set(p, NAMES[i], strtoll(row[i], NULL, 10));
	mysql_free_result(result);
}

static void find_schema(struct play *p)
{
	MYSQL_RES *result = query_if_there(p->db, "SELECT version FROM schema_now WHERE one = 1");
	MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;

	if (row)
		set(p, "schema", strtoll(row[0], NULL, 10));
	mysql_free_result(result);
}

struct play *play_new(MYSQL *db, const char *path, long long category, long number, long how_many)
{
	struct play *p = calloc(1, sizeof *p);

	p->db = db;
	read_list(p, path);
	if (!db)
		return p;
	if (mysql_query(db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"))
		give_up("isolation", mysql_error(db));
	for (unsigned i = 0; i < p->n_steps; i++)
		prepare(p, &p->steps[i]);
	find_people(p);
	find_sale(p, category);
	find_cards(p);
	find_hall(p);
	find_schema(p);
	p->next = number;
	p->stride = how_many;
	return p;
}

/* ---- playing ---- */

/* Reads the rows, if there are any, and keeps what is to be kept. */
static int take_result(struct step *step)
{
	long long number = 0;
	MYSQL_RES *columns = mysql_stmt_result_metadata(step->prepared);
	MYSQL_BIND out[64] = { { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &number } };
	int failed = 0;

	if (!columns) {
		if (step->keeps)
			step->keeps->number = (long long)mysql_stmt_insert_id(step->prepared);
		return 0;
	}
	for (unsigned i = 1; i < 64; i++)
		out[i].buffer_type = MYSQL_TYPE_NULL;
	mysql_free_result(columns);
	if (step->keeps && mysql_stmt_bind_result(step->prepared, out))
		return 1;
	failed = mysql_stmt_store_result(step->prepared) != 0;
	if (!failed && step->keeps) {
		mysql_stmt_fetch(step->prepared);
		step->keeps->number = number;
	}
	mysql_stmt_free_result(step->prepared);
	while (!failed && !mysql_stmt_next_result(step->prepared)) /* of a compound: the end of it */
		mysql_stmt_free_result(step->prepared);
	return failed;
}

static int failure(struct play *p, struct step *step)
{
	unsigned code = step->prepared ? mysql_stmt_errno(step->prepared) : mysql_errno(p->db);

	if (code != ER_LOCK_DEADLOCK && code != ER_LOCK_WAIT_TIMEOUT)
		give_up(step->sql, step->prepared ? mysql_stmt_error(step->prepared) : mysql_error(p->db));
	mysql_query(p->db, "ROLLBACK");
	return 0;
}

int play_once(struct play *p)
{
	set(p, "session", p->people[p->next % p->n_people][0]);
	set(p, "customer", p->people[p->next % p->n_people][1]);
	turn_to_card(p);
	turn_to_student(p);
	p->next += p->stride;
	for (unsigned i = 0; i < p->n_values; i++)
		renew(&p->values[i]);
	for (unsigned i = 0; i < p->n_steps; i++) {
		struct step *step = &p->steps[i];

		if (!step->prepared ? mysql_query(p->db, step->sql) != 0
				    : mysql_stmt_execute(step->prepared) != 0 || take_result(step))
			return failure(p, step);
	}
	return 1;
}

/* Runs of blanks become one. */
void play_print(const struct play *p)
{
	for (unsigned i = 0; i < p->n_steps; i++) {
		for (const char *c = p->steps[i].sql; *c; c++)
			if (*c != ' ' || (c[1] != ' ' && c[1]))
				putchar(*c);
		putchar('\n');
	}
}
