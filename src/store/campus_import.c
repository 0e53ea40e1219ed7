/* Each line is a transaction of its own, so one that is refused keeps no other out, and a dry run's are all undone. A person is known
 * by their e-mail; whose address belongs to somebody who is no member of this campus stays as they are. A run that ends in the middle
 * begins anew: a line that was read already then changes nothing. */
#include "store/campus_import.h"
#include "base/tongue.h"
#include "store/account.h"
#include "store/audit.h"
#include "store/campus.h"
#include <json-c/json.h>
#include <string.h>

/* Of http/field.h, which is above this. */
#define FAULTS "(faults)"

int64_t import_add(struct db *db, const struct campus_import *i, ms_t now)
{
	return db_insert(
		db,
		"INSERT INTO campus_import (account_id, campus_id, dry_run, any_role, lines_total, payload, results,"
		" created_at) VALUES (?, ?, ?, ?, ?, ?, '[]', ?)",
		args(i->account_id, i->campus_id, i->dry_run, i->any_role, i->n, i->lines, arg_time(now)));
}

const struct row *import_get(struct db *db, int64_t id, int64_t account_id)
{
	return db_one(
		db,
		"SELECT id, status, dry_run, lines_total AS total, lines_done AS done, made, changed, refused,"
		" results AS `results:json`, created_at, done_at FROM campus_import WHERE id = ? AND account_id = ?",
		args(id, account_id));
}

enum verdict { REFUSED, MADE, CHANGED, SAME };

struct line {
	struct db *db;
	const struct row *import;
	struct json_object *in;
	ms_t now;
	enum verdict verdict;
	int64_t id;
	const char *field, *fault; /* of one that is refused */
};

static const char *said(const struct line *l, const char *name)
{
	return json_object_get_string(json_object_object_get(l->in, name));
}

static bool refuse_line(struct line *l, const char *field, const char *fault)
{
	l->verdict = REFUSED;
	l->field = field;
	l->fault = fault;
	return false;
}

static struct campus_member member_of(const struct line *l, int64_t department_id)
{
	return (struct campus_member){ .campus_id = row_int(l->import, "campus_id"),
				       .department_id = department_id,
				       .first_name = said(l, "first_name"),
				       .last_name = said(l, "last_name"),
				       .student_id = said(l, "student_id"),
				       .year_level =
					       json_object_get_int64(json_object_object_get(l->in, "year_level")) };
}

static bool make_line(struct line *l, const struct campus_member *member)
{
	const char *role = said(l, "role");
	struct account_new account = { .name = account_full_name(l->db, member->first_name, member->last_name),
				       .email = said(l, "email"),
				       .username = said(l, "username") };

	l->id = account_insert(l->db, &account, l->now);
	if (!l->id)
		return refuse_line(l, "username", "Another one has this already.");
	role_grant(l->db, l->id,
		   !strcmp(role, "organizer") ? "campus_organizer"
		   : !strcmp(role, "admin")   ? "campus_admin"
					      : role,
		   l->now);
	if (!campus_member_insert(l->db, l->id, member, l->now))
		return refuse_line(l, "student_id", "Another one has this already.");
	l->verdict = MADE;
	return true;
}

static bool same_text(const struct row *was, const char *name, const char *text)
{
	return text ? row_is(was, name, text) : row_null(was, name);
}

static bool change_line(struct line *l, const struct row *was, const struct campus_member *member)
{
	l->id = row_int(was, "account_id");
	l->verdict = CHANGED;
	if (same_text(was, "student_id", member->student_id) &&
	    row_int(was, "department_id") == member->department_id && row_int(was, "year_level") == member->year_level)
		l->verdict = SAME;
	else if (!campus_member_place(l->db, l->id, member, l->now))
		return refuse_line(l, "student_id", "Another one has this already.");
	return true;
}

static struct json_object *number_or_null(const struct row *row, const char *column)
{
	return row_null(row, column) ? NULL : json_object_new_int64(row_int(row, column));
}

/* What became of a line is told to the audit log in its own transaction, as an act of who handed the list in. */
static bool note_line(const struct line *l, const struct row *was, const struct campus_member *member)
{
	struct json_object *before = was ? json_object_new_object() : NULL, *after = json_object_new_object();
	bool noted;

	if (was) {
		json_object_object_add(
			before, "student_id",
			row_null(was, "student_id") ? NULL : json_object_new_string(row_text(was, "student_id")));
		json_object_object_add(before, "department_id", number_or_null(was, "department_id"));
		json_object_object_add(before, "year_level", number_or_null(was, "year_level"));
	} else {
		json_object_object_add(after, "email", json_object_new_string(said(l, "email")));
		json_object_object_add(after, "role", json_object_new_string(said(l, "role")));
	}
	json_object_object_add(after, "student_id",
			       member->student_id ? json_object_new_string(member->student_id) : NULL);
	json_object_object_add(after, "department_id",
			       member->department_id ? json_object_new_int64(member->department_id) : NULL);
	json_object_object_add(after, "year_level",
			       member->year_level ? json_object_new_int64(member->year_level) : NULL);
	json_object_object_add(after, "campus_import", json_object_new_int64(row_int(l->import, "id")));
	noted = audit_add(l->db,
			  &(struct audit_entry){ .at = l->now,
						 .account_id = row_int(l->import, "account_id"),
						 .role = row_bool(l->import, "any_role") ? "campus_admin" : "hr",
						 .action = was ? "update" : "create",
						 .noun = "member",
						 .noun_id = l->id,
						 .before_json = before ? json_object_to_json_string(before) : NULL,
						 .after_json = json_object_to_json_string(after),
						 .ip = "",
						 .request_id = "" });
	json_object_put(before);
	json_object_put(after);
	return noted;
}

static bool read_line(void *with)
{
	struct line *l = with;
	const int64_t campus_id = row_int(l->import, "campus_id");
	const char *department = said(l, "department");
	const int64_t department_id = department ? department_named(l->db, campus_id, department) : 0;
	const struct campus_member member = member_of(l, department_id);
	const struct row *account = account_by_email(l->db, said(l, "email")), *was;
	bool done;

	if (department && !department_id)
		return refuse_line(l, "department", "There is no such department.");
	if (strcmp(said(l, "role"), "student") != 0 && !row_bool(l->import, "any_role"))
		return refuse_line(l, "role", SAID("Only an admin makes this role."));
	was = account ? db_one(l->db,
			       "SELECT account_id, student_id, department_id, year_level FROM campus_member"
			       " WHERE account_id = ? AND campus_id = ? FOR UPDATE",
			       args(row_int(account, "id"), campus_id))
		      : NULL;
	if (account && !was)
		return refuse_line(l, "email", "Another one has this already.");
	done = was ? change_line(l, was, &member) : make_line(l, &member);
	if (done && l->verdict != SAME)
		done = note_line(l, was, &member);
	return done && db_error(l->db) == DB_OK && !row_bool(l->import, "dry_run");
}

static void tell_line(struct json_object *results, const struct line *l, int line)
{
	static const char *const WORDS[] = { "refused", "made", "changed", "same" };
	struct json_object *one = json_object_new_object(), *faults = NULL, *list;

	json_object_object_add(one, "line", json_object_new_int(line));
	json_object_object_add(one, "outcome", json_object_new_string(WORDS[l->verdict]));
	if (l->id && l->verdict != REFUSED && !(l->verdict == MADE && row_bool(l->import, "dry_run")))
		json_object_object_add(one, "user_id", json_object_new_int64(l->id));
	if (l->verdict == REFUSED && json_object_object_get_ex(l->in, FAULTS, &faults)) {
		json_object_object_add(one, "errors", json_object_get(faults));
	} else if (l->verdict == REFUSED) {
		faults = json_object_new_object();
		list = json_object_new_array();
		json_object_array_add(list, json_object_new_string(l->fault));
		json_object_object_add(faults, l->field, list);
		json_object_object_add(one, "errors", faults);
	}
	json_object_array_add(results, one);
}

/* False on failure. */
static bool read_all(struct db *db, const struct row *import, struct json_object *lines, struct json_object *results,
		     int counts[4], ms_t now)
{
	const size_t n = json_object_array_length(lines);

	for (size_t i = 0; i < n; i++) {
		struct line line = {
			.db = db, .import = import, .in = json_object_array_get_idx(lines, i), .now = now
		};

		if (!json_object_object_get(line.in, FAULTS)) {
			db_transaction(db, read_line, NULL, &line);
			if (db_error(db) != DB_OK)
				return false;
		}
		counts[line.verdict]++;
		tell_line(results, &line, (int)i + 2); /* the first is the columns' */
	}
	return true;
}

bool import_next(struct db *db, ms_t now, bool *more)
{
	const struct row *import =
		db_one(db,
		       "SELECT id, account_id, campus_id, dry_run, any_role, payload FROM campus_import"
		       " WHERE status = 'queued' ORDER BY id LIMIT 1",
		       no_args);
	struct json_object *lines, *results;
	int counts[4] = { 0 };
	bool well;

	*more = false;
	if (!import)
		return db_error(db) == DB_OK;
	lines = json_tokener_parse(row_text(import, "payload"));
	results = json_object_new_array();
	well = read_all(db, import, lines, results, counts, now) &&
	       db_exec(db,
		       "UPDATE campus_import SET status = 'done', payload = NULL, lines_done = lines_total, made = ?,"
		       " changed = ?, refused = ?, results = ?, done_at = ? WHERE id = ? AND status = 'queued'",
		       args(counts[MADE], counts[CHANGED], counts[REFUSED],
			    json_object_to_json_string_ext(results, JSON_C_TO_STRING_PLAIN), arg_time(now),
			    row_int(import, "id"))) >= 0;
	*more = well;
	json_object_put(lines);
	json_object_put(results);
	return well;
}
