/* `gatehouse maintenance`: closes the site on this node, opens it, or says which it is. */
#include "base/maintenance.h"
#include "base/chronicle.h"
#include "command/command.h"
#include "store/system_log.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTES_MAX = 7 * 24 * 60, DB_TIMEOUT_S = 2 };

static int usage(void)
{
	fprintf(stderr, "usage: gatehouse maintenance [on [--minutes N] | off]\n");
	return 2;
}

static int failed(const struct config *config)
{
	fprintf(stderr, "gatehouse: %s: %s\n", config->maintenance, strerror(errno));
	return 1;
}

static int tell(const struct config *config)
{
	char at[ISO_SIZE];
	ms_t until;

	if (!maintenance_on(config->maintenance, &until))
		printf("this node is open\n");
	else if (until)
		printf("this node is closed for maintenance, until about %s\n", clock_iso(until, at));
	else
		printf("this node is closed for maintenance\n");
	return 0;
}

/* The site is closed without a database, too: then it stands in no log. */
static void note(const struct config *config, const char *event, long minutes)
{
	struct config soon = *config;
	struct db *db;

	if (soon.db_timeout_s > DB_TIMEOUT_S)
		soon.db_timeout_s = DB_TIMEOUT_S;
	chronicle_note(event, F("minutes", minutes));
	db = db_new(NULL, &soon);
	db_memory(db, db);
	system_log_say(db);
	talloc_free(db);
}

static int begin(const struct config *config, long minutes)
{
	if (!maintenance_begin(config->maintenance, minutes ? clock_now() + minutes * MS_MINUTE : 0))
		return failed(config);
	note(config, "maintenance_began", minutes);
	return tell(config);
}

static int end(const struct config *config)
{
	if (!maintenance_end(config->maintenance) && errno != ENOENT)
		return failed(config);
	note(config, "maintenance_ended", 0);
	return tell(config);
}

int command_maintenance(const struct config *config, int argc, char **argv)
{
	long minutes = 0;
	char *rest = NULL;

	if (!argc)
		return tell(config);
	if (argc == 1 && !strcmp(argv[0], "off"))
		return end(config);
	if (strcmp(argv[0], "on"))
		return usage();
	if (argc == 3 && !strcmp(argv[1], "--minutes"))
		minutes = strtol(argv[2], &rest, 10);
	if (argc != 1 && (!rest || *rest || minutes < 1 || minutes > MINUTES_MAX))
		return usage();
	return begin(config, minutes);
}
