/* Every mount, and all that is true of it. To add one: its row here, its family of rows in routes/<family>.c, and the lines for
 * its addresses in httpd/, where it has workers of its own; tests/web compares those with this. */
#include "routes/mounts.h"
#include "app/actions/account.h"
#include "app/actions/campus.h"
#include "app/actions/gate.h"
#include "app/actions/people.h"
#include "app/otp.h"
#include "render/dialect.h"

enum { ACCESS = 15 * MS_MINUTE };

/* ---- who people say they are ---- */

static const struct field MOBILE_NUMBER = { "mobile_number", F_MOBILE, .required = true, .help = "Mobile number" };
static const struct field CONTACT_MOBILE = { "contact_mobile", F_MOBILE, .required = true, .help = "Mobile number" };
static const struct field EMAIL = { "email", F_EMAIL, .required = true, .max = 254, .help = "E-mail" };
static const struct field USERNAME_OR_EMAIL = { "username", F_TEXT, .required = true, .max = 254,
						.help = "User name, or the e-mail" };
static const struct field USERNAME = { "username", F_TEXT, .required = true, .max = 60, .help = "User name" };

#define WRONG(contact) "The " contact " or the password is wrong."

/* ---- how they come in ---- */

static const struct way_in BY_CODE = { .sign_in = account_login,
				       .code = account_login_verify,
				       .page = sign_in_page,
				       .hashes = HASHES,
				       .says = "Sign in; a code is sent" };
static const struct way_in BY_PASSWORD = { .sign_in = password_login,
					   .code = password_login_verify,
					   .page = sign_in_page,
					   .hashes = HASHES,
					   .says = "Sign in; a second factor may be asked for" };
static const struct way_in TO_AN_EVENT = { .beside = USHERS_EVENT,
					   .sign_in = usher_login,
					   .page = usher_sign_in_page,
					   .carries = SCAN_CARRIED,
					   .hashes = HASHES_AT_GATE,
					   .says = "Sign in to one event" };

static const struct field REMEMBER_ME[] = {
	{ "remember_me", F_BOOL, .help = "For 30 days" },
	FIELDS_END,
};
static const struct way_in TO_A_CAMPUS = { .sign_in = password_login,
					   .code = password_login_verify,
					   .page = sign_in_page,
					   .hashes = HASHES,
					   .profile = campus_profile,
					   .profile_change = campus_profile_update,
					   .profile_beside = campus_profile_beside,
					   .profile_page = "campus/account.html",
					   .says = "Sign in" };
static const struct way_in TO_THE_DIRECTORY = { .beside = REMEMBER_ME,
						.sign_in = password_login,
						.code = password_login_verify,
						.hashes = HASHES,
						.profile = person_profile,
						.profile_change = person_profile_update,
						.says = "Sign in" };

/* What most of the ticketing mounts have in common. */
/* clang-format off */
#define TICKETING                                                                                                      \
	.dialect = &DIALECT_WRAPPED, .access = ACCESS, .token_for = "api", .refresh = REFRESH_ROTATED,                 \
	.refreshed = REFRESHED_PAIR, .dead = { 401, "TOKEN_INVALID", "TOKEN_EXPIRED" }, .factor = 200, .cors = true
#define RATES_USUAL { RATE_PUBLIC, RATE_WRITE, RATE_ACCOUNT, RATE_ACCOUNT }
/* clang-format on */

const struct mount MOUNTS[] = {
	{
		.name = "organizer",
		.answers = { TOKENS_ORGANIZER, OTP_SENT, REFRESHED_ORGANIZER, ORGANIZER_PROFILE },
		.api = { "/api/organizer" },
		.portal = "/organizer",
		.nouns = "/api/organizer",
		.frame = "organizer",
		.roles = ORGANIZER,
		.contact = &CONTACT_MOBILE,
		.mistaken = WRONG("mobile number"),
		.profile_id = "organizer_id",
		.way = &BY_CODE,
		.session = 7 * MS_DAY,
		.cookie = "organizer",
		.profile = PROFILE_ORGANIZER,
		.account = { [ACCOUNT_SIGN_IN] = "login",
			     [ACCOUNT_SIGN_IN_CODE] = "verify-otp",
			     [ACCOUNT_FORGOT] = "forgot-password",
			     [ACCOUNT_RESET] = "reset-password",
			     [ACCOUNT_PROFILE] = "me profile",
			     [ACCOUNT_PROFILE_CHANGE] = "profile",
			     [ACCOUNT_PASSWORD] = "profile/change-password",
			     [ACCOUNT_NUMBER] = "profile/change-mobile",
			     [ACCOUNT_NUMBER_CODE] = "profile/verify-mobile-change",
			     [ACCOUNT_REFRESH] = "token/refresh",
			     [ACCOUNT_SIGN_OUT] = "logout" },
		.pages = PAGES_SIGN_IN | PAGES_CODE | PAGES_RESET | PAGES_NUMBER,
		.rate = RATES_USUAL,
		TICKETING,
	},
	{
		.name = "merchant",
		.answers = { TOKENS_MERCHANT, OTP_SENT, REFRESHED_MERCHANT, NULL },
		.api = { "/api/merchant" },
		.portal = "/merchant",
		.nouns = "/api/merchant",
		.frame = "merchant",
		.roles = MERCHANT,
		.contact = &MOBILE_NUMBER,
		.mistaken = WRONG("mobile number"),
		.profile_id = "merchant_id",
		.way = &BY_CODE,
		.session = 7 * MS_DAY,
		.cookie = "merchant",
		.profile = PROFILE_MERCHANT,
		.account = { [ACCOUNT_SIGN_IN] = "login",
			     [ACCOUNT_SIGN_IN_CODE] = "verify-otp",
			     [ACCOUNT_PASSWORD] = "change-password",
			     [ACCOUNT_NUMBER] = "change-mobile",
			     [ACCOUNT_NUMBER_CODE] = "verify-mobile-change",
			     [ACCOUNT_REFRESH] = "token/refresh",
			     [ACCOUNT_SIGN_OUT] = "logout" },
		.pages = PAGES_SIGN_IN | PAGES_CODE | PAGES_RESET | PAGES_NUMBER,
		.rate = RATES_USUAL,
		TICKETING,
	},
	{
		.name = "usher",
		.answers = { TOKENS_USHER, NULL, REFRESHED_USHER, NULL },
		.api = { "/api/usher" },
		.portal = "/gate",
		.frame = "gate",
		.roles = USHER,
		.contact = &USERNAME,
		.mistaken = WRONG("user name"),
		.closed =
			"The site is closed for maintenance: this scan was not taken. Keep it, and send it again with its"
			" scan_id when the site is open.",
		.profile_id = "usher_id",
		.way = &TO_AN_EVENT,
		.session = 36 * MS_HOUR,
		.cookie = "usher",
		.asks_device = DEVICE_CAMERA,
		.pool = POOL_GATE,
		.profile = PROFILE_PLAIN,
		.account = { [ACCOUNT_SIGN_IN] = "login",
			     [ACCOUNT_REFRESH] = "token/refresh",
			     [ACCOUNT_SIGN_OUT] = "logout" },
		.pages = PAGES_SIGN_IN,
		.rate = { RATE_GATE, RATE_GATE, RATE_ACCOUNT, RATE_ACCOUNT }, /* a gate is one address too */
		TICKETING,
	},
	{
		/* The back office's nouns lie at the API's root; its people sign in below /api/auth. */
		.name = "staff",
		.answers = { TOKENS_STAFF, STAFF_LET_IN, REFRESHED_STAFF, STAFF_PROFILE },
		.api = { "/api/auth", "/api" },
		.portal = "/admin",
		.nouns = "/api",
		.frame = "admin",
		.roles = STAFF,
		.contact = &EMAIL,
		.mistaken = WRONG("e-mail"),
		.profile_id = "admin_id",
		.way = &BY_PASSWORD,
		.session = 12 * MS_HOUR,
		.cookie = "staff",
		.profile = PROFILE_PLAIN,
		.devices = "/api/push/subscriptions",
		.account = { [ACCOUNT_SIGN_IN] = "login",
			     [ACCOUNT_SIGN_IN_CODE] = "verify-otp",
			     [ACCOUNT_PROFILE] = "me",
			     [ACCOUNT_PASSWORD] = "change-password",
			     [ACCOUNT_REFRESH] = "refresh token/refresh",
			     [ACCOUNT_SIGN_OUT] = "logout" },
		.pages = PAGES_SIGN_IN | PAGES_CODE,
		.token_user = "id name email role",
		.rate = RATES_USUAL,
		TICKETING,
	},
	{
		/* What is the same for all who have a token. */
		.name = "everybody",
		.answers = { NULL, NULL, REFRESHED_ANYBODY, NULL },
		.api = { "/api/token", "/api/logout", "/api/files" },
		.roles = ANY_ROLE,
		.account = { [ACCOUNT_REFRESH] = "refresh", [ACCOUNT_SIGN_OUT] = "/api/logout" },
		.rate = RATES_USUAL,
		TICKETING,
	},
	{
		/* EventSource sends no header, so a portal's cookie is proof here too. */
		.name = "live",
		.api = { "/api/live" },
		.roles = CUSTOMER | ORGANIZER | USHER | STAFF | CAMPUS,
		.also_for = "campus",
		.cookies_speak = true,
		.rate = RATES_USUAL,
		TICKETING,
	},
	{
		.name = "customer",
		.answers = { TOKENS_CUSTOMER, OTP_SENT, REFRESHED_CUSTOMER, CUSTOMER_PROFILE },
		.api = { "/api/v1", "/api/docs", "/api/openapi.json" },
		.portal = "",
		.nouns = "/api/v1/users",
		.frame = "customer",
		.roles = CUSTOMER,
		.contact = &MOBILE_NUMBER,
		.mistaken = WRONG("mobile number"),
		.profile_id = "customer_id",
		.way = &BY_CODE,
		.session = 30 * MS_DAY,
		.cookie = "customer",
		.profile = PROFILE_CUSTOMER,
		.account = { [ACCOUNT_REGISTER] = "users/register",
			     [ACCOUNT_REGISTER_CODE] = "users/verify-otp",
			     [ACCOUNT_SIGN_IN] = "users/login",
			     [ACCOUNT_SIGN_IN_CODE] = "users/verify-login-otp",
			     [ACCOUNT_FORGOT] = "users/forgot-password/request-otp",
			     [ACCOUNT_RESET] = "users/reset-password",
			     [ACCOUNT_PROFILE] = "users/me users/profile",
			     [ACCOUNT_PROFILE_CHANGE] = "users/me users/profile",
			     [ACCOUNT_PASSWORD] = "users/change-password",
			     [ACCOUNT_NUMBER] = "users/change-mobile",
			     [ACCOUNT_NUMBER_CODE] = "users/verify-mobile-change",
			     [ACCOUNT_REFRESH] = "token/refresh",
			     [ACCOUNT_SIGN_OUT] = "logout users/logout" },
		.pages = PAGES_SIGN_IN | PAGES_CODE | PAGES_RESET | PAGES_REGISTER | PAGES_NUMBER,
		.rate = RATES_USUAL,
		TICKETING,
	},
	{
		/* Its apps keep the refresh token that they have, and a lecture hall is one address. */
		.name = "campus",
		.answers = { TOKENS_CAMPUS, CAMPUS_LET_IN, REFRESHED_CAMPUS, CAMPUS_MEMBER },
		.api = { "/api/campus" },
		.portal = "/campus",
		.nouns = "/api/campus",
		.frame = "campus",
		.dialect = &DIALECT_BARE,
		.roles = CAMPUS,
		.contact = &USERNAME_OR_EMAIL,
		.by_challenge = true,
		.mistaken = WRONG("user name"),
		.way = &TO_A_CAMPUS,
		.session = MS_DAY,
		.cookie = "campus",
		.asks_device = DEVICE_CAMERA | DEVICE_PHOTO | DEVICE_PLACE,
		.access = ACCESS,
		.refresh = REFRESH_AS_ASKED,
		.refreshed = REFRESHED_ACCESS,
		.dead = { 401, "TOKEN_INVALID", "TOKEN_EXPIRED" },
		.user = campus_user,
		.token_for = "campus",
		.audits = true,
		.factor = 200,
		.cors = true,
		.rate = { RATE_CAMPUS, RATE_CAMPUS, RATE_CAMPUS_SIGN_IN, RATE_CAMPUS },
		.refresh_pool = POOL_MARK,
		.profile = CAMPUS_PROFILE,
		.account = { [ACCOUNT_SIGN_IN] = "auth/login",
			     [ACCOUNT_SIGN_IN_CODE] = "auth/verify-otp",
			     [ACCOUNT_PROFILE] = "auth/profile",
			     [ACCOUNT_PROFILE_CHANGE] = "auth/profile/update PATCH:auth/profile/update",
			     [ACCOUNT_PASSWORD] = "auth/password-change",
			     [ACCOUNT_REFRESH] = "auth/refresh",
			     [ACCOUNT_SIGN_OUT] = "auth/logout" },
		.pages = PAGES_SIGN_IN | PAGES_CODE,
	},
	{
		/* A 401 means one thing here, an access token that is no good: a dead refresh token is a 400. */
		.name = "people",
		.answers = { TOKENS_PEOPLE, NULL, TOKENS_PEOPLE, PERSON_ANSWER },
		.api = { "/api/people" },
		.nouns = "/api/people",
		.dialect = &DIALECT_CAMEL,
		.roles = PEOPLE | SUPERADMIN, /* who counts as an admin here */
		.admits = person_admits,
		.contact = &EMAIL,
		.by_challenge = true,
		.mistaken = WRONG("e-mail"),
		.way = &TO_THE_DIRECTORY,
		.session = 12 * MS_HOUR,
		.remembered = 30 * MS_DAY,
		.access = MS_HOUR,
		.refresh = REFRESH_KEPT,
		.refreshed = REFRESHED_WHOLE,
		.dead = { 400, "REFRESH_INVALID", "REFRESH_INVALID" },
		.user = person_user,
		.token_user = "id email first_name last_name role is_active created_at updated_at",
		.token_for = "people",
		.factor = 403,
		.cors = true,
		.rate = RATES_USUAL,
		.profile = PERSON_PROFILE,
		.account = { [ACCOUNT_SIGN_IN] = "auth/login",
			     [ACCOUNT_SIGN_IN_CODE] = "auth/verify-otp",
			     [ACCOUNT_PROFILE] = "auth/me users/me",
			     [ACCOUNT_PROFILE_CHANGE] = "PATCH:users/me",
			     [ACCOUNT_REFRESH] = "auth/refresh",
			     [ACCOUNT_SIGN_OUT] = "auth/logout" },
	},
	{ .name = NULL },
};
