/* The commands' table is the only place that describes them: the usage, `gatehouse help COMMAND` and the manual page are
 * printed from it, the last while the program is built, so that none can lag behind. */
#include "command/help.h"
#include <stdbool.h>
#include <string.h>

static const char *or_nothing(const char *text)
{
	return text ? text : "";
}

void help_usage(FILE *out, const struct command *commands, size_t n)
{
	fprintf(out, "usage: gatehouse [-c FILE] COMMAND\n\n");
	for (const struct command *c = commands; c < commands + n; c++)
		fprintf(out, "  %-12s %s%s%s\n", c->name, c->help, c->takes ? ": " : "", or_nothing(c->takes));
	fprintf(out, "  %-12s %s\n", "help", "say more: [COMMAND], or --man for the manual page");
	fprintf(out,
		"\nFILE is the configuration; without it $GATEHOUSE_CONFIG, else %s/gatehouse.ini.\n"
		"--version says which program this is.\n",
		SYSCONFDIR);
}

void help_command(FILE *out, const struct command *command)
{
	fprintf(out, "usage: gatehouse [-c FILE] %s%s%s\n\n%s\n", command->name, command->takes ? " " : "",
		or_nothing(command->takes), command->help);
	fprintf(out, "\n%s\n", command->more);
}

/* Text for roff: what it would take for its own is escaped, and `…` is set in bold. */
static void roff(FILE *out, const char *text)
{
	bool bold = false;

	for (const char *c = text; *c; c++) {
		if (*c == '`')
			fputs((bold = !bold) ? "\\fB" : "\\fR", out);
		else if (*c == '\\')
			fputs("\\e", out);
		else if (*c == '-')
			fputs("\\-", out);
		else if (strchr(".'", *c) && (c == text || c[-1] == '\n'))
			fprintf(out, "\\&%c", *c);
		else
			fputc(*c, out);
	}
}

static void paragraph(FILE *out, const char *text)
{
	roff(out, text);
	fputc('\n', out);
}

/* A term, with what stands behind it, and what it means. */
static void entry(FILE *out, const char *term, const char *takes, const char *text)
{
	fprintf(out, ".TP\n\\fB");
	roff(out, term);
	fprintf(out, "\\fR%s", takes ? " " : "");
	paragraph(out, or_nothing(takes));
	paragraph(out, text);
}

static void man_commands(FILE *out, const struct command *commands, size_t n)
{
	for (const struct command *c = commands; c < commands + n; c++) {
		entry(out, c->name, c->takes, c->help);
		fprintf(out, ".IP\n");
		paragraph(out, c->more);
	}
	entry(out, "help", "[COMMAND | --man]", "print the usage, what is said of one command here, or this page");
}

void help_man(FILE *out, const struct command *commands, size_t n)
{
	fprintf(out, ".\\\" Printed by `gatehouse help --man`.\n");
	fprintf(out, ".TH GATEHOUSE 8 \"\" \"gatehouse %s\" \"System administration\"\n", GATEHOUSE_VERSION);
	fprintf(out, ".SH NAME\ngatehouse \\- sells tickets, scans them at the gate, counts live\n");
	fprintf(out,
		".SH SYNOPSIS\n.B gatehouse\n[\\fB\\-c\\fR \\fIFILE\\fR] \\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]\n");
	fprintf(out, ".br\n.B gatehouse \\-\\-version\n");
	fprintf(out, ".SH DESCRIPTION\n");
	paragraph(
		out,
		"One program for all that a site needs: `serve`, `live` and `jobs` are its processes, which run as long as "
		"the site does, behind a web server and beside MariaDB; the other commands are for whoever runs it.");
	fprintf(out, ".PP\n");
	paragraph(
		out,
		"Whoever calls them must be the account that the site runs as, or root, who then becomes that account: the "
		"one that owns the configuration, or else the directory where the site's key file lies.");
	fprintf(out, ".SH COMMANDS\n");
	man_commands(out, commands, n);
	fprintf(out, ".SH OPTIONS\n");
	entry(out, "-c", "FILE", "the configuration");
	entry(out, "--version", NULL, "print which program this is, and under which licence");
	fprintf(out, ".SH ENVIRONMENT\n");
	entry(out, "GATEHOUSE_CONFIG", NULL, "the configuration, where there is no `-c`");
	fprintf(out, ".SH FILES\n");
	entry(out, SYSCONFDIR "/gatehouse.ini", NULL,
	      "the configuration, where no other is named; `gatehouse config` prints one with every setting explained");
	entry(out, RUNDIR, NULL, "sockets and the pid file");
	entry(out, STATEDIR, NULL, "the site's key and what people uploaded");
	entry(out, DATADIR, NULL, "templates, migrations, samples for web servers and for MariaDB");
	fprintf(out, ".SH EXIT STATUS\n");
	paragraph(out, "0 when all is well, 1 when something is wrong, 2 when it was called or configured wrongly.");
	fprintf(out, ".SH SEE ALSO\n");
	paragraph(out, "lighttpd(8), apache2(8), mariadbd(8), systemctl(1)");
}
