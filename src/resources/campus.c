/* Campuses, their departments and their members, as far as the caller's scope goes. A member is who has one of a campus's roles, for a
 * profile stays when they go. */
#include "app/campus_office.h"
#include "app/campus_user.h"
#include "app/lti.h"
#include "app/webhook.h"
#include "base/role.h"
#include "resources/family.h"

/* One's own campus, or all of who is of none. The mark is the caller's profile. */
#define ONES_CAMPUS(id)                                                                                                \
	"EXISTS (SELECT 1 FROM campus_member me WHERE me.id = ? AND (me.campus_id IS NULL OR me.campus_id = " id "))"

static const struct field A_NETWORK[] = {
	{ .name = "", .type = F_TEXT, .max = 49, .help = "192.0.2.0/24 or 2001:db8::/32" },
	FIELDS_END,
};
static const struct field A_DOMAIN[] = {
	{ .name = "", .type = F_TEXT, .max = 120, .help = "campus.example" },
	FIELDS_END,
};

static const struct field A_DEPARTMENT[] = {
	{ .name = "", .type = F_TEXT, .max = 160, .help = "PHY, or its number or name" },
	FIELDS_END,
};

static const struct resource_column CAMPUS_[] = {
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "What people call it" },
	{ "short_code", F_TEXT, NAMED | FILTERED | CHANGED | REQUIRED, .as = AS_CODE, .max = 20,
	  .help = "Its name in tables and files" },
	{ "logo", F_FILE, LISTED | APART | CHANGED, .max = 5 << 20,
	  .help = "At the head of its documents: JPEG, PNG, WebP or GIF, at most 5 MB" },
	{ "time_zone", F_ZONE, LISTED | FILTERED | CHANGED | REQUIRED,
	  .help = "IANA time zone, such as Europe/Berlin: its days and hours" },
	{ "latitude", F_REAL, LISTED | CHANGED, .min = -90, .max = 90, .help = "Degrees north" },
	{ "longitude", F_REAL, LISTED | CHANGED, .min = -180, .max = 180, .help = "Degrees east" },
	{ "networks", F_LIST, SHOWN | CHANGED, .max = 50, .of = A_NETWORK,
	  .help = "Networks from which its people mark their attendance; none: any" },
	{ "email_domains", F_LIST, SHOWN | CHANGED, .max = 50, .of = A_DOMAIN,
	  .help = "Behind the @ of its people's addresses; none: any" },
	{ "attendance_threshold", F_INT, SHOWN | CHANGED, .min = 0, .max = 100, .otherwise = "70",
	  .help = "Per cent: whose rate is below is warned" },
	{ "registration", F_CHOICE, SHOWN | CHANGED, .choices = "open,domain,imported,closed", .otherwise = "domain",
	  .help = "Who may register: anybody, whose e-mail is of its domains, who was imported, nobody" },
	{ "evidence_days", F_INT, SHOWN | CHANGED, .min = 1, .max = 3650, .otherwise = "90",
	  .help = "Days for which photos and signatures are kept" },
	{ "place_days", F_INT, SHOWN | CHANGED, .min = 1, .max = 3650, .otherwise = "90",
	  .help = "Days for which exact places are kept" },
	{ "scan_days", F_INT, SHOWN | CHANGED, .min = 1, .max = 3650, .otherwise = "180",
	  .help = "Days for which it is kept which codes were shown" },
	COLUMNS_END,
};

static const struct resource_column DEPARTMENT[] = {
	{ "campus_id", F_ID, LISTED | FILTERED | CREATED | REQUIRED, .refers = "campuses", .help = "Where it is" },
	{ "campus", F_TEXT, LISTED | FILTERED | SORTED, .sql = "c.name",
	  .filter = "? IN (CONCAT(c.id), c.short_code, c.name)", .otherwise = "",
	  .help = "Its name; as a filter its number or code too" },
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .max = 160, .help = "What people call it" },
	{ "short_code", F_TEXT, NAMED | FILTERED | CHANGED | REQUIRED, .as = AS_CODE, .max = 20,
	  .help = "Its name in tables and files" },
	COLUMNS_END,
};

static const struct resource_column PLATFORM[] = {
	{ "campus_id", F_ID, LISTED | CREATED | REQUIRED, .refers = "campuses", .help = "Whose it is" },
	{ "campus", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "c.name", .otherwise = "", .help = "Its name" },
	{ "issuer", F_TEXT, LISTED | SEARCHED | SORTED | CHANGED | REQUIRED, .as = AS_CODE, .max = 500,
	  .rule = webhook_url_rule, .help = "What the platform calls itself: an address" },
	{ "client_id", F_TEXT, LISTED | CHANGED | REQUIRED, .max = 255, .help = "What it calls this site" },
	{ "token_url", F_TEXT, SHOWN | CHANGED | REQUIRED, .max = 1000, .rule = webhook_url_rule,
	  .help = "Where it gives access tokens, https://…" },
	{ "line_item_url", F_TEXT, SHOWN | CHANGED | REQUIRED, .max = 1000, .rule = webhook_url_rule,
	  .help = "The line item that scores are for, where a report names no other" },
	{ "known_by", F_CHOICE, SHOWN | CHANGED, .choices = "student_id,email,username", .otherwise = "student_id",
	  .help = "What it knows people by" },
	{ "key_id", F_TEXT, SHOWN,
	  .help = "Which of the public keys at /api/campus/lti/jwks is its; null: it has none, so make it anew" },
	COLUMNS_END,
};

#define CAMPUS_ROLE                                                                                                    \
	"(SELECT REPLACE(r.role, 'campus_', '') FROM account_role r WHERE r.account_id = t.id"                         \
	" AND FIND_IN_SET(r.role, '" CAMPUS_WORDS "') ORDER BY FIND_IN_SET(r.role, '" CAMPUS_WORDS "') DESC LIMIT 1)"
/* Everybody sees themselves, supervisors the people of their departments, hr and admins those of their campus, or of all. */
#define IN_ONES_SCOPE                                                                                                  \
	"EXISTS (SELECT 1 FROM campus_member me JOIN account_role s ON s.account_id = me.account_id"                   \
	" LEFT JOIN campus_member x ON x.account_id = t.id WHERE me.id = ? AND (me.account_id = t.id"                  \
	" OR s.role IN ('hr', 'campus_admin') AND (me.campus_id IS NULL OR me.campus_id = x.campus_id)"                \
	" OR s.role = 'supervisor' AND x.department_id IN (" SUPERVISED "me.account_id)))"

static const struct resource_column CAMPUS_USER[] = {
	{ "username", F_TEXT, LISTED | SEARCHED | SORTED | CREATED, .as = AS_CODE, .sql = "t.username", .max = 60,
	  .rule = user_name_rule, .help = "User name" },
	{ "email", F_EMAIL, LISTED | SEARCHED | SORTED | CREATED | REQUIRED | LEAVES, .sql = "t.email", .max = 254,
	  .help = "E-mail; a new one's invitation goes there", .label = "E-mail" },
	{ "first_name", F_TEXT, LISTED | SEARCHED | SORTED | CREATED | REQUIRED, .sql = "m.first_name", .max = 60,
	  .help = "First name" },
	{ "last_name", F_TEXT, LISTED | SEARCHED | SORTED | CREATED | REQUIRED, .sql = "m.last_name", .max = 60,
	  .help = "Last name" },
	{ "full_name", F_TEXT, LISTED | SORTED, .sql = "CONCAT_WS(' ', m.first_name, m.last_name)", .otherwise = "",
	  .help = "Both" },
	{ "role", F_CHOICE, LISTED | FILTERED | CHANGED | REQUIRED, .sql = CAMPUS_ROLE,
	  .choices = "student,supervisor,organizer,hr,admin", .help = "Of the campus",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id"
		    " AND FIND_IN_SET(r.role, '" CAMPUS_WORDS "') AND REPLACE(r.role, 'campus_', '') = ?)" },
	{ "department", F_TEXT, LISTED | FILTERED | CHANGED | BY_NAME, .sql = "d.name", .max = 160,
	  .filter = "? IN (CONCAT(d.id), d.short_code, d.name)",
	  .help = "Its name; where it is asked for its number or code too" },
	{ "department_id", F_ID, LISTED | CHANGED, .sql = "m.department_id", .refers = "departments",
	  .help = "The department" },
	{ "departments", F_LIST, SHOWN | CHANGED, .max = SUPERVISED_MOST, .of = A_DEPARTMENT,
	  .sql = "(SELECT JSON_ARRAYAGG(o.short_code ORDER BY o.short_code) FROM supervisor_department sd"
		 " JOIN department o ON o.id = sd.department_id WHERE sd.account_id = t.id)",
	  .help = "Codes of those that a supervisor looks after besides; where they are asked for numbers or names too",
	  .label = "Further departments" },
	{ "campus", F_TEXT, LISTED | FILTERED | CHANGED | BY_NAME, .sql = "c.name", .max = 160,
	  .filter = "? IN (CONCAT(c.id), c.short_code, c.name)",
	  .help = "Its name; where it is asked for its number or code too" },
	{ "campus_id", F_ID, LISTED | CHANGED, .sql = "m.campus_id", .refers = "campuses",
	  .help = "The campus; none: of all, for hr and admins" },
	{ "student_id", F_TEXT, LISTED | SEARCHED | SORTED | CHANGED, .as = AS_CODE, .sql = "m.student_id", .max = 40,
	  .help = "Number of a student, or of staff" },
	{ "year_level", F_INT, LISTED | FILTERED | SORTED | CHANGED, .sql = "m.year_level", .min = 1, .max = 20,
	  .help = "Year" },
	{ "is_verified", F_BOOL, LISTED | FILTERED, .sql = "m.is_verified",
	  .help = "Has the campus looked at this account" },
	{ "is_active", F_BOOL, LISTED | FILTERED | EDITED, .sql = "t.status = 'active'",
	  .filter = "(t.status = 'active') = ?", .help = "May sign in" },
	{ "locale", F_TEXT, LISTED, .sql = "t.locale", .otherwise = "", .help = "Language" },
	{ "profile_photo_url", F_FILE, LISTED, .sql = "t.photo", .help = "Address of the picture" },
	{ "date_joined", F_TIME, LISTED | SORTED | REQUIRED, .sql = "m.created_at", .help = "Since when" },
	{ "reason", F_TEXT, ASKED, .max = 500, .help = "Why; kept in the audit log" },
	COLUMNS_END,
};

static const struct act USER_ACTS[] = {
	{ "verify", "", NULL, HR | CAMPUS_ADMIN, .takes = "is_verified,reason", .instead = campus_user_verify },
	ACTS_END,
};

const struct resource RESOURCES_CAMPUS[] = {
	{ "campuses", "campus", "Campuses", "name", "campus", NULL, CAMPUS_, CAMPUS, CAMPUS_ADMIN, .mount = "campus",
	  .scope = ONES_CAMPUS("t.id"), .shown_to = HR | CAMPUS_ADMIN, .stamps = STAMPS, .order = "name",
	  .check = campus_check, .insert = campus_insert },
	{ "departments", "department", "Departments", "name", "department", "LEFT JOIN campus c ON c.id = t.campus_id",
	  DEPARTMENT, CAMPUS, CAMPUS_ADMIN, .mount = "campus", .scope = ONES_CAMPUS("t.campus_id"), .stamps = STAMPS,
	  .parent = "campus_id", .order = "name", .twice = "Another department of this campus has this code already." },
	{ "platforms", "platform", "Platforms", "issuer", "lti_platform", "LEFT JOIN campus c ON c.id = t.campus_id",
	  PLATFORM, CAMPUS_ADMIN, CAMPUS_ADMIN, .mount = "campus", .scope = ONES_CAMPUS("t.campus_id"),
	  .stamps = STAMPS, .parent = "campus_id", .order = "campus", .twice = "This campus has a platform already.",
	  .made = lti_platform_made,
	  .in_use = "EXISTS (SELECT 1 FROM lti_posting p WHERE p.platform_id = t.id AND p.state <> 'over')" },
	{ "users", "member", "Members", "full_name", "account",
	  "JOIN campus_member m ON m.account_id = t.id AND " HAS_ROLE_OF(
		  "t.id", CAMPUS_WORDS) " LEFT JOIN department d ON d.id = m.department_id"
					" LEFT JOIN campus c ON c.id = m.campus_id",
	  CAMPUS_USER, CAMPUS, CAMPUS_ADMIN, .mount = "campus", .scope = IN_ONES_SCOPE, .order = "full_name",
	  .acts = USER_ACTS, .leads = "import", .leads_whom = HR | CAMPUS_ADMIN, .check = campus_user_check,
	  .insert = campus_user_insert, .update = campus_user_update, .remove = campus_user_remove },
	RESOURCES_END,
};
