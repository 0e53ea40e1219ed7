/* Declared fields against what people and programs send: one table a type, then the walk over a
 * whole tree. */
#include "http/http.h"
#include "http/validate.h"
#include "routes/routes.h"
#include <check.h>
#include <stdlib.h>
#include <string.h>

Suite *validate_suite(void);

#define N(table) (sizeof(table) / sizeof((table)[0]))

static const struct config CONFIG = { .country_code = "+1" };

static const char *plain(struct json_object *tree)
{
	return json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* What a validation left. */
struct outcome {
	struct request rq;
	struct json_object *input, *ignored;
};

/* input and repeated are JSON texts; repeated may be NULL. */
static void run(struct outcome *out, const struct field *fields, const char *method, const char *input,
		const char *repeated, bool form, struct http *http)
{
	struct json_object *twice = repeated ? json_tokener_parse(repeated) : NULL;

	*out = (struct outcome){ .rq = { .mem = talloc_new(NULL), .config = &CONFIG, .method = method, .http = http },
				 .input = json_tokener_parse(input) };
	ck_assert_msg(out->input != NULL, "%s", input);
	fields_validate(&out->rq, fields, out->input, twice, form, &out->ignored);
	json_object_put(twice);
}

static void done(struct outcome *out)
{
	json_object_put(out->rq.fields);
	json_object_put(out->rq.errors);
	json_object_put(out->input);
	json_object_put(out->ignored);
	talloc_free(out->rq.mem);
}

/* How a value comes. */
enum way { AS_JSON, AS_FORM, AS_QUERY };

struct one {
	int line;
	struct field field;
	enum way way;
	const char *input, *fields; /* fields NULL: a fault */
};

static void run_table(const struct one *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct field fields[] = { cases[i].field, FIELDS_END };
		struct outcome out;

		fields[0].name = "v";
		run(&out, fields, cases[i].way == AS_QUERY ? "GET" : "POST", cases[i].input, NULL,
		    cases[i].way == AS_FORM, NULL);
		ck_assert_msg(has_faults(&out.rq) == !cases[i].fields, "line %d: %s %s", cases[i].line,
			      plain(out.rq.fields), plain(out.rq.errors));
		ck_assert_msg(!strcmp(plain(out.rq.fields), cases[i].fields ? cases[i].fields : "{}"), "line %d: %s",
			      cases[i].line, plain(out.rq.fields));
		done(&out);
	}
}

/* clang-format off */
#define ONE(way, input, fields, ...)                                                               \
	{                                                                                          \
		__LINE__, { .type = __VA_ARGS__ }, way, input, fields                              \
	}
/* clang-format on */

START_TEST(texts)
{
	static const struct one cases[] = {
		ONE(AS_JSON, "{\"v\":\" a b \"}", "{\"v\":\"a b\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\"}", "{\"v\":null}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"  \"}", "{\"v\":null}", F_TEXT),
		ONE(AS_JSON, "{\"v\":null}", "{\"v\":null}", F_TEXT),
		ONE(AS_JSON, "{}", "{}", F_TEXT),
		ONE(AS_JSON, "{}", NULL, F_TEXT, .required = true),
		ONE(AS_JSON, "{\"v\":null}", NULL, F_TEXT, .required = true),
		ONE(AS_FORM, "{\"v\":\" \"}", NULL, F_TEXT, .required = true),
		ONE(AS_JSON, "{\"v\":5}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":[\"a\"]}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":{}}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\nb\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u0007\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u0085b\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u007f\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u0000b\"}", NULL, F_TEXT),
		/* what is no character and never will be: XML has no place for some */
		ONE(AS_JSON, "{\"v\":\"a\\ufffe\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a \\uffff b\"}", NULL, F_TEXT),
		ONE(AS_FORM, "{\"v\":\"a\\uffff\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\ufdd0\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\ufdef\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\ud83f\\udffe\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\udbff\\udfff\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\ufffd\\ufdcf\\ufdf0\"}", "{\"v\":\"a\xEF\xBF\xBD\xEF\xB7\x8F\xEF\xB7\xB0\"}",
		    F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\udbff\\udffd\"}", "{\"v\":\"a\xF4\x8F\xBF\xBD\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"éé\"}", "{\"v\":\"éé\"}", F_TEXT, .min = 2, .max = 2),
		ONE(AS_JSON, "{\"v\":\"ééé\"}", NULL, F_TEXT, .min = 2, .max = 2),
		ONE(AS_JSON, "{\"v\":\"é\"}", NULL, F_TEXT, .min = 2, .max = 2),
		ONE(AS_JSON, "{\"v\":\"a\\r\\nb\\tc\\rd\\n\"}", "{\"v\":\"a\\nb\\tc\\nd\"}", F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u0007\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\r\\n\"}", "{\"v\":null}", F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\" p w \"}", "{\"v\":\" p w \"}", F_PASSWORD),
		ONE(AS_JSON, "{\"v\":\"1234567\"}", NULL, F_PASSWORD, .min = 8),
	};

	run_table(cases, N(cases));
}
END_TEST

/* Nobody is called by a sign that cannot be seen. */
START_TEST(texts_can_be_seen)
{
	static const struct one cases[] = {
		/* a blank of each kind, and a mark without a letter */
		ONE(AS_JSON, "{\"v\":\"\\u00a0\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u2003\\u3000 \\u202f\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u0301\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u064b\\u0651\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u20dd\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u0903\"}", NULL, F_TEXT),
		/* zero width, soft hyphen, joiners, direction marks, tags, variation selectors */
		ONE(AS_JSON, "{\"v\":\"\\u200b\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u200c\\u200d\\u2060\\ufeff\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u00ad\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u200e\\u200f\\u061c\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u034f\\ufe0f\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\udb40\\udc41\"}", NULL, F_TEXT),
		/* letters and symbols by their category, and nothing is drawn: fillers, Braille's blank, a note without a head,
		 * a hieroglyph's gap; what is no character, or anybody's */
		ONE(AS_JSON, "{\"v\":\"\\u3164\\uffa0\\u115f\\u1160\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u2800\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\ud834\\udd59\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\ud80d\\udc41\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\uffff\\ue000\\u0378\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u200b\"}", NULL, F_TEXT, .required = true),
		ONE(AS_FORM, "{\"v\":\"\\u200b\"}", NULL, F_TEXT),
		ONE(AS_QUERY, "{\"v\":\"\\u200b\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u200b\\n\\u200b\"}", NULL, F_LONG_TEXT),
		/* one that can be seen is enough, in any script; what else is there stays */
		ONE(AS_JSON, "{\"v\":\"e\\u0301\"}", "{\"v\":\"e\u0301\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u200bx\"}", "{\"v\":\"\u200bx\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"ليلى\"}", "{\"v\":\"ليلى\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"می\\u200cروم\"}", "{\"v\":\"می\u200cروم\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"李\"}", "{\"v\":\"李\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"한\"}", "{\"v\":\"한\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"👩‍🎤\"}", "{\"v\":\"👩‍🎤\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"–\"}", "{\"v\":\"–\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"٣\"}", "{\"v\":\"٣\"}", F_TEXT),
		/* a password is what it is */
		ONE(AS_JSON, "{\"v\":\"\\u200b\\u202e\"}", "{\"v\":\"\u200b\u202e\"}", F_PASSWORD),
	};

	run_table(cases, N(cases));
}
END_TEST

/* "Ann\u202e" turns what stands behind her name on the usher's screen. */
START_TEST(texts_turn_nothing_around)
{
	static const char *const TURNS[] = { "202a", "202b", "202c", "202d", "202e", "2066", "2067", "2068", "2069" };
	static const struct one cases[] = {
		/* lines of their own are not one line */
		ONE(AS_JSON, "{\"v\":\"a\\u2028b\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u2029b\"}", NULL, F_TEXT),
		/* what is closed again has no part in a name, but in a longer text it may quote */
		ONE(AS_JSON, "{\"v\":\"a \\u2068b\\u2069 c\"}", NULL, F_TEXT),
		ONE(AS_JSON, "{\"v\":\"a \\u2068b\\u2069 c\"}", "{\"v\":\"a \u2068b\u2069 c\"}", F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u202b\\u2066b\\u2069\\u202c\"}", "{\"v\":\"\u202b\u2066b\u2069\u202c\"}",
		    F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u2067a\\u2069\\n\\u202ab\\u202c\"}",
		    "{\"v\":\"\u2067a\u2069\\n\u202ab\u202c\"}", F_LONG_TEXT),
		/* closed on its line, in its order, and never what draws letters backwards */
		ONE(AS_JSON, "{\"v\":\"\\u2068a\\nb\\u2069\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u2068a\\u2028b\\u2069\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u202a\\u2066a\\u202c\\u2069\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u2068a\\u202c\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u2069\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"a\\u2068\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u202ea\\u202c\"}", NULL, F_LONG_TEXT),
		ONE(AS_JSON, "{\"v\":\"\\u202da\\u202c\"}", NULL, F_LONG_TEXT),
		/* marks that turn nothing are needed where scripts meet */
		ONE(AS_JSON, "{\"v\":\"أ\\u200f (A\\u200e)\\u061c\"}", "{\"v\":\"أ\u200f (A\u200e)\u061c\"}", F_TEXT),
	};
	static const struct field FIELDS[] = { { "line", F_TEXT, .help = "" },
					       { "text", F_LONG_TEXT, .help = "" },
					       FIELDS_END };
	TALLOC_CTX *mem = talloc_new(NULL);
	char *deep = talloc_strdup(mem, "");
	struct outcome out;

	run_table(cases, N(cases));
	for (size_t i = 0; i < N(TURNS); i++) {
		char *input = talloc_asprintf(mem, "{\"line\":\"Ann\\u%s\",\"text\":\"Ann\\u%s\"}", TURNS[i], TURNS[i]);

		run(&out, FIELDS, "POST", input, NULL, false, NULL);
		ck_assert_msg(json_object_object_length(out.rq.errors) == 2, "%s: %s", TURNS[i], plain(out.rq.errors));
		done(&out);
	}
	/* Deeper than anybody means it, though each is closed. */
	for (int i = 0; i < 70; i++)
		deep = talloc_asprintf(mem, "\\u2068%sx\\u2069", deep);
	run(&out, FIELDS, "POST", talloc_asprintf(mem, "{\"text\":\"%s\"}", deep), NULL, false, NULL);
	ck_assert(has_faults(&out.rq));
	done(&out);
	talloc_free(mem);
}
END_TEST

START_TEST(long_texts_end)
{
	static const struct {
		enum field_type type;
		size_t most;
	} cases[] = { { F_TEXT, 255 }, { F_LONG_TEXT, 10000 }, { F_PASSWORD, 256 } };

	for (size_t i = 0; i < N(cases); i++) {
		struct field fields[] = { { "v", cases[i].type, .help = "" }, FIELDS_END };

		for (size_t over = 0; over < 2; over++) {
			char *input = talloc_asprintf(NULL, "{\"v\":\"%0*d\"}", (int)(cases[i].most + over), 0);
			struct outcome out;

			run(&out, fields, "POST", input, NULL, false, NULL);
			ck_assert_msg(has_faults(&out.rq) == (over == 1), "type %d", cases[i].type);
			done(&out);
			talloc_free(input);
		}
	}
}
END_TEST

START_TEST(numbers)
{
	static const struct one cases[] = {
		ONE(AS_JSON, "{\"v\":5}", "{\"v\":5}", F_INT),
		ONE(AS_JSON, "{\"v\":-5}", "{\"v\":-5}", F_INT),
		ONE(AS_JSON, "{\"v\":\"5\"}", NULL, F_INT),
		ONE(AS_JSON, "{\"v\":5.0}", NULL, F_INT),
		ONE(AS_JSON, "{\"v\":true}", NULL, F_INT),
		ONE(AS_JSON, "{\"v\":\"\"}", NULL, F_INT),
		ONE(AS_FORM, "{\"v\":\"\"}", "{\"v\":null}", F_INT),
		ONE(AS_FORM, "{\"v\":\"5\"}", "{\"v\":5}", F_INT),
		ONE(AS_QUERY, "{\"v\":\"-5\"}", "{\"v\":-5}", F_INT),
		ONE(AS_QUERY, "{\"v\":\"9223372036854775807\"}", "{\"v\":9223372036854775807}", F_INT),
		ONE(AS_QUERY, "{\"v\":\"9223372036854775808\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\" 5\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"5 \"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"+5\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"- 5\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"-\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"5x\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"0x5\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"1e3\"}", NULL, F_INT),
		ONE(AS_JSON, "{\"v\":0}", "{\"v\":0}", F_INT, .max = 10),
		ONE(AS_JSON, "{\"v\":10}", "{\"v\":10}", F_INT, .max = 10),
		ONE(AS_JSON, "{\"v\":11}", NULL, F_INT, .max = 10),
		ONE(AS_JSON, "{\"v\":-1}", NULL, F_INT, .max = 10),
		ONE(AS_JSON, "{\"v\":1}", "{\"v\":1}", F_INT, .min = 1),
		ONE(AS_JSON, "{\"v\":0}", NULL, F_INT, .min = 1),
		ONE(AS_JSON, "{\"v\":1}", NULL, F_INT, .min = -5),
		ONE(AS_JSON, "{\"v\":1}", "{\"v\":1}", F_ID),
		ONE(AS_JSON, "{\"v\":0}", NULL, F_ID),
		ONE(AS_JSON, "{\"v\":-1}", NULL, F_ID),
		ONE(AS_JSON, "{\"v\":0}", NULL, F_ID, .max = 5),
		ONE(AS_JSON, "{\"v\":1}", "{\"v\":1.0}", F_REAL),
		ONE(AS_JSON, "{\"v\":1.5}", "{\"v\":1.5}", F_REAL),
		ONE(AS_JSON, "{\"v\":\"1.5\"}", NULL, F_REAL),
		ONE(AS_FORM, "{\"v\":\"-1.5e1\"}", "{\"v\":-15.0}", F_REAL),
		ONE(AS_FORM, "{\"v\":\"nan\"}", NULL, F_REAL),
		ONE(AS_FORM, "{\"v\":\"inf\"}", NULL, F_REAL),
		ONE(AS_FORM, "{\"v\":\"1e999\"}", NULL, F_REAL),
		ONE(AS_FORM, "{\"v\":\"0x1p3\"}", NULL, F_REAL),
		ONE(AS_FORM, "{\"v\":\"1.5.5\"}", NULL, F_REAL),
		ONE(AS_FORM, "{\"v\":\"\"}", "{\"v\":null}", F_REAL),
		ONE(AS_JSON, "{\"v\":91.5}", NULL, F_REAL, .min = -90, .max = 90),
	};

	run_table(cases, N(cases));
}
END_TEST

/* What is a number in JSON has no script; all that is typed has. */
START_TEST(digits_of_other_scripts)
{
	static const struct one cases[] = {
		ONE(AS_FORM, "{\"v\":\"٤٢\"}", "{\"v\":42}", F_INT),
		ONE(AS_QUERY, "{\"v\":\"−۴۲\"}", "{\"v\":-42}", F_INT),
		ONE(AS_FORM, "{\"v\":\"١٬٢٣٤\"}", "{\"v\":1234}", F_INT),
		ONE(AS_FORM, "{\"v\":\"١٬٢٣\"}", NULL, F_INT),
		ONE(AS_FORM, "{\"v\":\"٤ ٢\"}", NULL, F_INT),
		ONE(AS_JSON, "{\"v\":\"٤٢\"}", NULL, F_INT),
		ONE(AS_QUERY, "{\"v\":\"७\"}", "{\"v\":7}", F_ID),
		ONE(AS_FORM, "{\"v\":\"٥٠٫٥\"}", "{\"v\":50.5}", F_REAL),
		ONE(AS_FORM, "{\"v\":\"１２．５０\"}", "{\"v\":1250}", F_MONEY, .choices = "EUR"),
		ONE(AS_FORM, "{\"v\":\"١٬٢٣٤٬٥٦٧٫٨٩\"}", "{\"v\":123456789}", F_MONEY, .choices = "EUR"),
		ONE(AS_FORM, "{\"v\":\"١٫٢٣٤\"}", "{\"v\":1234}", F_MONEY, .choices = "KWD"),
		ONE(AS_FORM, "{\"v\":\"١٫٢٣٤\"}", NULL, F_MONEY, .choices = "EUR"),
		ONE(AS_JSON, "{\"v\":\" १२३४५६ \"}", "{\"v\":\"123456\"}", F_OTP),
		ONE(AS_JSON, "{\"v\":\"१२३४५\"}", NULL, F_OTP),
		ONE(AS_FORM, "{\"v\":\"١٢٣ ٤٥٦\"}", "{\"v\":\"123456\"}", F_OTP),
		ONE(AS_JSON, "{\"v\":\"٢٠٢٦-١١-٢١\"}", "{\"v\":\"2026-11-21\"}", F_DATE),
		ONE(AS_FORM, "{\"v\":\"٢٠٢٦-١١-٢١T٠٨:٤٥\"}", "{\"v\":\"2026-11-21T08:45:00.000\"}", F_TIME),
		ONE(AS_JSON, "{\"v\":\"＋१ ५५५ ०१०－०००१\"}", "{\"v\":\"+15550100001\"}", F_MOBILE),
		ONE(AS_JSON, "{\"v\":\"\u200f+١٥٥٥٠١٠٠٠٠١\u200e\"}", "{\"v\":\"+15550100001\"}", F_MOBILE),
		/* of a text they are what they are */
		ONE(AS_JSON, "{\"v\":\"القاعة ٣\"}", "{\"v\":\"القاعة ٣\"}", F_TEXT),
		ONE(AS_JSON, "{\"v\":\"٣٣٣٣٣٣٣٣\"}", "{\"v\":\"٣٣٣٣٣٣٣٣\"}", F_PASSWORD),
	};

	run_table(cases, N(cases));
}
END_TEST

START_TEST(money)
{
	static const struct one cases[] = {
		ONE(AS_JSON, "{\"v\":1250}", "{\"v\":1250}", F_MONEY),
		ONE(AS_JSON, "{\"v\":-1}", NULL, F_MONEY),
		ONE(AS_JSON, "{\"v\":12.5}", NULL, F_MONEY),
		ONE(AS_JSON, "{\"v\":\"12.50\"}", NULL, F_MONEY),
		ONE(AS_JSON, "{\"v\":1000000000000}", "{\"v\":1000000000000}", F_MONEY),
		ONE(AS_JSON, "{\"v\":1000000000001}", NULL, F_MONEY),
		ONE(AS_JSON, "{\"v\":10000000000000,\"currency\":\"KWD\"}", "{\"v\":10000000000000}", F_MONEY),
		ONE(AS_JSON, "{\"v\":10000000001,\"currency\":\"JPY\"}", NULL, F_MONEY),
		ONE(AS_FORM, "{\"v\":\"10000000000\",\"currency\":\"IDR\"}", "{\"v\":1000000000000}", F_MONEY),
		ONE(AS_FORM, "{\"v\":\"10000000000.01\",\"currency\":\"IDR\"}", NULL, F_MONEY),
		ONE(AS_FORM, "{\"v\":\"10000000000\",\"currency\":\"JPY\"}", "{\"v\":10000000000}", F_MONEY),
		ONE(AS_FORM, "{\"v\":\"12.50\"}", "{\"v\":1250}", F_MONEY, .choices = "EUR"),
		ONE(AS_FORM, "{\"v\":\"12\"}", "{\"v\":1200}", F_MONEY, .choices = "EUR"),
		ONE(AS_FORM, "{\"v\":\"12.505\"}", NULL, F_MONEY, .choices = "EUR"),
		ONE(AS_FORM, "{\"v\":\"12\"}", "{\"v\":12}", F_MONEY),
		ONE(AS_FORM, "{\"v\":\"12.50\"}", NULL, F_MONEY),
		ONE(AS_FORM, "{\"v\":\"\"}", "{\"v\":null}", F_MONEY, .choices = "EUR"),
		ONE(AS_FORM, "{\"v\":\"-1\"}", NULL, F_MONEY, .choices = "EUR"),
		ONE(AS_FORM, "{\"v\":\"0.50\"}", NULL, F_MONEY, .choices = "EUR", .min = 100),
		ONE(AS_FORM, "{\"v\":\"12.5\",\"currency\":\"kwd\"}", "{\"v\":12500}", F_MONEY),
		ONE(AS_FORM, "{\"v\":\"12\",\"currency\":\"JPY\"}", "{\"v\":12}", F_MONEY),
		ONE(AS_FORM, "{\"v\":\"12.5\",\"currency\":\"JPY\"}", NULL, F_MONEY),
		ONE(AS_FORM, "{\"v\":\"12\",\"currency\":\"dollars\"}", NULL, F_MONEY),
		ONE(AS_QUERY, "{\"v\":\"1250\",\"currency\":\"EUR\"}", "{\"v\":1250}", F_MONEY),
	};

	run_table(cases, N(cases));
}
END_TEST

/* Basis points in JSON; a per cent where it is typed. */
START_TEST(rates)
{
	static const struct one cases[] = {
		ONE(AS_JSON, "{\"v\":250}", "{\"v\":250}", F_RATE),
		ONE(AS_JSON, "{\"v\":0}", "{\"v\":0}", F_RATE),
		ONE(AS_JSON, "{\"v\":10000}", "{\"v\":10000}", F_RATE),
		ONE(AS_JSON, "{\"v\":10001}", NULL, F_RATE),
		ONE(AS_JSON, "{\"v\":-1}", NULL, F_RATE),
		ONE(AS_JSON, "{\"v\":2.5}", NULL, F_RATE),
		ONE(AS_JSON, "{\"v\":\"2.5\"}", NULL, F_RATE),
		ONE(AS_QUERY, "{\"v\":\"250\"}", "{\"v\":250}", F_RATE),
		ONE(AS_QUERY, "{\"v\":\"2.5\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"0\"}", "{\"v\":0}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"0.01\"}", "{\"v\":1}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"2.5\"}", "{\"v\":250}", F_RATE),
		ONE(AS_FORM, "{\"v\":\" 2.50 \"}", "{\"v\":250}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"2,5\"}", "{\"v\":250}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"2.5 %\"}", "{\"v\":250}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"2.5\u00a0%\"}", "{\"v\":250}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"19%\"}", "{\"v\":1900}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"٢٫٥\"}", "{\"v\":250}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"٢٫٥٪\"}", "{\"v\":250}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"१९\"}", "{\"v\":1900}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"100\"}", "{\"v\":10000}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"100.01\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"2.555\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"1,234\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"1,2.5\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"1,2,5\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"2.\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\".5\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"%\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"2.5 %%\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"2.5 x\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"abc\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"-2.5\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"1e1\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"99999999999999999999\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"0000000000000000000000000000000000000000000000000000002\"}", NULL, F_RATE),
		ONE(AS_FORM, "{\"v\":\"\"}", "{\"v\":null}", F_RATE),
		ONE(AS_FORM, "{\"v\":\"5\"}", "{\"v\":500}", F_RATE, .min = 100, .max = 500),
		ONE(AS_FORM, "{\"v\":\"5.01\"}", NULL, F_RATE, .min = 100, .max = 500),
		ONE(AS_FORM, "{\"v\":\"0.99\"}", NULL, F_RATE, .min = 100, .max = 500),
	};

	run_table(cases, N(cases));
}
END_TEST

#define RESULTS "valid,already_scanned,not_found"

START_TEST(booleans_and_words)
{
	static const struct one cases[] = {
		ONE(AS_JSON, "{\"v\":true}", "{\"v\":true}", F_BOOL),
		ONE(AS_JSON, "{\"v\":false}", "{\"v\":false}", F_BOOL),
		ONE(AS_JSON, "{\"v\":1}", NULL, F_BOOL),
		ONE(AS_JSON, "{\"v\":\"true\"}", NULL, F_BOOL),
		ONE(AS_FORM, "{\"v\":\"on\"}", "{\"v\":true}", F_BOOL),
		ONE(AS_FORM, "{\"v\":\"yes\"}", "{\"v\":true}", F_BOOL),
		ONE(AS_QUERY, "{\"v\":\"1\"}", "{\"v\":true}", F_BOOL),
		ONE(AS_FORM, "{\"v\":\"\"}", "{\"v\":false}", F_BOOL),
		ONE(AS_FORM, "{\"v\":\"no\"}", "{\"v\":false}", F_BOOL),
		ONE(AS_FORM, "{\"v\":\"maybe\"}", NULL, F_BOOL),
		ONE(AS_FORM, "{\"v\":\"on,1\"}", NULL, F_BOOL),
		ONE(AS_JSON, "{\"v\":\"in\"}", "{\"v\":\"in\"}", F_CHOICE, .choices = "in,out"),
		ONE(AS_JSON, "{\"v\":\"up\"}", NULL, F_CHOICE, .choices = "in,out"),
		ONE(AS_JSON, "{\"v\":\"in,out\"}", NULL, F_CHOICE, .choices = "in,out"),
		ONE(AS_FORM, "{\"v\":\"\"}", "{\"v\":null}", F_CHOICE, .choices = "in,out"),
		ONE(AS_JSON, "{\"v\":\"OUT\"}", "{\"v\":\"out\"}", F_CHOICE, .choices = "in,out"),
		ONE(AS_JSON, "{\"v\":\"Already Scanned\"}", "{\"v\":\"already_scanned\"}", F_CHOICE,
		    .choices = RESULTS),
		ONE(AS_QUERY, "{\"v\":\" already  SCANNED \"}", "{\"v\":\"already_scanned\"}", F_CHOICE,
		    .choices = RESULTS),
		ONE(AS_FORM, "{\"v\":\"ALREADY_SCANNED\"}", "{\"v\":\"already_scanned\"}", F_CHOICE,
		    .choices = RESULTS),
		ONE(AS_FORM, "{\"v\":\"ab+\"}", "{\"v\":\"AB+\"}", F_CHOICE, .choices = "A+,AB+"),
		ONE(AS_JSON, "{\"v\":\"user\"}", "{\"v\":\"USER\"}", F_CHOICE, .choices = "USER,ADMIN"),
		ONE(AS_JSON, "{\"v\":\"alreadyscanned\"}", NULL, F_CHOICE, .choices = RESULTS),
		ONE(AS_JSON, "{\"v\":\"already-scanned\"}", NULL, F_CHOICE, .choices = RESULTS),
		ONE(AS_JSON, "{\"v\":\"already\"}", NULL, F_CHOICE, .choices = RESULTS),
		ONE(AS_JSON, "{\"v\":\"already scanned twice\"}", NULL, F_CHOICE, .choices = RESULTS),
		ONE(AS_JSON, "{\"v\":\"not_found,valid\"}", NULL, F_CHOICE, .choices = RESULTS),
		ONE(AS_JSON, "{\"v\":\"012345\"}", "{\"v\":\"012345\"}", F_OTP),
		ONE(AS_JSON, "{\"v\":\" 012345 \"}", "{\"v\":\"012345\"}", F_OTP),
		ONE(AS_JSON, "{\"v\":\"012 345\"}", "{\"v\":\"012345\"}", F_OTP),
		ONE(AS_FORM, "{\"v\":\"012-345\"}", "{\"v\":\"012345\"}", F_OTP),
		ONE(AS_JSON, "{\"v\":\"0 1-2\u00a03\u20114 - 5\"}", "{\"v\":\"012345\"}", F_OTP),
		ONE(AS_JSON, "{\"v\":\"012 34\"}", NULL, F_OTP),
		ONE(AS_JSON, "{\"v\":\"- -\"}", NULL, F_OTP),
		ONE(AS_JSON, "{\"v\":\"012.345\"}", NULL, F_OTP),
		ONE(AS_JSON, "{\"v\":\"12345\"}", NULL, F_OTP),
		ONE(AS_JSON, "{\"v\":\"12345a\"}", NULL, F_OTP),
		ONE(AS_JSON, "{\"v\":\"Europe/Berlin\"}", "{\"v\":\"Europe/Berlin\"}", F_ZONE),
		ONE(AS_JSON, "{\"v\":\"Mars/Olympus\"}", NULL, F_ZONE),
		ONE(AS_JSON, "{\"v\":\"../../etc/passwd\"}", NULL, F_ZONE),
		ONE(AS_JSON, "{\"v\":\"eur\"}", "{\"v\":\"EUR\"}", F_CURRENCY),
		ONE(AS_JSON, "{\"v\":\"XQQ\"}", NULL, F_CURRENCY),
		ONE(AS_JSON, "{\"v\":\"EURO\"}", NULL, F_CURRENCY),
		ONE(AS_JSON, "{\"v\":\"de\"}", "{\"v\":\"DE\"}", F_COUNTRY),
		ONE(AS_JSON, "{\"v\":\"QQ\"}", NULL, F_COUNTRY),
		ONE(AS_JSON, "{\"v\":\"Germany\"}", NULL, F_COUNTRY),
		ONE(AS_JSON, "{\"v\":\"Ö\"}", NULL, F_COUNTRY),
		ONE(AS_JSON, "{\"v\":\"0AF1C9E2-1111-4222-8333-444455556666\"}",
		    "{\"v\":\"0af1c9e2-1111-4222-8333-444455556666\"}", F_UUID),
		ONE(AS_JSON, "{\"v\":\"0af1c9e2\"}", NULL, F_UUID),
		ONE(AS_JSON, "{\"v\":\"+1 (555) 010-0001\"}", "{\"v\":\"+15550100001\"}", F_MOBILE),
		ONE(AS_JSON, "{\"v\":\"call me\"}", NULL, F_MOBILE),
		ONE(AS_JSON, "{\"v\":\" a@b.example \"}", "{\"v\":\"a@b.example\"}", F_EMAIL),
		ONE(AS_JSON, "{\"v\":\"a@b\"}", NULL, F_EMAIL),
	};

	run_table(cases, N(cases));
}
END_TEST

START_TEST(times)
{
	static const struct one cases[] = {
		ONE(AS_JSON, "{\"v\":\"2026-11-21T08:45:00+02:00\"}", "{\"v\":\"2026-11-21T06:45:00.000Z\"}", F_TIME),
		ONE(AS_JSON, "{\"v\":\"2026-11-21T08:45\"}", NULL, F_TIME),
		ONE(AS_JSON, "{\"v\":1795250700}", NULL, F_TIME),
		/* By whose clocks is not known yet. */
		ONE(AS_FORM, "{\"v\":\"2026-11-21T08:45\"}", "{\"v\":\"2026-11-21T08:45:00.000\"}", F_TIME),
		ONE(AS_QUERY, "{\"v\":\"2026-11-21 08:45:30.5\"}", "{\"v\":\"2026-11-21T08:45:30.500\"}", F_TIME),
		ONE(AS_FORM, "{\"v\":\"\"}", "{\"v\":null}", F_TIME),
		ONE(AS_FORM, "{\"v\":\"soon\"}", NULL, F_TIME),
		ONE(AS_JSON, "{\"v\":\"2024-02-29\"}", "{\"v\":\"2024-02-29\"}", F_DATE),
		ONE(AS_JSON, "{\"v\":\"2023-02-29\"}", NULL, F_DATE),
	};

	run_table(cases, N(cases));
}
END_TEST

static const struct field HOURS[] = { { "at", F_TIME, .help = "" }, FIELDS_END };
static const struct field TIMED[] = { { "at", F_TIME, .help = "" },	   { "until", F_TIME, .help = "" },
				      { "time_zone", F_ZONE, .help = "" }, { "hours", F_LIST, .of = HOURS },
				      { "one", F_OBJECT, .of = HOURS },	   FIELDS_END };

/* A row that has at and, as nobody has typed it, until. */
static struct row row_at_moments(ms_t *at, struct cell cells[2])
{
	static const struct column COLUMNS[] = { { "at", COL_TIME }, { "until", COL_TIME } };

	cells[0] = (struct cell){ .i = *at };
	cells[1] = (struct cell){ .null = true };
	return (struct row){ 2, COLUMNS, cells };
}

START_TEST(typed_times_are_by_the_clocks_of_their_place)
{
	static const struct {
		int line;
		const char *input, *zone, *stands; /* stands: what the row's at is; NULL: there is no row */
		const char *fields, *errors;
	} cases[] = {
		{ __LINE__, "{\"at\":\"2026-07-21T08:45\"}", NULL, NULL, "{\"at\":\"2026-07-21T12:45:00.000Z\"}",
		  "null" },
		{ __LINE__, "{\"at\":\"2026-07-21T08:45\"}", "Europe/Berlin", NULL,
		  "{\"at\":\"2026-07-21T06:45:00.000Z\"}", "null" },
		{ __LINE__, "{\"at\":\"2026-07-21T08:45\",\"time_zone\":\"Asia/Tokyo\"}", "Europe/Berlin", NULL,
		  "{\"at\":\"2026-07-20T23:45:00.000Z\",\"time_zone\":\"Asia/Tokyo\"}", "null" },
		{ __LINE__, "{\"at\":\"2026-07-21T08:45\",\"time_zone\":\"\"}", "Europe/Berlin", NULL,
		  "{\"at\":\"2026-07-21T06:45:00.000Z\",\"time_zone\":null}", "null" },
		{ __LINE__, "{\"at\":\"2026-07-21T08:45:00Z\"}", "Europe/Berlin", NULL,
		  "{\"at\":\"2026-07-21T08:45:00.000Z\"}", "null" },
		{ __LINE__, "{\"hours\":[{\"at\":\"2026-07-21T08:45\"}],\"one\":{\"at\":\"2026-01-21T08:45\"}}",
		  "Europe/Berlin", NULL,
		  "{\"hours\":[{\"at\":\"2026-07-21T06:45:00.000Z\"}],\"one\":{\"at\":\"2026-01-21T07:45:00.000Z\"}}",
		  "null" },
		/* Of an hour that comes twice the first, unless the row has the second. */
		{ __LINE__, "{\"at\":\"2026-10-25T02:30\"}", "Europe/Berlin", NULL,
		  "{\"at\":\"2026-10-25T00:30:00.000Z\"}", "null" },
		{ __LINE__, "{\"at\":\"2026-10-25T02:30\"}", "Europe/Berlin", "2026-10-25T01:30:00Z",
		  "{\"at\":\"2026-10-25T01:30:00.000Z\"}", "null" },
		{ __LINE__, "{\"at\":\"2026-10-25T02:31\"}", "Europe/Berlin", "2026-10-25T01:30:00Z",
		  "{\"at\":\"2026-10-25T00:31:00.000Z\"}", "null" },
		{ __LINE__, "{\"until\":\"2026-10-25T02:30\"}", "Europe/Berlin", "2026-10-25T01:30:00Z",
		  "{\"until\":\"2026-10-25T00:30:00.000Z\"}", "null" },
		{ __LINE__, "{\"at\":\"2026-03-29T02:30\"}", "Europe/Berlin", NULL,
		  "{\"at\":\"2026-03-29T02:30:00.000\"}",
		  "{\"at\":[\"There is no 02:30 on that day in Europe/Berlin: the clocks go from 02:00 to 03:00."
		  " Enter a time before or after.\"]}" },
		{ __LINE__, "{\"one\":{\"at\":\"2011-12-30T08:00\"}}", "Pacific/Apia", NULL,
		  "{\"one\":{\"at\":\"2011-12-30T08:00:00.000\"}}",
		  "{\"one.at\":[\"There is no 08:00 on that day in Pacific/Apia: the clocks go from 2011-12-30 00:00 to"
		  " 2011-12-31 00:00. Enter a time before or after.\"]}" },
	};
	static const struct config SITE = { .country_code = "+1", .time_zone = "America/New_York" };
	static const struct route ROUTE = { .fields = TIMED };

	for (size_t i = 0; i < N(cases); i++) {
		struct outcome out;
		struct cell cells[2];
		struct row row;
		ms_t at = 0;

		run(&out, TIMED, "POST", cases[i].input, NULL, true, NULL);
		out.rq.config = &SITE;
		out.rq.route = &ROUTE;
		if (cases[i].stands)
			ck_assert(clock_parse(cases[i].stands, &at));
		row = row_at_moments(&at, cells);
		times_in(&out.rq, cases[i].zone, cases[i].stands ? &row : NULL);
		ck_assert_msg(!strcmp(plain(out.rq.fields), cases[i].fields), "line %d: %s", cases[i].line,
			      plain(out.rq.fields));
		ck_assert_msg(!strcmp(plain(out.rq.errors), cases[i].errors), "line %d: %s", cases[i].line,
			      plain(out.rq.errors));
		done(&out);
	}
}
END_TEST

static const struct field HOLDER[] = { { "name", F_TEXT, .required = true }, FIELDS_END };
static const struct field ITEM[] = { { "category_id", F_ID, .required = true },
				     { "quantity", F_INT, .min = 1, .max = 10, .otherwise = "1" },
				     { "holders", F_LIST, .max = 2, .of = HOLDER },
				     FIELDS_END };
static const struct field VENUE[] = { { "name", F_TEXT, .help = "" }, { "at", F_TIME, .help = "" }, FIELDS_END };
static const struct field ORDER[] = { { "event_id", F_ID, .help = "" },
				      { "items", F_LIST, .max = 3, .of = ITEM },
				      { "labels", F_LIST, .help = "" },
				      { "venue", F_OBJECT, .of = VENUE },
				      { "note", F_TEXT, .otherwise = "none" },
				      { "photo", F_FILE, .max = 100 },
				      FIELDS_END };

START_TEST(trees)
{
	static const struct {
		int line;
		const char *input, *repeated;
		bool form;
		const char *fields, *errors, *ignored;
	} cases[] = {
		{ __LINE__, "{\"items\":[{\"category_id\":1,\"quantity\":2,\"holders\":[{\"name\":\"A\"}]}]}", NULL,
		  false, "{\"items\":[{\"category_id\":1,\"quantity\":2,\"holders\":[{\"name\":\"A\"}]}]}", "null",
		  "null" },
		{ __LINE__, "{\"items\":[{\"category_id\":1}]}", NULL, false,
		  "{\"items\":[{\"category_id\":1,\"quantity\":1}]}", "null", "null" },
		{ __LINE__, "{\"items\":[{\"category_id\":\"1\",\"quantity\":\"3\"}]}", NULL, true,
		  "{\"items\":[{\"category_id\":1,\"quantity\":3}]}", "null", "null" },
		{ __LINE__, "{\"items\":[{\"category_id\":1},{\"quantity\":11}]}", NULL, false,
		  "{\"items\":[{\"category_id\":1,\"quantity\":1},{}]}",
		  "{\"items.1.category_id\":[\"This is required.\"],"
		  "\"items.1.quantity\":[\"Enter a number from 1 to 10.\"]}",
		  "null" },
		{ __LINE__,
		  "{\"items\":[{\"category_id\":1,\"holders\":[{\"name\":\"A\",\"x\":1}],\"y\":2}],"
		  "\"z\":3,\"csrf\":\"c\",\"once\":\"o\"}",
		  NULL, false, "{\"items\":[{\"category_id\":1,\"quantity\":1,\"holders\":[{\"name\":\"A\"}]}]}",
		  "null", "[\"items.0.holders.0.x\",\"items.0.y\",\"z\"]" },
		{ __LINE__, "{\"items\":{}}", NULL, false, "{}", "{\"items\":[\"This must be a list.\"]}", "null" },
		{ __LINE__, "{\"items\":\"\"}", NULL, true, "{\"items\":null}", "null", "null" },
		{ __LINE__, "{\"items\":\"\"}", NULL, false, "{}", "{\"items\":[\"This must be a list.\"]}", "null" },
		{ __LINE__, "{\"items\":[1,null]}", NULL, false, "{\"items\":[]}",
		  "{\"items.0\":[\"This must be an object.\"],\"items.1\":[\"This must be an object.\"]}", "null" },
		{ __LINE__, "{\"items\":[{},{},{},{}]}", NULL, false, "{}", "{\"items\":[\"Send at most 3 items.\"]}",
		  "null" },
		{ __LINE__, "{\"labels\":[\" a \",\"b\"]}", NULL, false, "{\"labels\":[\"a\",\"b\"]}", "null", "null" },
		{ __LINE__, "{\"labels\":[1,null]}", NULL, false, "{\"labels\":[]}",
		  "{\"labels.0\":[\"This must be text.\"],\"labels.1\":[\"This must be text.\"]}", "null" },
		{ __LINE__, "{\"venue\":{\"name\":\"Hall\",\"at\":\"2026-11-21T08:45:00Z\"}}", NULL, false,
		  "{\"venue\":{\"name\":\"Hall\",\"at\":\"2026-11-21T08:45:00.000Z\"}}", "null", "null" },
		{ __LINE__, "{\"venue\":{\"name\":null}}", NULL, false, "{\"venue\":{\"name\":null}}", "null", "null" },
		{ __LINE__, "{\"venue\":[]}", NULL, false, "{}", "{\"venue\":[\"This must be an object.\"]}", "null" },
		{ __LINE__, "{\"venue\":null,\"note\":null}", NULL, false, "{\"venue\":null,\"note\":null}", "null",
		  "null" },
		{ __LINE__, "{\"event_id\":1}", "[\"event_id\"]", false, "{}",
		  "{\"event_id\":[\"This was sent more than once.\"]}", "null" },
		{ __LINE__, "{\"items\":[{\"category_id\":\"1\"}]}", "[\"items.0.category_id\"]", true,
		  "{\"items\":[{\"quantity\":1}]}", "{\"items.0.category_id\":[\"This was sent more than once.\"]}",
		  "null" },
		{ __LINE__, "{\"labels\":[\"a\"]}", "[\"labels.0\"]", true, "{\"labels\":[]}",
		  "{\"labels.0\":[\"This was sent more than once.\"]}", "null" },
		{ __LINE__, "{\"z\":1}", "[\"z\"]", false, "{}", "null", "[\"z\"]" },
		{ __LINE__, "{\"photo\":\"x\"}", NULL, false, "{}", "{\"photo\":[\"Send this as a file.\"]}", "null" },
		{ __LINE__, "{\"photo\":\"\"}", NULL, true, "{}", "null", "null" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct outcome out;

		run(&out, ORDER, "POST", cases[i].input, cases[i].repeated, cases[i].form, NULL);
		ck_assert_msg(!strcmp(plain(out.rq.fields), cases[i].fields), "line %d: %s", cases[i].line,
			      plain(out.rq.fields));
		ck_assert_msg(!strcmp(plain(out.rq.errors), cases[i].errors), "line %d: %s", cases[i].line,
			      plain(out.rq.errors));
		ck_assert_msg(!strcmp(plain(out.ignored), cases[i].ignored), "line %d: %s", cases[i].line,
			      plain(out.ignored));
		done(&out);
	}
}
END_TEST

/* A number in the query of a JSON POST is text and is taken; the same text in the body is not. */
START_TEST(items_that_stand_for_themselves)
{
	static const struct field LOG[] = { { "id", F_UUID, .required = true },
					    { "n", F_INT, .min = 1, .max = 9 },
					    FIELDS_END };
	static const struct field FIELDS[] = { { "name", F_TEXT, .required = true },
					       { "logs", F_LIST, .required = true, .max = 3, .of = LOG, .each = true },
					       FIELDS_END };
	static const struct {
		int line;
		const char *input, *fields, *errors;
	} cases[] = {
		{ __LINE__, "{\"name\":\"x\",\"logs\":[{\"id\":\"1\",\"n\":2},{\"n\":3},7,null]}", "{\"name\":\"x\"}",
		  "{\"logs\":[\"Send at most 3 items.\"]}" },
		{ __LINE__,
		  "{\"name\":\"x\",\"logs\":[{\"n\":2},7,{\"id\":\"00000000-0000-4000-8000-000000000001\",\"n\":3}]}",
		  "{\"name\":\"x\",\"logs\":[{\"n\":2,\"(fault)\":\"id: This is required.\","
		  "\"(faults)\":{\"id\":[\"This is required.\"]}},"
		  "{\"(fault)\":\"This must be an object.\",\"(faults)\":{\"\":[\"This must be an object.\"]}},"
		  "{\"id\":\"00000000-0000-4000-8000-000000000001\",\"n\":3}]}",
		  "null" },
		{ __LINE__, "{\"logs\":[{\"n\":12,\"(fault)\":1}]}",
		  "{\"logs\":[{\"(fault)\":\"id: This is required.\",\"(faults)\":{\"n\":[\"Enter a number from 1 to 9.\"],"
		  "\"id\":[\"This is required.\"]}}]}",
		  "{\"name\":[\"This is required.\"]}" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct outcome out;

		run(&out, FIELDS, "POST", cases[i].input, NULL, false, NULL);
		ck_assert_msg(!strcmp(plain(out.rq.fields), cases[i].fields), "line %d: %s", cases[i].line,
			      plain(out.rq.fields));
		ck_assert_msg(has_faults(&out.rq) == !!strcmp(cases[i].errors, "null") &&
				      (!has_faults(&out.rq) || !strcmp(plain(out.rq.errors), cases[i].errors)),
			      "line %d: %s", cases[i].line, plain(out.rq.errors));
		done(&out);
	}
}
END_TEST

START_TEST(query_names_may_be_text)
{
	struct http http = { .query_names = json_tokener_parse("{\"event_id\":true}") };
	struct outcome out;

	run(&out, ORDER, "POST", "{\"event_id\":\"7\"}", NULL, false, &http);
	ck_assert_str_eq(plain(out.rq.fields), "{\"event_id\":7}");
	done(&out);
	json_object_object_del(http.query_names, "event_id");
	run(&out, ORDER, "POST", "{\"event_id\":\"7\"}", NULL, false, &http);
	ck_assert(has_faults(&out.rq));
	done(&out);
	json_object_put(http.query_names);
}
END_TEST

START_TEST(ignored_names_are_bounded)
{
	struct buf *input = buf_new(NULL, 1000000);
	struct outcome out;

	buf_printf(input, "{\"%0200d\":1", 0);
	for (int i = 0; i < 5000; i++)
		buf_printf(input, ",\"n%d\":1", i);
	buf_text(input, "}");
	run(&out, ORDER, "POST", input->data, NULL, false, NULL);
	ck_assert_uint_eq(json_object_array_length(out.ignored), 20);
	ck_assert_str_eq(json_object_get_string(json_object_array_get_idx(out.ignored, 0)), "n0");
	done(&out);
	talloc_free(input);
}
END_TEST

START_TEST(files)
{
	static const struct field REQUIRED[] = { { "photo", F_FILE, .required = true, .max = 2048 }, FIELDS_END };
	static const struct {
		int line;
		struct upload upload;
		const char *errors, *ignored;
	} cases[] = {
		{ __LINE__, { .field = "photo", .size = 2048 }, "null", "null" },
		{ __LINE__,
		  { .field = "photo", .size = 2049 },
		  "{\"photo\":[\"Send a file of at most 2 KB.\"]}",
		  "null" },
		{ __LINE__, { .field = "other" }, "{\"photo\":[\"Choose a file.\"]}", "[\"other\"]" },
	};

	for (size_t i = 0; i < N(cases); i++) {
		struct json_object *input = json_object_new_object(), *ignored;
		struct request rq = { .mem = talloc_new(NULL),
				      .config = &CONFIG,
				      .method = "POST",
				      .uploads = &cases[i].upload,
				      .n_uploads = 1 };
		struct outcome out = { .rq = rq, .input = input };

		fields_validate(&out.rq, REQUIRED, input, NULL, true, &ignored);
		out.ignored = ignored;
		ck_assert_msg(!strcmp(plain(out.rq.errors), cases[i].errors), "line %d: %s", cases[i].line,
			      plain(out.rq.errors));
		ck_assert_msg(!strcmp(plain(ignored), cases[i].ignored), "line %d: %s", cases[i].line, plain(ignored));
		done(&out);
	}
}
END_TEST

START_TEST(mobiles)
{
	static const struct {
		int line;
		const char *text, *country, *e164;
	} cases[] = {
		{ __LINE__, "+15550100001", "+1", "+15550100001" },
		{ __LINE__, "+1 (555) 010-0001", "+49", "+15550100001" },
		{ __LINE__, "(555) 010.0001", "+1", "+15550100001" },
		{ __LINE__, "1 555 010 0001", "+1", "+15550100001" },
		{ __LINE__, "0171 / 1234567", "+49", "+491711234567" },
		{ __LINE__, "171 1234567", "49", "+491711234567" },
		{ __LINE__, "0049 171 1234567", "+1", "+491711234567" },
		{ __LINE__, "+44 (0)20 7946 0000", "+1", "+442079460000" },
		{ __LINE__, "٠١٧١١٢٣٤٥٦٧", "+49", "+491711234567" },
		{ __LINE__, "۰۱۷۱۱۲۳۴۵۶۷", "+49", "+491711234567" },
		{ __LINE__, "+49\u00A0171\u20111234567", "+1", "+491711234567" },
		{ __LINE__, "+123456789012345", "+1", "+123456789012345" },
		{ __LINE__, "+1234567890123456", "+1", NULL },
		{ __LINE__, "+123456", "+1", NULL },
		{ __LINE__, "+01711234567", "+1", NULL },
		{ __LINE__, "0000000000", "+49", NULL },
		{ __LINE__, "", "+1", NULL },
		{ __LINE__, "+", "+1", NULL },
		{ __LINE__, "++15550100001", "+1", NULL },
		{ __LINE__, "1+5550100001", "+1", NULL },
		{ __LINE__, "555010000x", "+1", NULL },
		{ __LINE__, "5550100001,2", "+1", NULL },
		{ __LINE__, "11111111111111111111111111111111111111", "+1", NULL },
		{ __LINE__, "\xD9", "+1", NULL },
	};

	for (size_t i = 0; i < N(cases); i++) {
		char out[20] = "";
		bool good = mobile_normalise(cases[i].text, cases[i].country, out);

		ck_assert_msg(good == (cases[i].e164 != NULL), "line %d: %s", cases[i].line, out);
		ck_assert_msg(!good || !strcmp(out, cases[i].e164), "line %d: %s", cases[i].line, out);
	}
}
END_TEST

START_TEST(emails)
{
	static const struct {
		int line;
		const char *text;
		bool valid;
	} cases[] = {
		{ __LINE__, "a@b.example", true },
		{ __LINE__, "first.last+tag@sub.example.com", true },
		{ __LINE__, "o'brien@example.com", true },
		{ __LINE__, "a@xn--bcher-kva.example", true },
		{ __LINE__, "", false },
		{ __LINE__, "a", false },
		{ __LINE__, "@example.com", false },
		{ __LINE__, "a@", false },
		{ __LINE__, "a@example", false },
		{ __LINE__, "a@example.", false },
		{ __LINE__, "a@.example", false },
		{ __LINE__, "a@-b.example", false },
		{ __LINE__, "a@b-.example", false },
		{ __LINE__, ".a@b.example", false },
		{ __LINE__, "a.@b.example", false },
		{ __LINE__, "a..b@c.example", false },
		{ __LINE__, "a b@c.example", false },
		{ __LINE__, "a@b@c.example", false },
		{ __LINE__, "a@b.example\r\nBcc: c@d.example", false },
		{ __LINE__, "a,b@c.example", false },
		{ __LINE__, "<a@b.example>", false },
		{ __LINE__, "\xC3\xA9@b.example", false },
		{ __LINE__, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.example", false },
	};

	for (size_t i = 0; i < N(cases); i++)
		ck_assert_msg(email_valid(cases[i].text) == cases[i].valid, "line %d", cases[i].line);
}
END_TEST

Suite *validate_suite(void)
{
	Suite *suite = suite_create("validate");
	TCase *types = tcase_create("types"), *walk = tcase_create("walk");

	tcase_add_test(types, texts);
	tcase_add_test(types, texts_can_be_seen);
	tcase_add_test(types, texts_turn_nothing_around);
	tcase_add_test(types, long_texts_end);
	tcase_add_test(types, numbers);
	tcase_add_test(types, digits_of_other_scripts);
	tcase_add_test(types, money);
	tcase_add_test(types, rates);
	tcase_add_test(types, booleans_and_words);
	tcase_add_test(types, times);
	tcase_add_test(types, typed_times_are_by_the_clocks_of_their_place);
	tcase_add_test(types, mobiles);
	tcase_add_test(types, emails);
	suite_add_tcase(suite, types);
	tcase_add_test(walk, trees);
	tcase_add_test(walk, items_that_stand_for_themselves);
	tcase_add_test(walk, query_names_may_be_text);
	tcase_add_test(walk, ignored_names_are_bounded);
	tcase_add_test(walk, files);
	suite_add_tcase(suite, walk);
	return suite;
}
