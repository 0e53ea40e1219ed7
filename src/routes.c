/* The site map: every address Gatehouse answers, who may use it, what it takes and how it is shown.
 *
 * To add a page or a route:
 *   1. its SQL: a function in store/<noun>.c
 *   2. its action: int <noun>_<verb>(struct request *rq) in app/<noun>.c, declared in app/actions.h, with the fields it
 *      takes in an array beside it
 *   3. its row here: method, path, action, who may, rate class, flags, fields, template, one line of summary
 *   4. for a page, its template in templates/<noun>/ and its texts in templates/lang/en.hdf (and ar.hdf)
 * Dispatch, /api/openapi.json, /api/docs and the permission tests read the row; there is nothing else to register.
 *
 * One action may have several rows: as JSON below /api, as a page below a portal. A row with .page is HTML; a page's POST
 * has .then (where a success goes) and .again (the action that fills the page after a refusal). A noun that is only
 * listed, shown, made, changed and deleted is a declaration in resources.c instead. */
#include "routes.h"
#include "app/actions.h"
#include "resources.h"
#include <assert.h>
#include <string.h>

#define API "/api"
#define V1 "/api/v1"
#define GATE "/api/usher"

static const struct route ROUTES[] = {
	/* ---- the process ---- */
	{ "GET", "/healthz", site_health, ANYONE, RATE_NONE, READS | BARE, .summary = "Is this process alive" },
	{ "GET", "/readyz", site_ready, ANYONE, RATE_NONE, READS | BARE, .summary = "Can it serve: database, schema, outbox" },
	{ "GET", "/metrics", site_metrics, ANYONE, RATE_NONE, READS, .summary = "Prometheus metrics of this node" },
	{ "GET", API "/openapi.json", site_openapi, ANYONE, RATE_PUBLIC, READS | BARE, .summary = "This API as OpenAPI 3.1" },
	{ "GET", API "/docs", site_docs, ANYONE, RATE_PUBLIC, READS, SITE_DOCS,
	  .page = "site/docs.html", .summary = "This API for people" },
	{ "GET", "/demo", demo_page, ANYONE, RATE_NONE, READS | DEMO_ONLY, DEMO_OUTBOX, .page = "site/demo.html",
	  .summary = "The demo's accounts and its outbox" },
	{ "GET", "/demo/outbox", demo_outbox, ANYONE, RATE_NONE, READS | DEMO_ONLY | BARE, DEMO_OUTBOX,
	  .summary = "What would have been sent, newest first" },

	/* ---- accounts: registration, sign-in, tokens, profile ---- */
	{ "POST", V1 "/users/register", account_register, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, REGISTER_API,
	  .summary = "Register; a code is sent" },
	{ "POST", V1 "/users/verify-otp", account_register_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, OTP_MOBILE,
	  .summary = "Finish registering" },
	{ "POST", V1 "/users/login", account_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, LOGIN_MOBILE,
	  .summary = "Sign in; a code is sent" },
	{ "POST", V1 "/users/verify-login-otp", account_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, OTP_MOBILE,
	  .summary = "Finish signing in" },
	{ "POST", V1 "/users/forgot-password/request-otp", account_forgot, ANYONE, RATE_ACCOUNT, WRITES | SECRET,
	  FORGOT_MOBILE, .summary = "Ask for a code to set a new password" },
	{ "POST", V1 "/users/reset-password", account_reset, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, RESET_MOBILE,
	  .summary = "Set a new password; all sessions end" },
	{ "GET", V1 "/users/me", profile_show, CUSTOMER, RATE_PUBLIC, READS, .summary = "Your profile" },
	{ "PUT", V1 "/users/me", profile_update, CUSTOMER, RATE_WRITE, WRITES, PROFILE_CUSTOMER, .summary = "Change your profile" },
	{ "GET", V1 "/users/profile", profile_show, CUSTOMER, RATE_PUBLIC, READS, .summary = "Your profile" },
	{ "PUT", V1 "/users/profile", profile_update, CUSTOMER, RATE_WRITE, WRITES, PROFILE_CUSTOMER,
	  .summary = "Change your profile" },
	{ "POST", V1 "/users/change-password", account_change_password, CUSTOMER, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .summary = "Change your password; other sessions end" },
	{ "POST", V1 "/token/refresh", token_refresh, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "A new pair of tokens for a refresh token" },
	{ "POST", V1 "/logout", token_logout, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH, .summary = "Sign out" },
	{ "POST", V1 "/users/logout", token_logout, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "Sign out" },
	{ "POST", API "/token/refresh", token_refresh, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "The same for every role" },
	{ "POST", API "/logout", token_logout, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH, .summary = "Sign out" },
	{ "GET", API "/files/:sha", file_show, ANY_ROLE, RATE_PUBLIC, READS, .summary = "An uploaded picture" },

	{ "POST", API "/organizer/login", account_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, LOGIN_CONTACT,
	  .summary = "Sign in; a code is sent" },
	{ "POST", API "/organizer/verify-otp", account_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, OTP_CONTACT,
	  .summary = "Finish signing in" },
	{ "POST", API "/organizer/forgot-password", account_forgot, ANYONE, RATE_ACCOUNT, WRITES | SECRET, FORGOT_CONTACT,
	  .summary = "Ask for a code to set a new password" },
	{ "POST", API "/organizer/reset-password", account_reset, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, RESET_CONTACT,
	  .summary = "Set a new password; all sessions end" },
	{ "GET", API "/organizer/me", profile_show, ORGANIZER, RATE_PUBLIC, READS, .summary = "Your profile" },
	{ "GET", API "/organizer/profile", profile_show, ORGANIZER, RATE_PUBLIC, READS, .summary = "Your profile" },
	{ "PUT", API "/organizer/profile", profile_update, ORGANIZER, RATE_WRITE, WRITES, PROFILE_ORGANIZER,
	  .summary = "Change your profile" },
	{ "POST", API "/organizer/profile/change-password", account_change_password, ORGANIZER, RATE_ACCOUNT,
	  WRITES | SLOW | SECRET, CHANGE_PASSWORD, .summary = "Change your password; other sessions end" },
	{ "POST", API "/organizer/token/refresh", token_refresh, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "A new pair of tokens for a refresh token" },
	{ "POST", API "/organizer/logout", token_logout, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "Sign out" },

	{ "POST", API "/merchant/login", account_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, LOGIN_MOBILE,
	  .summary = "Sign in; a code is sent" },
	{ "POST", API "/merchant/verify-otp", account_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, OTP_MOBILE,
	  .summary = "Finish signing in" },
	{ "POST", API "/merchant/change-password", account_change_password, MERCHANT, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .summary = "Change your password; other sessions end" },
	{ "POST", API "/merchant/token/refresh", token_refresh, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "A new pair of tokens for a refresh token" },
	{ "POST", API "/merchant/logout", token_logout, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "Sign out" },

	{ "POST", API "/usher/login", usher_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, LOGIN_USHER,
	  .summary = "Sign in to one event" },
	{ "POST", API "/usher/token/refresh", token_refresh, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "A new pair of tokens for a refresh token" },
	{ "POST", API "/usher/logout", token_logout, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "Sign out" },

	{ "POST", API "/auth/login", staff_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, LOGIN_STAFF,
	  .summary = "Staff sign in; a second factor may be asked for" },
	{ "POST", API "/auth/verify-otp", staff_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, OTP_STAFF,
	  .summary = "The second factor" },
	{ "POST", API "/auth/refresh", token_refresh, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "A new pair of tokens for a refresh token" },
	{ "POST", API "/auth/token/refresh", token_refresh, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "The same" },
	{ "POST", API "/auth/logout", token_logout, ANYONE, RATE_ACCOUNT, WRITES | SECRET, TOKEN_REFRESH,
	  .summary = "Sign out" },
	{ "GET", API "/auth/me", profile_show, STAFF, RATE_PUBLIC, READS, .summary = "Your profile" },
	{ "POST", API "/auth/change-password", account_change_password, STAFF, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .summary = "Change your password; other sessions end" },
	{ "POST", API "/auth/2fa/enroll", second_factor_enroll, STAFF, RATE_ACCOUNT, WRITES | SECRET,
	  .summary = "A secret for an authenticator app" },
	{ "POST", API "/auth/2fa/confirm", second_factor_confirm, STAFF, RATE_ACCOUNT, WRITES | SECRET, SECOND_FACTOR_CONFIRM,
	  .summary = "Its first code: from now on one is asked for" },
	{ "POST", API "/auth/2fa/disable", second_factor_remove, STAFF, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  SECOND_FACTOR_DISABLE, .summary = "Take the app off again" },

	/* ---- accounts: pages ---- */
	{ "GET", "/locale/:locale", locale_choose, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .summary = "Choose a language" },
	{ "GET", "/files/:sha", file_show, ANYONE, RATE_PUBLIC, READS, .summary = "An uploaded picture" },
	{ "GET", "/register", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/register.html",
	  .summary = "Register" },
	{ "POST", "/register", account_register, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, REGISTER_PAGE,
	  .page = "account/register.html", .then = "/register/code", .again = sign_in_page, .summary = "Register" },
	{ "GET", "/register/code", register_code_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE,
	  .page = "account/code.html", .summary = "The code of a registration" },
	{ "POST", "/register/code", account_register_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, CODE_FORM,
	  .page = "account/code.html", .then = "/", .again = register_code_page, .summary = "Finish registering" },
	{ "GET", "/sign-in", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/sign-in.html",
	  .summary = "Sign in" },
	{ "POST", "/sign-in", account_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, SIGN_IN_MOBILE,
	  .page = "account/sign-in.html", .then = "/sign-in/code", .again = sign_in_page, .summary = "Sign in" },
	{ "GET", "/sign-in/code", sign_in_code_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE,
	  .page = "account/code.html", .summary = "The code of a sign-in" },
	{ "POST", "/sign-in/code", account_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, CODE_FORM,
	  .page = "account/code.html", .then = "/", .again = sign_in_code_page, .summary = "Finish signing in" },
	{ "GET", "/forgot", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/forgot.html",
	  .summary = "Forgot the password" },
	{ "POST", "/forgot", account_forgot, ANYONE, RATE_ACCOUNT, WRITES | SECRET, FORGOT_MOBILE_PAGE,
	  .page = "account/forgot.html", .then = "/reset", .again = sign_in_page, .summary = "Ask for a code" },
	{ "GET", "/reset", reset_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE, .page = "account/reset.html",
	  .summary = "A new password" },
	{ "POST", "/reset", account_reset, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, RESET_FORM,
	  .page = "account/reset.html", .then = "/sign-in", .again = reset_page, .summary = "Set a new password" },
	{ "POST", "/sign-out", session_sign_out, ANYONE, RATE_ACCOUNT, WRITES, .then = "/", .summary = "Sign out" },
	{ "GET", "/account", profile_show, CUSTOMER, RATE_PUBLIC, READS, .page = "account/profile.html",
	  .summary = "Your account" },
	{ "POST", "/account", profile_update, CUSTOMER, RATE_WRITE, WRITES, PROFILE_CUSTOMER,
	  .page = "account/profile.html", .then = "/account", .again = profile_show, .summary = "Change your profile" },
	{ "POST", "/account/password", account_change_password, CUSTOMER, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .page = "account/profile.html", .then = "/account", .again = profile_show,
	  .summary = "Change your password" },
	{ "GET", "/organizer/sign-in", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/sign-in.html",
	  .summary = "Sign in" },
	{ "POST", "/organizer/sign-in", account_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, SIGN_IN_CONTACT,
	  .page = "account/sign-in.html", .then = "/organizer", .again = sign_in_page, .summary = "Sign in" },
	{ "GET", "/organizer/sign-in/code", sign_in_code_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE,
	  .page = "account/code.html", .summary = "The code of a sign-in" },
	{ "POST", "/organizer/sign-in/code", account_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, CODE_FORM,
	  .page = "account/code.html", .then = "/organizer", .again = sign_in_code_page, .summary = "Finish signing in" },
	{ "GET", "/organizer/forgot", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/forgot.html",
	  .summary = "Forgot the password" },
	{ "POST", "/organizer/forgot", account_forgot, ANYONE, RATE_ACCOUNT, WRITES | SECRET, FORGOT_CONTACT_PAGE,
	  .page = "account/forgot.html", .then = "/organizer/reset", .again = sign_in_page, .summary = "Ask for a code" },
	{ "GET", "/organizer/reset", reset_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE, .page = "account/reset.html",
	  .summary = "A new password" },
	{ "POST", "/organizer/reset", account_reset, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, RESET_FORM,
	  .page = "account/reset.html", .then = "/organizer/sign-in", .again = reset_page, .summary = "Set a new password" },
	{ "POST", "/organizer/sign-out", session_sign_out, ANYONE, RATE_ACCOUNT, WRITES, .then = "/organizer/sign-in",
	  .summary = "Sign out" },
	{ "GET", "/organizer/account", profile_show, ORGANIZER, RATE_PUBLIC, READS, .page = "account/profile.html",
	  .summary = "Your account" },
	{ "POST", "/organizer/account", profile_update, ORGANIZER, RATE_WRITE, WRITES, PROFILE_ORGANIZER, .page = "account/profile.html",
	  .then = "/organizer/account", .again = profile_show, .summary = "Change your profile" },
	{ "POST", "/organizer/account/password", account_change_password, ORGANIZER, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .page = "account/profile.html", .then = "/organizer/account", .again = profile_show,
	  .summary = "Change your password" },
	{ "GET", "/merchant/sign-in", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/sign-in.html",
	  .summary = "Sign in" },
	{ "POST", "/merchant/sign-in", account_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, SIGN_IN_MOBILE,
	  .page = "account/sign-in.html", .then = "/merchant", .again = sign_in_page, .summary = "Sign in" },
	{ "GET", "/merchant/sign-in/code", sign_in_code_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE,
	  .page = "account/code.html", .summary = "The code of a sign-in" },
	{ "POST", "/merchant/sign-in/code", account_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, CODE_FORM,
	  .page = "account/code.html", .then = "/merchant", .again = sign_in_code_page, .summary = "Finish signing in" },
	{ "GET", "/merchant/forgot", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/forgot.html",
	  .summary = "Forgot the password" },
	{ "POST", "/merchant/forgot", account_forgot, ANYONE, RATE_ACCOUNT, WRITES | SECRET, FORGOT_MOBILE_PAGE,
	  .page = "account/forgot.html", .then = "/merchant/reset", .again = sign_in_page, .summary = "Ask for a code" },
	{ "GET", "/merchant/reset", reset_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE, .page = "account/reset.html",
	  .summary = "A new password" },
	{ "POST", "/merchant/reset", account_reset, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, RESET_FORM,
	  .page = "account/reset.html", .then = "/merchant/sign-in", .again = reset_page, .summary = "Set a new password" },
	{ "POST", "/merchant/sign-out", session_sign_out, ANYONE, RATE_ACCOUNT, WRITES, .then = "/merchant/sign-in",
	  .summary = "Sign out" },
	{ "GET", "/merchant/account", profile_show, MERCHANT, RATE_PUBLIC, READS, .page = "account/profile.html",
	  .summary = "Your account" },
	{ "POST", "/merchant/account", profile_update, MERCHANT, RATE_WRITE, WRITES, PROFILE_PLAIN, .page = "account/profile.html",
	  .then = "/merchant/account", .again = profile_show, .summary = "Change your profile" },
	{ "POST", "/merchant/account/password", account_change_password, MERCHANT, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .page = "account/profile.html", .then = "/merchant/account", .again = profile_show,
	  .summary = "Change your password" },
	{ "GET", "/admin/sign-in", sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/sign-in.html",
	  .summary = "Sign in" },
	{ "POST", "/admin/sign-in", staff_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, SIGN_IN_STAFF,
	  .page = "account/sign-in.html", .then = "/admin", .again = sign_in_page, .summary = "Sign in" },
	{ "GET", "/admin/sign-in/code", sign_in_code_page, ANYONE, RATE_PUBLIC, READS | SECRET, CODE_PAGE,
	  .page = "account/code.html", .summary = "The code of a sign-in" },
	{ "POST", "/admin/sign-in/code", staff_login_verify, ANYONE, RATE_ACCOUNT, WRITES | SECRET, CODE_FORM,
	  .page = "account/code.html", .then = "/admin", .again = sign_in_code_page, .summary = "Finish signing in" },
	{ "POST", "/admin/sign-out", session_sign_out, ANYONE, RATE_ACCOUNT, WRITES, .then = "/admin/sign-in",
	  .summary = "Sign out" },
	{ "GET", "/admin/account", profile_show, STAFF, RATE_PUBLIC, READS, .page = "account/profile.html",
	  .summary = "Your account" },
	{ "POST", "/admin/account", profile_update, STAFF, RATE_WRITE, WRITES, PROFILE_PLAIN, .page = "account/profile.html",
	  .then = "/admin/account", .again = profile_show, .summary = "Change your profile" },
	{ "POST", "/admin/account/password", account_change_password, STAFF, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .page = "account/profile.html", .then = "/admin/account", .again = profile_show,
	  .summary = "Change your password" },
	{ "GET", "/admin/second-factor", second_factor_page, STAFF, RATE_PUBLIC, READS | SECRET,
	  .page = "account/second-factor.html", .summary = "Your second factor" },
	{ "POST", "/admin/second-factor/enroll", second_factor_enroll, STAFF, RATE_ACCOUNT, WRITES | SECRET,
	  .page = "account/second-factor.html", .then = "/admin/second-factor", .again = second_factor_page,
	  .summary = "Begin to enroll an app" },
	{ "POST", "/admin/second-factor/confirm", second_factor_confirm, STAFF, RATE_ACCOUNT, WRITES | SECRET,
	  SECOND_FACTOR_CONFIRM, .page = "account/second-factor.html", .then = "/admin/second-factor",
	  .again = second_factor_page, .summary = "Confirm it by its first code" },
	{ "POST", "/admin/second-factor/disable", second_factor_remove, STAFF, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  SECOND_FACTOR_DISABLE, .page = "account/second-factor.html", .then = "/admin/second-factor",
	  .again = second_factor_page, .summary = "Take the app off" },
	{ "GET", "/gate/sign-in", usher_sign_in_page, ANYONE, RATE_PUBLIC, READS, NEXT_PAGE, .page = "account/sign-in.html",
	  .summary = "Sign in" },
	{ "POST", "/gate/sign-in", usher_login, ANYONE, RATE_ACCOUNT, WRITES | SLOW | SECRET, SIGN_IN_USHER,
	  .page = "account/sign-in.html", .then = "/gate", .again = usher_sign_in_page, .summary = "Sign in" },
	{ "POST", "/gate/sign-out", session_sign_out, ANYONE, RATE_ACCOUNT, WRITES, .then = "/gate/sign-in",
	  .summary = "Sign out" },
	{ "GET", "/gate/account", profile_show, USHER, RATE_PUBLIC, READS, .page = "account/profile.html",
	  .summary = "Your account" },
	{ "POST", "/gate/account", profile_update, USHER, RATE_WRITE, WRITES, PROFILE_PLAIN, .page = "account/profile.html",
	  .then = "/gate/account", .again = profile_show, .summary = "Change your profile" },
	{ "POST", "/gate/account/password", account_change_password, USHER, RATE_ACCOUNT, WRITES | SLOW | SECRET,
	  CHANGE_PASSWORD, .page = "account/profile.html", .then = "/gate/account", .again = profile_show,
	  .summary = "Change your password" },

	/* ---- public: events ---- */
	{ "GET", V1 "/public/events", event_index, ANYONE, RATE_PUBLIC, READS | CACHED, EVENT_LIST, .summary = "Events on sale" },
	{ "GET", V1 "/public/events/featured", event_featured, ANYONE, RATE_PUBLIC, READS | CACHED, LIST_ONLY,
	  .summary = "Featured events" },
	{ "GET", V1 "/public/events/categories", event_category_index, ANYONE, RATE_PUBLIC, READS | CACHED,
	  .summary = "Kinds of events" },
	{ "GET", V1 "/public/events/:id", event_show, ANYONE, RATE_PUBLIC, READS | CACHED, .summary = "One event" },
	{ "GET", "/", event_home, ANYONE, RATE_PUBLIC, READS | CACHED, .page = "event/home.html", .summary = "The front page" },
	{ "GET", "/events", event_index, ANYONE, RATE_PUBLIC, READS | CACHED, EVENT_LIST, .page = "event/list.html",
	  .summary = "Events on sale" },
	{ "GET", "/events/:id", event_show, ANYONE, RATE_PUBLIC, READS | CACHED, .page = "event/show.html", .summary = "One event" },
	{ "GET", "/events/:id/poster.svg", event_poster, ANYONE, RATE_PUBLIC, READS | CACHED | STILL,
	  .summary = "A drawn poster, for an event without a picture" },

	/* ---- customer: orders, payments, tickets ---- */
	{ "POST", V1 "/tickets/book", order_book, CUSTOMER, RATE_WRITE, WRITES, ORDER_BOOK, .summary = "Hold tickets" },
	{ "POST", V1 "/payments/process", payment_process, CUSTOMER, RATE_WRITE, OWN_TX | SLOW, PAYMENT_PROCESS,
	  .summary = "Pay a held order" },
	{ "POST", V1 "/payments/confirm", payment_confirm, CUSTOMER, RATE_WRITE, OWN_TX | SLOW, PAYMENT_CONFIRM,
	  .summary = "Ask what became of a payment" },
	{ "POST", V1 "/payments/webhook/:provider", payment_webhook, ANYONE, RATE_WRITE, OWN_TX | SLOW | NO_CSRF,
	  .summary = "A provider's signed notice" },
	{ "GET", V1 "/users/orders", order_index, CUSTOMER, RATE_PUBLIC, READS, LIST_ONLY, .summary = "Your orders" },
	{ "GET", V1 "/users/orders/:id", order_show, CUSTOMER, RATE_PUBLIC, READS, .summary = "One order" },
	{ "POST", V1 "/users/orders/:id/cancel", order_give_up, CUSTOMER, RATE_WRITE, WRITES, .summary = "Give up a hold" },
	{ "GET", V1 "/users/tickets", ticket_index, CUSTOMER, RATE_PUBLIC, READS, TICKET_LIST, .summary = "Your tickets" },
	{ "GET", V1 "/users/tickets/:id", ticket_show, CUSTOMER, RATE_PUBLIC, READS, .summary = "One ticket" },
	{ "GET", V1 "/users/tickets/:id/qr-code", ticket_qr, CUSTOMER, RATE_PUBLIC, READS | SECRET,
	  .summary = "A ticket's code: token and picture" },

	{ "GET", "/events/:id/book", event_show, CUSTOMER, RATE_PUBLIC, READS, ORDER_CHOICE, .page = "event/book.html",
	  .summary = "Confirm what to book" },
	{ "POST", "/events/:id/book", order_book, CUSTOMER, RATE_WRITE, WRITES, ORDER_BOOK, .page = "event/book.html",
	  .then = "/orders/:order.id", .again = event_show, .summary = "Hold tickets" },
	{ "GET", "/orders", order_index, CUSTOMER, RATE_PUBLIC, READS, LIST_ONLY, .page = "order/list.html", .summary = "Your orders" },
	{ "GET", "/orders/:id", order_show, CUSTOMER, RATE_PUBLIC, READS, .page = "order/show.html", .summary = "One order" },
	{ "POST", "/orders/:id/pay", payment_process, CUSTOMER, RATE_WRITE, OWN_TX | SLOW, PAYMENT_PROCESS,
	  .page = "order/show.html", .then = "/orders/::id", .again = order_show, .summary = "Pay" },
	{ "POST", "/orders/:id/confirm", payment_confirm, CUSTOMER, RATE_WRITE, OWN_TX | SLOW, PAYMENT_CONFIRM,
	  .page = "order/show.html", .then = "/orders/::id", .again = order_show, .summary = "Ask what became of a payment" },
	{ "POST", "/orders/:id/cancel", order_give_up, CUSTOMER, RATE_WRITE, WRITES, .page = "order/show.html",
	  .then = "/orders/::id", .again = order_show, .summary = "Give up a hold" },
	{ "GET", "/tickets", ticket_index, CUSTOMER, RATE_PUBLIC, READS, TICKET_LIST, .page = "ticket/list.html",
	  .summary = "Your tickets" },
	{ "GET", "/tickets/:id", ticket_show, CUSTOMER, RATE_PUBLIC, READS | SECRET, .page = "ticket/show.html",
	  .summary = "One ticket with its code" },

	/* ---- organizer ---- */
	{ "GET", API "/organizer/dashboard/stats", organizer_dashboard, ORGANIZER, RATE_PUBLIC, READS,
	  .summary = "Your figures" },
	{ "GET", API "/organizer/events", organizer_event_index, ORGANIZER, RATE_PUBLIC, READS, ORGANIZER_EVENTS,
	  .summary = "Your events" },
	{ "GET", API "/organizer/events/:id", organizer_event_show, ORGANIZER, RATE_PUBLIC, READS,
	  .summary = "One of your events, with analytics" },
	{ "GET", "/organizer", organizer_event_index, ORGANIZER, RATE_PUBLIC, READS, ORGANIZER_EVENTS,
	  .page = "organizer/home.html", .summary = "Your events and figures" },
	{ "GET", "/organizer/events/:id", organizer_event_show, ORGANIZER, RATE_PUBLIC, READS,
	  .page = "organizer/event.html", .summary = "One of your events, live" },

	/* ---- merchant ---- */

	/* ---- usher: the gate ---- */
	{ "GET", GATE "/events", usher_event_index, USHER, RATE_GATE, READS, .summary = "Events you are assigned to" },
	{ "GET", GATE "/events/:id", usher_event_show, USHER, RATE_GATE, READS, .summary = "One of your events" },
	{ "GET", GATE "/events/:id/status", usher_event_status, USHER, RATE_GATE, READS, .summary = "Is scanning on; counts" },
	{ "POST", GATE "/events/:id/validate-assignment", usher_event_assignment, USHER, RATE_GATE, READS,
	  .summary = "Are you assigned to this event" },
	{ "POST", GATE "/scan/verify-card", scan_verify_card, USHER, RATE_GATE, READS, SCAN_CARD, .summary = "Is a card known" },
	{ "GET", GATE "/scan/card/:card_id", scan_card_show, USHER, RATE_GATE, READS, .summary = "A card" },
	{ "POST", GATE "/scan/card/:card_id/validate", scan_card_validate, USHER, RATE_GATE, READS, SCAN_VALIDATE,
	  .summary = "A verdict without effect" },
	{ "GET", GATE "/scan/attendee/:card_id", scan_attendee, USHER, RATE_GATE, READS, SCAN_ATTENDEE,
	  .summary = "Who holds this card" },
	{ "GET", GATE "/scan/attendee/:card_id/event/:event_id", scan_attendee, USHER, RATE_GATE, READS, SCAN_ATTENDEE,
	  .summary = "Who holds this card, at this event" },
	{ "POST", GATE "/scan/result", scan_result, USHER, RATE_GATE, OWN_TX, SCAN_RESULT,
	  .summary = "Scan a ticket by code or card" },
	{ "GET", GATE "/scan/logs", scan_log_index, USHER, RATE_GATE, READS, SCAN_LOGS, .summary = "The scans of your event" },
	{ "GET", GATE "/scan/logs/search", scan_log_index, USHER, RATE_GATE, READS, SCAN_LOGS, .summary = "Search the scans" },
	{ "GET", GATE "/scan/logs/:id", scan_log_show, USHER, RATE_GATE, READS, .summary = "One scan" },
	{ "GET", GATE "/nfc/status", nfc_status, USHER, RATE_GATE, READS, .summary = "Cards of this event's holders" },
	{ "GET", GATE "/nfc/test", nfc_test, USHER, RATE_GATE, READS, .summary = "An echo through the whole way" },
	{ "GET", "/gate", gate_page, USHER, RATE_GATE, READS, .page = "gate/scan.html", .summary = "The gate" },
	{ "POST", "/gate", gate_scan, USHER, RATE_GATE, OWN_TX, SCAN_RESULT, .page = "gate/scan.html", .again = gate_page,
	  .summary = "Scan at the gate" },
	{ "GET", "/gate/logs", scan_log_index, USHER, RATE_GATE, READS, SCAN_LOGS, .page = "gate/logs.html",
	  .summary = "The scans of your event" },

	/* ---- live ---- */

	/* ---- staff: what resources.c does not make ---- */
	{ "GET", API "/dashboard/stats", dashboard_stats, STAFF, RATE_PUBLIC, READS, .summary = "Today's figures and alerts" },
	{ "GET", "/admin", dashboard_stats, STAFF, RATE_PUBLIC, READS, .page = "admin/home.html",
	  .summary = "The back office's first page" },
	{ "POST", API "/events/:id/publish", event_publish, MANAGERS, RATE_WRITE, WRITES, .summary = "Put a draft on sale" },
	{ "POST", API "/events/:id/cancel", event_cancel, MANAGERS, RATE_WRITE, WRITES,
	  .summary = "Cancel an event; payments are given back" },
	{ "GET", API "/events/:id/statistics", event_statistics, STAFF, RATE_PUBLIC, READS, .summary = "Sales and scans of an event" },
	{ "GET", API "/events/:id/ushers", event_usher_index, STAFF, RATE_PUBLIC, READS, .summary = "Ushers of an event" },
	{ "POST", API "/events/:id/ushers", event_usher_assign, MANAGERS, RATE_WRITE, WRITES, USHER_ASSIGN,
	  .summary = "Assign an usher, or move one to another gate" },
	{ "DELETE", API "/events/:id/ushers/:usher_id", event_usher_remove, MANAGERS, RATE_WRITE, WRITES,
	  .summary = "Take an usher off an event" },
	{ "GET", "/admin/events/:id/publish", event_act, MANAGERS, RATE_PUBLIC, READS, .page = "admin/publish.html",
	  .summary = "Ask before publishing" },
	{ "POST", "/admin/events/:id/publish", event_publish, MANAGERS, RATE_WRITE, WRITES, .page = "admin/publish.html",
	  .then = "/admin/events/::id", .again = event_act, .summary = "Put a draft on sale" },
	{ "GET", "/admin/events/:id/cancel", event_act, MANAGERS, RATE_PUBLIC, READS, .page = "admin/cancel.html",
	  .summary = "Ask before cancelling" },
	{ "POST", "/admin/events/:id/cancel", event_cancel, MANAGERS, RATE_WRITE, WRITES, .page = "admin/cancel.html",
	  .then = "/admin/events/::id", .again = event_act, .summary = "Cancel an event" },
	{ "POST", "/admin/events/:id/ushers", event_usher_assign, MANAGERS, RATE_WRITE, WRITES, USHER_ASSIGN,
	  .then = "/admin/events/::id", .summary = "Assign an usher" },
	{ "POST", "/admin/events/:id/ushers/:usher_id/remove", event_usher_remove, MANAGERS, RATE_WRITE, WRITES,
	  .then = "/admin/events/::id", .summary = "Take an usher off an event" },
	{ "PUT", API "/customers/:id/status", customer_status, MANAGERS, RATE_WRITE, WRITES, CUSTOMER_STATUS,
	  .summary = "Disable or enable a customer" },
	{ "GET", API "/customers/:id/bookings", customer_bookings, STAFF, RATE_PUBLIC, READS, CUSTOMER_BOOKINGS,
	  .summary = "A customer's orders" },
	{ "POST", API "/users/:id/reset-password", user_reset_password, MANAGERS, RATE_WRITE, WRITES | SLOW | SECRET,
	  RESET_PASSWORD, .summary = "Set a password and end all sessions" },
	{ "GET", "/admin/users/:id/reset-password", user_act, MANAGERS, RATE_PUBLIC, READS, .page = "admin/password.html",
	  .summary = "Ask for a new password" },
	{ "POST", "/admin/users/:id/reset-password", user_reset_password, MANAGERS, RATE_WRITE, WRITES | SLOW | SECRET,
	  RESET_PASSWORD, .page = "admin/password.html", .again = user_act, .summary = "Set a password" },
	{ "POST", API "/users/:id/verify", user_verify, MANAGERS, RATE_WRITE, WRITES, .summary = "Count a mobile number as verified" },
	{ "POST", API "/users/:id/roles", user_grant_role, MANAGERS, RATE_WRITE, WRITES, USER_ROLE,
	  .summary = "Give an account one more role" },
	{ "DELETE", API "/users/:id/roles/:role", user_revoke_role, MANAGERS, RATE_WRITE, WRITES, .summary = "Take a role away" },
	{ "GET", API "/settings", setting_index, STAFF, RATE_PUBLIC, READS, .summary = "Settings" },
	{ "PUT", API "/settings", setting_change, SUPERADMIN, RATE_WRITE, WRITES, SETTINGS, .summary = "Change settings" },
	{ "GET", "/admin/settings", setting_index, STAFF, RATE_PUBLIC, READS, .page = "admin/settings.html", .summary = "Settings" },
	{ "POST", "/admin/settings", setting_change, SUPERADMIN, RATE_WRITE, WRITES, SETTINGS, .page = "admin/settings.html",
	  .then = "/admin/settings", .again = setting_index, .summary = "Change settings" },
};

static const struct portal PORTALS[] = {
	{ "/organizer", ORGANIZER, "/organizer/sign-in", "organizer" },
	{ "/merchant", MERCHANT, "/merchant/sign-in", "merchant" },
	{ "/admin", STAFF, "/admin/sign-in", "admin" },
	{ "/gate", USHER, "/gate/sign-in", "gate" },
	{ "", CUSTOMER, "/sign-in", "customer" },
};

const struct portal *portal_of(const char *path)
{
	const struct portal *portal = PORTALS;

	for (;; portal++) {
		size_t len = strlen(portal->prefix);

		if (!len || (!strncmp(path, portal->prefix, len) && (path[len] == '/' || !path[len])))
			return portal;
	}
}

/* The table and the resources' rows in one array, made at first use, which is before the fork. */
const struct route *routes_all(size_t *n)
{
	static struct route *all;
	static size_t total;

	if (!all) {
		const size_t own = sizeof ROUTES / sizeof *ROUTES, made = resource_routes(NULL, 0);

		all = talloc_zero_size(NULL, (own + made) * sizeof *all);
		memcpy(all, ROUTES, sizeof ROUTES);
		total = own + resource_routes(all + own, made);
	}
	*n = total;
	return all;
}

/* Does path fit pattern segment by segment? A trailing slash of path is optional. Parameters go into *params. */
static bool fits(const char *pattern, const char *path, struct json_object **params)
{
	const char *p = pattern, *s = path;

	for (;;) {
		if (*p == ':') {
			size_t name = strcspn(++p, "/"), value = strcspn(s, "/");
			char key[40];

			if (!value)
				return false;
			assert(name < sizeof key);
			memcpy(key, p, name);
			key[name] = '\0';
			if (params) {
				if (!*params)
					*params = json_object_new_object();
				json_object_object_add(*params, key, json_object_new_string_len(s, (int)value));
			}
			p += name;
			s += value;
		}
		if (!*p)
			return !*s || (*s == '/' && !s[1]);
		if (*p != *s)
			return false;
		p++;
		s++;
	}
}

/* Literal rows win over ":name" rows, whatever their order: "/events/featured" is never an id. */
static bool better(const struct route *a, const struct route *b)
{
	return !b || (strchr(b->path, ':') && (!strchr(a->path, ':') || strcspn(a->path, ":") > strcspn(b->path, ":")));
}

static const char *allowed(const char *path)
{
	static const char *const METHODS[] = { "GET", "POST", "PUT", "DELETE" };
	/* Every set of methods, so that none is built at run time: index is a bit set of METHODS. */
	static const char *const SETS[16] = { NULL,
					      "GET, HEAD, OPTIONS",
					      "POST, OPTIONS",
					      "GET, HEAD, POST, OPTIONS",
					      "PUT, OPTIONS",
					      "GET, HEAD, PUT, OPTIONS",
					      "POST, PUT, OPTIONS",
					      "GET, HEAD, POST, PUT, OPTIONS",
					      "DELETE, OPTIONS",
					      "GET, HEAD, DELETE, OPTIONS",
					      "POST, DELETE, OPTIONS",
					      "GET, HEAD, POST, DELETE, OPTIONS",
					      "PUT, DELETE, OPTIONS",
					      "GET, HEAD, PUT, DELETE, OPTIONS",
					      "POST, PUT, DELETE, OPTIONS",
					      "GET, HEAD, POST, PUT, DELETE, OPTIONS" };
	size_t n;
	const struct route *all = routes_all(&n);
	unsigned set = 0;

	for (size_t i = 0; i < n; i++)
		if (fits(all[i].path, path, NULL))
			for (unsigned w = 0; w < 4; w++)
				if (!strcmp(all[i].method, METHODS[w]))
					set |= 1u << w;
	return SETS[set];
}

const struct route *route_match(const char *method, const char *path, struct json_object **params, const char **allow)
{
	size_t n;
	const struct route *all = routes_all(&n), *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(all[i].method, method) && fits(all[i].path, path, NULL) && better(&all[i], best))
			best = &all[i];
	*allow = best ? NULL : allowed(path);
	if (best)
		fits(best->path, path, params);
	return best;
}

/* Does get show the form that post takes? */
static bool shows_again(const struct route *get, const struct route *post)
{
	return get->page && post->page && post->again == get->action && get->resource == post->resource &&
	       !strcmp(get->page, post->page) && !strcmp(get->method, "GET") && !strcmp(post->method, "POST");
}

const struct route *route_of_page(const struct route *posted)
{
	size_t n;
	const struct route *all = routes_all(&n);

	for (size_t i = 0; i < n; i++)
		if (shows_again(&all[i], posted))
			return &all[i];
	assert(false);
	return NULL;
}

const struct field *route_form(const struct route *page)
{
	size_t n;
	const struct route *all = routes_all(&n);

	if (!strcmp(page->method, "POST"))
		return page->fields;
	for (size_t i = 0; i < n; i++)
		if (shows_again(page, &all[i]))
			return all[i].fields;
	return NULL;
}
