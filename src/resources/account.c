/* Accounts, by what they are: staff give them rights and take them away. */
#include "app/account_office.h"
#include "app/new_password.h"
#include "base/role.h"
#include "resources/family.h"

/* clang-format off */
#define PERSON                                                                                                         \
	{ "name", F_TEXT, NAMED | CHANGED | REQUIRED, .sql = "t.name", .max = 120, .help = "Name" },                   \
		{ "email", F_EMAIL, NAMED | CHANGED, .sql = "t.email", .help = "E-mail", .label = "E-mail" },          \
		{ "mobile_number", F_MOBILE, NAMED | CHANGED, .sql = "t.mobile_number", .help = "With country code" }, \
		{ "username", F_TEXT, NAMED | CHANGED, .as = AS_CODE, .sql = "t.username", .max = 60, .help = "What ushers sign in with" }, \
		{ "status", F_CHOICE, LISTED | FILTERED | SORTED | EDITED, .sql = "t.status",                          \
		  .choices = "active,disabled", .help = "A disabled account cannot sign in" }
#define PASSWORD                                                                                                       \
	{ "password", F_PASSWORD, CREATED | REQUIRED | UNSEEN, .help = "At least 8 characters", .rule = new_password_rule }
#define COMPANY { "company", F_TEXT, NAMED | CHANGED | REQUIRED, .sql = "p.company", .max = 160, .help = "Company" }
#define PERSON_TIMES                                                                                                   \
	{ "mobile_verified_at", F_TIME, SHOWN, .sql = "t.mobile_verified_at" }, { "locale", F_TEXT, SHOWN, .sql = "t.locale" }
/* clang-format on */

static const struct sought_way USERS_BY = { .people = { "JOIN account x ON x.id = n.account_id" } };
static const struct sought_way CUSTOMERS_BY = { .people = { "JOIN customer x ON x.account_id = n.account_id" } };

static const struct resource_column USER[] = {
	PERSON,
	{ "roles", F_TEXT, LISTED,
	  .sql = "(SELECT GROUP_CONCAT(r.role ORDER BY r.role) FROM account_role r WHERE r.account_id = t.id)" },
	{ "role", F_CHOICE, FILTERED | CREATED | REQUIRED | UNSEEN, .choices = ROLE_CHOICES, .help = "What they may do",
	  .filter = "(SELECT COUNT(*) FROM account_role r WHERE r.account_id = t.id AND r.role = ?) > 0" },
	{ "company", F_TEXT, CHANGED | UNSEEN, .max = 160, .help = "Of an organizer or merchant" },
	PASSWORD,
	PERSON_TIMES,
	COLUMNS_END,
};

static const struct resource_column ORGANIZER_[] = {
	COMPANY,
	{ "organizer_id", F_ID, LISTED, .sql = "p.id" },
	PERSON,
	{ "fee_rate", F_RATE, SHOWN | CHANGED, .sql = "p.fee_rate",
	  .help = "Basis points of each sale that the house takes: 250 is 2.5 %. Empty: what the site takes" },
	{ "fee_fixed", F_MONEY, SHOWN | CHANGED | HOUSE, .sql = "p.fee_fixed", .max = 1000000000,
	  .help = "And so much of each in the currency of the site's fees, in its minor units. Empty: what the site takes" },
	{ "tax_number", F_TEXT, SHOWN | CHANGED, .sql = "p.tax_number", .max = 40, .help = "Stands on invoices" },
	PASSWORD,
	PERSON_TIMES,
	COLUMNS_END,
};

static const struct resource_column MERCHANT_[] = {
	COMPANY, { "merchant_id", F_ID, LISTED, .sql = "p.id" }, PERSON, PASSWORD, PERSON_TIMES, COLUMNS_END,
};

static const struct resource_column USHER_[] = {
	PERSON,
	{ "usher_id", F_ID, LISTED, .sql = "p.id" },
	{ "events", F_INT, LISTED, .sql = "(SELECT COUNT(*) FROM usher_assignment s WHERE s.usher_id = p.id)" },
	PASSWORD,
	PERSON_TIMES,
	COLUMNS_END,
};

#define STAFF_ROLE                                                                                                     \
	"(SELECT r.role FROM account_role r WHERE r.account_id = t.id"                                                 \
	" AND FIND_IN_SET(r.role, '" STAFF_WORDS "')"                                                                  \
	" ORDER BY FIND_IN_SET(r.role, '" STAFF_WORDS "') LIMIT 1)"

/* Who had all of it taken away is no staff any more, though their profile stays. */
#define OF_STAFF                                                                                                       \
	" AND EXISTS (SELECT 1 FROM account_role w WHERE w.account_id = t.id AND FIND_IN_SET(w.role, '" STAFF_WORDS    \
	"'))"

static const struct resource_column ADMIN_[] = {
	PERSON,
	{ "role", F_CHOICE, LISTED | FILTERED | CREATED | REQUIRED, .sql = STAFF_ROLE, .choices = STAFF_CHOICES,
	  .help = "What they may do",
	  .filter = "EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = t.id AND r.role = ?)" },
	{ "admin_id", F_ID, LISTED, .sql = "p.id" },
	{ "totp_enabled", F_BOOL, LISTED, .sql = "t.totp_enabled", .label = "Second factor" },
	PASSWORD,
	PERSON_TIMES,
	COLUMNS_END,
};

static const struct resource_column CUSTOMER_[] = {
	{ "account_id", F_ID, .flags = LISTED },
	{ "name", F_TEXT, NAMED | EDITED | REQUIRED, .sql = "a.name", .max = 120, .help = "Name" },
	{ "mobile_number", F_MOBILE, NAMED | EDITED | REQUIRED | LEAVES, .sql = "a.mobile_number",
	  .help = "With country code" },
	{ "email", F_EMAIL, NAMED | EDITED, .sql = "a.email", .help = "E-mail", .label = "E-mail" },
	{ "status", F_CHOICE, LISTED | FILTERED | EDITED, .sql = "a.status", .choices = "active,disabled",
	  .help = "A disabled account cannot sign in" },
	{ "birth_date", F_DATE, SHOWN | EDITED | PAST, .help = "Date of birth" },
	{ "blood_type", F_CHOICE, SHOWN | EDITED, .choices = BLOOD_TYPES, .help = "For emergencies" },
	LABELS("Shown at the gate beside the ticket's own"),
	{ "emergency_contact.name", F_TEXT, SHOWN, .sql = "t.emergency_name", .label = "Emergency contact" },
	{ "emergency_contact.mobile_number", F_TEXT, SHOWN, .sql = "t.emergency_mobile", .label = "Emergency number" },
	{ "registration_fee_paid_at", F_TIME, .flags = SHOWN },
	{ "created_at", F_TIME, LISTED | FILTERED, .sql = "a.created_at" },
	COLUMNS_END,
};

#define OF_ROLE(role, profile)                                                                                         \
	"JOIN account_role w ON w.account_id = t.id AND w.role = '" role "' JOIN " profile " p ON p.account_id = t.id"

const struct resource RESOURCES_ACCOUNT[] = {
	{ "users",
	  "user",
	  "Users",
	  "name",
	  "account",
	  NULL,
	  USER,
	  STAFF,
	  MANAGERS,
	  .stamps = STAMPS,
	  .order = "name",
	  .order_index = "account_name",
	  .found_by = &USERS_BY,
	  .scope = "(" BY_SUPERADMIN " OR " OF_THE_HOUSE("t.id") ")",
	  .narrow = users_narrow,
	  .make_flags = HASHES | SECRET,
	  .page = "admin/user.html",
	  .insert = office_account_insert,
	  .update = office_account_update,
	  .remove = office_account_disable },
	{ "organizers", "organizer", "Organizers", "company", "account", OF_ROLE("organizer", "organizer"), ORGANIZER_,
	  STAFF, MANAGERS, .stamps = STAMPS, .key = "organizer_id", .order = "company", .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "merchants", "merchant", "Merchants", "company", "account", OF_ROLE("merchant", "merchant"), MERCHANT_, STAFF,
	  MANAGERS, .stamps = STAMPS, .key = "merchant_id", .order = "company", .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "ushers", "usher", "Ushers", "name", "account", OF_ROLE("usher", "usher"), USHER_, STAFF, MANAGERS,
	  .stamps = STAMPS, .key = "usher_id", .order = "name", .many = true, .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "admins", "admin", "Staff", "name", "account", "JOIN admin p ON p.account_id = t.id" OF_STAFF, ADMIN_, STAFF,
	  SUPERADMIN, .stamps = STAMPS, .key = "admin_id", .order = "name", .make_flags = HASHES | SECRET,
	  .page = "admin/user.html", .insert = office_account_insert, .update = office_account_update,
	  .remove = office_account_disable },
	{ "customers", "customer", "Customers", "name", "customer", "JOIN account a ON a.id = t.account_id", CUSTOMER_,
	  STAFF, HELP_DESK, .found_by = &CUSTOMERS_BY, .walked = true, .tie = "a.id", .permanent = true, .order = "-id",
	  .update = office_customer_update },
	RESOURCES_END,
};
