/* The table lies beside the zones themselves, so what is offered is what this machine knows, and grows with it. */
#include "base/zones.h"
#include "base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *table_open(void)
{
	const char *directory = getenv("TZDIR");
	char path[512];

	if (snprintf(path, sizeof(path), "%s/zone.tab", directory && *directory ? directory : "/usr/share/zoneinfo") >=
	    (int)sizeof(path))
		return NULL;
	return fopen(path, "re");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A row is a country, a place's coordinates and its zone, parted by tabs; a comment may follow. */
const char *const *zones_of_places(TALLOC_CTX *ctx, size_t *n)
{
	const char **zones = talloc_array(ctx, const char *, 1);
	char line[512], zone[64];
	FILE *table = table_open();

	*n = 0;
	while (table && fgets(line, sizeof(line), table)) {
		if (sscanf(line, "%*2[A-Z]\t%*[^\t]\t%63[^\t\n]", zone) != 1 || !clock_zone_known(zone))
			continue;
		zones = talloc_realloc(ctx, zones, const char *, (unsigned)*n + 1);
		zones[(*n)++] = talloc_strdup(zones, zone);
	}
	if (table)
		fclose(table);
	if (*n)
		qsort(zones, *n, sizeof(*zones), by_name);
	return zones;
}
