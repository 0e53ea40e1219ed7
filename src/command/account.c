/* `gatehouse account`: the first staff account of a new installation, or one more when nobody can get in. The password comes
 * on standard input, so that it stands in no list of processes and no shell's history. */
#include "store/account.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "command/command.h"
#include "db/db.h"
#include "db/migrate.h"
#include "http/text.h"
#include "http/validate.h"
#include "rules/password.h"
#include "store/audit.h"
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct order {
	struct db *db;
	const char *email, *name, *hash;
	int64_t id;
	bool taken;
};

static bool make(void *with)
{
	struct order *order = with;
	ms_t now = clock_now();
	struct account_new account = { .name = order->name, .email = order->email, .password_hash = order->hash };

	order->id = account_insert(order->db, &account, now);
	order->taken = !order->id && db_last(order->db) == DB_DUPLICATE;
	return order->id && profile_open(order->db, "superadmin", order->id, NULL, now) &&
	       audit_add(order->db, &(struct audit_entry){ .at = now,
							   .role = "",
							   .action = "create",
							   .noun = "account",
							   .noun_id = order->id,
							   .ip = "command line",
							   .request_id = "" });
}

/* One line, not shown while it is typed. */
static bool read_password(char *password, int size)
{
	struct termios shown, hidden;
	bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0, read;

	if (terminal) {
		fprintf(stderr, "Password: ");
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	}
	read = fgets(password, size, stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
		fprintf(stderr, "\n");
	}
	if (read)
		password[strcspn(password, "\r\n")] = '\0';
	return read;
}

static int usage(void)
{
	fprintf(stderr, "usage: gatehouse account --email E --name N    (the password on standard input)\n");
	return 2;
}

static int add(const struct config *config, struct order *order)
{
	TALLOC_CTX *ctx = talloc_new(NULL);
	int status = 1;

	order->db = db_new(ctx, config);
	db_expect_schema(order->db, migrate_latest(config->migrations));
	db_memory(order->db, ctx);
	if (db_transaction(order->db, make, NULL, order)) {
		printf("%s may sign in at %s/admin as a superadmin.\n", order->email, config->base_url);
		status = 0;
	} else if (order->taken) {
		fprintf(stderr, "gatehouse: %s has an account already\n", order->email);
	} else {
		fprintf(stderr, "gatehouse: %s\n", db_message(order->db));
	}
	talloc_free(ctx);
	return status;
}

int command_account(const struct config *config, int argc, char **argv)
{
	struct order order = { 0 };
	char password[600], hash[PASSWORD_HASH_SIZE];
	const char *fault;

	for (int i = 0; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--email"))
			order.email = argv[i + 1];
		else if (!strcmp(argv[i], "--name"))
			order.name = argv[i + 1];
		else
			return usage();
	}
	if (argc % 2 || !order.email || !order.name || !*order.name || strlen(order.name) > 120)
		return usage();
	if (!email_valid(order.email)) {
		fprintf(stderr, "gatehouse: %s is no e-mail address\n", order.email);
		return 2;
	}
	fault = utf8_valid(order.name, strlen(order.name)) ? text_fault(order.name, false) : "This is not UTF-8.";
	if (fault) {
		fprintf(stderr, "gatehouse: --name: %s\n", fault);
		return 2;
	}
	if (!read_password(password, sizeof password))
		return usage();
	fault = password_fault(password, order.name, order.email);
	if (fault) {
		fprintf(stderr, "gatehouse: %s\n", fault);
		return 1;
	}
	if (!password_hash(password, hash)) {
		fprintf(stderr, "gatehouse: there is not enough memory to hash the password\n");
		return 1;
	}
	order.hash = hash;
	return add(config, &order);
}
