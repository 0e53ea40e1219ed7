/* One function a type, in one table: of what was sent each leaves the form that the rest of the program knows, trimmed text, E.164,
 * ISO 8601, minor units, basis points. The sentences are for the people who typed it, and say what to type instead. */
#include "http/value.h"
#include "base/country.h"
#include "base/digits.h"
#include "base/list.h"
#include "base/money.h"
#include "base/rate.h"
#include "base/uuid.h"
#include "http/amount.h"
#include "http/http.h"
#include "http/text.h"
#include "http/validate.h"
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_CHARS = 255, LONG_MAX_CHARS = 10000, PASSWORD_MAX_CHARS = 256, REAL_MAX = 40 };

typedef struct json_object *read_fn(const struct field *field, struct json_object *in, const struct value_place *place,
				    const char **fault);

/* ---- texts ---- */

static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xC0) != 0x80;
	return n;
}

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && strchr(" \t\r\n", end[-1]))
		end--;
	*end = '\0';
	return text + strspn(text, " \t\r\n");
}

/* A copy of the text, on place->mem; NULL with *fault when it is none. */
static char *text_of(struct json_object *in, const struct value_place *place, const char **fault)
{
	const char *text = json_object_get_string(in);
	size_t len = (size_t)json_object_get_string_len(in);

	if (!json_object_is_type(in, json_type_string)) {
		*fault = "This must be text.";
		return NULL;
	}
	if (memchr(text, '\0', len) || !utf8_valid(text, len)) {
		*fault = TEXT_NOT_ALLOWED;
		return NULL;
	}
	return talloc_strdup(place->mem, text);
}

/* One trimmed line; NULL without *fault when nothing is left. */
static char *line_of(struct json_object *in, const struct value_place *place, const char **fault)
{
	char *text = text_of(in, place, fault);

	if (!text)
		return NULL;
	text = trim(text);
	if (text_has_forbidden(text, false)) {
		*fault = TEXT_NOT_ALLOWED;
		return NULL;
	}
	return *text ? text : NULL;
}

static struct json_object *bounded(const struct field *field, const char *text, int64_t usual_max,
				   const struct value_place *place, const char **fault)
{
	int64_t n = (int64_t)characters(text), max = field->max ? field->max : usual_max;

	if (n > max)
		*fault = tongue_say(place->tongue, place->mem, "Use at most %lld characters.", (long long)max);
	else if (n < field->min)
		*fault = tongue_say(place->tongue, place->mem, "Use at least %lld characters.", (long long)field->min);
	return *fault ? NULL : json_object_new_string(text);
}

/* One line, or lines: the trimmed text when it may be read by people. */
static struct json_object *readable(const struct field *field, char *text, bool lines, const struct value_place *place,
				    const char **fault)
{
	text = trim(text);
	*fault = text_fault(text, lines);
	return *fault || !*text ? NULL : bounded(field, text, lines ? LONG_MAX_CHARS : LINE_MAX_CHARS, place, fault);
}

static struct json_object *read_text(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const bool number = field->numbered && json_object_is_type(in, json_type_int);
	char *text = number ? talloc_strdup(place->mem, json_object_get_string(in)) : text_of(in, place, fault);

	return text ? readable(field, text, false, place, fault) : NULL;
}

/* Browsers send line ends as CR LF; one form is kept. */
static struct json_object *read_long_text(const struct field *field, struct json_object *in,
					  const struct value_place *place, const char **fault)
{
	char *text = text_of(in, place, fault), *to = text;

	if (!text)
		return NULL;
	for (const char *from = text; *from; from++) {
		if (from[0] == '\r' && from[1] == '\n')
			continue;
		*to++ = (char)(*from == '\r' ? '\n' : *from);
	}
	*to = '\0';
	return readable(field, text, true, place, fault);
}

static struct json_object *read_password(const struct field *field, struct json_object *in,
					 const struct value_place *place, const char **fault)
{
	const char *text = text_of(in, place, fault);

	return text && *text ? bounded(field, text, PASSWORD_MAX_CHARS, place, fault) : NULL;
}

/* ---- numbers ---- */

/* A number's text, with ASCII's digits and signs. */
static const char *number_of(struct json_object *in, const struct value_place *place)
{
	return number_plain(talloc_strdup(place->mem, json_object_get_string(in)));
}

/* A whole number; false with *fault, or without when it was empty. */
static bool whole_of(struct json_object *in, const struct value_place *place, int64_t *n, const char **fault)
{
	const char *text;
	char *end;

	if (json_object_is_type(in, json_type_int)) {
		*n = json_object_get_int64(in);
		return true;
	}
	if (place->text && json_object_is_type(in, json_type_string)) {
		text = number_of(in, place);
		if (!*text)
			return false;
		errno = 0;
		*n = strtoll(text, &end, 10);
		/* strtoll(3) takes blanks and a plus in front; we do not. */
		if (!*end && !errno && isdigit((unsigned char)text[*text == '-']))
			return true;
	}
	*fault = "Enter a whole number.";
	return false;
}

static const char *out_of(const struct value_place *place, int64_t min, int64_t max)
{
	if (max == INT64_MAX)
		return tongue_say(place->tongue, place->mem, "Enter a number of at least %lld.", (long long)min);
	return tongue_say(place->tongue, place->mem, "Enter a number from %lld to %lld.", (long long)min,
			  (long long)max);
}

/* n within the field's bounds or, where it has none, low and high. */
static struct json_object *in_bounds(const struct field *field, int64_t n, int64_t low, int64_t high,
				     const struct value_place *place, const char **fault)
{
	int64_t min = field->min || field->max ? field->min : low;
	int64_t max = field->max || field->min < 0 ? field->max : high;

	if (min < low)
		min = low;
	if (n >= min && n <= max)
		return json_object_new_int64(n);
	*fault = out_of(place, min, max);
	return NULL;
}

static struct json_object *read_int(const struct field *field, struct json_object *in, const struct value_place *place,
				    const char **fault)
{
	int64_t n;

	return whole_of(in, place, &n, fault) ? in_bounds(field, n, INT64_MIN, INT64_MAX, place, fault) : NULL;
}

static struct json_object *read_id(const struct field *field, struct json_object *in, const struct value_place *place,
				   const char **fault)
{
	int64_t n;

	return whole_of(in, place, &n, fault) ? in_bounds(field, n, 1, INT64_MAX, place, fault) : NULL;
}

static struct json_object *read_money(const struct field *field, struct json_object *in,
				      const struct value_place *place, const char **fault)
{
	char code[4];
	const char *currency = amount_currency(field, place, code), *line;
	bool typed = place->form && json_object_is_type(in, json_type_string) && currency;
	int64_t n;

	if (!typed && !whole_of(in, place, &n, fault))
		return NULL;
	if (typed) {
		line = number_plain(line_of(in, place, fault));
		if (!line || !amount_read(line, currency, &n, fault))
			return NULL;
	}
	return amount_fits(field, n, currency, typed, place, fault) ? json_object_new_int64(n) : NULL;
}

static struct json_object *read_rate(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const char *line;
	int64_t n;

	if (!place->form || !json_object_is_type(in, json_type_string))
		return whole_of(in, place, &n, fault) ? in_bounds(field, n, 0, RATE_WHOLE, place, fault) : NULL;
	line = number_plain(line_of(in, place, fault));
	return line && rate_read(field, line, place, &n, fault) ? json_object_new_int64(n) : NULL;
}

/* A decimal number; NAN for anything else, blanks, words and the hexadecimals that strtod(3) takes. */
static double real_of(const char *text)
{
	double d;
	char *end;

	if (strlen(text) > REAL_MAX || text[strspn(text, "0123456789.eE+-")])
		return NAN;
	d = strtod(text, &end);
	return *end || end == text ? NAN : d;
}

static struct json_object *read_real(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	double d = NAN;

	if (json_object_is_type(in, json_type_int) || json_object_is_type(in, json_type_double)) {
		d = json_object_get_double(in);
	} else if (place->text && json_object_is_type(in, json_type_string)) {
		if (!json_object_get_string_len(in))
			return NULL;
		d = real_of(number_of(in, place));
	}
	if (!isfinite(d))
		*fault = "Enter a number.";
	else if ((field->min || field->max) && (d < (double)field->min || d > (double)field->max))
		*fault = out_of(place, field->min, field->max);
	return *fault ? NULL : json_object_new_double(d);
}

static struct json_object *read_bool(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const char *text = json_object_get_string(in);

	(void)field;
	if (json_object_is_type(in, json_type_boolean))
		return json_object_get(in);
	if (place->text && json_object_is_type(in, json_type_string)) {
		if (list_has("on,1,true,yes", ',', text))
			return json_object_new_boolean(true);
		if (!*text || list_has("off,0,false,no", ',', text))
			return json_object_new_boolean(false);
	}
	*fault = "This must be true or false.";
	return NULL;
}

/* ---- texts of one form ---- */

/* What was typed without a zone stays so, without the Z, until times_in() says where its clock hangs. */
static struct json_object *read_time(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const char *line = digits_plain(line_of(in, place, fault));
	char iso[ISO_SIZE];
	ms_t at;

	(void)field;
	if (!line)
		return NULL;
	if (clock_parse(line, &at))
		return json_object_new_string(clock_iso(at, iso));
	if (place->text && clock_parse_wall(line, &at))
		return json_object_new_string_len(clock_iso(at, iso), ISO_SIZE - 2);
	*fault = place->form ? "Enter a date and time, such as 2026-11-21 20:00."
			     : "Enter a date and time, such as 2026-11-21T20:00:00Z.";
	return NULL;
}

static struct json_object *read_date(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const char *line = digits_plain(line_of(in, place, fault));

	(void)field;
	if (!line || clock_date_valid(line))
		return line ? json_object_new_string(line) : NULL;
	*fault = "Enter a date, such as 2026-11-21.";
	return NULL;
}

static struct json_object *read_email(const struct field *field, struct json_object *in,
				      const struct value_place *place, const char **fault)
{
	const char *line = line_of(in, place, fault);

	(void)field;
	if (!line || email_valid(line))
		return line ? json_object_new_string(line) : NULL;
	*fault = "Enter an e-mail address, such as name@example.com.";
	return NULL;
}

static struct json_object *read_mobile(const struct field *field, struct json_object *in,
				       const struct value_place *place, const char **fault)
{
	const char *line = number_plain(line_of(in, place, fault));
	char mobile[20];

	(void)field;
	if (!line)
		return NULL;
	if (mobile_normalise(line, place->config->country_code, mobile))
		return json_object_new_string(mobile);
	*fault = "Enter a mobile number with country code.";
	return NULL;
}

static struct json_object *read_uuid(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const char *line = digits_plain(line_of(in, place, fault));
	uint8_t bytes[UUID_BYTES];
	char text[UUID_SIZE];

	(void)field;
	if (!line)
		return NULL;
	if (uuid_parse(line, bytes))
		return json_object_new_string(uuid_text(bytes, text));
	*fault = "This must be a UUID.";
	return NULL;
}

/* Are they the same word, whatever the case, and blanks between its parts for the "_" that we write? */
static bool same_word(const char *word, size_t len, const char *said)
{
	const char *end = word + len;

	for (; word < end && *said; word++, said++) {
		if (tolower((unsigned char)*word) == tolower((unsigned char)*said))
			continue;
		if (*word != '_' || *said != ' ')
			return false;
		said += strspn(said, " ") - 1;
	}
	return word == end && !*said;
}

/* "in,out" as people read it: "in, out". */
static const char *words_said(TALLOC_CTX *mem, const char *words)
{
	char *said = talloc_strdup(mem, "");

	for (; *words; words++)
		said = talloc_asprintf_append(said, *words == ',' ? "%c " : "%c", *words);
	return said;
}

static struct json_object *read_choice(const struct field *field, struct json_object *in,
				       const struct value_place *place, const char **fault)
{
	const char *line = line_of(in, place, fault), *at = field->choices, *word;
	size_t len;

	if (!line)
		return NULL;
	while ((word = list_next(&at, ',', &len)))
		if (same_word(word, len, line))
			return json_object_new_string_len(word, (int)len);
	*fault = tongue_say(place->tongue, place->mem, "Choose one of: %s.", words_said(place->mem, field->choices));
	return NULL;
}

static struct json_object *read_otp(const struct field *field, struct json_object *in, const struct value_place *place,
				    const char **fault)
{
	const char *line = digits_joined(digits_plain(line_of(in, place, fault)));

	(void)field;
	if (!line || (strlen(line) == 6 && strspn(line, "0123456789") == 6))
		return line ? json_object_new_string(line) : NULL;
	*fault = "Enter the six digits of the code.";
	return NULL;
}

static struct json_object *read_zone(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const char *line = line_of(in, place, fault);

	(void)field;
	if (!line || clock_zone_known(line))
		return line ? json_object_new_string(line) : NULL;
	*fault = "Enter a time zone, such as Europe/Berlin.";
	return NULL;
}

/* A currency or a country, in whatever case it is typed. */
static struct json_object *read_code(const struct field *field, struct json_object *in, const struct value_place *place,
				     const char **fault)
{
	const char *line = line_of(in, place, fault);
	size_t len = field->type == F_COUNTRY ? 2 : 3;
	char code[4] = "";

	if (!line)
		return NULL;
	if (strlen(line) == len)
		for (size_t i = 0; i < len; i++)
			code[i] = (char)toupper((unsigned char)line[i]);
	if (field->type == F_COUNTRY ? country_known(code) : money_places(code) >= 0)
		return json_object_new_string(code);
	*fault = field->type == F_COUNTRY ? "Enter a country by its two letters, such as DE."
					  : "Enter a currency, such as EUR.";
	return NULL;
}

static read_fn *const READERS[] = {
	[F_TEXT] = read_text,
	[F_LONG_TEXT] = read_long_text,
	[F_PASSWORD] = read_password,
	[F_INT] = read_int,
	[F_ID] = read_id,
	[F_MONEY] = read_money,
	[F_RATE] = read_rate,
	[F_BOOL] = read_bool,
	[F_TIME] = read_time,
	[F_DATE] = read_date,
	[F_EMAIL] = read_email,
	[F_MOBILE] = read_mobile,
	[F_UUID] = read_uuid,
	[F_CHOICE] = read_choice,
	[F_OTP] = read_otp,
	[F_ZONE] = read_zone,
	[F_CURRENCY] = read_code,
	[F_COUNTRY] = read_code,
	[F_REAL] = read_real,
	[F_FILE] = NULL,
};

bool value_plain(enum field_type type)
{
	return READERS[type] != NULL;
}

struct json_object *value_read(const struct field *field, struct json_object *in, const struct value_place *place,
			       const char **fault)
{
	struct json_object *value;

	*fault = NULL;
	assert(READERS[field->type]);
	value = in ? READERS[field->type](field, in, place, fault) : NULL;
	if (*fault)
		*fault = tongue_says(place->tongue, *fault);
	return value;
}

struct json_object *value_otherwise(const struct field *field, const struct config *config)
{
	TALLOC_CTX *mem = talloc_new(NULL);
	struct value_place place = { .mem = mem, .config = config, .text = true };
	struct json_object *text = json_object_new_string(field->otherwise);
	const char *fault;
	struct json_object *value = value_read(field, text, &place, &fault);

	json_object_put(text);
	talloc_free(mem);
	return value;
}
