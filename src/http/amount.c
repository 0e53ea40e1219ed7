/* What is much depends on the currency, so a field of money has no ceiling of its own: it is the currency's, and what is refused is
 * told in the words in which it was typed. */
#include "http/amount.h"
#include "base/money.h"
#include "base/rate.h"
#include <ctype.h>

const char *amount_currency(const struct field *field, const struct value_place *place, char code[4])
{
	struct json_object *sibling = NULL;

	if (field->house)
		return place->config->fee_currency;
	json_object_object_get_ex(place->siblings, "currency", &sibling);
	if (!json_object_is_type(sibling, json_type_string))
		return field->choices;
	if (json_object_get_string_len(sibling) != 3)
		return "";
	for (int i = 0; i < 4; i++)
		code[i] = (char)toupper((unsigned char)json_object_get_string(sibling)[i]);
	return code;
}

bool amount_read(const char *line, const char *currency, int64_t *n, const char **fault)
{
	if (money_parse(line, currency, n))
		return true;
	*fault = money_places(currency) == 0 ? "Enter an amount such as 1200." : "Enter an amount such as 12.50.";
	return false;
}

bool amount_fits(const struct field *field, int64_t n, const char *currency, bool typed,
		 const struct value_place *place, const char **fault)
{
	int64_t most = field->max ? field->max : money_most(currency);
	char low[40], high[40];

	if (n >= field->min && n <= most)
		return true;
	if (typed)
		*fault = tongue_say(place->tongue, place->mem, "Enter an amount from %s to %s.",
				    money_text(field->min, currency, low, sizeof(low)),
				    money_text(most, currency, high, sizeof(high)));
	else
		*fault = tongue_say(place->tongue, place->mem, "Enter a number from %lld to %lld.",
				    (long long)field->min, (long long)most);
	return false;
}

bool rate_read(const struct field *field, const char *line, const struct value_place *place, int64_t *n,
	       const char **fault)
{
	int64_t most = field->max ? field->max : RATE_WHOLE;
	char low[24], high[24];

	if (!rate_parse(line, n))
		*fault = "Enter a per cent with at most two decimals, such as 2.5.";
	else if (*n < field->min || *n > most)
		*fault = tongue_say(place->tongue, place->mem, "Enter a per cent from %s to %s.",
				    rate_text(field->min, low, sizeof low), rate_text(most, high, sizeof high));
	return !*fault;
}
