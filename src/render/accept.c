/* Ranges and their weights, as RFC 9110 has them in 12.4.2. */
#include "render/accept.h"
#include "base/list.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How much a range of an Accept is wanted (RFC 9110, 12.4.2), by what follows its type: 1 where it does not say, 0 where that
 * cannot be read. */
static double weight_of(const char *parameters, size_t len)
{
	const char *end = parameters + len, *one;
	double weight = 1;

	while ((one = memchr(parameters, ';', (size_t)(end - parameters)))) {
		parameters = one + 1;
		one += 1 + strspn(one + 1, " \t");
		if (end - one < 2 || (*one != 'q' && *one != 'Q') || one[1] != '=')
			continue;
		weight = one[2] == '0' || one[2] == '1' ? strtod(one + 2, NULL) : 0;
	}
	return weight;
}

bool accept_wants(const char *accept, const char *type)
{
	const char *range, *best = "";
	size_t len, best_len = 0;
	double most = 0;

	while ((range = list_next(&accept, ',', &len))) {
		size_t name = strcspn(range, "; \t,");
		double weight = weight_of(range, len);

		if (weight > most) {
			most = weight;
			best = range;
			best_len = name;
		}
	}
	return best_len == strlen(type) && !strncasecmp(best, type, best_len);
}

bool accept_takes(const char *accept, const char *name)
{
	const char *range;
	size_t len;
	double any = 0, named = -1;

	while ((range = list_next(&accept, ',', &len))) {
		size_t n = strcspn(range, "; \t,");

		if (n == strlen(name) && !strncasecmp(range, name, n))
			named = weight_of(range, len);
		else if (n == 1 && *range == '*')
			any = weight_of(range, len);
	}
	return named < 0 ? any > 0 : named > 0;
}
