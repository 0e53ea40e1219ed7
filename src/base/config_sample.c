/* The commented sample, from the table that files are read by: so it cannot differ from what is read. */
#include "base/config.h"
#include "base/setting.h"
#include <string.h>

static void print_bounds(FILE *out, const struct setting *s)
{
	switch (s->type) {
	case NUMBER:
		fprintf(out, "# A number, %d to %d.", s->min, s->max);
		break;
	case YES_NO:
		fprintf(out, "# yes or no.");
		break;
	case CHOICE:
		fprintf(out, "# One of: %s.", s->choices);
		break;
	case URL:
		fprintf(out, "# Begins with one of: %s; at most %d bytes.", s->choices, s->max);
		break;
	default:
		fprintf(out, "# %s", s->type == PATH ? "A path from the root. " : "");
		if (s->min > 1)
			fprintf(out, "%d to %d bytes.", s->min, s->max);
		else
			fprintf(out, "At most %d bytes.", s->max);
	}
	fprintf(out, " Default: %s\n", s->value[0] ? s->value : "empty");
}

void config_print_sample(FILE *out)
{
	const char *section = "";
	size_t n;
	const struct setting *all = setting_all(&n);

	fprintf(out, "# Gatehouse's settings. Each stands here with its default, behind a #: take the # away\n"
		     "# and change it. A value is all that stands behind its = up to the end of the line, without\n"
		     "# quotes. This file may hold passwords: let nobody but Gatehouse's account read it (0640).\n");
	for (size_t i = 0; i < n; i++) {
		const struct setting *s = &all[i];

		if (strcmp(section, s->section) != 0)
			fprintf(out, "\n[%s]\n", s->section);
		section = s->section;
		fprintf(out, "\n# %s\n", s->help);
		print_bounds(out, s);
		fprintf(out, "#%s =%s%s\n", s->name, s->value[0] ? " " : "", s->value);
	}
}
