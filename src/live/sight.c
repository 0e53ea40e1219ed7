/* A role, a campus, a department may be another by now: they are asked for as changes come, and of no session that is over is there any. */
#include "live/sight.h"
#include "db/db.h"
#include <stdlib.h>

/* text: "3,5". */
static void take_departments(struct attendance_sight *sight, const char *text)
{
	char *end = (char *)(uintptr_t)text;

	sight->supervises = true;
	for (size_t n = 0; *text && n < sizeof sight->departments / sizeof *sight->departments; n++) {
		sight->departments[n] = strtoll(text, &end, 10);
		text = *end ? end + 1 : end;
	}
}

/* row: of feed_viewers(); NULL: they see nothing. */
static void take_sight(struct attendee *a, const struct row *row)
{
	const enum role role = row ? role_named(row_text(row, "role")) : NOBODY;
	const int64_t campus_id = row ? row_int(row, "campus_id") : 0;

	a->role = role & CAMPUS ? role : NOBODY;
	a->sight = (struct attendance_sight){ .account_id = row ? row_int(row, "account_id") : 0 };
	if (role & (HR | CAMPUS_ADMIN)) {
		a->sight.all = !campus_id;
		a->sight.campus_id = campus_id;
	}
	if (role == SUPERVISOR)
		take_departments(&a->sight, row_text(row, "departments"));
	a->sight.made = role & (SUPERVISOR | CAMPUS_ORGANIZER);
}

static bool supervises(const struct attendance_sight *sight, int64_t department_id)
{
	const size_t most = sizeof sight->departments / sizeof *sight->departments;

	for (size_t i = 0; department_id && i < most && sight->departments[i]; i++)
		if (sight->departments[i] == department_id)
			return true;
	return false;
}

bool sight_sees(const struct attendee *a, const struct row *change)
{
	const struct attendance_sight *s = &a->sight;

	if (a->role == NOBODY)
		return false;
	return s->all || row_int(change, "account_id") == s->account_id ||
	       (s->campus_id && row_int(change, "campus_id") == s->campus_id) ||
	       (s->supervises && supervises(s, row_int(change, "department_id"))) ||
	       (s->made && row_int(change, "organizer_id") == s->account_id);
}

static int by_session(const void *a, const void *b)
{
	const struct attendee *x = *(struct attendee *const *)a, *y = *(struct attendee *const *)b;

	return (x->session_id > y->session_id) - (x->session_id < y->session_id);
}

/* One query for these, which are in order of their sessions from now on. */
static bool ask_some(struct live *live, struct attendee *some[], size_t n)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	int64_t *sessions = talloc_array(ctx, int64_t, (unsigned)n);
	const struct rows *rows;

	for (size_t i = 0; i < n; i++)
		sessions[i] = some[i]->session_id;
	rows = feed_viewers(live->db, sessions, n, clock_now());
	talloc_free(ctx);
	if (db_error(live->db) != DB_OK)
		return false;
	qsort(some, n, sizeof *some, by_session);
	for (size_t i = 0; i < n; i++)
		take_sight(some[i], NULL);
	for (size_t i = 0; i < rows->n; i++) {
		struct row row = row_at(rows, i);
		struct attendee key = { .session_id = row_int(&row, "id") }, *sought = &key;
		struct attendee **at = bsearch(&sought, some, n, sizeof *some, by_session);

		while (at && at > some && at[-1]->session_id == key.session_id)
			at--;
		for (; at && at < some + n && (*at)->session_id == key.session_id; at++)
			take_sight(*at, &row);
	}
	return true;
}

bool sights_find(struct live *live, struct attendee *all[], size_t n)
{
	for (size_t from = 0; from < n; from += FEED_SESSIONS)
		if (!ask_some(live, all + from, n - from < FEED_SESSIONS ? n - from : FEED_SESSIONS))
			return false;
	return true;
}
