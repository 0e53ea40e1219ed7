/* A campus's people: who signs in, and what one sees and changes of oneself. */
#include "app/actions/campus.h"
#include "store/account.h"
#include "store/campus.h"

const struct field CAMPUS_PROFILE[] = {
	{ "first_name", F_TEXT, .min = 1, .max = 60, .help = "First name" },
	{ "last_name", F_TEXT, .min = 1, .max = 60, .help = "Last name" },
	{ "year_level", F_INT, .min = 1, .max = 20, .help = "Year" },
	/* Staff's to change: told apart from what nobody knows. */
	{ "student_id", F_TEXT, .max = 40, .help = "Changed by the campus's staff" },
	{ "department", F_TEXT, .max = 160, .help = "Changed by the campus's staff" },
	{ "campus", F_TEXT, .max = 160, .help = "Changed by the campus's staff" },
	{ "role", F_TEXT, .max = 20, .help = "Changed by the campus's staff" },
	{ "is_verified", F_BOOL, .help = "Changed by the campus's staff" },
	FIELDS_END,
};

void campus_user(struct request *rq, struct json_object *into, int64_t account_id, enum role role)
{
	const struct row *member = campus_member_get(rq->db, account_id, role_name(role));

	if (member)
		answer_row(into, member);
}

/* GET auth/profile/. */
int campus_profile(struct request *rq)
{
	const struct row *member = campus_member_get(rq->db, rq->who.account_id, role_name(rq->who.role));

	if (!member)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	answer_row(rq->data, member);
	return ANSWERED;
}

static bool asks_for_staffs(struct request *rq)
{
	static const char *const STAFFS[] = { "student_id", "department", "campus", "role", "is_verified" };

	for (size_t i = 0; i < sizeof STAFFS / sizeof *STAFFS; i++)
		if (field_given(rq, STAFFS[i]) || field_cleared(rq, STAFFS[i]))
			field_fault(rq, STAFFS[i], "This is changed by the campus's staff.");
	if (has_faults(rq))
		refuse_fields(rq);
	return has_faults(rq);
}

/* PUT PATCH auth/profile/update/. Only what is sent changes. */
int campus_profile_update(struct request *rq)
{
	const char *role = role_name(rq->who.role);
	struct json_object *before, *after;
	const struct row *member;
	int64_t year;

	if (asks_for_staffs(rq))
		return ANSWERED;
	account_lock(rq->db, rq->who.account_id);
	member = campus_member_get(rq->db, rq->who.account_id, role);
	if (!member)
		return refuse(rq, 404, "PROFILE_NOT_FOUND", "There is no such profile.");
	before = json_object_new_object();
	answer_row(before, member);
	year = field_given(rq, "year_level")	 ? field_int(rq, "year_level")
	       : field_cleared(rq, "year_level") ? 0
						 : row_int(member, "year_level");
	campus_member_set(rq->db, rq->who.account_id,
			  field_given(rq, "first_name") ? field_text(rq, "first_name") : row_text(member, "first_name"),
			  field_given(rq, "last_name") ? field_text(rq, "last_name") : row_text(member, "last_name"),
			  year, rq->now);
	campus_profile(rq);
	after = json_object_get(rq->data);
	audit_change(rq, "update", "account", rq->who.account_id, before, after);
	return ANSWERED;
}
