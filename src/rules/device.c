/* Browsers name those that they want to be taken for, so of two that are named the first of a list counts (MDN: Browser detection
 * using the user agent). */
#include "rules/device.h"
#include <stdio.h>
#include <string.h>

struct mark {
	const char *in, *name;
};

static const struct mark BROWSERS[] = {
	{ "Edg", "Edge" },	     { "OPR/", "Opera" },     { "SamsungBrowser/", "Samsung Internet" },
	{ "Firefox/", "Firefox" },   { "FxiOS/", "Firefox" }, { "Chrome/", "Chrome" },
	{ "Chromium/", "Chromium" }, { "CriOS/", "Chrome" },  { "Safari/", "Safari" },
};
static const struct mark SYSTEMS[] = {
	{ "iPhone", "iPhone" }, { "iPad", "iPad" },	 { "Android", "Android" }, { "Windows", "Windows" },
	{ "CrOS", "ChromeOS" }, { "Mac OS X", "macOS" }, { "Linux", "Linux" },
};

static const char *first_of(const struct mark *marks, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(text, marks[i].in))
			return marks[i].name;
	return "";
}

char *device_name(const char *user_agent, char out[DEVICE_NAME])
{
	const char *browser = first_of(BROWSERS, sizeof BROWSERS / sizeof *BROWSERS, user_agent),
		   *system = first_of(SYSTEMS, sizeof SYSTEMS / sizeof *SYSTEMS, user_agent);

	snprintf(out, DEVICE_NAME, "%s%s%s", browser, *browser && *system ? " · " : "", system);
	return out;
}
