/* The directory of people: who has one of its roles. A superadmin looks at it as its admins do, and is no row of it. */
#include "base/role.h"
#include "resources/family.h"

#define PERSONS_ROLE                                                                                                   \
	"(SELECT UPPER(REPLACE(REPLACE(r.role, 'people_', ''), 'campus_', '')) FROM account_role r"                    \
	" WHERE r.account_id = t.id AND FIND_IN_SET(r.role, '" PEOPLE_WORDS "')"                                       \
	" ORDER BY FIND_IN_SET(r.role, '" PEOPLE_WORDS "') DESC LIMIT 1)"

static const struct resource_column PERSON_[] = {
	{ "email", F_EMAIL, LISTED | SEARCHED | SORTED | REQUIRED, .sql = "t.email", .help = "E-mail",
	  .label = "E-mail" },
	{ "first_name", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "p.first_name", .otherwise = "",
	  .help = "First name" },
	{ "last_name", F_TEXT, LISTED | SEARCHED | SORTED, .sql = "p.last_name", .otherwise = "", .help = "Last name" },
	{ "name", F_TEXT, LISTED | SEARCHED, .sql = "t.name", .otherwise = "",
	  .help = "Both, or what they are called" },
	{ "role", F_CHOICE, LISTED | FILTERED | SORTED, .sql = PERSONS_ROLE, .choices = "USER,MODERATOR,ADMIN",
	  .otherwise = "", .help = "What they may do here",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id"
		    " AND FIND_IN_SET(r.role, '" PEOPLE_WORDS "') AND UPPER(REPLACE(r.role, 'people_', '')) = ?)" },
	{ "is_active", F_BOOL, LISTED | FILTERED, .sql = "t.status = 'active'", .filter = "(t.status = 'active') = ?",
	  .help = "May sign in" },
	{ "status", F_CHOICE, LISTED | FILTERED, .sql = "IF(t.status = 'active', 'active', 'inactive')",
	  .choices = "active,inactive", .otherwise = "", .help = "The same in a word" },
	{ "email_verified", F_BOOL, LISTED, .sql = "p.email_verified_at IS NOT NULL", .help = "Was the link used" },
	{ "locale", F_TEXT, LISTED, .sql = "t.locale", .otherwise = "", .help = "Language" },
	{ "has_face", F_BOOL, LISTED, .sql = "0", .help = "Is a face enrolled" },
	{ "created_at", F_TIME, LISTED | SORTED | REQUIRED, .sql = "t.created_at", .help = "Since when" },
	{ "updated_at", F_TIME, LISTED | SORTED | REQUIRED, .sql = "t.updated_at", .help = "When it was last changed" },
	{ "last_login_at", F_TIME, LISTED | SORTED,
	  .sql = "(SELECT MAX(s.created_at) FROM session s WHERE s.account_id = t.id"
		 " AND FIND_IN_SET(s.role, '" PEOPLE_WORDS "'))",
	  .help = "When they last signed in" },
	COLUMNS_END,
};

const struct resource RESOURCES_PEOPLE[] = {
	{ "users", "user", "People", "name", "account",
	  "JOIN person p ON p.account_id = t.id AND " HAS_ROLE_OF("t.id", PEOPLE_WORDS), PERSON_,
	  MODERATOR | PEOPLE_ADMIN | SUPERADMIN, NOBODY, .mount = "people", .permanent = true, .order = "-created_at" },
	RESOURCES_END,
};
