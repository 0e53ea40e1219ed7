/* `gatehouse demo-data`: a venue after a month of sales, in an empty database. The data is SQL (sql/demo); here is only what
 * SQL cannot make: password hashes and the events' signing keys. On a demo that is loaded already it moves event 1 to
 * today, so that the demo can always be sold and scanned. */
#include "base/clock.h"
#include "command/command.h"
#include "command/demo_faces.h"
#include "db/db.h"
#include "rules/jwt.h"
#include "rules/password.h"
#include "rules/ticket_code.h"
#include "store/demo.h"
#include "store/event_key.h"
#include "store/lti.h"
#include "store/mark.h"
#include "store/session.h"
#include "store/sought.h"
#include "store/words.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *variable, *password;
} ACCOUNTS[] = {
	{ "customer", "demo-customer-1" },     { "organizer", "demo-organizer-1" },
	{ "merchant", "demo-merchant-1" },     { "usher", "demo-usher-1" },
	{ "admin", "demo-admin-1" },	       { "student", "demo-student-1" },
	{ "supervisor", "demo-supervisor-1" }, { "hr", "demo-hr-1" },
	{ "person", "demo-person-1" },	       { "moderator", "demo-moderator-1" },
	{ "people", "demo-people-1" },
};

static char *read_file(TALLOC_CTX *ctx, const char *directory, const char *name)
{
	char *path = talloc_asprintf(ctx, "%s/%s", directory, name), *text = NULL;
	FILE *in = fopen(path, "r");
	size_t len = 0, got;

	if (!in) {
		fprintf(stderr, "gatehouse: %s cannot be read\n", path);
		return NULL;
	}
	do {
		text = talloc_realloc_size(ctx, text, len + 65537);
		got = fread(text + len, 1, 65536, in);
		len += got;
	} while (got);
	fclose(in);
	text[len] = '\0';
	return text;
}

static bool set_variables(struct db *db, long tickets)
{
	char hash[PASSWORD_HASH_SIZE];
	ms_t now = clock_now();

	for (size_t i = 0; i < sizeof ACCOUNTS / sizeof *ACCOUNTS; i++)
		if (!password_hash(ACCOUNTS[i].password, hash) || !demo_set_hash(db, ACCOUNTS[i].variable, hash))
			return false;
	return demo_set_size(db, now, tickets) && demo_set_clocks(db, "river", "Europe/Berlin", now) &&
	       demo_set_clocks(db, "hill", "America/Los_Angeles", now);
}

/* Of campus 1. */
enum { DEMO_PLATFORM = 1 };

static bool make_keys(struct db *db)
{
	const struct rows *events = demo_events_without_key(db);

	for (size_t i = 0; i < events->n; i++) {
		struct row event = row_at(events, i);

		if (!event_key_insert(db, row_int(&event, "id"), row_time(&event, "created_at")))
			return false;
	}
	return db_error(db) == DB_OK;
}

static int load(struct db *db, const struct config *config, long tickets)
{
	const char *error = NULL;
	char *sql = read_file(db, config->demo_sql, "demo.sql");

	if (!sql)
		return 1;
	if (!set_variables(db, tickets) || !db_script(db, sql, &error) || !make_keys(db) ||
	    !lti_platform_key(db, DEMO_PLATFORM) || words_make(db, WORDS_MISSING, false) < 0 ||
	    !sought_add_all(db, clock_now()) || !marks_add_all(db) || !demo_faces(db, config->files, clock_now()) ||
	    !db_analyze(db, &error)) {
		fprintf(stderr, "gatehouse: the demo data could not be loaded: %s\n", error ? error : db_message(db));
		return 1;
	}
	printf("demo data: %lld events, %lld tickets, %lld scans\n", (long long)demo_count(db, "event"),
	       (long long)demo_count(db, "ticket"), (long long)demo_count(db, "scan_log"));
	return 0;
}

/* The codes of an event's tickets, one a line, for load tests. */
static int print_codes(struct db *db, int64_t event_id)
{
	struct row_source *tickets = demo_tickets(db, db, event_id);
	const struct row *key = event_key_active(db, event_id);
	uint8_t secret[EVENT_SECRET];
	const struct rows *batch;
	char text[TICKET_CODE_SIZE];

	if (!key || !event_key_open(key, secret))
		return 1;
	while ((batch = tickets->next(tickets)))
		for (size_t i = 0; i < batch->n; i++) {
			struct row t = row_at(batch, i);
			struct ticket_code code = { .key_id = row_int(key, "id"),
						    .event_id = event_id,
						    .ticket_id = row_int(&t, "id"),
						    .category_id = row_int(&t, "category_id"),
						    .generation = (int32_t)row_int(&t, "generation") };

			memcpy(code.nonce, row_cell(&t, "nonce")->s, TICKET_NONCE);
			puts(ticket_code_make(&code, secret, text));
		}
	return db_error(db) == DB_OK ? 0 : 1;
}

/* event_id: of an usher, whose session is for one. */
static void print_token(struct db *db, const struct row *who, const char *role, int64_t event_id, ms_t now)
{
	struct session_start start = { .account_id = row_int(who, "account_id"),
				       .role_id = row_int(who, "id"),
				       .event_id = event_id,
				       .role = role,
				       .ip = "127.0.0.1",
				       .user_agent = "load test",
				       .now = now,
				       .expires = now + MS_HOUR };
	struct claims claims = { .audience = "api",
				 .account_id = start.account_id,
				 .role_id = start.role_id,
				 .event_id = event_id,
				 .session_id = session_insert(db, &start),
				 .expires = start.expires };
	char token[JWT_SIZE];

	snprintf(claims.role, sizeof claims.role, "%s", role);
	puts(jwt_make(&claims, now, token));
}

/* Access tokens of that many customers, one a line, for load tests. */
static int print_tokens(struct db *db, long count)
{
	struct row_source *customers = demo_customers(db, db);
	const struct rows *batch;
	ms_t now = clock_now();

	while (count > 0 && (batch = customers->next(customers)))
		for (size_t i = 0; i < batch->n && count > 0; i++, count--) {
			struct row customer = row_at(batch, i);

			print_token(db, &customer, "customer", 0, now);
		}
	return db_error(db) == DB_OK ? 0 : 1;
}

/* The same of one merchant, as many counters as that. */
static int print_merchant_tokens(struct db *db, long count)
{
	const struct row *merchant = demo_merchant(db);
	ms_t now = clock_now();

	for (; merchant && count > 0; count--)
		print_token(db, merchant, "merchant", 0, now);
	return merchant && db_error(db) == DB_OK ? 0 : 1;
}

/* The same of event 1's ushers, by turns: as many devices as that at its gates. */
static int print_usher_tokens(struct db *db, long count)
{
	const struct rows *ushers = demo_ushers(db);
	ms_t now = clock_now();

	for (size_t i = 0; ushers->n && count > 0; i++, count--) {
		struct row usher = row_at(ushers, i % ushers->n);

		print_token(db, &usher, "usher", 1, now);
	}
	return ushers->n && db_error(db) == DB_OK ? 0 : 1;
}

/* Of that many members of campus 1 in a role, a line each: an access token that is dead, one that is good for an hour, and a refresh token. */
static int print_member_tokens(struct db *db, const char *role, long count)
{
	const struct rows *members = demo_members(db, role, count);
	ms_t now = clock_now();

	for (size_t i = 0; i < members->n; i++) {
		struct row member = row_at(members, i);
		struct session_start start = { .account_id = row_int(&member, "account_id"),
					       .role_id = row_int(&member, "id"),
					       .role = role,
					       .ip = "127.0.0.1",
					       .user_agent = "load test",
					       .now = now,
					       .expires = now + MS_DAY };
		struct claims claims = { .audience = "campus",
					 .account_id = start.account_id,
					 .role_id = start.role_id,
					 .session_id = session_insert(db, &start),
					 .expires = now - MS_MINUTE };
		char dead[JWT_SIZE], token[JWT_SIZE], refresh[TOKEN_SIZE];
		uint8_t hash[HASH_BYTES];

		snprintf(claims.role, sizeof claims.role, "%s", role);
		jwt_make(&claims, now - MS_HOUR, dead);
		claims.expires = now + MS_HOUR;
		token_make(refresh);
		hash_plain(refresh, strlen(refresh), hash);
		refresh_insert(db, hash, claims.session_id, now, start.expires);
		printf("%s %s %s\n", dead, jwt_make(&claims, now, token), refresh);
	}
	return db_error(db) == DB_OK ? 0 : 1;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: gatehouse demo-data [--tickets N]  N from 40 to 2000000\n"
		"       gatehouse demo-data --codes EVENT | --tokens N | --merchant-tokens N | --usher-tokens N | --student-tokens N | --hr-tokens N  of a loaded demo\n");
	return 2;
}

/* On a demo that is loaded. */
static int use_loaded(struct db *db, const struct config *config, const char *option, long number)
{
	if (!config->demo) {
		fprintf(stderr, "gatehouse: this database is not empty, and not a demo's\n");
		return 1;
	}
	if (option && !strcmp(option, "--codes"))
		return print_codes(db, number);
	if (option && !strcmp(option, "--tokens"))
		return print_tokens(db, number);
	if (option && !strcmp(option, "--merchant-tokens"))
		return print_merchant_tokens(db, number);
	if (option && !strcmp(option, "--usher-tokens"))
		return print_usher_tokens(db, number);
	if (option && !strcmp(option, "--student-tokens"))
		return print_member_tokens(db, "student", number);
	if (option && !strcmp(option, "--hr-tokens"))
		return print_member_tokens(db, "hr", number);
	return demo_refresh(db, clock_now()) ? 0 : 1;
}

static bool is_of_loaded(const char *option)
{
	return !strcmp(option, "--codes") || !strcmp(option, "--tokens") || !strcmp(option, "--merchant-tokens") ||
	       !strcmp(option, "--usher-tokens") || !strcmp(option, "--student-tokens") ||
	       !strcmp(option, "--hr-tokens");
}

int command_demo_data(const struct config *config, int argc, char **argv)
{
	const char *option = argc ? argv[0] : NULL;
	long number = argc == 2 ? strtol(argv[1], NULL, 10) : 6000;
	bool sized = !option || !strcmp(option, "--tickets");
	struct db *db;
	int status;

	if (argc > 2 || argc == 1 || number < (sized ? 40 : 1) || number > 2000000 || (!sized && !is_of_loaded(option)))
		return usage();
	db = db_new(NULL, config);
	db_patient(db);
	if (!db_connect(db)) {
		fprintf(stderr, "gatehouse: the database does not answer: %s\n", db_message(db));
		status = 1;
	} else if (demo_count(db, "account")) {
		status = use_loaded(db, config, option, number);
	} else {
		status = sized ? load(db, config, number) : usage();
	}
	talloc_free(db);
	return status;
}
