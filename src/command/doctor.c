/* `gatehouse doctor`: looks at what an installation needs, one line each, and says how to mend what is wrong. It changes
 * nothing and stops at nothing: every check runs, whatever the ones before found. */
#include "command/doctor.h"
#include "command/command.h"
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

static const char *own_name(TALLOC_CTX *ctx)
{
	const struct passwd *account = getpwuid(geteuid());

	return account ? talloc_strdup(ctx, account->pw_name) : "this account";
}

int command_doctor(const struct config *config, int argc, char **argv)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct visit v = { .config = config, .mem = mem, .account = own_name(mem) };

	(void)argc;
	(void)argv;
	v.db = db_new(mem, config);
	db_memory(v.db, mem);
	doctor_machine(&v);
	doctor_database(&v);
	doctor_fonts(&v);
	doctor_sockets(&v);
	doctor_site(&v);
	talloc_free(mem);
	printf("%u wrong, %u worth a look\n", v.faults, v.warnings);
	return v.faults ? 1 : 0;
}
