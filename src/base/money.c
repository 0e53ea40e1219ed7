/* The only place that knows where a currency's decimal point stands. Codes are ISO 4217's list of those
 * in use; metals, funds and testing codes are left out, for no ticket is sold in them. */
#include "base/money.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Indexed by decimal places; codes are four bytes apart. */
static const char *const CODES[] = {
	"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
	"",
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
	"CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
	"IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
	"MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
	"SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG "
	"YER ZAR ZMW ZWG",
	"BHD IQD JOD KWD LYD OMR TND",
};

enum { MAX_PLACES = sizeof(CODES) / sizeof(CODES[0]) - 1 };

int money_places(const char *currency)
{
	if (!currency || strlen(currency) != 3 || strchr(currency, ' '))
		return -1;
	for (int places = 0; places <= MAX_PLACES; places++) {
		const char *found = strstr(CODES[places], currency);

		/* Codes are separated by a blank, so a match of three letters is a whole code. */
		if (found)
			return places;
	}
	return -1;
}

int64_t money_most(const char *currency)
{
	int places = money_places(currency);
	int64_t most = INT64_C(10000000000);

	for (places = places < 0 ? 2 : places; places; places--)
		most *= 10;
	return most;
}

bool money_add(int64_t a, int64_t b, int64_t *out)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return false;
	*out = sum;
	return true;
}

bool money_times(int64_t a, int64_t n, int64_t *out)
{
	int64_t product;

	if (__builtin_mul_overflow(a, n, &product))
		return false;
	*out = product;
	return true;
}

char *money_decimal(int64_t minor, int places, char *out, size_t size)
{
	const char *whole, *point;
	char digits[24];

	/* Twenty digits hold any number; of the leading zeros one may be left before the point. */
	snprintf(digits, sizeof(digits), "%020" PRIu64, minor < 0 ? -(uint64_t)minor : (uint64_t)minor);
	point = digits + 20 - places;
	whole = digits + strspn(digits, "0");
	whole = whole < point ? whole : point - 1;
	snprintf(out, size, "%s%.*s%s%s", minor < 0 ? "-" : "", (int)(point - whole), whole, places ? "." : "", point);
	return out;
}

char *money_text(int64_t minor, const char *currency, char *out, size_t size)
{
	int places = money_places(currency);
	/* Where the code is unknown, a guess at the decimal point could be wrong a hundredfold. */
	const char *unknown = places < 0 ? " minor" : "";
	char number[32];

	snprintf(out, size, "%s%s %s", money_decimal(minor, places < 0 ? 0 : places, number, sizeof(number)), unknown,
		 currency ? currency : "?");
	return out;
}

/* Appends one digit. */
static bool shift_in(int64_t *value, char digit)
{
	return money_times(*value, 10, value) && money_add(*value, digit - '0', value);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool money_parse(const char *text, const char *currency, int64_t *minor)
{
	int places = money_places(currency);
	int64_t value = 0;

	if (places < 0 || !is_digit(*text))
		return false;
	for (; is_digit(*text); text++)
		if (!shift_in(&value, *text))
			return false;
	if (*text == '.') {
		text++;
		if (!is_digit(*text))
			return false;
		for (; is_digit(*text); text++)
			if (places-- == 0 || !shift_in(&value, *text))
				return false;
	}
	if (*text)
		return false;
	while (places-- > 0)
		if (!shift_in(&value, '0'))
			return false;
	*minor = value;
	return true;
}
