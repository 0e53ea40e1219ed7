#ifndef BASE_SETTING_H
#define BASE_SETTING_H
/* The table of settings, as config.c reads files by it and config_sample.c prints the sample. */
#include <stddef.h>

enum setting_type {
	TEXT,	   /* min … max bytes */
	WORD,	   /* letters, digits and _ */
	PATH,	   /* from the root, for a daemon's directory is not its starter's */
	URL,	   /* begins with one of choices, no / at its end */
	ORIGINS,   /* comma-separated scheme://host[:port] */
	ADDRESSES, /* comma-separated IP addresses */
	PREFIX,	   /* + and digits */
	ZONE,	   /* IANA time zone */
	CURRENCY,  /* ISO 4217 code that base/money.h knows */
	NUMBER,	   /* min … max */
	YES_NO,
	CHOICE /* one of choices */
};

struct setting {
	const char *section, *name;
	enum setting_type type;
	size_t at;	   /* offset into struct config */
	const char *value; /* the default */
	/* Of a number, or of a text's length. An empty text is fine where min is 0 or the default is empty. */
	int min, max;
	const char *choices; /* separated by blanks */
	const char *help;
};

/* All of them, a section's together; *n gets how many. */
const struct setting *setting_all(size_t *n);

#endif
