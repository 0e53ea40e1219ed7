#ifndef COMMAND_HELP_H
#define COMMAND_HELP_H
/* What a subcommand is, in one row, and what is printed of these rows: the usage, a command's own help, the manual page. */
#include "base/config.h"
#include <stdio.h>

enum reads {
	CONFIGURED, /* the configuration must be there */
	ANYWHERE, /* does with the defaults where none is named and none is installed, or not for this account to read */
	NOTHING	  /* reads none, so that a wrong one cannot keep it from printing a right one */
};

struct command {
	const char *name;
	int (*run)(const struct config *config, int argc, char **argv); /* answers an exit status */
	bool keys;							/* needs the site key */
	const char *help;						/* in a line */
	const char *takes; /* what stands behind its name, as the usage writes it; NULL: nothing */
	const char *more;  /* whole sentences for the manual page; `…` is what is typed */
	enum reads reads;
};

/* All commands, a line each. */
void help_usage(FILE *out, const struct command *commands, size_t n);
/* One command. */
void help_command(FILE *out, const struct command *command);
/* gatehouse(8), in the man macros. */
void help_man(FILE *out, const struct command *commands, size_t n);

#endif
