/* Members of a campus: an account is one person's, whatever else they are here. So what only the campus knows of them is changed as its
 * admins say, and what all of their roles share (may they sign in) only where they have no role elsewhere: who has leaves the campus
 * instead. Nobody changes their own role, or lets themselves in. */
#include "app/campus_user.h"
#include "app/campus_token.h"
#include "app/identity.h"
#include "app/resource.h"
#include "app/sign_out.h"
#include "store/account.h"
#include "store/campus.h"
#include <ctype.h>
#include <string.h>

const char *user_name_rule(const struct request *rq, const char *text)
{
	(void)rq;
	for (const char *at = text; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("._-", *at))
			return SAID("Use letters, digits, dots, dashes and underscores.");
	return NULL;
}

/* ---- where somebody shall be ---- */

/* The campus's word for a role, as accounts have it. */
static const char *role_word(const char *role)
{
	return !strcmp(role, "organizer") ? "campus_organizer" : !strcmp(role, "admin") ? "campus_admin" : role;
}

/* Names are taken from programs alone (BY_NAME), so a form has not declared them. */
static bool given(struct request *rq, const char *name)
{
	return field_declared(rq, name) && field_given(rq, name);
}

static bool asked(struct request *rq, const char *name)
{
	return given(rq, name) || (field_declared(rq, name) && field_cleared(rq, name));
}

/* What a text or a number names; NULL: nothing was named. */
static const char *named(struct request *rq, const char *text, const char *number)
{
	return given(rq, text)	   ? field_text(rq, text)
	       : given(rq, number) ? talloc_asprintf(rq->mem, "%lld", (long long)field_int(rq, number))
				   : NULL;
}

/* Where nothing was named: none where it was taken away, else what there was. */
static int64_t unnamed(struct request *rq, const char *text, const char *number, int64_t was)
{
	return asked(rq, text) || asked(rq, number) ? 0 : was;
}

struct place {
	int64_t campus_id, department_id; /* 0: none */
	const char *role;		  /* the campus's word */
	int64_t departments[SUPERVISED_MOST];
	size_t n;
	bool others; /* these n besides their own; else those that there are */
};

static const char *asked_as(struct request *rq, const char *text, const char *number)
{
	return asked(rq, number) && !asked(rq, text) ? number : text;
}

static void place_campus(struct request *rq, const struct row *row, struct place *to)
{
	const int64_t own = campus_of_account(rq->db, rq->who.account_id);
	const char *at = asked_as(rq, "campus", "campus_id"), *name = named(rq, "campus", "campus_id");
	const bool of_all = !strcmp(to->role, "hr") || !strcmp(to->role, "admin");

	to->campus_id = name ? campus_named(rq->db, name)
			     : unnamed(rq, "campus", "campus_id", row ? row_int(row, "campus_id") : own);
	if ((name && !to->campus_id) || (own && to->campus_id && to->campus_id != own))
		field_fault(rq, at, "There is no such campus.");
	else if (!to->campus_id && (own || !of_all))
		field_fault(rq, at, "Say which campus they belong to.");
}

static void place_department(struct request *rq, const struct row *row, struct place *to)
{
	const bool stays = row && row_int(row, "campus_id") == to->campus_id;
	const char *name = named(rq, "department", "department_id");

	to->department_id =
		name ? department_named(rq->db, to->campus_id, name)
		     : unnamed(rq, "department", "department_id", stays ? row_int(row, "department_id") : 0);
	if (name && !to->department_id)
		field_fault(rq, asked_as(rq, "department", "department_id"), "There is no such department.");
}

/* Each by number, code or name. */
static void name_departments(struct request *rq, struct place *to)
{
	struct json_object *list = field_given(rq, "departments") ? field_tree(rq, "departments") : NULL;

	for (size_t i = 0; list && i < json_object_array_length(list) && to->n < SUPERVISED_MOST; i++) {
		const char *name = json_object_get_string(json_object_array_get_idx(list, i));
		const int64_t id = department_named(rq->db, to->campus_id, name);

		if (id)
			to->departments[to->n++] = id;
		else
			field_fault(rq, talloc_asprintf(rq->mem, "departments.%zu", i), "There is no such department.");
	}
}

/* A form sends what it shows: of who is no supervisor any more that is no fault. */
static void place_departments(struct request *rq, const struct row *row, struct place *to)
{
	const bool moves = row && row_int(row, "campus_id") != to->campus_id, given = field_given(rq, "departments"),
		   supervises = !strcmp(to->role, "supervisor");
	const size_t n = given ? json_object_array_length(field_tree(rq, "departments")) : 0;

	to->others = moves || !supervises || given || field_cleared(rq, "departments");
	if (supervises)
		name_departments(rq, to);
	else if (n && !(row && row_is(row, "role", "supervisor")))
		field_fault(rq, "departments", "Only a supervisor looks after departments besides their own.");
}

/* As it shall be; a fault where that cannot be. row: as it is, or NULL. */
static struct place place_of(struct request *rq, const struct row *row)
{
	struct place to = { .role = field_given(rq, "role") ? field_text(rq, "role")
				    : row		    ? row_text(row, "role")
							    : "" };

	place_campus(rq, row, &to);
	if (!has_faults(rq))
		place_department(rq, row, &to);
	if (!has_faults(rq))
		place_departments(rq, row, &to);
	return to;
}

/* ---- may it be ---- */

/* Is what was sent what it is already? A form sends all that it shows. */
static bool as_it_is(struct request *rq, const struct row *row, const char *name)
{
	if (!given(rq, name))
		return !asked(rq, name) || row_null(row, name);
	if (!strcmp(name, "campus_id"))
		return field_int(rq, name) == row_int(row, name);
	if (!strcmp(name, "is_active"))
		return field_bool(rq, name) == row_bool(row, name);
	return row_is(row, name, field_text(rq, name));
}

static void check_oneself(struct request *rq, const struct row *row)
{
	static const char *const OTHERS[] = { "role", "campus", "campus_id", "is_active" };

	for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
		if (!as_it_is(rq, row, OTHERS[i]))
			field_fault(rq, OTHERS[i], "Somebody else has to change this of you.");
}

/* Their roles that are none of a campus's. */
static bool is_elsewhere(struct request *rq, int64_t account_id)
{
	return roles_of(rq, account_id) & ~(unsigned)CAMPUS;
}

void campus_user_check(struct request *rq, int64_t id)
{
	const struct row *row = id ? resource_row(rq, resource_of(rq), id) : NULL;

	if (id && !row)
		return;
	if (id == rq->who.account_id)
		check_oneself(rq, row);
	place_of(rq, row);
	if (id && asked(rq, "is_active") && field_bool(rq, "is_active") != row_bool(row, "is_active") &&
	    is_elsewhere(rq, id))
		field_fault(rq, "is_active",
			    "This account is somebody's elsewhere too. Take them off the campus's list instead.");
}

/* ---- changes ---- */

static int64_t number_after(struct request *rq, const char *name, const struct row *row)
{
	return asked(rq, name) ? field_int(rq, name) : row ? row_int(row, name) : 0;
}

static const char *text_after(struct request *rq, const char *name, const struct row *row)
{
	if (asked(rq, name))
		return field_text(rq, name);
	return row && !row_null(row, name) ? row_text(row, name) : NULL;
}

static struct campus_member member_after(struct request *rq, const struct row *row, const struct place *place)
{
	return (struct campus_member){ .campus_id = place->campus_id,
				       .department_id = place->department_id,
				       .first_name =
					       field_declared(rq, "first_name") ? field_text(rq, "first_name") : NULL,
				       .last_name =
					       field_declared(rq, "last_name") ? field_text(rq, "last_name") : NULL,
				       .student_id = text_after(rq, "student_id", row),
				       .year_level = number_after(rq, "year_level", row) };
}

/* The member's row as it shall be; a number that is another's is a fault. */
static bool write_member(struct request *rq, int64_t id, const struct campus_member *member, const struct place *place,
			 bool is_new)
{
	if (is_new ? campus_member_insert(rq->db, id, member, rq->now)
		   : campus_member_place(rq->db, id, member, rq->now)) {
		if (place->others)
			supervisor_departments_set(rq->db, id, place->departments, place->n);
		return true;
	}
	resource_refused(rq, resource_of(rq), NOUN_DUPLICATE, "campus_member");
	return false;
}

int64_t campus_user_insert(struct request *rq)
{
	const struct place place = place_of(rq, NULL);
	const struct campus_member member = member_after(rq, NULL, &place);
	const struct account_new account = { .name = account_full_name(rq->db, member.first_name, member.last_name),
					     .email = field_text(rq, "email"),
					     .username = field_text(rq, "username"),
					     .locale = tongue_locale(rq->tongue) };
	int64_t id = account_insert(rq->db, &account, rq->now);
	const struct row *made;

	if (!id) {
		resource_refused(rq, resource_of(rq), NOUN_DUPLICATE, "account");
		return 0;
	}
	role_grant(rq->db, id, role_word(field_text(rq, "role")), rq->now);
	if (!write_member(rq, id, &member, &place, true))
		return 0;
	made = account_by_id(rq->db, id);
	if (made)
		campus_invite(rq, made);
	return id;
}

static void set_active(struct request *rq, int64_t id, bool active)
{
	account_set_status(rq->db, id, active ? "active" : "disabled", rq->now);
	if (active)
		campus_member_back(rq->db, id, rq->now);
	else
		sign_out_all(rq, id, 0);
}

void campus_user_update(struct request *rq, int64_t id)
{
	const struct row *row = resource_row(rq, resource_of(rq), id);
	struct campus_member member;
	struct place place;

	if (!row)
		return;
	place = place_of(rq, row);
	member = member_after(rq, row, &place);
	if (!write_member(rq, id, &member, &place, false))
		return;
	if (field_given(rq, "role") && !row_is(row, "role", field_text(rq, "role"))) {
		role_revoke(rq->db, id, role_word(row_text(row, "role")));
		role_grant(rq->db, id, role_word(field_text(rq, "role")), rq->now);
		sessions_ended(rq);
	}
	if (field_given(rq, "is_active") && field_bool(rq, "is_active") != row_bool(row, "is_active"))
		set_active(rq, id, field_bool(rq, "is_active"));
}

/* They have left, and cannot sign in any more; who is somebody elsewhere too is nobody here any more. */
void campus_user_remove(struct request *rq, int64_t id)
{
	const struct row *row = resource_row(rq, resource_of(rq), id);

	if (!row)
		return;
	if (id == rq->who.account_id) {
		refuse(rq, 403, "FORBIDDEN", "Somebody else has to take you off the list.");
		return;
	}
	campus_member_left(rq->db, id, rq->now);
	if (!is_elsewhere(rq, id)) {
		set_active(rq, id, false);
		return;
	}
	role_revoke(rq->db, id, role_word(row_text(row, "role")));
	supervisor_departments_set(rq->db, id, NULL, 0);
	sessions_ended(rq);
}

int campus_user_verify(struct request *rq)
{
	const struct resource *r = resource_of(rq);
	const struct row *before = resource_locked(rq, r);
	const bool verified = !field_given(rq, "is_verified") || field_bool(rq, "is_verified");
	struct json_object *was, *is;

	if (!before)
		return ANSWERED;
	if (row_int(before, "id") == rq->who.account_id)
		return refuse(rq, 403, "FORBIDDEN", "Nobody verifies themselves.");
	if (verified != row_bool(before, "is_verified")) {
		campus_member_verify(rq->db, row_int(before, "id"), verified, rq->who.account_id, rq->now);
		was = json_object_new_object();
		is = json_object_new_object();
		answer_bool(was, "is_verified", !verified);
		answer_bool(is, "is_verified", verified);
		answer_text(is, "reason", field_text(rq, "reason"));
		audit_change(rq, "verify", r->noun, row_int(before, "id"), was, is);
	}
	return resource_show(rq);
}
